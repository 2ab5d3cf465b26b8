//! Snapshots: what was captured, its bytes, its texts, its pages, and what
//! rests on it.

mod files;
mod show;
mod work;

pub(super) use self::files::{picture, raw, text};
pub(super) use self::show::{After, Cited, Line, citations, show};
pub(super) use self::work::{archive, read_again};
