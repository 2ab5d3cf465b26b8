//! Files read with Python, which knows nothing of this program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a script prints as JSON about the bytes that it reads.
pub(crate) fn python(script: &str, bytes: &[u8]) -> Value {
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python could not be started; tests/all needs it");
    let mut input = child.stdin.take().expect("its input is piped");
    input.write_all(bytes).expect("bytes that it reads");
    drop(input);
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success(), "the script failed: {script}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The same with the parser that `tests/tools/install` brings.
pub(crate) fn pybtex(script: &str, bytes: &[u8]) -> Value {
    python(&with("pybtex", script), bytes)
}

/// The same with the reader of web archives that `tests/tools/install` brings.
pub(crate) fn warcio(script: &str, bytes: &[u8]) -> Value {
    python(&with("warcio", script), bytes)
}

/// A script that finds a package of `tests/tools/install`.
fn with(name: &str, script: &str) -> String {
    let place = installed(name).display().to_string();
    format!("import sys\nsys.path.insert(0, {place:?})\n{script}")
}

/// Where a package of `tests/tools/install` is.
pub(crate) fn installed(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let place = target.join("tools/python").join(name);
    assert!(
        place.exists(),
        "{name} is not installed: run tests/tools/install once, as tests/all does"
    );
    place
}
