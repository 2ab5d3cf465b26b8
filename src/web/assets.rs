//! The style sheet and the one script, embedded in the binary and named by
//! their hashes.

use std::sync::OnceLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use crate::domain::hash::ContentHash;

use super::problem::Problem;
use super::render::Answer;

const STYLE: &str = include_str!("../../static/desk.css");

const SCRIPT: &str = include_str!("../../static/reader.js");

/// The path of the style sheet, which changes when its content does.
pub(super) fn style_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| path("desk", STYLE, "css"))
}

/// The path of the script that lets people cite by selecting.
pub(super) fn script_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| path("reader", SCRIPT, "js"))
}

fn path(name: &str, content: &str, ending: &str) -> String {
    let hash = ContentHash::of(content.as_bytes()).to_string();
    format!("/static/{name}.{}.{ending}", &hash[..12])
}

pub(super) async fn asset(name: web::Path<String>) -> Answer {
    let is = |path: &str| path.strip_prefix("/static/") == Some(name.as_str());
    let (media_type, content) = if is(style_path()) {
        ("text/css; charset=utf-8", STYLE)
    } else if is(script_path()) {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else {
        return Err(Problem::not_found());
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(content))
}
