//! The binary: arguments in, exit code out. The wall clock and the system's
//! source of chance are here and nowhere else.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use citekeep::capture::apart::{ParseLimits, Reading};
use citekeep::cli::{self, Arguments};
use citekeep::desk::{Clock, Rng, World};
use citekeep::domain::time::Timestamp;

struct WallClock;

impl Clock for WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        let millis = jiff::Timestamp::now().as_millisecond();
        Timestamp::from_millis(millis)
            .expect("the clock stands within the years that can be written")
    }
}

struct SystemChance;

impl Rng for SystemChance {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws chance"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer)
            .expect("without chance from the system no key or salt is safe, so none is made");
    }
}

/// Foreign documents are read in a process of their own: this program again.
fn reading() -> Reading {
    // A program that cannot find itself reads plain text alone: any other file
    // is answered with the error that no child could be started.
    let program = std::env::current_exe().unwrap_or_default();
    Reading::Apart {
        program,
        limits: ParseLimits::default(),
    }
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false)
        .with_max_level(tracing::Level::WARN)
        .init();
    let world = World {
        clock: Arc::new(WallClock),
        rng: Arc::new(SystemChance),
        reading: reading(),
    };
    cli::run(Arguments::parse(), world)
}
