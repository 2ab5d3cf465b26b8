//! The one integration binary: everything seen from outside the crate.

mod attacks;
mod browser;
mod desk;
mod golden;
mod house;
mod ledger;
mod support;
