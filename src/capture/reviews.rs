//! Reads the ClaimReviews of other publishers out of a page, a feed or a file
//! of JSON-LD. Nothing in them is believed: texts are cut to the desk's
//! limits, addresses are looked at, depth and number are bounded. What cannot
//! be used is told as a flaw.

use std::collections::HashMap;

use dom_query::Document;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::domain::other_check::{TheirRating, TheirReview};
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Key, Name, Statement};

use super::Unreadable;
use super::decode::decode;
use super::proposal::{is_a, read, text_of};

/// How many script elements of a page are read, and how long one may be.
const MOST_SCRIPTS: usize = 50;
/// The longest script that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// How many things are looked at, and how deep they may lie in each other.
const MOST_THINGS: usize = 200_000;
const DEEPEST: usize = 24;
/// How many reviews of one reading are offered.
const MOST_REVIEWS: usize = 500;
/// How many flaws are told.
const MOST_FLAWS: usize = 20;

/// The reviews that were found, and what was odd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    /// In the order in which they stand.
    pub found: Vec<TheirReview>,
    /// What could not be used, in sentences.
    pub flaws: Vec<String>,
}

/// Reads reviews; `base` is the address that the bytes came from.
pub(super) fn reviews(bytes: &[u8], base: Option<&str>) -> Result<Reviews, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut reviews = Reviews::default();
    let records = records(&decode(bytes, None).text, &mut reviews.flaws);
    let mut seen = Seen::default();
    for record in &records {
        seen.walk(record, 0);
    }
    let base = base.and_then(|base| Url::parse(base).ok());
    let reader = Reader {
        base,
        named: &seen.named,
    };
    for thing in seen.reviews.iter().take(MOST_REVIEWS) {
        match reader.review(thing) {
            Ok(review) if reviews.found.contains(&review) => {}
            Ok(review) => reviews.found.push(review),
            Err(flaw) => reviews.flaws.push(flaw.to_owned()),
        }
    }
    if seen.is_cut || seen.reviews.len() > MOST_REVIEWS {
        reviews.flaws.push(format!(
            "There is more in it than is read at once; these are the first {}.",
            reviews.found.len()
        ));
    }
    if seen.gone > 0 {
        let flaw = format!(
            "{} reviews in it were taken back by their publisher.",
            seen.gone
        );
        reviews.flaws.push(flaw);
    }
    reviews.flaws.truncate(MOST_FLAWS);
    Ok(reviews)
}

/// The JSON of a file, or all the records of a page.
fn records(text: &str, flaws: &mut Vec<String>) -> Vec<Value> {
    let bare = text.trim_start_matches('\u{feff}').trim_start();
    if bare.starts_with(['{', '[']) {
        return match serde_json::from_str(bare) {
            Ok(value) => vec![value],
            Err(error) => {
                flaws.push(format!("The JSON cannot be read: {error}."));
                Vec::new()
            }
        };
    }
    let document = Document::from(text);
    let scripts = document.select("script");
    let linked = scripts.nodes().iter().filter(|node| {
        let kind = node.attr("type");
        kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
    });
    let mut records = Vec::new();
    for node in linked.take(MOST_SCRIPTS) {
        let text = node.text();
        match Some(&text)
            .filter(|text| text.len() <= LONGEST)
            .and_then(|text| read(text))
        {
            Some(record) => records.push(record),
            None => flaws.push("A record of the page cannot be read as JSON.".to_owned()),
        }
    }
    records
}

/// What was seen on the way through the records.
#[derive(Default)]
struct Seen<'v> {
    things: usize,
    is_cut: bool,
    reviews: Vec<&'v Map<String, Value>>,
    /// How many were taken back.
    gone: usize,
    /// Things that others refer to by name (`@id`).
    named: HashMap<&'v str, &'v Map<String, Value>>,
}

impl<'v> Seen<'v> {
    fn walk(&mut self, value: &'v Value, depth: usize) {
        if depth > DEEPEST || self.things >= MOST_THINGS {
            self.is_cut = true;
            return;
        }
        match value {
            Value::Array(values) => {
                for value in values {
                    self.walk(value, depth + 1);
                }
            }
            Value::Object(thing) => self.thing(thing, depth),
            _ => {}
        }
    }

    fn thing(&mut self, thing: &'v Map<String, Value>, depth: usize) {
        self.things += 1;
        if thing.contains_key("dateDeleted") {
            self.gone += 1;
            return;
        }
        if let Some(id) = thing.get("@id").and_then(Value::as_str)
            && thing.len() > 1
        {
            self.named.entry(id).or_insert(thing);
        }
        if is_a(thing, "ClaimReview") {
            self.reviews.push(thing);
        }
        for value in thing.values() {
            self.walk(value, depth + 1);
        }
    }
}

