//! A desk as a file: what goes out comes in again, and bad records are told.

mod bad_records;
mod real_story;
mod round_trip;
