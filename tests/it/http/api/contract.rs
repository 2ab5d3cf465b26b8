//! Schemathesis reads the document and asks the live desk whatever the
//! document allows and forbids; it has nothing to find.

use std::path::Path;
use std::process::Command;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use crate::exchange::stream::filled;
use crate::support::check;
use crate::support::program::citekeep_with;

#[test]
fn schemathesis_finds_nothing() {
    let desk = filled(3);
    desk.published();
    let token = desk.token(Role::Admin, Scopes::ALL);
    // Addresses made up by chance are not asked for.
    let closed = desk.close();
    let mut program = citekeep_with(&closed.data, "[fetch]\nenabled = false\n");
    let served = program.address();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let place = target.join("tools/python/schemathesis");
    assert!(
        place.exists(),
        "Schemathesis is not installed: run tests/tools/install once, as tests/all does"
    );
    let base = served.trim_end_matches('/');
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let folder = tempfile::tempdir().expect("a directory");
    let answer = Command::new("python3")
        .arg(place.join("bin/schemathesis"))
        .arg("--config-file")
        .arg(tools.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{base}/api/v1/openapi.json"))
        .args(["--url", &format!("{base}/api/v1")])
        .args(["--header", &format!("Authorization: {token}")])
        .args(["--checks", "all"])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--max-examples", "5", "--seed", "7", "--no-color"])
        .env("PYTHONPATH", &place)
        .current_dir(folder.path())
        .output()
        .expect("Python could not be started; it is needed for Schemathesis");
    let said = String::from_utf8_lossy(&answer.stdout);
    let failed = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{said}\n{failed}");
    assert!(said.contains("API Operations:"), "{said}");
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}
