//! The whole path in a real browser, with scripts switched off, and what
//! changes at a source, with scripts where they make citing quicker.

mod change;
mod driver;
mod paper;
mod path;
mod public;
