//! What everybody may see: published verdicts and what they rest on.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::dossier::Dossier;
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, EntryIndex, PublicationId};
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;
use crate::store::{checkpoints, claims, log, publications, scales, verdicts};

use super::super::auth::Guest;
use super::super::dates::written;
use super::super::problem::Problem;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::claims::{VerdictView, verdict_views};
use super::snapshots::attachment;
use super::view::{DismissalView, PAGE, QuoteView, dismissal_views};

#[derive(Deserialize)]
pub(in super::super) struct Place {
    before: Option<PublicationId>,
}

/// A published verdict as a row of the index.
struct Row {
    claim: i64,
    statement: String,
    claimant: Option<String>,
    rating: String,
    at: Timestamp,
    retracted: bool,
    stale: bool,
    corrected: bool,
}

#[derive(Template)]
#[template(path = "published/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<PublicationId>,
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    guest: Guest,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before;
    let (rows, next) = app.desk(move |desk| rows(desk, before)).await?;
    page(&ListPage {
        frame: Frame::new(&app, guest.0),
        rows,
        next,
    })
}

fn rows(
    desk: &Desk,
    before: Option<PublicationId>,
) -> Result<(Vec<Row>, Option<PublicationId>), DeskError> {
    desk.read(|db| {
        let found = claims::list_published(db, before, PAGE)?;
        let next = found
            .last()
            .filter(|_| found.len() == PAGE)
            .map(|(_, publication)| *publication);
        let mut rows = Vec::new();
        for (claim, _) in found {
            let Some(newest) = publications::newest(db, claim.id)? else {
                continue;
            };
            let given = verdicts::get(db, newest.verdict)?;
            rows.push(Row {
                claim: claim.id.get(),
                // Readers see the wording that was judged, not a later one.
                statement: given.verdict.statement.to_string(),
                claimant: claim.claimant.map(|claimant| claimant.name.to_string()),
                rating: given.verdict.rating.label.to_string(),
                at: newest.at,
                retracted: newest.retracted,
                stale: claim.stale,
                corrected: claim.corrected,
            });
        }
        Ok((rows, next))
    })
}

/// A correction as readers see it.
struct CorrectionView {
    kind: &'static str,
    note: String,
    at: Timestamp,
    who: String,
}

#[derive(Template)]
#[template(path = "published/show.html")]
struct ShowPage {
    frame: Frame,
    claim: i64,
    statement: String,
    claimant: Option<String>,
    appeared: Option<String>,
    article: Option<(String, Option<String>)>,
    verdict: VerdictView,
    ratings: Vec<Rating>,
    quotes: Vec<QuoteView>,
    origins: usize,
    only_secondary: bool,
    corrections: Vec<CorrectionView>,
    dismissals: Vec<DismissalView>,
    earlier: Vec<(String, Timestamp, bool)>,
    published_at: Timestamp,
    publisher: String,
    asked: u32,
    retracted: bool,
    stale: bool,
    entry: u64,
    leaf: String,
    checkpoint: Option<(u64, String)>,
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    guest: Guest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let frame = Frame::new(&app, guest.0);
    let view = app.desk(move |desk| view(desk, frame, *claim)).await?;
    page(&view)
}

fn not_public(claim: ClaimId) -> DeskError {
    DeskError::NoSuch {
        what: "published claim",
        id: claim.get(),
    }
}

fn view(desk: &Desk, frame: Frame, id: ClaimId) -> Result<ShowPage, DeskError> {
    desk.read(|db| {
        if publications::newest(db, id)?.is_none() {
            return Err(not_public(id));
        }
        let dossier = Dossier::read(db, id, &desk.rules())?;
        let newest = dossier
            .publications
            .first()
            .ok_or_else(|| not_public(id))?
            .clone();
        let given = dossier
            .verdict(newest.verdict)
            .ok_or_else(|| not_public(id))?
            .given
            .clone();
        let scale = scales::find(db, given.verdict.scale.id)?;
        let leaf = log::find(db, given.entry)?.map_or_else(String::new, |entry| entry.leaf);
        let checkpoint = checkpoints::covering(db, given.entry.get() + 1)?;
        let ratings = scale
            .map(|scale| scale.sheet.ratings().to_vec())
            .unwrap_or_default();
        compose(
            frame,
            dossier,
            (newest, given.entry),
            (ratings, leaf, checkpoint),
        )
        .ok_or_else(|| not_public(id))
    })
}

