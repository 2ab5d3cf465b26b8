//! HTML: the whole visible text in reading order, block by block.
//!
//! The tree is an arena and the walk is a loop, so that no depth of nesting
//! can overflow the stack.

use dom_query::{Document, NodeRef};

use crate::text::normalise::normalise;

use super::decode::decode;
use super::walk::{Visit, walk};

/// Elements whose content nobody sees.
pub(super) const HIDDEN: &[&str] = &[
    "head", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select",
    "textarea", "canvas", "audio", "video", "datalist",
];

/// Elements that stand on lines of their own, with a blank line around.
pub(super) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
    "caption",
];

/// Elements that begin a new line without a blank one.
pub(super) const LINES: &[&str] = &["br", "dd", "dt", "li", "tr", "thead", "tbody", "tfoot"];

/// How far into the bytes a declared encoding is looked for, as browsers do.
const PRESCAN: usize = 1_024;

/// Deeper than this no real page nests; a parser's time grows with the square
/// of the depth.
const DEEPEST: usize = 1_000;

/// Elements that need no end tag, which do not count as nesting.
const UNCLOSED: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "tbody", "td", "th", "thead", "tr", "track", "wbr",
];

/// A page's tree, and what was odd about its bytes.
pub(super) struct Page {
    tree: Document,
    pub(super) flaws: Vec<String>,
}

impl Page {
    /// Reads a page. `declared` is the media type that came with it, which may
    /// name its encoding.
    pub(super) fn read(bytes: &[u8], declared: &str) -> Self {
        let label = transport_encoding(declared).or_else(|| declared_encoding(bytes));
        let decoded = decode(bytes, label.as_deref());
        let mut flaws = decoded.flaws;
        let mut html = decoded.text;
        if nesting(&html) > DEEPEST {
            flaws.push(format!(
                "elements are nested more than {DEEPEST} deep; their borders are ignored"
            ));
            html = without_tags(&html);
        }
        Self {
            tree: Document::from(html),
            flaws,
        }
    }

    /// The parsed page.
    pub(super) const fn tree(&self) -> &Document {
        &self.tree
    }

    /// The whole visible text.
    pub(super) fn visible(&self) -> String {
        visible_text(self.tree.root(), &|_| true)
    }
}

/// The encoding that a server declares: `text/html; charset=utf-8`.
fn transport_encoding(declared: &str) -> Option<String> {
    let lower = declared.to_ascii_lowercase();
    let label = &lower[lower.find("charset=")? + "charset=".len()..];
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(['"', '\'', ' ', ';']).unwrap_or(label.len());
    Some(label[..end].to_owned())
}

/// The deepest nesting of tags, counted without parsing; never too low for a
/// page that is nested on purpose.
fn nesting(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for piece in html.split('<').skip(1) {
        if piece.starts_with('/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        let end = piece
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(piece.len());
        let name = piece[..end].to_ascii_lowercase();
        if !name.is_empty() && !UNCLOSED.contains(&name.as_str()) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

fn without_tags(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (_, after) = piece.split_once('>').unwrap_or(("", ""));
        text.push(' ');
        text.push_str(after);
    }
    text
}

/// Reads `charset=` of a meta element without parsing the page.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let start: String = bytes
        .iter()
        .take(PRESCAN)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let meta = &start[start.find("<meta")?..];
    let label = &meta[meta.find("charset=")? + "charset=".len()..];
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label
        .find(['"', '\'', ' ', '/', '>', ';'])
        .unwrap_or(label.len());
    Some(label[..end].to_owned())
}

/// The visible text below a node, in its normal form; what `kept` is false of
/// is left out with all that is below it.
pub(super) fn visible_text(root: NodeRef<'_>, kept: &dyn Fn(&NodeRef<'_>) -> bool) -> String {
    let mut writing = Writing {
        sheet: Sheet::default(),
        kept,
    };
    walk(root, &mut writing);
    normalise(&writing.sheet.finish())
}

/// A page being written down, without the parts that are to be left out.
struct Writing<'k> {
    sheet: Sheet,
    kept: &'k dyn Fn(&NodeRef<'_>) -> bool,
}

impl<'a> Visit<'a> for Writing<'_> {
    fn enter(&mut self, node: &NodeRef<'a>) -> bool {
        (self.kept)(node) && self.sheet.enter(node)
    }

    fn leave(&mut self, node: &NodeRef<'a>) {
        self.sheet.leave(node);
    }
}

