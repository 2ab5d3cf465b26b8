//! Citekeep: a fact-checking desk whose verdicts rest on exact, hashed words.
//!
//! The house has five floors; each may use the floors below it and nothing
//! else. `tests/it/house/floors.rs` reads the `use` lines and fails on a breach.
//!
//! - Floor 0, [`domain`]: the words. No IO, clock, chance, SQL, HTTP or async.
//! - Floor 1, [`text`] and [`ledger`]: pure arithmetic over text and over the
//!   log; the two do not know each other, and `ledger` knows nothing of ours.
//! - Floor 2, [`store`], [`capture`], [`export`] and [`bundle`]: the outside.
//!   SQLite and blobs; bytes to text; a dossier to bytes; evidence for outsiders.
//! - Floor 3, [`desk`]: the deeds. One function is one use case.
//! - Floor 4, [`web`] and [`cli`]: the faces. Only here HTTP, HTML, terminal.
#![forbid(unsafe_code)]

pub mod bundle;
pub mod capture;
pub mod cli;
pub mod config;
pub mod desk;
pub mod domain;
pub mod export;
pub mod ledger;
pub mod store;
pub mod text;
pub mod web;
