//! The list of claims, by what they are like.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::claim::Claimant;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::plan::Plan;
use crate::domain::time::Timestamp;
use crate::domain::words::Language;
use crate::store::claims::{self as rows, Claim, Filter};
use crate::web::api::answer::{List, Page};
use crate::web::api::asked::Asked;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum State {
    Open,
    InReview,
    Decided,
    Approved,
    Published,
    Withdrawn,
}

impl State {
    pub(in crate::web::api) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Decided => "decided",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Which claims to list; the newest come first.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// Only those whose standing verdict has this rating, by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<String>,
    /// Only those made in this article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<ArticleId>,
    /// Only those that cite this source now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SourceId>,
    /// Only those that this person has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<PersonId>,
    /// Only those that nobody has.
    #[serde(default, skip_serializing_if = "is_false")]
    unassigned: bool,
    /// Only those whose cited words changed since their verdict.
    #[serde(default, skip_serializing_if = "is_false")]
    stale: bool,
    /// Only those opened at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Only those opened before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Only those of articles in this language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// Go on after this claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<ClaimId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Wanted {
    fn filter(&self) -> Filter {
        Filter {
            state: self.state.map(|state| state.as_str().to_owned()),
            assignee: self.assignee,
            unassigned: self.unassigned,
            stale: self.stale,
            article: self.article,
            rating: self.rating.clone(),
            source: self.source,
            since: self.since,
            until: self.until,
            language: self.language.as_ref().map(ToString::to_string),
        }
    }
}

/// A claim in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClaimLine")]
pub(in crate::web) struct Line {
    /// Its number.
    id: ClaimId,
    /// Its wording as it stands.
    statement: String,
    /// Counts its wordings.
    wording: u32,
    /// Who made it.
    claimant: Option<Claimant>,
    /// Where it stands.
    state: &'static str,
    /// Whether the words of its last verdict changed since.
    stale: bool,
    /// Whether a correction was published.
    corrected: bool,
    /// The article in which it was marked.
    article: Option<ArticleId>,
    /// Who works on it.
    assignee: Option<PersonId>,
    /// How urgent it is, and by when it is wanted.
    plan: Plan,
    /// How many questions about it are open.
    open_questions: u32,
    /// When it was opened.
    opened_at: Timestamp,
    /// The entry that changed last what is judged; If-Match takes it.
    revision: EntryIndex,
}

impl Line {
    pub(in crate::web::api) fn new(claim: Claim) -> Self {
        Self {
            id: claim.id,
            statement: claim.statement,
            wording: claim.wording,
            claimant: claim.claimant,
            state: claim.state.as_str(),
            stale: claim.stale,
            corrected: claim.corrected,
            article: claim.appearance.passage.map(|passage| passage.article),
            assignee: claim.assignee,
            plan: claim.plan,
            open_questions: claim.questions,
            opened_at: claim.opened_at,
            revision: claim.rev,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let (filter, after, limit) = (wanted.filter(), wanted.after, wanted.limit.get());
    let found = app
        .desk(move |desk| desk.read(|db| Ok(rows::list(db, &filter, after, limit)?)))
        .await?;
    let last = last(&found, wanted.limit).map(|claim| claim.id);
    let next = last.map(|last| {
        wanted.after = Some(last);
        next("/claims", &wanted)
    });
    Ok(Page(List::new(
        found.into_iter().map(Line::new).collect(),
        next,
    )))
}
