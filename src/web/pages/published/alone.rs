//! A published verdict as one file that opens from a disk and asks for nothing:
//! the public page of an evidence bundle.

use askama::Template;

use crate::desk::dossier::Dossier;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::ClaimId;
use crate::domain::sheet::Locale;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, public};
use crate::web::assets;
use crate::web::pages::view::QuoteView;

use super::show::{CorrectionView, VerdictView, corrections, rests_on, verdict_view};

#[derive(Template)]
#[template(path = "published/alone.html")]
struct AlonePage {
    /// The element that holds the style; the strict policy is for what the desk
    /// serves, and this opens from a disk.
    style: String,
    locale: Locale,
    desk: String,
    url: String,
    statement: String,
    claimant: Option<String>,
    verdict: VerdictView,
    published_at: Timestamp,
    publisher: String,
    retracted: bool,
    stale: bool,
    corrections: Vec<CorrectionView>,
    quotes: Vec<QuoteView>,
}

/// Draws the public page of a claim as one file; nothing where there is none.
/// `base` is the address of the desk.
///
/// # Errors
/// When words that it shows do not stand in their text.
pub fn file(
    desk: &Desk,
    db: &Db<'_>,
    (base, claim): (&str, ClaimId),
) -> Result<Option<String>, DeskError> {
    let Some(shown) = public::find(db, claim)? else {
        return Ok(None);
    };
    let dossier = Dossier::read(db, claim, &desk.rules())?;
    let mut acts = dossier.publications.iter();
    let (Some(given), Some(act)) = (
        dossier.verdict(shown.verdict.id),
        acts.find(|act| act.id == shown.id),
    ) else {
        return Ok(None);
    };
    let sheet = desk.sheet();
    let page = AlonePage {
        style: format!("<style>{}</style>", assets::alone_style()),
        locale: sheet.locale,
        desk: sheet.name.to_string(),
        url: format!("{base}/published/{claim}"),
        claimant: shown
            .claimant
            .as_ref()
            .map(|claimant| match &claimant.role {
                Some(role) => format!("{}, {role}", claimant.name),
                None => claimant.name.to_string(),
            }),
        verdict: verdict_view(&dossier, given),
        published_at: act.at,
        publisher: dossier.name(act.by).to_owned(),
        retracted: shown.retracted,
        stale: shown.stale,
        corrections: corrections(&dossier),
        quotes: rests_on(&dossier, &shown)
            .into_iter()
            .map(QuoteView::new)
            .collect(),
        statement: shown.verdict.statement.into(),
    };
    let written = page.render();
    Ok(Some(
        written.map_err(|error| StoreError::corrupt("page", error))?,
    ))
}
