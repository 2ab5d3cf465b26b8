//! The program, started as its users start it, and what the system says of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::editors::{Editor, Material};
use crate::say;
use crate::wire::Line;

pub(crate) struct Running {
    child: Child,
    /// Where it listens, without a scheme.
    pub(crate) address: String,
}

/// Waits for the line that says where a server listens.
pub(crate) fn listening(child: &mut Child) -> String {
    let err = child.stderr.take().expect("its messages are piped");
    let mut lines = BufReader::new(err).lines();
    let line = lines.find_map(|line| {
        let line = line.expect("readable messages");
        let (_, rest) = line.split_once(" is open at ")?;
        let address = rest.split([';', ' ']).next()?;
        Some(
            address
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_owned(),
        )
    });
    // What else it says is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    line.expect("an address")
}

impl Running {
    pub(crate) fn start(data: &Path) -> Self {
        // All readers come from one address here, which is no crowd of one.
        let config = data.with_extension("toml");
        fs::write(&config, "[limits]\nstrangers = 0\n").expect("a configuration");
        let mut child = Command::new(env!("CARGO_BIN_EXE_citekeep"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let address = listening(&mut child);
        Self { child, address }
    }

    fn status(&self, field: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(field));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        number.unwrap_or(0)
    }

    /// The memory that it has now, in megabytes.
    pub(crate) fn memory(&self) -> u64 {
        self.status("VmRSS:") * 1_024 / 1_000_000
    }

    /// The most memory that it ever had, in megabytes.
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM:") * 1_024 / 1_000_000
    }

    /// How many files and connections it has open.
    pub(crate) fn descriptors(&self) -> usize {
        let path = format!("/proc/{}/fd", self.child.id());
        fs::read_dir(path).map_or(0, Iterator::count)
    }

    /// Tells it to stop while acts come in: whatever it accepted is done, and
    /// nobody is told of success who had none.
    pub(crate) fn stop_under_load(&mut self, material: &Material) {
        let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let begun = Instant::now();
        let ended = std::thread::scope(|scope| {
            for number in 0..8 {
                let (stop, done, address) = (&stop, &done, &self.address);
                scope.spawn(move || {
                    let mut editor = Editor::new(material, 9_000 + number);
                    let mut line = Line::open(address);
                    while !stop.load(Ordering::Relaxed) {
                        match editor.act(&mut line) {
                            Ok(200..300) => done.fetch_add(1, Ordering::Relaxed),
                            _ => break,
                        };
                    }
                });
            }
            std::thread::sleep(Duration::from_secs(2));
            let asked = Command::new("kill")
                .args(["-TERM", &self.child.id().to_string()])
                .status();
            assert!(asked.expect("kill runs").success());
            let ended = self.child.wait().expect("its end");
            stop.store(true, Ordering::Relaxed);
            ended
        });
        say(&format!(
            "told to stop under load: {ended} after {:.1?}, {} acts were acknowledged meanwhile",
            begun.elapsed() - Duration::from_secs(2),
            done.load(Ordering::Relaxed)
        ));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
