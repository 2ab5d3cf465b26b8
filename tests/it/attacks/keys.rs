//! Attacks on the key that signs the log, and what befalls it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use citekeep::desk::audit::report::{Kind, Report};
use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::keys::{self, KeyPlace};
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::{Desk, DeskError, Rules, audit};
use citekeep::domain::event::{Event, Record};
use citekeep::domain::words::Name;
use citekeep::ledger::key::{SigningKey, VerifierKey};
use citekeep::ledger::succession::Succession;
use citekeep::store::keys::Came;
use citekeep::store::veil::Eyes;
use citekeep::store::{self, Store, StoreError, log};

use crate::support::{check, desk, kinds, note, open, world};

fn read_key(path: &Path) -> SigningKey {
    let text = fs::read_to_string(path).expect("a key file");
    text.trim().parse().expect("a key")
}

fn key_of(data: &Path) -> SigningKey {
    read_key(&data.join("log.key"))
}

fn key(seed: u8) -> SigningKey {
    let name = "test.example/desk".parse().expect("a name");
    SigningKey::from_seed(name, &[seed; 32])
}

fn put(path: &Path, key: &SigningKey) {
    fs::write(path, key.to_private_text()).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("closed");
}

fn with_key(data: &Path, place: KeyPlace) -> Result<Desk, DeskError> {
    let identity = Identity {
        name: Name::parse("Test desk").expect("a name"),
        origin: "test.example/desk".to_owned(),
        key: place,
    };
    set_up::open(data, &identity, Rules::default(), world(), &mut |_| {})
}

/// What a rotation at this place of the log would say.
fn succession(data: &Path, old: VerifierKey, new: VerifierKey) -> Succession {
    let store = Store::open(data).expect("a store");
    store
        .read(Eyes::Desk, |db| {
            let size = log::size(db)?;
            let root = log::root(db, size)?;
            Ok::<_, StoreError>(Succession {
                size,
                root,
                old,
                new,
            })
        })
        .expect("the log")
}

/// Writes an entry as whoever has the database could.
fn append(data: &Path, event: Event) -> Result<(), StoreError> {
    let store = Store::open(data).expect("a store");
    store.write(move |tx| {
        let record = Record {
            v: Record::VERSION,
            at: "2022-03-02T00:00:00.000Z".parse().expect("a moment"),
            by: None,
            event,
            signature: None,
        };
        log::append(tx, &record, [1; 16]).map(|_| ())
    })
}

fn rotation(said: &Succession, statement: String) -> Event {
    Event::KeyRotated {
        previous: said.old.to_string(),
        statement,
        verifier_key: said.new.to_string(),
    }
}

fn check_with(data: &Path, kept: &VerifierKey) -> Report {
    verify(data, Some(kept), Depth::Log, &mut |_, _| {}).expect("a report")
}

#[test]
fn two_rotations() {
    let desk = desk();
    let first = key_of(&desk.data()).verifier();
    desk.published();
    keys::rotate(&desk.desk, None).expect("a second key");
    let second = key_of(&desk.data()).verifier();
    desk.claim("The bridge was closed in 1990.");
    audit::checkpoint(&desk.desk).expect("signed");
    keys::rotate(&desk.desk, None).expect("a third key");
    let third = key_of(&desk.data()).verifier();
    desk.claim("The bridge was painted in 1991.");
    let closed = desk.close();

    for depth in [Depth::Log, Depth::Everything] {
        let report = verify(&closed.data, None, depth, &mut |_, _| {}).expect("a report");
        assert_eq!(report.findings, []);
        let spans: Vec<_> = report.keys.iter().map(|span| span.came).collect();
        assert_eq!(spans, [Came::Opened, Came::Rotated, Came::Rotated]);
        assert_eq!(report.keys[2].verifier_key, third.to_string());
    }
    for kept in [&first, &second, &third] {
        assert_eq!(check_with(&closed.data, kept).findings, [], "{kept}");
    }
    let stranger = check_with(&closed.data, &key(9).verifier());
    assert_eq!(kinds(&stranger), [Kind::ForeignKey]);

    // The checkpoint over a change is signed by both, the next by one.
    let file = fs::read_to_string(closed.data.join("checkpoints")).expect("the file");
    let signatures: Vec<usize> = file
        .split("\n\n")
        .filter(|part| part.starts_with('\u{2014}'))
        .map(|part| part.lines().count())
        .collect();
    assert_eq!(signatures.iter().filter(|count| **count == 2).count(), 2);
    assert_eq!(signatures.last(), Some(&1));
    open(&closed.data).expect("it opens with the newest key");
}

