//! The texts that make a folder a bag: BagIt 1.0 (RFC 8493).

use std::collections::BTreeMap;

use crate::domain::hash::ContentHash;

use super::facts::Facts;

/// The bag's declaration (RFC 8493, 2.1.1).
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// How much the bag carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// How many bytes.
    pub bytes: u64,
    /// In how many files.
    pub files: usize,
}

/// Writes what is said about the bag (RFC 8493, 2.2.2). The date is that of the
/// newest entry in it: a bundle knows no clock.
pub fn about(facts: &Facts, carried: Carried) -> String {
    let at = facts.at.to_string();
    let day = at.split('T').next().unwrap_or_default();
    let kind = facts.kind.words();
    format!(
        "Source-Organization: {desk}\n\
         External-Description: {kind}\n\
         External-Identifier: {origin}/claims/{claim}\n\
         Bagging-Date: {day}\n\
         Payload-Oxum: {bytes}.{files}\n\
         Bag-Software-Agent: {software}\n",
        desk = one_line(&facts.desk),
        origin = one_line(&facts.origin),
        claim = facts.claim,
        bytes = carried.bytes,
        files = carried.files,
        software = one_line(&facts.software),
    )
}

/// A value may not break its line.
fn one_line(value: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    value
        .chars()
        .map(plain)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Writes a manifest: a hash and a name a line, as `sha256sum` does.
pub fn manifest<'f>(files: impl IntoIterator<Item = (&'f str, ContentHash)>) -> String {
    let mut text = String::new();
    for (name, hash) in files {
        text.push_str(&hash.to_string());
        text.push_str("  ");
        text.push_str(name);
        text.push('\n');
    }
    text
}

/// Reads a manifest; nothing when a line is not one, or a name stands twice.
pub fn read_manifest(text: &str) -> Option<BTreeMap<String, ContentHash>> {
    let mut files = BTreeMap::new();
    for line in text.strip_suffix('\n')?.split('\n') {
        let (hash, name) = line.split_once("  ")?;
        let hash = hash.parse().ok()?;
        if files.insert(name.to_owned(), hash).is_some() {
            return None;
        }
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        let hash = ContentHash::of(b"abc");
        let files = ["data/a", "data/b c"].map(|name| (name.to_owned(), hash));
        let files = BTreeMap::from(files);
        let text = manifest(files.iter().map(|(name, hash)| (name.as_str(), *hash)));
        assert!(text.starts_with(&format!("{hash}  data/a\n")));
        assert_eq!(read_manifest(&text), Some(files));
        for bad in ["", "data/a\n", &text[..text.len() - 1], &text.repeat(2)] {
            assert_eq!(read_manifest(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_cannot_add_a_line() {
        assert_eq!(one_line("The desk\nBag-Count: 2"), "The desk Bag-Count: 2");
    }
}
