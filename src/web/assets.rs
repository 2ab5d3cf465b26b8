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

/// For those who are signed in.
const DESK_STYLE: &str = together!("css":
    "base.css" "badges.css" "lists.css" "quotes.css" "forms.css" "sources.css"
    "draft.css" "claim.css" "queue.css" "live.css" "palette.css"
);

/// For strangers.
const STRANGERS_STYLE: &str = together!("css":
    "base.css" "badges.css" "lists.css" "quotes.css" "forms.css" "sources.css" "public.css"
);

/// What public pages need beside the desk's own style.
const PUBLIC_STYLE: &str = include_str!("../../static/css/public.css");

/// What the log and histories on paper need beside it.
const TRAIL_STYLE: &str = include_str!("../../static/css/trail.css");

/// What the settings, the style guide and one's own page need beside it.
const GUIDE_STYLE: &str = include_str!("../../static/css/guide.css");

/// For those who are signed in.
const DESK_SCRIPT: &str = together!("js":
    "read.js" "again.js" "times.js" "zone.js" "drafts.js" "cite.js" "pane.js" "seek.js" "tick.js" "keys.js" "palette.js"
    "live.js"
);

/// For the one page that asks a passkey.
const PASSKEY_SCRIPT: &str = include_str!("../../static/js/passkey.js");

/// For pages on which somebody types a password or comes in with a passkey.
const WAY_IN_SCRIPT: &str = include_str!("../../static/js/way_in.js");

/// For strangers.
const PUBLIC_SCRIPT: &str = together!("js": "times.js");

/// For the page of an entry of the log, which it proves.
const PROVE_SCRIPT: &str = include_str!("../../static/js/prove.js");

/// For what others show within their own pages.
const EMBED_STYLE: &str = include_str!("../../static/css/embed.css");

/// For a draft that is one file.
const PAPER_STYLE: &str = together!("css": "base.css" "badges.css" "lists.css" "draft.css");

/// For a published verdict that is one file.
const ALONE_STYLE: &str = include_str!("../../static/css/alone.css");

/// A file as browsers fetch it.
struct Asset {
    path: String,
    media_type: &'static str,
    content: String,
    /// Whether pages that are framed by others, and so are of no site, load it.
    framed: bool,
}

impl Asset {
    fn style(name: &str, content: &str) -> Self {
        let content = tightened(content);
        Self::new(name, "css", "text/css; charset=utf-8", &content)
    }

    fn script(name: &str, content: &str) -> Self {
        let content = uncommented(content);
        Self::new(name, "js", "text/javascript; charset=utf-8", &content)
    }

    fn new(name: &str, ending: &str, media_type: &'static str, content: &str) -> Self {
        let hash = ContentHash::of(content.as_bytes()).to_string();
        Self {
            path: format!("/static/{name}.{}.{ending}", &hash[..12]),
            media_type,
            content: content.to_owned(),
            framed: false,
        }
    }
}

fn assets() -> &'static [Asset; 11] {
    static ASSETS: OnceLock<[Asset; 11]> = OnceLock::new();
    ASSETS.get_or_init(|| {
        [
            Asset::style("desk", DESK_STYLE),
            Asset::script("desk", DESK_SCRIPT),
            Asset::script("public", PUBLIC_SCRIPT),
            Asset {
                framed: true,
                ..Asset::style("embed", EMBED_STYLE)
            },
            Asset::style("strangers", STRANGERS_STYLE),
            Asset::style("public", PUBLIC_STYLE),
            Asset::style("guide", GUIDE_STYLE),
            Asset::style("trail", TRAIL_STYLE),
            Asset::script("prove", PROVE_SCRIPT),
            Asset::script("passkey", PASSKEY_SCRIPT),
            Asset::script("way-in", WAY_IN_SCRIPT),
        ]
    })
}

/// Addresses that strangers read too.
const PUBLIC: [&str; 4] = ["/published", "/corrections", "/about", "/scales"];

/// The style sheets of a page, each under a path that changes when it does.
/// No page needs more than 40 KB of them.
pub(super) fn style_paths(page: &str, is_signed_in: bool) -> Vec<&'static str> {
    let all = assets();
    if !is_signed_in {
        return vec![&all[4].path];
    }
    let mut paths = vec![all[0].path.as_str()];
    if PUBLIC.iter().any(|public| page.starts_with(public)) {
        paths.push(&all[5].path);
    }
    if ["/style", "/settings", "/people", "/me"]
        .iter()
        .any(|own| page.starts_with(own))
    {
        paths.push(&all[6].path);
    }
    if page.starts_with("/log") || page.ends_with("/history") {
        paths.push(&all[7].path);
    }
    paths
}

