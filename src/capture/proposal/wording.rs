//! Words of a page's head as plain lines: titles without the site's name,
//! bylines as single names.

use dom_query::Document;

/// Markup that is longer than this many bytes is no title or name.
const LONGEST: usize = 20_000;

/// How many words a name has at most.
const NAME_WORDS: usize = 6;

/// Signs between a title and the site's name.
const BORDERS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " / ", "|",
];

/// A single line of plain text of at most `longest` characters.
pub(super) fn line(text: &str, longest: usize) -> Option<String> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let plain = if text.contains(['<', '&']) {
        Document::fragment(text).text().to_string()
    } else {
        text.to_owned()
    };
    let visible: String = plain
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let line = words.join(" ");
    let cut: String = line.chars().take(longest).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// A title without the site's name at its end or start.
pub(super) fn without_site(title: &str, sites: &[&str], host: Option<&str>) -> String {
    for border in BORDERS {
        if let Some((rest, last)) = title.rsplit_once(border)
            && letters(rest).len() >= 3
            && is_site(last, sites, host)
        {
            return rest.trim_end().to_owned();
        }
        if let Some((first, rest)) = title.split_once(border)
            && letters(rest).len() >= 3
            && is_site(first, sites, host)
        {
            return rest.trim_start().to_owned();
        }
    }
    title.to_owned()
}

fn is_site(name: &str, sites: &[&str], host: Option<&str>) -> bool {
    let name = letters(name);
    if name.len() < 2 {
        return false;
    }
    let named = sites.iter().any(|site| letters(site) == name);
    // `The Real Deal` is the site of therealdeal.com.
    let hosted = host.is_some_and(|host| {
        let host = letters(host.trim_start_matches("www."));
        name.len() >= 3 && host.starts_with(&name) || name.starts_with(&host)
    });
    named || hosted
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The single names in lines that say who wrote something.
pub(super) fn authors_of(lines: &[String], longest: usize) -> Vec<String> {
    let mut authors: Vec<String> = Vec::new();
    for text in lines {
        let Some(text) = line(text, 10 * longest) else {
            continue;
        };
        for name in names(&text) {
            let name: String = name.chars().take(longest).collect();
            if is_name(&name) && !authors.iter().any(|known| letters(known) == letters(&name)) {
                authors.push(name);
            }
        }
    }
    authors
}

/// Words before a name in a byline.
const BEFORE: &[&str] = &[
    "written by ",
    "reported by ",
    "posted by ",
    "published by ",
    "by: ",
    "by ",
    "author: ",
    "von ",
    "par ",
    "por ",
];

fn names(text: &str) -> Vec<String> {
    let mut text = text;
    let lower = text.to_ascii_lowercase();
    if let Some(before) = BEFORE.iter().find(|before| lower.starts_with(*before)) {
        text = text.get(before.len()..).unwrap_or(text);
    }
    let text = text
        .replace(" and ", ",")
        .replace(" & ", ",")
        .replace([';', '|', '•', '·'], ",");
    text.split(',')
        .map(|name| {
            name.trim()
                .trim_matches(|c: char| matches!(c, '-' | '–' | '—' | '/' | ':'))
                .trim()
                .to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// Words that stand beside names in bylines and are none.
const NO_NAMES: &[&str] = &[
    "admin",
    "editor",
    "author",
    "updated",
    "published",
    "staff writer",
    "reporter",
    "follow",
    "twitter",
    "email",
    "facebook",
    "jr.",
    "contributor",
    "senior reporter",
    "associated press writer",
    "undefined",
    "null",
    "none",
    "unknown",
];

fn is_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = name.split_whitespace().count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    (1..=NAME_WORDS).contains(&words)
        && name.chars().any(char::is_alphabetic)
        && digits < 3
        && !name.contains("://")
        && !name.contains('@')
        && !lower.starts_with("www.")
        && !NO_NAMES.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_become_names() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(authors_of(&[text.to_owned()], 200), expected, "{text}");
        };
        check("By Jane Doe and John O’Neil", &["Jane Doe", "John O’Neil"]);
        check("by <b>Jane&nbsp;Doe</b>, Reporter", &["Jane Doe"]);
        check("https://example.org/jane", &[]);
        check("jane@example.org; J. Doe", &["J. Doe"]);
        check("Updated 18 November 2019", &[]);
        check("", &[]);
    }

    #[test]
    fn titles_lose_the_name_of_the_site() {
        let check = |title: &str, expected: &str| {
            let title = without_site(title, &["The Paper"], Some("www.dailynews.com"));
            assert_eq!(title, expected);
        };
        check("Bridge opens - The Paper", "Bridge opens");
        check("The Paper | Bridge opens", "Bridge opens");
        check("Bridge opens | Daily News", "Bridge opens");
        check("Bridge - a short history", "Bridge - a short history");
        check("The Paper", "The Paper");
    }

    #[test]
    fn lines_are_plain_and_short() {
        assert_eq!(
            line(" a\n <i>b</i> &amp; c ", 10).as_deref(),
            Some("a b & c")
        );
        assert_eq!(line("ééééé", 3).as_deref(), Some("ééé"));
        assert_eq!(line("<br>", 3), None);
    }
}