/// What reviews are read with.
struct Reader<'v> {
    base: Option<Url>,
    named: &'v HashMap<&'v str, &'v Map<String, Value>>,
}

impl Reader<'_> {
    /// The review that a thing records, or why it cannot be used.
    fn review(&self, thing: &Map<String, Value>) -> Result<TheirReview, &'static str> {
        let url = thing.get("url").and_then(text_of);
        let url = url.and_then(|url| self.address(&url));
        let url = url.or_else(|| Address::parse(self.base.as_ref()?.as_str()).ok());
        let url = url.ok_or("A review names no page and was left out.")?;
        let by = ["author", "publisher"]
            .iter()
            .find_map(|key| Some(self.thing(thing.get(*key)?)));
        let (name, publisher_url) = by.unwrap_or_default();
        let host = || Url::parse(url.as_str()).ok()?.host_str().map(str::to_owned);
        let name = name.or_else(|| cut(&host()?, Name::LIMIT));
        let publisher = name.and_then(|name| Name::parse(&name).ok());
        let rating = self.rating(thing.get("reviewRating"));
        if rating.words.is_none() && rating.value.is_none() {
            return Err("A review has neither words nor a number for its rating and was left out.");
        }
        let reviewed = thing.get("claimReviewed").and_then(text_of);
        let reviewed = reviewed.and_then(|words| cut(&words, Statement::LIMIT));
        Ok(TheirReview {
            publisher: publisher.ok_or("A review says not who publishes it and was left out.")?,
            publisher_url,
            url,
            reviewed: reviewed.and_then(|words| Statement::parse(&words).ok()),
            rating,
            published: thing
                .get("datePublished")
                .and_then(text_of)
                .and_then(|date| day(&date)),
        })
    }

    /// The name and the address of a person or body, followed by reference.
    fn thing(&self, value: &Value) -> (Option<String>, Option<Address>) {
        let value = match value {
            Value::Array(values) => values.first().unwrap_or(&Value::Null),
            value => value,
        };
        let Value::Object(found) = value else {
            let name = text_of(value).and_then(|name| cut(&name, Name::LIMIT));
            return (name, None);
        };
        let referred = found.get("@id").and_then(Value::as_str);
        let referred = referred.and_then(|id| self.named.get(id).copied());
        let read = |key: &str| {
            let value = found.get(key).or_else(|| referred?.get(key));
            value.and_then(text_of)
        };
        let name = read("name").and_then(|name| cut(&name, Name::LIMIT));
        (name, read("url").and_then(|url| self.address(&url)))
    }

    fn rating(&self, value: Option<&Value>) -> TheirRating {
        let value = match value {
            Some(Value::Array(values)) => values.first(),
            value => value,
        };
        let words = |text: String| Name::parse(&cut(&text, Name::LIMIT)?).ok();
        let Some(Value::Object(rating)) = value else {
            return TheirRating {
                words: value.and_then(text_of).and_then(words),
                ..TheirRating::default()
            };
        };
        let rating = match rating.get("@id").and_then(Value::as_str) {
            Some(id) if rating.len() == 1 => self.named.get(id).copied().unwrap_or(rating),
            _ => rating,
        };
        let number = |key: &str| {
            let number = rating.get(key).and_then(text_of)?;
            let is_number = number.trim().parse::<f64>().is_ok_and(f64::is_finite);
            Key::parse(&number).ok().filter(|_| is_number)
        };
        let named = ["alternateName", "name"];
        let named = named
            .iter()
            .find_map(|key| rating.get(*key).and_then(text_of));
        TheirRating {
            words: named.and_then(words),
            value: number("ratingValue"),
            best: number("bestRating"),
            worst: number("worstRating"),
        }
    }

    /// An address, which may be written from the page on.
    fn address(&self, text: &str) -> Option<Address> {
        let text = text.trim();
        let url = match &self.base {
            Some(base) => base.join(text).ok()?,
            None => Url::parse(text).ok()?,
        };
        Address::parse(url.as_str()).ok()
    }
}

/// Words on one line without control characters, cut to a limit; nothing
/// where none are left.
fn cut(words: &str, limit: usize) -> Option<String> {
    let plain: String = words
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !matches!(c, '\u{202d}' | '\u{202e}'))
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = match line.char_indices().nth(limit - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() => format!("{}…", &line[..end]),
        _ => line,
    };
    (!line.is_empty()).then_some(line)
}

/// A date as far as it can be told from the beginning of what is written.
fn day(date: &str) -> Option<PartialDate> {
    let date = date.trim();
    [10, 7, 4]
        .iter()
        .find_map(|length| PartialDate::parse(date.get(..*length)?).ok())
}

#[cfg(test)]
mod tests;
