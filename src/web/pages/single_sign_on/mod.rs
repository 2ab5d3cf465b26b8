//! Single sign-on: to a provider, and back.

mod accounts;
mod back;
mod onward;
mod refusal;
mod way;

pub(super) use accounts::{Accounts, provider_name};
pub(in crate::web) use accounts::{ProviderLine, unlink};
pub(in crate::web) use back::come_back;
pub(super) use onward::onward;
pub(in crate::web) use way::{begin, link, prove};
