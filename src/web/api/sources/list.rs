//! The list of sources.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{EntryIndex, SourceId};
use crate::domain::source::{SourceKind, SourceSheet};
use crate::store::sources::{self as rows, Filter, Source};
use crate::web::api::answer::{List, Page};
use crate::web::api::asked::Asked;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Which sources to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Only those with all these words in title, publisher or author; the last
    /// may be the beginning of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    /// Only those of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<SourceKind>,
    /// Only those that are known through this one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_cited_by: Option<SourceId>,
    /// Go on after this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<SourceId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// A source in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SourceLine")]
pub(in crate::web) struct Line {
    /// Its number.
    id: SourceId,
    /// What is said about it.
    #[serde(flatten)]
    sheet: SourceSheet,
    /// Counts its sheets.
    version: u32,
    /// The entry that changed the sheet last.
    revision: EntryIndex,
}

impl Line {
    pub(super) fn new(source: Source) -> Self {
        Self {
            id: source.id,
            sheet: source.sheet,
            version: source.version,
            revision: source.rev,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let filter = Filter {
        words: wanted.q.clone(),
        kind: wanted.kind,
        as_cited_by: wanted.as_cited_by,
    };
    let (after, limit) = (wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| desk.read(|db| Ok(rows::list_filtered(db, &filter, after, limit.get())?)))
        .await?;
    let next = last(&found, limit).map(|source| {
        wanted.after = Some(source.id);
        next("/sources", &wanted)
    });
    let lines = found.into_iter().map(Line::new).collect();
    Ok(Page(List::new(lines, next)))
}
