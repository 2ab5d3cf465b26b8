//! The files of a WACZ 1.1.1 beside the WARC: index, pages, description.

use serde::Serialize;

use crate::domain::hash::ContentHash;
use crate::domain::time::Timestamp;

use super::cdx::Indexed;

/// What a WACZ is.
pub const MEDIA_TYPE: &str = "application/wacz";
/// What writes these files.
pub const SOFTWARE: &str = concat!("citekeep/", env!("CARGO_PKG_VERSION"));
/// Where the WARC stands in the package.
pub const ARCHIVE: &str = "archive/data.warc.gz";
/// Where the index stands.
pub const INDEX: &str = "indexes/index.cdxj";
/// Where the list of pages stands.
pub const PAGES: &str = "pages/pages.jsonl";
/// Where the description of the package stands.
pub const DESCRIPTION: &str = "datapackage.json";
/// Where the digest of the description stands.
pub const DIGEST: &str = "datapackage-digest.json";
/// What the list of pages begins with.
pub const PAGES_HEAD: &str =
    "{\"format\":\"json-pages-1.0\",\"id\":\"pages\",\"title\":\"All Pages\"}\n";

/// How much of a page's text is for finding it, in code points.
const SEARCHED: usize = 50_000;

/// Writes the index: where the bytes of each capture stand in [`ARCHIVE`].
pub fn index(captures: &[Indexed]) -> String {
    let name = ARCHIVE.rsplit('/').next().unwrap_or(ARCHIVE);
    let mut lines: Vec<String> = captures.iter().map(|one| one.line(name)).collect();
    lines.sort_unstable();
    lines.concat()
}

/// A line of the list of pages.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Page<'a> {
    /// Tells it from the others.
    pub id: &'a str,
    /// Its address in the archive.
    pub url: &'a str,
    /// When it was captured.
    pub ts: Timestamp,
    /// What it is called.
    pub title: &'a str,
    /// Its text; only the beginning of a long one is written.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: &'a str,
    /// How many bytes it has.
    pub size: u64,
}

impl Page<'_> {
    /// The line.
    pub fn line(mut self) -> String {
        if let Some((end, _)) = self.text.char_indices().nth(SEARCHED) {
            self.text = &self.text[..end];
        }
        let json = serde_json::to_string(&self).expect("texts and numbers are JSON");
        json + "\n"
    }
}

/// What the package is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What it is called.
    pub title: &'a str,
    /// What it holds, in a sentence.
    pub description: &'a str,
    /// When its newest capture was taken.
    pub created: Timestamp,
    /// The page to begin with.
    pub main: Option<&'a Indexed>,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Where it stands.
    pub path: &'static str,
    /// Its SHA-256.
    pub hash: ContentHash,
    /// How many bytes it has.
    pub bytes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    profile: &'static str,
    #[serde(rename = "wacz_version")]
    version: &'static str,
    title: &'a str,
    description: &'a str,
    created: Timestamp,
    modified: Timestamp,
    software: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_page_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_page_date: Option<Timestamp>,
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Resource {
    name: &'static str,
    path: &'static str,
    hash: String,
    bytes: u64,
}

/// Writes the description of the package (Frictionless Data Package).
pub fn description(about: About<'_>, files: &[Packed]) -> String {
    let resources = files.iter().map(|file| Resource {
        name: file.path.rsplit('/').next().unwrap_or(file.path),
        path: file.path,
        hash: format!("sha256:{}", file.hash),
        bytes: file.bytes,
    });
    let package = Package {
        profile: "data-package",
        version: "1.1.1",
        title: about.title,
        description: about.description,
        created: about.created,
        modified: about.created,
        software: SOFTWARE,
        main_page_url: about.main.map(|page| page.url.as_str()),
        main_page_date: about.main.map(|page| page.at),
        resources: resources.collect(),
    };
    pretty(&package)
}

/// Writes the digest of the description, which vouches for the whole package.
pub fn digest(description: &str) -> String {
    let hash = ContentHash::of(description.as_bytes());
    pretty(&serde_json::json!({ "path": DESCRIPTION, "hash": format!("sha256:{hash}") }))
}

fn pretty(value: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(value).expect("texts and numbers are JSON");
    json + "\n"
}
