//! Machinery that is nobody's evidence: accounts here and at providers, sessions
//! and steps towards them, second factors, browsers that are known, one-time links,
//! what happened with ways in, tokens of programs, saved filters, hooks, statements
//! that wait for a signature, and the queue of captures.
//!
//! Nothing here is in the log or in any proof. Secrets that let somebody in are
//! stored as hashes: a copy of the database signs nobody in. What an app that shows
//! codes shares with the desk, and what hooks sign with, cannot be.

pub mod accounts;
pub mod arrivals;
pub mod browsers;
pub mod captures;
pub mod deliveries;
pub mod filters;
pub mod hooks;
pub mod links;
pub mod once;
pub mod passkeys;
pub mod prepared;
pub mod provider_accounts;
pub mod recovery;
pub mod security;
pub mod sessions;
pub mod steps;
pub mod tokens;
pub mod totp;

/// SHA-256 of a secret that only its bearer knows.
pub type TokenHash = [u8; 32];
