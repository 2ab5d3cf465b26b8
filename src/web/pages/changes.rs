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
use crate::text::diff::{self, Change, Passage};
use crate::text::find::Searchable;
use crate::text::offset::ByteSpan;
use crate::text::reanchor::reanchor_in;

use super::super::auth::Visitor;
use super::super::problem::Problem;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::view::{PieceLink, SourceLine};

/// Of a longer unchanged stretch only this much is shown on either side, in
/// characters; the rest is folded.
const KEPT: usize = 160;

/// No more stretches than this are shown; a page of more helps nobody.
const MOST_STRETCHES: usize = 2_000;

/// No more citations than this are shown in place.
const MOST_CITED: usize = 200;

/// No more of them than this are looked up in a text that they were never held
/// against, and none in a text of more bytes than this.
const MOST_LOOKED_UP: usize = 20;
const LARGEST_LOOKED_UP: usize = 2_000_000;

/// The longest stretch that is shown whole, in bytes; of longer ones the rest
/// is only counted.
const LONGEST_SHOWN: usize = 100_000;

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

/// A piece of one text in a comparison.
struct Lit {
    text: String,
    /// `gone`, `new`, or nothing for what stands in both.
    class: &'static str,
    link: Option<PieceLink>,
}

impl Lit {
    fn gap() -> Self {
        Self {
            text: " ".to_owned(),
            class: "",
            link: None,
        }
    }
}

