//! How paragraphs and runs look, as far as it decides what is read.

use super::styles::Styles;
use super::xml::Xml;

/// What a paragraph says of itself.
#[derive(Default)]
pub(super) struct ParagraphLook {
    pub(super) style: Option<String>,
    /// The list that it is an item of; "0" for none.
    list: Option<String>,
    /// Its end mark is deleted, so that the next paragraph goes on.
    pub(super) joined: bool,
    /// Its end mark is a tracked change.
    pub(super) tracked: bool,
}

impl ParagraphLook {
    pub(super) fn read(xml: &mut Xml<'_>) -> Self {
        let depth = xml.depth();
        let mut look = Self::default();
        while let Some(element) = xml.element_within(depth) {
            match element.name() {
                "pStyle" => look.style = element.attribute("val"),
                "numId" => look.list = element.attribute("val"),
                "del" | "moveFrom" => (look.joined, look.tracked) = (true, true),
                "ins" | "moveTo" => look.tracked = true,
                // What the look was before it was changed.
                "pPrChange" | "rPrChange" | "numberingChange" | "sectPr" => xml.skip(),
                _ => {}
            }
        }
        look
    }

    /// Whether it is an item of a list. A numbered heading is a heading.
    pub(super) fn is_item(&self, styles: &Styles) -> bool {
        let style = self.style.as_deref().unwrap_or_default();
        match self.list.as_deref() {
            Some("0") => false,
            Some(_) => !styles.is_heading(style),
            None => styles.is_item(style),
        }
    }
}

/// What a run says of itself.
#[derive(Default)]
pub(super) struct RunLook {
    pub(super) style: Option<String>,
    pub(super) hidden: Option<bool>,
    pub(super) struck: bool,
}

impl RunLook {
    pub(super) fn read(xml: &mut Xml<'_>) -> Self {
        let depth = xml.depth();
        let mut look = Self::default();
        while let Some(element) = xml.element_within(depth) {
            match element.name() {
                "rStyle" => look.style = element.attribute("val"),
                "vanish" => look.hidden = Some(element.is_on()),
                "strike" | "dstrike" => look.struck |= element.is_on(),
                "rPrChange" => xml.skip(),
                _ => {}
            }
        }
        look
    }
}
