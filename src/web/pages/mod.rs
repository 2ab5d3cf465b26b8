//! The pages, one file a group, under the same names as in `templates`.
//! A handler parses, calls one deed, and draws; it decides nothing.

pub(super) mod account;
pub(super) mod annotations;
pub(super) mod articles;
pub(super) mod captures;
pub(super) mod changes;
pub(super) mod citations;
pub(super) mod claims;
mod comparing;
pub(super) mod desk;
pub(super) mod erasures;
pub(super) mod exports;
pub(super) mod files;
mod found;
pub(super) mod imports;
mod lit;
pub(super) mod method;
pub(super) mod other_checks;
pub(super) mod people;
pub(super) mod pictures;
pub(super) mod published;
pub(super) mod seals;
pub(super) mod search;
pub(super) mod security;
pub(super) mod settings;
pub(super) mod sign_in;
pub(super) mod signing;
pub(super) mod single_sign_on;
pub(super) mod snapshots;
pub(super) mod sources;
pub(super) mod style;
pub(super) mod timestamps;
pub(super) mod tlog;
pub(super) mod trail;
pub(super) mod verdicts;
pub(super) mod view;
pub(super) mod witnesses;
