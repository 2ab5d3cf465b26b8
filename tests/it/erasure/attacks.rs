//! Those who would erase alone, twice, or what has to stay.

use std::thread;

use citekeep::desk::audit::report::Kind;
use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::{Actor, DeskError, audit, erasures, people};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest};
use citekeep::domain::event::{Event, Record};
use citekeep::domain::person::{Byline, Role};
use citekeep::ledger::hash::{Hash, commitment};
use citekeep::ledger::tree::Frontier;
use citekeep::store::log;
use rusqlite::{Connection, params};

use super::{Admins, admins, all_of, entry, newest, person, request};
use crate::support::{check, kinds};

fn refused<T: std::fmt::Debug>(done: Result<T, DeskError>, words: &str) {
    let error = done.expect_err(words).to_string();
    assert!(error.contains(words), "{error}");
}

/// Admins of a desk with something to erase.
fn waiting() -> (Admins, ErasurePart) {
    let made = admins();
    made.desk.published();
    let part = entry(made.newest("verdict_given").get());
    (made, part)
}

#[test]
fn one_admin_twice() {
    let (made, part) = waiting();
    let asked = made.ask(&[part]).expect("a request");
    let desk = &made.desk.desk;
    refused(erasures::consent(desk, made.one, asked), "another admin");
    let why = crate::support::note("No.");
    refused(
        erasures::refuse(desk, made.one, asked, why),
        "another admin",
    );
    made.desk.is_clean();
}

#[test]
fn an_editor_and_whoever_runs_the_program() {
    let (made, part) = waiting();
    let desk = &made.desk.desk;
    refused(
        erasures::ask(desk, made.desk.editor, request(&[part])),
        "your role may not",
    );
    refused(
        erasures::ask(desk, Actor::Operator, request(&[part])),
        "people ask",
    );
    let asked = made.ask(&[part]).expect("a request");
    refused(
        erasures::consent(desk, made.desk.editor, asked),
        "your role may not",
    );
    refused(
        erasures::consent(desk, Actor::Operator, asked),
        "people ask",
    );
    // Somebody who says that they are an admin, and was one until a moment ago.
    people::change_role(desk, Actor::Operator, person(made.other), Role::Editor).expect("a change");
    refused(
        erasures::consent(desk, made.other, asked),
        "your role may not",
    );
    made.desk.is_clean();
}

#[test]
fn what_has_to_stay_and_what_is_not_there() {
    let (made, part) = waiting();
    refused(made.ask(&[entry(0)]), "the log rests on it");
    refused(made.ask(&[entry(1_000_000)]), "there is no entry");
    refused(made.ask(&[entry(u64::MAX)]), "there is no entry");
    refused(
        made.ask(&[entry(made.newest("verdict_published").get())]),
        "holds no words",
    );
    refused(
        made.ask(&[entry(made.newest("person_joined").get())]),
        "that person’s name",
    );
    refused(made.ask(&[]), "from 1 to 500");
    let erased = made.erase(&[part]);
    refused(made.ask(&[entry(erased.get())]), "the log rests on it");
    refused(
        made.ask(&[entry(made.newest("erasure_asked").get())]),
        "the log rests on it",
    );
    refused(made.ask(&[part]), "erased already");
    made.desk.is_clean();
}

#[test]
fn two_requests_for_the_same() {
    let (made, part) = waiting();
    let desk = &made.desk.desk;
    let one = made.ask(&[part]).expect("a request");
    let two = erasures::ask(desk, made.other, request(&[part])).expect("another");
    erasures::consent(desk, made.other, one).expect("a consent");
    refused(erasures::consent(desk, made.one, two), "erased already");
    refused(erasures::consent(desk, made.other, one), "erased by now");
    made.desk.is_clean();
}

#[test]
fn consent_after_the_asker_left() {
    let (made, part) = waiting();
    let desk = &made.desk.desk;
    let asked = made.ask(&[part]).expect("a request");
    people::leave(desk, made.other, person(made.one)).expect("gone");
    refused(
        erasures::consent(desk, made.other, asked),
        "no admin of the desk any more",
    );
    made.desk.is_clean();
}

