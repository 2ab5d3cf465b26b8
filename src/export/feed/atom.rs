//! Feeds as Atom (RFC 4287), paged (RFC 5005), with corrections as answers to
//! what they correct (RFC 4685).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::domain::time::Timestamp;

use super::{Entry, Feed};

/// What an Atom feed is called on the wire.
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// Writes a page of a feed.
pub fn write(feed: &Feed) -> Vec<u8> {
    let mut out = Writer::new(Vec::new());
    whole(&mut out, feed).expect("memory takes whatever is written");
    out.into_inner()
}

fn whole(out: &mut Writer<Vec<u8>>, feed: &Feed) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    out.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xmlns:thr", "http://purl.org/syndication/thread/1.0"))
        .with_attribute(("xml:lang", "en"))
        .write_inner_content(|out| {
            text(out, "id", &feed.id)?;
            text(out, "title", &feed.title)?;
            moment(out, "updated", feed.updated)?;
            person(out, &feed.author)?;
            link(out, "self", &feed.here)?;
            link(out, "alternate", &feed.home)?;
            link(out, "first", &feed.first)?;
            if let Some(next) = &feed.next {
                link(out, "next", next)?;
            }
            text(out, "generator", "Citekeep")?;
            feed.entries.iter().try_for_each(|told| entry(out, told))
        })?;
    Ok(())
}

fn entry(out: &mut Writer<Vec<u8>>, entry: &Entry) -> io::Result<()> {
    out.create_element("entry").write_inner_content(|out| {
        text(out, "id", &entry.id)?;
        text(out, "title", &entry.title())?;
        moment(out, "published", entry.published)?;
        moment(out, "updated", entry.updated)?;
        if let Some(by) = &entry.by {
            person(out, by)?;
        }
        link(out, "alternate", &entry.url)?;
        if let Some(corrects) = entry.corrects() {
            out.create_element("thr:in-reply-to")
                .with_attribute(("ref", corrects))
                .with_attribute(("href", entry.url.as_str()))
                .write_empty()?;
        }
        out.create_element("category")
            .with_attribute(("term", entry.word()))
            .write_empty()?;
        out.create_element("content")
            .with_attribute(("type", "html"))
            .write_text_content(BytesText::new(&clean(&entry.html())))?;
        Ok(())
    })?;
    Ok(())
}

fn text(out: &mut Writer<Vec<u8>>, name: &str, words: &str) -> io::Result<()> {
    out.create_element(name)
        .write_text_content(BytesText::new(&clean(words)))?;
    Ok(())
}

fn moment(out: &mut Writer<Vec<u8>>, name: &str, at: Timestamp) -> io::Result<()> {
    text(out, name, &at.to_string())
}

fn person(out: &mut Writer<Vec<u8>>, name: &str) -> io::Result<()> {
    out.create_element("author")
        .write_inner_content(|out| text(out, "name", name))?;
    Ok(())
}

fn link(out: &mut Writer<Vec<u8>>, rel: &str, to: &str) -> io::Result<()> {
    let kind = if matches!(rel, "self" | "next" | "first") {
        "application/atom+xml"
    } else {
        "text/html"
    };
    out.create_element("link")
        .with_attribute(("rel", rel))
        .with_attribute(("type", kind))
        .with_attribute(("href", to))
        .write_empty()?;
    Ok(())
}

/// Words without what XML 1.0 cannot carry at all (section 2.2).
fn clean(words: &str) -> String {
    let fits = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    words.chars().filter(fits).collect()
}
