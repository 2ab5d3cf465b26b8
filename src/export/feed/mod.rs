//! Feeds of what is published and of what is corrected: a page of them as
//! facts, which `atom` and `json` write down.
//!
//! Every publication is an entry, and so is every correction, clarification,
//! update and retraction; an entry keeps its name for ever. Where something
//! was corrected, its own entry says so too and its date moves on, so that a
//! reader that keeps only one of them is not left with what is wrong.

pub mod atom;
pub mod json;

use crate::domain::time::Timestamp;

/// A page of a feed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its name, the same on all its pages.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub author: String,
    /// The pages for people.
    pub home: String,
    /// The address of this page of the feed.
    pub here: String,
    /// The address of its first page.
    pub first: String,
    /// The address of the page with what is older.
    pub next: Option<String>,
    /// When anything in it changed last.
    pub updated: Timestamp,
    /// What it tells, the newest first.
    pub entries: Vec<Entry>,
}

/// Something that was published, or a correction of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name for ever.
    pub id: String,
    /// The page for people.
    pub url: String,
    /// What is told.
    pub kind: Kind,
    /// The wording that was judged.
    pub statement: String,
    /// Who made the claim.
    pub claimant: Option<String>,
    /// The rating as readers see it.
    pub rating: String,
    /// Why, or what changed.
    pub words: String,
    /// Who gave the verdict, or corrected it.
    pub by: Option<String>,
    /// When it was made public.
    pub published: Timestamp,
    /// When what it says changed last.
    pub updated: Timestamp,
}

/// What an entry tells.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A verdict was published.
    Verdict {
        /// Whether it was taken back since.
        retracted: bool,
        /// Whether it was corrected since.
        corrected: bool,
    },
    /// Something published was corrected, in the way that the word says.
    Correction {
        /// `correction`, `clarification`, `update` or `retraction`.
        kind: &'static str,
        /// The name of the entry that it corrects.
        corrects: String,
    },
}

impl Entry {
    /// The kind in a word: `verdict`, or the kind of correction.
    pub const fn word(&self) -> &'static str {
        match &self.kind {
            Kind::Verdict { .. } => "verdict",
            Kind::Correction { kind, .. } => kind,
        }
    }

    /// The entry that this one corrects.
    pub fn corrects(&self) -> Option<&str> {
        match &self.kind {
            Kind::Verdict { .. } => None,
            Kind::Correction { corrects, .. } => Some(corrects),
        }
    }

    /// One line for a list. A rating that was taken back is never shown as if
    /// it stood.
    pub fn title(&self) -> String {
        let before = match &self.kind {
            Kind::Verdict {
                retracted: true, ..
            } => "Retracted",
            Kind::Verdict { .. } => &self.rating,
            Kind::Correction { kind, .. } => {
                return format!("{}: {}", capital(kind), self.statement);
            }
        };
        format!("{before}: {}", self.statement)
    }

    /// The entry in a few paragraphs.
    fn paragraphs(&self) -> Vec<String> {
        let said = match &self.claimant {
            Some(claimant) => format!("{claimant} said: “{}”", self.statement),
            None => format!("The claim: “{}”", self.statement),
        };
        let judged = match &self.kind {
            Kind::Verdict {
                retracted: true, ..
            } => format!(
                "Retracted: the desk no longer stands by this verdict. It was rated “{}”.",
                self.rating
            ),
            Kind::Verdict {
                corrected: true, ..
            } => format!("Rated “{}”. Corrected since; see its page.", self.rating),
            Kind::Verdict { .. } => format!("Rated “{}”.", self.rating),
            Kind::Correction { kind, .. } => {
                format!(
                    "{} of a verdict that was rated “{}”.",
                    capital(kind),
                    self.rating
                )
            }
        };
        let mut all = vec![said, judged];
        let words = self.words.split("\n\n").map(str::trim);
        all.extend(words.filter(|words| !words.is_empty()).map(str::to_owned));
        all
    }

    /// The entry as plain text.
    pub fn text(&self) -> String {
        self.paragraphs().join("\n\n")
    }

    /// The entry as HTML that stands alone.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for paragraph in self.paragraphs() {
            html.push_str(&format!("<p>{}</p>\n", escaped(&paragraph)));
        }
        let url = escaped(&self.url);
        html.push_str(&format!(
            "<p><a href=\"{url}\">The exact words that it rests on, and how to check them</a></p>\n"
        ));
        html
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            other => out.push(other),
        }
    }
    out
}

/// The part of a name that says whose it is: a `tag:` address (RFC 4151) of
/// the origin that the log was opened with, which never changes, and of the
/// day on which it was.
///
/// ```
/// use citekeep::export::feed::tag;
/// let opened = "2022-03-01T08:00:00Z".parse().expect("a moment");
/// assert_eq!(tag("desk.example/log", opened), "tag:desk.example,2022-03-01:log/");
/// assert_eq!(tag("Desk", opened), "tag:desk,2022-03-01:");
/// ```
pub fn tag(origin: &str, opened: Timestamp) -> String {
    let (host, rest) = origin.split_once('/').unwrap_or((origin, ""));
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let host: String = host.to_ascii_lowercase().chars().filter(fits).collect();
    let rest: String = rest.chars().filter(|c| fits(c) || *c == '/').collect();
    let day = &opened.to_string()[..10];
    let end = if rest.is_empty() { "" } else { "/" };
    format!("tag:{host},{day}:{}{end}", rest.trim_end_matches('/'))
}
