//! Readers and editors at once, at a fixed rate. Each request has its moment,
//! and its time counts from then, so that a server which stands still for a
//! second does not look good for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::editors::{Editor, Material};
use crate::running::Running;
use crate::tally::{PARTS, Tally, is_flat, watch};
use crate::wire::Line;
use crate::{claims, say};

const READERS: u64 = 16;
const READS: u64 = 2_200;
const EDITORS: u64 = 16;
const ACTS: u64 = 220;

/// Which page a reader looks at: few are read by many (a Zipf distribution with
/// exponent 1), and one look in five is at something else than a verdict.
pub(crate) fn page(claims: u64, chance: &mut Chance) -> String {
    let rank = (claims as f64).powf(chance.draw()) as u64;
    let claim = 1 + rank.wrapping_mul(48_271) % claims;
    match (chance.draw() * 100.0) as u64 {
        0..80 => format!("/published/{claim}"),
        80..86 => format!("/published/{claim}/embed"),
        86..90 => format!("/published/{claim}/claim-review.json"),
        90..94 => "/published".to_owned(),
        94..96 => "/feed.atom".to_owned(),
        96..98 => "/log/checkpoint".to_owned(),
        _ => tile(rank % (claims / 80)),
    }
}

/// A full tile of the log; each claim has at least four entries.
fn tile(index: u64) -> String {
    match (index / 1_000, index % 1_000) {
        (0, low) => format!("/log/tile/0/{low:03}"),
        (high, low) => format!("/log/tile/0/x{high:03}/{low:03}"),
    }
}

/// Numbers from 0 to 1 in an order that every run repeats.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn draw(&mut self) -> f64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// One of a crowd does something again and again, each time at its moment.
pub(crate) fn keep_time(
    (begun, lasting): (Instant, Duration),
    (first, every): (Duration, Duration),
    mut act: impl FnMut() -> std::io::Result<u16>,
) -> Tally {
    let mut tally = Tally::default();
    let part = |due: Instant| {
        let passed = due.duration_since(begun).as_secs_f64() / lasting.as_secs_f64();
        (passed * PARTS as f64) as usize
    };
    let mut due = begun + first;
    while due < begun + lasting {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let status = act().unwrap_or_else(|error| {
            say(&format!("no answer after {:.1?}: {error}", due.elapsed()));
            0
        });
        tally.note(part(due), due.elapsed(), status);
        due += every;
    }
    tally
}

/// Says what came of the mix, and whether it was as quick and as small at its end
/// as it was at its beginning.
pub(crate) fn run(running: &Running, material: &Material, lasting: Duration) -> bool {
    warm_up(running);
    // What an editor of a turn before opened is not opened again.
    static SHIFTS: AtomicU64 = AtomicU64::new(0);
    let shift = SHIFTS.fetch_add(1, Ordering::Relaxed);
    let begun = Instant::now();
    let when = (begun, lasting);
    let (mut reads, mut acts) = (Tally::default(), Tally::default());
    let over = AtomicBool::new(false);
    let mut held = Vec::new();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|number| {
                scope.spawn(move || {
                    let mut line = Line::open(&running.address);
                    let mut chance = Chance(number);
                    keep_time(when, pace(number, READERS, READS), || {
                        let path = page(claims(), &mut chance);
                        let head = line.get(&path);
                        if head.is_err() {
                            line = Line::open(&running.address);
                        }
                        Ok(head?.status)
                    })
                })
            })
            .collect();
        let editors: Vec<_> = (0..EDITORS)
            .map(|number| {
                scope.spawn(move || {
                    let mut line = Line::open(&running.address);
                    let mut editor = Editor::new(material, shift * EDITORS + number);
                    keep_time(when, pace(number, EDITORS, ACTS), || {
                        let status = editor.act(&mut line);
                        if status.is_err() {
                            line = Line::open(&running.address);
                        }
                        status
                    })
                })
            })
            .collect();
        let over = &over;
        let watching = scope.spawn(move || watch(running, when, over));
        for reader in readers {
            reads.add(reader.join().expect("a reader"));
        }
        for editor in editors {
            acts.add(editor.join().expect("an editor"));
        }
        over.store(true, Ordering::Relaxed);
        held = watching.join().expect("who watches");
    });
    let lasted = begun.elapsed();
    say(&format!(
        "{} seconds of the mix, {} claims published before",
        lasting.as_secs(),
        claims()
    ));
    reads.say("public pages", lasted);
    acts.say("durable acts", lasted);
    say(&format!(
        "memory: {} MB at the end, {} MB at most",
        running.memory(),
        running.peak()
    ));
    reads.is_flat() & acts.is_flat() & is_flat(&held)
}

/// When one of a crowd begins, and how often it acts.
fn pace(number: u64, crowd: u64, rate: u64) -> (Duration, Duration) {
    let every = Duration::from_secs_f64(crowd as f64 / rate as f64);
    (every.mul_f64(number as f64 / crowd as f64), every)
}

/// Opens what is opened once: connections to the database, files, caches.
fn warm_up(running: &Running) {
    let mut line = Line::open(&running.address);
    let mut chance = Chance(99);
    for _ in 0..2_000 {
        let head = line.get(&page(claims(), &mut chance)).expect("an answer");
        assert_eq!(head.status, 200);
    }
}
