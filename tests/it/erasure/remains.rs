//! Somebody who was erased looks for what remains of them.

use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;

use citekeep::desk::snapshots;
use citekeep::desk::{DeskError, capturing, claims};
use citekeep::domain::claim::Claimant;
use citekeep::domain::hash::ContentHash;
use citekeep::domain::person::Role;
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{Name, Statement};
use citekeep::store::local::captures::{self, Stage};
use citekeep::store::local::prepared::{self, Prepared};

use super::{admins, all_of, entry, files_with, newest, person};
use crate::support::{desk_of_today, pasted};

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

/// What somebody brought of which nobody made a source is named by nothing, and
/// so is what a crash left half-written: no erasure could ask for it.
#[test]
fn a_document_that_nothing_names() {
    let made = admins();
    let (desk, data, who) = (&made.desk.desk, made.desk.data(), made.desk.researcher);
    let words = format!("{SECRET} said so; this was brought by mistake.");
    let declared = (Some("text/plain".to_owned()), None);
    let capture = capturing::bring(desk, who, words.as_bytes(), declared).expect("brought");
    capturing::cancel(desk, who, capture).expect("taken back");
    let source = made.desk.source("A report");
    let words = format!("{SECRET} opened the bridge.");
    let snapshot = made.desk.snapshot(source, &words);
    let other = made
        .desk
        .snapshot(source, "Somebody else opened the bridge.");
    let hash = ContentHash::of(words.as_bytes()).to_string();
    let draft = data
        .join("blobs")
        .join(&hash[..2])
        .join(format!("{hash}.new-1-2"));
    std::fs::write(&draft, &words).expect("half-written");
    assert!(files_with(&data, SECRET).len() >= 3);
    made.erase(&all_of(desk, snapshot));
    assert_eq!(files_with(&data, SECRET), Vec::<String>::new());
    // What is named is there, and so is what waits for its source.
    let text = made.desk.whole(other);
    assert!(!text.is_empty());
    let declared = (Some("text/plain".to_owned()), None);
    let capture = capturing::bring(desk, who, b"Nobody opened it.", declared).expect("brought");
    made.erase(&[entry(made.newest("source_added").get())]);
    let found = desk.read(|db| Ok(captures::find(db, capture)?));
    let stage = found.expect("a look").map(|queued| queued.stage);
    assert_eq!(stage, Some(Stage::Cancelled), "an erasure takes what waits");
    made.desk.is_clean();
}

/// Bytes are on the disk before the act that names them, and whatever deletes what
/// nothing names may come between: then nothing is named that is not there.
#[test]
fn bytes_that_went_before_they_were_named() {
    let made = admins();
    let source = made.desk.source("A report");
    let (desk, who) = (&made.desk.desk, made.desk.researcher);
    let (go, held) = sync_channel::<()>(1);
    let wait_for = |waiting: usize| {
        while desk.store().writes().waiting.load(Ordering::Relaxed) < waiting {
            std::thread::yield_now();
        }
    };
    let words = "The bridge opened in 1932.";
    let taken = std::thread::scope(|scope| {
        scope.spawn(move || {
            let hold = desk.store().write(move |_| {
                held.recv().expect("a word");
                Ok::<_, DeskError>(())
            });
            hold.expect("held");
        });
        wait_for(1);
        let taken = scope.spawn(move || snapshots::take(desk, who, pasted(source, words)));
        wait_for(2);
        let hash = ContentHash::of(words.as_bytes());
        desk.store().shelf().forget(hash).expect("deleted");
        go.send(()).expect("somebody waits");
        taken.join().expect("an answer")
    });
    assert!(matches!(taken, Err(DeskError::BytesGone)), "{taken:?}");
    made.desk.snapshot(source, words);
    made.desk.is_clean();
}
