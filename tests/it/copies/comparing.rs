//! `citekeep compare`: how any two copies of a log stand to each other.

use std::fs;
use std::path::{Path, PathBuf};

use citekeep::desk::mirror::mirror;
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::{Rules, audit};
use citekeep::domain::words::Name;
use serde_json::Value;
use tempfile::TempDir;

use super::{citekeep, files, grow, lay};
use crate::support::program::citekeep_with;
use crate::support::{TestDesk, desk, world};

/// Compares two places: the exit code and what it tells.
fn compare(a: &str, b: &str, more: &[&str]) -> (i32, Value) {
    let arguments = [&["compare", "--json", a, b], more].concat();
    let answer = citekeep(&arguments);
    let code = answer.status.code().expect("an exit code");
    let told = serde_json::from_slice(&answer.stdout).unwrap_or(Value::Null);
    (code, told)
}

/// What is told of two places, as one word or two.
fn outcome(a: &str, b: &str) -> (i32, String) {
    let (code, told) = compare(a, b, &[]);
    let words = match told["result"].as_str() {
        None => "nothing".to_owned(),
        Some("behind") => {
            let is_open = told["open"].is_string();
            let open = if is_open { ", in part" } else { "" };
            let side = told["behind"].as_str().unwrap_or_default().to_uppercase();
            format!("{side} behind by {}{open}", told["by"])
        }
        Some("forked") if told["first"].is_null() => {
            assert!(told["open"].is_string(), "{told}");
            format!("forked from {} on, before {}", told["same"], told["before"])
        }
        Some("forked") => format!("forked at {}", told["first"]),
        Some(other) => other.to_owned(),
    };
    (code, words)
}

/// Copies of three histories: `short` is how `long` began; `forked` is as long
/// begins up to entry 261, and goes another way.
struct Copies {
    dir: TempDir,
    _desks: Vec<TestDesk>,
}

