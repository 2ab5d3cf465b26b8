//! The sources that a verdict cites, as works with their captured bytes.

use crate::domain::source::SourceSheet;
use crate::domain::words::Name;

use super::shape::{Media, Party, Quotation, Work};
use super::{Cited, Facts, Judged, compose};

/// Each captured source that was cited. Where it speaks for another that
/// nobody here has seen, it cites that one in turn.
pub(super) fn cited(facts: &Facts, judged: &Judged) -> Vec<Work> {
    let works = judged.cited.iter();
    works.filter_map(|cited| seen(&facts.url, cited)).collect()
}

fn seen(page: &str, cited: &Cited) -> Option<Work> {
    let mut links = cited.chain.iter().map(work);
    let mut seen = links.next()?;
    // The chain begins with whose word it is; each further source cites the
    // one before it.
    for citing in links {
        seen = Work {
            citation: Some(Box::new(seen)),
            ..citing
        };
    }
    seen.url = cited.url.as_ref().map(ToString::to_string).or(seen.url);
    seen.archived_at = cited.copy.as_ref().map(|copy| copy.url.to_string());
    seen.encoding = media(page, cited);
    seen.has_part = quotations(page, cited);
    Some(seen)
}

fn work(sheet: &SourceSheet) -> Work {
    Work {
        kind: "CreativeWork",
        name: sheet.title.to_string(),
        genre: sheet.kind.label(),
        publisher: party("Organization", &sheet.publisher),
        author: sheet.author.as_ref().map(|author| party("Person", author)),
        date_published: sheet.published.as_ref().map(ToString::to_string),
        url: sheet.url.as_ref().map(ToString::to_string),
        archived_at: None,
        encoding: Vec::new(),
        has_part: Vec::new(),
        citation: None,
    }
}

fn party(kind: &'static str, name: &Name) -> Party {
    Party {
        kind,
        name: name.to_string(),
        job_title: None,
        description: None,
    }
}

/// The bytes and the text, each with its hash and where anybody fetches it.
fn media(page: &str, cited: &Cited) -> Vec<Media> {
    if cited.raw.is_withheld() {
        return Vec::new();
    }
    let object = |name, hash, format: &str| Media {
        kind: "MediaObject",
        name,
        content_url: format!("{page}/texts/{hash}"),
        encoding_format: format.to_owned(),
        sha256: format!("{hash}"),
        upload_date: compose::moment(cited.taken),
    };
    let mut media = vec![object("Captured bytes", cited.raw, &cited.media_type)];
    if cited.text != cited.raw {
        media.push(object("Text", cited.text, "text/plain"));
    }
    media
}

fn quotations(page: &str, cited: &Cited) -> Vec<Quotation> {
    let quotes = cited.quotes.iter().map(|(citation, words)| Quotation {
        kind: "Quotation",
        text: words.clone(),
        url: format!("{page}#citation-{citation}"),
    });
    quotes.collect()
}
