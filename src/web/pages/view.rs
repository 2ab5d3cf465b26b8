//! Small things that several pages show.

use crate::desk::dossier::{CitationFile, Dossier};
use crate::domain::citation::{Citation, Pages, Reanchoring, Stance};
use crate::domain::ids::{ClaimId, VerdictId};
use crate::domain::scale::Rating;
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::store::citations::Cited;
use crate::store::claims::Claim;
use crate::store::search::{CLOSE, OPEN};
use crate::store::sources::Source;
use crate::text::diff::Change;
use crate::text::offset::OffsetIndex;
use crate::web::dates::written;

/// How many rows one page of a list has.
pub(super) const PAGE: usize = 50;

/// A state in words for people.
pub(in super::super) fn state_words(state: &str) -> &str {
    match state {
        "in_review" => "in review",
        other => other,
    }
}

/// The states in the order in which a claim passes through them.
pub(in super::super) const STATES: [&str; 6] = [
    "open",
    "in_review",
    "decided",
    "approved",
    "published",
    "withdrawn",
];

/// A claim as a row of a list.
pub(super) struct ClaimRow {
    pub(super) id: ClaimId,
    pub(super) statement: String,
    pub(super) state: &'static str,
    pub(super) stale: bool,
    pub(super) corrected: bool,
    pub(super) assignee: Option<String>,
    pub(super) claimant: Option<String>,
}

impl ClaimRow {
    pub(super) fn new(claim: Claim, assignee: Option<String>) -> Self {
        Self {
            id: claim.id,
            statement: claim.statement,
            state: claim.state.as_str(),
            stale: claim.stale,
            corrected: claim.corrected,
            assignee,
            claimant: claim.claimant.map(|claimant| claimant.name.to_string()),
        }
    }

    pub(in super::super) fn state_words(&self) -> &str {
        state_words(self.state)
    }
}

/// A rating as a mark: its words, and its place among the steps of its scale
/// that have an order, the best being step 1.
pub(super) struct RatingMark {
    pub(super) label: String,
    pub(super) place: Option<usize>,
    pub(super) of: usize,
}

impl RatingMark {
    /// The mark of a rating on the scale that these ratings make; a rating
    /// without a number has no place among the others.
    pub(super) fn new(rating: &Rating, ratings: &[Rating]) -> Self {
        let mut values: Vec<i64> = ratings.iter().filter_map(|rating| rating.value).collect();
        values.sort_unstable_by_key(|value| std::cmp::Reverse(*value));
        values.dedup();
        let place = values.iter().position(|value| Some(*value) == rating.value);
        Self {
            label: rating.label.to_string(),
            place: place.map(|place| place + 1),
            of: values.len(),
        }
    }

    /// The steps of the scale, each with whether it is the rating's.
    pub(super) fn steps(&self) -> impl Iterator<Item = bool> + '_ {
        (1..=self.of).map(|step| self.place == Some(step))
    }
}

/// A quote in its context, with everything that stands behind it.
pub(super) struct QuoteView {
    pub(super) id: i64,
    pub(super) stance: Stance,
    pub(super) before: String,
    pub(super) quote: String,
    pub(super) after: String,
    pub(super) links: Vec<SourceLine>,
    pub(super) snapshot: i64,
    /// The source whose snapshot it is.
    pub(super) read_in: i64,
    pub(super) taken_at: Timestamp,
    /// Whether its source is sealed for the reader, so that no hashes are told.
    pub(super) is_withheld: bool,
    pub(super) raw: String,
    pub(super) text: String,
    pub(super) extractor: String,
    pub(super) span: CharSpan,
    pub(super) pages: Option<String>,
    /// The page of a PDF on which it begins.
    pub(super) page: Option<u32>,
    pub(super) notice: Option<String>,
    pub(super) folded: bool,
    pub(super) removed: bool,
    pub(super) outcome: Option<&'static str>,
    pub(super) is_stale: bool,
    pub(super) newer: Option<i64>,
    pub(super) changes: Vec<Change>,
    /// Where the words of the newer snapshot can be cited in their place.
    pub(super) cite_newer: Option<String>,
}

/// One link of a chain: a source as a line.
pub(super) struct SourceLine {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) kind: &'static str,
    pub(super) published: Option<String>,
    pub(super) grade: String,
    pub(super) grade_words: String,
    pub(super) directness: &'static str,
}

impl SourceLine {
    pub(super) fn new(source: &Source) -> Self {
        let sheet = &source.sheet;
        Self {
            id: source.id.get(),
            title: sheet.title.to_string(),
            publisher: sheet.publisher.to_string(),
            kind: sheet.kind.label(),
            published: sheet.published.as_ref().map(written),
            grade: sheet.grade.code(),
            grade_words: format!(
                "{}; {}",
                sheet.grade.reliability.label(),
                sheet.grade.credibility.label()
            ),
            directness: sheet.directness.label(),
        }
    }
}

