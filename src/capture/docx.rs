//! Word files (Office Open XML): the text as its reader sees it, `docx/1`.
//!
//! Paragraphs, lists and tables stand as in HTML; notes follow the body under
//! their marks; headers, footers, comments and pictures are left out. The pages
//! of such a file exist only once a printer has made them, so none are marked.

mod body;
mod look;
mod notes;
mod package;
mod properties;
mod seen;
mod styles;
mod symbols;
mod xml;

use memchr::memmem;

use crate::text::normalise::normalise;

use self::body::Walk;
use self::package::{Package, Relation, target};
use self::properties::Properties;
use self::styles::Styles;
use self::xml::{Node, Xml};

/// What a Word file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocxText {
    /// The text in its normal form.
    pub(super) text: String,
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    /// When the file was made, as it says (ISO 8601 as a rule).
    pub(super) created: Option<String>,
    /// When it was last changed, as it says.
    pub(super) modified: Option<String>,
    /// What was odd about it, in sentences.
    pub(super) flaws: Vec<String>,
}

/// Why a file gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DocxTrouble {
    /// A ZIP file with something else in it.
    #[error("this ZIP file is not a Word document; unpack it and upload the document in it")]
    NotWord,
    /// Another program's document, which is a ZIP file too.
    #[error("{0} cannot be read here yet; save it as PDF or Word, and upload that")]
    Other(&'static str),
    /// The bytes do not hold together.
    #[error(
        "this Word file is damaged ({0}); open it in a word processor, save it again, and upload that"
    )]
    Malformed(String),
    /// Its parts are larger than is allowed.
    #[error(
        "this file unpacks to more than {limit} bytes, which no document needs; \
         save its text alone, and upload that"
    )]
    Bomb { limit: usize },
    /// It has more parts than is allowed.
    #[error(
        "this ZIP file has more than {limit} entries, which no document needs; \
         unpack it and upload the document in it"
    )]
    TooManyEntries { limit: usize },
    /// It needs a password.
    #[error("this file is locked with a password; save it without one, and upload that")]
    Locked,
}

/// Where the main part stands when nothing says otherwise.
const USUAL_MAIN: &str = "word/document.xml";

/// What a ZIP file holds when it is another program's document.
const OTHERS: &[(&str, &str)] = &[
    ("xl/workbook.xml", "an Excel workbook"),
    ("xl/workbook.bin", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an EPUB book"),
    ("META-INF/manifest.xml", "an OpenDocument file"),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote file"),
];

/// Reads a Word file; its parts may unpack to `limit` bytes in all.
pub(super) fn read(bytes: &[u8], limit: usize) -> Result<DocxText, DocxTrouble> {
    let mut package = Package::open(bytes, limit)?;
    let whole = package.relations("")?;
    let main = target(&whole, "officeDocument")
        .filter(|main| package.has(main))
        .unwrap_or(USUAL_MAIN)
        .to_owned();
    let other = OTHERS.iter().find(|(part, _)| package.has(part));
    let not_word = other.map_or(DocxTrouble::NotWord, |(_, name)| DocxTrouble::Other(name));
    let Some(document) = package.part(&main)? else {
        return Err(not_word);
    };
    if root(&document).is_some_and(|name| name != "document") {
        return Err(not_word);
    }
    let parts = package.relations(&main)?;
    let (text, mut flaws) = text(&document, &parts, &mut package)?;
    let core = target(&whole, "core-properties").unwrap_or("docProps/core.xml");
    let core = package.part(core)?.unwrap_or_default();
    let properties = Properties::read(&core);
    flaws.append(&mut package.flaws);
    Ok(DocxText {
        text: normalise(&text),
        title: properties.title,
        author: properties.author,
        created: properties.created,
        modified: properties.modified,
        flaws,
    })
}

/// Whether bytes are an office document under a password: an OLE file with a
/// stream of this name, which its directory writes in UTF-16.
pub(super) fn is_locked_office(bytes: &[u8]) -> bool {
    let stream: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.starts_with(b"\xd0\xcf\x11\xe0") && memmem::find(bytes, &stream).is_some()
}

/// The name of a document's outermost element.
fn root(document: &str) -> Option<String> {
    let mut xml = Xml::new(document);
    while let Some(node) = xml.next() {
        if let Node::Open(element) = node {
            return Some(element.name().to_owned());
        }
    }
    None
}

fn text(
    document: &str,
    parts: &[Relation],
    package: &mut Package<'_>,
) -> Result<(String, Vec<String>), DocxTrouble> {
    let styles = match target(parts, "styles") {
        Some(part) => Styles::read(&package.part(part)?.unwrap_or_default()),
        None => Styles::default(),
    };
    let mut walk = Walk::new(&styles, true);
    let mut xml = Xml::new(document);
    let mut text = walk.read(&mut xml);
    if walk.seen.open_field {
        // Words must not be lost because a field's end is.
        walk = Walk::new(&styles, false);
        xml = Xml::new(document);
        text = walk.read(&mut xml);
        walk.seen.open_field = true;
    }
    let mut damage: Vec<String> = xml.damage.into_iter().collect();
    if text.is_empty() && !damage.is_empty() {
        return Err(DocxTrouble::Malformed(damage.swap_remove(0)));
    }
    walk.seen.entities += xml.unknown_entities;
    for (kind, at_end) in [("footnotes", false), ("endnotes", true)] {
        if !walk.notes.has(at_end) {
            continue;
        }
        let part = match target(parts, kind) {
            Some(part) => package.part(part)?.unwrap_or_default(),
            None => String::new(),
        };
        let mut xml = Xml::new(&part);
        let words = notes::words(&mut xml, &mut walk);
        walk.seen.missing_notes += walk.notes.write(at_end, &words, &mut text);
        walk.seen.entities += xml.unknown_entities;
        damage.extend(xml.damage);
    }
    let mut flaws = walk.seen.flaws();
    flaws.extend(
        damage
            .into_iter()
            .map(|why| format!("the document is damaged; its text breaks off there ({why})")),
    );
    Ok((text, flaws))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: &[u8], stream: &str, expected: bool) {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [start, &[0; 40], &name].concat();
        assert_eq!(is_locked_office(&bytes), expected, "{stream}");
    }

    #[test]
    fn a_password_is_known_by_its_stream() {
        check(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "EncryptedPackage",
            true,
        );
        check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "WordDocument", false);
        check(b"PK\x03\x04", "EncryptedPackage", false);
    }

    proptest::proptest! {
        #[test]
        fn any_document_is_read(body in "(<(p|r|t|tbl|tr|tc|del|pPr|txbxContent|AlternateContent|Choice|Fallback|footnoteReference id='1'|fldChar fldCharType='begin'|br|x)/?>|</(p|r|t|tbl|tr|tc|x)>|[a&;\u{e9}\u{301} \n]){0,60}") {
            let styles = Styles::default();
            let mut xml = Xml::new(&body);
            let text = Walk::new(&styles, true).read(&mut xml);
            let read = body.len() - body.replace('a', "").len();
            proptest::prop_assert!(text.matches('a').count() <= read);
        }
    }
}
