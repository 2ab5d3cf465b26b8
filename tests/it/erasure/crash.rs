//! A desk that ends between the commit of an erasure and the sweep of its
//! disk: the next start does the rest.

use std::time::Duration;

use citekeep::desk::{audit, erasures};
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::person::Role;
use citekeep::store::erasures::Stage;
use rusqlite::Connection;

use super::{admins, all_of, files_with};
use crate::support::http::Visitor;
use crate::support::program::citekeep;
use crate::support::{check, desk_of_today, open};

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

/// The desk is killed at another moment of an erasure each time. Afterwards
/// either everything is gone or nothing is, and the log is whole.
#[test]
fn an_erasure_that_is_cut_off_is_done_whole_or_not_at_all() {
    let desk = desk_of_today();
    let [one, other] = [desk.join(Role::Admin), desk.join(Role::Admin)];
    let source = desk.source("A report");
    let kills = 6_u64;
    let asked: Vec<(EntryIndex, String)> = (0..kills)
        .map(|kill| {
            let words = format!("{WORDS} The {kill}th time.");
            let snapshot = desk.snapshot(source, &words);
            let request = super::request(&all_of(&desk.desk, snapshot));
            let asked = erasures::ask(&desk.desk, one, request).expect("a request");
            (asked, words)
        })
        .collect();
    let link = desk.link(other);
    let closed = desk.close();
    for (kill, (asked, words)) in asked.iter().enumerate() {
        let mut running = citekeep(&closed.data, &["serve"]);
        let admin = Visitor::enter(&running.address(), &link);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let path = format!("/erasures/{asked}/consent");
                let _ = admin.try_post(&path, &[("sure", "yes")]);
            });
            std::thread::sleep(Duration::from_millis(kill as u64 * 8));
            running.kill();
        });
        // The next start sweeps what was cut off.
        let desk = open(&closed.data).expect("the desk opens again");
        let found = desk
            .read(|db| erasures::get(db, *asked))
            .expect("the erasure");
        let is_there = !files_with(&closed.data, words).is_empty();
        assert_eq!(is_there, found.stage == Stage::Asked, "kill {kill}");
        audit::checkpoint(&desk).expect("a checkpoint");
        drop(desk);
        assert_eq!(check(&closed.data).findings, [], "kill {kill}");
    }
}