impl QuoteView {
    pub(super) fn new(file: CitationFile) -> Self {
        let cite_newer = cite_newer(&file.cited);
        let missing = missing(&file.cited);
        let citation = file.cited.citation;
        let pages = place_words(citation.pages, file.locator);
        let is_pdf = file.snapshot.snapshot.media_type == "application/pdf";
        let reanchored = file.cited.reanchored.as_ref();
        Self {
            id: citation.id.get(),
            stance: citation.stance,
            before: shown(&file.before),
            quote: citation.passage.quote,
            after: shown(&file.after),
            links: file.chain.iter().map(SourceLine::new).collect(),
            snapshot: citation.snapshot.get(),
            read_in: file.snapshot.snapshot.source.get(),
            taken_at: file.snapshot.at,
            is_withheld: file.cited.sealed,
            raw: file.snapshot.snapshot.raw.in_words(),
            text: citation.text_hash.in_words(),
            extractor: file.text.extractor,
            span: citation.passage.span,
            pages,
            page: is_pdf.then(|| citation.pages.map_or(1, |pages| pages.first)),
            notice: missing.or(file.snapshot.snapshot.notice.map(String::from)),
            folded: citation.found == crate::domain::citation::FoundBy::Folded,
            removed: file.cited.removed,
            outcome: reanchored.map(Reanchoring::as_str),
            is_stale: reanchored.is_some_and(Reanchoring::is_stale),
            newer: file.cited.newer.map(|snapshot| snapshot.get()),
            changes: file.changes,
            cite_newer,
        }
    }
}

/// Why a quote is not to be read.
fn missing(cited: &Cited) -> Option<String> {
    if cited.sealed {
        let words = "These words come from a sealed source, which only named people see.";
        return Some(words.to_owned());
    }
    cited.erased.map(|entry| {
        format!(
            "These words, or the text in which they stood, were erased: entry {entry} of the log says so. The hashes below stand."
        )
    })
}

/// The longest words that a link carries, in characters.
const LONGEST_LINK: usize = 1_000;

/// The citing page with the words that stand now where cited words stood.
fn cite_newer(cited: &Cited) -> Option<String> {
    let Some(Reanchoring::Altered { span, now }) = &cited.reanchored else {
        return None;
    };
    if now.chars().nth(LONGEST_LINK).is_some() {
        return None;
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("snapshot", &cited.newer?.to_string())
        .append_pair("text", &cited.newer_text?.to_string())
        .append_pair("near", &span.start().to_string())
        .append_pair("quote", now)
        .finish();
    let claim = cited.citation.claim;
    Some(format!("/claims/{claim}/citations/new?{query}"))
}

/// Where words stand, by page and by what the document calls the place.
fn place_words(pages: Option<Pages>, locator: Option<String>) -> Option<String> {
    let pages = pages.map(|pages| {
        if pages.first == pages.last {
            format!("page {}", pages.first)
        } else {
            format!("pages {}–{}", pages.first, pages.last)
        }
    });
    match (pages, locator) {
        (Some(pages), Some(locator)) if pages != locator => {
            Some(format!("{pages} (printed: {locator})"))
        }
        (pages, locator) => pages.or(locator),
    }
}

/// A judgement that a change does not matter, as pages show it.
pub(super) struct DismissalView {
    pub(super) who: String,
    pub(super) at: Timestamp,
    pub(super) reason: String,
    pub(super) snapshot: i64,
    pub(super) citations: Vec<i64>,
}

/// The judgements on a claim, newest first; of one verdict, or of all.
pub(super) fn dismissal_views(dossier: &Dossier, of: Option<VerdictId>) -> Vec<DismissalView> {
    let judged = dossier.dismissals.iter();
    judged
        .filter(|judged| of.is_none_or(|verdict| judged.dismissal.verdict.id == verdict))
        .map(|judged| DismissalView {
            who: dossier.name(judged.by).to_owned(),
            at: judged.at,
            reason: judged.dismissal.reason.to_string(),
            snapshot: judged.dismissal.snapshot.get(),
            citations: judged
                .dismissal
                .citations
                .iter()
                .map(|id| id.get())
                .collect(),
        })
        .collect()
}

/// A stretch of a text on a page: plain, or lit and tied to something.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) link: Option<PieceLink>,
}

/// Context as pages show it: the end of a page is a gap there.
pub(super) fn shown(context: &str) -> String {
    context.replace('\u{c}', "\n\n")
}

/// What a lit stretch is tied to.
#[derive(Clone)]
pub(super) struct PieceLink {
    pub(super) claim: ClaimId,
    pub(super) label: String,
    pub(super) class: &'static str,
}

impl PieceLink {
    pub(super) fn new(citation: &Citation) -> Self {
        Self {
            claim: citation.claim,
            label: format!(
                "cited for claim {}: {}",
                citation.claim,
                citation.stance.label()
            ),
            class: citation.stance.as_str(),
        }
    }
}

