//! What is erased goes everywhere, and what refers to it stays whole.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use citekeep::desk::dossier::Dossier;
use citekeep::desk::{Rules, audit, erasures, exchange, remarks};
use citekeep::domain::erasure::ErasurePart;
use citekeep::domain::person::Role;
use citekeep::domain::remark::RemarkKind;
use citekeep::domain::words::Name;
use citekeep::store::search::{self, Narrow, Shelfmark};
use citekeep::store::{log, people};

use super::{Admins, admins, all_of, entry, files_with, person};
use crate::support::check;

const SECRET: &str = "Quetzalcoatl";

/// A published claim whose every word has the secret in it.
fn told() -> (Admins, citekeep::domain::ids::ClaimId, Vec<ErasurePart>) {
    let made = admins();
    let desk = &made.desk;
    let claim = desk.claim(&format!("{SECRET} opened the bridge in 1932."));
    let source = desk.source("The city's report");
    let words = format!("It rained. {SECRET} opened it in 1932. It rained again.");
    let snapshot = desk.snapshot(source, &words);
    let quote = format!("{SECRET} opened it in 1932.");
    let citation = desk.cite(claim, snapshot, &quote);
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let parts = all_of(&desk.desk, snapshot);
    (made, claim, parts)
}

fn found(made: &Admins, place: Shelfmark) -> usize {
    let hits = made
        .desk
        .desk
        .read(|db| {
            Ok(search::find(
                db,
                place,
                SECRET,
                &Narrow::default(),
                (0, 10),
            )?)
        })
        .expect("a search");
    hits.hits.len()
}

#[test]
fn everything_that_holds_a_word_can_go_and_nothing_holds_it_then() {
    let (made, claim, mut parts) = told();
    let data = made.desk.data();
    assert!(!files_with(&data, SECRET).is_empty());
    let repeated = made
        .desk
        .desk
        .read(|db| Ok(erasures::repeated(db, &parts, 100)?))
        .expect("what repeats it");
    // The citation and the verdict repeat the text's words.
    assert_eq!(repeated.len(), 2);
    parts.extend(repeated.iter().map(|found| entry(found.get())));
    parts.push(entry(made.newest("claim_opened").get()));
    let erased = made.erase(&parts);
    assert_eq!(files_with(&data, SECRET), Vec::<String>::new());
    for place in [
        Shelfmark::Claims,
        Shelfmark::Verdicts,
        Shelfmark::Texts,
        Shelfmark::Sources,
    ] {
        assert_eq!(found(&made, place), 0, "{place:?}");
    }
    let dossier = made
        .desk
        .desk
        .read(|db| Dossier::read(db, claim, &Rules::default()))
        .expect("the claim");
    let mark = format!("[erased on 1 March 2022, entry {erased}]");
    assert_eq!(dossier.claim.statement, mark);
    assert_eq!(dossier.citations[0].cited.citation.passage.quote, mark);
    assert_eq!(dossier.citations[0].cited.erased, Some(erased));
    let verdict = &dossier.verdicts[0].given.verdict;
    assert_eq!(verdict.rating.key.as_str(), "true");
    assert_eq!(verdict.rationale.as_str(), mark);
    assert_eq!(verdict.evidence[0].quote, mark);
    assert_eq!(dossier.claim.state.as_str(), "published");
    made.desk.is_clean();
}

#[test]
fn a_rebuild_and_a_new_start_give_the_same_as_the_erasure_did() {
    let (made, _, parts) = told();
    made.erase(&parts);
    made.desk.is_clean();
    audit::rebuild(&made.desk.desk, |_| {}).expect("a rebuild");
    made.desk.is_clean();
    let again = made.desk.days_later(1);
    assert_eq!(found(&made, Shelfmark::Texts), 0);
    drop(again);
    made.desk.is_clean();
}

#[test]
fn a_verdict_stands_over_the_hole_of_its_text() {
    let (made, claim, parts) = told();
    let erased = made.erase(&parts);
    let dossier = made
        .desk
        .desk
        .read(|db| Dossier::read(db, claim, &Rules::default()))
        .expect("the claim");
    let file = &dossier.citations[0];
    assert_eq!(file.cited.erased, Some(erased));
    assert_eq!((file.before.as_str(), file.after.as_str()), ("", ""));
    assert_eq!(made.desk.state(claim), "published");
    // Its own words are another entry's, which nobody asked to erase.
    assert!(file.cited.citation.passage.quote.contains(SECRET));
    // And nobody decides once more on what cannot be read.
    let citation = file.cited.citation.id;
    let mut out = Vec::new();
    let (scope, files) = (exchange::outgoing::Scope::Desk, &mut out);
    exchange::outgoing::write(&made.desk.desk, scope, files, &mut |_| {}).expect("an export");
    let out: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(out["snapshots"][0]["content"]["erased"], erased.get());
    assert_eq!(out["claims"][0]["citations"][0]["erased"], erased.get());
    assert_eq!(out["claims"][0]["citations"][0]["id"], citation.get());
    made.desk.is_clean();
}

#[test]
fn a_newer_snapshot_looks_past_what_was_erased() {
    let (made, claim, parts) = told();
    made.erase(&parts);
    let source = made
        .desk
        .desk
        .read(|db| Dossier::read(db, claim, &Rules::default()))
        .expect("the claim")
        .citations[0]
        .cited
        .citation
        .source;
    made.desk.snapshot(source, "It says something else by now.");
    assert_eq!(made.desk.state(claim), "published");
    made.desk.is_clean();
}

