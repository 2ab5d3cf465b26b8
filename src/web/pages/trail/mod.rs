//! The trail: who did what, when, to what; each entry with its proof; and the
//! histories of a claim and of a person, to be printed.

mod asked;
mod climb;
mod entry;
mod history;
mod list;

pub(in crate::web) use self::entry::{Proof, found, proof, show};
pub(in crate::web) use self::history::{of_claim, of_person};
pub(in crate::web) use self::list::list;
