//! The whole path in a real browser, with scripts switched off; what changes at
//! a source, with scripts where they make citing quicker; and every page of the
//! desk held against what can be checked of any page.

mod alone;
mod change;
mod checks;
mod devtools;
mod draft;
mod drafts;
mod driver;
mod hostile;
mod keyboard;
mod keys;
mod live;
mod pages;
mod paper;
mod passkeys;
mod path;
mod prove;
mod public;
mod queue;
mod review;
mod settings;
mod tools;
