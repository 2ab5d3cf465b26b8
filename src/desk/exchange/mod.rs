//! A desk as a file: what goes out, and what comes in, in the same JSON.
//! `docs/json.md` describes the format for people.

pub mod annotated;
pub mod annotations;
mod batch;
pub mod bibliography;
pub mod coding;
pub mod columns;
mod content;
mod drafts;
pub mod feeds;
pub mod incoming;
pub mod intake;
pub mod outgoing;
mod parts;
mod public;
pub mod stream;
pub mod tables;
mod wire;
