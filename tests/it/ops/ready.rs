//! Whether requests should be sent to a desk. That a disk has no room:
//! tests/it/crash/hindered.rs; that what writes has ended: src/desk/watch.rs.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::start;
use crate::support::http::Visitor;
use crate::support::{check, desk_of_today};

/// Waits until the desk answers so: what it knows of itself is a second old.
pub(crate) fn comes_to(nobody: &Visitor, status: u16, words: &str) {
    let begun = Instant::now();
    loop {
        let answer = nobody.get("/readyz");
        if (answer.status, answer.body.trim_end()) == (status, words) {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{words}: {answer:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_database_that_does_not_answer_and_a_log_that_is_not_signed_are_said_until_they_are_mended() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let (nobody, me) = (served.nobody(), served.enter(&link));
    comes_to(&nobody, 200, "ready");
    let database = Connection::open(served.data.join("desk.db")).expect("the database");
    database
        .busy_timeout(Duration::from_secs(10))
        .expect("patience");
    let sql = |words: &str| database.execute_batch(words).expect(words);

    sql(
        "CREATE TEMP TABLE before AS SELECT name, sql FROM main.sqlite_master;
         ALTER TABLE checkpoint RENAME TO checkpoint_elsewhere",
    );
    comes_to(&nobody, 503, "not ready: database");
    // Renaming writes tables otherwise that name this one; the check would see it.
    sql("ALTER TABLE checkpoint_elsewhere RENAME TO checkpoint;
         PRAGMA writable_schema = ON;
         UPDATE main.sqlite_master SET sql = before.sql FROM temp.before
         WHERE before.name = sqlite_master.name AND before.sql <> sqlite_master.sql;
         PRAGMA writable_schema = OFF");
    comes_to(&nobody, 200, "ready");

    sql("CREATE TRIGGER unsigned BEFORE INSERT ON checkpoint
         BEGIN SELECT RAISE(ABORT, 'nothing is signed'); END");
    let claim = [("statement", "The bridge opened in 1932.")];
    assert_eq!(me.post("/claims", &claim).status, 303);
    comes_to(&nobody, 200, "ready");
    let unsigned = "WHERE entry >= (SELECT max(size) FROM checkpoint)";
    sql(&format!("UPDATE trail SET at = at - 61000 {unsigned}"));
    comes_to(&nobody, 503, "not ready: log");
    sql(&format!(
        "UPDATE trail SET at = at + 61000 {unsigned}; DROP TRIGGER unsigned"
    ));
    comes_to(&nobody, 200, "ready");
    drop(database);
    served.end();
}

#[test]
fn a_desk_is_ready_until_it_is_told_to_stop_and_then_finishes() {
    let closed = desk_of_today().close();
    let mut program = start(&closed.data, "[server]\ndrain = 2\n", "error");
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let ready = nobody.ask("GET", "/readyz", &[("host", "10-0-0-7.cluster.example")]);
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
    assert_eq!(nobody.get("/healthz").body, "ok\n");

    let told = Instant::now();
    let stopping = std::thread::spawn(move || program.stop());
    let left = loop {
        let answer = Visitor::nobody(&base).get("/readyz");
        if answer.status == 503 {
            break answer;
        }
        assert!(told.elapsed() < Duration::from_secs(2), "{answer:?}");
    };
    assert_eq!(left.body, "not ready: stopping\n");
    assert_eq!(left.header("cache-control"), Some("no-store"));
    // Whoever is sent here all the same is served, and the process is well.
    let nobody = Visitor::nobody(&base);
    assert_eq!(nobody.get("/published").status, 200);
    assert_eq!(nobody.get("/healthz").status, 200);
    let status = stopping.join().expect("its end");
    assert!(status.success(), "{status}");
    assert!(told.elapsed() >= Duration::from_secs(2), "it waited");
    assert_eq!(check(&closed.data).findings, []);
}
