//! Moments and dates. Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema;
use super::sheet::Locale;

/// A moment in UTC to the millisecond, written as RFC 3339 with three
/// decimals and a `Z`, so that equal moments are equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text that is not a moment in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a moment looks like 2021-08-27T14:03:00Z")]
pub struct BadTimestamp;

/// A field that holds no date and time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the date and the time of day, in UTC: 2021-08-27T14:03")]
pub struct BadField;

impl Timestamp {
    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// Refuses years before -9999 and after 9999.
    pub fn from_millis(millis: i64) -> Result<Self, BadTimestamp> {
        jiff::Timestamp::from_millisecond(millis)
            .map(Self)
            .map_err(|_| BadTimestamp)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The moment as people read it: `27 August 2021, 14:03 UTC`.
    pub fn written(self, locale: Locale) -> String {
        let format = match locale {
            Locale::British => "%-d %B %Y, %H:%M UTC",
            Locale::American => "%B %-d, %Y, %-I:%M %p UTC",
            Locale::International => "%Y-%m-%d %H:%M UTC",
        };
        self.0.strftime(format).to_string()
    }

    /// Reads a date and a time of day as a form's field sends them, in UTC.
    ///
    /// ```
    /// use citekeep::domain::time::Timestamp;
    /// let moment = Timestamp::parse_field("2021-08-27T14:03").expect("a moment");
    /// assert_eq!(moment.to_string(), "2021-08-27T14:03:00.000Z");
    /// assert!(Timestamp::parse_field("2021-08-27").is_err());
    /// ```
    pub fn parse_field(text: &str) -> Result<Self, BadField> {
        let shape = text.trim();
        let plain = shape
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T'));
        if !plain || !matches!(shape.len(), 16 | 19) || shape.as_bytes().get(10) != Some(&b'T') {
            return Err(BadField);
        }
        let civil: jiff::civil::DateTime = shape.parse().map_err(|_| BadField)?;
        let moment = jiff::tz::Offset::UTC.to_timestamp(civil);
        moment.map(Self).map_err(|_| BadField)
    }

    /// The moment as a form's field takes it, to the minute, in UTC.
    pub fn in_field(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The day in UTC, as people read it: `27 August 2021`.
    pub fn day_written(self, locale: Locale) -> String {
        let format = match locale {
            Locale::British => "%-d %B %Y",
            Locale::American => "%B %-d, %Y",
            Locale::International => "%Y-%m-%d",
        };
        self.0.strftime(format).to_string()
    }
}

impl Timestamp {
    /// The first moment of a day in UTC that is written as the British write it;
    /// nothing where a text is no such day.
    pub fn of_day_written(text: &str) -> Option<Self> {
        let day = jiff::civil::Date::strptime("%d %B %Y", text).ok()?;
        let midnight = day.to_datetime(jiff::civil::Time::midnight());
        let first = jiff::tz::TimeZone::UTC.to_timestamp(midnight).ok()?;
        Self::from_millis(first.as_millisecond()).ok()
    }
}

/// The moment so many milliseconds after another, or before it where they are
/// fewer than none; the other where that is in no year that can be written.
///
/// ```
/// use citekeep::domain::time::{Timestamp, later};
/// let moment: Timestamp = "2021-08-27T14:03:00Z".parse()?;
/// assert_eq!(later(moment, -1).to_string(), "2021-08-27T14:02:59.999Z");
/// assert_eq!(later(moment, i64::MAX), moment);
/// # Ok::<(), citekeep::domain::time::BadTimestamp>(())
/// ```
pub fn later(moment: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(moment.as_millis().saturating_add(millis)).unwrap_or(moment)
}

/// The longest that anything is put off, in milliseconds: a day, and an hour more
/// by which a clock may be set right.
pub const LONGEST_PAUSE: i64 = 25 * 60 * 60 * 1_000;

/// Whether the moment has come for what was put off. What is put off for longer
/// than anything ever is was so by a clock that stood wrong and was set back
/// since, and its moment has come too.
///
/// ```
/// use citekeep::domain::time::{Timestamp, has_come, later};
/// let now: Timestamp = "2021-08-27T14:03:00Z".parse()?;
/// assert!(has_come(now, now));
/// assert!(!has_come(later(now, 86_400_000), now));
/// assert!(has_come(later(now, 365 * 86_400_000), now));
/// # Ok::<(), citekeep::domain::time::BadTimestamp>(())
/// ```
pub fn has_come(due: Timestamp, now: Timestamp) -> bool {
    due <= now || due > later(now, LONGEST_PAUSE)
}

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| BadTimestamp)?;
        Self::from_millis(moment.as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

schema::described!(Timestamp, schema::moment);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A date as exactly as it is known: a year, a month, or a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate(String);

/// A text that is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the date as far as it is known: 2021, 2021-08 or 2021-08-27")]
pub struct BadDate;

impl PartialDate {
    /// Parses `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ISO 8601, reduced precision).
    ///
    /// ```
    /// use citekeep::domain::time::PartialDate;
    /// assert!(PartialDate::parse("2021-08").is_ok());
    /// assert!(PartialDate::parse("2021-02-30").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadDate> {
        let text = text.trim();
        let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(BadDate),
        };
        match whole.parse::<jiff::civil::Date>() {
            Ok(_) if digits => Ok(Self(text.to_owned())),
            _ => Err(BadDate),
        }
    }

