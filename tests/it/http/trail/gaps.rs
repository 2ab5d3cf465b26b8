//! What cannot be read of the log: erased, taken, or sealed.

use citekeep::desk::{Desk, erasures, seals};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::person::Role;
use citekeep::domain::scope::{Scope, Scopes};
use citekeep::store::trail::told::{self, Filter, Part, Place};
use dom_query::Document;
use rusqlite::Connection;
use serde_json::Value;

use super::super::api::{Client, json};
use crate::support::{desk_of_today, note};

/// The entry that gave a verdict.
fn verdict(desk: &Desk) -> EntryIndex {
    let filter = Filter {
        part: Some(Part::Verdicts),
        ..Filter::default()
    };
    let place = Place::After(None);
    let found = desk.read(|db| Ok(told::list(db, &filter, place, 1)?));
    found.expect("the trail")[0].entry
}

#[test]
fn what_was_erased_leaves_a_hole_that_every_page_shows() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let entry = verdict(&desk.desk);
    let request = ErasureRequest {
        parts: vec![ErasurePart::Entry { entry }],
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    };
    let asked = erasures::ask(&desk.desk, desk.join(Role::Admin), request).expect("a request");
    let erased = erasures::consent(&desk.desk, desk.join(Role::Admin), asked).expect("it goes");
    let link = desk.link(desk.researcher);
    let token = desk.token(Role::Reader, Scopes::from_iter([Scope::Read]));
    let served = desk.serve();
    let me = served.enter(&link);
    let says = format!("<a href=\"/log/entries/{erased}\">entry {erased}</a> says so");
    for path in [
        "/log?part=verdicts".to_owned(),
        format!("/log?claim={claim}"),
        format!("/log/entries/{entry}"),
        format!("/claims/{claim}/history"),
    ] {
        let answer = me.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(
            answer.body.contains("What this entry said was erased"),
            "{path}"
        );
        assert!(answer.body.contains(&says), "{path}");
        assert!(!answer.body.contains("The report says so."), "{path}");
    }
    let told = me.get("/log?part=desk").body;
    assert!(told.contains("asked to have erased what <a href"), "{told}");
    assert!(
        told.contains("what 1 entry said, and 0 files or texts"),
        "{told}"
    );
    let page = Document::from(me.get(&format!("/log/entries/{entry}")).body);
    assert_eq!(page.select("[data-prove][data-body]").length(), 0);
    assert_eq!(
        page.select("[data-prove][data-path]").length(),
        1,
        "the tree still holds"
    );
    let whole = json(&Client::new(&served.base, &token).get(&format!("/log/entries/{entry}")));
    assert_eq!(
        (&whole["erased_by"], &whole["body"]),
        (&erased.get().into(), &Value::Null)
    );
    assert!(
        whole["proof"]["root"].is_string() && whole["salt"].is_null(),
        "{whole}"
    );
    served.end();
}

#[test]
fn a_body_that_somebody_took_is_missing_and_not_called_erased() {
    let desk = desk_of_today();
    desk.published();
    let entry = verdict(&desk.desk);
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let conn = Connection::open(closed.data.join("desk.db")).expect("the database");
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry'";
    let mut select = conn.prepare(sql).expect("a statement");
    let names = select.query_map([], |row| row.get::<_, String>(0));
    for name in names.expect("triggers").map(|name| name.expect("a name")) {
        let sql = format!("DROP TRIGGER {name}");
        conn.execute_batch(&sql).expect("it goes");
    }
    let sql = "UPDATE entry SET salt = NULL, body = NULL WHERE idx = ?1";
    conn.execute(sql, [entry.get() as i64]).expect("the theft");
    drop(select);
    drop(conn);
    let served = closed.serve();
    let page = served
        .enter(&link)
        .get(&format!("/log/entries/{entry}"))
        .body;
    assert!(page.contains("is missing, and no entry says why"), "{page}");
    assert!(!page.contains("was erased"), "{page}");
}

#[test]
fn entries_about_a_sealed_source_say_nothing_to_others() {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    let reader = desk.reviewer.byline().expect("somebody").person;
    seals::seal(&desk.desk, desk.editor, source, vec![reader]).expect("a seal");
    let entry = verdict(&desk.desk);
    // Whoever added it sees it too: that was the researcher.
    let links = [desk.link(desk.second), desk.link(desk.reviewer)];
    let served = desk.serve();
    let [outside, inside] = links.map(|link| served.enter(&link));
    for path in [
        format!("/log?source={source}"),
        format!("/log/entries/{entry}"),
        format!("/claims/{claim}/history"),
    ] {
        let hidden = outside.get(&path).body;
        assert!(
            hidden.contains("This is about a sealed source"),
            "{path}: {hidden}"
        );
        for words in [
            "city&#39;s report",
            "city's report",
            "resting on",
            "The bridge was opened in 1932.",
        ] {
            assert!(!hidden.contains(words), "{path}: {words}");
        }
        let shown = inside.get(&path).body;
        assert!(!shown.contains("This is about a sealed source"), "{path}");
    }
    assert!(
        inside
            .get(&format!("/log/entries/{entry}"))
            .body
            .contains("resting on 1 citation")
    );
    served.end();
}