impl Copies {
    fn new() -> Self {
        let dir = TempDir::new().expect("a directory");
        let mut desks = Vec::new();
        for (name, first, second) in [
            ("short", 261, 261),
            ("long", 261, 275),
            ("forked", 261, 270),
        ] {
            let desk = desk();
            grow(&desk, 100, "It rained.");
            grow(&desk, first, "It rained.");
            let statement = if name == "forked" {
                "It snowed."
            } else {
                "It rained."
            };
            grow(&desk, second, statement);
            mirror(
                &desk.data(),
                &dir.path().join(format!("{name}.mirror")),
                false,
                &mut |_, _| {},
            )
            .expect("a mirror");
            let kept = desk.data().join("checkpoints");
            fs::copy(kept, dir.path().join(format!("{name}.checkpoints"))).expect("a copy");
            std::os::unix::fs::symlink(desk.data(), dir.path().join(name)).expect("a link");
            desks.push(desk);
        }
        Self { dir, _desks: desks }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn place(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

#[test]
fn copies_are_the_same_or_behind_or_forked_at_an_entry() {
    let copies = Copies::new();
    for (a, b, code, words) in [
        // Trees: a data directory or a mirror.
        ("long", "long", 0, "same"),
        ("long", "long.mirror", 0, "same"),
        ("short", "long", 0, "A behind by 14"),
        ("long", "short", 0, "B behind by 14"),
        ("short.mirror", "long", 0, "A behind by 14"),
        ("long.mirror", "short.mirror", 0, "B behind by 14"),
        ("forked", "long", 1, "forked at 261"),
        ("long.mirror", "forked", 1, "forked at 261"),
        ("forked.mirror", "long.mirror", 1, "forked at 261"),
        ("forked", "short", 0, "B behind by 9"),
        // A tree and checkpoints that somebody kept.
        ("long", "long.checkpoints", 0, "same"),
        ("long", "short.checkpoints", 0, "B behind by 14"),
        ("short.checkpoints", "long.mirror", 0, "A behind by 14"),
        ("short", "long.checkpoints", 0, "A behind by 14, in part"),
        (
            "forked.checkpoints",
            "long",
            1,
            "forked from 261 on, before 270",
        ),
        (
            "long",
            "forked.checkpoints",
            1,
            "forked from 261 on, before 270",
        ),
        ("long", "short.mirror/checkpoint", 0, "B behind by 14"),
        ("short", "long.mirror/checkpoint", 3, "undecided"),
        // Checkpoints alone.
        ("long.checkpoints", "long.checkpoints", 0, "same"),
        ("short.checkpoints", "long.checkpoints", 0, "A behind by 14"),
        ("long.checkpoints", "long.mirror/checkpoint", 0, "same"),
        (
            "short.mirror/checkpoint",
            "long.mirror/checkpoint",
            3,
            "undecided",
        ),
        ("long.checkpoints", "forked.checkpoints", 3, "undecided"),
    ] {
        let found = outcome(&copies.place(a), &copies.place(b));
        assert_eq!(found, (code, words.to_owned()), "{a} and {b}");
    }
}

#[test]
fn what_is_no_copy_or_damaged_or_another_log_is_told_as_such() {
    let desk = desk();
    grow(&desk, 300, "It rained.");
    let dir = TempDir::new().expect("a directory");
    let path = |name: &str| dir.path().join(name);
    let place = |name: &str| path(name).display().to_string();
    mirror(&desk.data(), &path("mirror"), false, &mut |_, _| {}).expect("a mirror");
    let whole = files(&path("mirror"));
    let spoilt = |name: &str, file: &str, at: usize| {
        let mut files = whole.clone();
        files.get_mut(Path::new(file)).expect("a tile")[at] ^= 1;
        lay(&path(name), &files);
    };
    spoilt("edge", "tile/0/001.p/44", 40);
    spoilt(
        "signature",
        "checkpoint",
        whole[Path::new("checkpoint")].len() - 9,
    );
    fs::create_dir(path("empty")).expect("a directory");
    fs::write(path("words"), "words").expect("a file");
    fs::write(path("bytes"), [0xff; 40]).expect("a file");
    let note = &whole[Path::new("checkpoint")];
    fs::write(path("torn"), &note[..note.len() - 20]).expect("a file");
    let identity = Identity {
        name: Name::parse("Another desk").expect("a name"),
        origin: "other.example/desk".to_owned(),
        key: citekeep::desk::keys::KeyPlace::Beside,
    };
    let other = set_up::open(
        &path("other"),
        &identity,
        Rules::default(),
        world(),
        &mut |_| {},
    );
    audit::checkpoint(&other.expect("a desk")).expect("a checkpoint");
    for (b, code) in [
        ("nowhere", 2),
        ("empty", 2),
        ("bytes", 2),
        ("other", 2),
        ("words", 3),
        ("torn", 3),
        ("edge", 3),
    ] {
        let (found, told) = compare(&place("mirror"), &place(b), &[]);
        assert_eq!((found, told), (code, Value::Null), "{b}");
    }
    // Only a key tells that a signature does not hold.
    let key = desk.desk.verifier_key();
    assert_eq!(compare(&place("mirror"), &place("signature"), &[]).0, 0);
    let with_key = ["--key", key.as_str()];
    assert_eq!(
        compare(&place("mirror"), &place("signature"), &with_key).0,
        3
    );
    let (code, told) = compare(&place("mirror"), &place("mirror"), &with_key);
    assert_eq!((code, &told["signatures_checked"]), (0, &Value::Bool(true)));
}

#[test]
fn damage_inside_a_copy_is_no_fork() {
    let desk = desk();
    grow(&desk, 300, "It rained.");
    let dir = TempDir::new().expect("a directory");
    let (good, bad) = (dir.path().join("good"), dir.path().join("bad"));
    mirror(&desk.data(), &good, false, &mut |_, _| {}).expect("a mirror");
    let mut changed = files(&good);
    changed.get_mut(Path::new("tile/0/000")).expect("a tile")[77] ^= 1;
    lay(&bad, &changed);
    // Both were signed over the same root, so their histories are one: the
    // tile over the damaged one says so. `mirror --whole` finds the damage.
    let [one, other] = [&good, &bad].map(|path| path.display().to_string());
    assert_eq!(outcome(&one, &other), (0, "same".to_owned()));
    assert!(mirror(&desk.data(), &bad, true, &mut |_, _| {}).is_err());
}

#[test]
fn a_log_is_compared_at_its_address() {
    let desk = desk();
    grow(&desk, 270, "It rained.");
    let dir = TempDir::new().expect("a directory");
    let kept = dir.path().join("mirror");
    mirror(&desk.data(), &kept, false, &mut |_, _| {}).expect("a mirror");
    let (data, key) = (desk.data(), desk.desk.verifier_key());
    let closed = desk.close();
    let mut program = citekeep_with(&data, "[fetch]\nenabled = false\n");
    let base = program.address();
    let port = base
        .trim_end_matches('/')
        .rsplit(':')
        .next()
        .expect("a port");
    let config = dir.path().join("config.toml");
    let lines = format!("[fetch]\nallow = [\"127.0.0.1\"]\nports = [{port}]\ngap = 0\n");
    fs::write(&config, lines).expect("a configuration");
    let config = config.display().to_string();
    let more = ["--key", key.as_str(), "--config", config.as_str()];
    let kept = kept.display().to_string();
    for address in [format!("{base}/log"), format!("{base}/log/")] {
        let (code, told) = compare(&address, &kept, &more);
        assert_eq!((code, &told["result"]), (0, &Value::from("same")), "{told}");
        assert_eq!(told["a"]["form"], "address");
    }
    let (code, _) = compare(&format!("{base}/nothing"), &kept, &more);
    assert_eq!(code, 3);
    program.stop();
    drop(closed);
}

#[test]
fn a_key_that_was_changed_is_followed_from_any_that_somebody_kept() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let first = desk.desk.verifier_key();
    let dir = TempDir::new().expect("a directory");
    let place = |name: &str| dir.path().join(name).display().to_string();
    let kept = desk.data().join("checkpoints");
    fs::copy(&kept, place("older.checkpoints")).expect("a copy");
    mirror(
        &desk.data(),
        &dir.path().join("older"),
        false,
        &mut |_, _| {},
    )
    .expect("a mirror");
    citekeep::desk::keys::rotate(&desk.desk, None).expect("a second key");
    let second = desk.desk.verifier_key();
    grow(&desk, 30, "It rained.");
    fs::copy(&kept, place("newer.checkpoints")).expect("a copy");
    mirror(
        &desk.data(),
        &dir.path().join("newer"),
        false,
        &mut |_, _| {},
    )
    .expect("a mirror");
    let notes = fs::read_to_string(dir.path().join("newer/keys")).expect("the notes");
    assert!(notes.starts_with("key succession/1\n"), "{notes}");
    let data = desk.data().display().to_string();
    for key in [&first, &second] {
        for (a, b) in [
            (place("older"), place("newer")),
            (place("older.checkpoints"), data.clone()),
            (place("newer.checkpoints"), place("newer")),
            (data.clone(), place("newer")),
        ] {
            let (code, told) = compare(&a, &b, &["--key", key]);
            assert_eq!(code, 0, "{a} and {b} with {key}: {told}");
        }
    }
    // Without a note nothing leads from one key to the other.
    let older = [place("older"), place("older.checkpoints")];
    let (code, _) = compare(&older[0], &older[1], &["--key", &second]);
    assert_eq!(code, 3);
}
