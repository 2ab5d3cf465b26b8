//! What proxies write into a request: `X-Forwarded-For` and its sisters, and
//! `Forwarded` (RFC 7239). Read from the right, and no farther than to whoever
//! is no trusted proxy.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::HeaderMap;

use super::proxies::Proxies;

/// More hops than that are nobody's.
const HOPS: usize = 32;

/// What the trusted proxies before the desk say of whom they speak for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    /// The address; none where they say none that can be read.
    pub(super) address: Option<IpAddr>,
    /// The scheme that was asked by.
    pub(super) proto: Option<String>,
    /// The host that was asked for.
    pub(super) host: Option<String>,
}

impl Said {
    /// By `X-Forwarded-For`, `-Proto` and `-Host`. Of the last two the value
    /// farthest to the right is of the proxy next to us.
    pub(super) fn by_x_headers(proxies: &Proxies, headers: &HeaderMap) -> Self {
        let lists = lists(headers, "x-forwarded-for");
        let mut hops = lists.iter().rev().flat_map(|list| list.rsplit(','));
        let last = |name: &str| {
            let list = headers.get_all(name).last()?.to_str().ok()?;
            let value = list.rsplit(',').next()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let address = whoever_asked(proxies, hops.by_ref().map(address));
        Self {
            address: address.map(|(address, _)| address),
            proto: last("x-forwarded-proto"),
            host: last("x-forwarded-host"),
        }
    }

    /// By `Forwarded`: scheme and host are those that stand beside the address.
    pub(super) fn by_forwarded(proxies: &Proxies, headers: &HeaderMap) -> Self {
        let lists = lists(headers, "forwarded");
        let parts = lists.iter().rev().flat_map(|list| from_the_right(list));
        let parts: Vec<&str> = parts.collect();
        let newest = || parts.iter();
        let of = |part: &str, name: &str| {
            let mut pairs = split(part, ';').into_iter();
            pairs.find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                let is_it = key.trim().eq_ignore_ascii_case(name);
                is_it.then(|| unquoted(value.trim()))
            })
        };
        let hops = newest().map(|part| of(part, "for").and_then(|node| address(&node)));
        let found = whoever_asked(proxies, hops);
        let part = newest().nth(found.map_or(0, |(_, at)| at));
        let beside = |name: &str| part.and_then(|part| of(part, name));
        Self {
            address: found.map(|(address, _)| address),
            proto: beside("proto"),
            host: beside("host").filter(|host| !host.is_empty()),
        }
    }
}

/// The values of a header in the order of its lines. One that is no text ends
/// what can be read: it stands for something that nobody knows.
fn lists<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let lines = headers.get_all(name);
    lines
        .map(|line| line.to_str().unwrap_or("unreadable"))
        .collect()
}

/// Of the hops from the newest to the oldest the first that is no trusted proxy,
/// with its place. What cannot be read ends the way: the last proxy before it is
/// all that is known.
fn whoever_asked(
    proxies: &Proxies,
    hops: impl Iterator<Item = Option<IpAddr>>,
) -> Option<(IpAddr, usize)> {
    let mut known = None;
    for (at, hop) in hops.take(HOPS).enumerate() {
        let Some(address) = hop else {
            return known;
        };
        known = Some((address, at));
        if !proxies.trust(address) {
            return known;
        }
    }
    known
}

/// An address with or without its port, in IPv6 with or without brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    let alone = bare.unwrap_or(hop).parse().ok();
    let with_port = || hop.parse().ok().map(|place: SocketAddr| place.ip());
    alone
        .or_else(with_port)
        .map(|address: IpAddr| address.to_canonical())
}

/// The parts of a list, the last first, split at commas that stand in no quoted
/// words. It is read from the right, where a proxy writes: a quotation mark that
/// somebody left open before it takes nothing of what the proxy says.
fn from_the_right(list: &str) -> Vec<&str> {
    let bytes = list.as_bytes();
    let (mut parts, mut end, mut quoted) = (Vec::new(), list.len(), false);
    for at in (0..list.len()).rev() {
        match bytes[at] {
            b'"' if !(quoted && is_escaped(bytes, at)) => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&list[at + 1..end]);
                end = at;
            }
            _ => {}
        }
    }
    parts.push(&list[..end]);
    parts
}

