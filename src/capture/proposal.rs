//! What an HTML page says of itself, proposed for a source's sheet.
//!
//! A page is no authority on itself: people confirm each value. Everything is
//! plain text of bounded length, and a date that cannot be read is left out.

mod dates;
mod linked;
mod meta;
mod wording;

use dom_query::Document;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use self::dates::normal_date;
use self::linked::{Linked, names_of};
pub(super) use self::linked::{is_a, read, text_of};
use self::meta::Meta;
use self::wording::{authors_of, line, without_site};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// The longest name of a person or body, in characters.
const LONGEST_NAME: usize = 200;

/// The longest address, in bytes.
const LONGEST_ADDRESS: usize = 2_048;

/// How many authors are proposed at most.
const MOST_AUTHORS: usize = 10;

/// What a document says of itself; each value is for people to confirm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The title that the document gives itself.
    pub title: Option<String>,
    /// Who wrote it, at most ten.
    pub authors: Vec<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When it was published: `YYYY-MM-DD`, or RFC 3339 where the document
    /// gives the hour and its offset.
    pub published: Option<String>,
    /// When the file says that it was made, written like `published`; often not
    /// the day on which it was published.
    pub file_date: Option<String>,
    /// When it was last changed, written like `published`.
    pub modified: Option<String>,
    /// The address that the document calls its own; http or https.
    pub canonical: Option<String>,
    /// The language tag of its words, such as `en-GB`.
    pub language: Option<String>,
}

/// Reads what a page says of itself.
pub(super) fn propose(document: &Document) -> Proposal {
    let page = Page {
        document,
        linked: Linked::of(document),
        meta: Meta::of(document),
    };
    let publisher = page.publisher();
    Proposal {
        title: page.title(publisher.as_deref()),
        authors: page.authors(publisher.as_deref()),
        published: page.date(&PUBLISHED),
        file_date: None,
        modified: page.date(&MODIFIED),
        canonical: page.canonical(),
        language: page.language(),
        publisher,
    }
}

/// What the page's own record (JSON-LD) holds of the article's words.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The words, without headings and tables as a rule.
    pub(super) words: Option<String>,
    /// Whether the page says that it is not free to read.
    pub(super) is_partly_paid: bool,
}

impl Record {
    pub(super) fn of(document: &Document) -> Self {
        let linked = Linked::of(document);
        let Some(article) = linked.article() else {
            return Self::default();
        };
        let free = article
            .get("isAccessibleForFree")
            .and_then(|value| match value {
                Value::Bool(free) => Some(*free),
                value => Some(!text_of(value)?.eq_ignore_ascii_case("false")),
            });
        Self {
            words: article.get("articleBody").and_then(text_of),
            is_partly_paid: free == Some(false),
        }
    }
}

/// Where one of the dates is written.
struct DateNames {
    linked: &'static str,
    meta: &'static [&'static str],
    elements: &'static [&'static str],
}

const PUBLISHED: DateNames = DateNames {
    linked: "datePublished",
    meta: &[
        "article:published_time",
        "article:published",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date.created",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "parsely-pub-date",
        "sailthru.date",
        "datepublished",
        "og:published_time",
        "publish-date",
        "publication_date",
        "pubdate",
        "date",
    ],
    elements: &[
        "[itemprop='datePublished']",
        "time[pubdate]",
        "time.published",
        "article time[datetime]",
        "time[datetime]",
    ],
};

const MODIFIED: DateNames = DateNames {
    linked: "dateModified",
    meta: &[
        "article:modified_time",
        "article:modified",
        "og:updated_time",
        "dc.date.modified",
        "dcterms.modified",
        "datemodified",
        "last-modified",
        "lastmod",
    ],
    elements: &["[itemprop='dateModified']", "time.updated"],
};

struct Page<'a> {
    document: &'a Document,
    linked: Linked,
    meta: Meta,
}

