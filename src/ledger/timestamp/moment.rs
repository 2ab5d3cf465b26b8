//! Moments as ASN.1 writes them.

use std::time::Duration;

use der::Tag;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use rustls_pki_types::UnixTime;

use super::StampError;
use super::fields::Field;

/// A moment in UTC, in milliseconds since 1970; never before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// Reads the `GeneralizedTime` of a timestamp: to the second, or with a
    /// fraction that does not end in a zero, always in UTC (RFC 3161, 2.4.2).
    pub(super) fn general(field: &Field<'_>) -> Result<Self, StampError> {
        const WRONG: StampError = StampError::Malformed("the time of the timestamp");
        let text = std::str::from_utf8(field.value).map_err(|_| WRONG)?;
        let text = text.strip_suffix('Z').ok_or(WRONG)?;
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        let is_cut = text.contains('.') && (fraction.is_empty() || fraction.ends_with('0'));
        if whole.len() != 14 || is_cut || fraction.len() > 9 || !is_digits(fraction) {
            return Err(WRONG);
        }
        let seconds = civil(whole).ok_or(WRONG)?;
        let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
        let millis: i64 = millis.parse().map_err(|_| WRONG)?;
        Ok(Self(seconds * 1_000 + millis))
    }

    /// Reads the `UTCTime` or `GeneralizedTime` of a certificate, to the
    /// second (RFC 5280, 4.1.2.5).
    pub(super) fn of_certificate(field: &Field<'_>) -> Result<Self, StampError> {
        const WRONG: StampError = StampError::Malformed("the validity of a certificate");
        let text = std::str::from_utf8(field.value).map_err(|_| WRONG)?;
        let text = text.strip_suffix('Z').ok_or(WRONG)?;
        let seconds = match (field.tag, text.len()) {
            (Tag::GeneralizedTime, 14) => civil(text),
            // Two digits of a year mean 1950 to 2049.
            (Tag::UtcTime, 12) if text < "50" => civil(&format!("20{text}")),
            (Tag::UtcTime, 12) => civil(&format!("19{text}")),
            _ => None,
        };
        Ok(Self(seconds.ok_or(WRONG)? * 1_000))
    }

    pub(super) const fn as_millis(self) -> i64 {
        self.0
    }

    /// The second in which the moment lies, for the check of certificates.
    pub(super) fn as_unix_time(self) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(self.0.unsigned_abs() / 1_000))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{} ms after 1970", self.0),
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 of `YYYYMMDDhhmmss`; nothing before 1970.
fn civil(text: &str) -> Option<i64> {
    if !is_digits(text) || text.len() != 14 {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year: i16 = text.get(..4)?.parse().ok()?;
    let moment = DateTime::new(
        year,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        0,
    );
    let moment = Offset::UTC.to_timestamp(moment.ok()?).ok()?;
    Some(moment.as_second()).filter(|seconds| *seconds >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(tag: Tag, text: &str) -> Field<'_> {
        let value = text.as_bytes();
        let whole = value;
        Field { tag, value, whole }
    }

    fn general(text: &str) -> Option<i64> {
        let moment = Moment::general(&field(Tag::GeneralizedTime, text));
        moment.ok().map(Moment::as_millis)
    }

    #[test]
    fn the_time_of_a_timestamp() {
        assert_eq!(general("19700101000001Z"), Some(1_000));
        assert_eq!(general("20260303101500Z"), Some(1_772_532_900_000));
        assert_eq!(general("20260303101500.5Z"), Some(1_772_532_900_500));
        assert_eq!(general("20260303101500.123456Z"), Some(1_772_532_900_123));
        for wrong in [
            "",
            "Z",
            "20260303101500",
            "20260303101500.Z",
            "20260303101500.50Z",
            "20260303101500.1234567891Z",
            "20260303101500+0000",
            "20260230101500Z",
            "20260303251500Z",
            "2026030310150-Z",
            "19691231235959Z",
            "260303101500Z",
        ] {
            assert_eq!(general(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_years_of_a_certificate() {
        let year = |tag, text| {
            let moment = Moment::of_certificate(&field(tag, text)).ok();
            moment.map(|moment| moment.to_string())
        };
        let check = |tag, text, expected: Option<&str>| {
            assert_eq!(year(tag, text).as_deref(), expected, "{text}");
        };
        check(Tag::UtcTime, "490101000000Z", Some("2049-01-01T00:00:00Z"));
        check(Tag::UtcTime, "700101000000Z", Some("1970-01-01T00:00:00Z"));
        check(Tag::UtcTime, "500101000000Z", None);
        check(
            Tag::GeneralizedTime,
            "20500101000000Z",
            Some("2050-01-01T00:00:00Z"),
        );
        check(Tag::GeneralizedTime, "500101000000Z", None);
        check(Tag::UtcTime, "20500101000000Z", None);
    }
}
