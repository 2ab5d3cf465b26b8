//! What is looked up at a service that was configured, or brought to it as a
//! form; the fetcher's answer is what it says.

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::exchange::{Ask, header};

/// Something that is looked up. It may hold secrets, so that it is not shown.
pub struct Lookup {
    /// Where.
    pub url: Url,
    /// A form that is brought there; none: it is only looked at.
    pub form: Option<String>,
    /// What whoever asks proves themselves with.
    pub authorization: Option<String>,
    /// How long it may take.
    pub within: Duration,
    /// How many bytes of the answer are read at most; a longer one is trouble.
    pub most_bytes: usize,
}

impl Lookup {
    /// Looks at an address.
    pub const fn at(url: Url, within: Duration, most_bytes: usize) -> Self {
        Self {
            url,
            form: None,
            authorization: None,
            within,
            most_bytes,
        }
    }

    pub(super) fn into_ask(self) -> Ask {
        let mut ask = Ask::get(self.url);
        ask.headers = vec![
            (ACCEPT, HeaderValue::from_static("application/json")),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ];
        if let Some(form) = self.form {
            ask.method = Method::POST;
            ask.body = form.into_bytes();
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            ask.headers.push((CONTENT_TYPE, kind));
        }
        if let Some(proof) = self.authorization {
            let mut proof = header(&proof);
            proof.set_sensitive(true);
            ask.headers.push((AUTHORIZATION, proof));
        }
        ask
    }
}
