//! The words of a Word document in reading order.
//!
//! One loop over the stream of elements; what nests (text boxes, fields,
//! alternatives) is kept on stacks whose depth is bounded.

use super::super::sheet::{Block, Sheet};
use super::look::{ParagraphLook, RunLook};
use super::notes::Notes;
use super::seen::Seen;
use super::styles::Styles;
use super::symbols;
use super::xml::{Element, Node, Xml};

/// Text boxes within text boxes deeper than this are read in place.
const DEEPEST_BOX: usize = 3;

/// Fields within fields deeper than this are taken for their results.
const DEEPEST_FIELD: usize = 100;

/// Elements whose content is no part of the text as it stands.
const UNREAD: &[&str] = &[
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "rt",
    "sdtPr",
    "sdtEndPr",
    "tblPr",
    "tblPrEx",
    "tblGrid",
    "trPr",
    "tcPr",
    "sectPr",
];

/// Where words are being written: the body, or a text box inside it.
#[derive(Default)]
struct Place {
    sheet: Sheet,
    look: ParagraphLook,
    /// A word of the present paragraph stands on the sheet.
    begun: bool,
    /// The mark at the last paragraph's end is deleted.
    joined: bool,
    run: RunLook,
    /// For each open field, whether its result has begun.
    fields: Vec<bool>,
    /// Text boxes that wait for the end of their paragraph.
    boxes: Vec<String>,
}

/// One choice among several forms of the same content.
#[derive(Default)]
struct Alternative {
    taken: bool,
    /// How much had been written when the form began.
    before: usize,
}

/// A reader on its way through a document.
pub(super) struct Walk<'s> {
    styles: &'s Styles,
    place: Place,
    outer: Vec<Place>,
    deep_boxes: usize,
    alternatives: Vec<Alternative>,
    /// The sign that stands before the next word of a formula.
    sign: Option<char>,
    /// Counts what was written, so that an empty form is told from a full one.
    written: usize,
    /// Field codes are left out; not so when a field never ends.
    with_fields: bool,
    /// White space stays wherever it is, as the outermost element says.
    keeps_space: bool,
    pub(super) notes: Notes,
    pub(super) seen: Seen,
}

impl<'s> Walk<'s> {
    pub(super) fn new(styles: &'s Styles, with_fields: bool) -> Self {
        Self {
            styles,
            place: Place::default(),
            outer: Vec::new(),
            deep_boxes: 0,
            alternatives: Vec::new(),
            sign: None,
            written: 0,
            with_fields,
            keeps_space: false,
            notes: Notes::default(),
            seen: Seen::default(),
        }
    }

