//! The whole path in a real browser, with scripts switched off.

mod driver;
mod path;
