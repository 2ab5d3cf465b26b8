//! Floor 2: the evidence bundle of a claim, one file that proves itself.
//!
//! A bundle is a BagIt bag (RFC 8493) in a zip archive: what was decided, the
//! entries of the log that say so, their receipts, the signed checkpoint, and
//! the words that all of it rests on. It is written from facts that the desk
//! hands in, and checked with nothing but the file; neither side knows a store,
//! a network or a clock. `docs/trail.md` describes it for strangers.

pub mod bag;
pub mod check;
pub mod facts;
pub mod layout;
pub mod readme;
pub mod write;
mod zip;
