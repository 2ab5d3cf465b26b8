//! The parameters of a search, read once: every wrong one is named.

use url::form_urlencoded;

use crate::domain::hash::ContentHash;
use crate::domain::ids::PublicationId;

use super::refusal::{Refusal, Violation};

/// How many results a page has where nobody says otherwise, and at most.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 100;
/// How far into the results an offset may reach.
const LARGEST_OFFSET: usize = 1_000;
/// How many parameters are looked at.
const PARAMETERS: usize = 40;

/// Parameters that every API of Google knows and that change nothing here: the
/// answer is JSON, it is whole, and it is everybody's.
const IDLE: [&str; 10] = [
    "key",
    "fields",
    "prettyPrint",
    "quotaUser",
    "access_token",
    "oauth_token",
    "callback",
    "uploadType",
    "upload_protocol",
    "$.xgafv",
];

/// A search that can be made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) query: Option<String>,
    pub(super) max_age_days: Option<i32>,
    pub(super) page_size: usize,
    pub(super) offset: usize,
    /// Where the page begins: before this publication.
    pub(super) before: Option<PublicationId>,
    language: Option<String>,
    site: Option<String>,
}

/// The parameters as they were sent, and what is wrong with them.
#[derive(Default)]
struct Reading {
    sent: Vec<(String, String)>,
    wrong: Vec<Violation>,
}

impl Asked {
    /// Reads what stands after `?` in an address.
    pub(super) fn read(query: &str) -> Result<Self, Refusal> {
        let mut reading = Reading::new(query);
        let language = reading.take("languageCode");
        let mut asked = Self {
            query: reading.take("query"),
            max_age_days: reading.number("maxAgeDays").filter(|days| *days > 0),
            page_size: reading.number("pageSize").map_or(0, count),
            offset: reading.number("offset").map_or(0, count),
            before: None,
            language: language.clone(),
            site: reading.take("reviewPublisherSiteFilter"),
        };
        let is_tag = |tag: &str| {
            tag.len() <= 35
                && tag.split('-').all(|part| {
                    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                })
        };
        if language.is_some_and(|tag| !is_tag(&tag)) {
            reading.say(
                "languageCode",
                "A language is a BCP 47 code, such as en or en-GB.",
            );
        }
        if asked.query.is_none() && asked.site.is_none() {
            reading.say(
                "query",
                "Say what to look for, or name a site in reviewPublisherSiteFilter.",
            );
        }
        if asked.page_size == 0 {
            asked.page_size = PAGE;
        }
        asked.page_size = asked.page_size.min(LARGEST_PAGE);
        if let Some(token) = reading.take("pageToken") {
            asked.offset = 0;
            asked.before = asked.place(&token);
            if asked.before.is_none() {
                reading.say("pageToken", "This is no token of this search; send nextPageToken of the page before, and all else as it was.");
            }
        } else if asked.offset > LARGEST_OFFSET {
            reading.say(
                "offset",
                "An offset is 1000 at most; go further page by page with pageToken.",
            );
        }
        reading.end()?;
        Ok(asked)
    }

    /// Whether a site is the one that results are to be of, or a part of it.
    pub(super) fn is_of_site(&self, site: &str) -> bool {
        let Some(wanted) = &self.site else {
            return true;
        };
        let wanted = wanted.to_ascii_lowercase();
        let wanted = wanted.strip_prefix("www.").unwrap_or(&wanted);
        let above = site.strip_suffix(wanted);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }

    /// Whether a language fits; the region is not looked at.
    pub(super) fn is_in_language(&self, language: &str) -> bool {
        let wanted = self.language.as_deref();
        let wanted = wanted.and_then(|tag| tag.split('-').next());
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(language))
    }

    /// The token of the page after a publication.
    pub(super) fn token(&self, last: PublicationId) -> String {
        format!("{last}.{}", self.print())
    }

    /// The place that a token names, if it is one of this search.
    fn place(&self, token: &str) -> Option<PublicationId> {
        let (place, print) = token.split_once('.')?;
        place.parse().ok().filter(|_| print == self.print())
    }

    /// What tells this search from others.
    fn print(&self) -> String {
        let all = (
            &self.query,
            &self.language,
            &self.site,
            self.max_age_days,
            self.page_size,
        );
        let hash = ContentHash::of(format!("{all:?}").as_bytes()).to_string();
        hash[..16].to_owned()
    }
}

