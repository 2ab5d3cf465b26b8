//! Files that `citekeep export` writes: made smaller, read by others' programs,
//! and there only once they are whole.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::round_trip::{citekeep, succeeds};

/// Python's own gzip, or the zstd program where there is one.
fn unpacked(file: &Path) -> String {
    let by = |program: &str, arguments: &[&str]| {
        Command::new(program)
            .args(arguments)
            .arg(file)
            .output()
            .ok()
    };
    let answer = if file.extension().is_some_and(|ending| ending == "gz") {
        let script = "import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())";
        by("python3", &["-c", script]).expect("python3 is needed to read gzip")
    } else {
        match by("zstd", &["-dc"]) {
            Some(answer) => answer,
            None => {
                let bytes = fs::read(file).expect("the file");
                let bytes = zstd::decode_all(bytes.as_slice()).expect("zstd");
                return String::from_utf8(bytes).expect("UTF-8");
            }
        }
    };
    assert!(answer.status.success(), "{file:?}: {answer:?}");
    String::from_utf8(answer.stdout).expect("UTF-8")
}

#[test]
fn an_export_is_made_smaller_as_its_name_says() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let plain = succeeds(&data, &["export", "--format", "ndjson"]);
    assert!(
        plain
            .lines()
            .last()
            .is_some_and(|end| end.contains("\"record\":\"end\""))
    );
    for (name, option) in [
        ("desk.ndjson.gz", None),
        ("desk.ndjson.zst", None),
        ("other.gz", Some("gzip")),
        ("other.zst", Some("zstd")),
    ] {
        let out = dir.path().join(name);
        let place = out.to_string_lossy();
        let mut arguments = vec!["export", "--format", "ndjson", "--out", &place];
        arguments.extend(option.into_iter().flat_map(|coding| ["--compress", coding]));
        succeeds(&data, &arguments);
        let size = fs::metadata(&out).expect("the file").len();
        assert!(size < plain.len() as u64 / 2, "{name}: {size} bytes");
        assert_eq!(unpacked(&out), plain, "{name}");
    }
}

#[test]
fn a_file_is_there_only_once_it_is_whole() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let out = dir.path().join("claim.json");
    fs::write(&out, "an older export").expect("a file");
    let place = out.to_string_lossy();
    let missing = citekeep(&data, &["export", "--claim", "999", "--out", &place]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    assert_eq!(
        fs::read_to_string(&out).expect("the file"),
        "an older export"
    );
    succeeds(&data, &["export", "--claim", "1", "--out", &place]);
    let text = fs::read_to_string(&out).expect("the file");
    assert!(
        text.starts_with("{\"$schema\":\"/schema/desk-1.json\""),
        "{text}"
    );
    let there = fs::read_dir(dir.path()).expect("the folder");
    let names: Vec<_> = there
        .map(|entry| entry.expect("a file").file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing half-written is left: {names:?}");
}

#[test]
fn what_a_kind_of_file_cannot_hold_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    for (arguments, reason) in [
        (&["--published"][..], "with --format ndjson --published"),
        (
            &["--format", "ndjson", "--claim", "1"],
            "comes with --format json --claim",
        ),
        (&["--claim", "0"], "a number from 1 upwards"),
        (
            &["--claim", "1", "--published"],
            "a file of --format json holds the whole desk, or one claim",
        ),
        (
            &["--format", "bibtex", "--published"],
            "--claim with --published",
        ),
        (
            &["--format", "atom", "--claim", "1"],
            "published and corrected",
        ),
        (&["--format", "annotations"], "name an article (--article)"),
        (&["--format", "draft-html"], "name it with --article"),
        (
            &["--format", "claim-review", "--article", "1"],
            "what is published of one claim (--claim)",
        ),
        (&["--article", "1", "--claim", "1"], "cannot be used with"),
        (&["--article", "1", "--published"], "cannot be used with"),
        (
            &["--format", "atom", "--bom"],
            "--bom does not go with --format atom",
        ),
        (
            &["--format", "claims-csv", "--page", "1"],
            "--page does not go with --format claims-csv",
        ),
        (
            &["--format", "json", "--before", "1-1"],
            "--before does not go with --format json",
        ),
        (&["--format", "atom", "--before", "x"], "looks like 120-14"),
        (
            &["--format", "annotations", "--article", "1", "--page", "9"],
            "there is no such page",
        ),
        (
            &["--format", "draft-html", "--article", "99"],
            "there is no article 99",
        ),
        (
            &["--format", "claim-review", "--claim", "999"],
            "there is no published claim 999",
        ),
    ] {
        let answer = citekeep(&data, &[&["export"], arguments].concat());
        assert_eq!(answer.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
}
