//! Word files made on the fly, part by part.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A Word file in the making.
pub(crate) struct Docx {
    main: String,
    namespace: &'static str,
    body: String,
    parts: Vec<(String, Vec<u8>)>,
    relations: String,
}

/// A file with this body: the XML inside `w:body`.
pub(crate) fn docx(body: &str) -> Docx {
    Docx {
        main: "word/document.xml".to_owned(),
        namespace: W,
        body: body.to_owned(),
        parts: Vec::new(),
        relations: String::new(),
    }
}

/// A paragraph of plain words.
pub(crate) fn p(words: &str) -> String {
    format!("<w:p>{}</w:p>", r(words))
}

/// A run of plain words.
pub(super) fn r(words: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{words}</w:t></w:r>")
}

impl Docx {
    /// Names the main part otherwise.
    pub(super) fn main(mut self, name: &str) -> Self {
        self.main = name.to_owned();
        self
    }

    /// Uses the namespace of the strict form.
    pub(super) fn strict(mut self) -> Self {
        self.namespace = STRICT;
        self
    }

    /// Adds a part that the document relates to by its name: `styles`,
    /// `footnotes`, `endnotes`.
    pub(crate) fn with(mut self, kind: &str, inside: &str) -> Self {
        let xml = format!(
            "<w:{kind} xmlns:w=\"{}\">{inside}</w:{kind}>",
            self.namespace
        );
        let count = self.parts.len();
        self.relations.push_str(&format!(
            "<Relationship Id=\"r{count}\" Type=\"{RELATIONS}/{kind}\" Target=\"{kind}.xml\"/>"
        ));
        self.part(&format!("word/{kind}.xml"), xml.as_bytes())
    }

    /// Adds a part that nothing relates to.
    pub(super) fn part(mut self, name: &str, bytes: &[u8]) -> Self {
        self.parts.push((name.to_owned(), bytes.to_vec()));
        self
    }

    /// The file's bytes.
    pub(crate) fn build(self) -> Vec<u8> {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{}\" xmlns:mc=\"urn:mc\" xmlns:wps=\"urn:wps\" xmlns:v=\"urn:v\" xmlns:m=\"urn:m\"><w:body>{}</w:body></w:document>",
            self.namespace, self.body
        );
        let whole = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r\" Type=\"{RELATIONS}/officeDocument\" Target=\"/{}\"/></Relationships>",
            self.main
        );
        let relations = format!(
            "<Relationships xmlns=\"{PACKAGE}\">{}</Relationships>",
            self.relations
        );
        let mut parts = vec![
            ("_rels/.rels".to_owned(), whole.into_bytes()),
            (
                "word/_rels/document.xml.rels".to_owned(),
                relations.into_bytes(),
            ),
            (self.main, document.into_bytes()),
        ];
        parts.extend(self.parts);
        zip(&parts)
    }
}

/// A ZIP file of these entries.
pub(super) fn zip(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(name.as_str(), options())
            .expect("a new entry");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// A Word file whose main part unpacks to so many megabytes of nothing.
pub(super) fn bomb(megabytes: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("word/document.xml", options())
        .expect("a new entry");
    let nothing = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        writer.write_all(&nothing).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// Marks every entry as encrypted.
pub(super) fn locked(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len().saturating_sub(10) {
        match &bytes[at..at + 4] {
            b"PK\x01\x02" => bytes[at + 8] |= 1,
            b"PK\x03\x04" => bytes[at + 6] |= 1,
            _ => {}
        }
    }
    bytes
}

/// Has every entry say that it unpacks to a hundred bytes.
pub(super) fn understated(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len().saturating_sub(30) {
        let size = match &bytes[at..at + 4] {
            b"PK\x01\x02" => at + 24,
            b"PK\x03\x04" => at + 22,
            _ => continue,
        };
        bytes[size..size + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    bytes
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
}
