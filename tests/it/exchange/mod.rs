//! A desk as a file: what goes out comes in again, and bad records are told.

mod bad_records;
mod files;
mod others;
mod real_story;
mod round_trip;
mod schema;
pub(crate) mod stream;
