//! The rows of a draft: each paragraph with its words cut where marks begin
//! and end, and beside it what stands in the margin.

use std::collections::BTreeSet;

use crate::desk::drafts::Draft;
use crate::domain::ids::ClaimId;
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::store::articles::SetAside;
use crate::store::drafts::Marked;
use crate::text::offset::ByteSpan;
use crate::text::segments::segments;
use crate::web::pages::view::RatingMark;

use super::look::Look;

/// How many sentences of one page can be set aside or marked with one click.
const MOST_OFFERED: usize = 400;

/// Within a paragraph, claims are told apart by so many classes.
const PAIRS: [&str; 4] = [" k0", " k1", " k2", " k3"];

/// A paragraph and its margin.
pub(super) struct Row {
    /// Where its words start in the text, in code points.
    pub(super) start: u64,
    /// About how tall its words and its margin are, in rem.
    pub(super) tall: usize,
    pub(super) beside: usize,
    pub(super) runs: Vec<Run>,
    pub(super) slips: Vec<Slip>,
    pub(super) unseen: Vec<Unseen>,
    pub(super) aside: Vec<AsideView>,
}

/// A run of words that looks the same from its start to its end.
pub(super) struct Run {
    pub(super) text: String,
    /// `lit`, `unseen`, `apart` or nothing, and more classes.
    pub(super) class: String,
    /// The claim that it opens.
    pub(super) claim: Option<ClaimId>,
    /// What it is called in the page.
    pub(super) id: Option<String>,
    /// Whether it is the first run of a claim.
    pub(super) leads: bool,
    /// The claims that end with it.
    pub(super) marks: Vec<Mark>,
}

/// The number of a claim at the end of its words.
pub(super) struct Mark {
    pub(super) claim: ClaimId,
    pub(super) sign: String,
    pub(super) label: String,
    pub(super) class: String,
}

/// A claim's card in the margin.
pub(in crate::web::pages) struct Slip {
    pub(in crate::web::pages) claim: ClaimId,
    pub(in crate::web::pages) class: String,
    pub(in crate::web::pages) statement: String,
    pub(in crate::web::pages) state: &'static str,
    pub(in crate::web::pages) rating: Option<RatingMark>,
    pub(in crate::web::pages) stands: bool,
    pub(in crate::web::pages) stale: bool,
    /// What became of its passage, where somebody has to look at that.
    pub(in crate::web::pages) drifted: Option<&'static str>,
    pub(in crate::web::pages) questions: u32,
    pub(in crate::web::pages) dissents: u32,
    pub(in crate::web::pages) assignee: Option<String>,
    pub(in crate::web::pages) due: Option<Timestamp>,
}

/// A sentence that nobody looked at.
pub(super) struct Unseen {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) words: String,
    /// Whether the page offers to set it aside.
    pub(super) offered: bool,
}

/// A passage that was set aside.
pub(super) struct AsideView {
    pub(super) entry: u64,
    pub(super) words: String,
    pub(super) reason: &'static str,
    pub(super) who: String,
    pub(super) at: Timestamp,
}

impl Slip {
    pub(super) fn new(draft: &Draft, marked: &Marked, hue: &str) -> Self {
        let look = Look::new(draft, marked);
        let claim = &marked.claim;
        let placed = claim.placed.as_ref();
        let became = placed.map_or("altered", |placed| placed.result.as_str());
        Self {
            claim: claim.id,
            class: format!("{}{hue}", look.class),
            statement: claim.statement.clone(),
            state: claim.state.as_str(),
            rating: look.rating,
            stands: look.stands,
            stale: claim.stale,
            drifted: crate::desk::drafts::has_drifted(claim).then_some(became),
            questions: claim.questions,
            dissents: claim.dissents,
            assignee: marked.assignee.clone(),
            due: claim.plan.due.filter(|_| claim.state.verdict().is_none()),
        }
    }

    pub(in crate::web::pages) fn state_words(&self) -> &str {
        crate::web::pages::view::state_words(self.state)
    }
}

