//! A desk as a file: what goes out, and what comes in, in the same JSON.
//! `docs/json.md` describes the format for people.

mod content;
mod drafts;
pub mod incoming;
pub mod outgoing;
mod talk;
mod wire;
