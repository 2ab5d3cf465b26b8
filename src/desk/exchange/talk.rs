//! What colleagues said about a claim, and what others found about it, as the
//! file holds it.

use crate::export::json;

use super::super::dossier::Dossier;

/// The thread of a claim, in the order in which it was written.
pub(super) fn remarks(dossier: &Dossier) -> Vec<json::Remark> {
    let list = dossier.remarks.iter().map(|made| {
        let settled = made.settled.as_ref();
        json::Remark {
            id: made.remark.id.get(),
            kind: made.remark.kind,
            words: made.remark.words.to_string(),
            by: dossier.name(made.by.map(|by| by.person)).to_owned(),
            at: made.at,
            answers: made.remark.answers.map(|id| id.get()),
            citation: made.remark.citation.map(|id| id.get()),
            settled_at: settled.map(|(_, at)| *at),
            settled_by: settled.map(|(by, _)| dossier.name(*by).to_owned()),
            log_index: made.entry,
        }
    });
    list.collect()
}

/// What other publishers found about the claim, newest first.
pub(super) fn others_checks(dossier: &Dossier) -> Vec<json::OtherCheck> {
    let list = dossier.others_checks.iter().map(|noted| json::OtherCheck {
        id: noted.check.id.get(),
        review: noted.check.review.clone(),
        read_in: noted.check.read_in.clone(),
        noted_by: dossier.name(noted.by.map(|by| by.person)).to_owned(),
        at: noted.at,
        log_index: noted.entry,
    });
    list.collect()
}
