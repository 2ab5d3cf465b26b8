//! What the desk does about change: schedules, confirmations, copies kept
//! elsewhere, and the judgement that a change does not matter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::ids::{CitationId, SnapshotId};
use super::publication::VerdictRef;
use super::schema;
use super::words::{Address, Name, Note};

choice! {
    /// How it is known that a source still says what its newest snapshot says.
    Confirmation {
        /// The server said that nothing changed (HTTP 304).
        NotModified = "not_modified" / "the server says that nothing changed",
        /// The same bytes came again.
        SameBytes = "same_bytes" / "the same bytes came again",
    }
}

choice! {
    /// Where a verdict stood when a change under it was judged not to matter,
    /// and stands again.
    Standing {
        /// A verdict waits for colleagues.
        Decided = "decided" / "decided",
        /// It was approved.
        Approved = "approved" / "approved",
        /// It is public.
        Published = "published" / "published",
    }
}

/// The judgement that a change of cited words does not matter to a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dismissal {
    /// The verdict that stands again.
    pub verdict: VerdictRef,
    /// The snapshot in which the words differ.
    pub snapshot: SnapshotId,
    /// The citations whose words differ.
    pub citations: Vec<CitationId>,
    /// Why it does not matter.
    pub reason: Note,
    /// Where the verdict stands again.
    pub restores: Standing,
}

/// A copy of a source that somebody else keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveCopy {
    /// Who keeps it.
    pub archive: Name,
    /// Where.
    pub url: Address,
    /// When it was made, as the archive writes it.
    pub at: Name,
}

/// How often a source is looked at again, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Interval(u32);

schema::described!(Interval, |_| schema::days());

/// A number of days that no schedule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a source is looked at again every 1 to 365 days")]
pub struct BadInterval;

impl Interval {
    /// The days between two looks.
    pub const fn days(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Interval {
    type Error = BadInterval;

    fn try_from(days: u32) -> Result<Self, BadInterval> {
        if (1..=365).contains(&days) {
            Ok(Self(days))
        } else {
            Err(BadInterval)
        }
    }
}

impl From<Interval> for u32 {
    fn from(interval: Interval) -> Self {
        interval.0
    }
}

impl std::str::FromStr for Interval {
    type Err = BadInterval;

    fn from_str(text: &str) -> Result<Self, BadInterval> {
        let days: u32 = text.trim().parse().map_err(|_| BadInterval)?;
        Self::try_from(days)
    }
}
