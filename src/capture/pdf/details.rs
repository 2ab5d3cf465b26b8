//! What a file says of itself: its title, its author, when it was made.

use hayro::hayro_interpret::hayro_syntax::Pdf;
use hayro::hayro_interpret::hayro_syntax::object::DateTime;

/// A longer title or name is not one.
const LONGEST: usize = 1000;

/// What the file says of itself.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) created: Option<String>,
}

/// Reads the details of a file.
pub(super) fn of(pdf: &Pdf) -> Details {
    let said = pdf.metadata();
    Details {
        title: said.title.as_deref().and_then(line),
        author: said.author.as_deref().and_then(line),
        created: said.creation_date.as_ref().and_then(moment),
    }
}

/// A single line of words; none where there are none.
fn line(bytes: &[u8]) -> Option<String> {
    let text = text_string(bytes);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(LONGEST).collect();
    (!line.is_empty()).then_some(line)
}

/// Decodes a text string (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 with a mark
/// before it, otherwise PDFDocEncoding, which is close to Windows-1252.
pub(super) fn text_string(bytes: &[u8]) -> String {
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The moment as RFC 3339 has it.
fn moment(date: &DateTime) -> Option<String> {
    let possible = (1900..=9999).contains(&date.year)
        && (1..=12).contains(&date.month)
        && (1..=31).contains(&date.day)
        && date.hour < 24
        && date.minute < 60
        && date.second < 60;
    if !possible {
        return None;
    }
    let zone = match (date.utc_offset_hour, date.utc_offset_minute) {
        (0, 0) => "Z".to_owned(),
        (hours, minutes) => {
            let sign = if hours < 0 { '-' } else { '+' };
            let hours = hours.unsigned_abs();
            if hours > 23 || minutes > 59 {
                return None;
            }
            format!("{sign}{hours:02}:{minutes:02}")
        }
    };
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        date.year, date.month, date.day, date.hour, date.minute, date.second
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(line(bytes).as_deref(), expected, "{bytes:?}");
    }

    #[test]
    fn titles_are_decoded() {
        check(b"Final  Report\n", Some("Final Report"));
        check(b"\xfe\xff\x00N\x00\xe9", Some("N\u{e9}"));
        check(b"\xff\xfeN\x00\xe9\x00", Some("N\u{e9}"));
        check(b"\xef\xbb\xbfN\xc3\xa9", Some("N\u{e9}"));
        check(b"N\xe9", Some("N\u{e9}"));
        check(b" \x00 ", None);
    }
}
