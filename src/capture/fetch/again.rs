//! When a host says that it may be asked again: the header `Retry-After`.

use std::time::Duration;

use hyper::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The longest that a host is left alone because it asked for it.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a host asks to be left alone (RFC 9110, 10.2.3): seconds, or a
/// date, which is held against the host's own clock and not ours.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, &RETRY_AFTER)?;
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let until = date(text)?;
            let now = date(self::text(headers, &DATE)?)?;
            u64::try_from(until.as_second().saturating_sub(now.as_second())).ok()?
        }
    };
    Some(Duration::from_secs(seconds).min(LONGEST))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn date(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(after: &'static str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(
            DATE,
            "Tue, 03 Mar 2026 10:00:00 GMT".parse().expect("a value"),
        );
        headers.insert(RETRY_AFTER, after.parse().expect("a value"));
        assert_eq!(
            retry_after(&headers),
            expected.map(Duration::from_secs),
            "{after}"
        );
    }

    #[test]
    fn seconds_and_dates() {
        check("120", Some(120));
        check("0", Some(0));
        check("Tue, 03 Mar 2026 10:02:00 GMT", Some(120));
        check("Tue, 03 Mar 2026 09:00:00 GMT", None);
        check("99999999999", Some(86_400));
        check("999999999999999999999999", None);
        check("-5", None);
        check("soon", None);
    }
}
