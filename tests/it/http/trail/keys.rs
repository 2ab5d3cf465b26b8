//! Entries of a desk that has changed its key.

use citekeep::desk::{audit, keys};
use dom_query::Document;

use crate::support::desk_of_today;

#[test]
fn an_entry_is_proved_with_the_key_of_its_time() {
    let desk = desk_of_today();
    desk.published();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let first = desk.desk.verifier_key();
    let change = keys::rotate(&desk.desk, None).expect("a second key");
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let last = desk.desk.read(|db| Ok(citekeep::store::log::size(db)? - 1));
    let last = last.expect("a look");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    for (entry, key) in [(1, &first), (last, &change.verifier_key)] {
        let page = Document::from(me.get(&format!("/log/entries/{entry}")).body);
        let proof = page.select("[data-prove]");
        assert_eq!(proof.attr("data-key").as_deref(), Some(key.as_str()));
        assert!(page.text().contains(key.as_str()), "it is shown to people");
    }
}