/// What a mark over the text is.
enum Over<'d> {
    Claim(&'d Marked),
    Aside(&'d SetAside),
    Unseen(CharSpan),
}

/// Draws the paragraphs of a draft with the claims that `shown` lets through.
pub(super) fn rows(
    draft: &Draft,
    paragraphs: &[ByteSpan],
    shown: impl Fn(&Marked) -> bool,
) -> Vec<Row> {
    let all = marks(draft, paragraphs, shown);
    let mut next = 0;
    let mut active: Vec<usize> = Vec::new();
    let mut offered = 0;
    let mut begun = BTreeSet::new();
    let mut rows = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        active.retain(|at| all[*at].0.end > paragraph.start);
        while next < all.len() && all[next].0.start < paragraph.end {
            if all[next].0.end > paragraph.start {
                active.push(next);
            }
            next += 1;
        }
        let over: Vec<&(ByteSpan, Over<'_>)> = active.iter().map(|at| &all[*at]).collect();
        let mut row = row(draft, *paragraph, &over, &mut begun);
        for unseen in &mut row.unseen {
            offered += 1;
            unseen.offered = offered <= MOST_OFFERED;
        }
        rows.push(row);
    }
    rows
}

/// Everything that lies over these paragraphs, in bytes, in order.
fn marks<'d>(
    draft: &'d Draft,
    paragraphs: &[ByteSpan],
    shown: impl Fn(&Marked) -> bool,
) -> Vec<(ByteSpan, Over<'d>)> {
    let (text, index) = (draft.text.as_str(), draft.text.offsets());
    let (Some(first), Some(last)) = (paragraphs.first(), paragraphs.last()) else {
        return Vec::new();
    };
    let start = index.char_at(text, first.start).unwrap_or_default();
    let end = index.char_at(text, last.end).unwrap_or(u64::MAX);
    let claims = draft.marked.iter().filter(|(_, marked)| shown(marked));
    let claims = claims.map(|(span, marked)| (*span, Over::Claim(marked)));
    let asides = draft
        .asides
        .iter()
        .map(|aside| (aside.span, Over::Aside(aside)));
    let open = draft.open.iter().map(|span| (*span, Over::Unseen(*span)));
    let mut all: Vec<(ByteSpan, Over<'d>)> = claims
        .chain(asides)
        .chain(open)
        .filter(|(span, _)| span.start() < end && start < span.end())
        .filter_map(|(span, over)| Some((index.byte_span(text, span)?, over)))
        .collect();
    all.sort_by_key(|(span, _)| (span.start, span.end));
    all
}

fn row(
    draft: &Draft,
    paragraph: ByteSpan,
    over: &[&(ByteSpan, Over<'_>)],
    begun: &mut BTreeSet<ClaimId>,
) -> Row {
    let text = draft.text.as_str();
    let words = &text[paragraph.start..paragraph.end];
    let spans: Vec<ByteSpan> = over.iter().map(|(span, _)| *span).collect();
    let mut row = Row {
        start: draft
            .text
            .offsets()
            .char_at(text, paragraph.start)
            .unwrap_or_default(),
        tall: 0,
        beside: 0,
        runs: Vec::new(),
        slips: Vec::new(),
        unseen: Vec::new(),
        aside: Vec::new(),
    };
    for piece in segments(paragraph, &spans) {
        row.runs.push(run(draft, &piece, over, begun));
    }
    for (at, (span, what)) in over.iter().enumerate() {
        if span.start < paragraph.start {
            continue;
        }
        match what {
            Over::Claim(marked) => row.slips.push(Slip::new(draft, marked, &hue(at))),
            Over::Aside(aside) => row.aside.push(aside_view(draft, aside)),
            Over::Unseen(sentence) => row.unseen.push(Unseen {
                start: sentence.start(),
                end: sentence.end(),
                words: text[span.start..span.end].to_owned(),
                offered: false,
            }),
        }
    }
    let lines = words.split('\n').map(|line| 1 + line.chars().count() / 66);
    row.tall = 1 + lines.sum::<usize>() * 17 / 10;
    let quiet = usize::from(!row.unseen.is_empty()) + usize::from(!row.aside.is_empty());
    row.beside = row.slips.len() * 7 + quiet * 3;
    row
}

fn hue(at: usize) -> String {
    PAIRS[at % PAIRS.len()].to_owned()
}

fn run(
    draft: &Draft,
    piece: &crate::text::segments::Segment,
    over: &[&(ByteSpan, Over<'_>)],
    begun: &mut BTreeSet<ClaimId>,
) -> Run {
    let text = draft.text.as_str();
    let mut run = Run {
        text: text[piece.span.start..piece.span.end].to_owned(),
        class: String::new(),
        claim: None,
        id: None,
        leads: false,
        marks: Vec::new(),
    };
    // The shortest claim over a piece is the one that its words open.
    let mut shortest = usize::MAX;
    let (mut hues, mut claims) = (String::new(), 0);
    for at in &piece.over {
        let (span, what) = over[*at];
        match what {
            Over::Claim(marked) => {
                let look = Look::new(draft, marked);
                claims += 1;
                hues.push_str(&hue(*at));
                run.leads |= begun.insert(marked.claim.id);
                if span.end - span.start < shortest {
                    shortest = span.end - span.start;
                    run.claim = Some(marked.claim.id);
                    run.class = format!("lit {}", look.class);
                }
                if span.end == piece.span.end {
                    run.marks.push(Mark {
                        claim: marked.claim.id,
                        sign: look.sign,
                        label: look.label,
                        class: format!("{}{}", look.class, hue(*at)),
                    });
                }
            }
            Over::Aside(aside) if run.claim.is_none() => {
                "apart".clone_into(&mut run.class);
                if span.start == piece.span.start {
                    run.id = Some(format!("a{}", aside.entry));
                }
            }
            Over::Unseen(sentence) if run.claim.is_none() => {
                "unseen".clone_into(&mut run.class);
                if span.start == piece.span.start {
                    run.id = Some(format!("s{}", sentence.start()));
                }
            }
            Over::Aside(_) | Over::Unseen(_) => {}
        }
    }
    if claims > 1 {
        run.class.push_str(" several");
    }
    run.class.push_str(&hues);
    run
}

fn aside_view(draft: &Draft, aside: &SetAside) -> AsideView {
    AsideView {
        entry: aside.entry.get(),
        words: aside.aside.passage.quote.clone(),
        reason: aside.aside.reason.label(),
        who: draft.name(aside.by).to_owned(),
        at: aside.at,
    }
}
