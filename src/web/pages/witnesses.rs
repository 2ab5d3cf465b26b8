//! What strangers need to count cosignatures: the policy that the desk offers,
//! and the newest checkpoint that fits it.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::desk::witnesses;

use super::super::cached::public;
use super::super::problem::Problem;
use super::super::render::Answer;
use super::super::state::App;

const PLAIN: &str = "text/plain; charset=utf-8";

/// The policy as a C2SP tlog-policy file.
pub(in super::super) async fn policy(app: web::Data<App>, request: HttpRequest) -> Answer {
    let facts = app.facts();
    let (witnesses, base) = (facts.witnesses.clone(), facts.base.clone());
    let policy = app
        .desk(move |desk| witnesses::policy(desk, &witnesses, &base))
        .await?;
    public(&request, PLAIN, policy.to_string())
}

/// The newest checkpoint that enough witnesses cosigned.
pub(in super::super) async fn cosigned(app: web::Data<App>) -> Answer {
    let facts = app.facts();
    let (witnesses, base) = (facts.witnesses.clone(), facts.base.clone());
    let found = app
        .desk(move |desk| witnesses::newest_for_readers(desk, &witnesses, &base))
        .await?;
    let note = found.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, PLAIN))
        .insert_header((CACHE_CONTROL, "max-age=5"))
        .body(note))
}
