//! What an erasure costs a desk of 100,000 published claims, and how long
//! others wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use citekeep::desk::{Actor, erasures};
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
/// How many bodies of as many claims are erased at once, in the end.
const MANY: u64 = 500;

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
        erase(&desk, admins, &[time * 1_000]);
    }
    let many: Vec<u64> = (0..MANY).map(|nth| 1 + nth * CLAIMS / MANY).collect();
    erase(&desk, admins, &many);
    let ((), took) = timed(|| desk.is_clean());
    say(&format!(
        "  and checked whole in {:.2} s",
        took.as_secs_f64()
    ));
}

/// Erases the bodies of the entries that opened some claims.
fn erase(desk: &TestDesk, (one, other): (Actor, Actor), claims: &[u64]) {
    let request = request(desk, claims);
    let (asked, ask) = timed(|| erasures::ask(&desk.desk, one, request));
    let asked = asked.expect("an erasure that is asked for");
    let (consent, read, write) = beside(desk, || {
        erasures::consent(&desk.desk, other, asked).expect("an erasure");
    });
    say(&format!(
        "  {} asked for in {:.1} ms; consented to and done in {:.2} s, while a read waited {:.1} ms \
         and a write {:.0} ms at most",
        claims.len(),
        millis(ask),
        consent.as_secs_f64(),
        millis(read),
        millis(write)
    ));
}

fn request(desk: &TestDesk, claims: &[u64]) -> ErasureRequest {
    let opened = |claim: &u64| {
        let claim = ClaimId::new(*claim as i64).expect("a number");
        let read = |db: &store::Db<'_>| Ok(store::trail::of_claim(db, claim, 100)?);
        let steps = desk.desk.read(read).expect("what happened to it");
        let entry = steps.last().expect("its opening").entry;
        ErasurePart::Entry { entry }
    };
    ErasureRequest {
        parts: claims.iter().map(opened).collect(),
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
