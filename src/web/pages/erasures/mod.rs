//! Erasures: what was asked for, asking, and deciding on what others asked for.

mod ask;
mod list;
mod show;

pub(in crate::web) use ask::{ask, find, form};
pub(in crate::web) use list::list;
pub(in crate::web) use show::{consent, refuse, show, withdraw};

use crate::store::erasures::Stage;

/// The class of a badge for how far an erasure has come.
const fn badge(stage: Stage) -> &'static str {
    match stage {
        Stage::Asked => "stale",
        Stage::Done => "published",
        Stage::Withdrawn | Stage::Refused => "withdrawn",
    }
}
