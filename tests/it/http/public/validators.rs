//! What two tools of others say of our ClaimReview: the types of schema.org,
//! which the TypeScript compiler holds the JSON against, and a tester of
//! structured data with what Google asks for.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::node::installed;

/// Where Node finds the tools.
fn modules() -> std::path::PathBuf {
    let modules = installed(".");
    modules.canonicalize().expect("the folder of modules")
}

/// What the compiler says of JSON documents as the types of schema.org, each
/// named by its type: nothing where they fit.
pub(super) fn type_faults(documents: &[(&str, &str)]) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(modules(), dir.path().join("node_modules")).expect("a link");
    let mut code =
        "import type { ClaimReview, DataFeed, WithContext } from \"schema-dts\";\n".to_owned();
    for (at, (kind, json)) in documents.iter().enumerate() {
        // JSON is an expression of TypeScript, and a literal is checked for
        // properties that its type does not have.
        code.push_str(&format!(
            "export const d{at}: WithContext<{kind}> = {json};\n"
        ));
    }
    std::fs::write(dir.path().join("documents.ts"), code).expect("a file");
    let answer = Command::new("node")
        .arg(installed("typescript/lib/tsc.js"))
        .args([
            "--strict",
            "--noEmit",
            "--module",
            "nodenext",
            "documents.ts",
        ])
        .current_dir(dir.path())
        .output()
        .expect("Node could not be started; it is needed for the types of schema.org");
    let said = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert_eq!(answer.status.success(), said.is_empty(), "{answer:?}");
    said
}

/// What Google misses in a page, and the schemas that are found in it.
pub(super) struct Tested {
    pub(super) schemas: Vec<String>,
    pub(super) passed: u64,
    pub(super) faults: Vec<String>,
}

pub(super) fn tested(page: &str) -> Tested {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("page.html");
    std::fs::write(&file, page).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/structured-data.cjs");
    let answer = Command::new("node")
        .arg(script)
        .args([modules(), file])
        .output()
        .expect("Node could not be started; it is needed for the test of structured data");
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap_or_else(|error| {
        unreachable!("the tester answered nothing that can be read ({error}): {answer:?}")
    });
    let words = |key: &str| -> Vec<String> {
        let list = told[key].as_array().into_iter().flatten();
        list.filter_map(|word| word.as_str().map(str::to_owned))
            .collect()
    };
    Tested {
        schemas: words("schemas"),
        passed: told["passed"].as_u64().unwrap_or(0),
        faults: [words("failed"), words("warnings")].concat(),
    }
}