fn count(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

impl Reading {
    fn new(query: &str) -> Self {
        let mut reading = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).take(PARAMETERS) {
            let value = value.trim();
            if reading.sent.iter().any(|(known, _)| *known == name) {
                reading.say(&name, "This was sent twice; send it once.");
            } else if !value.is_empty() {
                reading.sent.push((name.into_owned(), value.to_owned()));
            }
        }
        reading
    }

    fn say(&mut self, field: &str, what: &str) {
        self.wrong.push(Violation {
            field: field.to_owned(),
            description: what.to_owned(),
        });
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.sent.iter().position(|(known, _)| known == name)?;
        Some(self.sent.swap_remove(at).1)
    }

    /// A whole number from 0 upwards; 0 is as good as nothing.
    fn number(&mut self, name: &str) -> Option<i32> {
        let sent = self.take(name)?;
        let number = sent.parse().ok().filter(|number| *number >= 0);
        if number.is_none() {
            self.say(name, "This is a whole number from 0 to 2147483647.");
        }
        number
    }

    /// Refuses what was wrong and what nobody took.
    fn end(mut self) -> Result<(), Refusal> {
        if self.take("alt").is_some_and(|alt| alt != "json") {
            self.say("alt", "Only json is spoken here.");
        }
        let left: Vec<String> = self.sent.drain(..).map(|(name, _)| name).collect();
        for name in left.iter().filter(|name| !IDLE.contains(&name.as_str())) {
            self.say(name, "There is no such parameter.");
        }
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Wrong(self.wrong))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Asked {
        match Asked::read(query) {
            Ok(asked) => asked,
            Err(_) => panic!("{query} is refused"),
        }
    }

    /// The parameters that are named as wrong.
    fn check(query: &str, expected: &[&str]) {
        let named = match Asked::read(query) {
            Ok(_) => Vec::new(),
            Err(Refusal::Wrong(wrong)) => wrong.into_iter().map(|wrong| wrong.field).collect(),
            Err(Refusal::Broken) => vec!["broken".to_owned()],
        };
        assert_eq!(named, expected, "{query}");
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        check("query=bridge&key=anything&alt=json&prettyPrint=false", &[]);
        check("", &["query"]);
        check("query=%20", &["query"]);
        check("reviewPublisherSiteFilter=desk.example", &[]);
        check("query=a&pageSize=-1", &["pageSize"]);
        check("query=a&pageSize=ten", &["pageSize"]);
        check("query=a&offset=-1&maxAgeDays=x", &["maxAgeDays", "offset"]);
        check("query=a&offset=1001", &["offset"]);
        check("query=a&maxAgeDays=99999999999", &["maxAgeDays"]);
        check("query=a&languageCode=en_GB", &["languageCode"]);
        check("query=a&pageToken=7", &["pageToken"]);
        check("query=a&alt=proto", &["alt"]);
        check("query=a&colour=blue", &["colour"]);
        check("query=a&query=b", &["query"]);
    }

    #[test]
    fn a_token_belongs_to_its_search() {
        let asked = read("query=bridge&pageSize=2");
        let token = asked.token(PublicationId::FIRST);
        let again = read(&format!(
            "query=bridge&pageSize=2&offset=5&pageToken={token}"
        ));
        assert_eq!(again.before, Some(PublicationId::FIRST));
        assert_eq!(again.offset, 0, "only considered without a token");
        check(
            &format!("query=river&pageSize=2&pageToken={token}"),
            &["pageToken"],
        );
    }

    #[test]
    fn sizes_have_a_default_and_a_bound() {
        assert_eq!(read("query=a").page_size, 10);
        assert_eq!(read("query=a&pageSize=0").page_size, 10);
        assert_eq!(read("query=a&pageSize=100000").page_size, 100);
    }

    #[test]
    fn a_site_has_parts_and_a_language_regions() {
        let of = |wanted: &str, site: &str| {
            read(&format!("reviewPublisherSiteFilter={wanted}")).is_of_site(site)
        };
        assert!(of("news.example", "news.example"));
        assert!(of("www.News.example", "checks.news.example"));
        assert!(!of("news.example", "badnews.example"));
        assert!(!of("checks.news.example", "news.example"));
        let speaks =
            |wanted: &str| read(&format!("query=a&languageCode={wanted}")).is_in_language("en");
        assert!(speaks("en") && speaks("en-GB") && speaks("EN"));
        assert!(!speaks("de") && !speaks("eng"));
    }
}
