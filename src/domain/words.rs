//! Short and long texts that people type, each with its limit.
//!
//! A value of these types is trimmed, in NFC, not empty, within its limit and
//! free of control characters, so nothing below the door needs to ask again.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::schema;

/// What is wrong with a typed text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// Nothing but white space was given.
    #[error("this may not be empty")]
    Empty,
    /// The text is longer than its kind may be; counts are code points.
    #[error("this is {length} characters long; the limit is {limit}")]
    TooLong {
        /// How long the text is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The text holds a control character, which no page could show.
    #[error("this holds a control character (U+{code:04X}); please remove it")]
    Control {
        /// The code point.
        code: u32,
    },
    /// A one-line text holds a line break.
    #[error("this must be a single line")]
    LineBreak,
    /// An address is not a http or https URL.
    #[error("an address starts with http:// or https:// and names a host")]
    NotAnAddress,
}

fn tidy(text: &str, limit: usize) -> Result<String, BadWords> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    // ASCII is in NFC as it is; stored words are parsed again whenever they are
    // read, so this is worth asking.
    let text: String = if text.is_ascii() {
        text.to_owned()
    } else {
        text.nfc().collect()
    };
    if text.chars().all(is_unseen) {
        return Err(BadWords::Empty);
    }
    let length = text.chars().count();
    if length > limit {
        return Err(BadWords::TooLong { length, limit });
    }
    match text
        .chars()
        .find(|c| turns_text(*c) || c.is_control() && !matches!(c, '\n' | '\t'))
    {
        Some(c) => Err(BadWords::Control { code: u32::from(c) }),
        None => Ok(text),
    }
}

/// White space and characters that leave no mark.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// Overrides of the reading direction: with them a page would show other words
/// than those that are stored. Marks and isolates, which texts need, are fine.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{202d}' | '\u{202e}')
}

fn tidy_line(text: &str, limit: usize) -> Result<String, BadWords> {
    let text = tidy(text, limit)?;
    if text.contains(['\n', '\t', '\u{2028}', '\u{2029}']) {
        return Err(BadWords::LineBreak);
    }
    Ok(text)
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident($tidy:ident, $limit:literal)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most code points that such a text may have.
            pub const LIMIT: usize = $limit;

            /// Trims and checks a text that somebody typed.
            pub fn parse(text: &str) -> Result<Self, BadWords> {
                $tidy(text, Self::LIMIT).map(Self)
            }

            /// Parses a field that may be left empty.
            pub fn parse_optional(text: &str) -> Result<Option<Self>, BadWords> {
                match Self::parse(text) {
                    Ok(words) => Ok(Some(words)),
                    Err(BadWords::Empty) => Ok(None),
                    Err(other) => Err(other),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        schema::described!($name, |generator| schema::words(generator, $name::LIMIT));

        impl TryFrom<String> for $name {
            type Error = BadWords;

            fn try_from(text: String) -> Result<Self, BadWords> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(words: $name) -> Self {
                words.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

words! {
    /// One checkable statement.
    Statement(tidy_line, 1_000),
    /// A name: of a person, a body, a desk, a scale.
    Name(tidy_line, 200),
    /// What somebody is: "commander", "spokesperson".
    Position(tidy_line, 200),
    /// The title of an article or a source.
    Title(tidy_line, 500),
    /// The name of a group of sources that share one origin.
    Origin(tidy_line, 100),
    /// Why a verdict is what it is.
    Rationale(tidy, 20_000),
    /// A note or a reason beside an act.
    Note(tidy, 5_000),
    /// What a desk promises: a policy, in paragraphs.
    Policy(tidy, 20_000),
    /// A warning shown wherever a text is shown.
    Notice(tidy_line, 500),
    /// The name of an uploaded file, without folders.
    FileName(tidy_line, 255),
    /// A language tag, such as `en` or `ps-AF` (BCP 47).
    Language(tidy_line, 35),
    /// The key of a rating or a scale: `mostly-true`.
    Key(tidy_line, 60),
}

/// A public address: an absolute http or https URL of at most 2,000 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// Parses an absolute http or https URL and writes it in its normal form.
    pub fn parse(text: &str) -> Result<Self, BadWords> {
        let text = tidy_line(text, 2_000)?;
        let url = url::Url::parse(&text).map_err(|_| BadWords::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(BadWords::NotAnAddress);
        }
        Ok(Self(url.into()))
    }

    /// Parses a field that may be left empty.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, BadWords> {
        match Self::parse(text) {
            Ok(address) => Ok(Some(address)),
            Err(BadWords::Empty) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Address {
    type Error = BadWords;

    fn try_from(text: String) -> Result<Self, BadWords> {
        Self::parse(&text)
    }
}

schema::described!(Address, schema::address);

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, BadWords>) {
        let parsed = Statement::parse(text);
        assert_eq!(
            parsed.as_ref().map(Statement::as_str),
            expected.as_ref().map(|s| *s)
        );
    }

    #[test]
    fn a_statement_is_one_clean_line() {
        check(
            "  The bridge opened in 1932. ",
            Ok("The bridge opened in 1932."),
        );
        check("cafe\u{301}", Ok("caf\u{e9}"));
        check(" \n ", Err(BadWords::Empty));
        check("one\ntwo", Err(BadWords::LineBreak));
        check("\u{200b}\u{feff}", Err(BadWords::Empty));
        check("\u{202e}not", Err(BadWords::Control { code: 0x202e }));
        check("bell\u{7}", Err(BadWords::Control { code: 7 }));
        let long = "x".repeat(1_001);
        check(
            &long,
            Err(BadWords::TooLong {
                length: 1_001,
                limit: 1_000,
            }),
        );
    }

    #[test]
    fn an_address_is_absolute_http() {
        assert_eq!(
            Address::parse("https://Example.org")
                .expect("fine")
                .as_str(),
            "https://example.org/"
        );
        for bad in [
            "example.org",
            "javascript:alert(1)",
            "ftp://example.org",
            "https://",
        ] {
            assert_eq!(Address::parse(bad), Err(BadWords::NotAnAddress), "{bad}");
        }
    }
}
