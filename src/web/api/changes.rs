//! What happened at the desk, in its order, so that another system can follow
//! without asking for everything.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::person::Role;
use crate::domain::time::Timestamp;
use crate::store::trail::{self, Followed, Step};
use crate::web::auth::Visitor;
use crate::web::live::feed;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{List, Page};
use super::asked::Asked;
use super::paging::{Limit, next};
use super::sketch::{Describe, Sketch};

/// Which changes to list; the oldest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Since {
    /// Go on after this entry of the log; none: from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// One thing that happened.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Change {
    /// Its entry in the log.
    entry: EntryIndex,
    /// When.
    at: Timestamp,
    /// Who did it; nobody when the desk itself did.
    person: Option<PersonId>,
    /// In which role.
    role: Option<Role>,
    /// What kind of event it is.
    kind: String,
    /// The claim that it is about.
    claim: Option<ClaimId>,
    /// The source that it is about.
    source: Option<SourceId>,
    /// The article that it is about.
    article: Option<ArticleId>,
}

impl Change {
    pub(super) fn new(step: Step) -> Self {
        Self {
            entry: step.entry,
            at: step.at,
            person: step.by.map(|by| by.person),
            role: step.by.map(|by| by.role),
            kind: step.kind,
            claim: step.claim,
            source: step.source,
            article: step.article,
        }
    }
}

/// A page of changes or, for those who ask for it, a stream of them.
pub(in crate::web) enum Feed {
    Page(Page<Change>),
    Stream(HttpResponse),
}

impl Responder for Feed {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Page(page) => page.respond_to(request),
            Self::Stream(answer) => answer,
        }
    }
}

impl Describe for Feed {
    fn describe(sketch: &mut Sketch<'_>) {
        Page::<Change>::describe(sketch);
        let last = "For a stream: the last entry that was heard.";
        sketch.headers.push(("Last-Event-ID", false, last));
        if let Some(answer) = sketch.answers.get_mut(&200) {
            answer["content"]["text/event-stream"] = json!({ "schema": { "type": "string" } });
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    Asked(since): Asked<Since>,
    request: HttpRequest,
) -> Result<Feed, Problem> {
    if feed::is_wanted(&request) {
        let stream = feed::open(&app, &me.0, &request, since.after, told);
        return stream.map(Feed::Stream);
    }
    page(&app, since).await.map(Feed::Page)
}

/// One change as the stream carries it; JSON has no line breaks of its own.
fn told(step: Step) -> String {
    serde_json::to_string(&Change::new(step)).unwrap_or_default()
}

async fn page(app: &App, mut since: Since) -> Result<Page<Change>, Problem> {
    let limit = since.limit.get();
    let from = since.after.map_or(0, |entry| entry.get().saturating_add(1));
    let found = app
        .desk(move |desk| {
            let from = EntryIndex::new(from);
            desk.read(|db| Ok(trail::since(db, Followed::Desk, from, limit)?))
        })
        .await?;
    // The list never ends: the address of what comes next is good for asking
    // again later.
    if let Some(last) = found.last() {
        since.after = Some(last.entry);
    }
    let next = next("/changes", &since);
    let changes = found.into_iter().map(Change::new).collect();
    Ok(Page(List::new(changes, Some(next))))
}
