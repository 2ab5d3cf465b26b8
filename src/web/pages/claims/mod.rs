//! Claims: the list, and the page on which a claim is worked on.

mod change;
mod conflict;
mod list;
mod open;
mod show;
mod wire;

pub(super) use change::{after, seen};
pub(in crate::web) use change::{assign, reconsider, reword, withdraw};
pub(in crate::web) use list::list;
pub(in crate::web) use open::{form, open};
pub(in crate::web) use show::show;
pub(super) use show::{VerdictView, draw, verdict_views};
pub(in crate::web) use wire::{list_as_json, show_as_json};
