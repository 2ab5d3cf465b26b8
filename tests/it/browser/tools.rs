//! The tools of others that pages are held against: axe-core, which runs in
//! the browser, and html-validate, which runs in Node.

use std::io::Seek;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::node::installed;

/// The script that brings axe-core into a page.
pub(super) fn axe() -> String {
    let path = installed("axe-core/axe.min.js");
    std::fs::read_to_string(path).expect("the script of axe-core")
}

/// What html-validate has to say about the files of a folder: the name of the
/// file, the rule, and what shows the fault.
pub(super) fn html_faults(folder: &Path) -> Vec<(String, (String, String))> {
    let program = installed("html-validate/bin/html-validate.mjs");
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/html-validate.cjs");
    // A file and not a pipe: the program ends without waiting until a pipe is
    // empty.
    let mut said = tempfile::tempfile().expect("a file");
    let answer = Command::new("node")
        .arg(program)
        .arg("--config")
        .arg(rules)
        .args(["--formatter", "json", "--ext", "html", "."])
        .current_dir(folder)
        .stdout(said.try_clone().expect("the same file"))
        .output()
        .expect("Node could not be started; it is needed for html-validate");
    said.rewind().expect("the start of the file");
    let files: Vec<Value> = serde_json::from_reader(said).unwrap_or_else(|error| {
        let words = String::from_utf8_lossy(&answer.stderr);
        unreachable!("html-validate answered nothing that can be read ({error}): {words}")
    });
    let mut faults = Vec::new();
    for file in &files {
        let path = Path::new(file["filePath"].as_str().unwrap_or_default());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for fault in file["messages"].as_array().into_iter().flatten() {
            let word = |key: &str| fault[key].as_str().unwrap_or_default();
            let shown = format!(
                "{}\n    at {} (line {})",
                word("message"),
                word("selector"),
                fault["line"]
            );
            faults.push((
                name.clone().into_owned(),
                (word("ruleId").to_owned(), shown),
            ));
        }
    }
    faults
}
