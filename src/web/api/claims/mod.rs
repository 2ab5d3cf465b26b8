//! Claims: the list, one of them, and what is done with one.

mod advice;
mod blockers;
mod judge;
mod list;
mod others;
mod show;
mod work;

pub(super) use self::advice::advice;
pub(super) use self::blockers::blockers;
pub(super) use self::judge::{
    approve, correct, decide, dismiss, dissent, publish, reconsider, withdraw,
};
pub(super) use self::list::{Line, State, list};
pub(super) use self::others::{note_others, others, read_others, remove_other};
pub(super) use self::show::{history, show};
pub(super) use self::work::{
    New, accept_passage, assign, cite, open, plan, remark, remove_citation, reword, settle,
};
