//! From where somebody asks: the address, what the browser calls itself, and
//! whether somebody signed in there before.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

use crate::desk::sign_in::Whence;

use super::cookies;
use super::peer;
use super::state::App;

/// From where a request comes, for those who are let in.
pub(super) fn of(app: &App, request: &HttpRequest) -> Whence {
    let browser = request.headers().get(USER_AGENT);
    let browser = browser.and_then(|value| value.to_str().ok());
    let known = request.cookie(cookies::KNOWN.name(app));
    Whence {
        address: address(app, request).map_or_else(String::new, |ip| ip.to_string()),
        browser: browser.unwrap_or_default().chars().take(300).collect(),
        known: known.map(|cookie| cookie.value().chars().take(100).collect()),
        tries: 0,
    }
}

/// The network address of whoever asks, where it can be known: as a trusted proxy
/// says it, or that of the connection. Where people reach the desk by HTTPS that
/// it does not speak itself, whoever else connects from within is a proxy that
/// nobody named, behind which everybody has one address.
pub(super) fn address(app: &App, request: &HttpRequest) -> Option<IpAddr> {
    let (peer, outward) = (peer::of(request), &app.facts().outward);
    let address = peer.address?;
    if peer.is_proxied {
        return (!outward.proxies.trust(address)).then_some(address);
    }
    let is_within = match address {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    let is_proxy = app.is_secure() && !outward.speaks_https && is_within;
    (!is_proxy).then_some(address)
}

/// A browser in words, from what it calls itself: what it is and on what it
/// runs, as far as that can be told.
pub(super) fn in_words(browser: &str) -> String {
    let find = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(mark, _)| browser.contains(mark));
        found.map(|(_, words)| *words)
    };
    let what = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let on = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Mac OS X", "a Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (what, on) {
        (Some(what), Some(on)) => format!("{what} on {on}"),
        (Some(what), None) => what.to_owned(),
        (None, Some(on)) => format!("a browser on {on}"),
        (None, None) => "an unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_words() {
        for (browser, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            ("curl/8", "an unknown browser"),
        ] {
            assert_eq!(in_words(browser), words);
        }
    }
}
