//! What lies over an article's text: its claims in their places, what was set
//! aside, and what nobody looked at yet.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::drafts::Draft;
use crate::desk::revising::MOST;
use crate::domain::article::AsideReason;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, ScaleId, VerdictId};
use crate::domain::plan::Plan;
use crate::domain::scale::Rating;
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::store::articles::SetAside;
use crate::store::drafts as rows;
use crate::web::api::answer::Reply;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::show::{Coverage, with_draft};

/// What lies over the text of an article's newest revision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Draft")]
pub(in crate::web) struct Shown {
    /// The article.
    article: ArticleId,
    /// Its newest revision.
    revision: u32,
    /// SHA-256 of that revision's text, in which the spans are counted.
    text_sha256: ContentHash,
    /// The length of that text in code points.
    chars: u64,
    /// How much of it is decided.
    coverage: Coverage,
    /// The claims that stand in it, in the order of their places.
    claims: Vec<Marked>,
    /// The claims whose words are gone from it.
    gone: Vec<Marked>,
    /// The passages that need no check, in their order.
    set_aside: Vec<Aside>,
    /// The sentences that nobody looked at, in their order; no more than the
    /// first 5,000.
    open: Vec<CharSpan>,
}

/// A claim in its place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MarkedClaim")]
struct Marked {
    /// The claim.
    claim: ClaimId,
    /// Where its words stand; null where they are gone.
    span: Option<CharSpan>,
    /// Its wording.
    statement: String,
    /// Where it stands.
    state: &'static str,
    /// Whether the words of its last verdict changed since.
    stale: bool,
    /// Whether the article says something else now, and nobody confirmed it.
    drifted: bool,
    /// Who works on it.
    assignee: Option<PersonId>,
    /// How urgent it is, and by when it is wanted.
    plan: Plan,
    /// Its newest verdict in short.
    verdict: Option<Rated>,
}

/// A verdict in short.
#[derive(Serialize, JsonSchema)]
struct Rated {
    /// The verdict.
    id: VerdictId,
    /// The version of the scale that it used.
    scale: ScaleId,
    /// The step of the scale.
    rating: Rating,
    /// Whether it stands.
    stands: bool,
}

/// A passage that needs no check.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PassageSetAside")]
struct Aside {
    /// The entry that set it aside, which names it.
    entry: EntryIndex,
    /// Where it stands.
    span: CharSpan,
    /// The words.
    quote: String,
    /// Why they need no check.
    reason: AsideReason,
    /// Who judged so.
    person: Option<PersonId>,
    /// When.
    at: Timestamp,
}

impl Marked {
    fn new(span: Option<CharSpan>, found: rows::Marked) -> Self {
        let stands = found.stands();
        let claim = found.claim;
        Self {
            claim: claim.id,
            span,
            statement: claim.statement,
            state: claim.state.as_str(),
            stale: claim.stale,
            drifted: claim.drifted,
            assignee: claim.assignee,
            plan: claim.plan,
            verdict: found.rated.map(|rated| Rated {
                id: rated.verdict,
                scale: rated.scale,
                rating: rated.rating,
                stands,
            }),
        }
    }
}

impl Aside {
    fn new(found: SetAside) -> Self {
        Self {
            entry: found.entry,
            span: found.span,
            quote: found.aside.passage.quote,
            reason: found.aside.reason,
            person: found.by,
            at: found.at,
        }
    }
}

pub(in crate::web) async fn draft(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
    request: HttpRequest,
) -> Result<Reply<Shown>, Problem> {
    with_draft(&app, &request, *article, shown).await
}

fn shown(draft: Draft) -> Shown {
    let marked = draft.marked.into_iter();
    let gone = draft.gone.into_iter();
    Shown {
        article: draft.article.id,
        revision: draft.article.revision,
        text_sha256: draft.article.text,
        chars: draft.article.chars,
        coverage: Coverage::new(draft.coverage),
        claims: marked
            .map(|(span, found)| Marked::new(Some(span), found))
            .collect(),
        gone: gone.map(|found| Marked::new(None, found)).collect(),
        set_aside: draft.asides.into_iter().map(Aside::new).collect(),
        open: draft.open.into_iter().take(MOST).collect(),
    }
}
