//! The feed of all ClaimReviews of a desk: a `DataFeed`, newest change first.
//! What was taken back stays in it with the date, so that copies elsewhere can
//! be taken back too.

use serde::Serialize;

use crate::domain::time::Timestamp;

use super::shape::{Organization, Review};
use super::{CONTEXT, Facts, Publisher, compose};

/// What stands after the last item.
pub const END: &str = "]}";

/// A `DataFeed`, without its items: they are written one by one.
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
    data_feed_element: [(); 0],
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
    let mut json = head(desk, url, newest(facts))?;
    json.push_str(&items(facts)?.join(","));
    json.push_str(END);
    Ok(json)
}

/// Writes what stands before the first item; `changed` is when the newest
/// change was.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn head(
    desk: &Publisher,
    url: String,
    changed: Option<Timestamp>,
) -> Result<String, serde_json::Error> {
    let mut json = serde_json::to_string(&Feed {
        context: CONTEXT,
        kind: "DataFeed",
        name: format!("Fact checks by {}", desk.sheet.name),
        url,
        date_modified: changed.map(compose::moment),
        in_language: compose::language(&desk.sheet),
        provider: compose::organization(desk),
        data_feed_element: [],
    })?;
    json.truncate(json.len() - END.len());
    Ok(json)
}

/// Writes the items of these claims; between two of them belongs a comma.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn items(facts: &[Facts]) -> Result<Vec<String>, serde_json::Error> {
    let items = facts.iter().filter_map(item);
    items.map(|item| serde_json::to_string(&item)).collect()
}

/// When the newest change of these claims was.
pub fn newest(facts: &[Facts]) -> Option<Timestamp> {
    let public = facts.iter().filter_map(|facts| facts.published.as_ref());
    public.map(|public| public.changed).max()
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
