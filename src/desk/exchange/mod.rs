//! A desk as a file: what goes out, and what comes in, in the same JSON.
//! `docs/json.md` describes the format for people.

mod content;
pub mod incoming;
pub mod outgoing;
mod talk;
mod wire;
