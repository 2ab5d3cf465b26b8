//! Markdown: the words as a reader of the rendered page sees them,
//! `markdown/1`.
//!
//! Marks of emphasis, addresses of links, pictures and HTML tags are left out;
//! lists and tables stand as in HTML, footnotes below the text.

mod front;
mod tags;

use std::collections::HashMap;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::text::normalise::normalise;

use super::sheet::{Block, Sheet};

/// What a Markdown file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MarkdownText {
    /// The text in its normal form.
    pub(super) text: String,
    /// From the front matter, else the first heading of the first level.
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    /// The date as the front matter writes it.
    pub(super) date: Option<String>,
    /// What was odd about it, in sentences.
    pub(super) flaws: Vec<String>,
}

/// Reads the text of a Markdown file.
pub(super) fn read(text: &str) -> MarkdownText {
    let (front, body) = front::split(text);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut page = Page::default();
    for event in Parser::new_ext(body, options) {
        page.take(event);
    }
    let mut flaws = Vec::new();
    if page.struck {
        flaws.push("struck-through text stands like other text".to_owned());
    }
    let heading = std::mem::take(&mut page.heading);
    MarkdownText {
        text: normalise(&page.finish()),
        title: front.title.or(heading),
        authors: front.authors,
        date: front.date,
        flaws,
    }
}

