//! Claims: the list, and the page on which a claim is worked on.

mod change;
mod conflict;
mod list;
mod open;
mod show;

pub(super) use change::{after, seen};
pub(in crate::web) use change::{assign, reconsider, reword, withdraw};
pub(in crate::web) use list::list;
pub(in crate::web) use open::{form, open};
pub(super) use show::draw;
pub(in crate::web) use show::show;
