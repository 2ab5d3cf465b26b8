//! A desk as a file: what goes out, and what comes in, in the same JSON.
//! `docs/json.md` describes the format for people.

mod batch;
pub mod coding;
mod content;
mod drafts;
pub mod incoming;
pub mod outgoing;
mod parts;
mod public;
pub mod stream;
mod wire;
