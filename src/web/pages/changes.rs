//! What changed between two snapshots of a source: word by word, side by side
//! or in one column, with the citations in place.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::citations::views;
use crate::desk::{Desk, DeskError};
use crate::domain::citation::{Citation, Reanchoring};
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::snapshot::{DerivedText, family};
use crate::store::shelf::ShelvedText;
use crate::store::snapshots::{self, Taken};
use crate::store::{Db, citations, sources};
use crate::text::find::Searchable;
use crate::text::offset::ByteSpan;
use crate::text::reanchor::reanchor_in;

use super::super::auth::Visitor;
use super::super::problem::Problem;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::comparing::{Comparison, Lighted, compare};
use super::view::{PieceLink, SourceLine};

/// No more citations than this are shown in place.
const MOST_CITED: usize = 200;

/// No more of them than this are looked up in a text that they were never held
/// against, and none in a text of more bytes than this.
const MOST_LOOKED_UP: usize = 20;
const LARGEST_LOOKED_UP: usize = 2_000_000;

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    from: SnapshotId,
    to: SnapshotId,
    #[serde(default)]
    view: String,
    /// An extractor's name without its version; none: what people read.
    #[serde(default)]
    text: String,
}

#[derive(Template)]
#[template(path = "changes/show.html")]
struct ChangesPage {
    frame: Frame,
    source: SourceLine,
    from: Taken,
    to: Taken,
    extractors: (String, String),
    is_inline: bool,
    /// The texts of the older snapshot that can be compared, by the names of
    /// their extractors.
    views: Vec<(String, &'static str)>,
    compared: Comparison,
    /// The source's snapshots, to choose others.
    all: Vec<Taken>,
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    asked: Result<web::Query<Asked>, actix_web::Error>,
) -> Answer {
    let asked = asked.map_err(|_| {
        Problem::bad_request("choose two snapshots of the source to compare: ?from=1&to=2")
    })?;
    let frame = Frame::new(&app, Some(me.0));
    let asked = asked.into_inner();
    let view = app
        .desk(move |desk| view(desk, frame, *source, &asked))
        .await?;
    page(&view)
}

impl ChangesPage {
    /// Whether the compared texts are those of an extractor.
    fn compares(&self, view: &str) -> bool {
        family(&self.extractors.0) == view
    }
}

/// One side of the comparison: a text and the citations in it.
struct Side {
    taken: Taken,
    /// All its texts: the extractor's name, and what people call it.
    views: Vec<(String, &'static str)>,
    text: DerivedText,
    /// With the cited places lit.
    words: Lighted,
}

fn view(
    desk: &Desk,
    frame: Frame,
    source: SourceId,
    asked: &Asked,
) -> Result<ChangesPage, DeskError> {
    desk.read(|db| {
        let found = sources::find(db, source)?.ok_or(DeskError::NoSuch {
            what: "source",
            id: source.get(),
        })?;
        let wanted = Some(asked.text.as_str()).filter(|text| !text.is_empty());
        let from = side(db, source, asked.from, wanted)?;
        let to = side(db, source, asked.to, Some(&from.text.extractor))?;
        let compared = compare(&from.words, &to.words);
        Ok(ChangesPage {
            frame,
            source: SourceLine::new(&found),
            extractors: (from.text.extractor.clone(), to.text.extractor.clone()),
            from: from.taken,
            to: to.taken,
            is_inline: asked.view == "inline",
            views: from.views.clone(),
            compared,
            all: snapshots::list(db, source, 200)?,
        })
    })
}

/// Reads one side; the other's extractor decides which of its texts is held
/// against it.
fn side(
    db: &Db<'_>,
    source: SourceId,
    snapshot: SnapshotId,
    like: Option<&str>,
) -> Result<Side, DeskError> {
    let (taken, texts) = views(db, snapshot)?;
    if taken.snapshot.source != source {
        return Err(DeskError::NoSuch {
            what: "snapshot of this source",
            id: snapshot.get(),
        });
    }
    let at = texts
        .iter()
        .position(|text| like.is_some_and(|like| family(like) == family(&text.extractor)))
        .unwrap_or(0);
    let names = texts.iter().map(|text| {
        let label = text.view().unwrap_or("the main text");
        (family(&text.extractor).to_owned(), label)
    });
    let views = names.collect();
    let text = texts[at].clone();
    let shelved = db.shelf().text(text.hash)?;
    let mut cited = Vec::new();
    for (bytes, citation) in places(db, source, (&text, &shelved))? {
        cited.push((bytes, PieceLink::new(&citation)));
    }
    Ok(Side {
        taken,
        views,
        text,
        words: Lighted::new(shelved, cited),
    })
}

/// Where the source's citations stand in a text: where they were cited, where
/// they were found again, or where they would be found now.
fn places(
    db: &Db<'_>,
    source: SourceId,
    (text, shelved): (&DerivedText, &ShelvedText),
) -> Result<Vec<(ByteSpan, Citation)>, DeskError> {
    let new = Searchable::new(shelved.as_str(), shelved.offsets());
    let mut found = Vec::new();
    let mut looked_up = 0;
    let all = citations::list_read_in(db, source)?;
    for cited in all.into_iter().take(MOST_CITED) {
        let citation = &cited.citation;
        let span = if citation.text == text.id {
            Some(citation.passage.span)
        } else if cited.newer_text == Some(text.id) {
            cited.reanchored.as_ref().and_then(Reanchoring::span)
        } else if looked_up < MOST_LOOKED_UP && shelved.as_str().len() < LARGEST_LOOKED_UP {
            looked_up += 1;
            let own = db.shelf().text(citation.text_hash)?;
            let own = Searchable::new(own.as_str(), own.offsets());
            reanchor_in(&own, citation.passage.span, &new).span()
        } else {
            None
        };
        let bytes = span.and_then(|span| new.index().byte_span(new.text(), span));
        found.extend(bytes.map(|bytes| (bytes, cited.citation)));
    }
    Ok(found)
}
