//! Times of subtitles: `00:01:02,345`, `01:02.345`.

use std::fmt;

/// Later than this nothing is shown.
const MOST_HOURS: u64 = 9_999;

/// A time since the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    milliseconds: u64,
}

/// When a cue is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) start: Time,
    pub(super) end: Time,
}

impl Time {
    /// Milliseconds since an earlier time; none since a later one.
    pub(super) fn since(self, earlier: Self) -> u64 {
        self.milliseconds.saturating_sub(earlier.milliseconds)
    }

    fn parse(text: &str) -> Option<Self> {
        let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let mut parts = clock.rsplit(':');
        let seconds = number(parts.next()?, 59)?;
        let minutes = number(parts.next()?, 59)?;
        let hours = parts
            .next()
            .map_or(Some(0), |part| number(part, MOST_HOURS))?;
        if parts.next().is_some() || fraction.len() > 3 {
            return None;
        }
        let scale = [0, 100, 10, 1];
        let fraction = number(fraction, 999)? * scale[fraction.len()];
        let milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + fraction;
        Some(Self { milliseconds })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, milliseconds) = (self.milliseconds / 1_000, self.milliseconds % 1_000);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}")
    }
}

/// The times of a line such as `00:01.000 --> 00:02.000 align:start`.
pub(super) fn line(line: &str) -> Option<Times> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_ascii_whitespace().next()?;
    Some(Times {
        start: Time::parse(start.trim())?,
        end: Time::parse(end)?,
    })
}

fn number(digits: &str, most: u64) -> Option<u64> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = plain.then(|| digits.parse().ok())??;
    (number <= most).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let time = Time::parse(text).map(|time| time.to_string());
        assert_eq!(time.as_deref(), expected, "{text}");
    }

    #[test]
    fn times_have_one_form() {
        check("00:01:02,345", Some("00:01:02.345"));
        check("01:02.345", Some("00:01:02.345"));
        check("1:2:3,4", Some("01:02:03.400"));
        check("100:00:00.000", Some("100:00:00.000"));
        check("0:00:07", Some("00:00:07.000"));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "1",
            "00:61.000",
            "00:00:00:00.0",
            "-1:00",
            "00:00.1234",
            "00:0x.0",
            "00:00.",
            "99999:00:00",
        ] {
            check(text, None);
        }
    }
}