type Proof = (Vec<Rating>, String, Option<(u64, String)>);

fn compose(
    frame: Frame,
    dossier: Dossier,
    (newest, entry): (publications::Published, EntryIndex),
    (ratings, leaf, checkpoint): Proof,
) -> Option<ShowPage> {
    let views = verdict_views(&dossier);
    let earlier = earlier(&dossier, newest.id);
    let verdict = views.into_iter().find(|view| view.entry == entry.get())?;
    let wording = dossier
        .verdict(newest.verdict)?
        .given
        .verdict
        .statement
        .to_string();
    let corrections = dossier.corrections.iter().map(|correction| CorrectionView {
        kind: correction.kind.label(),
        note: correction.note.clone(),
        at: correction.at,
        who: dossier.name(correction.by).to_owned(),
    });
    let claimant = dossier.claim.claimant.as_ref().map(|claimant| {
        claimant.role.as_ref().map_or_else(
            || claimant.name.to_string(),
            |role| format!("{}, {role}", claimant.name),
        )
    });
    let mut page = ShowPage {
        claim: dossier.claim.id.get(),
        statement: wording,
        claimant,
        appeared: dossier.claim.appearance.date.as_ref().map(written),
        article: dossier.article.as_ref().map(|article| {
            (
                article.sheet.title.to_string(),
                article.sheet.notice.as_ref().map(ToString::to_string),
            )
        }),
        ratings,
        quotes: Vec::new(),
        origins: dossier.independent_origins(),
        only_secondary: dossier.only_secondary(),
        corrections: corrections.collect(),
        dismissals: dismissal_views(&dossier, Some(newest.verdict)),
        earlier,
        published_at: newest.at,
        publisher: dossier.name(newest.by).to_owned(),
        asked: newest.asked.0,
        retracted: newest.retracted,
        stale: dossier.claim.stale,
        entry: entry.get(),
        leaf,
        checkpoint,
        frame,
        verdict,
    };
    // The words that this verdict rests on, whether or not they are in use for
    // a later one.
    let rests = |file: &crate::desk::dossier::CitationFile| {
        page.verdict
            .citations
            .contains(&file.cited.citation.id.get())
    };
    page.quotes = dossier
        .citations
        .into_iter()
        .filter(rests)
        .map(QuoteView::new)
        .collect();
    Some(page)
}

/// Earlier publications of the same claim: rating, date, whether retracted.
fn earlier(dossier: &Dossier, newest: PublicationId) -> Vec<(String, Timestamp, bool)> {
    let others = dossier
        .publications
        .iter()
        .filter(|publication| publication.id != newest);
    others
        .map(|publication| {
            let rating = dossier
                .verdict(publication.verdict)
                .map(|file| file.given.verdict.rating.label.to_string());
            (
                rating.unwrap_or_default(),
                publication.at,
                publication.retracted,
            )
        })
        .collect()
}

pub(in super::super) async fn text(
    app: web::Data<App>,
    path: web::Path<(ClaimId, ContentHash)>,
) -> Answer {
    let (claim, hash) = path.into_inner();
    let bytes = app.attempt(move |desk| blob(desk, claim, hash)).await?;
    let bytes = bytes.map_err(Problem::from)?;
    attachment(bytes, &format!("{hash}.txt"), "application/octet-stream")
}

/// The raw bytes or the text under a published verdict; no other blob is
/// given out.
fn blob(desk: &Desk, claim: ClaimId, hash: ContentHash) -> Result<Vec<u8>, DeskError> {
    desk.read(|db| {
        let newest = publications::newest(db, claim)?.ok_or_else(|| not_public(claim))?;
        let given = verdicts::get(db, newest.verdict)?;
        let evidence = &given.verdict.evidence;
        if evidence
            .iter()
            .any(|item| item.raw == hash || item.text == hash)
        {
            Ok(db.shelf().blobs().get(hash)?)
        } else {
            Err(not_public(claim))
        }
    })
}
