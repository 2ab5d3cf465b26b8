//! A desk that ends between the commit of an erasure and the sweep of its
//! disk: the next start does the rest.

use citekeep::desk::audit;
use citekeep::domain::hash::ContentHash;
use rusqlite::Connection;

use super::{admins, all_of, files_with};
use crate::support::{check, open};

const WORDS: &str = "Quetzalcoatl said something that had to go, long ago and far away.";

#[test]
fn what_a_crash_left_on_the_disk_goes_at_the_next_start() {
    let made = admins();
    let source = made.desk.source("A report");
    let snapshot = made.desk.snapshot(source, WORDS);
    made.erase(&all_of(&made.desk.desk, snapshot));
    audit::checkpoint(&made.desk.desk).expect("a checkpoint");
    let closed = made.desk.close();
    // As if it had ended right after the commit: the blob is there, the
    // database still holds a copy in its free pages, and the sweep waits.
    let hash = ContentHash::of(WORDS.as_bytes()).to_string();
    let path = closed.data.join("blobs").join(&hash[..2]).join(&hash);
    std::fs::write(&path, WORDS).expect("the blob");
    let conn = Connection::open(closed.data.join("desk.db")).expect("the database");
    conn.execute_batch(&format!(
        "CREATE TABLE left_over (words TEXT);
         INSERT INTO left_over VALUES ('{WORDS}');
         DROP TABLE left_over;
         INSERT INTO sweep (erased) SELECT DISTINCT erased FROM erased_blob;"
    ))
    .expect("the crash");
    drop(conn);
    assert_eq!(files_with(&closed.data, WORDS).len(), 2);
    let desk = open(&closed.data).expect("the next start");
    assert_eq!(files_with(&closed.data, WORDS), Vec::<String>::new());
    drop(desk);
    assert_eq!(check(&closed.data).findings, []);
}
