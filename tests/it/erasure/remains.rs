//! Somebody who was erased looks for what remains of them.

use citekeep::desk::DeskError;
use citekeep::desk::claims;
use citekeep::domain::claim::Claimant;
use citekeep::domain::person::Role;
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{Name, Statement};
use citekeep::store::local::prepared::{self, Prepared};

use super::{admins, entry, files_with, newest, person};
use crate::support::desk_of_today;

const SECRET: &str = "Quetzalcoatl";

/// A statement that a reviewer was shown and never signed has the words of the
/// verdict in it, and it stays until somebody prepares another.
#[test]
fn a_statement_that_nobody_signed() {
    let made = admins();
    made.desk.claim(&format!("{SECRET} opened the bridge."));
    let waiting = Prepared {
        id: "one".to_owned(),
        person: person(made.one),
        intent: format!("{{\"rationale\":\"{SECRET} did so.\"}}"),
        verdict: None,
        after: 1,
        statement: format!("{{\"quote\":\"{SECRET} opened the bridge.\"}}"),
        expires: Timestamp::from_millis(4_000_000_000_000).expect("a moment"),
    };
    let (kept, begun) = (
        waiting.clone(),
        Timestamp::from_millis(0).expect("a moment"),
    );
    let store = made.desk.desk.store();
    store
        .write(move |tx| Ok::<_, DeskError>(prepared::insert(tx, &kept, begun)?))
        .expect("a statement that waits");
    made.erase(&[entry(made.newest("claim_opened").get())]);
    assert_eq!(files_with(&made.desk.data(), SECRET), Vec::<String>::new());
    let found = made
        .desk
        .desk
        .read(|db| Ok(prepared::find(db, (&waiting.id, waiting.person), begun)?));
    assert_eq!(found.expect("a look"), None);
}

/// Whoever made a published claim stands in the list that the index can be
/// narrowed by, which is kept in memory.
#[test]
fn a_claimant_in_the_choices_of_the_public_index() {
    let desk = desk_of_today();
    let claimant = Claimant {
        name: Name::parse(SECRET).expect("a name"),
        role: None,
    };
    let new = claims::NewClaim {
        statement: Statement::parse("The bridge opened in 1932.").expect("a statement"),
        claimant: Some(claimant),
        made: claims::Made::default(),
    };
    let claim = claims::open(&desk.desk, desk.researcher, new).expect("an open claim");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
    let citation = desk.cite(claim, snapshot, "The bridge was opened in 1932.");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let opened = newest(&desk.desk, "claim_opened");
    let [one, other] = [desk.join(Role::Admin), desk.join(Role::Admin)];
    let links = [one, other].map(|who| desk.link(who));
    let served = desk.serve();
    let [one, other] = links.map(|link| served.enter(&link));
    let anybody = served.nobody();
    assert!(anybody.get("/published").body.contains(SECRET));
    let part = format!("entry {opened}");
    let fields = [
        ("part", part.as_str()),
        ("ground", "data_subject"),
        ("reason", "Somebody asked for it."),
    ];
    let asked = one.post("/erasures", &fields);
    assert_eq!(asked.status, 303, "{}", asked.body);
    let place = asked.location.expect("its page");
    let done = other.post(&format!("{place}/consent"), &[("sure", "yes")]);
    assert_eq!(done.status, 303, "{}", done.body);
    let index = anybody.get("/published").body;
    assert!(!index.contains(SECRET), "{index}");
    served.end();
}
