//! A desk that is killed while reviewers decide: what was acknowledged is
//! there afterwards, and the log is whole.

mod cuts;
mod disk;
mod hindered;
mod tape;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use citekeep::desk::Rules;
use citekeep::desk::dossier::Dossier;
use citekeep::domain::ids::ClaimId;

use crate::support::http::{Visitor, hidden};
use crate::support::program::citekeep;
use crate::support::{check, desk_of_today, open};

const KILLS: u32 = 100;
const REVIEWERS: usize = 4;

/// Gives one verdict after another until the desk is gone, and notes each
/// that the desk has acknowledged.
fn decide(
    reviewer: &Visitor,
    claim: ClaimId,
    count: &AtomicU32,
    noted: &Mutex<Vec<(ClaimId, String)>>,
) {
    let page = format!("/claims/{claim}");
    while let Ok(drawn) = reviewer.try_get(&page) {
        let seen = hidden(&drawn.body, "seen").expect("the entry");
        let number = count.fetch_add(1, Ordering::Relaxed);
        let words = format!("Verdict {number}.");
        let fields = [
            ("seen", seen),
            ("rating", "unproven"),
            ("rationale", words.as_str()),
        ];
        match reviewer.try_post(&format!("{page}/verdicts"), &fields) {
            Ok(answer) if answer.status == 303 => {
                noted.lock().expect("the notes").push((claim, words));
            }
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
            Err(_) => return,
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_desk_is_killed_a_hundred_times() {
    let desk = desk_of_today();
    let links: Vec<String> = (0..REVIEWERS).map(|_| desk.link(desk.reviewer)).collect();
    let mut program = None;
    let mut reviewers: Vec<Visitor> = Vec::new();
    let mut claims: Vec<ClaimId> = Vec::new();
    let count = AtomicU32::new(0);
    let mut kept: BTreeMap<ClaimId, Vec<String>> = BTreeMap::new();
    let mut total = 0;
    let opened: Vec<ClaimId> = (0..KILLS as usize * REVIEWERS)
        .map(|number| desk.claim(&format!("Statement {number}.")))
        .collect();
    let closed = desk.close();
    for kill in 0..KILLS {
        let mut running = citekeep(&closed.data, &["serve"]);
        let base = running.address();
        if kill == 0 {
            reviewers = links
                .iter()
                .map(|link| Visitor::enter(&base, link))
                .collect();
        }
        claims.clear();
        claims.extend(&opened[kill as usize * REVIEWERS..][..REVIEWERS]);
        let noted = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for (reviewer, claim) in reviewers.iter().zip(&claims) {
                let reviewer = reviewer.moved_to(&base);
                let (count, noted) = (&count, &noted);
                scope.spawn(move || decide(&reviewer, *claim, count, noted));
            }
            // Another moment of the stream each time, up to a tenth of a second.
            thread::sleep(Duration::from_millis(20 + u64::from(kill * 37 % 80)));
            running.kill();
        });
        program.replace(running);
        for (claim, words) in noted.into_inner().expect("the notes") {
            total += 1;
            kept.entry(claim).or_default().push(words);
        }
        let found = check(&closed.data).findings;
        assert_eq!(found, [], "after kill {kill}");
        let desk = open(&closed.data).expect("the desk opens again");
        for claim in &claims {
            let dossier = desk
                .read(|db| Dossier::read(db, *claim, &Rules::default()))
                .expect("the claim");
            let given: Vec<String> = dossier
                .verdicts
                .iter()
                .map(|given| given.given.verdict.rationale.to_string())
                .collect();
            for words in kept.get(claim).into_iter().flatten() {
                assert!(given.contains(words), "kill {kill}: '{words}' is lost");
            }
        }
    }
    assert!(total > KILLS, "only {total} verdicts were acknowledged");
}
