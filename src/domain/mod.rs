//! Floor 0: the words of the desk. Plain values and their rules.
//!
//! Nothing here does IO, reads a clock, draws a random number or knows SQL,
//! HTTP or async. A value that exists is valid: parsing is the only way in.

pub mod account;
pub mod article;
pub mod authority;
pub mod change;
pub mod choice;
pub mod citation;
pub mod claim;
pub mod erasure;
pub mod event;
pub mod hash;
pub mod hook;
pub mod ids;
mod kind;
pub mod leaf;
pub mod locator;
pub mod other_check;
pub mod passkey;
pub mod person;
pub mod plan;
pub mod publication;
pub mod record;
pub mod redaction;
pub mod remark;
pub mod response;
pub mod scale;
mod schema;
pub mod scope;
pub mod sheet;
pub mod snapshot;
pub mod source;
pub mod span;
pub mod time;
pub mod verdict;
pub mod words;
