//! `citekeep mirror`: what it writes, how it goes on after it was cut, and what
//! it refuses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use citekeep::desk::mirror::{MirrorError, Mirrored, Tiles, mirror};
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::{Rules, audit};
use citekeep::domain::words::Name;
use citekeep::ledger::checkpoint::{self, Checkpoint};
use citekeep::ledger::key::VerifierKey;
use citekeep::ledger::tile::{TilePath, entry_bundles, hash_tiles, tile_bytes};
use citekeep::ledger::tiled::TiledNodes;
use citekeep::ledger::tree::root;
use tempfile::TempDir;

use super::{files, grow, lay, size};
use crate::support::{TestDesk, desk, world};

fn run(desk: &TestDesk, out: &Path) -> Result<Mirrored, MirrorError> {
    mirror(&desk.data(), out, false, &mut |_, _| {})
}

/// The tiles of a size, in the order in which they are written.
fn order(size: u64) -> Vec<TilePath> {
    entry_bundles(size).chain(hash_tiles(size)).collect()
}

/// What a stranger makes of a mirror: the checkpoint, if all of its tree is
/// there.
fn read(desk: &TestDesk, out: &Path) -> Checkpoint {
    let note = fs::read_to_string(out.join("checkpoint")).expect("a checkpoint");
    let key: VerifierKey = desk.desk.verifier_key().parse().expect("a key");
    let signed = checkpoint::open(&note, &key).expect("a signed checkpoint");
    let nodes = TiledNodes::new(Tiles::of(out), signed.size());
    assert_eq!(root(signed.size(), &nodes).ok(), Some(signed.root()));
    signed
}

fn holds_exactly(desk: &TestDesk, out: &Path, size: u64) {
    let found = files(out);
    let wanted: BTreeSet<String> = order(size)
        .into_iter()
        .map(|path| path.to_string())
        .chain(["checkpoint".to_owned()])
        .collect();
    let names: BTreeSet<String> = found
        .keys()
        .map(|name| name.display().to_string())
        .collect();
    assert_eq!(names, wanted, "{size}");
    for path in hash_tiles(size) {
        let bytes = desk
            .desk
            .read(|db| Ok(tile_bytes(path, db)?))
            .expect("a tile");
        assert_eq!(found[Path::new(&path.to_string())], bytes, "{path}");
    }
    assert_eq!(read(desk, out).size(), size);
}

#[test]
fn a_mirror_follows_a_running_desk_over_the_border_of_a_tile() {
    let desk = desk();
    let out = TempDir::new().expect("a directory");
    for (to, written) in [(255, 2), (256, 3), (257, 2), (257, 0), (300, 2)] {
        grow(&desk, to, "It rained.");
        let done = run(&desk, out.path()).expect("a mirror");
        assert_eq!((done.size, done.written), (to, written), "{done:?}");
        if to < 300 {
            holds_exactly(&desk, out.path(), to);
        }
    }
    // Whoever still has the checkpoint before finds its partial tiles.
    let found = files(out.path());
    assert!(found.contains_key(Path::new("tile/0/001.p/1")));
    assert!(found.contains_key(Path::new("tile/0/001.p/44")));
    desk.is_clean();
}

#[test]
fn a_mirror_that_was_cut_at_any_file_is_whole_all_the_time_and_gone_on_with() {
    let desk = desk();
    grow(&desk, 250, "It rained.");
    let start = TempDir::new().expect("a directory");
    run(&desk, start.path()).expect("a mirror");
    let before = files(start.path());
    grow(&desk, 515, "It rained again.");
    let whole = TempDir::new().expect("a directory");
    run(&desk, whole.path()).expect("a mirror");
    let after = files(whole.path());
    let order = order(515);
    assert_eq!(order.len(), 7);
    for cut in 0..=order.len() {
        let out = TempDir::new().expect("a directory");
        lay(out.path(), &before);
        for path in &order[..cut] {
            let name = path.to_string();
            let bytes = &after[Path::new(&name)];
            lay(out.path(), &[(name.into(), bytes.clone())].into());
        }
        if let Some(next) = order.get(cut) {
            let half = after[Path::new(&next.to_string())][..50].to_vec();
            lay(out.path(), &[(format!("{next}.new").into(), half)].into());
        }
        assert_eq!(read(&desk, out.path()).size(), 250, "cut after {cut} files");
        let done = run(&desk, out.path()).expect("a mirror");
        assert_eq!(done.kept, cut as u64, "cut after {cut} files");
        assert_eq!(files(out.path()), after, "cut after {cut} files");
    }
    // Cut when all was there but the tidying up.
    lay(start.path(), &after);
    assert_ne!(files(start.path()), after);
    let done = run(&desk, start.path()).expect("a mirror");
    assert_eq!((done.written, done.removed), (0, 2));
    assert_eq!(files(start.path()), after);
    desk.is_clean();
}

