//! One article: what is said about it, and how much of it is decided.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::drafts::{self, Draft};
use crate::desk::{Desk, DeskError};
use crate::domain::article::ArticleSheet;
use crate::domain::hash::ContentHash;
use crate::domain::ids::ArticleId;
use crate::domain::time::Timestamp;
use crate::store::articles as rows;
use crate::web::api::answer::Reply;
use crate::web::auth::Visitor;
use crate::web::cached::is_known;
use crate::web::problem::Problem;
use crate::web::state::App;

/// How much of an article is decided.
#[derive(Serialize, JsonSchema)]
pub(super) struct Coverage {
    /// Claims that stand in the newest revision and are not withdrawn.
    statements: usize,
    /// Those with a verdict that stands and is not stale.
    decided: usize,
    /// Those without one.
    undecided: usize,
    /// Those whose cited words changed since their verdict.
    stale: usize,
    /// Claims, also those that are gone from the text, whose passage changed
    /// and which nobody confirmed.
    drifted: usize,
    /// Sentences that nobody looked at.
    open: usize,
    /// Passages that need no check.
    set_aside: usize,
}

impl Coverage {
    pub(super) const fn new(found: drafts::Coverage) -> Self {
        Self {
            statements: found.statements,
            decided: found.decided,
            undecided: found.undecided(),
            stale: found.stale,
            drifted: found.drifted,
            open: found.open,
            set_aside: found.aside,
        }
    }
}

/// An article under check.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ArticleShown")]
pub(in crate::web) struct Shown {
    /// Its number.
    id: ArticleId,
    /// What is said about it.
    #[serde(flatten)]
    sheet: ArticleSheet,
    /// Its newest revision; If-Match takes it.
    revision: u32,
    /// SHA-256 of that revision's text.
    text_sha256: ContentHash,
    /// The length of that text in code points.
    chars: u64,
    /// When it came to the desk.
    added_at: Timestamp,
    /// How much of it is decided.
    coverage: Coverage,
}

/// The tag of the state that an article is in. What stands before the point is
/// its revision, which is what a change is held against.
fn tag(desk: &Desk, article: ArticleId) -> Result<String, DeskError> {
    let state = desk.read(|db| Ok(rows::state_of(db, article)?))?;
    let (revision, newest) = state.ok_or(DeskError::NoSuch {
        what: "article",
        id: article.get(),
    })?;
    Ok(format!("\"{revision}.{:x}\"", newest.get()))
}

/// Reads what lies over an article, unless whoever asks has this state of it.
/// The tag is read first, as that of a claim is.
pub(super) async fn with_draft<T: Send + 'static>(
    app: &App,
    request: &HttpRequest,
    article: ArticleId,
    shown: fn(Draft) -> T,
) -> Result<Reply<T>, Problem> {
    let tag = app.desk(move |desk| tag(desk, article)).await?;
    if is_known(request, &tag) {
        return Ok(Reply::Known(tag));
    }
    let draft = app.desk(move |desk| desk.read(|db| Draft::read(db, article)));
    Ok(Reply::Value(shown(draft.await?), Some(tag)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
    request: HttpRequest,
) -> Result<Reply<Shown>, Problem> {
    with_draft(&app, &request, *article, |draft| Shown {
        id: draft.article.id,
        sheet: draft.article.sheet,
        revision: draft.article.revision,
        text_sha256: draft.article.text,
        chars: draft.article.chars,
        added_at: draft.article.added_at,
        coverage: Coverage::new(draft.coverage),
    })
    .await
}
