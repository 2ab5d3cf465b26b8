//! Claims: the list, and the page on which a claim is worked on.

mod arrange;
mod change;
mod conflict;
mod list;
mod open;
mod row;
mod show;
mod similar;
mod wanted;

pub(in crate::web) use arrange::{arrange, drop_filter, keep_filter};
pub(super) use change::{after, seen};
pub(in crate::web) use change::{assign, reconsider, reword, withdraw};
pub(in crate::web) use list::list;
pub(in crate::web) use open::{form, open};
pub(in crate::web) use show::show;
pub(super) use show::{VerdictView, draw, verdict_views};
