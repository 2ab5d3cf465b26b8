//! The desk over HTTP: who is let in, what is refused, and what every answer
//! carries.

mod conflict;
mod crawl;
mod gate;
mod headers;
mod queue;
mod search;
