//! Which backups are kept: so many days, weeks, months and years, one of each.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::domain::time::Timestamp;

/// The most that may be kept of one span.
const MOST: usize = 10_000;

/// A rule such as `7d,4w,12m`: of each of the last seven days that have any
/// backup the newest one is kept, and so on; what no part keeps goes. A number
/// alone keeps so many of the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep(Vec<(usize, Span)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Each,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A text that is no such rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "write what is kept as 7d,4w,12m: numbers of hours (h), days (d), weeks (w), months (m), years (y)"
)]
pub struct BadKeep;

impl FromStr for Keep {
    type Err = BadKeep;

    fn from_str(text: &str) -> Result<Self, BadKeep> {
        let parts = text.split(',').map(|part| {
            let part = part.trim();
            let digits = part.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
            let span = match &part[digits.len()..] {
                "" => Span::Each,
                "h" => Span::Hour,
                "d" => Span::Day,
                "w" => Span::Week,
                "m" => Span::Month,
                "y" => Span::Year,
                _ => return Err(BadKeep),
            };
            let number = digits.parse().map_err(|_| BadKeep)?;
            if (1..=MOST).contains(&number) {
                Ok((number, span))
            } else {
                Err(BadKeep)
            }
        });
        parts.collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.0.iter().map(|(number, span)| {
            let letter = match span {
                Span::Each => "",
                Span::Hour => "h",
                Span::Day => "d",
                Span::Week => "w",
                Span::Month => "m",
                Span::Year => "y",
            };
            format!("{number}{letter}")
        });
        f.write_str(&words.collect::<Vec<_>>().join(","))
    }
}

impl Keep {
    /// Chooses among moments those that are kept. The newest always is.
    pub fn chosen(&self, moments: &[Timestamp]) -> BTreeSet<Timestamp> {
        let newest_first: BTreeSet<Timestamp> = moments.iter().copied().collect();
        let mut kept: BTreeSet<Timestamp> = newest_first.last().copied().into_iter().collect();
        for (number, span) in &self.0 {
            let mut seen = Vec::new();
            for moment in newest_first.iter().rev() {
                let name = span.name(*moment);
                if seen.last() == Some(&name) {
                    continue;
                }
                if seen.len() == *number {
                    break;
                }
                seen.push(name);
                kept.insert(*moment);
            }
        }
        kept
    }
}

impl Span {
    /// What all moments of one hour, day or month in UTC have in common.
    fn name(self, moment: Timestamp) -> String {
        const DAY: i64 = 86_400_000;
        let written = moment.to_string();
        let first = |length: usize| written.get(..length).unwrap_or(&written).to_owned();
        match self {
            Self::Each => written,
            Self::Hour => first(13),
            Self::Day => first(10),
            // 1 January 1970 was a Thursday; weeks begin on Mondays.
            Self::Week => (moment.as_millis().div_euclid(DAY) + 3)
                .div_euclid(7)
                .to_string(),
            Self::Month => first(7),
            Self::Year => first(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, Timestamp};

    fn check(rule: &str, moments: &[&str], kept: &[&str]) {
        let rule: Keep = rule.parse().expect("a rule");
        let read = |text: &&str| text.parse::<Timestamp>().expect("a moment");
        let moments: Vec<Timestamp> = moments.iter().map(read).collect();
        let kept: Vec<Timestamp> = kept.iter().map(read).collect();
        let chosen: Vec<Timestamp> = rule.chosen(&moments).into_iter().collect();
        assert_eq!(chosen, kept, "{rule}");
    }

    #[test]
    fn the_newest_of_each_day_week_and_month_is_kept() {
        let moments = [
            "2026-01-31T03:00:00Z",
            "2026-02-27T03:00:00Z",
            "2026-03-01T03:00:00Z",
            "2026-03-02T03:00:00Z",
            "2026-03-03T03:00:00Z",
            "2026-03-03T15:00:00Z",
        ];
        check(
            "2d",
            &moments,
            &["2026-03-02T03:00:00Z", "2026-03-03T15:00:00Z"],
        );
        // 1 March 2026 was a Sunday.
        check(
            "2w",
            &moments,
            &["2026-03-01T03:00:00Z", "2026-03-03T15:00:00Z"],
        );
        let months = [
            "2026-01-31T03:00:00Z",
            "2026-02-27T03:00:00Z",
            "2026-03-03T15:00:00Z",
        ];
        check("12m", &moments, &months);
        check("1", &moments, &["2026-03-03T15:00:00Z"]);
        check("1,1y", &moments, &["2026-03-03T15:00:00Z"]);
        check("3d", &["2026-03-03T15:00:00Z"], &["2026-03-03T15:00:00Z"]);
        check("3d", &[], &[]);
    }

    #[test]
    fn rules_are_written_as_they_are_read() {
        for rule in ["7d,4w,12m", "24h,7d", "3", "1y"] {
            assert_eq!(rule.parse::<Keep>().expect("a rule").to_string(), rule);
        }
        for no in ["", "d", "0d", "7x", "-1d", "7d,", "99999d", "7 d w"] {
            assert!(no.parse::<Keep>().is_err(), "{no}");
        }
    }
}