    /// The date as it is written in files: `2021-08`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of a moment, in UTC.
    pub fn day_of(moment: Timestamp) -> Self {
        Self(moment.0.strftime("%Y-%m-%d").to_string())
    }

    /// The day after the same day of the year before, so that the two days
    /// begin and end twelve months.
    ///
    /// ```
    /// use citekeep::domain::time::PartialDate;
    /// let day = PartialDate::parse("2026-11-26").expect("a date");
    /// assert_eq!(day.a_year_before().as_str(), "2025-11-27");
    /// ```
    #[must_use]
    pub fn a_year_before(&self) -> Self {
        let before = self.first_day().and_then(|day| {
            let before = day.checked_sub(jiff::Span::new().years(1)).ok()?;
            before.tomorrow().ok()
        });
        before.map_or_else(|| self.clone(), |day| Self(day.to_string()))
    }

    /// The first millisecond of the date in UTC, since 1970.
    pub fn starts_at(&self) -> Option<i64> {
        let first = self.first_day()?;
        midnight(first)
    }

    /// The first millisecond after the date in UTC, since 1970.
    pub fn ends_at(&self) -> Option<i64> {
        let first = self.first_day()?;
        let next = match self.0.len() {
            4 => first.checked_add(jiff::Span::new().years(1)),
            7 => first.checked_add(jiff::Span::new().months(1)),
            _ => first.tomorrow(),
        };
        midnight(next.ok()?)
    }

    fn first_day(&self) -> Option<jiff::civil::Date> {
        let rest = match self.0.len() {
            4 => "-01-01",
            7 => "-01",
            _ => "",
        };
        format!("{}{rest}", self.0).parse().ok()
    }

    /// The date as people read it: `August 2021`.
    pub fn written(&self, locale: Locale) -> String {
        if locale == Locale::International {
            return self.0.clone();
        }
        let (whole, format) = match self.0.len() {
            4 => (format!("{}-01-01", self.0), "%Y"),
            7 => (format!("{}-01", self.0), "%B %Y"),
            _ if locale == Locale::American => (self.0.clone(), "%B %-d, %Y"),
            _ => (self.0.clone(), "%-d %B %Y"),
        };
        whole
            .parse::<jiff::civil::Date>()
            .map_or_else(|_| self.0.clone(), |date| date.strftime(format).to_string())
    }
}

