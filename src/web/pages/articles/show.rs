//! The annotated draft: the newest revision of an article with every claim
//! lit in its place and its card beside it, and what nobody looked at yet.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::drafts::{Coverage, Draft, has_drifted, is_decided, is_withdrawn};
use crate::desk::{Desk, DeskError};
use crate::domain::article::AsideReason;
use crate::domain::ids::{ArticleId, ClaimId};
use crate::domain::person::Deed;
use crate::domain::time::Timestamp;
use crate::store::articles::Article;
use crate::store::drafts::Marked;
use crate::store::log;
use crate::text::offset::ByteSpan;
use crate::text::segments::paragraphs;
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

use super::rows::{Row, Slip, rows};

/// How much of a text one page shows, in bytes; longer ones come in parts.
const PART: usize = 400_000;

/// How many places a filter lists to go to.
const MOST_JUMPS: usize = 60;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    show: String,
    part: Option<usize>,
}

/// What of a draft is lit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Undecided,
    Stale,
    Drifted,
    Open,
}

impl Shown {
    fn parse(text: &str) -> Self {
        match text {
            "undecided" => Self::Undecided,
            "stale" => Self::Stale,
            "drifted" => Self::Drifted,
            "open" => Self::Open,
            _ => Self::All,
        }
    }

    fn lets_through(self, marked: &Marked) -> bool {
        let claim = &marked.claim;
        match self {
            Self::All => true,
            Self::Undecided => !is_withdrawn(claim) && !is_decided(claim),
            Self::Stale => claim.stale,
            Self::Drifted => has_drifted(claim),
            Self::Open => false,
        }
    }
}

/// A revision, as the page lists it.
struct RevisionLine {
    number: u32,
    who: String,
    at: Timestamp,
}

/// A link of the line of filters.
struct FilterLink {
    show: &'static str,
    label: &'static str,
    count: Option<usize>,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "articles/show.html")]
struct ShowPage {
    frame: Frame,
    article: Article,
    coverage: Coverage,
    shown: Shown,
    /// As the address says it.
    show: String,
    rows: Vec<Row>,
    gone: Vec<Slip>,
    jumps: Vec<ClaimId>,
    part: usize,
    parts: usize,
    revisions: Vec<RevisionLine>,
    is_unmarked: bool,
    /// The newest entry of the log that the page shows.
    newest: Option<u64>,
    /// The words of what looks like a heading and was not looked at.
    headings: Vec<String>,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let asked = asked.into_inner();
    let view = app.desk(move |desk| view(desk, frame, *article, &asked));
    page(&view.await?)
}

fn view(desk: &Desk, frame: Frame, id: ArticleId, asked: &Asked) -> Result<ShowPage, DeskError> {
    let (draft, size) = desk.read(|db| Ok((Draft::read(db, id)?, log::size(db)?)))?;
    let shown = Shown::parse(&asked.show);
    let all = paragraphs(draft.text.as_str());
    let cut = parts(&all);
    let part = asked.part.unwrap_or(1).clamp(1, cut.len());
    let here = &all[cut[part - 1].clone()];
    let mut rows = rows(&draft, here, |marked| shown.lets_through(marked));
    for row in &mut rows {
        if shown != Shown::All {
            row.aside.clear();
        }
        if !matches!(shown, Shown::All | Shown::Open) {
            row.unseen.clear();
        }
    }
    let gone = draft.gone.iter();
    let gone = gone.filter(|marked| shown.lets_through(marked));
    let slips = rows.iter().flat_map(|row| &row.slips);
    Ok(ShowPage {
        jumps: match shown {
            Shown::All => Vec::new(),
            _ => slips.map(|slip| slip.claim).take(MOST_JUMPS).collect(),
        },
        gone: gone.map(|marked| Slip::new(&draft, marked, "")).collect(),
        coverage: draft.coverage,
        shown,
        show: asked.show.clone(),
        part,
        parts: cut.len(),
        headings: headings(&draft),
        is_unmarked: draft.marked.is_empty() && draft.asides.is_empty(),
        revisions: draft
            .revisions
            .iter()
            .map(|revised| RevisionLine {
                number: revised.number,
                who: draft.name(revised.by).to_owned(),
                at: revised.at,
            })
            .collect(),
        rows,
        newest: size.checked_sub(1),
        frame,
        article: draft.article,
    })
}

fn headings(draft: &Draft) -> Vec<String> {
    let words = |span| draft.text.slice(span).unwrap_or_default().to_owned();
    draft.headings().into_iter().map(words).collect()
}

/// Cuts the paragraphs of a long text into parts; at least one.
fn parts(paragraphs: &[ByteSpan]) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut first = 0;
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let start = paragraphs[first].start;
        if at > first && paragraph.end - start > PART {
            parts.push(first..at);
            first = at;
        }
    }
    parts.push(first..paragraphs.len());
    parts
}

impl ShowPage {
    fn may_open(&self) -> bool {
        self.frame.may(Deed::OpenClaim)
    }

    fn reasons(&self) -> &'static [AsideReason] {
        AsideReason::ALL
    }

    /// Whether what nobody looked at is laid open in the margin.
    fn lays_open(&self) -> bool {
        self.shown == Shown::Open || self.is_unmarked
    }

    /// What is shown after something was marked: who begins with what nobody
    /// looked at goes on with it.
    fn goes_on(&self) -> &str {
        if self.is_unmarked { "open" } else { &self.show }
    }

    fn filters(&self) -> Vec<FilterLink> {
        let counted = &self.coverage;
        let link = |shown, show, label, count| FilterLink {
            show,
            label,
            count,
            is_current: self.shown == shown,
        };
        let all = [
            link(Shown::All, "", "everything", None),
            link(
                Shown::Undecided,
                "undecided",
                "undecided",
                Some(counted.undecided()),
            ),
            link(Shown::Stale, "stale", "stale", Some(counted.stale)),
            link(Shown::Drifted, "drifted", "drifted", Some(counted.drifted)),
            link(Shown::Open, "open", "not looked at", Some(counted.open)),
        ];
        all.into_iter()
            .filter(|link| link.is_current || link.count != Some(0))
            .collect()
    }

    /// How wide a count is in the bar, of 100.
    fn share(&self, count: usize) -> usize {
        let whole = self.coverage.statements + self.coverage.open;
        (100 * count).checked_div(whole).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_comes_in_parts() {
        let span = |start, end| ByteSpan { start, end };
        let all = [
            span(0, PART / 2),
            span(PART / 2, PART),
            span(PART, 3 * PART),
            span(3 * PART, 3 * PART + 1),
        ];
        assert_eq!(parts(&all), [0..2, 2..3, 3..4]);
        assert_eq!(parts(&all[..1]).first(), Some(&(0..1)));
        assert_eq!(parts(&[]).first(), Some(&(0..0)));
    }
}
