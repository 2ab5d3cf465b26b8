//! One question and its answer, in HTTP/1.1 over a line of its own.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, HOST, USER_AGENT};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use url::{Position, Url};

use super::coding::{self, Wrapped};
use super::door::Target;
use super::limits::FetchLimits;
use super::line::Wire;
use super::trouble::FetchTrouble;

/// What is liked best, as `Accept` has it.
const LIKED: &str = "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.8";

/// The least that the HTTP library can be told to keep of an answer's head.
const LEAST_HEAD: usize = 8192;

/// A question to a host.
pub(in crate::capture) struct Ask {
    pub(in crate::capture) url: Url,
    pub(in crate::capture) method: Method,
    /// Headers beside those that every question has.
    pub(in crate::capture) headers: Vec<(HeaderName, HeaderValue)>,
    pub(in crate::capture) body: Vec<u8>,
}

impl Ask {
    /// A question for what stands at an address.
    pub(in crate::capture) fn get(url: Url) -> Self {
        Self {
            url,
            method: Method::GET,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    fn request(self, target: &Target, limits: &FetchLimits) -> Option<Request<Full<Bytes>>> {
        let path = &self.url[Position::BeforePath..Position::AfterQuery];
        let mut request = Request::builder()
            .method(self.method)
            .uri(path)
            .header(HOST, target.host_header())
            .header(USER_AGENT, header(&limits.user_agent))
            .header(ACCEPT_LANGUAGE, header(&limits.languages))
            .header(ACCEPT_ENCODING, coding::ACCEPTED)
            .header(CONNECTION, "close")
            .body(Full::new(Bytes::from(self.body)))
            .ok()?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(LIKED));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        Some(request)
    }
}

/// A text as a header's value, without what no header may hold.
pub(in crate::capture) fn header(text: &str) -> HeaderValue {
    let kept: String = text
        .chars()
        .filter(|mark| matches!(mark, ' '..='~'))
        .collect();
    HeaderValue::from_str(&kept).expect("visible ASCII is a header's value")
}

/// A host's answer, of which only the head was read so far.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) peer: IpAddr,
    host: String,
    body: Incoming,
    /// Counts the bytes of the body as they come.
    pub(super) seen: Option<Arc<AtomicU64>>,
    /// Closes the line as soon as the reply is let go.
    _line: JoinSet<()>,
}

/// Asks over a line, and reads the head of the answer.
pub(super) async fn send(
    ask: Ask,
    target: &Target,
    (wire, peer): (Box<dyn Wire>, IpAddr),
    limits: &FetchLimits,
) -> Result<Reply, FetchTrouble> {
    let host = target.name.clone();
    let url = ask.url.to_string();
    let Some(request) = ask.request(target, limits) else {
        return Err(FetchTrouble::Scheme(url));
    };
    let (mut sender, line) = http1::Builder::new()
        .max_buf_size(limits.head_bytes.max(LEAST_HEAD))
        .max_headers(limits.headers)
        .handshake(TokioIo::new(wire))
        .await
        .map_err(|source| told(&host, source))?;
    let mut lines = JoinSet::new();
    lines.spawn(async move {
        // What goes wrong on the line is told by the answer as well.
        let _told_elsewhere = line.await;
    });
    let answer = sender
        .send_request(request)
        .await
        .map_err(|source| told(&host, source))?;
    let (head, body) = answer.into_parts();
    Ok(Reply {
        status: head.status.as_u16(),
        headers: head.headers,
        peer,
        host,
        body,
        seen: None,
        _line: lines,
    })
}

impl Reply {
    /// The one value of a header as text.
    pub(super) fn header(&self, name: &HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// Whose answer it is.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Reads the body and undoes its compression, with no more than `limit`
    /// bytes before and after that.
    pub(super) async fn read(&mut self, limit: usize) -> Result<Vec<u8>, FetchTrouble> {
        if self.declared().is_some_and(|length| length > limit) {
            return Err(self.too_large(limit));
        }
        let body = self.gather(limit.saturating_add(1)).await?;
        if body.len() > limit {
            return Err(self.too_large(limit));
        }
        let Some(codings) = self.codings() else {
            return Ok(body);
        };
        let unwrap = move || coding::unwrap(&codings, body, limit);
        let unwrapped = tokio::task::spawn_blocking(unwrap).await;
        let unwrapped = unwrapped.map_err(|source| self.broken_off(source))?;
        unwrapped.map_err(|wrapped| match wrapped {
            Wrapped::TooLarge => self.too_large(limit),
            Wrapped::CutOff => self.broken_off("the compressed body ends before its end"),
            Wrapped::Unknown(coding) => FetchTrouble::Coding {
                host: self.host.clone(),
                coding,
            },
        })
    }

    /// Reads the first `limit` bytes of a body. Where it is compressed it has
    /// to fit whole.
    pub(super) async fn read_start(&mut self, limit: usize) -> Result<Vec<u8>, FetchTrouble> {
        match self.codings() {
            Some(_) => self.read(limit).await,
            None => self.gather(limit).await,
        }
    }

    /// Reads the body as it was sent, no more than `limit` bytes of it.
    async fn gather(&mut self, limit: usize) -> Result<Vec<u8>, FetchTrouble> {
        let mut body = Vec::new();
        while body.len() < limit {
            let Some(frame) = self.body.frame().await else {
                break;
            };
            let frame = frame.map_err(|source| told(&self.host, source))?;
            if let Ok(piece) = frame.into_data() {
                let taken = piece.len().min(limit - body.len());
                body.extend_from_slice(&piece[..taken]);
                if let Some(seen) = &self.seen {
                    seen.store(body.len() as u64, Ordering::Relaxed);
                }
            }
        }
        Ok(body)
    }

    fn declared(&self) -> Option<usize> {
        let length: u64 = self.header(&CONTENT_LENGTH)?.trim().parse().ok()?;
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    }

    fn codings(&self) -> Option<String> {
        let values = self.headers.get_all(CONTENT_ENCODING).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    fn too_large(&self, limit: usize) -> FetchTrouble {
        FetchTrouble::TooLarge {
            host: self.host.clone(),
            limit,
        }
    }

    fn broken_off(
        &self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> FetchTrouble {
        FetchTrouble::BrokenOff {
            host: self.host.clone(),
            source: source.into(),
        }
    }
}

/// What the HTTP library says, in our words.
fn told(host: &str, source: hyper::Error) -> FetchTrouble {
    let host = host.to_owned();
    // The library keeps the question for servers, but says it in these words.
    if source.is_parse() && source.to_string().contains("too large") {
        return FetchTrouble::HeadTooLarge { host };
    }
    let source = Box::new(source);
    if source.is_parse() {
        return FetchTrouble::NotHttp { host, source };
    }
    FetchTrouble::BrokenOff { host, source }
}
