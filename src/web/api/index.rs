//! Where programs begin: what the API is, and who asks.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::scope::Scope;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::Reply;
use super::{BASE, table};

/// What the API is.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Index {
    /// The desk's name.
    desk: String,
    /// The version of the API.
    version: u32,
    /// The program's version.
    program: &'static str,
    /// Where people reach the desk.
    home: String,
    /// The lists and documents, by their names.
    links: BTreeMap<&'static str, String>,
}

pub(in crate::web) async fn index(app: web::Data<App>) -> Result<Reply<Index>, Problem> {
    let lists = table::operations().iter().filter(|operation| {
        operation.method == "GET" && !operation.path.contains('{') && operation.path != "/"
    });
    let links = lists.map(|operation| {
        let name = operation.path.trim_start_matches('/');
        (name, format!("{BASE}{}", operation.path))
    });
    let mut links: BTreeMap<&'static str, String> = links.collect();
    links.insert("documentation", format!("{BASE}/docs"));
    Ok(Reply::new(Index {
        desk: app.name(),
        version: 1,
        program: env!("CARGO_PKG_VERSION"),
        home: app.facts().base.clone(),
        links,
    }))
}

/// Who asks, and what they may do.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Me {
    /// The person, or whom the token stands for.
    person: PersonId,
    /// The person's name.
    name: String,
    /// In which role: for a token, the lesser of its own and the person's.
    role: Role,
    /// What the token may be used for; null for a person.
    scopes: Option<Vec<Scope>>,
    /// What may be done, as it stands after "may".
    may: Vec<&'static str>,
}

pub(in crate::web) async fn me(me: Visitor) -> Result<Reply<Me>, Problem> {
    let may = Deed::ALL.into_iter().filter(|deed| me.0.may(*deed));
    Ok(Reply::new(Me {
        person: me.0.person.id,
        name: me.0.person.name.to_string(),
        role: me.0.person.role,
        scopes: me.0.program.map(|scopes| scopes.each().collect()),
        may: may.map(Deed::in_words).collect(),
    }))
}