/// Tries to mirror a desk, and finds nothing changed where it was refused.
fn refused(desk: &TestDesk, out: &Path) -> MirrorError {
    let before = files(out);
    let error = run(desk, out).expect_err("a refusal");
    assert!(error.is_finding(), "{error}");
    assert_eq!(files(out), before, "{error}");
    error
}

#[test]
fn another_history_is_never_written_over_a_mirror() {
    let (one, other) = (desk(), desk());
    grow(&one, 30, "It rained.");
    grow(&other, 25, "It rained.");
    let out = TempDir::new().expect("a directory");
    run(&one, out.path()).expect("a mirror");
    // The same log, as it was before: an older copy of the data directory.
    let error = refused(&other, out.path());
    assert!(
        matches!(
            error,
            MirrorError::Ahead {
                there: 30,
                here: 25
            }
        ),
        "{error}"
    );
    grow(&other, 40, "It snowed.");
    let error = refused(&other, out.path());
    assert!(matches!(error, MirrorError::Forked { size: 30 }), "{error}");
    // The one that it belongs to goes on as before.
    grow(&one, 40, "It rained.");
    assert_eq!(run(&one, out.path()).expect("a mirror").size, 40);

    let data = TempDir::new().expect("a directory");
    let identity = Identity {
        name: Name::parse("Another desk").expect("a name"),
        origin: "other.example/desk".to_owned(),
        key: citekeep::desk::keys::KeyPlace::Beside,
    };
    let foreign = set_up::open(
        data.path(),
        &identity,
        Rules::default(),
        world(),
        &mut |_| {},
    );
    audit::checkpoint(&foreign.expect("a desk")).expect("a checkpoint");
    let error = mirror(data.path(), out.path(), false, &mut |_, _| {});
    assert!(
        matches!(error, Err(MirrorError::OtherLog { .. })),
        "{error:?}"
    );
}

#[test]
fn a_file_that_is_not_of_the_log_is_never_written_over() {
    let desk = desk();
    grow(&desk, 270, "It rained.");
    for (name, bytes) in [
        ("tile/0/001.p/14", vec![7; 14 * 32]),
        ("tile/0/000", vec![7; 5]),
        ("tile/entries/000", Vec::new()),
    ] {
        let out = TempDir::new().expect("a directory");
        lay(out.path(), &[(name.into(), bytes)].into());
        let error = run(&desk, out.path()).expect_err("a refusal");
        assert!(
            matches!(&error, MirrorError::Foreign(path) if path.ends_with(name)),
            "{error}"
        );
        assert!(!out.path().join("checkpoint").exists(), "{name}");
    }
    let out = TempDir::new().expect("a directory");
    lay(
        out.path(),
        &[("checkpoint".into(), b"words".to_vec())].into(),
    );
    let error = refused(&desk, out.path());
    assert!(matches!(error, MirrorError::Checkpoint(_)), "{error}");

    // What a mirror's own checkpoint covers is looked at again when asked to.
    let out = TempDir::new().expect("a directory");
    run(&desk, out.path()).expect("a mirror");
    let tile = out.path().join("tile/entries/000");
    let mut bytes = fs::read(&tile).expect("entries");
    bytes[100] ^= 1;
    fs::write(&tile, bytes).expect("a changed tile");
    assert_eq!(run(&desk, out.path()).expect("a mirror").written, 0);
    let error = mirror(&desk.data(), out.path(), true, &mut |_, _| {}).expect_err("a refusal");
    assert!(
        matches!(&error, MirrorError::Foreign(path) if *path == tile),
        "{error}"
    );
    fs::remove_file(&tile).expect("it goes");
    assert_eq!(run(&desk, out.path()).expect("a mirror").written, 1);
    holds_exactly(&desk, out.path(), size(&desk));
}

