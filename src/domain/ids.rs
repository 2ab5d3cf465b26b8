//! The numbers by which people name things: claim 7, source 3, entry 1204.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::schema;

/// What is wrong with a text or number that should name something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number from 1 upwards is needed here")]
pub struct BadId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64")]
        pub struct $name(i64);

        impl $name {
            /// Takes a number from 1 upwards.
            pub const fn new(number: i64) -> Result<Self, BadId> {
                if number >= 1 { Ok(Self(number)) } else { Err(BadId) }
            }

            /// The number itself, 1 or more.
            pub const fn get(self) -> i64 {
                self.0
            }

            /// The first number of its kind.
            pub const FIRST: Self = Self(1);

            /// The number after this one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        schema::described!($name, |_| schema::id());

        impl TryFrom<i64> for $name {
            type Error = BadId;

            fn try_from(number: i64) -> Result<Self, BadId> {
                Self::new(number)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::new(text.parse().map_err(|_| BadId)?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// Names a person who works at the desk.
    PersonId,
    /// Names one version of a rating scale.
    ScaleId,
    /// Names an article under check.
    ArticleId,
    /// Names a claim.
    ClaimId,
    /// Names a source.
    SourceId,
    /// Names one capture of a source.
    SnapshotId,
    /// Names one text derived from a snapshot.
    TextId,
    /// Names a citation.
    CitationId,
    /// Names a verdict.
    VerdictId,
    /// Names one act of making a verdict public.
    PublicationId,
    /// Names a correction of something published.
    CorrectionId,
    /// Names a remark in the thread of a claim.
    RemarkId,
    /// Names somebody else's check of a claim.
    OtherCheckId,
    /// Names a token with which a program asks.
    TokenId,
    /// Names a hook: an address that is told what happens.
    HookId,
    /// Names one message to a hook.
    DeliveryId,
}

/// The place of an entry in the log, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryIndex(u64);

schema::described!(EntryIndex, |_| schema::entry());

impl EntryIndex {
    /// Wraps a place in the log.
    pub const fn new(index: u64) -> Self {
        Self(index)
    }

    /// The place as a number, from 0.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for EntryIndex {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for EntryIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
