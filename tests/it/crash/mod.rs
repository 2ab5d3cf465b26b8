//! A desk that is killed while reviewers decide: what was acknowledged is
//! there afterwards, and the log is whole.

mod clock;
mod cuts;
mod disk;
mod hindered;
mod memory;
mod tape;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use citekeep::domain::ids::ClaimId;
use citekeep::store::verdicts;

use crate::support::http::{Visitor, hidden};
use crate::support::program::{Program, citekeep};
use crate::support::{check, desk_of_today, open};

/// How often the desk is killed in a common run; CITEKEEP_KILLS=1000 asks for
/// more.
const KILLS: u32 = 16;
const REVIEWERS: usize = 4;
/// How many verdicts a reviewer gives at most before the desk is killed.
const MOST: usize = 20;

fn kills() -> u32 {
    let asked = std::env::var("CITEKEEP_KILLS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(KILLS)
}

/// The calls that bring something to the disk, at each of which a desk is
/// killed in turn.
const CALLS: [&str; 2] = ["pwrite64", "fdatasync,fsync"];

/// Starts a desk; every other one is killed by the system as it makes its n-th
/// call of a kind, the others by a clock.
fn start(data: &Path, kill: u32) -> (Program, bool) {
    if kill.is_multiple_of(2) {
        return (citekeep(data, &["serve"]), false);
    }
    let calls = CALLS[(kill / 2) as usize % CALLS.len()];
    let when = if calls == "pwrite64" {
        // What a start writes by itself comes first.
        12 + kill % 190
    } else {
        2 + kill % 11
    };
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-qqq",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={calls}"),
        ])
        .args(["-e", &format!("inject={calls}:signal=KILL:when={when}")])
        .arg(env!("CARGO_BIN_EXE_citekeep"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data);
    (Program::start(&mut command), true)
}

/// Gives one verdict after another until the desk is gone, and notes each
/// that the desk has acknowledged.
fn decide(
    reviewer: &Visitor,
    claim: ClaimId,
    count: &AtomicU32,
    noted: &Mutex<Vec<(ClaimId, String)>>,
) {
    let page = format!("/claims/{claim}");
    for _ in 0..MOST {
        let Ok(drawn) = reviewer.try_get(&page) else {
            return;
        };
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
fn nothing_acknowledged_is_lost_whenever_the_desk_is_killed() {
    let desk = desk_of_today();
    let links: Vec<String> = (0..REVIEWERS).map(|_| desk.link(desk.reviewer)).collect();
    let mut program = None;
    let mut reviewers: Vec<Visitor> = Vec::new();
    let mut claims: Vec<ClaimId> = Vec::new();
    let count = AtomicU32::new(0);
    let mut kept: BTreeMap<ClaimId, Vec<String>> = BTreeMap::new();
    let mut total = 0;
    let opened: Vec<ClaimId> = (0..kills() as usize * REVIEWERS)
        .map(|number| desk.claim(&format!("Statement {number}.")))
        .collect();
    let closed = desk.close();
    for kill in 0..kills() {
        let (mut running, at_write) = start(&closed.data, kill);
        // One that is killed as it starts has no address.
        let Some(base) = running.try_address() else {
            assert!(at_write && kill > 0);
            drop(open(&closed.data).expect("the desk opens again"));
            continue;
        };
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
            if at_write {
                return;
            }
            // Another moment of the stream each time, up to a tenth of a second.
            thread::sleep(Duration::from_millis(20 + u64::from(kill * 37 % 80)));
            running.kill();
        });
        if at_write {
            // It has ended, unless nobody made it write so often.
            running.end_watched("-KILL");
        }
        program.replace(running);
        for (claim, words) in noted.into_inner().expect("the notes") {
            total += 1;
            kept.entry(claim).or_default().push(words);
        }
        let found = check(&closed.data).findings;
        assert_eq!(found, [], "after kill {kill}");
        let desk = open(&closed.data).expect("the desk opens again");
        for claim in &claims {
            let given = desk.read(|db| Ok(verdicts::list(db, *claim, 1_000)?));
            let given: Vec<String> = given
                .expect("the claim's verdicts")
                .iter()
                .map(|given| given.verdict.rationale.to_string())
                .collect();
            for words in kept.get(claim).into_iter().flatten() {
                assert!(given.contains(words), "kill {kill}: '{words}' is lost");
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{total} verdicts were acknowledged over {} kills",
        kills()
    );
    assert!(total > kills(), "only {total} verdicts were acknowledged");
}
