//! The revisions of an article: the list, the text of each, and what changed
//! between two.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::drafts;
use crate::desk::erasures::still_there;
use crate::desk::revising::MOST;
use crate::desk::{Desk, DeskError};
use crate::domain::citation::Reanchoring;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId};
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::store::articles::{self as rows, Revised};
use crate::store::claims::Claim;
use crate::store::{Db, drafts as draft_rows};
use crate::web::api::answer::{List, Page, Reply};
use crate::web::api::asked::Asked;
use crate::web::api::comparing::{Compared, compare};
use crate::web::api::file::Text;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Which revisions to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<u32>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// A revision of an article.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RevisionLine")]
pub(in crate::web) struct Line {
    /// Counts the revisions of the article.
    number: u32,
    /// SHA-256 of its text.
    text_sha256: ContentHash,
    /// The length of the text in code points.
    chars: u64,
    /// Who brought it.
    person: Option<PersonId>,
    /// When.
    at: Timestamp,
    /// Its entry in the log.
    log_index: EntryIndex,
}

impl Line {
    const fn new(revised: &Revised) -> Self {
        Self {
            number: revised.number,
            text_sha256: revised.text,
            chars: revised.chars,
            person: revised.by,
            at: revised.at,
            log_index: revised.entry,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let (article, limit) = (*article, wanted.limit);
    let before = wanted.after.unwrap_or(u32::MAX);
    let found = app
        .desk(move |desk| {
            desk.read(|db| {
                drafts::find(db, article)?;
                Ok(rows::revisions_before(db, article, before, limit.get())?)
            })
        })
        .await?;
    let next = last(&found, limit).map(|revised| {
        wanted.after = Some(revised.number);
        next(&format!("/articles/{article}/revisions"), &wanted)
    });
    Ok(Page(List::new(found.iter().map(Line::new).collect(), next)))
}

fn find(db: &Db<'_>, article: ArticleId, number: u32) -> Result<Revised, DeskError> {
    rows::revision(db, article, number)?.ok_or(DeskError::NoSuch {
        what: "revision",
        id: number.into(),
    })
}

pub(in crate::web) async fn revision(
    app: web::Data<App>,
    _: Visitor,
    path: web::Path<(ArticleId, u32)>,
) -> Result<Reply<Line>, Problem> {
    let (article, number) = path.into_inner();
    let found = app
        .desk(move |desk| desk.read(|db| find(db, article, number)))
        .await?;
    Ok(Reply::new(Line::new(&found)))
}

pub(in crate::web) async fn text(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    path: web::Path<(ArticleId, u32)>,
) -> Result<Text, Problem> {
    let (article, number) = path.into_inner();
    let read = app.fetched(&request, move |desk| {
        desk.read(|db| {
            let hash = find(db, article, number)?.text;
            still_there(db, hash)?;
            Ok((db.shelf().text(hash)?, hash))
        })
    });
    let ((text, hash), held) = read.await?;
    Ok(Text { text, hash, held })
}

/// Which revisions to compare.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Pair {
    /// The older revision; left out: the one before the newer.
    #[serde(default)]
    from: Option<u32>,
    /// The newer revision; left out: the newest.
    #[serde(default)]
    to: Option<u32>,
}

/// What changed between two revisions of an article.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RevisionChanges")]
pub(in crate::web) struct Changes {
    /// The older revision.
    from: Line,
    /// The newer revision.
    to: Line,
    /// Their texts, held against each other.
    text: Compared,
    /// The article's claims, in the order in which they were opened.
    claims: Vec<Place>,
}

/// Where a claim of an article stands in two of its revisions.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClaimMoved")]
struct Place {
    /// The claim.
    claim: ClaimId,
    /// Where it stands in the older revision, as far as known.
    from: Option<CharSpan>,
    /// Where it stands in the newer revision, as far as known.
    to: Option<CharSpan>,
    /// What became of it when the newer revision was brought; null where that
    /// did not follow the older one, or the claim is younger.
    became: Option<Reanchoring>,
}

impl Place {
    fn new(claim: &Claim, (from, to): (u32, u32)) -> Self {
        let placed = claim.placed.as_ref();
        let recorded = placed.filter(|placed| placed.revision == to && from + 1 == to);
        Self {
            claim: claim.id,
            from: claim.span_in(from),
            to: claim.span_in(to),
            became: recorded.map(|placed| placed.result.clone()),
        }
    }
}

pub(in crate::web) async fn changes(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
    Asked(pair): Asked<Pair>,
) -> Result<Reply<Changes>, Problem> {
    let article = *article;
    let found = app.desk(move |desk| compared(desk, article, &pair));
    Ok(Reply::new(found.await?))
}

fn compared(desk: &Desk, article: ArticleId, pair: &Pair) -> Result<Changes, DeskError> {
    desk.read(|db| {
        let newest = drafts::find(db, article)?.revision;
        let to = pair.to.unwrap_or(newest);
        let from = pair.from.unwrap_or_else(|| to.saturating_sub(1).max(1));
        let (from, to) = (find(db, article, from)?, find(db, article, to)?);
        let (old, new) = (db.shelf().text(from.text)?, db.shelf().text(to.text)?);
        let claims = draft_rows::claims(db, article, MOST)?;
        let numbers = (from.number, to.number);
        Ok(Changes {
            from: Line::new(&from),
            to: Line::new(&to),
            text: compare(&old, &new),
            claims: claims
                .iter()
                .map(|marked| Place::new(&marked.claim, numbers))
                .collect(),
        })
    })
}
