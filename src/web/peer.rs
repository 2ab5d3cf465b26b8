//! Whom the desk talks to, and what a proxy says of whom it speaks for.
//!
//! A proxy is believed where the configuration names it, and about nothing but
//! the last stretch: of a list of addresses the one farthest to the right that
//! is no trusted proxy is whoever asked. What stands left of it was written by
//! them, and they may write what they like.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest};

use super::forwarded;
use super::proxies::{Proxies, Told};

/// Who is at the other end of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Peer {
    /// The address, as far as it can be known.
    pub(super) address: Option<IpAddr>,
    /// The host that a trusted proxy was asked for.
    pub(super) host: Option<String>,
    /// Whether a trusted proxy was asked without HTTPS.
    pub(super) is_plain: bool,
    /// Whether a trusted proxy passed the request on.
    pub(super) is_proxied: bool,
}

impl Peer {
    /// Finds out who sent a request.
    pub(super) fn of(proxies: &Proxies, request: &HttpRequest) -> Self {
        let address = request.peer_addr().map(|peer| peer.ip().to_canonical());
        let proxy = address.filter(|address| proxies.trust(*address));
        let Some(proxy) = proxy else {
            return Self {
                address,
                ..Self::default()
            };
        };
        let headers = request.headers();
        let told = match proxies.told() {
            Told::XForwardedFor => forwarded::Said::by_x_headers(proxies, headers),
            Told::Forwarded => forwarded::Said::by_forwarded(proxies, headers),
        };
        Self {
            address: Some(told.address.unwrap_or(proxy)),
            is_plain: told.proto.is_some_and(|it| it.eq_ignore_ascii_case("http")),
            host: told.host,
            is_proxied: true,
        }
    }
}

/// Who is at the other end of this request.
pub(super) fn of(request: &HttpRequest) -> Peer {
    let known = request.extensions().get::<Peer>().cloned();
    known.unwrap_or_else(|| Peer::of(&Proxies::default(), request))
}

/// The address that a request came from: the one at the other end of the
/// connection, or what a trusted proxy says of it.
pub(super) fn address(request: &HttpRequest) -> Option<IpAddr> {
    of(request).address
}

/// The host that a request names: what a trusted proxy was asked for, or the
/// request itself, in its header or in its target.
pub(super) fn host(request: &HttpRequest) -> Option<String> {
    let said = |headers: &HeaderMap| {
        let host = headers.get("host")?.to_str().ok();
        host.map(str::to_owned)
    };
    let target = || request.uri().authority().map(ToString::to_string);
    of(request)
        .host
        .or_else(|| said(request.headers()))
        .or_else(target)
}
