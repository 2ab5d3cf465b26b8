//! A published verdict: the claim, the rating on its whole scale, why, who
//! decided, the words it rests on, and how to check all that.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::claim_reviews;
use crate::desk::dossier::{CitationFile, Dossier, VerdictFile};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ClaimId, PublicationId};
use crate::domain::publication::{CorrectionKind, Opinion};
use crate::domain::scale::Rating;
use crate::domain::source::Directness;
use crate::domain::time::Timestamp;
use crate::domain::words::Title;
use crate::export::claim_review::compact;
use crate::export::claim_review::script::Embedded;
use crate::store::public::{self, Shown};
use crate::store::publications::Published;
use crate::store::shown::Reach;
use crate::store::sources::Source;
use crate::store::{Db, StoreError, checkpoints, log, scales};

use super::super::super::auth::Guest;
use super::super::super::kept::{Look, look_for_page};
use super::super::super::render::{Answer, Frame};
use super::super::super::state::App;
use super::super::view::{DismissalView, QuoteView, dismissal_views};
use super::not_public;
use super::share::Share;
use super::summary::Summary;

/// What a colleague said of the verdict.
pub(super) struct Voice {
    pub(super) who: String,
    pub(super) is_approval: bool,
    pub(super) note: Option<String>,
    pub(super) at: Timestamp,
    /// The fingerprint of the passkey that signed it.
    pub(super) signed: Option<String>,
}

/// The verdict as readers see it.
pub(super) struct VerdictView {
    pub(super) rating: Rating,
    pub(super) rationale: String,
    pub(super) who: String,
    pub(super) role: String,
    pub(super) at: Timestamp,
    pub(super) voices: Vec<Voice>,
    /// The fingerprint of the passkey that signed it.
    pub(super) signed: Option<String>,
}

/// A correction as readers see it.
pub(super) struct CorrectionView {
    pub(super) kind: CorrectionKind,
    pub(super) note: String,
    pub(super) at: Timestamp,
    pub(super) who: String,
}

/// Cited words, and where their source can be found.
struct Cited {
    quote: QuoteView,
    /// The original's address.
    address: Option<String>,
    /// Who keeps a copy, where, and of when.
    copy: Option<(String, String, String)>,
}

/// An earlier publication of the same claim.
struct Earlier {
    rating: String,
    at: Timestamp,
    retracted: bool,
}

/// What outsiders need to check the verdict.
struct Proof {
    entry: u64,
    leaf: String,
    checkpoint: Option<(u64, String)>,
}

/// JSON that a page holds as it is: it can neither end its element nor begin
/// another.
struct LinkedData(Embedded);

impl std::fmt::Display for LinkedData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl askama::filters::HtmlSafe for LinkedData {}

#[derive(Template)]
#[template(path = "published/show.html")]
struct ShowPage {
    frame: Frame,
    share: Share,
    /// The verdict as a ClaimReview, as long as the desk stands by it.
    review: Option<LinkedData>,
    claim: ClaimId,
    statement: String,
    claimant: Option<String>,
    appeared: Option<String>,
    article: Option<String>,
    /// The warning that goes with the article.
    notice: Option<String>,
    verdict: VerdictView,
    scale: String,
    ratings: Vec<Rating>,
    cited: Vec<Cited>,
    origins: usize,
    only_secondary: bool,
    corrections: Vec<CorrectionView>,
    dismissals: Vec<DismissalView>,
    earlier: Vec<Earlier>,
    published_at: Timestamp,
    publisher: String,
    asked: u32,
    retracted: bool,
    stale: bool,
    proof: Proof,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let frame = Frame::new(&app, guest.0);
    let empty = match look_for_page(&app, &request, (&frame, Reach::Claim(*claim))) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let told = app.clone();
    let view = app
        .desk(move |desk| view(desk, &told, frame, *claim))
        .await?;
    // A checkpoint will cover a verdict that is a second old.
    let empty = match view.proof.checkpoint {
        Some(_) => empty,
        None => empty.passing(),
    };
    empty.keep_page((&app, &request), &view.frame, &view)
}

