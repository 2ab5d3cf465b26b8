//! What was found in one place, as the page shows it.

use crate::desk::DeskError;
use crate::domain::source::SourceKind;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::search::{self, Found, Hit, RANKED, Shelfmark};
use crate::web::pages::found;
use crate::web::pages::view::{PAGE, snippet};
use crate::web::render::Frame;

use super::Asked;

/// How many of the best of a place stand beside those of the others.
const BEST: usize = 5;

/// What was found in one place.
pub(super) struct Section {
    pub(super) title: &'static str,
    /// How many there are.
    pub(super) count: String,
    pub(super) ranked: usize,
    pub(super) hits: Vec<HitView>,
    /// The query for more of them.
    pub(super) more: Option<String>,
    pub(super) more_words: String,
}

/// Something that was found, as the page shows it.
pub(super) struct HitView {
    pub(super) path: String,
    pub(super) title: Vec<(bool, String)>,
    pub(super) words: Vec<(bool, String)>,
    pub(super) what: String,
    pub(super) state: Option<String>,
    pub(super) stale: bool,
    pub(super) label: Option<String>,
    pub(super) who: Option<String>,
    pub(super) at: Option<Timestamp>,
    /// The query for the texts of the same source.
    pub(super) narrower: Option<String>,
}

/// Looks into one place: the best of it, or a page of it where it is the only
/// one that is asked for.
pub(super) fn section(
    db: &Db<'_>,
    frame: &Frame,
    asked: &Asked,
    (place, mark): (&'static str, Shelfmark),
) -> Result<Section, DeskError> {
    let alone = !asked.place().is_empty();
    let (skip, limit) = match alone {
        true => (asked.skip.min(RANKED), PAGE),
        false => (0, BEST),
    };
    let found = search::find(db, mark, &asked.q, &asked.narrow(), (skip, limit))?;
    let title = match mark {
        Shelfmark::Claims => "Claims",
        Shelfmark::Verdicts => "Verdicts",
        Shelfmark::Sources => "Sources",
        Shelfmark::Texts => "Texts of snapshots",
    };
    let count = count(frame, &found);
    let end = skip + found.hits.len();
    let more = (end < found.ranked && !found.hits.is_empty())
        .then(|| asked.query(place, None, if alone { end } else { 0 }));
    let more_words = match alone {
        true => "Next page".to_owned(),
        false => format!("All {count} {}", title.to_lowercase()),
    };
    let hits = found.hits.into_iter();
    Ok(Section {
        title,
        count,
        ranked: found.ranked,
        hits: hits
            .map(|hit| view(db, asked, mark, hit))
            .collect::<Result<_, _>>()?,
        more,
        more_words,
    })
}

/// How many were found; of very many only the newest are ranked.
fn count(frame: &Frame, found: &Found) -> String {
    let ranked = frame.number(found.ranked);
    if found.is_cut() {
        format!("newest {ranked}")
    } else {
        ranked
    }
}

/// A text, at the words that were found in it.
fn text_path(db: &Db<'_>, hit: &Hit) -> Result<String, DeskError> {
    let path = format!("/snapshots/{}?text={}", hit.page, hit.id);
    let Some(hash) = hit.text else {
        return Ok(path);
    };
    // The snippet was cut from this text a moment ago: it is at hand.
    let text = db.shelf().text(hash)?;
    let places = found::places(text.as_str(), text.offsets(), &hit.snippet);
    Ok(match places.as_slice() {
        [] => path,
        places => format!("{path}&lit={}#found", found::in_address(places)),
    })
}

fn view(db: &Db<'_>, asked: &Asked, mark: Shelfmark, hit: Hit) -> Result<HitView, DeskError> {
    let page = hit.page;
    let lit = snippet(&hit.snippet);
    let title = |title: Option<String>| vec![(false, title.unwrap_or_default())];
    // Where the title itself was found, it is not said twice.
    let plain: String = lit.iter().map(|(_, words)| words.as_str()).collect();
    let is_title = hit.title.as_deref() == Some(&plain);
    let path = match mark {
        Shelfmark::Claims | Shelfmark::Verdicts => format!("/claims/{page}"),
        Shelfmark::Sources => format!("/sources/{page}"),
        Shelfmark::Texts => text_path(db, &hit)?,
    };
    let common = HitView {
        path,
        title: Vec::new(),
        words: Vec::new(),
        what: String::new(),
        state: hit.state,
        stale: hit.stale,
        label: hit.label,
        who: hit.who,
        at: hit.at,
        narrower: None,
    };
    Ok(match mark {
        Shelfmark::Claims => HitView {
            title: lit,
            what: format!("Claim {page}"),
            ..common
        },
        Shelfmark::Verdicts => HitView {
            title: title(hit.title),
            words: lit,
            what: match common.stale {
                false => format!("Verdict on claim {page}"),
                true => format!("Earlier verdict on claim {page}"),
            },
            ..common
        },
        Shelfmark::Sources => HitView {
            title: if is_title {
                lit.clone()
            } else {
                title(hit.title)
            },
            words: if is_title { Vec::new() } else { lit },
            what: format!("Source {page}"),
            label: common
                .label
                .as_deref()
                .and_then(|kind| kind.parse::<SourceKind>().ok())
                .map(|kind| kind.label().to_owned()),
            ..common
        },
        Shelfmark::Texts => HitView {
            title: title(hit.title.map(|title| format!("{title}, snapshot {page}"))),
            words: lit,
            what: "Text".to_owned(),
            narrower: hit
                .source
                .filter(|_| asked.source.is_empty())
                .map(|source| asked.query("texts", Some(source), 0)),
            ..common
        },
    })
}
