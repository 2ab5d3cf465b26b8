//! What an erasure costs a desk of 100,000 published claims, and how long
//! others wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use citekeep::desk::erasures;
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::{ClaimId, EntryIndex};
use citekeep::domain::person::Role;
use citekeep::store;

use super::filling;
use super::measure::{millis, say, timed};
use super::support::{TestDesk, note};

/// How many claims are published.
const CLAIMS: u64 = 100_000;
/// How often a body is erased.
const TIMES: u64 = 3;

pub(crate) fn measure() {
    let desk = filling::published_desk(CLAIMS);
    let entries = desk.desk.read(|db| Ok(store::log::size(db)?));
    let size = std::fs::metadata(desk.data().join("desk.db"))
        .expect("the database")
        .len();
    say(&format!(
        "erasures from {} entries, {} MB of database",
        entries.expect("a size"),
        size / 1_000_000
    ));
    let admins = (desk.join(Role::Admin), desk.join(Role::Admin));
    for time in 1..=TIMES {
        let claim = ClaimId::new((time * 1_000) as i64).expect("a number");
        let (asked, ask) = timed(|| erasures::ask(&desk.desk, admins.0, request(&desk, claim)));
        let asked = asked.expect("an erasure that is asked for");
        let (consent, read, write) = beside(&desk, || {
            erasures::consent(&desk.desk, admins.1, asked).expect("an erasure");
        });
        let (swept, sweep) = timed(|| desk.desk.store().sweep());
        swept.expect("a disk that is swept");
        say(&format!(
            "  asked for in {:.1} ms; consented to and done in {:.2} s, while a read waited {:.1} ms \
             and a write {:.2} s at most; the file written anew once more: {:.2} s",
            millis(ask),
            consent.as_secs_f64(),
            millis(read),
            write.as_secs_f64(),
            sweep.as_secs_f64()
        ));
    }
    let ((), took) = timed(|| desk.is_clean());
    say(&format!(
        "  and checked whole in {:.2} s",
        took.as_secs_f64()
    ));
}

/// The body of the entry that opened a claim.
fn request(desk: &TestDesk, claim: ClaimId) -> ErasureRequest {
    let read = |db: &store::Db<'_>| Ok(store::trail::of_claim(db, claim, 100)?);
    let steps = desk.desk.read(read).expect("what happened to it");
    let opened = steps.last().expect("its opening").entry;
    ErasureRequest {
        parts: vec![ErasurePart::Entry { entry: opened }],
        ground: Ground::DataSubject,
        reference: None,
        reason: note("The person asked for it."),
    }
}

/// How long something takes, and how long somebody who reads and somebody who
/// writes wait at most meanwhile.
fn beside(desk: &TestDesk, act: impl FnOnce()) -> (Duration, Duration, Duration) {
    let over = AtomicBool::new(false);
    let is_over = || over.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        let longest = |act: &dyn Fn()| {
            let mut longest = Duration::ZERO;
            while !is_over() {
                longest = longest.max(timed(act).1);
                std::thread::sleep(Duration::from_millis(1));
            }
            longest
        };
        let reader = scope.spawn(move || {
            longest(&|| {
                let read = |db: &store::Db<'_>| Ok(store::log::find(db, EntryIndex::new(9))?);
                desk.desk.read(read).expect("an entry");
            })
        });
        let writer = scope.spawn(move || {
            longest(&|| {
                desk.claim("The bridge opened in 1932.");
            })
        });
        let ((), took) = timed(act);
        over.store(true, Ordering::Relaxed);
        let (read, write) = (reader.join(), writer.join());
        (took, read.expect("a reader"), write.expect("a writer"))
    })
}
