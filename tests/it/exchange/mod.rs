//! A desk as a file: what goes out comes in again, and bad records are told.

mod annotations;
mod bad_records;
mod captures;
mod commands;
mod feeds;
mod files;
mod intake;
mod others;
mod real_story;
mod records;
mod round_trip;
mod schema;
mod sources;
pub(crate) mod stream;
mod tables;
