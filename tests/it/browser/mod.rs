//! The whole path in a real browser, with scripts switched off; what changes at
//! a source, with scripts where they make citing quicker; and every page of the
//! desk held against what can be checked of any page.

mod change;
mod checks;
mod devtools;
mod driver;
mod live;
mod pages;
mod paper;
mod path;
mod queue;
mod tools;
