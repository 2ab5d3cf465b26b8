//! Places in a text, counted as W3C Web Annotation counts them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stretch of a text in Unicode code points: `start` inclusive, `end`
/// exclusive, never empty (W3C `TextPositionSelector`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "RawSpan")]
#[schemars(!try_from, deny_unknown_fields)]
pub struct CharSpan {
    /// The first code point.
    start: u64,
    /// The code point after the last.
    #[schemars(range(min = 1))]
    end: u64,
}

/// A span whose end is not after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a span must end after it starts; got {start} to {end}")]
pub struct EmptySpan {
    /// The first code point.
    pub start: u64,
    /// The code point after the last.
    pub end: u64,
}

impl CharSpan {
    /// Makes a span of the code points `start..end`; an empty one is refused.
    pub fn new(start: u64, end: u64) -> Result<Self, EmptySpan> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(EmptySpan { start, end })
        }
    }

    /// The first code point of the span.
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The code point after the last one of the span.
    pub const fn end(self) -> u64 {
        self.end
    }

    /// How many code points the span covers; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a span is never empty")]
    pub const fn len(self) -> u64 {
        self.end - self.start
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    start: u64,
    end: u64,
}

impl TryFrom<RawSpan> for CharSpan {
    type Error = EmptySpan;

    fn try_from(raw: RawSpan) -> Result<Self, EmptySpan> {
        Self::new(raw.start, raw.end)
    }
}
