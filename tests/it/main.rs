//! The one integration binary: everything seen from outside the crate.

mod attacks;
mod backup;
mod browser;
mod bundle;
mod capture;
mod copies;
mod crash;
mod desk;
mod erasure;
mod exchange;
mod fuzzing;
mod golden;
mod house;
mod http;
mod ledger;
mod ops;
mod support;
mod text;
mod upgrades;
mod witness;
