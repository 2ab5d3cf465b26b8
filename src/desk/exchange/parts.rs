//! The parts of a claim as files hold them: from what the store read to what
//! is written.

use crate::domain::claim::ClaimState;
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::domain::words::Notice;
use crate::export::json;
use crate::store::changes::Dismissed;
use crate::store::citations::Cited;
use crate::store::other_checks::Noted;
use crate::store::publications::{Corrected, Published};
use crate::store::remarks::Made;
use crate::store::signatures::Signed;
use crate::store::verdicts::{Given, Voiced};

use super::batch::Around;

/// What stands behind a citation.
pub(super) struct Behind {
    pub(super) raw: ContentHash,
    pub(super) notice: Option<Notice>,
    pub(super) extractor: String,
    pub(super) locator: Option<String>,
    pub(super) grade: Option<String>,
    pub(super) chain: Vec<json::Link>,
}

pub(super) fn citation(cited: Cited, behind: Behind) -> json::Citation {
    let citation = cited.citation;
    json::Citation {
        id: citation.id.get(),
        source: citation.source.get(),
        snapshot: citation.snapshot.get(),
        near: citation.passage.span.start(),
        span: citation.passage.span,
        quote: citation.passage.quote,
        prefix: citation.passage.prefix,
        suffix: citation.passage.suffix,
        stance: citation.stance,
        removed: cited.removed,
        pages: citation.pages,
        locator: behind.locator,
        found: citation.found,
        raw_sha256: behind.raw,
        text_sha256: citation.text_hash,
        extractor: behind.extractor,
        grade: behind.grade.unwrap_or_default(),
        chain: behind.chain,
        notice: behind.notice,
        reanchored: cited.reanchored,
        log_index: cited.entry,
        erased: cited.erased,
    }
}

pub(super) fn verdict(
    given: Given,
    opinions: Vec<Voiced>,
    (state, signed): (ClaimState, &mut Vec<Signed>),
    around: &Around,
) -> json::Verdict {
    let verdict = given.verdict;
    let signature = take_signature(signed, given.entry);
    let opinions = opinions.into_iter().map(|voiced| json::Voice {
        opinion: voiced.opinion,
        person: around.name(Some(voiced.person)).to_owned(),
        note: voiced.note,
        at: voiced.at,
        log_index: voiced.entry,
        signature: take_signature(signed, voiced.entry),
    });
    let opinions = opinions.collect();
    json::Verdict {
        id: verdict.id.get(),
        stands: state.verdict() == Some(verdict.id),
        wording: verdict.wording,
        statement: verdict.statement.into(),
        scale: verdict.scale,
        rating: verdict.rating,
        rationale: verdict.rationale.into(),
        evidence: verdict.evidence,
        reviewer: around.name(given.by.map(|by| by.person)).to_owned(),
        role: given.by.map(|by| by.role),
        at: given.at,
        log_index: given.entry,
        opinions,
        signature,
    }
}

/// Takes the signature of an entry out of those of its claim.
fn take_signature(signed: &mut Vec<Signed>, entry: EntryIndex) -> Option<json::Signature> {
    let at = signed.iter().position(|one| one.entry == entry)?;
    let one = signed.swap_remove(at);
    let (assertion, statement) = one.whole?;
    Some(json::Signature {
        statement,
        passkey: one.passkey,
        assertion,
    })
}

pub(super) fn publications(published: Vec<Published>) -> Vec<json::Publication> {
    let list = published.into_iter().map(|publication| json::Publication {
        id: publication.id.get(),
        verdict: publication.verdict.get(),
        approvals: publication.approvals.0,
        approvals_asked: publication.asked.0,
        at: publication.at,
        retracted: publication.retracted,
        log_index: publication.entry,
    });
    list.collect()
}

pub(super) fn corrections(corrected: Vec<Corrected>) -> Vec<json::Correction> {
    let list = corrected.into_iter().map(|correction| json::Correction {
        id: correction.id.get(),
        publication: correction.publication.get(),
        kind: correction.kind,
        note: correction.note,
        at: correction.at,
        log_index: correction.entry,
    });
    list.collect()
}

pub(super) fn dismissals(dismissed: Vec<Dismissed>, around: &Around) -> Vec<json::Dismissed> {
    let list = dismissed.into_iter().map(|dismissed| {
        let dismissal = dismissed.dismissal;
        json::Dismissed {
            verdict: dismissal.verdict.id.get(),
            snapshot: dismissal.snapshot.get(),
            citations: dismissal.citations,
            reason: dismissal.reason.into(),
            restores: dismissal.restores,
            person: around.name(dismissed.by).to_owned(),
            at: dismissed.at,
            log_index: dismissed.entry,
        }
    });
    list.collect()
}

/// The thread of a claim, in the order in which it was written.
pub(super) fn remarks(made: Vec<Made>, around: &Around) -> Vec<json::Remark> {
    let list = made.into_iter().map(|made| json::Remark {
        id: made.remark.id.get(),
        kind: made.remark.kind,
        words: made.remark.words.into(),
        by: around.name(made.by.map(|by| by.person)).to_owned(),
        at: made.at,
        answers: made.remark.answers.map(|id| id.get()),
        citation: made.remark.citation.map(|id| id.get()),
        settled_at: made.settled.map(|(_, at)| at),
        settled_by: made.settled.map(|(by, _)| around.name(by).to_owned()),
        log_index: made.entry,
    });
    list.collect()
}

/// What other publishers found about the claim, newest first.
pub(super) fn others_checks(noted: Vec<Noted>, around: &Around) -> Vec<json::OtherCheck> {
    let list = noted.into_iter().map(|noted| json::OtherCheck {
        id: noted.check.id.get(),
        review: noted.check.review,
        read_in: noted.check.read_in,
        noted_by: around.name(noted.by.map(|by| by.person)).to_owned(),
        at: noted.at,
        log_index: noted.entry,
    });
    list.collect()
}