/// Whether an odd number of backslashes stands before a place.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rev();
    before.take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Splits at a mark that stands in no quoted words.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut begin) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if letter == mark && !quoted => {
                parts.push(&text[begin..at]);
                begin = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// A token, or what stands between quotation marks.
fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    let Some(inner) = inner else {
        return value.to_owned();
    };
    let mut letters = inner.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        let letter = if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        };
        plain.extend(letter);
    }
    plain
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::super::proxies::Told;
    use super::*;

    fn headers(lines: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let value = HeaderValue::from_bytes(value).expect("a value");
            headers.append(HeaderName::from_static(name), value);
        }
        headers
    }

    fn proxies() -> Proxies {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"].map(str::to_owned);
        Proxies::parse(&trusted, Told::XForwardedFor).expect("networks")
    }

    fn x(lines: &[&str]) -> Option<String> {
        let lines: Vec<_> = lines
            .iter()
            .map(|line| ("x-forwarded-for", line.as_bytes()))
            .collect();
        let said = Said::by_x_headers(&proxies(), &headers(&lines));
        said.address.map(|address| address.to_string())
    }

    #[test]
    fn the_first_from_the_right_that_is_no_proxy_is_whoever_asked() {
        for (lines, expected) in [
            (&["203.0.113.9"][..], Some("203.0.113.9")),
            (&["198.51.100.1, 203.0.113.9"], Some("203.0.113.9")),
            (&["127.0.0.1, 203.0.113.9"], Some("203.0.113.9")),
            (&["1.1.1.1, 203.0.113.9, 10.1.2.3"], Some("203.0.113.9")),
            (
                &["1.1.1.1", "203.0.113.9, 10.1.2.3", "10.9.9.9"],
                Some("203.0.113.9"),
            ),
            (&["203.0.113.9:4711"], Some("203.0.113.9")),
            (&["2001:db8::7"], Some("2001:db8::7")),
            (&["[2001:db8::7]"], Some("2001:db8::7")),
            (&["1.1.1.1,[2001:db8::7]:4711,fd00::1"], Some("2001:db8::7")),
            (&["::ffff:203.0.113.9"], Some("203.0.113.9")),
            (&["203.0.113.9, ::ffff:10.0.0.1"], Some("203.0.113.9")),
            // Everybody is a proxy: somebody within asked.
            (&["10.0.0.5, 10.0.0.6"], Some("10.0.0.5")),
            // What cannot be read ends the way.
            (&["203.0.113.9, unknown"], None),
            (&["203.0.113.9, , 10.0.0.1"], Some("10.0.0.1")),
            (
                &["203.0.113.9", "'; DROP TABLE", "10.0.0.1"],
                Some("10.0.0.1"),
            ),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(x(lines).as_deref(), expected, "{lines:?}");
        }
        let bytes = headers(&[("x-forwarded-for", b"1.1.1.1, \xff\xfe")]);
        assert_eq!(Said::by_x_headers(&proxies(), &bytes).address, None);
        let many = vec!["10.0.0.1"; 100].join(",");
        assert_eq!(x(&["203.0.113.9", &many]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn scheme_and_host_are_those_of_the_proxy_next_to_us() {
        let said = Said::by_x_headers(
            &proxies(),
            &headers(&[
                ("x-forwarded-for", b"203.0.113.9"),
                ("x-forwarded-proto", b"https"),
                ("x-forwarded-proto", b"https, http"),
                ("x-forwarded-host", b"evil.example, desk.example.org"),
            ]),
        );
        assert_eq!(said.proto.as_deref(), Some("http"));
        assert_eq!(said.host.as_deref(), Some("desk.example.org"));
    }

    #[test]
    fn the_header_of_the_standard_is_read_with_its_quotes() {
        let check = |lines: &[&str], expected: (Option<&str>, Option<&str>, Option<&str>)| {
            let sent: Vec<_> = lines
                .iter()
                .map(|line| ("forwarded", line.as_bytes()))
                .collect();
            let said = Said::by_forwarded(&proxies(), &headers(&sent));
            let address = said.address.map(|address| address.to_string());
            let found = (
                address.as_deref(),
                said.proto.as_deref(),
                said.host.as_deref(),
            );
            assert_eq!(found, expected, "{lines:?}");
        };
        check(&["for=203.0.113.9"], (Some("203.0.113.9"), None, None));
        check(
            &[
                "for=1.1.1.1;proto=http;host=evil.example",
                "For=\"[2001:db8::7]:4711\";Proto=https;Host=desk.example.org, for=10.0.0.1;proto=http",
            ],
            (Some("2001:db8::7"), Some("https"), Some("desk.example.org")),
        );
        // A comma and a semicolon within quotes are no ends.
        check(
            &["for=203.0.113.9;by=\"a,b;for=1.1.1.1\""],
            (Some("203.0.113.9"), None, None),
        );
        check(
            &["for=\"203.0.113\\.9\";host=\"desk\\\".example\""],
            (Some("203.0.113.9"), None, Some("desk\".example")),
        );
        check(&["for=1.1.1.1, for=_hidden"], (None, None, None));
        check(
            &["for=1.1.1.1, for=unknown, for=10.0.0.1"],
            (Some("10.0.0.1"), None, None),
        );
        // Nor does one that is left open swallow what comes after it.
        for open in [
            "for=\"1.1.1.1",
            "\"",
            "for=\"a\\",
            "by=\"\\\",;for=10.0.0.1",
        ] {
            let list = format!("{open}, for=203.0.113.9;host=\"desk\"");
            check(&[&list], (Some("203.0.113.9"), None, Some("desk")));
        }
        check(&["=;,;=,\"\\"], (None, None, None));
    }

    proptest! {
        #[test]
        fn whatever_a_stranger_writes_changes_nothing(written in "[ -~]{0,60}") {
            let line = format!("{written}, 203.0.113.9, 10.0.0.1");
            let expected = Some("203.0.113.9".to_owned());
            prop_assert_eq!(&x(&[&line]), &expected);
            prop_assert_eq!(&x(&[&written, "203.0.113.9"]), &expected);
        }

        #[test]
        fn nor_does_it_in_the_header_of_the_standard(written in "[ -~]{0,60}") {
            let line = format!("{written}, for=203.0.113.9;proto=https, for=10.0.0.1");
            let said = Said::by_forwarded(&proxies(), &headers(&[("forwarded", line.as_bytes())]));
            let address = said.address.map(|address| address.to_string());
            prop_assert_eq!(address.as_deref(), Some("203.0.113.9"));
            prop_assert_eq!(said.proto.as_deref(), Some("https"));
        }

        #[test]
        fn no_header_breaks_its_reader(bytes in prop::collection::vec(0x20_u8..0x7f, 0..80)) {
            let _ = Said::by_forwarded(&proxies(), &headers(&[("forwarded", &bytes)]));
            let _ = Said::by_x_headers(&proxies(), &headers(&[("x-forwarded-for", &bytes)]));
        }
    }
}
