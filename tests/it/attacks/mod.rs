//! Somebody changes the files of a desk; the check names each attack. Below
//! stand attacks by what is fetched, by what is read, and by those who ask.

mod documents;
mod fetch;
pub(crate) mod hostile;
mod in_flight;
#[cfg(unix)]
mod keys;
#[cfg(unix)]
mod malware;
#[cfg(unix)]
mod mirror;
mod room;
mod sign_in;
mod signatures;
mod ways_in;

use std::fs;
use std::path::Path;

use citekeep::desk::audit::report::Kind;
use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::keys::KeyPlace;
use citekeep::desk::{DeskError, Rules};
use citekeep::desk::{audit, set_up};
use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::SigningKey;
use citekeep::store::StoreError;
use rusqlite::Connection;

use crate::support::{ClosedDesk, check, desk, kinds, note, open, world};

fn closed() -> ClosedDesk {
    let desk = desk();
    desk.published();
    desk.close()
}

const TRIGGERS: &str = "SELECT group_concat(sql, '; ') FROM sqlite_schema WHERE name LIKE 'entry_%' AND type = 'trigger'";

/// Runs SQL as somebody would who has the file: without the triggers, which
/// are put back so that nothing shows.
fn edit(data: &Path, sql: &str) {
    let conn = Connection::open(data.join("desk.db")).expect("the database opens");
    let triggers: String = conn
        .query_row(TRIGGERS, [], |row| row.get(0))
        .expect("the triggers");
    conn.execute_batch(
        "DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted; DROP TRIGGER entry_follows_the_last;",
    )
    .expect("the triggers go");
    conn.execute_batch(sql).expect("the attack runs");
    conn.execute_batch(&triggers)
        .expect("the triggers are back");
}

fn attacked(sql: &str) -> Vec<Kind> {
    let desk = closed();
    edit(&desk.data, sql);
    let found = kinds(&check(&desk.data));
    // What concerns the log is seen by the quick check of the log alone too.
    let log = verify(&desk.data, None, Depth::Log, &mut |_, _| {}).expect("a check");
    let concerns = found.iter().any(|kind| OF_THE_LOG.contains(kind));
    assert_eq!(log.is_clean(), !concerns, "{found:?}, {:?}", log.findings);
    found
}

/// What a check of entries, tree and checkpoints finds.
const OF_THE_LOG: [Kind; 12] = [
    Kind::ChangedBody,
    Kind::ChangedSalt,
    Kind::ChangedLeaf,
    Kind::SwappedEntries,
    Kind::MissingEntry,
    Kind::HoleWithoutErasure,
    Kind::TruncatedLog,
    Kind::OldBackup,
    Kind::ForkedLog,
    Kind::ForeignCheckpoint,
    Kind::MissingCheckpoint,
    Kind::ChangedTreeNode,
];

#[test]
fn nothing_was_touched() {
    assert_eq!(check(&closed().data).findings, []);
}

#[test]
fn one_byte_of_a_body() {
    let sql = "UPDATE entry SET body = replace(body, 'The report says so.', 'The report says no.')
               WHERE body LIKE '%verdict_given%'";
    assert_eq!(attacked(sql), [Kind::ChangedBody]);
}

#[test]
fn one_byte_of_a_body_that_is_no_record_any_more() {
    assert!(
        attacked("UPDATE entry SET body = replace(body, '{', '[') WHERE idx = 9")
            .contains(&Kind::ChangedBody)
    );
}

#[test]
fn one_byte_of_a_salt() {
    let sql = "UPDATE entry SET salt = CAST(x'00' || substr(salt, 2) AS BLOB) WHERE idx = 9";
    assert_eq!(attacked(sql), [Kind::ChangedSalt]);
}

#[test]
fn one_byte_of_a_leaf() {
    let sql = "UPDATE entry SET leaf = replace(leaf, 'sha256', 'sha255') WHERE idx = 9";
    assert!(attacked(sql).contains(&Kind::ChangedLeaf));
}

#[test]
fn two_entries_swapped() {
    let sql =
        "UPDATE entry SET idx = 1000000 WHERE idx = 5; UPDATE entry SET idx = 5 WHERE idx = 6;
               UPDATE entry SET idx = 6 WHERE idx = 1000000;";
    let found = attacked(sql);
    assert!(found.contains(&Kind::SwappedEntries), "{found:?}");
    assert!(!found.contains(&Kind::ChangedLeaf), "{found:?}");
}

