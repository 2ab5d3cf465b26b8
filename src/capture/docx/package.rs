//! The ZIP file around a Word document: its parts and how they relate.
//!
//! What is unpacked is counted while it is unpacked; a declared size is
//! believed only when it is too large.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use encoding_rs::UTF_8;
use memchr::memmem;
use zip::ZipArchive;

use super::DocxTrouble;
use super::xml::{Node, Xml};

/// More entries than this no real Word file has.
const MOST_ENTRIES: usize = 10_000;

/// What an entry's line in the directory begins with.
const DIRECTORY_LINE: &[u8] = b"PK\x01\x02";

/// What the directory's last record begins with. A reader tries one after
/// another until a directory fits, so that their number is bounded too.
const DIRECTORY_END: &[u8] = b"PK\x05\x06";

/// The most last records that are tried: one, and those of files inside.
const MOST_ENDS: usize = 1_000;

/// A Word file's parts.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Entries by their part names, which are compared without case.
    names: HashMap<String, usize>,
    limit: usize,
    left: usize,
    /// Parts that could be unpacked only in part.
    pub(super) flaws: Vec<String>,
}

/// One part's relation to another.
pub(super) struct Relation {
    kind: String,
    target: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limit: usize) -> Result<Self, DocxTrouble> {
        let lines = memmem::find_iter(bytes, DIRECTORY_LINE);
        let ends = memmem::find_iter(bytes, DIRECTORY_END);
        if lines.take(MOST_ENTRIES + 1).count() > MOST_ENTRIES
            || ends.take(MOST_ENDS + 1).count() > MOST_ENDS
        {
            return Err(DocxTrouble::TooManyEntries {
                limit: MOST_ENTRIES,
            });
        }
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| DocxTrouble::Malformed(error.to_string()))?;
        let mut names = HashMap::new();
        for index in 0..archive.len() {
            let Ok(entry) = archive.by_index_data(index) else {
                continue;
            };
            if entry.encrypted() {
                return Err(DocxTrouble::Locked);
            }
            let name = String::from_utf8_lossy(entry.name_raw());
            names.entry(part_name(&name)).or_insert(index);
        }
        Ok(Self {
            archive,
            names,
            limit,
            left: limit,
            flaws: Vec::new(),
        })
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&part_name(name))
    }

    /// Unpacks a part; none when the file has no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, DocxTrouble> {
        let Some(index) = self.names.get(&part_name(name)) else {
            return Ok(None);
        };
        let entry = self
            .archive
            .by_index(*index)
            .map_err(|error| DocxTrouble::Malformed(format!("{name}: {error}")))?;
        let mut bytes = Vec::new();
        let most = u64::try_from(self.left).unwrap_or(u64::MAX);
        if entry.size() > most {
            return Err(DocxTrouble::Bomb { limit: self.limit });
        }
        let unpacked = entry.take(most.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() > self.left {
            return Err(DocxTrouble::Bomb { limit: self.limit });
        }
        self.left -= bytes.len();
        if let Err(error) = unpacked {
            if bytes.is_empty() {
                return Err(DocxTrouble::Malformed(format!("{name}: {error}")));
            }
            self.flaws
                .push(format!("{name} is damaged in the ZIP file: {error}"));
        }
        Ok(Some(self.decode(bytes, name)))
    }

    /// A byte order mark decides between UTF-8 and UTF-16; the format knows no
    /// other encoding.
    fn decode(&mut self, bytes: Vec<u8>, name: &str) -> String {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => return text,
            Err(error) => error.into_bytes(),
        };
        let (text, _, broken) = UTF_8.decode(&bytes);
        if broken {
            self.flaws.push(format!(
                "some bytes of {name} are not valid UTF-8; each stands as U+FFFD"
            ));
        }
        text.into_owned()
    }

    /// The relations of a part, or of the whole package for "".
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, DocxTrouble> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let Some(text) = self.part(&format!("{folder}/_rels/{file}.rels"))? else {
            return Ok(Vec::new());
        };
        let mut xml = Xml::new(&text);
        let mut relations = Vec::new();
        while let Some(node) = xml.next() {
            let Node::Open(element) = node else { continue };
            let outside = element.attribute("TargetMode").as_deref() == Some("External");
            if element.name() != "Relationship" || outside {
                continue;
            }
            if let (Some(kind), Some(target)) =
                (element.attribute("Type"), element.attribute("Target"))
            {
                let target = resolve(folder, &target);
                relations.push(Relation { kind, target });
            }
        }
        Ok(relations)
    }
}

/// The target of the first relation of a kind, such as `officeDocument`.
pub(super) fn target<'r>(relations: &'r [Relation], kind: &str) -> Option<&'r str> {
    relations
        .iter()
        .find(|relation| relation.kind.rsplit('/').next() == Some(kind))
        .map(|relation| relation.target.as_str())
}

fn part_name(name: &str) -> String {
    let name = name.replace('\\', "/").to_lowercase();
    name.trim_start_matches('/').to_owned()
}

/// A relation's target, seen from the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, target: &str, expected: &str) {
        assert_eq!(resolve(folder, target), expected);
    }

    #[test]
    fn targets_are_seen_from_their_folder() {
        check("", "word/document.xml", "word/document.xml");
        check("word", "footnotes.xml", "word/footnotes.xml");
        check("word", "/word/styles.xml", "word/styles.xml");
        check("word", "../docProps/core.xml", "docProps/core.xml");
        check("", "../../../etc/passwd", "etc/passwd");
    }
}