/// A stretch of the comparison.
struct Stretch {
    is_same: bool,
    old: Vec<Lit>,
    new: Vec<Lit>,
    /// Both in one, where they differ.
    both: Vec<Lit>,
    /// What stands in the middle of a long unchanged stretch, folded.
    folded: Vec<Lit>,
    /// Its length in characters, and how many citations stand in it.
    folded_chars: usize,
    folded_citations: usize,
    /// What follows the folded part.
    after: Vec<Lit>,
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
    stretches: Vec<Stretch>,
    changed: usize,
    more: usize,
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
    shelved: std::sync::Arc<ShelvedText>,
    /// Cited places in bytes, in order.
    cited: Vec<(ByteSpan, PieceLink)>,
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
        let (old, new) = (from.shelved.as_str(), to.shelved.as_str());
        let passages = diff::passages(old, new);
        let changed = passages.iter().filter(|passage| !passage.is_same).count();
        let more = passages.len().saturating_sub(MOST_STRETCHES);
        let stretches = passages
            .into_iter()
            .take(MOST_STRETCHES)
            .map(|passage| stretch(&from, &to, passage))
            .collect();
        Ok(ChangesPage {
            frame,
            source: SourceLine::new(&found),
            extractors: (from.text.extractor.clone(), to.text.extractor.clone()),
            from: from.taken,
            to: to.taken,
            is_inline: asked.view == "inline",
            views: from.views.clone(),
            stretches,
            changed,
            more,
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
    cited.sort_by_key(|(span, _)| span.start);
    Ok(Side {
        taken,
        views,
        text,
        shelved,
        cited,
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

fn stretch(from: &Side, to: &Side, passage: Passage) -> Stretch {
    if passage.is_same {
        return same_stretch(from, to, passage);
    }
    let changes = diff::words(
        &from.shelved.as_str()[passage.old.start..passage.old.end],
        &to.shelved.as_str()[passage.new.start..passage.new.end],
    );
    let mut stretch = Stretch {
        is_same: false,
        old: Vec::new(),
        new: Vec::new(),
        both: Vec::new(),
        folded: Vec::new(),
        folded_chars: 0,
        folded_citations: 0,
        after: Vec::new(),
    };
    let (mut old_at, mut new_at) = (passage.old.start, passage.new.start);
    for change in changes {
        match change {
            Change::Same(words) => {
                let old = next_span(&mut old_at, &words);
                let new = next_span(&mut new_at, &words);
                stretch.old.extend(lit(from, old, ""));
                stretch.new.extend(lit(to, new, ""));
                stretch.both.extend(lit(to, new, ""));
            }
            Change::Gone(words) => {
                let old = next_span(&mut old_at, &words);
                stretch.old.extend(lit(from, old, "gone"));
                stretch.both.extend(lit(from, old, "gone"));
            }
            Change::New(words) => {
                // Words that came in the place of others stand apart from them.
                if stretch.both.last().is_some_and(|last| last.class == "gone") {
                    stretch.both.push(Lit::gap());
                }
                let new = next_span(&mut new_at, &words);
                stretch.new.extend(lit(to, new, "new"));
                stretch.both.extend(lit(to, new, "new"));
            }
        }
    }
    stretch
}

fn next_span(at: &mut usize, words: &str) -> ByteSpan {
    let start = *at;
    *at += words.len();
    ByteSpan { start, end: *at }
}

/// An unchanged stretch; the middle of a long one is folded.
fn same_stretch(from: &Side, to: &Side, passage: Passage) -> Stretch {
    let (start, end) = (passage.new.start, passage.new.end);
    let text = to.shelved.as_str();
    let words = &text[start..end];
    let mut fold = ByteSpan { start: end, end };
    if words.len() > 3 * KEPT {
        let head = start + line_end(words, KEPT);
        let tail = end - line_start(words, KEPT);
        if head + KEPT < tail {
            fold = ByteSpan {
                start: head,
                end: tail,
            };
        }
    }
    let span = |start, end| ByteSpan { start, end };
    let old_shift = |at: usize| passage.old.start + (at - start);
    let within =
        |(cited, _): &&(ByteSpan, PieceLink)| cited.start < fold.end && cited.end > fold.start;
    Stretch {
        is_same: true,
        old: lit(from, span(passage.old.start, old_shift(fold.start)), ""),
        new: lit(to, span(start, fold.start), ""),
        both: lit(to, span(start, fold.start), ""),
        folded: lit(to, fold, ""),
        folded_chars: text[fold.start..fold.end].chars().count(),
        folded_citations: to.cited.iter().filter(within).count(),
        after: lit(to, span(fold.end, end), ""),
    }
}

/// How many bytes from the start reach past `kept` to the end of a line.
fn line_end(words: &str, kept: usize) -> usize {
    let from = words.ceil_char_boundary(kept);
    words[from..]
        .find('\n')
        .map_or(words.len(), |at| from + at + 1)
}

/// How many bytes from the end reach back past `kept` to the start of a line.
fn line_start(words: &str, kept: usize) -> usize {
    let to = words.floor_char_boundary(words.len().saturating_sub(kept));
    words[..to]
        .rfind('\n')
        .map_or(words.len(), |at| words.len() - at - 1)
}

/// A stretch of one side as pieces, cut where citations begin and end.
fn lit(side: &Side, span: ByteSpan, class: &'static str) -> Vec<Lit> {
    let text = side.shelved.as_str();
    let whole = span.end;
    let limit = text.floor_char_boundary(span.start.saturating_add(LONGEST_SHOWN));
    let span = ByteSpan {
        start: span.start,
        end: whole.min(limit),
    };
    let mut pieces = Vec::new();
    let mut at = span.start;
    let mut push = |start: usize, end: usize, link: Option<PieceLink>| {
        if start < end {
            pieces.push(Lit {
                text: text[start..end].to_owned(),
                class,
                link,
            });
        }
    };
    for (cited, link) in &side.cited {
        let (start, end) = (cited.start.max(at), cited.end.min(span.end));
        if start >= end {
            continue;
        }
        push(at, start, None);
        push(start, end, Some(link.clone()));
        at = end;
    }
    push(at, span.end, None);
    if span.end < whole {
        let more = text[span.end..whole].chars().count();
        pieces.push(Lit {
            text: format!(" […and {more} more characters]"),
            class,
            link: None,
        });
    }
    pieces
}
