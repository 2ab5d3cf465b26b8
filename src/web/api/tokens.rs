//! The tokens of programs. Who looks after them is a person: no token makes
//! another, or takes one out of use.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::tokens::{self as deeds, Lasting, NewToken};
use crate::domain::ids::{PersonId, TokenId};
use crate::domain::person::Role;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::local::tokens::Token;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{Done, List, Made, Page, Shown};
use super::asked::{Asked, Body};
use super::paging::{Limit, last, next};
use super::problems::act;

/// A token, without its secret.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Token")]
pub(in crate::web) struct Known {
    /// Its number.
    id: TokenId,
    /// What it is called.
    name: String,
    /// Whom it stands for.
    person: PersonId,
    /// The most that it may do; never more than the person.
    role: Role,
    /// What it may be used for.
    scopes: Vec<Scope>,
    /// When it was made.
    made_at: Timestamp,
    /// When it stops working.
    expires_at: Timestamp,
    /// When it was used last, to the minute.
    used_at: Option<Timestamp>,
    /// When it was taken out of use.
    revoked_at: Option<Timestamp>,
}

impl Known {
    fn new(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            person: token.person,
            role: token.role,
            scopes: token.scopes.each().collect(),
            made_at: token.made_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Which tokens to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on before this token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<TokenId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Known>, Problem> {
    let (before, limit) = (wanted.before, wanted.limit.get());
    let all = app.desk(deeds::list).await?.into_iter();
    let earlier = all
        .map(|(token, _)| token)
        .filter(|token| before.is_none_or(|before| token.id < before));
    let found: Vec<Known> = earlier.take(limit).map(Known::new).collect();
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.before = Some(last.id);
        next("/tokens", &wanted)
    });
    Ok(Page(List::new(found, next)))
}

/// A token that is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewToken")]
pub(in crate::web) struct New {
    /// What it is called.
    name: Name,
    /// The most that it may do.
    role: Role,
    /// What it may be used for.
    #[schemars(length(min = 1, max = 10))]
    scopes: Vec<Scope>,
    /// How many days it works.
    #[schemars(range(min = 2, max = 366))]
    days: u16,
}

/// A token, shown this once.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct TokenSecret {
    /// What a program sends.
    token: String,
}

pub(in crate::web) async fn make(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<New>,
) -> Result<Shown<TokenSecret>, Problem> {
    let new = NewToken {
        name: new.name,
        role: new.role,
        scopes: new.scopes.into_iter().collect(),
        lasting: Lasting::Days(new.days),
    };
    let token = act(&app, move |desk| deeds::make(desk, &me.0, new)).await?;
    Ok(Shown(Made {
        value: TokenSecret { token },
        at: format!("{BASE}/tokens"),
    }))
}

pub(in crate::web) async fn revoke(
    app: web::Data<App>,
    me: Visitor,
    token: web::Path<TokenId>,
) -> Result<Done, Problem> {
    let (token, actor) = (*token, me.0.actor());
    act(&app, move |desk| deeds::revoke(desk, actor, token)).await?;
    app.live().sessions_changed();
    Ok(Done)
}
