//! The whole path in a real browser, with scripts switched off, and what
//! changes at a source, with scripts where they make citing quicker.

mod change;
mod drafts;
mod driver;
mod keyboard;
mod keys;
mod paper;
mod path;
