//! What is brought to an address, and what it says of it.

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use url::Url;

use super::exchange::{Ask, header};

/// JSON that is brought to an address.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Where it goes.
    pub url: Url,
    /// Headers beside those that every request has, names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON.
    pub body: Vec<u8>,
    /// How long it may take.
    pub within: Duration,
}

/// What the address says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The status of its answer.
    pub status: u16,
    /// How long it asks to be left alone, if it does.
    pub retry_after: Option<Duration>,
}

impl Parcel {
    pub(super) fn into_ask(self) -> Ask {
        let mut ask = Ask::get(self.url);
        ask.method = Method::POST;
        ask.body = self.body;
        ask.headers = vec![
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ACCEPT, HeaderValue::from_static("*/*")),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ];
        let own = self.headers.into_iter();
        let own = own.map(|(name, value)| (HeaderName::from_static(name), header(&value)));
        ask.headers.extend(own);
        ask
    }
}
