//! The desk under load: the real program on loopback, a desk with 100,000
//! published claims, readers and editors at once at a fixed rate, then as much
//! as it can take beside what the bare framework can, then more than that, and
//! callers who mean no good.
//!
//! `cargo bench --bench load` takes about five minutes; `-- --seconds 3600` holds
//! the mix for an hour and fails if anything grew or slowed down, `-- --claims 5000` fills a smaller desk. The load is made
//! on the same cores.

#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;

mod filling;

#[path = "load/bare.rs"]
mod bare;
#[path = "load/ceiling.rs"]
mod ceiling;
#[path = "load/editors.rs"]
mod editors;
#[path = "load/harm.rs"]
mod harm;
#[path = "load/mix.rs"]
mod mix;
#[path = "load/running.rs"]
mod running;
#[path = "load/tally.rs"]
mod tally;
#[path = "load/wire.rs"]
mod wire;

use std::sync::OnceLock;
use std::time::Duration;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use editors::Material;
use running::Running;

const CLAIMS: u64 = 100_000;

/// How many claims are published before.
fn claims() -> u64 {
    static ASKED: OnceLock<u64> = OnceLock::new();
    *ASKED.get_or_init(|| number("--claims").unwrap_or(CLAIMS))
}

/// How long the mix lasts if nothing else is said, in seconds.
const SECONDS: u64 = 60;

/// From how many seconds on nothing may grow or slow down.
const SOAK: u64 = 600;

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
fn say(line: &str) {
    println!("{line}");
}

/// The number after a word of the command line.
fn number(word: &str) -> Option<u64> {
    let mut words = std::env::args().skip_while(|given| given != word);
    words.nth(1)?.parse().ok()
}

fn main() {
    if let Some(size) = number("--bare") {
        bare::serve(size as usize);
        return;
    }
    let desk = filling::published_desk(claims());
    let tokens = [(); 2].map(|()| desk.token(Role::Editor, Scopes::ALL));
    let material = Material::of(&desk, tokens);
    let closed = desk.close();
    let mut running = Running::start(&closed.data);
    let seconds = number("--seconds").unwrap_or(SECONDS);
    let is_flat = mix::run(&running, &material, Duration::from_secs(seconds));
    if number("--seconds").is_none() {
        ceiling::run(&running);
        harm::run(&running, &material);
    }
    running.stop_under_load(&material);
    // A minute is too short to tell growth from what is learnt once.
    if seconds >= SOAK && !is_flat {
        say("it grew, slowed down or failed meanwhile");
        std::process::exit(1);
    }
}
