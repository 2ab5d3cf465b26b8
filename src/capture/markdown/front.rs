//! Front matter: what a Markdown file says of itself between two lines of
//! hyphens, as far as title, authors and date go.

/// Front matter longer than this is text.
const LONGEST: usize = 64 * 1024;

/// The most authors that are taken over.
const MOST_AUTHORS: usize = 100;

/// What front matter says.
#[derive(Default)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) date: Option<String>,
}

/// Divides front matter from the text below it. Two lines of hyphens around
/// prose are no front matter: its first line must name something.
pub(super) fn split(text: &str) -> (Front, &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split_inclusive('\n');
    if lines.next().map(str::trim_end) != Some("---") {
        return (Front::default(), text);
    }
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut end = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            let front = &text[start..end];
            let first = front
                .lines()
                .find(|line| !line.trim().is_empty() && !line.starts_with('#'));
            if first.is_some_and(|line| key(line).is_none()) {
                break;
            }
            return (read(front), &text[end + line.len()..]);
        }
        end += line.len();
        if end > LONGEST {
            break;
        }
    }
    (Front::default(), text)
}

fn read(front: &str) -> Front {
    let mut found = Front::default();
    let mut of_authors = false;
    for line in front.lines() {
        if let Some((name, value)) = key(line) {
            of_authors = matches!(name, "author" | "authors" | "byline");
            match name {
                "title" => found.title = scalar(value),
                "date" | "published" | "pubDate" => found.date = found.date.or(scalar(value)),
                _ if of_authors => found.authors.extend(list(value)),
                _ => {}
            }
        } else if of_authors {
            let item = line.trim().trim_start_matches("- ").trim();
            let named = item.strip_prefix("name:");
            // Of an author's particulars only the name is wanted.
            if named.is_some() || (line.trim().starts_with("- ") && !item.contains(": ")) {
                found.authors.extend(scalar(named.unwrap_or(item)));
            }
        }
    }
    found.authors.truncate(MOST_AUTHORS);
    found
}

/// A line that names something without an indent, and what it says of it.
fn key(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_name && (value.is_empty() || value.starts_with([' ', '\t', '\r']))).then_some((name, value))
}

fn list(value: &str) -> Vec<String> {
    let value = value.trim();
    match value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'))
    {
        Some(inner) => inner.split(',').filter_map(scalar).collect(),
        None => scalar(value).into_iter().collect(),
    }
}

fn scalar(value: &str) -> Option<String> {
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let bare = match quote {
        Some(quote) => {
            let inner = &value[1..];
            inner.strip_suffix(quote).unwrap_or(inner).to_owned()
        }
        // A comment begins with a space and a hash sign.
        None => value
            .split(" #")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned(),
    };
    let bare = match quote {
        Some('"') => bare.replace("\\\"", "\""),
        Some(_) => bare.replace("''", "'"),
        None => bare,
    };
    (!matches!(bare.as_str(), "" | "|" | ">" | "null" | "~")).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, said: (Option<&str>, &[&str], Option<&str>), rest: &str) {
        let (front, below) = split(text);
        let authors: Vec<&str> = front.authors.iter().map(String::as_str).collect();
        assert_eq!(
            (
                front.title.as_deref(),
                authors.as_slice(),
                front.date.as_deref()
            ),
            said,
            "{text}"
        );
        assert_eq!(below, rest, "{text}");
    }

    #[test]
    fn title_authors_and_date() {
        check(
            "---\r\ntitle: 'It''s: here' \r\nauthors: [Ann, \"Bo B\"]\r\ndate: 2024-01-02 # when\r\n---\r\nbody",
            (Some("It's: here"), &["Ann", "Bo B"], Some("2024-01-02")),
            "body",
        );
        check(
            "---\nauthor:\n  - name: Ann\n    email: a@b.example\n  - Bo\ntags:\n  - x\n...\nbody",
            (None, &["Ann", "Bo"], None),
            "body",
        );
        check("---\n---\nbody", (None, &[], None), "body");
    }

    #[test]
    fn prose_between_rules_is_text() {
        for text in [
            "---\nHe said: no.\n---\n",
            "---\ntitle: x\n",
            "a\n---\nb: c\n---\n",
            "---",
        ] {
            check(text, (None, &[], None), text);
        }
    }
}