    /// Reads to the end of the element that was opened last, or of the whole
    /// document, and hands over what was written.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>) -> String {
        let depth = xml.depth();
        while let Some(node) = xml.next() {
            match node {
                Node::Open(element) => self.open(&element, xml),
                Node::Close(_) if xml.depth() < depth => break,
                Node::Close(end) => self.close(end.name()),
                Node::Text(_) => {}
            }
        }
        while !self.outer.is_empty() {
            self.close_box();
        }
        self.close_paragraph();
        self.seen.open_field |= self.in_code();
        (self.deep_boxes, self.sign) = (0, None);
        self.alternatives.clear();
        std::mem::take(&mut self.place).sheet.finish()
    }

    fn open(&mut self, element: &Element<'_>, xml: &mut Xml<'_>) {
        match element.name() {
            "document" | "body" => self.keeps_space |= keeps_space(element),
            "p" => self.open_paragraph(),
            "pPr" => {
                self.place.look = ParagraphLook::read(xml);
                self.seen.tracked |= self.place.look.tracked;
            }
            "r" => self.place.run = RunLook::default(),
            "rPr" => self.place.run = RunLook::read(xml),
            "t" => self.text(element, xml),
            "tbl" => self.place.sheet.table_edge(),
            "tr" => self.place.sheet.open_row(),
            "tc" => self.place.sheet.cell(),
            "ins" | "moveTo" => self.seen.tracked = true,
            "fldChar" => self.field(element),
            "footnoteReference" | "endnoteReference" => self.note(element),
            "commentReference" => self.seen.comments += 1,
            "altChunk" => self.seen.chunks = true,
            "txbxContent" => self.open_box(),
            "AlternateContent" => self.alternatives.push(Alternative::default()),
            "Choice" | "Fallback" => self.form(xml),
            name if UNREAD.contains(&name) => {
                self.seen.tracked |= matches!(name, "del" | "moveFrom");
                xml.skip();
            }
            _ => self.mark(element),
        }
    }

    /// Elements that stand for single characters.
    fn mark(&mut self, element: &Element<'_>) {
        match element.name() {
            "br" => match element.attribute("type").as_deref() {
                // No form feed: the pages that a printer makes are not known,
                // so that a count of them would be wrong.
                Some("page" | "column") => self.place.sheet.blank_line(),
                _ => self.words("\n"),
            },
            "cr" => self.words("\n"),
            "tab" | "ptab" => self.words("\t"),
            "noBreakHyphen" => self.words("\u{2011}"),
            "softHyphen" => self.words("\u{ad}"),
            "sym" => self.symbol(element),
            "den" => self.sign = Some('/'),
            "sup" => self.sign = Some('^'),
            "sub" => self.sign = Some('_'),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => self.close_paragraph(),
            "r" => self.place.run = RunLook::default(),
            "tr" => self.place.sheet.close_row(),
            "tbl" => self.place.sheet.table_edge(),
            "txbxContent" => self.close_box(),
            "AlternateContent" => {
                self.alternatives.pop();
            }
            "Choice" | "Fallback" => {
                let written = self.written;
                if let Some(alternative) = self.alternatives.last_mut() {
                    alternative.taken = written > alternative.before;
                }
            }
            "den" | "sup" | "sub" => self.sign = None,
            _ => {}
        }
    }

    fn open_paragraph(&mut self) {
        self.place.look = ParagraphLook::default();
        self.place.run = RunLook::default();
        self.place.begun = false;
    }

    fn close_paragraph(&mut self) {
        if self.place.begun {
            self.place.joined = self.place.look.joined;
        }
        for text in std::mem::take(&mut self.place.boxes) {
            self.place.sheet.block(Block::Words);
            self.place.sheet.verbatim(&text);
            self.place.joined = false;
        }
        self.open_paragraph();
    }

    fn text(&mut self, element: &Element<'_>, xml: &mut Xml<'_>) {
        let kept = self.keeps_space || keeps_space(element);
        let text = xml.text();
        let text = if kept {
            text.as_str()
        } else {
            text.trim_matches([' ', '\t', '\n', '\r'])
        };
        let clean: String = text
            .chars()
            .map(|c| match c {
                '\n' | '\r' => ' ',
                c if c.is_control() && c != '\t' => '\u{fffd}',
                c => c,
            })
            .collect();
        self.words(&clean);
    }

    /// Writes words, unless they are hidden or belong to a field's code.
    fn words(&mut self, words: &str) {
        if words.is_empty() || self.in_code() {
            return;
        }
        if self.is_hidden() {
            self.seen.hidden |= !words.trim().is_empty();
            return;
        }
        self.seen.struck |= self.place.run.struck;
        self.written += words.len();
        self.begin();
        if let Some(sign) = self.sign.take() {
            self.place.sheet.words(sign.encode_utf8(&mut [0; 4]));
        }
        self.place.sheet.words(words);
    }

    /// Begins the paragraph with its first word, when its look is known.
    fn begin(&mut self) {
        if std::mem::replace(&mut self.place.begun, true) {
            return;
        }
        if std::mem::take(&mut self.place.joined) {
            return;
        }
        let block = if self.place.look.is_item(self.styles) {
            Block::Item
        } else {
            Block::Words
        };
        self.place.sheet.block(block);
    }

    /// ISO 29500-1, 17.7.3: what a run says for itself decides; else the
    /// paragraph's style and the run's style, if only one of them hides it.
    fn is_hidden(&self) -> bool {
        let run = &self.place.run;
        let by = |style: &Option<String>| {
            style
                .as_deref()
                .is_some_and(|style| self.styles.is_hidden(style))
        };
        run.hidden
            .unwrap_or_else(|| by(&self.place.look.style) != by(&run.style))
    }

    fn in_code(&self) -> bool {
        self.with_fields && self.place.fields.contains(&false)
    }

    fn field(&mut self, element: &Element<'_>) {
        let fields = &mut self.place.fields;
        match element.attribute("fldCharType").as_deref() {
            Some("begin") if fields.len() < DEEPEST_FIELD => fields.push(false),
            Some("separate") => {
                if let Some(result) = fields.last_mut() {
                    *result = true;
                }
            }
            Some("end") => {
                fields.pop();
            }
            _ => {}
        }
    }

    fn symbol(&mut self, element: &Element<'_>) {
        let font = element.attribute("font").unwrap_or_default();
        let code = element.attribute("char").unwrap_or_default();
        let c = symbols::character(&font, &code);
        self.seen.symbols += usize::from(c.is_none());
        self.words(c.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]));
    }

    fn note(&mut self, element: &Element<'_>) {
        if self.in_code() || self.is_hidden() {
            return;
        }
        let Some(id) = element.attribute("id") else {
            return;
        };
        let at_end = element.name() == "endnoteReference";
        let own_mark = element.attribute("customMarkFollows");
        let own_mark = own_mark.is_some_and(|value| value != "0" && value != "false");
        if let Some(mark) = self.notes.refer(id, at_end, own_mark) {
            self.words(&mark);
        }
    }

    fn open_box(&mut self) {
        if self.outer.len() >= DEEPEST_BOX {
            self.deep_boxes += 1;
        } else {
            self.outer.push(std::mem::take(&mut self.place));
        }
    }

    fn close_box(&mut self) {
        if self.deep_boxes > 0 {
            self.deep_boxes -= 1;
        } else if let Some(outer) = self.outer.pop() {
            self.close_paragraph();
            self.seen.open_field |= self.in_code();
            let inner = std::mem::replace(&mut self.place, outer);
            let text = inner.sheet.finish();
            if !text.is_empty() {
                self.place.boxes.push(text);
            }
        }
    }

    /// A form is read unless one before it gave words.
    fn form(&mut self, xml: &mut Xml<'_>) {
        let written = self.written;
        match self.alternatives.last_mut() {
            Some(alternative) if alternative.taken => {
                xml.skip();
            }
            Some(alternative) => alternative.before = written,
            None => {}
        }
    }
}

fn keeps_space(element: &Element<'_>) -> bool {
    element.attribute("space").as_deref() == Some("preserve")
}