/// The text of a page so far, and what is owed before the next word.
#[derive(Default)]
struct Sheet {
    text: String,
    /// How many line ends are owed before the next word: 0, 1 or 2.
    owed: usize,
    space: bool,
    preformatted: usize,
    item: bool,
    cell: bool,
}

impl Sheet {
    /// Takes a node in; false when nothing below it is seen.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        if node.is_text() {
            self.words(&node.text());
            return true;
        }
        let Some(name) = node.node_name() else {
            return !node.is_comment() && !node.is_doctype();
        };
        let name = &*name;
        if HIDDEN.contains(&name) || is_hidden(node) {
            return false;
        }
        self.border(name);
        match name {
            "pre" => self.preformatted += 1,
            "li" => self.item = true,
            "td" | "th" => self.cell = !self.text.ends_with('\n') && self.owed == 0,
            _ => {}
        }
        true
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        if let Some(name) = node.node_name() {
            if &*name == "pre" {
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            self.border(&name);
        }
    }

    /// Owes the line ends that an element's edge asks for.
    fn border(&mut self, name: &str) {
        let lines = if BLOCKS.contains(&name) {
            2
        } else {
            usize::from(LINES.contains(&name))
        };
        if lines > 0 {
            self.owed = self.owed.max(lines);
            self.space = false;
        }
    }

    fn words(&mut self, text: &str) {
        for c in text.chars() {
            // A no-break space is a character like any other.
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if self.preformatted > 0 && c == '\n' {
                self.owed = self.owed.max(1);
            } else if is_space && self.preformatted == 0 {
                self.space = true;
            } else {
                self.put(c);
            }
        }
    }

    fn put(&mut self, c: char) {
        if self.text.is_empty() {
            self.owed = 0;
        }
        let at_start = self.owed > 0 || self.text.is_empty();
        for _ in 0..std::mem::take(&mut self.owed) {
            self.text.push('\n');
        }
        if std::mem::take(&mut self.item) {
            self.text.push_str("- ");
        } else if std::mem::take(&mut self.cell) && !at_start {
            self.text.push('\t');
        } else if self.space && !at_start {
            self.text.push(' ');
        }
        (self.space, self.cell) = (false, false);
        self.text.push(c);
    }

    fn finish(mut self) -> String {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text
    }
}

pub(super) fn is_hidden(node: &NodeRef<'_>) -> bool {
    if node.has_attr("hidden")
        || node
            .attr("aria-hidden")
            .is_some_and(|value| &*value == "true")
    {
        return true;
    }
    node.attr("style").is_some_and(|style| {
        let style: String = style.to_ascii_lowercase().split_whitespace().collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(page: &[u8]) -> String {
        Page::read(page, "").visible()
    }

    fn check(html: &str, expected: &str) {
        assert_eq!(visible(html.as_bytes()), expected, "{html}");
    }

    #[test]
    fn visible_words_in_reading_order() {
        check(
            "<title>T</title><h1>A  b</h1><p>one<br>two <em>three</em>.",
            "A b\n\none\ntwo three.\n",
        );
        check("<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter\n");
        check(
            "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
            "a\tb\nc\td\n",
        );
        check(
            "<p>13&nbsp;men &ldquo;no&rdquo; &amp; &#8212;",
            "13\u{a0}men “no” & —\n",
        );
        check("<pre>one\n  two</pre>", "one\n  two\n");
        check(
            "a<script>x</script><style>y</style><p hidden>z<p style='display: none'>w",
            "a\n",
        );
        check("in<b>side</b>word", "insideword\n");
        check("<!-- no -->", "");
    }

    #[test]
    fn encodings_are_found_as_browsers_find_them() {
        let page = b"<meta charset=windows-1252><p>\x93no\x94";
        assert_eq!(visible(page), "“no”\n");
        let page = "<meta charset=windows-1252><p>“no”".as_bytes();
        assert_eq!(visible(page), "“no”\n");
    }

    #[test]
    fn deep_nesting() {
        let html = "<div>".repeat(100_000) + "deep";
        let page = Page::read(html.as_bytes(), "");
        assert_eq!((page.visible().as_str(), page.flaws.len()), ("deep\n", 1));
    }
}
