//! A desk as a file: what goes out comes in again, and bad records are told.

mod annotations;
mod bad_records;
mod feeds;
mod intake;
mod real_story;
mod round_trip;
mod sources;
mod tables;
