//! The XML of a Word file as a bounded stream of elements and text.
//!
//! Names are local names: the transitional and the strict forms of the format
//! differ in their namespaces alone. No entity is ever fetched or expanded.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::reader::Reader;

/// Deeper than this no real document nests.
const DEEPEST: usize = 1_000;

/// One step through a document.
pub(super) enum Node<'a> {
    Open(Element<'a>),
    Close(End<'a>),
    Text(Cow<'a, str>),
}

/// An element's end tag.
pub(super) struct End<'a>(BytesEnd<'a>);

impl End<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

/// An element's start tag.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// An attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        // The check for doubled names takes time that grows with the square.
        let attribute = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        Some(match value {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        })
    }

    /// An element that switches something on, unless its value says no.
    pub(super) fn is_on(&self) -> bool {
        let value = self.attribute("val");
        !matches!(value.as_deref(), Some("0" | "false" | "off"))
    }
}

/// A document being read.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// Where and why the document breaks off.
    pub(super) damage: Option<String>,
    /// References to entities that only a DTD could explain.
    pub(super) unknown_entities: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            depth: 0,
            damage: None,
            unknown_entities: 0,
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next step; none at the end and where the document is damaged.
    pub(super) fn next(&mut self) -> Option<Node<'a>> {
        if self.damage.is_some() {
            return None;
        }
        loop {
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return self.stop(&error.to_string()),
            };
            match event {
                Event::Start(start) if self.depth >= DEEPEST => {
                    let name = start.local_name().into_inner().to_owned();
                    let why = format!("<{name}> is nested more than {DEEPEST} deep");
                    return self.stop(&why);
                }
                Event::Start(start) => {
                    self.depth += 1;
                    return Some(Node::Open(Element(start)));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Node::Close(End(end)));
                }
                Event::Text(text) => return Some(Node::Text(text.xml10_content())),
                Event::CData(text) => return Some(Node::Text(text.xml10_content())),
                Event::GeneralRef(reference) => {
                    let known = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        Ok(None) => predefined(&reference),
                        Err(_) => Some('\u{fffd}'),
                    };
                    let text = known.map_or_else(
                        || {
                            self.unknown_entities += 1;
                            format!("&{};", &*reference)
                        },
                        String::from,
                    );
                    return Some(Node::Text(Cow::Owned(text)));
                }
                Event::Eof if self.depth > 0 => return self.stop("it ends in the middle"),
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    fn stop(&mut self, why: &str) -> Option<Node<'a>> {
        let at = self.reader.buffer_position();
        self.damage = Some(format!("byte {at}: {why}"));
        None
    }

    /// Passes over what is left of the element that was opened last.
    pub(super) fn skip(&mut self) {
        let above = self.depth.saturating_sub(1);
        while self.depth > above && self.next().is_some() {}
    }

    /// The text of the element that was opened last.
    pub(super) fn text(&mut self) -> String {
        let above = self.depth.saturating_sub(1);
        let mut whole = String::new();
        while self.depth > above {
            match self.next() {
                Some(Node::Text(text)) => whole.push_str(&text),
                Some(_) => {}
                None => break,
            }
        }
        whole
    }

    /// The next element inside the one that was at this depth, at any depth
    /// below it.
    pub(super) fn element_within(&mut self, depth: usize) -> Option<Element<'a>> {
        while self.depth >= depth {
            match self.next()? {
                Node::Open(element) => return Some(element),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        None
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
