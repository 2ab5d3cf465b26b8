//! The desk over HTTP: who is let in, what is refused, and what every answer
//! carries.

mod addresses;
mod annotated;
mod api;
mod conflict;
pub(crate) mod crawl;
mod drafts;
mod exports;
mod gate;
mod headers;
mod hosts;
mod live;
mod other_checks;
mod public;
mod queue;
mod review;
mod search;
mod secrets;
mod settings;
mod sign_in;
mod signing;
mod single_sign_on;
mod timestamps;
mod tlog;
mod tokens;
mod trail;
mod uploads;
mod walls;
mod witness;
