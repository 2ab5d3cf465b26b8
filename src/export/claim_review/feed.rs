//! The feed of all ClaimReviews of a desk: a `DataFeed`, newest change first.
//! What was taken back stays in it with the date, so that copies elsewhere can
//! be taken back too.

use serde::Serialize;

use super::shape::{Organization, Review};
use super::{CONTEXT, Facts, Publisher, compose};

/// A `DataFeed`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Feed {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    in_language: &'static str,
    provider: Organization,
    data_feed_element: Vec<Item>,
}

/// A `DataFeedItem`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(rename = "@type")]
    kind: &'static str,
    date_created: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_deleted: Option<String>,
    item: Entry,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Stands(Box<Review>),
    Gone(Gone),
}

/// What is left of a review that was taken back: which one it was.
#[derive(Serialize)]
struct Gone {
    #[serde(rename = "@type")]
    kind: &'static str,
    url: String,
}

/// Writes a page of the feed; `url` is the address of the whole feed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn page(desk: &Publisher, url: String, facts: &[Facts]) -> Result<String, serde_json::Error> {
    let newest = facts.iter().filter_map(|facts| facts.published.as_ref());
    let newest = newest.map(|public| public.changed).max();
    serde_json::to_string(&Feed {
        context: CONTEXT,
        kind: "DataFeed",
        name: format!("Fact checks by {}", desk.sheet.name),
        url,
        date_modified: newest.map(compose::moment),
        in_language: compose::language(&desk.sheet),
        provider: compose::organization(desk),
        data_feed_element: facts.iter().filter_map(item).collect(),
    })
}

fn item(facts: &Facts) -> Option<Item> {
    let public = facts.published.as_ref()?;
    let changed = compose::moment(public.changed);
    let entry = match compose::review(facts) {
        Some(review) => Entry::Stands(Box::new(review)),
        None => Entry::Gone(Gone {
            kind: "ClaimReview",
            url: facts.url.clone(),
        }),
    };
    Some(Item {
        kind: "DataFeedItem",
        date_created: compose::moment(public.first),
        date_deleted: public.retracted.then(|| changed.clone()),
        date_modified: changed,
        item: entry,
    })
}
