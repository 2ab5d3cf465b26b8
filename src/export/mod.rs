//! Floor 2: from what a desk knows to bytes that others read. Pure: nothing
//! here reads a store, a clock or a file.

pub mod annotation;
pub mod assessment;
pub mod bibliography;
pub mod card;
pub mod claim_review;
pub mod csv;
pub mod feed;
pub mod json;
pub mod record;
pub mod schema;
pub mod warc;
