//! The package of a WACZ: a ZIP whose files are not compressed, the WARC first,
//! written from its beginning to its end without going back.

use std::io::{self, Write};

use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::domain::hash::ContentHash;
use crate::export::warc::wacz::{self, About, Packed, Page};
use crate::export::warc::{Indexed, Packing, Writer};

use super::super::outgoing::ExportError;
use super::{Desk, Held, Plan};

/// From so many bytes on, a file in a ZIP needs the longer fields of ZIP64.
/// Compressed records may be a little larger than what is in them.
const LONG: u64 = 3_500_000_000;

/// When the list of pages has so many bytes, further ones are listed without
/// their text: readers take the whole list into memory.
const SEARCHED: usize = 16 * 1024 * 1024;

/// What the description of a package says it is.
const ABOUT: &str = "Captures of a fact-checking desk, with the texts that were derived from \
    them. Their SHA-256 are those of the desk's log. The warcinfo record says what is not as it \
    came.";

/// Writes the package.
pub(super) fn write(plan: &Plan, desk: &Desk, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut package = Package {
        zip: ZipWriter::new_stream(out),
        files: Vec::new(),
    };
    // Texts are in the file too, and a page rarely has more of them than bytes.
    let is_long = plan.bytes.saturating_mul(4) > LONG;
    let mut pages = wacz::PAGES_HEAD.to_owned();
    let mut indexed: Vec<Indexed> = Vec::new();
    package.add(wacz::ARCHIVE, is_long, |file| {
        let sink = |bytes: &[u8]| file.write_all(bytes);
        let mut writer = Writer::begin(Packing::Gzip, &plan.heading, sink)?;
        for id in &plan.snapshots {
            let held = Held::read(desk, *id)?;
            let Some(placed) = held.lend(|capture| writer.add(capture))? else {
                continue;
            };
            let text = if pages.len() < SEARCHED {
                held.main_text()
            } else {
                ""
            };
            pages.push_str(&page(&held, &placed, text).line());
            indexed.push(placed);
        }
        Ok(())
    })?;
    package.put(wacz::INDEX, &wacz::index(&indexed))?;
    package.put(wacz::PAGES, &pages)?;
    let about = About {
        title: &plan.title,
        description: ABOUT,
        created: plan.heading.at,
        main: indexed.last(),
    };
    let description = wacz::description(about, &package.files);
    package.put(wacz::DESCRIPTION, &description)?;
    package.put(wacz::DIGEST, &wacz::digest(&description))?;
    package.zip.finish().map_err(told)?;
    Ok(())
}

fn page<'h>(held: &'h Held, placed: &'h Indexed, text: &'h str) -> Page<'h> {
    Page {
        id: &held.id,
        url: &placed.url,
        ts: placed.at,
        title: &held.title,
        text,
        size: held.taken.snapshot.bytes,
    }
}

struct Package<'o> {
    zip: ZipWriter<StreamWriter<&'o mut dyn Write>>,
    files: Vec<Packed>,
}

impl Package<'_> {
    fn put(&mut self, path: &'static str, content: &str) -> Result<(), ExportError> {
        let is_long = content.len() as u64 > LONG;
        self.add(
            path,
            is_long,
            |file| Ok(file.write_all(content.as_bytes())?),
        )
    }

    /// Adds a file, and notes its size and hash.
    fn add(
        &mut self,
        path: &'static str,
        is_long: bool,
        fill: impl FnOnce(&mut Hashed<'_>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        // One day for all files, so that equal content is an equal package.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(is_long);
        self.zip.start_file(path, options).map_err(told)?;
        let mut file = Hashed {
            out: &mut self.zip,
            hash: Sha256::new(),
            bytes: 0,
        };
        fill(&mut file)?;
        self.files.push(Packed {
            path,
            bytes: file.bytes,
            hash: ContentHash::from_bytes(file.hash.finalize().into()),
        });
        Ok(())
    }
}

/// Hashes and counts what goes into a file of the package.
struct Hashed<'z> {
    out: &'z mut dyn Write,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn told(error: ZipError) -> ExportError {
    ExportError::Write(error.into())
}