#[test]
fn the_last_ten_dropped() {
    let sql = "DELETE FROM entry WHERE idx > (SELECT max(idx) - 10 FROM entry)";
    assert!(attacked(sql).contains(&Kind::TruncatedLog));
}

#[test]
fn an_entry_taken_out() {
    assert!(attacked("DELETE FROM entry WHERE idx = 7").contains(&Kind::MissingEntry));
}

#[test]
fn a_rating_edited() {
    assert_eq!(
        attacked("UPDATE verdict SET rating = 'false'"),
        [Kind::ChangedRow]
    );
}

#[test]
fn a_quote_edited() {
    assert_eq!(
        attacked("UPDATE citation SET citation = replace(citation, '1932', '1933')"),
        [Kind::ChangedRow]
    );
}

#[test]
fn a_state_edited() {
    assert_eq!(
        attacked("UPDATE claim SET state = 'withdrawn', verdict = NULL"),
        [Kind::ChangedRow]
    );
}

#[test]
fn a_row_taken_out_and_a_row_put_in() {
    let desk = closed();
    edit(
        &desk.data,
        "DELETE FROM correction; DELETE FROM wording; INSERT INTO person VALUES (99, 'Mallory', 'admin', 0)",
    );
    let report = check(&desk.data);
    assert_eq!(kinds(&report), [Kind::ChangedRow]);
    assert_eq!(report.findings.len(), 2);
}

#[test]
fn a_node_of_the_tree_edited() {
    assert_eq!(
        attacked("UPDATE tree_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 0"),
        [Kind::ChangedTreeNode]
    );
}

#[test]
fn a_leaf_of_the_stored_tree_edited() {
    let sql = "UPDATE tree_node SET hash = zeroblob(32) WHERE level = 0 AND idx = 3";
    assert_eq!(attacked(sql), [Kind::ChangedTreeNode]);
}

#[test]
fn the_triggers_dropped() {
    let desk = closed();
    let conn = Connection::open(desk.data.join("desk.db")).expect("the database opens");
    conn.execute_batch("DROP TRIGGER entry_is_never_deleted")
        .expect("the attack runs");
    drop(conn);
    assert_eq!(kinds(&check(&desk.data)), [Kind::ChangedSchema]);
}

#[test]
fn the_index_of_the_search_taken_out() {
    for sql in [
        "DELETE FROM claim_search_data",
        "DELETE FROM source_search_config",
    ] {
        let desk = closed();
        edit(&desk.data, sql);
        assert_eq!(kinds(&check(&desk.data)), [Kind::ChangedRow], "{sql}");
        let running = open(&desk.data).expect("the desk");
        audit::rebuild(&running, |_| {}).expect("rebuilt");
        drop(running);
        assert_eq!(check(&desk.data).findings, [], "{sql}");
    }
}

#[test]
fn stored_checkpoints_taken_out() {
    assert_eq!(
        attacked("DELETE FROM checkpoint"),
        [Kind::MissingCheckpoint]
    );
}

#[test]
fn the_checkpoints_file_emptied_or_spoilt() {
    for content in [&b""[..], b"garbage\n\n- x\n", b"\xff\xfe\x00"] {
        let desk = closed();
        fs::write(desk.data.join("checkpoints"), content).expect("the attack runs");
        assert_eq!(kinds(&check(&desk.data)), [Kind::MissingCheckpoint]);
    }
}

#[test]
fn an_older_log_cannot_be_accepted_where_there_is_none() {
    let dir = tempfile::tempdir().expect("a directory");
    let none = dir.path().join("none");
    let accepted = set_up::accept_older_log(
        &none,
        &KeyPlace::Beside,
        Rules::default(),
        world(),
        note("Why."),
    );
    assert!(matches!(accepted, Err(DeskError::NoDesk)));
    assert!(!none.exists(), "nothing was made");
}

#[test]
fn a_database_of_a_later_version() {
    let desk = closed();
    edit(&desk.data, "PRAGMA user_version = 99");
    let checked = verify(&desk.data, None, Depth::Log, &mut |_, _| {});
    let found = DeskError::from(StoreError::NewerSchema { found: 99 }).to_string();
    assert_eq!(checked.expect_err("refused").to_string(), found);
    assert_eq!(open(&desk.data).err().expect("refused").to_string(), found);
    assert!(found.contains("a newer citekeep made this"), "{found}");
}

