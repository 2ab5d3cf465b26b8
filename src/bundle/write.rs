//! Writing a bundle: one file after another, in the order of their names, and
//! at the end what makes a bag of them.
//!
//! Nothing is kept in memory but names and hashes: what is large writes itself,
//! and its header is filled in afterwards. The same parts give the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Seek, SeekFrom, Write};

use flate2::Crc;
use sha2::{Digest, Sha256};

use crate::domain::hash::ContentHash;

use super::bag::{self, Carried};
use super::facts::Facts;
use super::layout::{self, Part};
use super::readme;
use super::zip::{self, Member};

/// Why a bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file could not be written.
    #[error("the bundle could not be written: {0}")]
    Write(#[from] io::Error),
    /// The claim rests on more than a bundle can hold.
    #[error(
        "a bundle holds 4 GB and 60,000 files at most, and this claim rests on more; export it with `citekeep export --claim` instead"
    )]
    TooLarge,
    /// The list of parts could not be written as JSON.
    #[error("what the bundle holds could not be listed: {0}")]
    Facts(#[from] serde_json::Error),
}

/// What writes a large file; it may fail with an error of its own.
pub type Fill<'a, E> = Box<dyn FnOnce(&mut dyn Write) -> Result<(), E> + 'a>;

/// What a part of a bundle holds.
pub enum Content<'a, E> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What this writes.
    Written(Fill<'a, E>),
}

