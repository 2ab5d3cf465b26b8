//! Addresses as indexes of web archives sort them: the host from its end, then
//! port and path, written so that addresses of one page are one key.

use std::fmt::Write;

use url::Url;

/// The key of an address; what is none is its own key.
pub(super) fn key(address: &str) -> String {
    let Some(url) = Url::parse(address).ok().filter(|url| url.has_host()) else {
        return address.to_lowercase();
    };
    let host = url.host_str().unwrap_or_default().to_lowercase();
    let mut labels: Vec<&str> = without_www(&host).split('.').collect();
    labels.reverse();
    let mut key = labels.join(",");
    if let Some(port) = url.port() {
        write!(key, ":{port}").expect("a String takes everything");
    }
    key.push(')');
    key.push_str(&path(url.path()));
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let query = escaped(query);
        let mut parts: Vec<&str> = query.split('&').collect();
        parts.sort_unstable();
        key.push('?');
        key.push_str(&parts.join("&"));
    }
    key
}

/// `www.` and its numbered siblings lead to the same place.
fn without_www(host: &str) -> &str {
    let rest = host.strip_prefix("www");
    let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    match rest.and_then(|rest| rest.strip_prefix('.')) {
        Some(rest) if !rest.is_empty() => rest,
        _ => host,
    }
}

fn path(path: &str) -> String {
    let mut out = String::new();
    for mark in escaped(path).chars() {
        if mark != '/' || !out.ends_with('/') {
            out.push(mark);
        }
    }
    if out.len() > 1 && out.ends_with('/') {
        out.pop();
    }
    out
}

/// Small letters, with as little escaped as can be.
fn escaped(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    // What was escaped twice is undone twice, and so on; it only gets shorter.
    loop {
        let undone = unescaped(&bytes);
        if undone.len() == bytes.len() {
            break;
        }
        bytes = undone;
    }
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'#' | b'%') => {
                out.push(char::from(byte.to_ascii_lowercase()));
            }
            _ => write!(out, "%{byte:02x}").expect("a String takes everything"),
        }
    }
    out
}

fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let mut digits = [0];
        let escape = bytes.get(at + 1..at + 3).filter(|_| byte == b'%');
        let is_escape = escape.is_some_and(|two| hex::decode_to_slice(two, &mut digits).is_ok());
        out.push(if is_escape { digits[0] } else { byte });
        at += if is_escape { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn addresses_of_one_page_are_one_key() {
        let check = |address: &str, expected: &str| assert_eq!(key(address), expected);
        check("https://www.Example.org/", "org,example)/");
        check("https://www2.example.org/?", "org,example)/");
        check(
            "https://example.org:8443/A/b?z=1&a=2#x",
            "org,example:8443)/a/b?a=2&z=1",
        );
        check("http://example.org:80/a/", "org,example)/a");
        check("http://1.2.3.4/x", "4,3,2,1)/x");
        check(
            "https://example.org/%C3%BC?q=%257B",
            "org,example)/%c3%bc?q={",
        );
        check("https://example.org/a//b/../c", "org,example)/a/c");
        check("https://example.org/?b=2&a=1&", "org,example)/?&a=1&b=2");
        check("https://example.org/100%", "org,example)/100%25");
        check("urn:sha256:ab", "urn:sha256:ab");
        check("https://www.de/", "de)/");
    }
}