#[test]
fn rotation_signed_by_a_stranger() {
    let closed = desk().close();
    let (old, new) = (key_of(&closed.data).verifier(), key(3));
    let said = succession(&closed.data, old, new.verifier());
    // The one who writes has the database and not the key.
    let statement = said.sign(&new, Some(&key(4))).expect("a note");
    append(&closed.data, rotation(&said, statement)).expect("written");
    put(&closed.data.join("log.key"), &new);
    let report = check(&closed.data);
    assert_eq!(kinds(&report), [Kind::ForeignKey], "{report:?}");
    // Whoever starts on it signs with a key that nobody vouched for.
    open(&closed.data).expect("it opens");
    let found = kinds(&check(&closed.data));
    assert!(found.contains(&Kind::ForeignCheckpoint), "{found:?}");
}

#[test]
fn rotation_forked() {
    let desk = desk();
    desk.claim("The bridge opened in 1932.");
    let closed = desk.close();
    let (old, new) = (key_of(&closed.data), key(3));
    let said = succession(&closed.data, old.verifier(), new.verifier());
    let statement = said.sign(&new, Some(&old)).expect("a note");
    // Another entry comes first; the note was signed for a log without it.
    append(
        &closed.data,
        Event::OlderLogAccepted {
            lost: "none".to_owned(),
            reason: note("An entry of another history."),
        },
    )
    .expect("written");
    append(&closed.data, rotation(&said, statement)).expect("written");
    put(&closed.data.join("log.key"), &new);
    let found = kinds(&check(&closed.data));
    assert!(found.contains(&Kind::ForeignKey), "{found:?}");

    // Two keys cannot follow one.
    let said = succession(&closed.data, old.verifier(), key(5).verifier());
    let statement = said.sign(&key(5), Some(&old)).expect("a note");
    let refused = append(&closed.data, rotation(&said, statement));
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}

#[test]
fn key_readable_by_all() {
    let closed = desk().close();
    let path = closed.data.join("log.key");
    for mode in [0o644, 0o640, 0o602] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        let refused = open(&closed.data).err().expect("refused").to_string();
        assert!(
            refused.contains(&format!("chmod 600 {}", path.display())),
            "{refused}"
        );
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("a mode");
    open(&closed.data).expect("a key that only its owner reads");
}

