//! `citekeep bundle`, `citekeep verify FILE.zip`, and the same over HTTP.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use citekeep::desk::exchange::bundle::Kind;
use citekeep::ledger::key::VerifierKey;
use citekeep::ledger::receipt::Receipt;
use serde_json::Value;

use super::{bundle_of, files, is_ok};
use crate::support::{desk, desk_of_today};

fn citekeep(arguments: &[&str], place: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(arguments)
        .current_dir(place)
        .output()
        .expect("the program runs")
}

/// Runs the check in an empty folder, without a desk; returns its exit code and
/// its answer.
fn verified(bytes: &[u8], more: &[&str]) -> (i32, Value) {
    let place = tempfile::tempdir().expect("a folder");
    fs::write(place.path().join("claim.zip"), bytes).expect("a file");
    let mut arguments = vec!["verify", "claim.zip", "--json", "--data", "nowhere"];
    arguments.extend(more);
    let output = citekeep(&arguments, place.path());
    let left: Vec<_> = fs::read_dir(place.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "a check writes nothing");
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().expect("an exit code"), answer)
}

#[test]
fn verify_tells_ok_altered_missing_and_unverifiable_apart() {
    let desk = desk();
    let (claim, _) = desk.published();
    let good = bundle_of(&desk, claim, Kind::Desk);
    let (code, answer) = verified(&good, &[]);
    assert_eq!((code, &answer["result"]), (0, &Value::from("ok")));
    assert_eq!(answer["claim"], 1);
    assert_eq!(answer["key"]["given"], false);
    assert_eq!(answer["checkpoint"]["origin"], "test.example/desk");
    let proven = answer["proven"].as_array().expect("a list");
    let words = proven.iter().filter_map(Value::as_str);
    assert_eq!(
        words
            .filter(|words| words.contains("the dossier's wording"))
            .count(),
        1
    );
    let mut altered = good.clone();
    altered[good.len() / 2] ^= 1;
    let (code, answer) = verified(&altered, &[]);
    assert_eq!((code, &answer["result"]), (1, &Value::from("altered")));
    let (code, answer) = verified(&good[..good.len() / 2], &[]);
    assert_eq!((code, &answer["result"]), (4, &Value::from("missing")));
    let (code, answer) = verified(b"A letter.", &[]);
    assert_eq!((code, &answer["result"]), (5, &Value::from("unverifiable")));
    assert_eq!(verified(&good, &["--key", "nonsense"]).0, 2);
    assert_eq!(verified(&good, &["--log-only"]).0, 2);
    let nowhere = citekeep(&["verify", "nowhere.zip"], Path::new("."));
    assert_eq!(nowhere.status.code(), Some(3));
}

#[test]
fn the_command_line_writes_what_the_check_accepts() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let closed = desk.close();
    let place = tempfile::tempdir().expect("a folder");
    let data = closed.data.display().to_string();
    for (arguments, name) in [
        (vec!["bundle", "1"], "claim-1.zip"),
        (vec!["bundle", "1", "--public"], "published-1.zip"),
        (vec!["bundle", "1", "--out", "other.zip"], "other.zip"),
    ] {
        let arguments = [arguments, vec!["--data", &data]].concat();
        let output = citekeep(&arguments, place.path());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        let bytes = fs::read(place.path().join(name)).expect(name);
        assert_eq!(is_ok(&bytes).claim, Some(claim.get()));
    }
    let output = citekeep(
        &["bundle", "1", "--out", "-", "--data", &data],
        place.path(),
    );
    let written = fs::read(place.path().join("other.zip")).expect("a file");
    assert!(output.stdout == written, "standard output differs");
    let none = citekeep(&["bundle", "7", "--data", &data], place.path());
    assert_eq!(none.status.code(), Some(2));
    let left = fs::read_dir(&closed.data).expect("the data directory");
    let left = left.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let drafts = left.filter(|name| name.ends_with(".part")).count();
    assert_eq!(drafts, 0, "a draft is left");
}

