//! A desk as files, whole or in part, and what comes in from files: JSON and
//! its stream, tables, feeds, annotations, lists of sources, captures.

pub mod annotated;
pub mod annotations;
mod batch;
pub mod bibliography;
pub mod bundle;
pub mod coding;
pub mod columns;
mod content;
pub mod corrections;
mod drafts;
pub mod feeds;
pub mod incoming;
pub mod intake;
pub mod outgoing;
mod parts;
mod public;
pub mod stream;
pub mod tables;
pub mod warc;
mod wire;
