//! The list of articles, each with how far it has come.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, DeskError};
use crate::domain::article::ArticleSheet;
use crate::domain::hash::ContentHash;
use crate::domain::ids::ArticleId;
use crate::domain::time::Timestamp;
use crate::domain::words::Language;
use crate::store::articles::{self as rows, Article, Filter};
use crate::store::drafts::{self, Tally};
use crate::web::api::answer::{List, Page};
use crate::web::api::asked::Asked;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Which articles to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Only those in this language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// Only those that came to the desk at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Only those that came before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Go on after this article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<ArticleId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// An article in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ArticleLine")]
pub(in crate::web) struct Line {
    /// Its number.
    id: ArticleId,
    /// What is said about it.
    #[serde(flatten)]
    sheet: ArticleSheet,
    /// Its newest revision.
    revision: u32,
    /// SHA-256 of that revision's text.
    text_sha256: ContentHash,
    /// The length of that text in code points.
    chars: u64,
    /// When it came to the desk.
    added_at: Timestamp,
    /// Claims that stand in it and are not withdrawn.
    statements: u64,
    /// Those with a verdict that stands and is not stale.
    decided: u64,
    /// Those whose cited words changed since their verdict.
    stale: u64,
    /// The nearest deadline of those that are not decided.
    due: Option<Timestamp>,
}

impl Line {
    fn new((article, tally): (Article, Tally)) -> Self {
        Self {
            id: article.id,
            sheet: article.sheet,
            revision: article.revision,
            text_sha256: article.text,
            chars: article.chars,
            added_at: article.added_at,
            statements: tally.statements,
            decided: tally.decided,
            stale: tally.stale,
            due: tally.due,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let filter = Filter {
        language: wanted.language.as_ref().map(ToString::to_string),
        since: wanted.since,
        until: wanted.until,
    };
    let (after, limit) = (wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| tallied(desk, &filter, after, limit.get()))
        .await?;
    let last = last(&found, limit).map(|(article, _)| article.id);
    let next = last.map(|last| {
        wanted.after = Some(last);
        next("/articles", &wanted)
    });
    let lines = found.into_iter().map(Line::new).collect();
    Ok(Page(List::new(lines, next)))
}

fn tallied(
    desk: &Desk,
    filter: &Filter,
    after: Option<ArticleId>,
    limit: usize,
) -> Result<Vec<(Article, Tally)>, DeskError> {
    desk.read(|db| {
        let found = rows::list_filtered(db, filter, after, limit)?;
        let mut tallies = match (found.last(), found.first()) {
            (Some(oldest), Some(newest)) if filter.language.is_none() => {
                drafts::tallies(db, (oldest.id, newest.id))?
            }
            _ => BTreeMap::new(),
        };
        let mut all = Vec::with_capacity(found.len());
        for article in found {
            // Between those of one language there may stand many others.
            let mut tally = tallies.remove(&article.id);
            if filter.language.is_some() {
                tally = drafts::tallies(db, (article.id, article.id))?.remove(&article.id);
            }
            all.push((article, tally.unwrap_or_default()));
        }
        Ok(all)
    })
}
