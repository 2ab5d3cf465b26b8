//! Dates as pages write them, brought to `YYYY-MM-DD` or RFC 3339.

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::fmt::temporal::{Pieces, PiecesOffset};

/// The longest text that can be a date, in bytes.
const LONGEST: usize = 80;

/// Forms that are not ISO 8601, as `strptime` names them.
const FORMS: &[&str] = &[
    "%Y/%m/%d",
    "%Y%m%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%b. %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d %B, %Y",
    "%A, %B %d, %Y",
    "%A, %d %B %Y",
    "%A %d %B %Y",
    "%a, %b %d, %Y",
    "%d.%m.%Y",
];

/// A date in its normal form, or none when it cannot be read for certain.
/// `03/04/2019` is not: it is March or April.
pub(super) fn normal_date(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST || text.len() < 6 {
        return None;
    }
    iso(text).or_else(|| mail(text)).or_else(|| worded(text))
}

fn iso(text: &str) -> Option<String> {
    let pieces = Pieces::parse(text).ok()?;
    let date = within(pieces.date())?;
    let (Some(time), Some(offset)) = (pieces.time(), pieces.offset()) else {
        return Some(date.to_string());
    };
    let offset = match offset {
        PiecesOffset::Zulu => "Z".to_owned(),
        offset => offset_of(offset.to_numeric_offset()),
    };
    let time = time.strftime("%H:%M:%S");
    Some(format!("{date}T{time}{offset}"))
}

/// The form of mail and HTTP headers (RFC 2822).
fn mail(text: &str) -> Option<String> {
    let zoned = rfc2822::parse(text).ok()?;
    let date = within(zoned.date())?;
    let time = zoned.time().strftime("%H:%M:%S");
    Some(format!("{date}T{time}{}", offset_of(zoned.offset())))
}

fn worded(text: &str) -> Option<String> {
    let parsed = FORMS
        .iter()
        .find_map(|form| Date::strptime(form, text).ok());
    // An ISO date is often followed by a time in a form of its own.
    let start = || {
        text.get(..10).filter(|_| {
            text.as_bytes()
                .get(10)
                .is_some_and(|byte| matches!(byte, b'T' | b' '))
        })
    };
    let date = parsed
        .or_else(|| start()?.parse().ok())
        .or_else(|| before_time(text))?;
    Some(within(date)?.to_string())
}

/// A date in words with a time after it, which is left out: `EST` is no
/// certain offset.
fn before_time(text: &str) -> Option<Date> {
    let year = text
        .find("19")
        .into_iter()
        .chain(text.rfind("20"))
        .chain(text.find("20"));
    year.filter_map(|start| text.get(..start + 4))
        .find_map(|date| {
            FORMS
                .iter()
                .find_map(|form| Date::strptime(form, date).ok())
        })
}

/// Years that a source can be of; others are a page's mistakes.
fn within(date: Date) -> Option<Date> {
    (1400..=2200).contains(&date.year()).then_some(date)
}

fn offset_of(offset: jiff::tz::Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(normal_date(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn dates_in_the_forms_of_the_web() {
        check("2019-11-18", Some("2019-11-18"));
        check(
            " 2019-11-18T12:02:00-05:00 ",
            Some("2019-11-18T12:02:00-05:00"),
        );
        check("2019-11-18T12:02:00.123Z", Some("2019-11-18T12:02:00Z"));
        check(
            "2019-11-18T12:02:00+0000",
            Some("2019-11-18T12:02:00+00:00"),
        );
        check("2019-11-18 12:02", Some("2019-11-18"));
        check("2019-11-18T12:02", Some("2019-11-18"));
        check(
            "Mon, 18 Nov 2019 12:02:00 GMT",
            Some("2019-11-18T12:02:00+00:00"),
        );
        check("November 18, 2019", Some("2019-11-18"));
        check("18 November 2019", Some("2019-11-18"));
        check("2019/11/18", Some("2019-11-18"));
        check("20191118", Some("2019-11-18"));
        check("2019-11-18 12:02 PM EST", Some("2019-11-18"));
        check("November 18, 2019, 07:47 PM EST", Some("2019-11-18"));
    }

    #[test]
    fn what_is_no_certain_date_is_dropped() {
        check("03/04/2019", None);
        check("yesterday", None);
        check("2019-13-40", None);
        check("0001-01-01T00:00:00Z", None);
        check("é2019-11é-18 ééé", None);
        check("", None);
    }
}
