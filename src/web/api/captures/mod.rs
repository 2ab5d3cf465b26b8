//! Captures: what is fetched or brought, how far it has come, and the source
//! that it becomes.

mod show;
mod work;

pub(super) use self::show::{list, show};
pub(super) use self::work::{adopt, ask, cancel, made, retry};
