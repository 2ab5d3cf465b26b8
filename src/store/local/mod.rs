//! Machinery that is nobody's evidence: accounts, sessions, one-time links,
//! tokens of programs, saved filters, hooks, statements that
//! wait for a signature, and the queue of captures.
//!
//! Nothing here is in the log or in any proof. Secrets are stored as hashes:
//! a copy of the database signs nobody in.

pub mod accounts;
pub mod captures;
pub mod deliveries;
pub mod filters;
pub mod hooks;
pub mod links;
pub mod once;
pub mod prepared;
pub mod sessions;
pub mod tokens;

/// SHA-256 of a secret that only its bearer knows.
pub type TokenHash = [u8; 32];
