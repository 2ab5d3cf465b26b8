//! The archive and the bag: every byte of the file is one that must be there.
//!
//! The archive is read from its first byte to its last. Headers, the list of
//! files and the end are held against the one form that they can have, contents
//! against their checksums and the bag's manifests. So nothing can stand between
//! the files, and no file can be there twice, under a strange name, as a link or
//! compressed. Nothing is unpacked, and names lead nowhere.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use flate2::Crc;
use sha2::{Digest, Sha256};

use crate::bundle::bag::{self, Carried};
use crate::bundle::facts::Kind;
use crate::bundle::layout::{self, Part};
use crate::bundle::zip::{self, Member};
use crate::domain::hash::ContentHash;

use super::report::Report;

/// How much is read at a time.
const PIECE: usize = 64 * 1024;
/// The longest manifest that is read, in bytes.
const LONGEST_TAG: u32 = 16 * 1024 * 1024;
/// What the findings call the file as a whole.
const ARCHIVE: &str = "the archive";

/// Where a file stands in the archive, and what its bytes are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    start: u64,
    /// How many bytes it has.
    pub(super) size: u32,
    /// SHA-256 of them.
    pub(super) sha256: ContentHash,
}

/// A bag whose archive is whole.
pub(super) struct Bag<R> {
    file: R,
    /// The folder that the archive unpacks to.
    pub(super) base: String,
    /// What the bag carries, by name.
    pub(super) payload: BTreeMap<String, Placed>,
    tags: BTreeMap<String, (Placed, Vec<u8>)>,
}

impl<R: Read + Seek> Bag<R> {
    /// Whether a part is there.
    pub(super) fn has(&self, part: &Part) -> bool {
        self.payload.contains_key(&part.to_string())
    }

