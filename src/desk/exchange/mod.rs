//! A desk as a file: what goes out, and what comes in, in the same JSON.
//! `docs/json.md` describes the format for people.

pub mod annotated;
pub mod annotations;
pub mod bibliography;
pub mod columns;
mod content;
mod drafts;
pub mod feeds;
pub mod incoming;
pub mod intake;
pub mod outgoing;
pub mod tables;
mod talk;
mod wire;