#[test]
fn a_name_goes_once_its_person_has_left() {
    let made = admins();
    let desk = &made.desk.desk;
    let name = Name::parse(SECRET).expect("a name");
    let (somebody, _) = citekeep::desk::people::join(
        desk,
        citekeep::desk::Actor::Operator,
        name,
        Role::Researcher,
    )
    .expect("somebody new");
    let part = ErasurePart::Name { person: somebody };
    let refused = made.ask(&[part]).expect_err("they work here");
    assert!(refused.to_string().contains("let them go first"));
    citekeep::desk::people::leave(desk, made.one, somebody).expect("gone");
    made.erase(&[part]);
    let name = desk
        .read(|db| Ok(people::get(db, somebody)?))
        .expect("the person")
        .name;
    assert_eq!(name, "Somebody (name erased)");
    assert_eq!(files_with(&made.desk.data(), SECRET), Vec::<String>::new());
    made.desk.is_clean();
}

#[test]
fn bytes_that_something_else_is_too_stay_and_it_says_so() {
    let made = admins();
    let source = made.desk.source("A report");
    let one = made.desk.snapshot(source, &format!("{SECRET} was here."));
    let other = made.desk.source("The same report elsewhere");
    let twin = made.desk.snapshot(other, &format!("{SECRET} was here."));
    made.erase(&all_of(&made.desk.desk, one));
    let asked = made.newest("erasure_asked");
    let found = made
        .desk
        .desk
        .read(|db| erasures::get(db, asked))
        .expect("the erasure");
    assert_eq!(found.kept.len(), 1);
    assert!(!files_with(&made.desk.data(), SECRET).is_empty());
    let mut both = all_of(&made.desk.desk, one);
    both.extend(all_of(&made.desk.desk, twin));
    made.erase(&both);
    assert_eq!(files_with(&made.desk.data(), SECRET), Vec::<String>::new());
    made.desk.is_clean();
}

#[test]
fn erased_bytes_are_not_taken_in_again() {
    let (made, _, parts) = told();
    made.erase(&parts);
    let words = format!("It rained. {SECRET} opened it in 1932. It rained again.");
    let refused = made.desk.desk.store().shelf().blobs().put(words.as_bytes());
    assert!(refused.is_err());
    let again = made.desk.days_later(1);
    let refused = again.store().shelf().blobs().put(words.as_bytes());
    assert!(refused.is_err(), "after a new start too");
    made.desk.is_clean();
}

#[test]
fn a_remark_goes_and_its_question_stays_open() {
    let made = admins();
    let claim = made.desk.claim("The bridge opened in 1932.");
    let remark = remarks::NewRemark {
        claim,
        kind: RemarkKind::Question,
        words: crate::support::note(&format!("Does {SECRET} know?")),
        answers: None,
        citation: None,
    };
    remarks::make(&made.desk.desk, made.desk.researcher, remark).expect("a remark");
    let asked_in = made.newest("remark_made");
    made.erase(&[entry(asked_in.get())]);
    let (open, left) = made
        .desk
        .desk
        .read(|db| {
            let claim = citekeep::store::claims::get(db, claim)?;
            Ok((claim.questions, log::find(db, asked_in)?))
        })
        .expect("the claim");
    assert_eq!(open, 1);
    let left = left.expect("the entry");
    assert_eq!((left.salt, left.body), (None, None));
    assert_eq!(files_with(&made.desk.data(), SECRET), Vec::<String>::new());
    assert_eq!(check(&made.desk.data()).erased, 1);
    made.desk.is_clean();
}

#[test]
fn a_refusal_and_a_withdrawal_leave_everything_as_it_is() {
    let (made, _, parts) = told();
    let desk = &made.desk.desk;
    let asked = made.ask(&parts).expect("a request");
    let why = crate::support::note("The letter names another article.");
    erasures::refuse(desk, made.other, asked, why).expect("a refusal");
    assert!(erasures::consent(desk, made.other, asked).is_err());
    let asked = made.ask(&parts).expect("another request");
    assert!(erasures::withdraw(desk, made.other, asked).is_err());
    erasures::withdraw(desk, made.one, asked).expect("a withdrawal");
    assert!(erasures::consent(desk, made.other, asked).is_err());
    assert!(found(&made, Shelfmark::Texts) > 0);
    assert_ne!(person(made.one), person(made.other));
    made.desk.is_clean();
}

/// Whoever looks for long sees the old pages, so they stay for as long; nobody
/// waits for that but the erasure, and not for ever.
#[test]
fn a_long_look_leaves_words_in_the_files_until_it_ends() {
    let (made, claim, parts) = told();
    let asked = made.ask(&parts).expect("a request");
    let desk = &made.desk.desk;
    let other = made.other;
    let is_done = AtomicBool::new(false);
    let erased = desk
        .read(|db| {
            assert!(log::size(db)? > 0);
            let erased = std::thread::scope(|scope| {
                let erasing = scope.spawn(|| {
                    let erased = erasures::consent(desk, other, asked);
                    is_done.store(true, Ordering::SeqCst);
                    erased
                });
                while found(&made, Shelfmark::Texts) > 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
                made.desk.claim("It rained while it waited.");
                assert!(!is_done.load(Ordering::SeqCst), "a write waited too");
                erasing.join().expect("a thread")
            });
            Ok(erased.expect("an erasure"))
        })
        .expect("a long look");
    let is_swept = || desk.read(|db| Ok(erasures::is_swept(db, erased)?));
    assert!(!is_swept().expect("a look"), "it says that it is not done");
    erasures::sweep(desk).expect("a sweep");
    assert!(is_swept().expect("a look"));
    let words = "It rained. Quetzalcoatl opened it";
    assert_eq!(files_with(&made.desk.data(), words), Vec::<String>::new());
    assert_eq!(made.desk.state(claim), "published");
    made.desk.is_clean();
}
