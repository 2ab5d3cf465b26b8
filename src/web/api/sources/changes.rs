//! What changed at a source: between two of its snapshots, and what became of
//! words that were cited from it.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::citations::views;
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, SnapshotId, SourceId, TextId};
use crate::domain::snapshot::{DerivedText, family};
use crate::store::{Db, citations, sources};
use crate::web::api::answer::{List, Page, Reply};
use crate::web::api::asked::Asked;
use crate::web::api::comparing::{Compared, compare};
use crate::web::api::paging::{last, next};
use crate::web::api::snapshots::{After, Cited};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::show::missing;

pub(in crate::web) async fn reanchorings(
    app: web::Data<App>,
    _: Visitor,
    source: web::Path<SourceId>,
    Asked(mut wanted): Asked<After>,
) -> Result<Page<Cited>, Problem> {
    let (source, after, limit) = (*source, wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| {
            desk.read(|db| {
                sources::find(db, source)?.ok_or(missing(source))?;
                let limit = limit.get();
                Ok(citations::list_reanchored_after(db, source, after, limit)?)
            })
        })
        .await?;
    let last: Option<CitationId> = last(&found, limit).map(|cited| cited.citation.id);
    let next = last.map(|last| {
        wanted.after = Some(last);
        next(&format!("/sources/{source}/reanchorings"), &wanted)
    });
    let lines = found.into_iter().map(Cited::new).collect();
    Ok(Page(List::new(lines, next)))
}

/// Which snapshots of a source to compare.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Pair {
    /// The older snapshot.
    from: SnapshotId,
    /// The newer snapshot.
    to: SnapshotId,
    /// Which of their texts, by the name of an extractor without its version
    /// (`html-visible`); left out: the one that people read.
    #[serde(default)]
    text: Option<String>,
}

/// What changed between two snapshots of a source.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SnapshotChanges")]
pub(in crate::web) struct Changes {
    /// The older text.
    from: Side,
    /// The newer text.
    to: Side,
    /// The two, held against each other.
    text: Compared,
}

/// One side of a comparison.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TextCompared")]
struct Side {
    /// The snapshot.
    snapshot: SnapshotId,
    /// Its text.
    text: TextId,
    /// SHA-256 of the text.
    text_sha256: ContentHash,
    /// What derived it.
    extractor: String,
}

pub(in crate::web) async fn changes(
    app: web::Data<App>,
    _: Visitor,
    source: web::Path<SourceId>,
    Asked(pair): Asked<Pair>,
) -> Result<Reply<Changes>, Problem> {
    let source = *source;
    let found = app.desk(move |desk| compared(desk, source, &pair));
    Ok(Reply::new(found.await?))
}

fn compared(desk: &Desk, source: SourceId, pair: &Pair) -> Result<Changes, DeskError> {
    desk.read(|db| {
        sources::find(db, source)?.ok_or(missing(source))?;
        let from = readable(db, source, pair.from, pair.text.as_deref())?;
        // The text that the same extractor made is held against it.
        let to = readable(db, source, pair.to, Some(&from.extractor))?;
        let (old, new) = (db.shelf().text(from.hash)?, db.shelf().text(to.hash)?);
        Ok(Changes {
            text: compare(&old, &new),
            from: Side::new(from),
            to: Side::new(to),
        })
    })
}

impl Side {
    fn new(text: DerivedText) -> Self {
        Self {
            snapshot: text.snapshot,
            text: text.id,
            text_sha256: text.hash,
            extractor: text.extractor,
        }
    }
}

/// A text of one of the source's snapshots, by its extractor where that made
/// one of them.
fn readable(
    db: &Db<'_>,
    source: SourceId,
    snapshot: SnapshotId,
    like: Option<&str>,
) -> Result<DerivedText, DeskError> {
    let no_text = DeskError::NoSuch {
        what: "snapshot of this source with a text",
        id: snapshot.get(),
    };
    let (taken, mut texts) = match views(db, snapshot) {
        Err(DeskError::Unread(_)) => return Err(no_text),
        other => other?,
    };
    if taken.snapshot.source != source {
        return Err(no_text);
    }
    let wanted = like.map(family);
    let at = texts
        .iter()
        .position(|text| wanted == Some(family(&text.extractor)));
    if texts.is_empty() {
        return Err(no_text);
    }
    Ok(texts.swap_remove(at.unwrap_or(0)))
}
