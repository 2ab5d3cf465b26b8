//! Whole numbers as the desk's locale writes them.

/// What stands between groups of three digits, and how many digits a number
/// has at least before it is grouped (Unicode CLDR).
fn grouping(locale: &str) -> (&'static str, usize) {
    let (language, region) = locale.split_once('-').unwrap_or((locale, ""));
    match (language, region) {
        ("de", "CH" | "LI") => ("\u{2019}", 4),
        ("de" | "nl" | "da" | "id" | "tr", _) => (".", 4),
        ("es" | "it" | "pt", _) => (".", 5),
        ("fr", _) => ("\u{202f}", 4),
        ("cs" | "fi" | "nb" | "sv" | "sk" | "uk" | "ru", _) => ("\u{a0}", 4),
        ("pl" | "bg", _) => ("\u{a0}", 5),
        _ => (",", 4),
    }
}

/// A whole number in groups of three digits: `12,345` in `en-GB`.
pub(super) fn grouped(number: impl ToString, locale: &str) -> String {
    let written = number.to_string();
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", written.as_str()),
    };
    let (between, least) = grouping(locale);
    if digits.len() < least {
        return format!("{sign}{digits}");
    }
    let (first, rest) = digits.split_at((digits.len() - 1) % 3 + 1);
    let mut text = format!("{sign}{first}");
    for group in rest.as_bytes().chunks(3) {
        text.push_str(between);
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: i64, locale: &str, expected: &str) {
        assert_eq!(grouped(number, locale), expected, "{number} in {locale}");
    }

    #[test]
    fn numbers_are_grouped_as_the_locale_groups_them() {
        check(0, "en-GB", "0");
        check(999, "en-GB", "999");
        check(1_000, "en-GB", "1,000");
        check(12_345, "en-GB", "12,345");
        check(-1_234_567, "en-GB", "\u{2212}1,234,567");
        check(100_000, "de", "100.000");
        check(1_234, "es-ES", "1234");
        check(12_345, "es-ES", "12.345");
        check(1_234, "fr", "1\u{202f}234");
        check(1_234, "de-CH", "1\u{2019}234");
        check(1_234, "xx", "1,234");
    }
}
