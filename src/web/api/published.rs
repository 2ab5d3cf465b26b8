//! What is public: published verdicts, corrections of them, and the scales
//! that they use.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::DeskError;
use crate::domain::claim::Claimant;
use crate::domain::ids::{ClaimId, CorrectionId, EntryIndex, PublicationId, ScaleId, VerdictId};
use crate::domain::publication::CorrectionKind;
use crate::domain::scale::{Rating, Scale};
use crate::domain::time::Timestamp;
use crate::domain::verdict::ScaleUsed;
use crate::domain::words::Language;
use crate::store::public::{self as rows, Filter, Shown};
use crate::store::register::{self, Change, Next};
use crate::store::scales as scale_rows;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{List, Page, Public, Reply};
use super::asked::Asked;
use super::paging::{Limit, last, next};

/// Which published verdicts to list; the newest come first. Of each claim
/// there is the newest one alone.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Only those in which every one of these words occurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    /// Only those with this rating, by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<String>,
    /// Only those that were published at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Only those of articles in this language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// Go on after this publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<PublicationId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// A published verdict.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PublicationLine")]
pub(in crate::web) struct Published {
    /// The publication.
    id: PublicationId,
    /// The claim.
    claim: ClaimId,
    /// Its public page, for good.
    url: String,
    /// The wording that was judged.
    statement: String,
    /// Who made the claim.
    claimant: Option<Claimant>,
    /// The verdict.
    verdict: VerdictId,
    /// The scale and its version.
    scale: ScaleUsed,
    /// The step of the scale.
    rating: Rating,
    /// Why.
    rationale: String,
    /// When it was published.
    published_at: Timestamp,
    /// Whether the desk took it back.
    retracted: bool,
    /// Whether cited words changed since.
    stale: bool,
    /// Whether a correction was ever published.
    corrected: bool,
}

impl Published {
    fn new(base: &str, shown: Shown) -> Self {
        let verdict = shown.verdict;
        Self {
            id: shown.id,
            claim: shown.claim,
            url: format!("{base}/published/{}", shown.claim),
            statement: verdict.statement.into(),
            claimant: shown.claimant,
            verdict: verdict.id,
            scale: verdict.scale,
            rating: verdict.rating,
            rationale: verdict.rationale.into(),
            published_at: shown.at,
            retracted: shown.retracted,
            stale: shown.stale,
            corrected: shown.corrected,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Public<Page<Published>>, Problem> {
    let filter = Filter {
        words: wanted.q.clone(),
        rating: wanted.rating.clone(),
        since: wanted.since,
        language: wanted.language.as_ref().map(ToString::to_string),
        ..Filter::default()
    };
    let (after, limit) = (wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| desk.read(|db| Ok(rows::list(db, &filter, after, limit.get())?)))
        .await?;
    let next = last(&found, limit).map(|shown| {
        wanted.after = Some(shown.id);
        next("/publications", &wanted)
    });
    let base = &app.facts().base;
    let lines = found.into_iter().map(|shown| Published::new(base, shown));
    Ok(Public(Page(List::new(lines.collect(), next))))
}

/// Which corrections to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct After {
    /// Only those of a kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<CorrectionKind>,
    /// Only those of what was published of this claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimId>,
    /// Only those that were made at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Only those that were made before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Go on after this correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<CorrectionId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// A correction of something that is or was public.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CorrectionLine")]
pub(in crate::web) struct Corrected {
    /// Its number.
    id: CorrectionId,
    /// What kind it is.
    kind: CorrectionKind,
    /// What changed and why.
    note: String,
    /// When.
    at: Timestamp,
    /// The claim.
    claim: ClaimId,
    /// Its public page.
    url: String,
    /// The wording that was published.
    statement: String,
    /// The rating that was published, as readers saw it.
    rating: String,
    /// When that was published.
    published_at: Timestamp,
    /// The entry of the log that published it.
    published_entry: EntryIndex,
    /// The entry of the log that corrects it.
    entry: EntryIndex,
    /// What was published of the claim next; nothing before that.
    next: Option<Republished>,
}

/// What was published of a claim after a correction.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Republished {
    /// The rating, as readers see it.
    rating: String,
    /// When.
    at: Timestamp,
    /// Its entry in the log.
    entry: EntryIndex,
}

impl Republished {
    fn new(next: Next) -> Self {
        Self {
            rating: next.rating,
            at: next.at,
            entry: next.entry,
        }
    }
}

impl Corrected {
    fn new(base: &str, change: Change) -> Self {
        Self {
            id: change.id,
            kind: change.kind,
            note: change.note,
            at: change.at,
            claim: change.claim,
            url: format!("{base}/published/{}", change.claim),
            statement: change.statement,
            rating: change.rating,
            published_at: change.published_at,
            published_entry: change.published_entry,
            entry: change.entry,
            next: change.next.map(Republished::new),
        }
    }
}

pub(in crate::web) async fn corrections(
    app: web::Data<App>,
    Asked(mut wanted): Asked<After>,
) -> Result<Public<Page<Corrected>>, Problem> {
    let (after, limit) = (wanted.after, wanted.limit);
    let filter = register::Filter {
        kind: wanted.kind,
        claim: wanted.claim,
        from: wanted.since,
        to: wanted.until,
    };
    let found = app
        .desk(move |desk| desk.read(|db| Ok(register::list(db, &filter, after, limit.get())?)))
        .await?;
    let next = last(&found, limit).map(|change| {
        wanted.after = Some(change.id);
        next("/corrections", &wanted)
    });
    let base = &app.facts().base;
    let lines = found.into_iter().map(|change| Corrected::new(base, change));
    Ok(Public(Page(List::new(lines.collect(), next))))
}

/// Which versions of scales to list; the first adopted come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Scales {
    /// Go on after this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<ScaleId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn scales(
    app: web::Data<App>,
    Asked(mut wanted): Asked<Scales>,
) -> Result<Public<Page<Scale>>, Problem> {
    let after = wanted.after.map_or(0, ScaleId::get);
    let limit = wanted.limit;
    let found = app
        .desk(move |desk| desk.read(|db| Ok(scale_rows::list_after(db, after, limit.get())?)))
        .await?;
    let next = last(&found, limit).map(|scale| {
        wanted.after = Some(scale.id);
        next("/scales", &wanted)
    });
    Ok(Public(Page(List::new(found, next))))
}

pub(in crate::web) async fn scale(
    app: web::Data<App>,
    scale: web::Path<ScaleId>,
) -> Result<Public<Reply<Scale>>, Problem> {
    let id = *scale;
    let missing = DeskError::NoSuch {
        what: "scale",
        id: id.get(),
    };
    let found = app.desk(move |desk| desk.read(|db| scale_rows::find(db, id)?.ok_or(missing)));
    Ok(Public(Reply::new(found.await?)))
}
