//! The one integration binary: everything seen from outside the crate.

mod attacks;
mod browser;
mod desk;
mod house;
mod ledger;
mod support;
