//! The style guide: every part of the pages in every state.

use crate::web::auth::Visitor;
use crate::web::render::Answer;
use crate::web::state::App;
use actix_web::web;
pub(in crate::web) async fn show(_: web::Data<App>, _: Visitor) -> Answer {
    crate::web::render::see("/")
}
