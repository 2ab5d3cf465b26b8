//! The name of a timestamping authority, as the desk calls it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::schema;

/// What the desk calls a timestamping authority: small letters, digits and
/// hyphens, so that it can stand in an address and in a file's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthorityName(String);

/// A text that cannot name an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an authority's name has 1 to 40 small letters, digits and hyphens, such as 'first-stamp'")]
pub struct BadAuthorityName;

impl AuthorityName {
    /// The most characters of a name.
    pub const LIMIT: usize = 40;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AuthorityName {
    type Err = BadAuthorityName;

    fn from_str(text: &str) -> Result<Self, BadAuthorityName> {
        let is_plain = |mark: char| mark.is_ascii_lowercase() || mark.is_ascii_digit();
        let fits = (1..=Self::LIMIT).contains(&text.len())
            && text.chars().all(|mark| is_plain(mark) || mark == '-')
            && text.starts_with(is_plain)
            && text.ends_with(is_plain);
        fits.then(|| Self(text.to_owned())).ok_or(BadAuthorityName)
    }
}

impl TryFrom<String> for AuthorityName {
    type Error = BadAuthorityName;

    fn try_from(text: String) -> Result<Self, BadAuthorityName> {
        text.parse()
    }
}

impl From<AuthorityName> for String {
    fn from(name: AuthorityName) -> Self {
        name.0
    }
}

schema::described!(AuthorityName, |generator| schema::words(
    generator,
    AuthorityName::LIMIT
));

impl fmt::Display for AuthorityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_an_address() {
        for good in ["a", "first-stamp", "tsa2"] {
            let name: AuthorityName = good.parse().expect("a name");
            assert_eq!(name.as_str(), good);
        }
        let long = "x".repeat(41);
        for bad in [
            "",
            "-a",
            "a-",
            "A",
            "a b",
            "a/b",
            "a.tsr",
            "ä",
            "..",
            long.as_str(),
        ] {
            assert_eq!(bad.parse::<AuthorityName>(), Err(BadAuthorityName), "{bad}");
        }
    }
}
