//! Floor 0: the words of the desk. Plain values and their rules.
//!
//! Nothing here does IO, reads a clock, draws a random number or knows SQL,
//! HTTP or async. A value that exists is valid: parsing is the only way in.

pub mod hash;
pub mod span;