fn view(desk: &Desk, app: &App, frame: Frame, id: ClaimId) -> Result<ShowPage, DeskError> {
    desk.read(|db| {
        let shown = public::find(db, id)?.ok_or_else(|| not_public(id))?;
        let share = Share::new(app, &Summary::read(desk, db, id)?);
        let dossier = Dossier::read(db, id, &desk.rules())?;
        let given = dossier.verdict(shown.verdict.id);
        let given = given.ok_or_else(|| not_public(id))?.clone();
        let scale = scales::find(db, shown.verdict.scale.id)?;
        let (scale, ratings) = scale.map_or_else(Default::default, |scale| {
            let name = format!("{}, version {}", scale.sheet.name(), scale.version);
            (name, scale.sheet.ratings().to_vec())
        });
        let proof = proof(db, &given)?;
        let title = title(db, &dossier, shown.id)?;
        let page = Page {
            frame,
            share,
            review: review(desk, db, (app, id))?,
            scale,
            ratings,
            proof,
            title,
        };
        page.with(shown, &given, dossier)
            .ok_or_else(|| not_public(id))
    })
}

/// What the page says to search engines.
fn review(
    desk: &Desk,
    db: &Db<'_>,
    (app, claim): (&App, ClaimId),
) -> Result<Option<LinkedData>, DeskError> {
    let publisher = claim_reviews::publisher(desk, &app.facts().base);
    let facts = claim_reviews::of_public(db, &publisher, claim)?;
    let written = facts.as_ref().and_then(compact).transpose();
    let written = written.map_err(|error| StoreError::corrupt("claim review", error))?;
    Ok(written.map(|json| LinkedData(Embedded::new(&json))))
}

fn proof(db: &Db<'_>, file: &VerdictFile) -> Result<Proof, DeskError> {
    let entry = file.given.entry;
    Ok(Proof {
        entry: entry.get(),
        leaf: log::find(db, entry)?.map_or_else(String::new, |entry| entry.leaf),
        checkpoint: checkpoints::covering(db, entry.get() + 1)?,
    })
}

/// What the claim's article was called when the verdict was published.
fn title(
    db: &Db<'_>,
    dossier: &Dossier,
    published: PublicationId,
) -> Result<Option<Title>, DeskError> {
    let mut publications = dossier.publications.iter();
    let newest = publications.find(|publication| publication.id == published);
    Ok(match (&dossier.article, newest) {
        (Some(article), Some(newest)) => public::title(db, article.id, newest.entry)?,
        _ => None,
    })
}

/// What stands around a verdict on its page.
struct Page {
    frame: Frame,
    share: Share,
    review: Option<LinkedData>,
    scale: String,
    ratings: Vec<Rating>,
    proof: Proof,
    /// What the article was called when the verdict was published.
    title: Option<Title>,
}

impl Page {
    /// The page of what is public of a claim.
    fn with(self, shown: Shown, given: &VerdictFile, dossier: Dossier) -> Option<ShowPage> {
        let mut publications = dossier.publications.iter();
        let newest = publications
            .find(|publication| publication.id == shown.id)?
            .clone();
        let appearance = &dossier.claim.appearance;
        let rests = rests_on(&dossier, &shown);
        Some(ShowPage {
            frame: self.frame,
            share: self.share,
            review: self.review,
            claim: shown.claim,
            statement: shown.verdict.statement.to_string(),
            claimant: shown.claimant.map(|claimant| match claimant.role {
                Some(role) => format!("{}, {role}", claimant.name),
                None => claimant.name.to_string(),
            }),
            appeared: appearance.date.as_ref().map(crate::web::dates::written),
            article: self.title.map(|title| title.to_string()),
            notice: dossier
                .article
                .as_ref()
                .and_then(|article| Some(article.sheet.notice.as_ref()?.to_string())),
            verdict: verdict_view(&dossier, given),
            scale: self.scale,
            ratings: self.ratings,
            origins: origins(&rests),
            only_secondary: only_secondary(&rests),
            cited: rests.into_iter().map(cited).collect(),
            corrections: corrections(&dossier),
            dismissals: dismissal_views(&dossier, Some(newest.verdict)),
            earlier: earlier(&dossier, newest.id),
            published_at: newest.at,
            publisher: dossier.name(newest.by).to_owned(),
            asked: newest.asked.0,
            retracted: newest.retracted,
            stale: dossier.claim.stale,
            proof: self.proof,
        })
    }
}

