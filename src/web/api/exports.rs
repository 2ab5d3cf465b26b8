//! The files, streams and feeds of the desk, for programs that look for them.

use std::borrow::Cow;

use actix_web::http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::export::annotation::w3c;
use crate::export::bibliography::{bibtex, csl};
use crate::export::feed::{atom, json as json_feed};
use crate::export::schema;
use crate::export::warc;
use crate::web::problem::Problem;
use crate::web::routes::{self, Need};

use super::answer::{List, Page, Public};

/// Something that the desk writes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExportFile")]
pub(in crate::web) struct Offered {
    /// Its address at the desk; what stands in braces is a number.
    at: Cow<'static, str>,
    /// Its media type.
    media_type: &'static str,
    /// What it holds.
    holds: &'static str,
    /// Whether everybody may read it; else a token is needed, with the role of
    /// a reader and the scope to read.
    is_public: bool,
}

const CSV: &str = "text/csv; charset=utf-8; header=present";
const NDJSON: &str = "application/x-ndjson";
const JSON: &str = "application/json";
const ZIP: &str = "application/zip";
const LINKED: &str = "application/ld+json";

/// Every file, stream and feed: where, of which media type, and what it holds.
#[rustfmt::skip]
const FILES: &[(&str, &str, &str)] = &[
    ("/exports/desk.ndjson", NDJSON, "everything that the desk knows, as a stream"),
    ("/exports/published.ndjson", NDJSON, "what is published, as a stream"),
    ("/claims.csv", CSV, "claims; takes the filters of the queue"),
    ("/citations.csv", CSV, "citations of claims; takes the filters of the queue"),
    ("/claims/{claim}/citations.csv", CSV, "the citations of a claim"),
    ("/published/claims.csv", CSV, "published claims; takes the filters of the public list"),
    ("/published/citations.csv", CSV, "citations of published claims; takes the filters of the public list"),
    ("/published/{claim}/citations.csv", CSV, "the citations of a published claim"),
    ("/claims/{claim}/bundle.zip", ZIP, "the evidence bundle of a claim: everything about it, with proofs"),
    ("/published/{claim}/bundle.zip", ZIP, "the evidence bundle of a published claim: what is public of it, with proofs"),
    ("/corrections.csv", CSV, "corrections of what was published; takes the filters of the register"),
    ("/published/{claim}/claim-review.json", LINKED, "the ClaimReview of a published claim"),
    ("/published/claim-reviews.json", LINKED, "all ClaimReviews as a DataFeed, the newest change first"),
    ("/v1alpha1/claims:search", "application/json; charset=UTF-8", "a search in the shape of Google's Fact Check Tools"),
    ("/feed.atom", atom::MEDIA_TYPE, "publications and corrections, the newest first"),
    ("/feed.json", json_feed::MEDIA_TYPE, "publications and corrections, the newest first"),
    ("/sources.bib", bibtex::MEDIA_TYPE, "all sources, with the hashes of their snapshots"),
    ("/sources.csl.json", csl::MEDIA_TYPE, "all sources, with the hashes of their snapshots"),
    ("/claims/{claim}/sources.bib", bibtex::MEDIA_TYPE, "the sources of a claim"),
    ("/claims/{claim}/sources.csl.json", csl::MEDIA_TYPE, "the sources of a claim"),
    ("/articles/{article}/sources.bib", bibtex::MEDIA_TYPE, "the sources of an article's claims"),
    ("/articles/{article}/sources.csl.json", csl::MEDIA_TYPE, "the sources of an article's claims"),
    ("/published/{claim}/sources.bib", bibtex::MEDIA_TYPE, "the sources of a published claim"),
    ("/published/{claim}/sources.csl.json", csl::MEDIA_TYPE, "the sources of a published claim"),
    ("/articles/{article}/annotations.jsonld", w3c::MEDIA_TYPE, "claims in an article, as W3C Web Annotation"),
    ("/snapshots/{snapshot}/annotations.jsonld", w3c::MEDIA_TYPE, "citations of a snapshot, as W3C Web Annotation"),
    ("/articles/{article}/hypothesis.json", JSON, "claims in an article, for Hypothesis"),
    ("/snapshots/{snapshot}/hypothesis.json", JSON, "citations of a snapshot, for Hypothesis"),
    ("/log/timestamps.json", JSON, "timestamps of the log by others (RFC 3161); after and by narrow them"),
    ("/settings/assessment.html", "text/html; charset=utf-8", "the evidence for an assessment by the IFCN, as one file; from and until narrow it"),
    ("/settings/assessment.json", JSON, "the evidence for an assessment by the IFCN; from and until narrow it"),
    ("/snapshots/{snapshot}/capture.warc.gz", warc::GZIP_MEDIA_TYPE, "a snapshot as WARC 1.1, with its texts"),
    ("/snapshots/{snapshot}/capture.wacz", warc::wacz::MEDIA_TYPE, "a snapshot as WACZ 1.1.1, with its texts"),
    ("/sources/{source}/captures.wacz", warc::wacz::MEDIA_TYPE, "all snapshots of a source as WACZ 1.1.1"),
    ("/claims/{claim}/captures.wacz", warc::wacz::MEDIA_TYPE, "the snapshots that a claim rests on as WACZ 1.1.1"),
    ("/articles/{article}/draft.html", "text/html; charset=utf-8", "an article with its claims, as one file"),
];

pub(in crate::web) async fn list() -> Result<Public<Page<Offered>>, Problem> {
    let files = FILES.iter().map(|(at, media_type, holds)| Offered {
        at: Cow::Borrowed(at),
        media_type,
        holds,
        is_public: is_public(at),
    });
    let schemas = schema::NAMES.iter().map(|name| Offered {
        at: Cow::Owned(format!("/schema/{name}")),
        media_type: "application/schema+json",
        holds: "the JSON Schema of what the desk writes",
        is_public: is_public("/schema/{name}"),
    });
    let all = files.chain(schemas).collect();
    Ok(Public(Page(List::new(all, None))))
}

/// Whether an address is for everybody, as the table of routes has it.
fn is_public(pattern: &str) -> bool {
    matches!(routes::need(&Method::GET, pattern), Some((Need::Nobody, _)))
}
