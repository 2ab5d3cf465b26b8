//! Articles under check: the list, the annotated draft, its revisions, and
//! the form in which a desk files it.

mod asides;
mod changes;
mod initials;
mod list;
mod look;
mod new;
mod passage;
mod print;
mod revise;
mod rows;
mod show;

pub(super) use asides::{back, next_open};
pub(in crate::web) use asides::{set_aside, take_up};
pub(in crate::web) use changes::show as changes;
pub(in crate::web) use list::list;
pub(in crate::web) use new::{add, form};
pub(in crate::web) use passage::{accept, show as passage};
pub use print::file as draft_file;
pub(in crate::web) use print::{alone, show as print};
pub(in crate::web) use revise::{form as revision_form, revise, show as revision};
pub(super) use rows::Slip;
pub(in crate::web) use show::show;
