//! Claims for programs: the list, and one claim as the file of an export
//! holds it (`docs/json.md`).

use actix_web::http::StatusCode;
use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::desk::exchange::outgoing;
use crate::domain::claim::Claimant;
use crate::domain::ids::{ClaimId, PersonId};
use crate::domain::time::Timestamp;
use crate::store::claims::{self as rows, Claim, Filter};
use crate::web::auth::Visitor;
use crate::web::pages::view::{PAGE, STATES};
use crate::web::render::{Answer, json};
use crate::web::state::App;

/// Which claims a program asks for; the names are those of the page's filters.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    stale: String,
    #[serde(default)]
    article: String,
    before: Option<ClaimId>,
}

impl Asked {
    fn filter(&self, me: PersonId) -> Filter {
        Filter {
            state: Some(self.state.clone()).filter(|state| STATES.contains(&state.as_str())),
            assignee: match self.assignee.as_str() {
                "me" => Some(me),
                other => other.parse().ok(),
            },
            unassigned: self.assignee == "none",
            stale: self.stale == "yes",
            article: self.article.parse().ok(),
        }
    }

    /// The address of the claims that come after one.
    fn after(&self, last: ClaimId) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let asked = [
            ("state", &self.state),
            ("assignee", &self.assignee),
            ("stale", &self.stale),
            ("article", &self.article),
        ];
        let filled = asked.into_iter().filter(|(_, value)| !value.is_empty());
        query.extend_pairs(filled);
        query.append_pair("before", &last.to_string());
        format!("/claims?{}", query.finish())
    }
}

/// A claim in a list.
#[derive(Serialize)]
struct Line {
    id: ClaimId,
    statement: String,
    wording: u32,
    claimant: Option<Claimant>,
    state: &'static str,
    stale: bool,
    corrected: bool,
    assignee: Option<PersonId>,
    opened_at: Timestamp,
}

impl Line {
    fn new(claim: Claim) -> Self {
        Self {
            id: claim.id,
            statement: claim.statement,
            wording: claim.wording,
            claimant: claim.claimant,
            state: claim.state.as_str(),
            stale: claim.stale,
            corrected: claim.corrected,
            assignee: claim.assignee,
            opened_at: claim.opened_at,
        }
    }
}

/// A page of a list.
#[derive(Serialize)]
struct List {
    claims: Vec<Line>,
    /// Where the list goes on, if it does.
    next: Option<String>,
}

pub(in crate::web) async fn list_as_json(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    let (filter, before) = (asked.filter(me.0.person.id), asked.before);
    let found = app
        .desk(move |desk| desk.read(|db| Ok(rows::list(db, &filter, before, PAGE)?)))
        .await?;
    let last = found.last().filter(|_| found.len() == PAGE);
    let list = List {
        next: last.map(|claim| asked.after(claim.id)),
        claims: found.into_iter().map(Line::new).collect(),
    };
    json(StatusCode::OK, &list)
}

pub(in crate::web) async fn show_as_json(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
) -> Answer {
    let found = app
        .desk(move |desk| desk.read(|db| outgoing::claim(db, *claim)))
        .await?;
    json(StatusCode::OK, &found)
}