#[test]
fn the_desk_hands_its_own_bundle_to_its_people_and_the_public_one_to_everybody() {
    let desk = desk_of_today();
    desk.published();
    let open = desk.claim("The tunnel opened in 1950.");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let (nobody, me) = (served.nobody(), served.enter(&link));
    let fetched = |path: &str, cookie: Option<&str>| {
        let mut request = ureq::get(format!("{}{path}", served.base.trim_end_matches('/')));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let mut answer = request.call().expect("an answer");
        let header = |name: &str| answer.headers()[name].to_str().expect("words").to_owned();
        let told = (header("content-type"), header("content-disposition"));
        (told, answer.body_mut().read_to_vec().expect("a body"))
    };
    let (told, own) = fetched("/claims/1/bundle.zip", me.cookie.as_deref());
    assert_eq!(told.0, "application/zip");
    assert_eq!(told.1, "attachment; filename=\"claim-1.zip\"");
    assert_eq!(is_ok(&own).public, Some(false));
    let (_, public) = fetched("/published/1/bundle.zip", None);
    assert_eq!(is_ok(&public).public, Some(true));
    assert_eq!(nobody.head("/published/1/bundle.zip"), (200, 0));
    let asked = |tag: &str| {
        let place = served.base.trim_end_matches('/');
        let request = ureq::get(format!("{place}/published/1/bundle.zip"));
        let answer = request.header("if-none-match", tag).call();
        let answer = answer.expect("an answer");
        let header = |name: &str| {
            let found = answer.headers().get(name);
            found.map(|value| value.to_str().expect("words").to_owned())
        };
        let status = answer.status().as_u16();
        (status, header("etag"), header("cache-control"))
    };
    let fresh = Some("public, max-age=60".to_owned());
    let (_, tag, kept) = asked("\"another\"");
    assert_eq!(kept, fresh);
    let known = asked(tag.as_deref().expect("a tag"));
    assert_eq!(known, (304, tag.clone(), fresh));
    // Whatever happens at the desk may show in a bundle.
    me.post("/claims", &[("statement", "The tunnel closed in 1951.")]);
    let (status, newer, _) = asked(tag.as_deref().expect("a tag"));
    assert_eq!(status, 200);
    assert_ne!(newer, tag);
    for path in [
        format!("/published/{open}/bundle.zip"),
        "/published/99/bundle.zip".to_owned(),
    ] {
        assert_eq!(nobody.get(&path).status, 404, "{path}");
        assert_eq!(nobody.head(&path).0, 404, "{path}");
    }
    assert_ne!(nobody.get("/claims/1/bundle.zip").status, 200);
    assert_eq!(me.get("/claims/99/bundle.zip").status, 404);
    assert!(
        me.get("/claims/1")
            .body
            .contains("href=\"/claims/1/bundle.zip\"")
    );
    assert!(
        nobody
            .get("/published/1")
            .body
            .contains("href=\"/published/1/bundle.zip\"")
    );
    served.end();
}

#[test]
fn each_receipt_proves_its_own_line_and_no_other() {
    let desk = desk();
    let (claim, _) = desk.published();
    let files = files(&bundle_of(&desk, claim, Kind::Desk));
    let text = |name: &str| str::from_utf8(&files[name]).expect("text");
    let key: VerifierKey = text("data/keys/log.vkey").trim().parse().expect("a key");
    let names = files.keys().filter_map(|name| name.strip_suffix(".leaf"));
    let names: Vec<&str> = names.collect();
    assert!(names.len() >= 10, "there are receipts to prove");
    for name in &names {
        let receipt = text(&format!("{name}.tlog-proof"));
        let receipt: Receipt = receipt.parse().expect("a receipt");
        for other in &names {
            let line = &files[&format!("{other}.leaf")];
            let proved = receipt.verify(line, &key).is_ok();
            assert_eq!(proved, name == other, "{name} and {other}");
        }
    }
}