#[test]
fn a_database_open_to_others_is_closed_with_a_word() {
    let closed = desk().close();
    let database = closed.data.join("desk.db");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    for path in [&closed.data, &database, &closed.data.join("checkpoints")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    let mut said = Vec::new();
    let identity = Identity {
        name: Name::parse("Test desk").expect("a name"),
        origin: "test.example/desk".to_owned(),
        key: KeyPlace::Beside,
    };
    let mut tell = |words: &str| said.push(words.to_owned());
    set_up::open(
        &closed.data,
        &identity,
        Rules::default(),
        world(),
        &mut tell,
    )
    .expect("open");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[1].contains("desk.db was open to others"), "{said:?}");
    assert_eq!(mode(&closed.data), 0o700);
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn a_lost_key_is_replaced_in_plain_words() {
    let desk = desk();
    desk.published();
    let closed = desk.close();
    let old = key_of(&closed.data).verifier();
    fs::remove_file(closed.data.join("log.key")).expect("lost");
    // No key is made in silence.
    let refused = open(&closed.data).err().expect("refused").to_string();
    assert!(refused.contains("replace-lost-key"), "{refused}");
    assert!(!closed.data.join("log.key").exists());

    let mut other = world();
    other.rng = std::sync::Arc::new(Fixed(77));
    let own = (Rules::default(), other);
    let reason = note("The disk failed and no copy was kept.");
    let replaced = keys::replace_lost(&closed.data, &KeyPlace::Beside, own, reason, None);
    let replaced = replaced.expect("a new key");
    assert_eq!(
        key_of(&closed.data).verifier().to_string(),
        replaced.verifier_key
    );

    let report = check(&closed.data);
    assert_eq!(report.findings, []);
    assert_eq!(report.keys[1].came, Came::Replaced);
    let told = report.not_proven.iter();
    assert_eq!(
        told.filter(|said| said.contains("did not sign this"))
            .count(),
        1
    );
    assert_eq!(check_with(&closed.data, &old).findings, []);
    open(&closed.data).expect("it opens");

    // A key that is there is not lost.
    let own = (Rules::default(), world());
    let again = keys::replace_lost(&closed.data, &KeyPlace::Beside, own, note("Why?"), None);
    assert!(
        again
            .err()
            .expect("refused")
            .to_string()
            .contains("rotate-key")
    );
}

#[test]
fn a_start_after_a_cut_off_rotation_finishes_it() {
    let desk = desk();
    let old = key_of(&desk.data());
    keys::rotate(&desk.desk, None).expect("a second key");
    let closed = desk.close();
    let new = key_of(&closed.data);
    // As it is after the entry and before the file has its name.
    put(&closed.data.join("log.key.next"), &new);
    put(&closed.data.join("log.key"), &old);
    assert_eq!(check(&closed.data).findings, []);
    open(&closed.data).expect("it opens");
    assert_eq!(key_of(&closed.data).verifier(), new.verifier());
    assert!(!closed.data.join("log.key.next").exists());

    // And before the entry: the waiting key is not used, and not lost either.
    put(&closed.data.join("log.key.next"), &key(3));
    let again = open(&closed.data).expect("it opens");
    assert_eq!(again.verifier_key(), new.verifier().to_string());
    keys::rotate(&again, None).expect("a third key");
    assert_eq!(key_of(&closed.data).verifier(), key(3).verifier());
    drop(again);
    assert_eq!(check(&closed.data).findings, []);
}

#[test]
fn a_key_of_another_log_is_refused() {
    let closed = desk().close();
    put(&closed.data.join("log.key"), &key(3));
    let refused = open(&closed.data).err().expect("refused").to_string();
    assert!(refused.contains("the log is signed by"), "{refused}");
    assert_eq!(kinds(&check(&closed.data)), [Kind::ForeignKey]);
}

#[test]
fn a_running_desk_signs_with_the_key_that_another_process_made() {
    let desk = desk();
    let mut other = desk.days_later(1);
    keys::rotate(&other, None).expect_err("the same chance makes the same key");
    fs::remove_file(desk.data().join("log.key.next")).expect("that key goes");
    put(&desk.data().join("log.key.next"), &key(3));
    keys::rotate(&other, None).expect("a second key");
    desk.claim("The bridge opened in 1932.");
    audit::checkpoint(&desk.desk).expect("signed");
    assert_eq!(desk.desk.verifier_key(), key(3).verifier().to_string());
    other = desk.days_later(2);
    drop(other);
    assert_eq!(check(&desk.close().data).findings, []);
}

#[test]
fn an_older_log_without_its_newest_key_says_so() {
    let desk = desk();
    audit::checkpoint(&desk.desk).expect("signed");
    let data = desk.data();
    let copy = tempfile::tempdir().expect("a directory");
    let backup: PathBuf = copy.path().join("desk.db");
    let conn = rusqlite::Connection::open(data.join("desk.db")).expect("the database");
    conn.execute("VACUUM INTO ?1", [backup.display().to_string()])
        .expect("a backup");
    drop(conn);
    keys::rotate(&desk.desk, None).expect("a second key");
    let closed = desk.close();
    for name in ["desk.db-wal", "desk.db-shm"] {
        let _ = fs::remove_file(closed.data.join(name));
    }
    fs::copy(&backup, closed.data.join("desk.db")).expect("put back");
    assert_eq!(
        kinds(&check(&closed.data)),
        [Kind::OldBackup, Kind::ForeignKey]
    );
    let refused = open(&closed.data).err().expect("an older log is refused");
    assert!(matches!(refused, DeskError::OlderLog { .. }), "{refused}");
    let (rules, reason) = (Rules::default(), note("This copy is all there is."));
    set_up::accept_older_log(&closed.data, &KeyPlace::Beside, rules, world(), reason)
        .expect("accepted");
    let report = check(&closed.data);
    assert_eq!(report.findings, []);
    assert_eq!(report.keys[1].came, Came::Replaced);
}

#[test]
fn a_key_outside_the_data_directory() {
    let elsewhere = tempfile::tempdir().expect("a directory");
    let path = elsewhere.path().join("desk.key");
    let data = elsewhere.path().join("data");
    let opened = with_key(&data, KeyPlace::File(path.clone())).expect("a desk");
    assert!(!data.join("log.key").exists());
    let kept = read_key(&path).verifier();
    drop(opened);
    put(&elsewhere.path().join("desk.key.next"), &key(3));
    let opened = with_key(&data, KeyPlace::File(path.clone())).expect("a desk");
    keys::rotate(&opened, None).expect("a second key");
    assert_eq!(read_key(&path).verifier(), key(3).verifier());
    drop(opened);
    assert_eq!(check_with(&data, &kept).findings, []);

    // Handed over, as in an environment variable: the new key goes where the
    // operator says, and the desk does not start without it.
    let given = |key: &SigningKey| KeyPlace::Given {
        name: "$CITEKEEP_KEY".to_owned(),
        key: Some(key.clone()),
    };
    let opened = with_key(&data, given(&key(3))).expect("a desk");
    let refused = keys::rotate(&opened, None).expect_err("it needs a file");
    assert!(refused.to_string().contains("--out"), "{refused}");
    let out = elsewhere.path().join("new.key");
    put(&out, &key(6));
    let rotated = keys::rotate(&opened, Some(&out)).expect("a third key");
    assert_eq!(rotated.waits_in.as_deref(), Some(out.as_path()));
    drop(opened);
    let refused = with_key(&data, given(&key(3))).err().expect("refused");
    assert!(refused.to_string().contains("$CITEKEEP_KEY"), "{refused}");
    let opened = with_key(&data, given(&key(6))).expect("a desk");
    let chain = opened.read(|db| Ok(store::keys::list(db)?)).expect("keys");
    assert_eq!(chain.len(), 3);
}

struct Fixed(u8);

impl citekeep::desk::Rng for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0);
    }
}

