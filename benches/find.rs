//! What finding a quote costs and how often it is right, beside a crate and
//! beside the method of Hypothesis, in the same run. `docs/benchmarks.md` has
//! results.

#[path = "../tests/it/text/corpus.rs"]
mod corpus;
#[path = "find/hypothesis.rs"]
mod hypothesis;

use std::io::Write;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use citekeep::text::find::{Kind, candidates};
use citekeep::text::fold::Folded;
use citekeep::text::offset::OffsetIndex;
use divan::Bencher;

use corpus::{Dice, cut, damaged, report, retyped};

const SEED: u64 = 20_261_124;

struct Shelf {
    text: String,
    index: OffsetIndex,
    chars: Vec<char>,
}

static MEGABYTE: LazyLock<Shelf> = LazyLock::new(|| {
    let text = report(1_000_000, SEED);
    Shelf {
        index: OffsetIndex::new(&text),
        chars: text.chars().collect(),
        text,
    }
});

fn main() {
    if std::env::args().any(|argument| argument == "--accuracy") {
        accuracy();
    } else {
        divan::main();
    }
}

/// A quote of so many characters from the last tenth of the text, with a share
/// of them changed.
fn quote(length: usize, percent: usize) -> String {
    let chars = &MEGABYTE.chars;
    let (_, quote) = cut(&chars[chars.len() * 9 / 10..], length, &mut Dice(7));
    let edits = quote.chars().count() * percent / 100;
    damaged(&quote, edits, &mut Dice(8))
}

fn found(quote: &str, kind: Kind) {
    let found = candidates(&MEGABYTE.text, &MEGABYTE.index, quote, None);
    assert_eq!(found.first().map(|best| best.kind), Some(kind));
}

const LENGTHS: [usize; 4] = [40, 300, 1_000, 4_000];

mod one_megabyte {
    use super::*;

    #[divan::bench(sample_count = 50, sample_size = 1)]
    fn folding_alone() -> usize {
        Folded::new(&MEGABYTE.text).as_str().len()
    }

    #[divan::bench(args = LENGTHS, sample_count = 50, sample_size = 1)]
    fn exact(bencher: Bencher<'_, '_>, length: usize) {
        let quote = quote(length, 0);
        bencher.bench_local(|| found(&quote, Kind::Exact));
    }

    #[divan::bench(args = LENGTHS, sample_count = 50, sample_size = 1)]
    fn folded(bencher: Bencher<'_, '_>, length: usize) {
        let quote = retyped(&quote(length, 0), &mut Dice(9));
        bencher.bench_local(|| found(&quote, Kind::Folded));
    }

    #[divan::bench(args = LENGTHS, sample_count = 50, sample_size = 1)]
    fn approximate(bencher: Bencher<'_, '_>, length: usize) {
        let quote = quote(length, 20);
        bencher.bench_local(|| found(&quote, Kind::Approximate));
    }

    /// Nothing like the quote is there, so nothing can be cut short.
    #[divan::bench(args = LENGTHS, sample_count = 50, sample_size = 1)]
    fn approximate_in_vain(bencher: Bencher<'_, '_>, length: usize) {
        let quote: String = report(20_000, 99)
            .chars()
            .skip(9_000)
            .take(length)
            .collect();
        bencher.bench_local(|| candidates(&MEGABYTE.text, &MEGABYTE.index, &quote, None).len());
    }

    /// The peer: triple_accel with as many edits as our floor allows.
    #[divan::bench(args = [40, 300, 1_000], sample_count = 10, sample_size = 1)]
    fn peer_triple_accel(bencher: Bencher<'_, '_>, length: usize) {
        let quote = quote(length, 20);
        let (needle, text) = (quote.as_bytes(), MEGABYTE.text.as_bytes());
        bencher.bench_local(|| {
            triple_accel::levenshtein::levenshtein_search_simd_with_opts(
                needle,
                text,
                (needle.len() * 3 / 10) as u32,
                triple_accel::SearchType::Best,
                triple_accel::levenshtein::LEVENSHTEIN_COSTS,
                false,
            )
            .count()
        });
    }

    /// The peer: the method of Hypothesis, without context.
    #[divan::bench(args = [40, 300, 1_000], sample_count = 10, sample_size = 1)]
    fn peer_hypothesis(bencher: Bencher<'_, '_>, length: usize) {
        let quote: Vec<char> = quote(length, 20).chars().collect();
        let context = hypothesis::Context::default();
        bencher.bench_local(|| hypothesis::match_quote(&MEGABYTE.chars, &quote, &context));
    }
}

