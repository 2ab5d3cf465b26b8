//! The page numbers that are printed on the pages, as the file tells them
//! (ISO 32000-1, 12.4.2).

use hayro::hayro_interpret::hayro_syntax::Pdf;
use hayro::hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, String as Bytes};

use crate::capture::numeral::roman;

use super::details::text_string;

/// A tree of labels is never this deep in an honest file.
const DEEPEST: usize = 16;
/// Nor has it more entries than this.
const MOST_RANGES: usize = 10_000;
/// Longer numerals are not written out.
const LONGEST_NUMERAL: u32 = 40;

/// How the pages from `first` on are numbered.
struct Range {
    first: usize,
    style: Option<u8>,
    prefix: String,
    start: u32,
}

/// The labels of so many pages; all `None` where the file has none.
pub(super) fn of(pdf: &Pdf, pages: usize) -> Vec<Option<String>> {
    let mut ranges = Vec::new();
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    if let Some(tree) = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("PageLabels")) {
        gather(&tree, 0, &mut ranges);
    }
    ranges.sort_by_key(|range| range.first);
    (0..pages).map(|page| label(&ranges, page)).collect()
}

fn gather(node: &Dict<'_>, depth: usize, ranges: &mut Vec<Range>) {
    if let Some(numbers) = node.get::<Array<'_>>("Nums") {
        let mut entries = numbers.iter::<Object<'_>>();
        while let (Some(first), Some(entry)) = (entries.next(), entries.next()) {
            let first = first
                .into_i32()
                .and_then(|first| usize::try_from(first).ok());
            if let (Some(first), Some(entry)) = (first, entry.into_dict())
                && ranges.len() < MOST_RANGES
            {
                ranges.push(Range {
                    first,
                    style: entry
                        .get::<Name<'_>>("S")
                        .and_then(|style| style.as_str().bytes().next()),
                    prefix: entry
                        .get::<Bytes<'_>>("P")
                        .map(|prefix| text_string(prefix.as_bytes()))
                        .unwrap_or_default(),
                    start: entry.get::<u32>("St").unwrap_or(1),
                });
            }
        }
    }
    if depth < DEEPEST
        && let Some(kids) = node.get::<Array<'_>>("Kids")
    {
        for kid in kids.iter::<Dict<'_>>() {
            if ranges.len() >= MOST_RANGES {
                return;
            }
            gather(&kid, depth + 1, ranges);
        }
    }
}

fn label(ranges: &[Range], page: usize) -> Option<String> {
    let after = ranges.partition_point(|range| range.first <= page);
    let range = ranges.get(after.checked_sub(1)?)?;
    let number = u32::try_from(page - range.first)
        .ok()?
        .saturating_add(range.start);
    let numeral = match range.style {
        Some(b'D') => number.to_string(),
        Some(b'R') => roman(number).to_uppercase(),
        Some(b'r') => roman(number),
        Some(b'A') => letters(number).to_uppercase(),
        Some(b'a') => letters(number),
        _ => String::new(),
    };
    let label = format!("{}{numeral}", range.prefix);
    (!label.is_empty()).then_some(label)
}

/// a to z, then aa to zz, then aaa to zzz.
fn letters(number: u32) -> String {
    let Some(from_zero) = number.checked_sub(1) else {
        return String::new();
    };
    let times = from_zero / 26 + 1;
    if times > LONGEST_NUMERAL {
        return number.to_string();
    }
    let letter = char::from(b'a' + (from_zero % 26) as u8);
    std::iter::repeat_n(letter, times as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(style: Option<u8>, prefix: &str, start: u32, page: usize, expected: Option<&str>) {
        let ranges = [Range {
            first: 2,
            style,
            prefix: prefix.to_owned(),
            start,
        }];
        assert_eq!(label(&ranges, page).as_deref(), expected, "page {page}");
    }

    #[test]
    fn pages_are_labelled_as_printed() {
        check(Some(b'D'), "", 1, 1, None);
        check(Some(b'D'), "A-", 7, 4, Some("A-9"));
        check(Some(b'r'), "", 1, 5, Some("iv"));
        check(Some(b'R'), "", 1990, 2, Some("MCMXC"));
        check(Some(b'a'), "", 26, 2, Some("z"));
        check(Some(b'A'), "", 27, 3, Some("BB"));
        check(None, "Cover", 1, 2, Some("Cover"));
        check(None, "", 1, 2, None);
        check(Some(b'r'), "", u32::MAX, 9, Some("4294967295"));
        check(Some(b'a'), "", 0, 2, None);
    }
}