impl Page<'_> {
    fn publisher(&self) -> Option<String> {
        let linked = self.linked_names("publisher").into_iter().next();
        linked
            .or_else(|| {
                self.meta.first(&[
                    "og:site_name",
                    "citation_publisher",
                    "dc.publisher",
                    "dcterms.publisher",
                    "article:publisher_name",
                    "application-name",
                ])
            })
            .or_else(|| self.element(&["[itemprop='publisher'] [itemprop='name']"]))
            .and_then(|name| line(&name, LONGEST_NAME))
            .filter(|name| Url::parse(name).is_err())
    }

    fn title(&self, publisher: Option<&str>) -> Option<String> {
        let site = self.meta.first(&["og:site_name"]);
        let sites: Vec<&str> = [publisher, site.as_deref()].into_iter().flatten().collect();
        let headline = self
            .linked
            .article()
            .and_then(|article| text_of(article.get("headline")?));
        let named = headline
            .or_else(|| {
                self.meta.first(&[
                    "citation_title",
                    "og:title",
                    "twitter:title",
                    "parsely-title",
                    "sailthru.title",
                    "dc.title",
                    "dcterms.title",
                ])
            })
            .or_else(|| self.element(&["[itemprop='headline']"]));
        let own = || self.element(&["title"]);
        let heading = || self.element(&["h1"]);
        let title = line(&named.or_else(own).or_else(heading)?, LONGEST_TITLE)?;
        Some(without_site(&title, &sites, self.host().as_deref()))
    }

    fn authors(&self, publisher: Option<&str>) -> Vec<String> {
        let sources: [&dyn Fn() -> Vec<String>; 4] = [
            &|| self.linked_names("author"),
            &|| {
                self.meta.all(&[
                    "citation_author",
                    "dc.creator",
                    "dcterms.creator",
                    "parsely-author",
                    "sailthru.author",
                    "author",
                    "article:author",
                    "byl",
                    "twitter:data1_author",
                ])
            },
            &|| {
                self.elements(&[
                    "[itemprop='author'] [itemprop='name']",
                    "[itemprop='author']",
                    "[rel='author']",
                ])
            },
            &|| {
                self.elements(&[
                    ".byline",
                    ".author-name",
                    ".article-author",
                    ".post-author",
                    "[class*='byline']",
                ])
            },
        ];
        for source in sources {
            let mut lines = source();
            lines.retain(|line| line.len() < 10 * LONGEST_NAME);
            let mut authors = authors_of(&lines, LONGEST_NAME);
            // A page that names its publisher as an author says nothing more.
            if authors.len() > 1 {
                authors.retain(|author| Some(author.as_str()) != publisher);
            }
            authors.truncate(MOST_AUTHORS);
            if !authors.is_empty() {
                return authors;
            }
        }
        Vec::new()
    }

    fn date(&self, names: &DateNames) -> Option<String> {
        let linked = self
            .linked
            .article()
            .and_then(|article| text_of(article.get(names.linked)?));
        let meta = names
            .meta
            .iter()
            .filter_map(|name| self.meta.first(&[name]));
        let found = linked
            .into_iter()
            .chain(meta)
            .find_map(|text| normal_date(&text));
        found.or_else(|| {
            names.elements.iter().find_map(|selector| {
                let node = self.document.select_single(selector);
                let text = node.attr("datetime").or_else(|| node.attr("content"));
                normal_date(&text.unwrap_or_else(|| node.text()))
            })
        })
    }

    fn canonical(&self) -> Option<String> {
        let link = self
            .document
            .select_single("link[rel='canonical']")
            .attr("href");
        let link = link.and_then(|href| address(&href));
        link.or_else(|| address(&self.meta.first(&["og:url"])?))
    }

    fn host(&self) -> Option<String> {
        let url = Url::parse(&self.canonical()?).ok()?;
        Some(url.host_str()?.to_owned())
    }

    fn language(&self) -> Option<String> {
        let html = self.document.select_single("html");
        let lang = html.attr("lang").or_else(|| html.attr("xml:lang"));
        let lang = lang.and_then(|lang| language_tag(&lang));
        let linked = || language_tag(&text_of(self.linked.article()?.get("inLanguage")?)?);
        lang.or_else(linked).or_else(|| {
            let names = [
                "content-language",
                "dc.language",
                "dcterms.language",
                "og:locale",
            ];
            language_tag(&self.meta.first(&names)?)
        })
    }

    fn linked_names(&self, property: &str) -> Vec<String> {
        let value: Option<&Value> = self
            .linked
            .article()
            .and_then(|article| article.get(property));
        value
            .map(|value| names_of(value, &self.linked))
            .unwrap_or_default()
    }

    /// The first element with words that one of the selectors finds.
    fn element(&self, selectors: &[&str]) -> Option<String> {
        self.elements(selectors).into_iter().next()
    }

    /// The words of the first selector that finds some.
    fn elements(&self, selectors: &[&str]) -> Vec<String> {
        selectors
            .iter()
            .map(|selector| {
                let found = self.document.select(selector);
                found
                    .nodes()
                    .iter()
                    .take(MOST_AUTHORS)
                    .map(|node| {
                        node.attr("content")
                            .unwrap_or_else(|| node.text())
                            .to_string()
                    })
                    .filter(|text| !text.trim().is_empty())
                    .collect::<Vec<String>>()
            })
            .find(|texts| !texts.is_empty())
            .unwrap_or_default()
    }
}

/// An absolute http or https address without credentials and fragment.
fn address(text: &str) -> Option<String> {
    let mut url = Url::parse(text.trim()).ok()?;
    url.set_fragment(None);
    let plain = url.username().is_empty() && url.password().is_none();
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    (web && plain && url.as_str().len() <= LONGEST_ADDRESS).then(|| url.to_string())
}

/// A language tag of well-formed parts (RFC 5646, section 2.1).
fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let is_primary =
        matches!(primary.len(), 2 | 3) && primary.chars().all(|c| c.is_ascii_alphabetic());
    let fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    (is_primary && parts.all(fits) && tag.len() <= 35).then_some(tag)
}

#[cfg(test)]
mod tests;
