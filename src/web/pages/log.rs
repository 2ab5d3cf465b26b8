//! The newest checkpoint of the log, for all.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use crate::store::checkpoints;

use super::super::problem::Problem;
use super::super::render::Answer;
use super::super::state::App;

pub(in super::super) async fn checkpoint(app: web::Data<App>) -> Answer {
    let newest = app
        .desk(|desk| desk.read(|db| Ok(checkpoints::newest(db)?)))
        .await?;
    let (_, note) = newest.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "max-age=5"))
        .body(note))
}
