//! Sources: the list, one of them, its snapshots, and what became of words
//! that were cited from it.

mod changes;
mod list;
mod seals;
mod show;
mod snapshots;
mod work;

pub(super) use self::changes::{changes, reanchorings};
pub(super) use self::list::list;
pub(super) use self::seals::{seal, show as show_seal, unseal};
pub(super) use self::show::show;
pub(super) use self::snapshots::{list as snapshots, take};
pub(super) use self::work::{add, ask, revise, schedule};