/// Runs the program over a desk; its exit code, and all that it said.
fn run(data: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    let done = command.args(arguments).arg("--data").arg(data).output();
    let done = done.expect("the program runs");
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn the_commands_change_the_key_and_replace_a_lost_one() {
    let closed = desk().close();
    let old = key_of(&closed.data).verifier().to_string();
    let (code, said) = run(&closed.data, &["rotate-key"]);
    let new = key_of(&closed.data).verifier().to_string();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&new) && new != old, "{said}");
    let (code, said) = run(&closed.data, &["verify", "--key", &old]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("was changed, 1 time,"), "{said}");

    fs::remove_file(closed.data.join("log.key")).expect("lost");
    let (code, said) = run(&closed.data, &["rebuild"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("citekeep replace-lost-key"), "{said}");
    let (code, said) = run(&closed.data, &["replace-lost-key", "--reason", "It burnt."]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&closed.data, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the old key did not sign this"), "{said}");

    // A key that the configuration keeps elsewhere is looked for there alone.
    let config = closed.data.join("citekeep.toml");
    for (place, words) in [
        ("env:CITEKEEP_NO_SUCH_KEY", "$CITEKEEP_NO_SUCH_KEY"),
        ("credential:key", "$CREDENTIALS_DIRECTORY"),
        ("/nowhere/log.key", "/nowhere/log.key"),
    ] {
        fs::write(&config, format!("[desk]\nkey = \"{place}\"\n")).expect("written");
        let (code, said) = run(
            &closed.data,
            &["rebuild", "--config", &config.display().to_string()],
        );
        assert_ne!(code, Some(0), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