    /// Reads a part whole; nothing where there is none, or it is too large.
    pub(super) fn read(&mut self, part: &Part, most: u32) -> io::Result<Option<Vec<u8>>> {
        let Some(mut part) = self.open(part)? else {
            return Ok(None);
        };
        if part.limit() > u64::from(most) {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(part.limit() as usize);
        part.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Opens a part for reading piece by piece.
    pub(super) fn open(&mut self, part: &Part) -> io::Result<Option<io::Take<&mut R>>> {
        let Some(placed) = self.payload.get(&part.to_string()).copied() else {
            return Ok(None);
        };
        self.file.seek(SeekFrom::Start(placed.start))?;
        Ok(Some((&mut self.file).take(u64::from(placed.size))))
    }

    /// Reads a stretch of a part, whose end lies within it.
    pub(super) fn slice(&mut self, part: &Part, stretch: Range<u64>) -> io::Result<Vec<u8>> {
        let Some(placed) = self.payload.get(&part.to_string()).copied() else {
            return Ok(Vec::new());
        };
        self.file
            .seek(SeekFrom::Start(placed.start + stretch.start))?;
        let mut bytes = vec![0; (stretch.end - stretch.start) as usize];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// A file beside the payload.
    pub(super) fn tag(&self, name: &str) -> &[u8] {
        self.tags.get(name).map_or(&[], |(_, bytes)| bytes)
    }

    /// How much the bag carries.
    pub(super) fn carried(&self) -> Carried {
        Carried {
            bytes: self.payload.values().map(|file| u64::from(file.size)).sum(),
            files: self.payload.len(),
        }
    }
}

/// Reads the archive and judges it; nothing where its form is broken, so that
/// what stands in it cannot be told.
pub(super) fn open<R: Read + Seek>(mut file: R, report: &mut Report) -> io::Result<Option<Bag<R>>> {
    file.seek(SeekFrom::Start(0))?;
    let mut scan = Scan {
        input: BufReader::with_capacity(PIECE, &mut file),
        at: 0,
        members: Vec::new(),
        files: BTreeMap::new(),
        piece: vec![0; PIECE],
    };
    let scanned = scan.all(report)?;
    report.counts.bytes = scan.at;
    report.counts.files = scan.members.len();
    if !scanned {
        return Ok(None);
    }
    let base = scan.base().to_owned();
    let files = std::mem::take(&mut scan.files);
    let mut bag = Bag {
        file,
        base,
        payload: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    for (name, (placed, bytes)) in files {
        if name.starts_with(layout::PAYLOAD) {
            bag.payload.insert(name, placed);
        } else {
            bag.tags.insert(name, (placed, bytes));
        }
    }
    manifests(&bag, report);
    Ok(Some(bag))
}

/// One reading of the archive, from the first byte to the last.
struct Scan<R> {
    input: BufReader<R>,
    at: u64,
    members: Vec<Member>,
    files: BTreeMap<String, (Placed, Vec<u8>)>,
    piece: Vec<u8>,
}

impl<R: Read> Scan<R> {
    /// Whether the whole archive has its form.
    fn all(&mut self, report: &mut Report) -> io::Result<bool> {
        loop {
            let at = self.at;
            let Some(mark) = self.take(4)? else {
                let words = if at == 0 {
                    "this is no evidence bundle"
                } else {
                    "the file is cut off"
                };
                return Ok(self.broken(report, at == 0, words));
            };
            if mark == zip::LOCAL_MARK {
                if !self.member(at, report)? {
                    return Ok(false);
                }
            } else if mark == zip::CENTRAL_MARK {
                return self.list(at, report);
            } else {
                let words = if at == 0 {
                    "this is no evidence bundle: it does not begin as one".to_owned()
                } else {
                    format!("at byte {at} stands something that does not belong into a bundle")
                };
                if at == 0 {
                    report.unverifiable(ARCHIVE, words);
                } else {
                    report.altered(ARCHIVE, words);
                }
                return Ok(false);
            }
        }
    }

    fn broken(&self, report: &mut Report, is_empty: bool, words: &str) -> bool {
        if is_empty {
            report.unverifiable(ARCHIVE, words);
        } else {
            report.missing(ARCHIVE, words);
        }
        false
    }

    /// Reads one file, whose header begins at a place.
    fn member(&mut self, at: u64, report: &mut Report) -> io::Result<bool> {
        let Some(rest) = self.take(zip::LOCAL - 4)? else {
            return Ok(self.broken(report, false, "the file is cut off within a header"));
        };
        let number = |from: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| rest[from + byte]));
        let length = usize::from(u16::from_le_bytes([rest[22], rest[23]]));
        if length > layout::LONGEST || self.members.len() == zip::MOST {
            report.altered(
                ARCHIVE,
                "it has a longer name, or more files, than a bundle can have",
            );
            return Ok(false);
        }
        let Some(name) = self.take(length)? else {
            return Ok(self.broken(report, false, "the file is cut off within a name"));
        };
        let (Ok(offset), Ok(name)) = (u32::try_from(at), String::from_utf8(name)) else {
            report.altered(
                ARCHIVE,
                format!("the name at byte {at} is none of a bundle"),
            );
            return Ok(false);
        };
        let member = Member {
            name,
            crc: number(10),
            size: number(14),
            offset,
        };
        let expected = member.local();
        if expected[4..zip::LOCAL] != rest {
            let words = format!(
                "the header at byte {at} is not the one that a bundle has; files of a bundle are not compressed, and nothing else is said of them"
            );
            report.altered(ARCHIVE, words);
            return Ok(false);
        }
        if !self.named(&member, report) {
            return Ok(false);
        }
        self.content(member, report)
    }

    /// The folder that the archive unpacks to, with its slash.
    fn base(&self) -> &str {
        let first = self.members.first().map_or("", |first| &first.name);
        first.find('/').map_or("", |slash| &first[..=slash])
    }

    /// Whether a file may stand under its name, after those before it.
    fn named(&self, member: &Member, report: &mut Report) -> bool {
        let Some(slash) = member.name.find('/') else {
            report.altered(ARCHIVE, "a file stands in no folder");
            return false;
        };
        let (base, name) = member.name.split_at(slash + 1);
        let known = name.parse::<Part>().is_ok() || layout::TAGS.contains(&name);
        if !known || !is_base(base) || (!self.members.is_empty() && base != self.base()) {
            let shown: String = member.name.escape_default().collect();
            report.altered(
                ARCHIVE,
                format!("a file named {shown} does not belong into a bundle"),
            );
            return false;
        }
        let last = self.members.last().map(|last| &last.name[base.len()..]);
        if last.is_some_and(|last| rank(last) >= rank(name)) {
            report.altered(ARCHIVE, format!("{name} stands twice, or not in its place"));
            return false;
        }
        true
    }

    /// Reads the bytes of a file.
    fn content(&mut self, member: Member, report: &mut Report) -> io::Result<bool> {
        let base = self
            .base()
            .len()
            .max(member.name.find('/').map_or(0, |at| at + 1));
        let name = member.name[base..].to_owned();
        let is_tag = !name.starts_with(layout::PAYLOAD);
        if is_tag && member.size > LONGEST_TAG {
            report.altered(name, "it is larger than it can be");
            return Ok(false);
        }
        let start = self.at;
        let (mut hash, mut crc, mut kept) = (Sha256::new(), Crc::new(), Vec::new());
        let mut left = member.size as usize;
        while left > 0 {
            let most = left.min(PIECE);
            let read = self.input.read(&mut self.piece[..most])?;
            if read == 0 {
                report.missing(name, "the file is cut off within it");
                return Ok(false);
            }
            let piece = &self.piece[..read];
            hash.update(piece);
            crc.update(piece);
            if is_tag {
                kept.extend_from_slice(piece);
            }
            left -= read;
            self.at += read as u64;
        }
        if crc.sum() != member.crc {
            report.altered(
                &name,
                "its bytes do not fit the checksum that the archive has for it",
            );
        }
        let placed = Placed {
            start,
            size: member.size,
            sha256: ContentHash::from_bytes(hash.finalize().into()),
        };
        self.files.insert(name, (placed, kept));
        self.members.push(member);
        Ok(true)
    }

    /// Reads the list of files and the end, which the files before it give.
    fn list(&mut self, at: u64, report: &mut Report) -> io::Result<bool> {
        let members = std::mem::take(&mut self.members);
        let mut list = 0;
        let mut fits = Ok(true);
        for (number, member) in members.iter().enumerate() {
            let expected = member.central();
            list += expected.len() as u64;
            // The mark of the first line was read already.
            let skip = if number == 0 { 4 } else { 0 };
            fits = self.expect(&expected[skip..]);
            if !matches!(fits, Ok(true)) {
                break;
            }
        }
        let files = members.len();
        self.members = members;
        let sizes = (u32::try_from(list), u32::try_from(at));
        let whole = match (fits?, sizes) {
            (true, (Ok(list), Ok(at))) => self.expect(&zip::end(files, list, at))?,
            _ => false,
        };
        if !whole {
            report.altered(
                ARCHIVE,
                "its list of files is not the one that its files give",
            );
            return Ok(false);
        }
        let mut beyond = [0];
        if self.input.read(&mut beyond)? > 0 {
            report.altered(ARCHIVE, "something stands behind its end");
            return Ok(false);
        }
        Ok(true)
    }

    fn expect(&mut self, expected: &[u8]) -> io::Result<bool> {
        Ok(self
            .take(expected.len())?
            .is_some_and(|read| read == expected))
    }

    /// Takes so many bytes; nothing when there are not so many.
    fn take(&mut self, bytes: usize) -> io::Result<Option<Vec<u8>>> {
        let mut taken = vec![0; bytes];
        match self.input.read_exact(&mut taken) {
            Ok(()) => {
                self.at += bytes as u64;
                Ok(Some(taken))
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What decides on the order of files: the payload comes first.
fn rank(name: &str) -> (bool, &str) {
    (!name.starts_with(layout::PAYLOAD), name)
}

/// Whether this is the folder of a bundle: `claim-7/` or `published-7/`.
fn is_base(base: &str) -> bool {
    let (_, number) = base.split_once('-').unwrap_or_default();
    let Some(Ok(claim)) = number.strip_suffix('/').map(str::parse) else {
        return false;
    };
    let kinds = [Kind::Desk, Kind::Public].into_iter();
    kinds
        .map(|kind| layout::base(claim, kind))
        .any(|known| known == base)
}

/// Holds the manifests against the files.
fn manifests<R: Read + Seek>(bag: &Bag<R>, report: &mut Report) {
    let whole = layout::TAGS.iter().all(|name| {
        let there = bag.tags.contains_key(*name);
        if !there {
            report.missing(name, "a bundle has this file");
        }
        there
    });
    if !whole {
        return;
    }
    if bag.tag(layout::DECLARATION) != bag::DECLARATION.as_bytes() {
        report.altered(
            layout::DECLARATION,
            "it does not declare a bag of this version",
        );
    }
    let payload = bag.payload.iter();
    let payload = payload.map(|(name, placed)| (name.as_str(), placed.sha256));
    manifest(bag, layout::MANIFEST, &payload.collect(), report);
    let around = bag.tags.iter();
    let around = around.filter(|(name, _)| *name != layout::TAG_MANIFEST);
    let around = around.map(|(name, (placed, _))| (name.as_str(), placed.sha256));
    manifest(bag, layout::TAG_MANIFEST, &around.collect(), report);
}

fn manifest<R: Read + Seek>(
    bag: &Bag<R>,
    name: &str,
    there: &BTreeMap<&str, ContentHash>,
    report: &mut Report,
) {
    let text = bag.tag(name);
    if text == bag::manifest(there.iter().map(|(name, hash)| (*name, *hash))).as_bytes() {
        return;
    }
    let read = std::str::from_utf8(text).ok().and_then(bag::read_manifest);
    let Some(listed) = read else {
        report.altered(name, "it is no manifest");
        return;
    };
    let before = report.findings.len() as u64 + report.more_findings;
    for (file, hash) in &listed {
        match there.get(file.as_str()) {
            None => report.missing(file, format!("{name} lists it, and it is not there")),
            Some(found) if found != hash => {
                report.altered(
                    file,
                    format!("its SHA-256 is not the one that {name} lists"),
                );
            }
            Some(_) => {}
        }
    }
    for file in there.keys().filter(|file| !listed.contains_key(**file)) {
        report.altered(file, format!("{name} does not list it"));
    }
    if before == report.findings.len() as u64 + report.more_findings {
        report.altered(name, "it is not written as a bundle writes it");
    }
}