/// A page being written down.
#[derive(Default)]
struct Page {
    sheet: Sheet,
    /// The first heading of the first level.
    heading: Option<String>,
    /// That heading while it is read.
    reading: Option<String>,
    /// How many pictures are open; their words are not shown.
    pictures: usize,
    /// The code of the present block.
    code: Option<String>,
    /// How many lists are open.
    lists: usize,
    /// The HTML of the present block.
    html: Option<String>,
    /// What the first paragraph of an item begins.
    item: bool,
    struck: bool,
    /// Footnotes by their labels, in the order of their numbers.
    numbers: HashMap<String, usize>,
    notes: Vec<String>,
    /// The footnote that is being written, and the sheet that waits for it.
    note: Option<(usize, Sheet)>,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) | Event::Code(words) => match &mut self.code {
                Some(code) => code.push_str(&words),
                None => self.words(&words),
            },
            Event::SoftBreak => self.words(" "),
            Event::HardBreak => self.line(),
            Event::Rule => {
                self.sheet.end_list();
                self.sheet.blank_line();
            }
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.inline_html(&html),
            },
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::FootnoteReference(label) => {
                let mark = format!("[{}]", self.number(&label));
                self.words(&mark);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.block(),
            Tag::Heading { level, .. } => {
                self.block();
                if *level == HeadingLevel::H1 && self.heading.is_none() {
                    self.reading = Some(String::new());
                }
            }
            Tag::List(_) => self.lists += 1,
            Tag::Item => {
                self.sheet.block(Block::Item);
                self.item = true;
            }
            Tag::CodeBlock(_) => {
                self.block();
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Table(_) => self.sheet.table_edge(),
            Tag::TableHead | Tag::TableRow => self.sheet.open_row(),
            Tag::TableCell => self.sheet.cell(),
            Tag::Image { .. } => self.pictures += 1,
            Tag::Strikethrough => self.struck = true,
            Tag::FootnoteDefinition(label) if self.note.is_none() => {
                let number = self.number(label);
                self.note = Some((number, std::mem::take(&mut self.sheet)));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let heading = self.reading.take().unwrap_or_default();
                let words: Vec<&str> = heading.split_whitespace().collect();
                if self.heading.is_none() && !words.is_empty() {
                    self.heading = Some(words.join(" "));
                }
            }
            TagEnd::Item => self.item = false,
            TagEnd::List(_) => {
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 {
                    self.sheet.end_list();
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.sheet.verbatim(&code);
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                let words = tags::words(&html);
                if !words.trim().is_empty() {
                    self.block();
                    self.sheet.verbatim(words.trim());
                }
            }
            TagEnd::Table => self.sheet.table_edge(),
            TagEnd::TableHead | TagEnd::TableRow => self.sheet.close_row(),
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            TagEnd::FootnoteDefinition => self.end_note(),
            _ => {}
        }
    }

    /// Begins a block; an item's first block goes on after its hyphen.
    fn block(&mut self) {
        if !std::mem::take(&mut self.item) {
            self.sheet.block(Block::Words);
        }
    }

    fn words(&mut self, words: &str) {
        if self.pictures > 0 {
            return;
        }
        self.item = false;
        if let Some(heading) = &mut self.reading {
            heading.push_str(words);
        }
        self.sheet.flowing(words);
    }

    fn line(&mut self) {
        self.sheet.line();
        if let Some(heading) = &mut self.reading {
            heading.push(' ');
        }
    }

    fn inline_html(&mut self, html: &str) {
        if tags::is_line_break(html) {
            self.line();
        }
    }

    /// A footnote's number: by the first place where it is named.
    fn number(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(label.to_lowercase()).or_insert(next)
    }

    fn end_note(&mut self) {
        let Some((number, sheet)) = self.note.take() else {
            return;
        };
        let words = std::mem::replace(&mut self.sheet, sheet).finish();
        if self.notes.len() < number {
            self.notes.resize(number, String::new());
        }
        self.notes[number - 1] = words;
        // What stands around a definition is not one list.
        self.sheet.end_list();
    }

    fn finish(mut self) -> String {
        self.end_note();
        let mut text = self.sheet.finish();
        for (index, words) in self.notes.iter().enumerate() {
            if words.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("[{}] {words}", index + 1));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        assert_eq!(read(markdown).text, expected, "{markdown}");
    }

    #[test]
    fn marks_are_left_out() {
        check(
            "# A *b*\n\none\ntwo **three**  \nfour `five`\\\nsix\n",
            "A b\n\none two three\nfour five\nsix\n",
        );
        check(
            "[site](https://a.example 'x') <https://b.example>\n",
            "site https://b.example\n",
        );
        check("a ![picture](p.png) b\n", "a b\n");
        check("> he said\n> no\n\n---\nafter\n", "he said no\n\nafter\n");
        check("```rust\nfn a() {\n    b\n}\n```\n", "fn a() {\n    b\n}\n");
        check("> ```\n> a\n>\n>   b\n> ```\n", "a\n\n  b\n");
        check("13&nbsp;men &amp; 5 &lt; 6\n", "13\u{a0}men & 5 < 6\n");
        check("cafe\u{301}\n", "café\n");
    }

    #[test]
    fn lists_stand_as_in_html() {
        check("- one\n- two\n\nafter\n", "- one\n- two\n\nafter\n");
        check("1. one\n\n   more\n2. two\n", "- one\n\nmore\n\n- two\n");
        check("- a\n  - b\n  - c\n- d\n", "- a\n- b\n- c\n- d\n");
        check("- # h\n- > q\n", "- h\n- q\n");
    }

    #[test]
    fn tables_stand_as_in_html() {
        check(
            "| a | b |\n|---|---|\n| 1 |   |\n|   | *2* |\n\nafter\n",
            "a\tb\n1\n\t2\n\nafter\n",
        );
    }

    #[test]
    fn html_is_stripped() {
        check("a <b>c</b><br>d\n", "a c\nd\n");
        check(
            "<div>one &mdash; <i>two</i></div>\n\n<!-- no -->\n\nthree\n",
            "one — two\n\nthree\n",
        );
        check("<script>\nx < y\n</script>\n\nafter\n", "after\n");
    }

    #[test]
    fn footnotes_stand_below() {
        check(
            "One[^b] and two[^a].\n\n[^a]: Second.\n[^b]: First.\n\nAfter.\n",
            "One[1] and two[2].\n\nAfter.\n\n[1] First.\n\n[2] Second.\n",
        );
    }

    #[test]
    fn struck_words_are_told() {
        let page = read("~~old~~ new\n");
        assert_eq!((page.text.as_str(), page.flaws.len()), ("old new\n", 1));
    }

    #[test]
    fn front_matter_is_a_proposal_and_no_text() {
        let page =
            read("---\ntitle: \"The *bridge*\"\nauthor: Ann Lee\ndate: 2024-05-01\n---\n# H\n");
        assert_eq!(page.text, "H\n");
        assert_eq!(page.title.as_deref(), Some("The *bridge*"));
        assert_eq!(page.authors, ["Ann Lee"]);
        assert_eq!(page.date.as_deref(), Some("2024-05-01"));
        assert_eq!(
            read("x\n\n# The *one*\n\n# Two\n").title.as_deref(),
            Some("The one")
        );
    }

    #[test]
    fn deep_nesting_ends() {
        let many = 20_000;
        for mark in [
            ">", "> ", "- ", "[", "![", "*a ", "`", "<", "[^", "&", "|", "~~a ",
        ] {
            let page = read(&mark.repeat(many));
            assert!(page.text.len() <= 4 * mark.len() * many + 1, "{mark}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[-#>*_`~\\[\\]()!|<>/&;: a-cé\n\t1.^\"]{0,200}") {
            let once = read(&text);
            proptest::prop_assert_eq!(normalise(&once.text), once.text);
        }
    }
}
