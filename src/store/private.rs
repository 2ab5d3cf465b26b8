//! Files that nobody else on the machine can read once they are made.

use std::fs::OpenOptions;

/// Ways to open such a file for writing.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
