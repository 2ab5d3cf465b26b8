//! Files of which somebody else may have chosen what stands in their place: in a
//! mirror, a copy or a backup that others can write to. A pipe would never come
//! to its end, and what is looked at by its name may be another thing when it is
//! opened. So the file is opened once, without waiting, and it is the open file
//! that is looked at and read.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Reads a file of at most so many bytes; nothing where nothing is there.
///
/// # Errors
/// [`ErrorKind::InvalidData`] for what is no file or too large; else what the
/// system says.
pub(super) fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
    open(path)?.map(|file| whole(file, most)).transpose()
}

/// Reads an open file of at most so many bytes.
///
/// # Errors
/// As [`read`].
pub(super) fn whole(file: File, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = only_a_file(file)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(no("it is too large for what it should be"));
    }
    Ok(bytes)
}

/// Opens a file; nothing where nothing is there.
///
/// # Errors
/// As [`read`].
pub(super) fn open(path: &Path) -> Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true);
    at_once(&mut options);
    match options.open(path) {
        Ok(file) => only_a_file(file).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses what is open and no file.
pub(super) fn only_a_file(file: File) -> Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(no("it is no file"))
    }
}

fn no(why: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

/// Waits for nobody at the other end of a pipe, and takes no terminal over.
#[cfg(unix)]
fn at_once(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    options.custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn at_once(_: &mut OpenOptions) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read_and_no_more_of_them_than_they_may_have() {
        let dir = tempfile::tempdir().expect("a directory");
        let place = |name: &str| dir.path().join(name);
        std::fs::write(place("file"), "12345").expect("a file");
        let made = std::process::Command::new("mkfifo")
            .arg(place("pipe"))
            .status();
        assert!(made.expect("a pipe").success());
        std::os::unix::fs::symlink(place("pipe"), place("link")).expect("a link");
        let check =
            |name: &str, most: u64, expected: std::result::Result<Option<&str>, ErrorKind>| {
                let found = read(&place(name), most).map_err(|error| error.kind());
                let expected = expected.map(|text| text.map(|text| text.as_bytes().to_vec()));
                assert_eq!(found, expected, "{name}");
            };
        check("file", 5, Ok(Some("12345")));
        check("file", 4, Err(ErrorKind::InvalidData));
        check("none", 4, Ok(None));
        check("", 4, Err(ErrorKind::InvalidData));
        for pipe in ["pipe", "link"] {
            check(pipe, 4, Err(ErrorKind::InvalidData));
        }
    }
}
