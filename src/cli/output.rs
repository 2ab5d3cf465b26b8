//! The only place that prints: plain lines, progress, and files on standard
//! output.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// Tells people something, on standard error.
pub fn say(words: &str) {
    // A closed terminal must not end the work.
    let _ = writeln!(io::stderr(), "{words}");
}

/// Tells people what went wrong and what to do.
pub(super) fn complain(words: &str) {
    say(&format!("citekeep: {words}"));
}

/// Writes a line of a result to standard output.
pub(super) fn line(words: &str) {
    let _ = writeln!(io::stdout(), "{words}");
}

/// Writes a text to standard output, to the byte.
pub(super) fn whole(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Progress on long work: a bar for people at a terminal, and elsewhere a
/// plain line every so often.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    told: u64,
}

/// How many steps lie between two plain lines.
const LINE_EVERY: u64 = 10_000;

impl Progress {
    pub(super) fn new(what: &'static str) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar
        });
        Self { bar, what, told: 0 }
    }

    /// `total` is 0 where it is not known.
    pub(super) fn tell(&mut self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total.max(done));
            bar.set_position(done);
        } else if done >= self.told + LINE_EVERY {
            self.told = done;
            let of = if total == 0 {
                String::new()
            } else {
                format!(" of {total}")
            };
            say(&format!("{}: {done}{of}", self.what));
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Progress on work of several parts, each told by its name.
#[derive(Default)]
pub(super) struct Steps {
    now: Option<Progress>,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn tell(&mut self, what: &'static str, done: u64, total: u64) {
        if self.now.as_ref().is_none_or(|now| now.what != what) {
            self.end();
            self.now = Some(Progress::new(what));
        }
        if let Some(now) = &mut self.now {
            now.tell(done, total);
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(now) = self.now.take() {
            now.end();
        }
    }
}
