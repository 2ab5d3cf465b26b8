//! Articles: the texts under check, their revisions, and what lies over them.

mod add;
mod asides;
mod draft;
mod list;
mod revisions;
mod show;

pub(super) use self::add::{add, revise};
pub(super) use self::asides::{set_aside, set_headings_aside, take_up};
pub(super) use self::draft::draft;
pub(super) use self::list::list;
pub(super) use self::revisions::{changes, list as revisions, revision, text};
pub(super) use self::show::show;