/// Cuts a text into plain and lit pieces. Where stretches overlap the one that
/// starts first is lit; the others are still listed beside the text.
pub(super) fn pieces(
    text: &str,
    index: &OffsetIndex,
    mut lit: Vec<(CharSpan, PieceLink)>,
) -> Vec<Piece> {
    lit.sort_by_key(|(span, _)| (span.start(), std::cmp::Reverse(span.end())));
    let mut pieces = Vec::new();
    let mut at = 0;
    for (span, link) in lit {
        let Some(bytes) = index.byte_span(text, span) else {
            continue;
        };
        if bytes.start < at {
            continue;
        }
        pieces.push(Piece {
            text: text[at..bytes.start].to_owned(),
            link: None,
        });
        pieces.push(Piece {
            text: text[bytes.start..bytes.end].to_owned(),
            link: Some(link),
        });
        at = bytes.end;
    }
    pieces.push(Piece {
        text: text[at..].to_owned(),
        link: None,
    });
    pieces
}

/// A snippet of a search as plain and matching pieces.
pub(super) fn snippet(text: &str) -> Vec<(bool, String)> {
    text.split_inclusive([OPEN, CLOSE])
        .scan(false, |matching, piece| {
            let words = piece.trim_end_matches([OPEN, CLOSE]).to_owned();
            let now = *matching;
            *matching = piece.ends_with(OPEN);
            Some((now, words))
        })
        .filter(|(_, words)| !words.is_empty())
        .collect()
}

/// What a kind of event is called on pages.
pub(in super::super) fn deed_words(kind: &str) -> &str {
    match kind {
        "desk_opened" => "opened the desk",
        "older_log_accepted" => "accepted an older log",
        "scale_adopted" => "adopted a rating scale",
        "person_joined" => "added a person",
        "role_changed" => "changed a role",
        "person_left" => "let a person go",
        "article_added" => "added an article",
        "desk_described" => "changed what the desk says of itself",
        "rules_set" => "set the desk’s rules",
        "article_revised" => "brought a newer text of the article",
        "passage_set_aside" => "set a passage aside: nothing to check",
        "passage_taken_up" => "took a passage up again",
        "passage_reanchored" => "looked up the claim’s passage in a newer revision",
        "passage_accepted" => "confirmed the claim for its changed passage",
        "claim_planned" => "set priority and deadline",
        "remark_made" => "wrote a remark",
        "question_settled" => "settled a question",
        "claim_opened" => "opened the claim",
        "claim_reworded" => "reworded the claim",
        "claim_assigned" => "assigned the claim",
        "claim_withdrawn" => "withdrew the claim",
        "claim_reopened" => "reopened the claim",
        "source_added" => "added a source",
        "source_revised" => "revised a source",
        "snapshot_taken" => "took a snapshot",
        "text_derived" => "derived a text",
        "snapshot_fetched" => "fetched a snapshot",
        "snapshot_unread" => "kept a file that cannot be read",
        "text_located" => "noted page labels or time codes",
        "snapshot_confirmed" => "looked again: nothing changed",
        "snapshot_archived" => "had a copy kept elsewhere",
        "recheck_scheduled" => "set how often a source is looked at again",
        "change_dismissed" => "judged that the change does not matter",
        "citation_made" => "cited a source",
        "citation_removed" => "removed a citation",
        "citation_reanchored" => "looked up the cited words in a newer snapshot",
        "verdict_given" => "gave a verdict",
        "verdict_approved" => "approved the verdict",
        "approval_taken_back" => "took back the approval",
        "verdict_dissented" => "dissented from the verdict",
        "verdict_published" => "published the verdict",
        "publication_corrected" => "published a correction",
        "other_check_noted" => "noted a check by others",
        "other_check_removed" => "removed a check by others",
        "key_rotated" => "changed the key that signs the log",
        "key_replaced" => "replaced the lost key of the log; the old one did not sign this",
        "signing_ruled" => "set whether reviewers sign with passkeys",
        "passkey_registered" => "registered a passkey",
        "passkey_retired" => "retired a passkey",
        "erasure_asked" => "asked for an erasure",
        "erasure_withdrawn" => "took back what was asked to be erased",
        "erasure_refused" => "refused an erasure",
        "erased" => "consented to an erasure: words are gone for good",
        "source_sealed" => "sealed a source",
        "source_unsealed" => "unsealed a source",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &str, expected: &[(bool, &str)]) {
        let pieces = snippet(found);
        let pieces: Vec<(bool, &str)> = pieces
            .iter()
            .map(|(lit, words)| (*lit, words.as_str()))
            .collect();
        assert_eq!(pieces, expected);
    }

    #[test]
    fn matching_words_are_told_apart() {
        check(
            "a \u{e000}b\u{e001} c",
            &[(false, "a "), (true, "b"), (false, " c")],
        );
        check("\u{e000}b\u{e001}", &[(true, "b")]);
        check("plain", &[(false, "plain")]);
    }
}
