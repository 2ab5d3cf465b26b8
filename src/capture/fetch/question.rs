//! What is asked of a service that was configured, and what it answers.

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::exchange::{Ask, header};

/// Something that is sent to a service, of which an answer is expected.
#[derive(Debug, Clone)]
pub struct Question {
    /// Where it goes.
    pub url: Url,
    /// What its body is.
    pub media_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// How long it may take.
    pub within: Duration,
    /// How many bytes of the answer are read at most; a longer one is trouble.
    pub most_bytes: usize,
}

/// What a service answered, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The status.
    pub status: u16,
    /// How long it asks to be left alone, if it does.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

impl Question {
    pub(super) fn into_ask(self) -> Ask {
        let mut ask = Ask::get(self.url);
        ask.method = Method::POST;
        ask.body = self.body;
        ask.headers = vec![
            (CONTENT_TYPE, header(self.media_type)),
            (ACCEPT, HeaderValue::from_static("*/*")),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ];
        ask
    }
}
