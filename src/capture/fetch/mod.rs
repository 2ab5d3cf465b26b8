//! The fetcher: the only socket that reaches out. It asks public hosts alone,
//! unless the administrator named others, and believes nothing that they say
//! about sizes, times and places.

pub mod address;
mod again;
pub mod allow;
mod budget;
mod coding;
mod door;
mod exchange;
mod fetched;
mod fetcher;
pub mod limits;
mod line;
mod lookup;
mod parcel;
mod permission;
mod question;
mod redirect;
pub mod resolve;
mod robots;
mod trouble;
mod turns;

pub(in crate::capture) use self::exchange::{Ask, header};
pub use self::fetched::{Fetched, Hop, Outcome, Request, Unchanged, Validators};
pub use self::fetcher::{Fetch, Fetcher};
pub use self::lookup::Lookup;
pub use self::parcel::{Parcel, Receipt};
pub use self::question::{Heard, Question};
pub use self::trouble::FetchTrouble;
