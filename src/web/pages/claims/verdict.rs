//! Verdicts as pages show them.

use crate::desk::dossier::Dossier;
use crate::domain::publication::Opinion;
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;

/// What a colleague said, as the page shows it.
pub(in crate::web::pages) struct OpinionView {
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) is_approval: bool,
    pub(in crate::web::pages) note: Option<String>,
    pub(in crate::web::pages) at: Timestamp,
    /// The fingerprint of the passkey that signed it.
    pub(in crate::web::pages) signed: Option<String>,
}

/// A verdict, as the pages show it.
pub(in crate::web::pages) struct VerdictView {
    pub(in crate::web::pages) rating: Rating,
    pub(in crate::web::pages) scale: String,
    pub(in crate::web::pages) rationale: String,
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) role: String,
    pub(in crate::web::pages) at: Timestamp,
    pub(in crate::web::pages) entry: u64,
    pub(in crate::web::pages) wording: u32,
    pub(in crate::web::pages) citations: Vec<i64>,
    pub(in crate::web::pages) opinions: Vec<OpinionView>,
    pub(in crate::web::pages) stands: bool,
    /// The fingerprint of the passkey that signed it.
    pub(in crate::web::pages) signed: Option<String>,
}

/// A claim's verdicts as pages show them, newest first.
pub(in crate::web::pages) fn verdict_views(dossier: &Dossier) -> Vec<VerdictView> {
    let stands = dossier.claim.state.verdict();
    let views = dossier.verdicts.iter().map(|file| {
        let verdict = &file.given.verdict;
        VerdictView {
            rating: verdict.rating.clone(),
            scale: format!("{} v{}", verdict.scale.key, verdict.scale.version),
            rationale: verdict.rationale.to_string(),
            who: dossier.name(file.given.by.map(|by| by.person)).to_owned(),
            role: file
                .given
                .by
                .map(|by| by.role.to_string())
                .unwrap_or_default(),
            at: file.given.at,
            entry: file.given.entry.get(),
            wording: verdict.wording,
            citations: verdict
                .evidence
                .iter()
                .map(|evidence| evidence.citation.get())
                .collect(),
            opinions: file
                .opinions
                .iter()
                .map(|voiced| OpinionView {
                    who: dossier.name(Some(voiced.person)).to_owned(),
                    is_approval: voiced.opinion == Opinion::Approval,
                    note: voiced.note.clone(),
                    at: voiced.at,
                    signed: dossier.signed_by(voiced.entry),
                })
                .collect(),
            signed: dossier.signed_by(file.given.entry),
            stands: stands == Some(verdict.id),
        }
    });
    views.collect()
}
