//! How long acts take until they are durable, while checkpoints are signed and
//! while they are not, in turn.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use citekeep::desk::{audit, claims};
use citekeep::domain::words::Statement;

use super::measure::{millis, quantile, say};
use super::support::{TestDesk, desk};

/// How many people act, one act after the other.
const PEOPLE: usize = 4;
/// How long each of them thinks between two acts.
const THINKING: Duration = Duration::from_millis(3);
/// How long each way of signing is measured at a time.
const STRETCH: Duration = Duration::from_secs(4);
/// How often each way has its turn.
const ROUNDS: usize = 6;

/// When something began and when it ended.
type Span = (Instant, Instant);

/// How often the log is signed.
const WAYS: [(&str, Option<Duration>); 3] = [
    ("no checkpoint", None),
    ("a checkpoint each second", Some(Duration::from_secs(1))),
    (
        "a checkpoint each millisecond",
        Some(Duration::from_millis(1)),
    ),
];

pub(crate) fn measure() {
    let desk = desk();
    let mut all: [(Vec<Span>, Vec<Span>); 3] = Default::default();
    for _ in 0..ROUNDS {
        for ((_, every), (acts, signings)) in WAYS.iter().zip(&mut all) {
            let (more, signed) = load(&desk, *every);
            acts.extend(more);
            signings.extend(signed);
        }
    }
    desk.is_clean();
    say(&format!(
        "{PEOPLE} people who act all the time, {ROUNDS} times {} s of each",
        STRETCH.as_secs()
    ));
    for ((name, _), (acts, signings)) in WAYS.iter().zip(&all) {
        tell(name, acts);
        if !signings.is_empty() {
            tell("  the signing itself, its file and all", signings);
            let beside = |act: &&Span| signings.iter().any(|other| meet(act, other));
            let beside: Vec<Span> = acts.iter().filter(beside).copied().collect();
            tell("  acts beside which one was signed", &beside);
        }
    }
}

fn meet(one: &Span, other: &Span) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// People act for a while, and somebody signs; when each act and each signing
/// began and ended.
fn load(desk: &TestDesk, every: Option<Duration>) -> (Vec<Span>, Vec<Span>) {
    let over = AtomicBool::new(false);
    let is_over = || over.load(Ordering::Relaxed);
    thread::scope(|scope| {
        let person = || {
            let mut acts = Vec::new();
            while !is_over() {
                let begun = Instant::now();
                open(desk);
                acts.push((begun, Instant::now()));
                thread::sleep(THINKING);
            }
            acts
        };
        let people: Vec<_> = (0..PEOPLE).map(|_| scope.spawn(person)).collect();
        let signer = every.map(|every| {
            scope.spawn(move || {
                let mut signings = Vec::new();
                while !is_over() {
                    thread::sleep(every);
                    let begun = Instant::now();
                    audit::checkpoint(&desk.desk).expect("a checkpoint");
                    signings.push((begun, Instant::now()));
                }
                signings
            })
        });
        thread::sleep(STRETCH);
        over.store(true, Ordering::Relaxed);
        let acts = people
            .into_iter()
            .map(|person| person.join().expect("acts"));
        let acts = acts.flatten().collect();
        let signings = signer.map(|signer| signer.join().expect("signings"));
        (acts, signings.unwrap_or_default())
    })
}

fn open(desk: &TestDesk) {
    let new = claims::NewClaim {
        statement: Statement::parse("The bridge opened in 1932.").expect("a statement"),
        claimant: None,
        made: claims::Made::default(),
    };
    claims::open(&desk.desk, desk.researcher, new).expect("a claim");
}

fn tell(name: &str, spans: &[Span]) {
    let mut times: Vec<Duration> = spans.iter().map(|(from, to)| *to - *from).collect();
    if times.is_empty() {
        return say(&format!("  {name:<42} none"));
    }
    let mut at = |part| millis(quantile(&mut times, part));
    say(&format!(
        "  {name:<42} {:>6}: median {:.2} ms, p99 {:.2}, p99.9 {:.2}, worst {:.2}",
        spans.len(),
        at(500),
        at(990),
        at(999),
        at(1_000)
    ));
}
