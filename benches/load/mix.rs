//! Readers and editors at once, at a fixed rate. Each request has its moment,
//! and its time counts from then, so that a server which stands still for a
//! second does not look good for it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::editors::{Editor, Material};
use crate::running::Running;
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

/// What a crowd did.
#[derive(Default)]
pub(crate) struct Tally {
    /// Microseconds from the moment that was planned.
    pub(crate) times: Vec<u32>,
    /// How many answers were none, or of a status that is no success.
    pub(crate) errors: BTreeMap<u16, u64>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        for (status, count) in other.errors {
            *self.errors.entry(status).or_default() += count;
        }
    }

    fn say(mut self, name: &str, lasted: Duration) {
        self.times.sort_unstable();
        let at = |share: f64| {
            let at = ((self.times.len().max(1) - 1) as f64 * share) as usize;
            f64::from(self.times.get(at).copied().unwrap_or(0)) / 1_000.0
        };
        say(&format!(
            "{name:<28} {:>8.0} a second  median {:>7.2} ms  p99 {:>7.2} ms  p99.9 {:>7.2} ms  slowest {:>7.1} ms  errors {:?}",
            self.times.len() as f64 / lasted.as_secs_f64(),
            at(0.5),
            at(0.99),
            at(0.999),
            at(1.0),
            self.errors
        ));
    }
}

/// One of a crowd does something again and again, each time at its moment.
pub(crate) fn keep_time(
    (begun, lasting): (Instant, Duration),
    (first, every): (Duration, Duration),
    mut act: impl FnMut() -> std::io::Result<u16>,
) -> Tally {
    let mut tally = Tally::default();
    let mut due = begun + first;
    while due < begun + lasting {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let status = act().unwrap_or(0);
        if !(200..300).contains(&status) {
            *tally.errors.entry(status).or_default() += 1;
        }
        tally
            .times
            .push(due.elapsed().as_micros().try_into().unwrap_or(u32::MAX));
        due += every;
    }
    tally
}

pub(crate) fn run(running: &Running, material: &Material, lasting: Duration) {
    warm_up(running);
    let begun = Instant::now();
    let when = (begun, lasting);
    let (mut reads, mut acts) = (Tally::default(), Tally::default());
    let (over, samples) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|number| {
                scope.spawn(move || {
                    let mut line = Line::open(&running.address);
                    let mut chance = Chance(number);
                    keep_time(when, pace(number, READERS, READS), || {
                        let path = page(claims(), &mut chance);
                        Ok(line.get(&path)?.status)
                    })
                })
            })
            .collect();
        let editors: Vec<_> = (0..EDITORS)
            .map(|number| {
                scope.spawn(move || {
                    let mut line = Line::open(&running.address);
                    let mut editor = Editor::new(material, number);
                    keep_time(when, pace(number, EDITORS, ACTS), || editor.act(&mut line))
                })
            })
            .collect();
        let (over, samples) = (&over, &samples);
        scope.spawn(move || watch(running, (begun, lasting), (over, samples)));
        for reader in readers {
            reads.add(reader.join().expect("a reader"));
        }
        for editor in editors {
            acts.add(editor.join().expect("an editor"));
        }
        over.store(true, Ordering::Relaxed);
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

/// Says ten times how much the program holds, so that what grows is seen.
fn watch(
    running: &Running,
    (begun, lasting): (Instant, Duration),
    (over, samples): (&AtomicBool, &AtomicU64),
) {
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
        let tenth = begun.elapsed().as_millis() as u64 * 10 / lasting.as_millis().max(1) as u64;
        if tenth > samples.load(Ordering::Relaxed) {
            samples.store(tenth, Ordering::Relaxed);
            say(&format!(
                "after {:>4} s: {} MB, {} descriptors",
                begun.elapsed().as_secs(),
                running.memory(),
                running.descriptors()
            ));
        }
    }
}
