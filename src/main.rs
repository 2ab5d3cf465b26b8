//! The binary: arguments in, exit code out. The wall clock and the system's
//! source of chance are here and nowhere else.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use citekeep::capture::apart::Reading;
use citekeep::cli::{self, Arguments};
use citekeep::config::{LogFormat, ReadingSection};
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
        limits: cli::parse_limits(&ReadingSection::default()),
        scanner: None,
    }
}

/// Says on standard error what is amiss, and more if `CITEKEEP_LOG` asks for it:
/// error, warn, info, debug or trace. What others' code would say beside, such as
/// the headers of a request with the cookie in them, is never said.
fn tell(format: LogFormat) {
    let asked = std::env::var("CITEKEEP_LOG").ok();
    let own = asked.and_then(|level| level.parse().ok());
    let own = own.unwrap_or(LevelFilter::WARN);
    let said = Targets::new()
        .with_default(own.min(LevelFilter::WARN))
        .with_target("citekeep", own);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().with_span_list(false).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(said))
        .init();
}

fn main() -> ExitCode {
    let world = World {
        clock: Arc::new(WallClock),
        rng: Arc::new(SystemChance),
        reading: reading(),
    };
    cli::run(Arguments::parse(), world, tell)
}
