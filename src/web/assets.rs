//! The style sheet and the scripts, embedded in the binary, each put together
//! from files of one subject and named by its hash.

use std::sync::OnceLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use crate::domain::hash::ContentHash;

use super::headers::{ANYWHERE, RESOURCE_POLICY};
use super::problem::Problem;
use super::render::Answer;

macro_rules! together {
    ($folder:literal: $($file:literal)*) => {
        concat!($(include_str!(concat!("../../static/", $folder, "/", $file)), "\n"),*)
    };
}

const STYLE: &str = together!("css":
    "base.css" "badges.css" "lists.css" "quotes.css" "forms.css" "sources.css"
    "draft.css" "claim.css" "queue.css" "live.css" "public.css" "palette.css" "guide.css"
);

/// For those who are signed in.
const DESK_SCRIPT: &str = together!("js":
    "again.js" "times.js" "drafts.js" "cite.js" "pane.js" "seek.js" "tick.js" "keys.js" "palette.js"
    "live.js"
);

/// For strangers.
const PUBLIC_SCRIPT: &str = together!("js": "times.js");

/// For what others show within their own pages.
const EMBED_STYLE: &str = include_str!("../../static/css/embed.css");

/// A file as browsers fetch it.
struct Asset {
    path: String,
    media_type: &'static str,
    content: &'static str,
    /// Whether pages that are framed by others, and so are of no site, load it.
    framed: bool,
}

impl Asset {
    fn new(name: &str, ending: &str, media_type: &'static str, content: &'static str) -> Self {
        let hash = ContentHash::of(content.as_bytes()).to_string();
        Self {
            path: format!("/static/{name}.{}.{ending}", &hash[..12]),
            media_type,
            content,
            framed: false,
        }
    }
}

fn assets() -> &'static [Asset; 4] {
    static ASSETS: OnceLock<[Asset; 4]> = OnceLock::new();
    const CSS: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    ASSETS.get_or_init(|| {
        [
            Asset::new("desk", "css", CSS, STYLE),
            Asset::new("desk", "js", SCRIPT, DESK_SCRIPT),
            Asset::new("public", "js", SCRIPT, PUBLIC_SCRIPT),
            Asset {
                framed: true,
                ..Asset::new("embed", "css", CSS, EMBED_STYLE)
            },
        ]
    })
}

/// The path of the style sheet, which changes when its content does.
pub(super) fn style_path() -> &'static str {
    &assets()[0].path
}

/// The path of the script for those who are signed in.
pub(super) fn desk_script_path() -> &'static str {
    &assets()[1].path
}

/// The path of the script for strangers.
pub(super) fn public_script_path() -> &'static str {
    &assets()[2].path
}

/// The path of the style sheet for what others show within their own pages.
pub(super) fn embed_style_path() -> &'static str {
    &assets()[3].path
}

/// The picture of the desk in a browser's tab. Browsers ask for it by this
/// name without being told, so its name has no hash.
pub(super) async fn icon() -> Answer {
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/svg+xml"))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(include_str!("../../static/icon.svg")))
}

pub(super) async fn asset(name: web::Path<String>) -> Answer {
    let is = |asset: &&Asset| asset.path.strip_prefix("/static/") == Some(name.as_str());
    let asset = assets().iter().find(is).ok_or_else(Problem::not_found)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, asset.media_type));
    answer.insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    if asset.framed {
        answer.insert_header((RESOURCE_POLICY, ANYWHERE));
    }
    Ok(answer.body(asset.content))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser has to fetch before the first page stays small: 40 KB
    /// each of style and of script, uncompressed.
    #[test]
    fn style_and_script_stay_light() {
        for asset in assets() {
            let bytes = asset.content.len();
            assert!(bytes < 40_000, "{} has {bytes} bytes", asset.path);
        }
    }
}
