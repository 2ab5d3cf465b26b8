//! Claims: the list, and the page on which a claim is worked on.

mod arrange;
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
mod row;
mod show;
mod similar;
mod thread;
mod verdict;
mod wanted;
mod window;

pub(in crate::web) use arrange::{arrange, drop_filter, keep_filter};
pub(super) use change::{after, seen};
pub(in crate::web) use change::{assign, plan, reconsider, reword, withdraw};
pub(in crate::web) use list::list;
pub(super) use look::Paths;
pub(in crate::web) use open::{form, open};
pub(super) use show::draw;
pub(in crate::web) use show::show;
pub(super) use thread::{RemarkView, Strand};
pub(in crate::web) use thread::{remark_on, settle};
pub(in crate::web) use wanted::Wanted;