/// How often each method was right, wrong or silent.
#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    silent: usize,
    took: Duration,
}

impl Tally {
    fn count(&mut self, took: Duration, place: Option<(usize, usize)>, truth: (usize, usize)) {
        self.took += took;
        match place {
            None => self.silent += 1,
            Some((start, end)) if start < truth.1 && truth.0 < end => self.right += 1,
            Some(_) => self.wrong += 1,
        }
    }

    fn row(&self, what: &str) {
        let cases = (self.right + self.wrong + self.silent).max(1);
        let percent = |count: usize| 100.0 * count as f64 / cases as f64;
        say(&format!(
            "| {what} | {cases} | {:.2} % | {:.2} % | {:.2} % | {:.1} ms |",
            percent(self.right),
            percent(self.wrong),
            percent(self.silent),
            self.took.as_secs_f64() * 1_000.0 / cases as f64,
        ));
    }
}

/// Writes a line of the table.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}

/// Prints a table: `cargo bench --bench find -- --accuracy`.
fn accuracy() {
    say("| quotes, and method | cases | right place | wrong place | no place | mean time |");
    say("|---|---|---|---|---|---|");
    for (length, cases) in [
        (40, (2_000, 200)),
        (80, (1_000, 100)),
        (300, (1_000, 100)),
        (1_000, (500, 50)),
    ] {
        compare((length, 20), cases);
    }
    for length in [40, 80, 300] {
        absent(length, (200, 50));
    }
}

fn compare((length, percent): (usize, usize), (ours_cases, theirs_cases): (usize, usize)) {
    let (mut ours, mut theirs, mut hinted) = (Tally::default(), Tally::default(), Tally::default());
    let chars = &MEGABYTE.chars;
    let mut dice = Dice(SEED + (length * 100 + percent) as u64);
    for case in 0..ours_cases {
        let (start, whole) = cut(chars, length, &mut dice);
        let count = whole.chars().count();
        let truth = (start, start + count);
        let quote = damaged(&whole, count * percent / 100, &mut dice);
        let (took, place) = timed(|| our_place(&quote));
        ours.count(took, place, truth);
        if case < theirs_cases {
            let quote: Vec<char> = quote.chars().collect();
            let none = hypothesis::Context::default();
            let (took, place) = timed(|| hypothesis::match_quote(chars, &quote, &none));
            theirs.count(took, place, truth);
            let context = hypothesis::Context {
                prefix: chars[start.saturating_sub(32)..start].to_vec(),
                suffix: chars[truth.1..(truth.1 + 32).min(chars.len())].to_vec(),
                hint: Some(start),
            };
            let (took, place) = timed(|| hypothesis::match_quote(chars, &quote, &context));
            hinted.count(took, place, truth);
        }
    }
    let name = format!("{length} characters, {percent} % changed");
    ours.row(&format!("{name}: Citekeep"));
    theirs.row(&format!("{name}: Hypothesis, quote alone"));
    hinted.row(&format!(
        "{name}: Hypothesis, with prefix, suffix and position"
    ));
}

/// Quotes that are nowhere: any place is wrong.
fn absent(length: usize, (ours_cases, theirs_cases): (usize, usize)) {
    let other: Vec<char> = report(400_000, SEED + 1).chars().collect();
    let (mut ours, mut theirs) = (Tally::default(), Tally::default());
    let mut dice = Dice(SEED + 3);
    for case in 0..ours_cases {
        let (_, quote) = cut(&other, length, &mut dice);
        let (took, place) = timed(|| our_place(&quote));
        ours.count(took, place, (0, 0));
        if case < theirs_cases {
            let quote: Vec<char> = quote.chars().collect();
            let none = hypothesis::Context::default();
            let (took, place) = timed(|| hypothesis::match_quote(&MEGABYTE.chars, &quote, &none));
            theirs.count(took, place, (0, 0));
        }
    }
    let name = format!("{length} characters that are not there");
    ours.row(&format!("{name}: Citekeep"));
    theirs.row(&format!("{name}: Hypothesis"));
}

fn our_place(quote: &str) -> Option<(usize, usize)> {
    let found = candidates(&MEGABYTE.text, &MEGABYTE.index, quote, None);
    let best = found.first()?;
    Some((best.span.start() as usize, best.span.end() as usize))
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}