/// The first millisecond of a day in UTC, since 1970.
fn midnight(day: jiff::civil::Date) -> Option<i64> {
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
    Some(utc.ok()?.as_millisecond())
}

impl TryFrom<String> for PartialDate {
    type Error = BadDate;

    fn try_from(text: String) -> Result<Self, BadDate> {
        Self::parse(&text)
    }
}

schema::described!(PartialDate, |_| schema::partial_date());

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.0
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_date(text: &str, expected: Option<&str>) {
        let words = PartialDate::parse(text)
            .ok()
            .map(|date| date.written(Locale::British));
        assert_eq!(words.as_deref(), expected, "{text}");
    }

    #[test]
    fn dates_are_read_as_far_as_they_are_known() {
        check_date("2021", Some("2021"));
        check_date("2021-08", Some("August 2021"));
        check_date("2021-08-07", Some("7 August 2021"));
        check_date(" 2021-08-07 ", Some("7 August 2021"));
        check_date("2021-13", None);
        check_date("2021-02-30", None);
        check_date("-021", None);
        check_date("August", None);
        check_date("", None);
    }

    #[test]
    fn a_field_is_read_strictly() {
        let read = |text| Timestamp::parse_field(text).map(|at| at.to_string());
        let moment = Ok("2021-08-27T14:03:00.000Z".to_owned());
        assert_eq!(read(" 2021-08-27T14:03 "), moment);
        assert_eq!(read("2021-08-27T14:03:00"), moment);
        for text in [
            "",
            "2021-08-27",
            "2021-02-30T14:03",
            "2021-08-27T25:03",
            "2021-08-27 14:03",
            "2021-08-27T14:03Z",
            "27.08.2021 14:03",
        ] {
            assert_eq!(read(text), Err(BadField), "{text}");
        }
        let moment = Timestamp::parse_field("2021-08-27T14:03").expect("a moment");
        assert_eq!(moment.in_field(), "2021-08-27T14:03");
    }

    #[test]
    fn a_date_lasts_as_long_as_it_is_inexact() {
        let days = |text| {
            let date = PartialDate::parse(text).expect("a date");
            let (from, to) = (date.starts_at(), date.ends_at());
            from.zip(to).map(|(from, to)| (to - from) / 86_400_000)
        };
        assert_eq!(days("2024"), Some(366));
        assert_eq!(days("2021-02"), Some(28));
        assert_eq!(days("2021-12-31"), Some(1));
    }

    #[test]
    fn a_moment_is_written_one_way() {
        let moment: Timestamp = "2021-08-27T16:03:00.1239+02:00".parse().expect("a moment");
        assert_eq!(moment.to_string(), "2021-08-27T14:03:00.123Z");
    }

    #[test]
    fn moments_and_dates_are_read_as_the_desk_writes_them() {
        let check = |text: &str, expected: [&str; 3]| {
            let written = Locale::ALL.iter().map(|locale| {
                text.parse::<Timestamp>().map_or_else(
                    |_| PartialDate::parse(text).expect("a date").written(*locale),
                    |moment| moment.written(*locale),
                )
            });
            assert_eq!(written.collect::<Vec<_>>(), expected, "{text}");
        };
        check(
            "2026-08-07T14:05:59Z",
            [
                "7 August 2026, 14:05 UTC",
                "August 7, 2026, 2:05 PM UTC",
                "2026-08-07 14:05 UTC",
            ],
        );
        check(
            "2026-08-27T00:05:00Z",
            [
                "27 August 2026, 00:05 UTC",
                "August 27, 2026, 12:05 AM UTC",
                "2026-08-27 00:05 UTC",
            ],
        );
        check(
            "2021-08-07",
            ["7 August 2021", "August 7, 2021", "2021-08-07"],
        );
        check("2021-08", ["August 2021", "August 2021", "2021-08"]);
        check("2021", ["2021", "2021", "2021"]);
    }
}