/// Writes a bundle and returns what it was written to. The list of its parts,
/// the README and the files that make it a bag are added.
///
/// # Errors
/// When something cannot be written, a part fails, or all is too large.
pub fn write<W: Write + Seek, E: From<WriteError>>(
    out: W,
    facts: &Facts,
    parts: Vec<(Part, Content<'_, E>)>,
) -> Result<W, E> {
    write_telling(out, facts, parts, &mut |_, _| {})
}

/// Writes a bundle as [`write()`] does; `tell` hears how many files of how many are
/// written.
///
/// # Errors
/// As [`write()`].
pub fn write_telling<W: Write + Seek, E: From<WriteError>>(
    out: W,
    facts: &Facts,
    parts: Vec<(Part, Content<'_, E>)>,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<W, E> {
    let mut json = serde_json::to_vec(facts).map_err(WriteError::from)?;
    json.push(b'\n');
    let mut named: BTreeMap<String, Content<'_, E>> = BTreeMap::new();
    for (part, content) in parts {
        named.insert(part.to_string(), content);
    }
    named.insert(Part::Facts.to_string(), Content::Bytes(json));
    let mut pack = Pack::new(out, layout::base(facts.claim, facts.kind));
    let mut carried = Carried::default();
    let mut payload = BTreeMap::new();
    let total = named.len() as u64;
    for (name, content) in named {
        tell(carried.files as u64, total);
        let (hash, size) = pack.add(&name, content)?;
        carried.bytes += u64::from(size);
        carried.files += 1;
        payload.insert(name, hash);
    }
    let names: Vec<&str> = payload.keys().map(String::as_str).collect();
    let tags = [
        (layout::README, readme::text(facts, &names)),
        (layout::ABOUT, bag::about(facts, carried)),
        (layout::DECLARATION, bag::DECLARATION.to_owned()),
        (layout::MANIFEST, bag::manifest(listed(&payload))),
    ];
    let mut around = BTreeMap::new();
    for (name, text) in tags {
        let bytes: Content<'_, E> = Content::Bytes(text.into_bytes());
        around.insert(name.to_owned(), pack.add(name, bytes)?.0);
    }
    let last: Content<'_, E> = Content::Bytes(bag::manifest(listed(&around)).into_bytes());
    pack.add(layout::TAG_MANIFEST, last)?;
    Ok(pack.finish()?)
}

/// Files as a manifest lists them.
fn listed(files: &BTreeMap<String, ContentHash>) -> impl Iterator<Item = (&str, ContentHash)> {
    files.iter().map(|(name, hash)| (name.as_str(), *hash))
}

/// An archive that is being written.
struct Pack<W> {
    out: W,
    base: String,
    at: u64,
    members: Vec<Member>,
}

impl<W: Write + Seek> Pack<W> {
    const fn new(out: W, base: String) -> Self {
        Self {
            out,
            base,
            at: 0,
            members: Vec::new(),
        }
    }

    /// Adds a file; returns the hash and the number of its bytes.
    fn add<E: From<WriteError>>(
        &mut self,
        name: &str,
        content: Content<'_, E>,
    ) -> Result<(ContentHash, u32), E> {
        let mut member = self.begin(name)?;
        let measured = match content {
            Content::Bytes(bytes) => self.bytes(&mut member, &bytes)?,
            Content::Written(fill) => self.written(&mut member, fill)?,
        };
        self.members.push(member);
        Ok(measured)
    }

    fn begin(&self, name: &str) -> Result<Member, WriteError> {
        if self.members.len() == zip::MOST {
            return Err(WriteError::TooLarge);
        }
        Ok(Member {
            name: format!("{}{name}", self.base),
            size: 0,
            crc: 0,
            offset: u32::try_from(self.at).map_err(|_| WriteError::TooLarge)?,
        })
    }

    fn bytes(
        &mut self,
        member: &mut Member,
        bytes: &[u8],
    ) -> Result<(ContentHash, u32), WriteError> {
        let mut crc = Crc::new();
        crc.update(bytes);
        member.crc = crc.sum();
        member.size = u32::try_from(bytes.len()).map_err(|_| WriteError::TooLarge)?;
        let header = member.local();
        self.out.write_all(&header)?;
        self.out.write_all(bytes)?;
        self.at += (header.len() + bytes.len()) as u64;
        Ok((ContentHash::of(bytes), member.size))
    }

    /// Writes a file whose size is known only once it is written, and then its
    /// measures into the header.
    fn written<E: From<WriteError>>(
        &mut self,
        member: &mut Member,
        fill: Fill<'_, E>,
    ) -> Result<(ContentHash, u32), E> {
        let start = self.at + member.local().len() as u64;
        self.out
            .write_all(&member.local())
            .map_err(WriteError::from)?;
        let mut measure = Measure {
            out: &mut self.out,
            hash: Sha256::new(),
            crc: Crc::new(),
            size: 0,
        };
        fill(&mut measure)?;
        let (hash, crc, size) = (measure.hash.finalize(), measure.crc.sum(), measure.size);
        member.crc = crc;
        member.size = u32::try_from(size).map_err(|_| WriteError::TooLarge)?;
        let at = u64::from(member.offset) + zip::MEASURES as u64;
        let measures = zip::MEASURES..zip::MEASURES + 12;
        let patch = |out: &mut W| -> io::Result<()> {
            out.seek(SeekFrom::Start(at))?;
            out.write_all(&member.local()[measures])?;
            out.seek(SeekFrom::Start(start + size))?;
            Ok(())
        };
        patch(&mut self.out).map_err(WriteError::from)?;
        self.at = start + size;
        Ok((ContentHash::from_bytes(hash.into()), member.size))
    }

    /// Writes the list of files and the end.
    fn finish(mut self) -> Result<W, WriteError> {
        let mut list = 0_u64;
        for member in &self.members {
            let line = member.central();
            self.out.write_all(&line)?;
            list += line.len() as u64;
        }
        if self.at + list > zip::LARGEST {
            return Err(WriteError::TooLarge);
        }
        let end = zip::end(self.members.len(), list as u32, self.at as u32);
        self.out.write_all(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Passes bytes on and measures them.
struct Measure<'o, W> {
    out: &'o mut W,
    hash: Sha256,
    crc: Crc,
    size: u64,
}

impl<W: Write> Write for Measure<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        self.crc.update(&bytes[..taken]);
        self.size += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn packed(content: Content<'_, WriteError>) -> Vec<u8> {
        let mut pack = Pack::new(Cursor::new(Vec::new()), "claim-1/".to_owned());
        pack.add("a", Content::<WriteError>::Bytes(b"first".to_vec()))
            .expect("room");
        pack.add("b", content).expect("room");
        pack.finish().expect("an archive").into_inner()
    }

    #[test]
    fn what_writes_itself_gives_the_same_bytes_as_what_is_at_hand() {
        let words = b"some words".repeat(1_000);
        let at_hand = packed(Content::Bytes(words.clone()));
        let written = packed(Content::Written(Box::new(|out| {
            for part in words.chunks(7) {
                out.write_all(part).map_err(WriteError::from)?;
            }
            Ok(())
        })));
        assert!(at_hand == written, "the two archives differ");
    }

    #[test]
    fn another_reader_of_archives_reads_it() {
        let bytes = packed(Content::Bytes(b"second".to_vec()));
        let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let names = archive.file_names();
        let names: Vec<String> = names
            .map(|name| name.expect("a name").into_owned())
            .collect();
        assert_eq!(names, ["claim-1/a", "claim-1/b"]);
        let mut read = String::new();
        let mut file = archive.by_index(1).expect("a file");
        assert_eq!(file.unix_mode(), Some(0o100_644));
        io::Read::read_to_string(&mut file, &mut read).expect("its bytes");
        assert_eq!(read, "second");
    }
}