#[test]
fn two_consents_at_once() {
    let (made, part) = waiting();
    let third = made.desk.join(Role::Admin);
    let asked = made.ask(&[part]).expect("a request");
    let desk = &made.desk.desk;
    let done: Vec<bool> = thread::scope(|scope| {
        let both = [made.other, third]
            .map(|who| scope.spawn(move || erasures::consent(desk, who, asked).is_ok()));
        both.map(|one| one.join().expect("a thread")).to_vec()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    made.desk.is_clean();
}

/// Appends an entry as the operator could who has the file and knows how
/// leaves are made; the tree over it is right, and no table knows of it.
fn append(data: &std::path::Path, record: &Record) {
    let conn = Connection::open(data.join("desk.db")).expect("the database");
    let size: i64 = conn
        .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))
        .expect("the size");
    let body = log::encode(record).expect("a body");
    let bound = commitment(&[1; 16], body.as_bytes());
    let hash = citekeep::domain::hash::ContentHash::from_bytes(*bound.as_bytes());
    let leaf = log::leaf_line(hash);
    conn.execute(
        "INSERT INTO entry (idx, leaf, salt, body) VALUES (?1, ?2, ?3, ?4)",
        params![size, leaf, [1_u8; 16], body],
    )
    .expect("an entry");
    let mut leaves = conn
        .prepare("SELECT leaf FROM entry ORDER BY idx")
        .expect("the leaves");
    let leaves = leaves.query_map([], |row| row.get::<_, String>(0));
    let mut tree = Frontier::new();
    for leaf in leaves.expect("the leaves") {
        let leaf = leaf.expect("a leaf");
        tree.push_seeing(Hash::leaf(leaf.as_bytes()), |(level, index, hash)| {
            conn.execute(
                "INSERT OR IGNORE INTO tree_node (level, idx, hash) VALUES (?1, ?2, ?3)",
                params![level, index as i64, hash.as_bytes()],
            )
            .expect("a node");
        });
    }
}

/// Takes salt and body of an entry, as an erasure does.
fn take(data: &std::path::Path, part: &ErasurePart) {
    let ErasurePart::Entry { entry } = part else {
        unreachable!("no entry");
    };
    let conn = Connection::open(data.join("desk.db")).expect("the database");
    let sql = format!(
        "DROP TRIGGER IF EXISTS entry_is_never_changed; UPDATE entry SET salt = NULL, body = NULL WHERE idx = {entry}"
    );
    conn.execute_batch(&sql).expect("it is gone");
}

/// A record by somebody, a moment after the newest entry.
fn by(desk: &citekeep::desk::Desk, actor: Actor, event: Event) -> Record {
    let Actor::Person(Byline { person, role }) = actor else {
        unreachable!("nobody");
    };
    Record {
        v: Record::VERSION,
        at: desk.now(),
        by: Some(Byline { person, role }),
        event,
        signature: None,
    }
}

#[test]
fn an_erasure_that_one_admin_wrote_for_both() {
    let (made, part) = waiting();
    let asked = made.ask(&[part]).expect("a request");
    audit::checkpoint(&made.desk.desk).expect("a checkpoint");
    let alone = made.desk.desk.read(|db| {
        let open = erasures::get(db, asked)?;
        let size = citekeep::domain::ids::EntryIndex::new(log::size(db)?);
        let mark = citekeep::domain::redaction::ErasureMark::new(made.desk.desk.now(), size);
        erasures::plan(db, asked, &open.request, &mark)
    });
    let event = Event::Erased {
        erasure: alone.expect("what it would be"),
    };
    let record = by(&made.desk.desk, made.one, event);
    let closed = made.desk.close();
    append(&closed.data, &record);
    let found = kinds(&check(&closed.data));
    assert!(found.contains(&Kind::BrokenRule), "{found:?}");
    // The check of the log alone knows the rule too, whether anything is gone yet
    // or not.
    told_by_the_log(&closed.data, "one admin asked for it");
    take(&closed.data, &part);
    told_by_the_log(&closed.data, "one admin asked for it");
}

/// The check of the log alone finds this.
fn told_by_the_log(data: &std::path::Path, words: &str) {
    let report = verify(data, None, Depth::Log, &mut |_, _| {}).expect("it runs");
    let mut told = report.findings.iter();
    let is_told = told.any(|finding| finding.words.contains(words));
    assert!(is_told, "{words}: {:?}", report.findings);
}

