//! Finding the parts of a large JSON object without reading it into memory.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::ops::Range;

/// The most fields that an object of ours has.
const FIELDS: usize = 32;
/// The longest name of a field.
const NAME: usize = 64;

/// Finds where the value of each field of an object stands, in bytes; nothing
/// when this is no object, or a name stands in it twice. Whether the values
/// are JSON is for whoever reads them.
pub(super) fn fields(input: &mut impl BufRead) -> io::Result<Option<BTreeMap<String, Range<u64>>>> {
    let mut skim = Skim::default();
    loop {
        let piece = input.fill_buf()?;
        if piece.is_empty() {
            return Ok(skim.is_closed.then_some(skim.found));
        }
        for byte in piece {
            if skim.take(*byte).is_none() {
                return Ok(None);
            }
        }
        let read = piece.len();
        input.consume(read);
    }
}

/// Where in an object the reading is.
#[derive(Default)]
struct Skim {
    at: u64,
    depth: u64,
    in_text: bool,
    is_escaped: bool,
    is_closed: bool,
    name: Vec<u8>,
    /// Where the value of the field that is being read began.
    began: Option<u64>,
    found: BTreeMap<String, Range<u64>>,
}

impl Skim {
    fn take(&mut self, byte: u8) -> Option<()> {
        let at = self.at;
        self.at += 1;
        if self.in_text {
            return self.within_text(byte);
        }
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            _ if self.is_closed => return None,
            b'"' => {
                self.in_text = self.depth > 0;
                if self.began.is_none() {
                    self.name.clear();
                }
                self.in_text.then_some(())?;
            }
            b'{' | b'[' => {
                if self.depth == 0 && byte == b'[' {
                    return None;
                }
                self.depth += 1;
            }
            b':' if self.depth == 1 && self.began.is_none() => self.began = Some(at + 1),
            b',' if self.depth == 1 => self.ended(at)?,
            b'}' | b']' => {
                if self.depth == 1 {
                    self.ended(at)?;
                    self.is_closed = true;
                }
                self.depth = self.depth.checked_sub(1)?;
            }
            _ if self.depth == 0 || self.began.is_none() => return None,
            _ => {}
        }
        Some(())
    }

    fn within_text(&mut self, byte: u8) -> Option<()> {
        let is_end = byte == b'"' && !self.is_escaped;
        self.is_escaped = byte == b'\\' && !self.is_escaped;
        if is_end {
            self.in_text = false;
        } else if self.began.is_none() {
            // No name of ours has anything to escape.
            if self.name.len() == NAME || byte == b'\\' {
                return None;
            }
            self.name.push(byte);
        }
        Some(())
    }

    /// A field's value is over.
    fn ended(&mut self, at: u64) -> Option<()> {
        let began = self.began.take()?;
        let name = String::from_utf8(std::mem::take(&mut self.name)).ok()?;
        let is_new = self.found.insert(name, began..at).is_none();
        (is_new && self.found.len() <= FIELDS).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[(&str, &str)]>) {
        let found = fields(&mut text.as_bytes()).expect("readable bytes");
        let found = found.map(|found| {
            let parts = found.into_iter();
            let parts = parts.map(|(name, part)| {
                let part = &text[part.start as usize..part.end as usize];
                (name, part.to_owned())
            });
            parts.collect::<Vec<_>>()
        });
        let expected = expected.map(|expected| {
            let owned = expected.iter().map(|(a, b)| (a.to_string(), b.to_string()));
            owned.collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_values_of_fields_are_found() {
        check(
            r#"{"a":1,"b":[{"a":"}\"]"},2],"c":{"d":",:"}}"#,
            Some(&[
                ("a", "1"),
                ("b", r#"[{"a":"}\"]"},2]"#),
                ("c", r#"{"d":",:"}"#),
            ]),
        );
        check("{\"a\": \"é\"}\n", Some(&[("a", " \"é\"")]));
        check("{\"a\":\"\\\\\"}", Some(&[("a", "\"\\\\\"")]));
    }

    #[test]
    fn what_is_no_object_of_ours_is_refused() {
        for text in [
            "",
            "{",
            "1",
            "\"a\"",
            "[1]",
            "{\"a\":1",
            "{\"a\":1}}",
            "{\"a\":1} {",
            "{\"a\":1,\"a\":2}",
            "{a:1}",
            "{\"a\"}",
            "{\"\\u0061\":1}",
            "}",
        ] {
            check(text, None);
        }
        let long = format!("{{\"{}\":1}}", "a".repeat(NAME + 1));
        check(&long, None);
        let many: String = (0..=FIELDS).map(|n| format!("\"{n}\":1,")).collect();
        check(&format!("{{{many}\"z\":1}}"), None);
    }
}
