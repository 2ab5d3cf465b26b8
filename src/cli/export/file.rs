//! Where an export goes: standard output, or a file that is there only once it
//! is whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::desk::exchange::coding::{Coding, Encoder};

use super::Failure;

/// How much is gathered before it is written.
const GATHERED: usize = 256 * 1024;

/// Writes what `fill` writes to a place; `-` is standard output.
pub(in crate::cli) fn write(
    place: &Path,
    coding: Option<Coding>,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if place.as_os_str() == "-" {
        return through(io::stdout().lock(), coding, fill).map(|_| ());
    }
    if !is_plain(place) {
        let pipe = File::options().write(true).open(place)?;
        return through(pipe, coding, fill).map(|_| ());
    }
    let draft = Draft(beside(place));
    let file = through(File::create(&draft.0)?, coding, fill)?;
    file.sync_all()?;
    fs::rename(&draft.0, place)?;
    std::mem::forget(draft);
    Ok(())
}

/// Whether a file may take the place: devices and pipes are written into.
fn is_plain(place: &Path) -> bool {
    fs::metadata(place).map_or(true, |there| there.is_file())
}

/// The name under which a file is written until it is whole.
fn beside(place: &Path) -> PathBuf {
    let mut name = place.file_name().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{}.part", std::process::id()));
    place.with_file_name(name)
}

/// A file that is not whole yet; what is left of it goes when the work fails.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // There is nobody to tell: the failure itself is told.
        let _ = fs::remove_file(&self.0);
    }
}

fn through<W: Write>(
    out: W,
    coding: Option<Coding>,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<W, Failure> {
    let mut encoder = Encoder::new(coding, BufWriter::with_capacity(GATHERED, out))?;
    fill(&mut encoder)?;
    let gathered = encoder.finish()?;
    let mut out = gathered
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    out.flush()?;
    Ok(out)
}