#[test]
fn a_database_of_an_earlier_version() {
    let desk = closed();
    edit(&desk.data, "PRAGMA user_version = 2");
    let checked = verify(&desk.data, None, Depth::Log, &mut |_, _| {});
    let refused = checked.expect_err("refused").to_string();
    let found = DeskError::from(StoreError::OlderSchema { found: 2 }).to_string();
    assert_eq!(refused, found);
    assert!(found.contains("start the desk once with this program"));
}

#[test]
fn hole_without_erasure() {
    let found = attacked("UPDATE entry SET salt = NULL, body = NULL WHERE idx = 8");
    assert!(found.contains(&Kind::HoleWithoutErasure), "{found:?}");
}

fn blobs(data: &Path) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(data.join("blobs"))
        .expect("blobs")
        .map(|folder| folder.expect("a folder").path());
    let mut files: Vec<_> = folders
        .flat_map(|folder| fs::read_dir(folder).expect("files"))
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_blob_replaced() {
    let desk = closed();
    fs::write(&blobs(&desk.data)[0], "other words").expect("written");
    assert_eq!(kinds(&check(&desk.data)), [Kind::AlteredBlob]);
}

#[test]
fn a_blob_deleted() {
    let desk = closed();
    fs::remove_file(&blobs(&desk.data)[0]).expect("removed");
    assert_eq!(kinds(&check(&desk.data)), [Kind::MissingBlob]);
}

#[test]
fn an_old_backup_put_back() {
    let desk = desk();
    desk.published();
    let data = desk.data();
    citekeep::desk::audit::checkpoint(&desk.desk).expect("a checkpoint");
    let backup = tempfile::NamedTempFile::new().expect("a file");
    let conn = Connection::open(data.join("desk.db")).expect("the database opens");
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("all in one file");
    fs::copy(data.join("desk.db"), backup.path()).expect("a backup");
    drop(conn);
    desk.claim("A newer claim.");
    let desk = desk.close();
    for name in ["desk.db-wal", "desk.db-shm"] {
        let _ = fs::remove_file(desk.data.join(name));
    }
    fs::copy(backup.path(), desk.data.join("desk.db")).expect("put back");

    assert_eq!(kinds(&check(&desk.data)), [Kind::OldBackup]);
    let refused = open(&desk.data).err().expect("an older log is refused");
    assert!(matches!(refused, DeskError::OlderLog { .. }), "{refused}");

    let reason = note("the disk failed and this is the newest copy");
    set_up::accept_older_log(
        &desk.data,
        &KeyPlace::Beside,
        Rules::default(),
        world(),
        reason,
    )
    .expect("accepted");
    open(&desk.data).expect("opens again");
    assert_eq!(check(&desk.data).findings, []);
}

#[test]
fn a_checkpoint_signed_with_another_key() {
    let desk = closed();
    let name = "test.example/desk".parse().expect("a key name");
    let key = SigningKey::from_seed(name, &[7; 32]);
    let forged = Checkpoint::new("test.example/desk", 3, Hash::EMPTY_ROOT)
        .and_then(|c| c.sign(&key))
        .expect("signed");
    let file = desk.data.join("checkpoints");
    let text = fs::read_to_string(&file).expect("the file") + &forged + "\n";
    fs::write(&file, text).expect("written");
    assert_eq!(kinds(&check(&desk.data)), [Kind::ForeignCheckpoint]);
}

#[test]
fn a_forked_log() {
    let desk = closed();
    let key: SigningKey = fs::read_to_string(desk.data.join("log.key"))
        .expect("the key")
        .trim()
        .parse()
        .expect("a key");
    let fork = Checkpoint::new("test.example/desk", 3, Hash::EMPTY_ROOT)
        .and_then(|c| c.sign(&key))
        .expect("signed");
    let file = desk.data.join("checkpoints");
    let text = fs::read_to_string(&file).expect("the file") + &fork + "\n";
    fs::write(&file, text).expect("written");
    assert_eq!(
        kinds(&check(&desk.data)),
        [Kind::ForkedLog, Kind::MissingCheckpoint]
    );
}

#[test]
fn a_torn_checkpoint_file_is_mended() {
    let desk = closed();
    let file = desk.data.join("checkpoints");
    let text = fs::read_to_string(&file).expect("the file") + "test.example/desk\n99\nunfin";
    fs::write(&file, text).expect("written");
    assert_eq!(check(&desk.data).findings, []);
    let again = open(&desk.data).expect("opens");
    drop(again);
    assert_eq!(check(&desk.data).findings, []);
}
