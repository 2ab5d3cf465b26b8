//! What a token may be used for, beside the role that it has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::choice::{NotAChoice, choice};
use super::person::Deed;

choice! {
    /// A part of the desk's work.
    Scope {
        /// Read everything that is not sealed.
        Read = "read" / "read",
        /// Articles, claims, sources, citations and remarks.
        Research = "research" / "research",
        /// Verdicts, approvals and dissents.
        Review = "review" / "review",
        /// Assign, publish, correct and withdraw.
        Publish = "publish" / "publish",
        /// People, settings and hooks.
        Manage = "manage" / "manage",
    }
}

impl Scope {
    /// The part that a deed belongs to.
    pub const fn of(deed: Deed) -> Self {
        match deed {
            Deed::Read => Self::Read,
            Deed::OpenClaim | Deed::AddSource | Deed::Cite | Deed::Discuss => Self::Research,
            Deed::Decide | Deed::Judge => Self::Review,
            Deed::Assign | Deed::Publish | Deed::Correct | Deed::Withdraw => Self::Publish,
            Deed::ManagePeople | Deed::ManageDesk | Deed::Seal | Deed::Erase => Self::Manage,
        }
    }
}

/// Some parts of the desk's work; written with a space between.
///
/// ```
/// use citekeep::domain::scope::{Scope, Scopes};
/// let scopes: Scopes = "read publish".parse().expect("scopes");
/// assert!(scopes.hold(Scope::Publish) && !scopes.hold(Scope::Review));
/// assert_eq!(scopes.to_string(), "read publish");
/// assert!("read everything".parse::<Scopes>().is_err());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Every part.
    pub const ALL: Self = Self(0b1_1111);

    /// Whether a part is among them.
    pub const fn hold(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// Whether no part is among them.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The parts, in the order of [`Scope::ALL`].
    pub fn each(self) -> impl Iterator<Item = Scope> {
        let all = Scope::ALL.iter().copied();
        all.filter(move |scope| self.hold(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let bits = scopes
            .into_iter()
            .fold(0, |bits, scope| bits | 1 << scope as u8);
        Self(bits)
    }
}

impl FromStr for Scopes {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        text.split_whitespace().map(Scope::from_str).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.each().map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}