#[test]
fn a_pipe_in_the_directory_is_refused_and_not_waited_for() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let tile = order(20)[0].to_string();
    for name in ["checkpoint", &tile] {
        let out = TempDir::new().expect("a directory");
        let place = out.path().join(name);
        fs::create_dir_all(place.parent().expect("a directory")).expect("made");
        let made = Command::new("mkfifo").arg(&place).status();
        assert!(made.expect("mkfifo").success());
        let error = run(&desk, out.path()).expect_err("a refusal");
        assert!(
            matches!(&error, MirrorError::Foreign(path) if *path == place),
            "{error}"
        );
    }
}

#[test]
fn two_runs_never_write_to_one_mirror() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let out = TempDir::new().expect("a directory");
    let held = fs::File::open(out.path()).expect("a directory");
    held.lock().expect("a lock");
    let error = run(&desk, out.path()).expect_err("a refusal");
    assert!(
        matches!(error, MirrorError::Busy(_)) && !error.is_finding(),
        "{error}"
    );
    drop(held);
    assert_eq!(run(&desk, out.path()).expect("a mirror").size, 20);
}

#[test]
fn the_program_mirrors_a_desk_that_runs_and_tells_what_it_did() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let out = TempDir::new().expect("a directory");
    let (data, dir) = (desk.data(), out.path().join("mirror"));
    let (data, dir) = (data.display().to_string(), dir.display().to_string());
    let answer = super::citekeep(&["mirror", "--out", &dir, "--data", &data, "--json"]);
    assert_eq!(answer.status.code(), Some(0), "{answer:?}");
    let told: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let expected = serde_json::json!({ "size": 20, "written": 2, "kept": 0, "removed": 0 });
    assert_eq!(told, expected);
    fs::write(Path::new(&dir).join("checkpoint"), "words").expect("a file");
    let answer = super::citekeep(&["mirror", "--out", &dir, "--data", &data]);
    assert_eq!(answer.status.code(), Some(1), "{answer:?}");
    let nowhere = out.path().join("nowhere").display().to_string();
    let answer = super::citekeep(&["mirror", "--out", &dir, "--data", &nowhere]);
    assert_eq!(answer.status.code(), Some(3), "{answer:?}");
    desk.is_clean();
}

#[test]
fn a_checkpoint_that_somebody_else_signed_is_not_published() {
    let desk = desk();
    grow(&desk, 20, "It rained.");
    let out = TempDir::new().expect("a directory");
    run(&desk, out.path()).expect("a mirror");
    let before = files(out.path());
    let name = "test.example/desk".parse().expect("a name");
    let other = citekeep::ledger::key::SigningKey::from_seed(name, &[9; 32]);
    let claim = desk.claim("It snowed.");
    assert!(claim.get() > 0);
    let (size, root) = desk
        .desk
        .read(|db| {
            let size = citekeep::store::log::size(db)?;
            Ok((size, citekeep::store::log::root(db, size)?))
        })
        .expect("the log");
    let note = Checkpoint::new("test.example/desk", size, root).and_then(|it| it.sign(&other));
    let note = note.expect("a note");
    let store = desk.desk.store();
    store
        .write(move |tx| citekeep::store::checkpoints::insert(tx, size, &note))
        .expect("the attack runs");
    let refused = run(&desk, out.path());
    assert!(matches!(refused, Err(MirrorError::ForeignCheckpoint(_))));
    assert_eq!(files(out.path()), before, "nothing of it was published");
}
