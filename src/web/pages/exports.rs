//! The desk as a stream of records, and the schemas of what it writes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::{HttpRequest, web};

use crate::desk::exchange::stream;
use crate::export::record::Holds;
use crate::export::schema;

use super::super::auth::Visitor;
use super::super::cached::public;
use super::super::problem::Problem;
use super::super::render::Answer;
use super::super::state::App;
use super::super::streaming::Kind;

/// Everything that the desk knows.
pub(in super::super) async fn desk(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
) -> Answer {
    answer(&app, &request, Holds::Desk)
}

/// The published verdicts.
pub(in super::super) async fn published(app: web::Data<App>, request: HttpRequest) -> Answer {
    answer(&app, &request, Holds::Published)
}

fn answer(app: &App, request: &HttpRequest, holds: Holds) -> Answer {
    app.stream(request, Kind::NDJSON, move |desk, out| {
        stream::write(desk, holds, out, &mut |_| {})
    })
}

/// A schema takes a moment to make and is always the same.
static SCHEMAS: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
    let made = schema::NAMES.iter();
    made.filter_map(|name| Some((*name, schema::named(name)?)))
        .collect()
});

/// The JSON Schema of something that the desk writes.
pub(in super::super) async fn schema(request: HttpRequest, name: web::Path<String>) -> Answer {
    let found = SCHEMAS.get(name.as_str()).ok_or_else(Problem::not_found)?;
    public(&request, "application/schema+json", found.clone())
}