#[test]
fn an_erasure_of_more_than_was_asked_for() {
    let (made, part) = waiting();
    let asked = made.ask(&[part]).expect("a request");
    made.desk.claim("The bridge has a second deck.");
    let more = entry(made.newest("claim_opened").get());
    audit::checkpoint(&made.desk.desk).expect("a checkpoint");
    let plan = |parts: Vec<ErasurePart>| {
        made.desk.desk.read(|db| {
            let request = ErasureRequest {
                parts,
                ..erasures::get(db, asked)?.request
            };
            let size = citekeep::domain::ids::EntryIndex::new(log::size(db)?);
            let mark = citekeep::domain::redaction::ErasureMark::new(made.desk.desk.now(), size);
            erasures::plan(db, asked, &request, &mark)
        })
    };
    let erasure = plan(vec![part, more]).expect("what it would be");
    let record = by(&made.desk.desk, made.other, Event::Erased { erasure });
    let closed = made.desk.close();
    append(&closed.data, &record);
    let words = "it empties an entry that was not asked for";
    told_by_the_log(&closed.data, words);
    for part in [part, more] {
        take(&closed.data, &part);
    }
    told_by_the_log(&closed.data, words);
}

#[test]
fn a_body_emptied_without_an_erasure() {
    let made = admins();
    made.desk.published();
    let gone = newest(&made.desk.desk, "verdict_given").get() as i64;
    let closed = made.desk.close();
    let conn = Connection::open(closed.data.join("desk.db")).expect("the database");
    let sql = "UPDATE entry SET salt = NULL, body = NULL WHERE idx = ?1";
    assert!(conn.execute(sql, [gone]).is_err(), "the trigger is there");
    // A projection that names it opens the trigger, and not the check.
    conn.execute(
        "INSERT INTO hole (entry, erased, at, body) VALUES (?1, ?1, 0, '{}')",
        [gone],
    )
    .expect("a false hole");
    conn.execute(sql, [gone]).expect("the attack runs");
    drop(conn);
    let found = kinds(&check(&closed.data));
    assert!(found.contains(&Kind::HoleWithoutErasure), "{found:?}");
}

#[test]
fn an_erased_body_and_erased_bytes_that_are_back() {
    let made = admins();
    let source = made.desk.source("A report");
    let words = "Somebody said something that had to go.";
    let snapshot = made.desk.snapshot(source, words);
    let claim = made.desk.claim("Somebody said something.");
    made.desk.cite(claim, snapshot, "said something");
    let cited = made.newest("citation_made");
    let before = made
        .desk
        .desk
        .read(|db| Ok(log::find(db, cited)?))
        .expect("a read");
    let before = before.expect("the entry");
    let mut parts = all_of(&made.desk.desk, snapshot);
    parts.push(entry(cited.get()));
    made.erase(&parts);
    let closed = made.desk.close();
    assert_eq!(check(&closed.data).findings, []);
    // A copy of the blob is put back.
    let hash = citekeep::domain::hash::ContentHash::of(words.as_bytes()).to_string();
    let path = closed.data.join("blobs").join(&hash[..2]).join(&hash);
    std::fs::write(&path, words).expect("the attack runs");
    assert_eq!(kinds(&check(&closed.data)), [Kind::ErasedIsBack]);
    std::fs::remove_file(&path).expect("undone");
    // And the body, from a copy of the database.
    let conn = Connection::open(closed.data.join("desk.db")).expect("the database");
    let trigger: String = conn
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name = 'entry_is_never_changed'",
            [],
            |row| row.get(0),
        )
        .expect("the trigger");
    conn.execute_batch("DROP TRIGGER entry_is_never_changed")
        .expect("gone");
    conn.execute(
        "UPDATE entry SET salt = ?2, body = ?3 WHERE idx = ?1",
        params![cited.get() as i64, before.salt, before.body],
    )
    .expect("the attack runs");
    conn.execute_batch(&trigger).expect("back");
    drop(conn);
    let found = kinds(&check(&closed.data));
    assert!(found.contains(&Kind::ErasedIsBack), "{found:?}");
}
