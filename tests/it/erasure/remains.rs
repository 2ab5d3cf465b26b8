//! Somebody who was erased looks for what remains of them.

use citekeep::desk::DeskError;
use citekeep::domain::time::Timestamp;
use citekeep::store::local::prepared::{self, Prepared};

use super::{admins, entry, files_with, person};

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
