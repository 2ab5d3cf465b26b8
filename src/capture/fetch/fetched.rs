//! What is asked for and what came back, as plain values.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use hyper::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, SET_COOKIE};
use url::Url;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it stands.
    pub url: Url,
    /// What is known of it already, so that it is sent only if it changed.
    pub known: Option<Validators>,
    /// Whether a robots.txt that says no is kept to. An editor may decide
    /// otherwise for one page; whoever calls has to record that.
    pub respect_robots: bool,
    /// Counts the bytes of the body as they come, for whoever watches.
    pub seen: Option<Arc<AtomicU64>>,
}

impl Request {
    /// Asks for a page as a stranger would.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            known: None,
            respect_robots: true,
            seen: None,
        }
    }
}

/// How a host can tell whether what it sent has changed (RFC 9110, 8.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The address that they came from; they are sent nowhere else.
    pub url: Url,
    /// The header `ETag` as it was sent.
    pub etag: Option<String>,
    /// The header `Last-Modified` as it was sent.
    pub last_modified: Option<String>,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Who sent us on.
    pub from: Url,
    /// With which status.
    pub status: u16,
    /// To where.
    pub to: Url,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The thing itself.
    Fetched(Box<Fetched>),
    /// It is what it was when the validators were given out.
    NotModified(Box<Unchanged>),
}

/// What was found, and the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it was looked for.
    pub asked: Url,
    /// How we were sent on, in order.
    pub hops: Vec<Hop>,
    /// Where it was found.
    pub last: Url,
    /// The status of the answer, of the 200s.
    pub status: u16,
    /// Its headers in order, names in small letters, cookies left out.
    pub headers: Vec<(String, String)>,
    /// `Content-Type` as it was sent.
    pub media_type: Option<String>,
    /// The body, its compression undone.
    pub body: Vec<u8>,
    /// The address that it came from.
    pub peer: IpAddr,
    /// How long it took, waiting for turns left out.
    pub took: Duration,
}

impl Fetched {
    /// What to ask with the next time, if the host gave anything for that.
    pub fn validators(&self) -> Option<Validators> {
        let find = |name: &HeaderName| {
            let found = self.headers.iter().find(|(key, _)| key == name.as_str());
            found.map(|(_, value)| value.clone())
        };
        let (etag, last_modified) = (find(&ETAG), find(&LAST_MODIFIED));
        if etag.is_none() && last_modified.is_none() {
            return None;
        }
        Some(Validators {
            url: self.last.clone(),
            etag,
            last_modified,
        })
    }
}

/// That nothing has changed, and the way to that answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchanged {
    /// Where it was looked for.
    pub asked: Url,
    /// How we were sent on, in order.
    pub hops: Vec<Hop>,
    /// Who says that nothing has changed.
    pub last: Url,
    /// The address that the answer came from.
    pub peer: IpAddr,
}

/// The headers that are kept. A cookie may be a key to somebody's account, so
/// it is not kept and never sent back.
pub(super) fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| *name != SET_COOKIE && name.as_str() != "set-cookie2")
        .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
        .collect()
}

/// `Content-Type` as it was sent.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    Some(text(headers.get(CONTENT_TYPE)?.as_bytes()))
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
