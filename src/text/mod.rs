//! Floor 1: pure arithmetic over text. Where words stand, how they are found
//! again, and what changed between two texts.
//!
//! Nothing here does IO or knows the log.

mod alike;
pub mod anchor;
pub mod diff;
mod edges;
pub mod find;
pub mod fold;
mod folding;
mod frames;
mod glyph;
mod myers;
mod needle;
pub mod normalise;
pub mod offset;
mod outside;
pub mod page;
pub mod reanchor;
pub mod segments;
pub mod selector;
mod sense;
pub mod sentences;
mod sieve;
mod surroundings;
pub mod utf16;
