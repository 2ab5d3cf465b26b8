//! Claims: the list, and the page on which a claim is worked on.

mod chain;
mod change;
mod conflict;
mod history;
mod list;
mod look;
mod may;
mod near;
mod open;
mod pane;
mod show;
mod thread;
mod verdict;
mod window;
mod wire;

pub(super) use change::{after, seen};
pub(in crate::web) use change::{assign, plan, reconsider, reword, withdraw};
pub(in crate::web) use list::list;
pub(in crate::web) use open::{form, open};
pub(super) use show::draw;
pub(in crate::web) use show::show;
pub(in crate::web) use thread::{remark_on, settle};
pub(in crate::web) use wire::{list_as_json, show_as_json};
