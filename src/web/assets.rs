//! The style sheet, embedded in the binary and named by its hash.

use std::sync::OnceLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use crate::domain::hash::ContentHash;

use super::problem::Problem;
use super::render::Answer;

const STYLE: &str = include_str!("../../static/desk.css");

/// The path of the style sheet, which changes when its content does.
pub(super) fn style_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        format!(
            "/static/desk.{}.css",
            &ContentHash::of(STYLE.as_bytes()).to_string()[..12]
        )
    })
}

pub(super) async fn style(name: web::Path<String>) -> Answer {
    if style_path().strip_prefix("/static/") != Some(name.as_str()) {
        return Err(Problem::not_found());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(STYLE))
}
