//! `citekeep receipt` and `citekeep check-receipt`.

use std::fs;

use citekeep::store::tiles;
use serde_json::Value;
use tempfile::TempDir;

use super::{citekeep, grow};
use crate::support::desk;

#[test]
fn a_receipt_is_made_with_a_desk_and_checked_without_one() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let key = desk.desk.verifier_key();
    let leaf = desk
        .desk
        .read(|db| Ok(tiles::leaves(db, 17..18)?))
        .expect("a leaf");
    let dir = TempDir::new().expect("a directory");
    let path = |name: &str| dir.path().join(name).display().to_string();
    let data = desk.data().display().to_string();
    let (kept, out) = (path("entry-17.tlog-proof"), path("entry"));
    let made = citekeep(&["receipt", "17", "--data", &data, "--out", &kept]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let printed = citekeep(&["receipt", "17", "--newest", "--data", &data]);
    assert_eq!(printed.stdout, fs::read(&kept).expect("a receipt"));
    let unknown = citekeep(&["receipt", "20", "--data", &data]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");

    let check = |more: &[&str]| {
        let arguments = [&["check-receipt", &kept, "--json"], more].concat();
        let answer = citekeep(&arguments);
        let told: Value = serde_json::from_slice(&answer.stdout).unwrap_or(Value::Null);
        (answer.status.code(), told)
    };
    let (code, told) = check(&["--key", &key]);
    let line = Value::from(leaf[0].as_str());
    assert_eq!(
        (code, &told["proven"], &told["entry"], &told["line"]),
        (Some(0), &Value::Bool(true), &Value::from(17), &line)
    );
    fs::write(&out, format!("{}\n", leaf[0])).expect("an entry");
    assert_eq!(check(&["--key", &key, "--entry-file", &out]).0, Some(0));
    fs::write(&out, leaf[0].replace("sha256:", "sha256:0")).expect("an entry");
    assert_eq!(check(&["--key", &key, "--entry-file", &out]).0, Some(1));
    let (code, told) = check(&["--key", &key, "--origin", "other.example/desk"]);
    assert_eq!(
        (code, &told["proven"]),
        (Some(1), &Value::Bool(false)),
        "{told}"
    );
    assert_eq!(check(&["--key", "words"]).0, Some(2));
    assert_eq!(
        check(&["--key", &key, "--entry-file", &path("nowhere")]).0,
        Some(3)
    );

    // Whoever changes the line that the receipt carries changes nothing else.
    let text = fs::read_to_string(&kept).expect("a receipt");
    let extra = text.lines().nth(1).expect("the line");
    let mut other = extra.to_owned();
    other.replace_range(20..21, if &extra[20..21] == "A" { "B" } else { "A" });
    fs::write(&kept, text.replace(extra, &other)).expect("a changed receipt");
    let (code, told) = check(&["--key", &key]);
    assert_eq!(
        (code, &told["proven"]),
        (Some(1), &Value::Bool(false)),
        "{told}"
    );
    fs::write(&kept, "words").expect("no receipt");
    assert_eq!(check(&["--key", &key]).0, Some(1));
    desk.is_clean();
}
