//! Where the tools of others are that pages and exports are held against.

use std::path::{Path, PathBuf};

/// Where `tests/tools/install` puts them.
pub(crate) fn installed(file: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let path = target.join("tools/node/node_modules").join(file);
    assert!(
        path.exists(),
        "{file} is not installed: run tests/tools/install once, as tests/all does; it needs Node with npm"
    );
    path
}