/// The words that the verdict rests on, whether or not they are in use for a
/// later one.
pub(super) fn rests_on(dossier: &Dossier, shown: &Shown) -> Vec<CitationFile> {
    let evidence = &shown.verdict.evidence;
    let rests = |file: &&CitationFile| {
        let id = file.cited.citation.id;
        evidence.iter().any(|item| item.citation == id)
    };
    dossier.citations.iter().filter(rests).cloned().collect()
}

fn origins(rests: &[CitationFile]) -> usize {
    let origins = rests.iter().filter_map(CitationFile::origin);
    origins.map(Source::origin).collect::<BTreeSet<_>>().len()
}

fn only_secondary(rests: &[CitationFile]) -> bool {
    let mut origins = rests.iter().filter_map(CitationFile::origin).peekable();
    origins.peek().is_some()
        && origins.all(|source| source.sheet.directness == Directness::Secondary)
}

fn cited(file: CitationFile) -> Cited {
    let taken = &file.snapshot;
    let seen = file
        .chain
        .last()
        .and_then(|source| source.sheet.url.as_ref());
    let address = taken.snapshot.url.as_ref().or(seen);
    Cited {
        address: address.map(ToString::to_string),
        copy: taken.archived.as_ref().map(|copy| {
            let (archive, at) = (copy.archive.to_string(), copy.at.to_string());
            (archive, copy.url.to_string(), at)
        }),
        quote: QuoteView::new(file),
    }
}

pub(super) fn verdict_view(dossier: &Dossier, file: &VerdictFile) -> VerdictView {
    let given = &file.given;
    let voices = file.opinions.iter().map(|voiced| Voice {
        who: dossier.name(Some(voiced.person)).to_owned(),
        is_approval: voiced.opinion == Opinion::Approval,
        note: voiced.note.clone(),
        at: voiced.at,
        signed: dossier.signed_by(voiced.entry),
    });
    VerdictView {
        rating: given.verdict.rating.clone(),
        rationale: given.verdict.rationale.to_string(),
        who: dossier.name(given.by.map(|by| by.person)).to_owned(),
        role: given.by.map(|by| by.role.to_string()).unwrap_or_default(),
        at: given.at,
        signed: dossier.signed_by(given.entry),
        voices: voices.collect(),
    }
}

pub(super) fn corrections(dossier: &Dossier) -> Vec<CorrectionView> {
    let corrections = dossier.corrections.iter().map(|correction| CorrectionView {
        kind: correction.kind,
        note: correction.note.clone(),
        at: correction.at,
        who: dossier.name(correction.by).to_owned(),
    });
    corrections.collect()
}

fn earlier(dossier: &Dossier, newest: PublicationId) -> Vec<Earlier> {
    let others = dossier.publications.iter();
    let others = others.filter(|publication| publication.id != newest);
    let rating = |publication: &Published| {
        let file = dossier.verdict(publication.verdict);
        file.map(|file| file.given.verdict.rating.label.to_string())
    };
    others
        .map(|publication| Earlier {
            rating: rating(publication).unwrap_or_default(),
            at: publication.at,
            retracted: publication.retracted,
        })
        .collect()
}
