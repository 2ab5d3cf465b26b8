//! What a machine can withhold from a desk for a while: room, writing, files,
//! memory. Nothing of an act is kept then, and the next one is tried afresh.

use std::io::ErrorKind;

use rusqlite::ErrorCode;

use super::StoreError;

/// What stands in the way of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// There is no room.
    Full,
    /// Nothing may be written.
    ReadOnly,
    /// It does not take, or give, what it should.
    Failing,
    /// No more files can be opened.
    Files,
    /// There is no memory.
    Memory,
    /// Somebody else writes, for longer than one can wait.
    Busy,
}

impl Hindrance {
    /// What it is, and who does what about it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Full => "The desk’s disk is full. Whoever runs the desk makes room on it",
            Self::ReadOnly => {
                "The desk’s disk may not be written to. Whoever runs the desk looks at how it is mounted and at its owner"
            }
            Self::Failing => {
                "The desk’s disk does not take what is written to it. Whoever runs the desk looks at the disk, its room and its messages"
            }
            Self::Files => {
                "The desk has too many files open to open another. Whoever runs the desk allows it more, if that does not end by itself"
            }
            Self::Memory => {
                "The desk’s machine has no memory left. Whoever runs the desk gives it more, if that does not end by itself"
            }
            Self::Busy => {
                "Another program has been writing to the desk’s database for a minute, such as an import"
            }
        }
    }
}

impl StoreError {
    /// What of the machine stands in the way, where it is that.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Database(error) => match error.sqlite_error_code()? {
                ErrorCode::DiskFull => Some(Hindrance::Full),
                ErrorCode::ReadOnly => Some(Hindrance::ReadOnly),
                ErrorCode::SystemIoFailure => Some(Hindrance::Failing),
                // The file is there, as the desk started with it.
                ErrorCode::CannotOpen => Some(Hindrance::Files),
                ErrorCode::OutOfMemory => Some(Hindrance::Memory),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(Hindrance::Busy),
                _ => None,
            },
            Self::File { source, .. } => of_file(source),
            _ => None,
        }
    }
}

fn of_file(error: &std::io::Error) -> Option<Hindrance> {
    /// `ENFILE` and `EMFILE`, for which the standard library has no name.
    const TOO_MANY: [i32; 2] = [23, 24];
    /// `EIO`.
    const FAILING: i32 = 5;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Some(Hindrance::Full)
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(Hindrance::ReadOnly),
        ErrorKind::OutOfMemory => Some(Hindrance::Memory),
        _ if cfg!(unix) => match error.raw_os_error()? {
            number if TOO_MANY.contains(&number) => Some(Hindrance::Files),
            FAILING => Some(Hindrance::Failing),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::ffi;

    use super::Hindrance::*;
    use super::*;

    #[test]
    fn what_a_machine_withholds_is_told_from_what_is_wrong_here() {
        for (code, expected) in [
            (ffi::SQLITE_FULL, Some(Full)),
            (ffi::SQLITE_READONLY, Some(ReadOnly)),
            (ffi::SQLITE_IOERR, Some(Failing)),
            (ffi::SQLITE_CANTOPEN, Some(Files)),
            (ffi::SQLITE_NOMEM, Some(Memory)),
            (ffi::SQLITE_BUSY, Some(Busy)),
            (ffi::SQLITE_CONSTRAINT, None),
            (ffi::SQLITE_CORRUPT, None),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(StoreError::from(error).hindrance(), expected, "{code}");
        }
        // ENOSPC, EDQUOT, EROFS, EACCES, EIO, ENFILE, EMFILE, ENOMEM, ENOENT.
        for (number, expected) in [
            (28, Some(Full)),
            (122, Some(Full)),
            (30, Some(ReadOnly)),
            (13, Some(ReadOnly)),
            (5, Some(Failing)),
            (23, Some(Files)),
            (24, Some(Files)),
            (12, Some(Memory)),
            (2, None),
        ] {
            let error = std::io::Error::from_raw_os_error(number);
            let error = StoreError::file(Path::new("blobs"), error);
            assert_eq!(error.hindrance(), expected, "{number}");
        }
    }
}
