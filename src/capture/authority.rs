//! Asking a timestamping authority (RFC 3161, section 3.4: over HTTP). What it
//! answers is bytes here; whether they are to be believed is `ledger`'s
//! business.

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use url::Url;

use crate::ledger::timestamp::MAX_BYTES;

use super::fetch::{Ask, FetchTrouble, Fetcher};

/// Why an authority did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityTrouble {
    /// It could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchTrouble),
    /// It answers something else than a timestamp.
    #[error("{host} answers with status {status} instead of a timestamp")]
    Status {
        /// Who.
        host: String,
        /// The status.
        status: u16,
        /// How long it asks to be left alone, if it does.
        after: Option<Duration>,
    },
    /// It answers more than any timestamp has.
    #[error("{host} answers with more than {MAX_BYTES} bytes, which is no timestamp")]
    TooLarge {
        /// Who.
        host: String,
    },
}

/// Brings a question to an authority and returns what it answers, unread.
/// Nobody is followed elsewhere.
///
/// # Errors
/// When it cannot be asked or does not answer with success.
pub async fn ask(
    fetcher: &Fetcher,
    address: &Url,
    question: Vec<u8>,
) -> Result<Vec<u8>, AuthorityTrouble> {
    let mut ask = Ask::get(address.clone());
    ask.method = Method::POST;
    ask.body = question;
    let headers = [
        (CONTENT_TYPE, "application/timestamp-query"),
        (ACCEPT, "application/timestamp-reply"),
        (ACCEPT_ENCODING, "identity"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    ask.headers.extend(headers);
    let host = address.host_str().unwrap_or_default().to_owned();
    let answer = match fetcher.speak(ask, MAX_BYTES).await {
        Err(FetchTrouble::TooLarge { host, .. }) => {
            return Err(AuthorityTrouble::TooLarge { host });
        }
        answer => answer?,
    };
    if answer.status == 200 {
        return Ok(answer.body);
    }
    Err(AuthorityTrouble::Status {
        host,
        status: answer.status,
        after: answer.retry_after,
    })
}
