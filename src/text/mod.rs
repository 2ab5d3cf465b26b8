//! Floor 1: pure arithmetic over text. Where words stand, how they are found
//! again, and what changed between two texts.
//!
//! Nothing here does IO or knows the log.

pub mod anchor;
pub mod diff;
pub mod fold;
pub mod normalise;
pub mod offset;
pub mod page;
pub mod reanchor;
pub mod selector;
pub mod sentences;
