//! Whom to tell of a hole in the desk's walls: `/.well-known/security.txt`
//! (RFC 9116), from what the desk says of itself.

use actix_web::{HttpRequest, web};
use url::Url;

use crate::domain::sheet::DeskSheet;
use crate::domain::time::Timestamp;

use super::super::cached::public;
use super::super::problem::Problem;
use super::super::render::Answer;
use super::super::state::App;

/// What is said holds for so many days; the standard advises less than a year.
const DAYS: i64 = 180;
const DAY: i64 = 86_400_000;
/// How many ways to reach the desk are told.
const MOST: usize = 5;

pub(in super::super) async fn security_txt(app: web::Data<App>, request: HttpRequest) -> Answer {
    let base = &app.facts().base;
    let now = app.desk(|desk| Ok(desk.now())).await?;
    let text = written(&app.sheet(), base, now).ok_or_else(Problem::not_found)?;
    public(&request, "text/plain; charset=utf-8", text)
}

/// The file; none for a desk that does not say how it is reached.
fn written(sheet: &DeskSheet, base: &str, now: Timestamp) -> Option<String> {
    let contact = sheet
        .contact
        .as_ref()
        .map_or("", |contact| contact.as_str());
    let ways: Vec<String> = contact
        .split_whitespace()
        .filter_map(way)
        .take(MOST)
        .collect();
    let first = ways.first()?;
    let mut lines = format!("Contact: {first}\n");
    for way in &ways[1..] {
        lines.push_str(&format!("Contact: {way}\n"));
    }
    // The same all day, so that it can be kept.
    let expires = (now.as_millis() / DAY + DAYS) * DAY;
    let expires = Timestamp::from_millis(expires).ok()?;
    lines.push_str(&format!("Expires: {expires}\n"));
    if base.starts_with("https://") {
        lines.push_str(&format!("Canonical: {base}/.well-known/security.txt\n"));
    }
    lines.push_str("Preferred-Languages: en\n");
    Some(lines)
}

/// A word as the address of somebody who can be reached: a page with HTTPS or
/// an address for mail.
fn way(word: &str) -> Option<String> {
    let marks = |c: char| matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '“' | '”');
    let word = word
        .trim_matches(marks)
        .trim_end_matches(['.', ':', '!', '?']);
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    if word.starts_with("https://") {
        return Url::parse(word).ok().map(String::from);
    }
    let (name, host) = word.split_once('@')?;
    let is_plain = |part: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_+".contains(&b);
        !part.is_empty() && part.bytes().all(plain)
    };
    let is_address = is_plain(name) && is_plain(host) && host.contains('.');
    is_address.then(|| format!("mailto:{name}@{host}"))
}

#[cfg(test)]
mod tests {
    use crate::domain::words::{Name, Policy};

    use super::*;

    fn check(contact: Option<&str>, expected: Option<&str>) {
        let name = Name::parse("A desk").expect("a name");
        let sheet = DeskSheet {
            contact: contact.map(|words| Policy::parse(words).expect("words")),
            ..DeskSheet::named(name)
        };
        let now: Timestamp = "2026-03-01T14:03:00Z".parse().expect("a moment");
        let found = written(&sheet, "https://desk.example.org", now);
        assert_eq!(found.as_deref(), expected, "{contact:?}");
    }

    #[test]
    fn whoever_can_be_reached_is_named() {
        check(
            Some("Write to desk@example.org, or use our form (https://example.org/tell us)."),
            Some(
                "Contact: mailto:desk@example.org\n\
                 Contact: https://example.org/tell\n\
                 Expires: 2026-08-28T00:00:00.000Z\n\
                 Canonical: https://desk.example.org/.well-known/security.txt\n\
                 Preferred-Languages: en\n",
            ),
        );
    }

    #[test]
    fn a_desk_that_names_nobody_has_no_such_file() {
        check(None, None);
        check(Some("Come to 1 High Street, or call 555 0100."), None);
        check(Some("http://example.org/plain and desk@localhost"), None);
    }

    #[test]
    fn nothing_is_slipped_into_a_line() {
        check(
            Some("mailto:desk@example.org?subject=x%0D%0ACanonical:y"),
            None,
        );
        check(Some("desk@example.org/x"), None);
    }
}