/// A script without the lines that only people read.
fn uncommented(script: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    script.split_inclusive('\n').filter(is_code).collect()
}

/// A style sheet without comments and without the space that only people
/// need. What stands between quotation marks stays as it is.
fn tightened(style: &str) -> String {
    let mut tight = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find(['"', '/']) {
        squeeze(&rest[..at], &mut tight);
        rest = &rest[at..];
        let end = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else {
            let end = rest[1..].find('"').filter(|_| rest.starts_with('"'));
            let end = end.map_or(1, |end| end + 2);
            tight.push_str(&rest[..end]);
            end
        };
        rest = &rest[end..];
    }
    squeeze(rest, &mut tight);
    tight
}

fn squeeze(plain: &str, tight: &mut String) {
    for c in plain.chars() {
        let last = tight.chars().last().unwrap_or('{');
        let joins = matches!(last, '{' | '}' | ';' | ',' | '>' | ' ');
        match c {
            c if c.is_ascii_whitespace() && (joins || last == ':') => {}
            c if c.is_ascii_whitespace() => tight.push(' '),
            '{' | '}' | ';' | ',' | '>' => {
                if last == ' ' || (c == '}' && last == ';') {
                    tight.pop();
                }
                tight.push(c);
            }
            '.' => {
                // A number below one needs no nought before its point.
                if [" 0", ":0", "(0", ",0"]
                    .iter()
                    .any(|end| tight.ends_with(end))
                {
                    tight.pop();
                }
                tight.push(c);
            }
            c => tight.push(c),
        }
    }
}

/// The style of a draft that is one file, to stand in it.
pub(super) fn paper_style() -> String {
    tightened(PAPER_STYLE)
}

/// The style of a published verdict that is one file, to stand in it.
pub(super) fn alone_style() -> String {
    tightened(ALONE_STYLE)
}

/// The path of the script for those who are signed in.
pub(super) fn desk_script_path() -> &'static str {
    &assets()[1].path
}

/// The path of the script for strangers.
pub(super) fn public_script_path() -> &'static str {
    &assets()[2].path
}

/// The path of the script that asks a passkey.
pub(super) fn passkey_script_path() -> &'static str {
    &assets()[9].path
}

/// The path of the script for pages on which somebody shows who they are.
pub(super) fn way_in_script_path() -> &'static str {
    &assets()[10].path
}

/// The path of the script that proves an entry of the log.
pub(super) fn prove_script_path() -> &'static str {
    &assets()[8].path
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
    Ok(answer.body(asset.content.as_str()))
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
        for page in [
            "/claims",
            "/published/1",
            "/style",
            "/log",
            "/people/1/history",
        ] {
            let paths = style_paths(page, true);
            let sheets = assets().iter().filter(|a| paths.contains(&a.path.as_str()));
            let bytes: usize = sheets.map(|asset| asset.content.len()).sum();
            assert!(bytes < 40_000, "{page} loads {bytes} bytes of style");
        }
    }

    #[test]
    fn a_script_says_the_same_without_its_comments() {
        let script = "// Why.\nconst a = \"//\"; // b\n  // More.\n  go(a);\n";
        assert_eq!(uncommented(script), "const a = \"//\"; // b\n  go(a);\n");
    }

    fn check(style: &str, expected: &str) {
        assert_eq!(tightened(style), expected);
    }

    #[test]
    fn a_style_sheet_says_the_same_in_fewer_bytes() {
        check(
            "/* Why. */\na > b :hover, i {\n  color: red; top: calc(1px + 2px);\n}\n",
            "a>b :hover,i{color:red;top:calc(1px + 2px)}",
        );
        check(
            ".x::before { content: \"!  ;  \"; }",
            ".x::before{content:\"!  ;  \"}",
        );
        check(
            "@media (min-width: 40rem) and (hover: hover) { a { b: 1 / 2; } }",
            "@media (min-width:40rem) and (hover:hover){a{b:1 / 2}}",
        );
        check(
            "a { margin: 0.5rem 10.5px 0; flex: 0 0.1 max(0.2em, 0px); }",
            "a{margin:.5rem 10.5px 0;flex:0 .1 max(.2em,0px)}",
        );
    }
}
