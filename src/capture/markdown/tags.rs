//! HTML inside Markdown: its words without its tags.

use super::super::entities;

/// Elements whose content nobody sees.
const HIDDEN: &[&str] = &["script", "style", "template", "textarea", "svg", "iframe"];

/// Elements that do not divide words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    "wbr",
];

/// Whether a tag begins a new line.
pub(super) fn is_line_break(tag: &str) -> bool {
    name(tag.trim_start_matches('<')).eq_ignore_ascii_case("br")
}

/// The words of a piece of HTML, a line for each element that stands alone.
pub(super) fn words(html: &str) -> String {
    let mut bare = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = &rest[1..];
        if tag.starts_with("!--") {
            rest = after(rest, "-->");
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        {
            let name = name(tag.trim_start_matches('/')).to_ascii_lowercase();
            if !INLINE.contains(&name.as_str()) {
                bare.push('\n');
            }
            let hidden = !tag.starts_with('/') && HIDDEN.contains(&name.as_str());
            rest = after(rest, ">");
            if hidden {
                rest = past(rest, &name);
            }
        } else {
            bare.push('<');
            rest = tag;
        }
    }
    bare.push_str(rest);
    let lines: Vec<String> = bare
        .lines()
        .map(|line| line.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .map(|line| entities::decode(&line))
        .collect();
    lines.join("\n")
}

fn name(tag: &str) -> &str {
    let end = tag
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(tag.len());
    &tag[..end]
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).map_or("", |(_, after)| after)
}

/// What follows the end tag of an element that is not seen.
fn past<'t>(text: &'t str, element: &str) -> &'t str {
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once("</") {
        if name(tag).eq_ignore_ascii_case(element) {
            return after(tag, ">");
        }
        rest = tag;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(words(html), expected, "{html}");
    }

    #[test]
    fn words_without_tags() {
        check("<p>a <b>b</b>c</p><p>d &amp; e", "a bc\nd & e");
        check("a<!-- <p>no</p> -->b", "ab");
        check("<style>x</b></STYLE >y<script>z", "y");
        check("5 < 6 &lt;b> <", "5 < 6 <b> <");
        check("<a href='x", "");
    }
}
