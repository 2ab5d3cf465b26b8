//! Whole numbers as the desk writes them.

use crate::domain::sheet::Locale;

/// What stands between groups of three digits.
const fn between(locale: Locale) -> &'static str {
    match locale {
        Locale::British | Locale::American => ",",
        // A narrow space at which no line breaks (ISO 80000-1).
        Locale::International => "\u{202f}",
    }
}

/// A whole number in groups of three digits: `12,345`.
pub(super) fn grouped(number: impl ToString, locale: Locale) -> String {
    let written = number.to_string();
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", written.as_str()),
    };
    let (first, rest) = digits.split_at(digits.len().saturating_sub(1) % 3 + 1);
    let mut text = format!("{sign}{first}");
    for group in rest.as_bytes().chunks(3) {
        text.push_str(between(locale));
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: i64, expected: &str) {
        for locale in Locale::ALL {
            let expected = expected.replace('_', between(*locale));
            assert_eq!(grouped(number, *locale), expected, "{number}, {locale:?}");
        }
    }

    #[test]
    fn numbers_are_grouped_as_the_desk_groups_them() {
        check(0, "0");
        check(7, "7");
        check(999, "999");
        check(1_000, "1_000");
        check(12_345, "12_345");
        check(100_000, "100_000");
        check(-1_234_567, "\u{2212}1_234_567");
    }

    #[test]
    fn each_locale_has_its_own_mark() {
        assert_eq!(grouped(12_345, Locale::British), "12,345");
        assert_eq!(grouped(12_345, Locale::American), "12,345");
        assert_eq!(grouped(12_345, Locale::International), "12\u{202f}345");
    }
}
