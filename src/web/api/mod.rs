//! What programs read and write: the same deeds as the pages, as JSON under
//! `/api/v1`.
//!
//! `table.rs` holds every operation. The routes, the gate and the OpenAPI
//! document are made from it; what a handler takes and gives is read off its
//! signature.

mod answer;
mod articles;
mod asked;
mod captures;
mod changes;
mod claims;
mod comparing;
mod erasures;
mod exports;
mod file;
mod filters;
mod hooks;
mod imports;
mod index;
mod log;
mod once;
mod openapi;
mod operation;
mod page;
mod paging;
mod passkeys;
mod people;
mod problems;
mod published;
mod queue;
mod search;
mod sent;
mod sessions;
mod settings;
mod sketch;
mod snapshots;
mod sources;
mod table;
mod tokens;
mod witnesses;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, guard, http::StatusCode};

use super::problem::Problem;
use super::routes::Need;

pub(super) use self::asked::LARGEST as LARGEST_JSON;
pub(super) use self::once::guard as do_once;
pub use self::operation::Operation;

/// What every address of the API begins with.
pub const BASE: &str = "/api/v1";

/// Every operation of the API, for tests that walk them.
pub fn operations() -> &'static [Operation] {
    table::operations()
}

/// What an address of the API needs, and whether programs are kept from it.
static NEEDS: LazyLock<HashMap<(Method, String), (Need, bool)>> = LazyLock::new(|| {
    let rows = table::operations().iter().map(|operation| {
        let path = format!("{BASE}{}", operation.path);
        let needs = (operation.need, operation.for_people);
        ((operation.method.clone(), path), needs)
    });
    rows.collect()
});

/// What whoever asks must be allowed, and whether only people may ask. A known
/// address that is asked in another way is let through to be told which ways
/// there are.
pub(super) fn need(method: &Method, pattern: &str) -> Option<(Need, bool)> {
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let found = NEEDS.get(&(method.clone(), pattern.to_owned()));
    let known = || {
        methods()
            .contains_key(pattern.strip_prefix(BASE)?)
            .then_some((Need::Nobody, false))
    };
    found.copied().or_else(known)
}

/// The ways in which each address can be asked.
fn methods() -> &'static BTreeMap<&'static str, Vec<&'static Method>> {
    static METHODS: LazyLock<BTreeMap<&'static str, Vec<&'static Method>>> = LazyLock::new(|| {
        let mut methods: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for operation in table::operations() {
            methods
                .entry(operation.path)
                .or_default()
                .push(&operation.method);
        }
        methods
    });
    &METHODS
}

/// Ties every operation to its address. They have a room of their own, so that no
/// page is looked for among them, and none of them among the pages; but for the
/// page that explains them.
pub(super) fn all(config: &mut ServiceConfig) {
    let reading = guard::Any(guard::Get()).or(guard::Head());
    let mut room = web::scope(BASE).route("/docs", web::route().guard(reading).to(page::docs));
    for (path, known) in methods() {
        let operations = table::operations().iter().filter(|it| it.path == *path);
        let resource = web::resource(*path);
        let resource = operations.fold(resource, |resource, it| resource.route(it.route()));
        let mut allowed: Vec<&str> = known.iter().map(|method| method.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        let allowed = allowed.join(", ");
        let otherwise = web::to(move || std::future::ready(not_so(&allowed)));
        room = room.service(resource.default_service(otherwise));
    }
    config.service(room);
}

/// An address that is asked in a way that it does not know.
fn not_so(allowed: &str) -> HttpResponse {
    let problem = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "other-method",
        "This address is not asked like this",
        format!("Nothing was done. It takes {allowed}."),
    );
    let mut answer = problem.as_json();
    if let Ok(value) = allowed.parse() {
        answer.headers_mut().insert(ALLOW, value);
    }
    answer
}
