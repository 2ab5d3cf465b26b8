//! The tools of others that run in Node, where `tests/tools/install` puts them.

use std::io::Seek;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A file of an installed tool, or its folder.
pub(crate) fn installed(file: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let path = target.join("tools/node/node_modules").join(file);
    assert!(
        path.exists(),
        "{file} is not installed: run tests/tools/install once, as tests/all does; it needs Node with npm"
    );
    path
}

/// Where the schemas of exports are kept.
pub(crate) fn kept(schema: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("docs/schema").join(schema)
}

/// What Ajv has to say about values that are held against a kept schema:
/// nothing of those that fit.
pub(crate) fn faults(schema: &str, values: &[Value]) -> Vec<Option<String>> {
    installed("ajv");
    let mut lines = tempfile::tempfile().expect("a file");
    for value in values {
        serde_json::to_writer(&mut lines, value).expect("written");
        std::io::Write::write_all(&mut lines, b"\n").expect("written");
    }
    lines.rewind().expect("the start of the file");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/schema.cjs");
    let answer = Command::new("node")
        .arg(program)
        .arg(installed(""))
        .arg(kept(schema))
        .stdin(lines)
        .output()
        .expect("Node could not be started; it is needed for Ajv");
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{schema}: {said}");
    serde_json::from_slice(&answer.stdout).expect("a list of faults")
}

/// Every one of the values fits the schema, and there are some.
pub(crate) fn all_fit(schema: &str, values: &[Value]) {
    assert!(!values.is_empty(), "nothing to hold against {schema}");
    let faults: Vec<String> = faults(schema, values).into_iter().flatten().collect();
    assert!(faults.is_empty(), "{schema}: {}", faults.join("\n"));
}
