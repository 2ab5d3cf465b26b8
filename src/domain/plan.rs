//! How urgent a claim is, and by when it is wanted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::time::Timestamp;

choice! {
    /// How urgent a claim is beside the others.
    Priority {
        /// Before everything else.
        Urgent = "urgent" / "urgent",
        /// Before what is normal.
        High = "high" / "high",
        /// As it comes.
        Normal = "normal" / "normal",
        /// When there is time.
        Low = "low" / "low",
    }
}

impl Priority {
    /// The place in a queue: the most urgent first, from 0.
    pub const fn rank(self) -> u8 {
        self as u8
    }
}

/// How urgent a claim is, and by when its verdict is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How urgent it is.
    pub priority: Priority,
    /// The moment by which it is wanted, if there is one.
    pub due: Option<Timestamp>,
}

impl Plan {
    /// What holds for a claim that nobody planned.
    pub const NONE: Self = Self {
        priority: Priority::Normal,
        due: None,
    };
}
