//! Programs that run for a test: the desk's own, and the browser's driver.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// A program that ends when the test does.
pub(crate) struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program could not be started; tests/all installs it");
        let out = BufReader::new(child.stdout.take().expect("its output is piped"));
        let err = BufReader::new(child.stderr.take().expect("its messages are piped"));
        Self { child, out, err }
    }

    /// Reads lines of its output until one holds `part`.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        line_with(&mut self.out, part)
    }
}

fn line_with(from: &mut impl BufRead, part: &str) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        let read = from.read_line(&mut line).expect("readable output");
        assert!(read > 0, "the program ended without saying '{part}'");
        if line.contains(part) {
            return line;
        }
    }
}

impl Program {
    /// Waits until the desk or the witness is open, and returns the address at
    /// which it listens.
    pub(crate) fn address(&mut self) -> String {
        self.try_address()
            .expect("the program ended without saying where it is open")
    }

    /// Reads lines of its messages until one holds `part`.
    pub(crate) fn hear(&mut self, part: &str) -> String {
        line_with(&mut self.err, part)
    }

    /// The same; nothing where the program ends before.
    pub(crate) fn try_address(&mut self) -> Option<String> {
        let mut line = String::new();
        while !line.contains(" is open at ") {
            line.clear();
            if self.err.read_line(&mut line).expect("readable messages") == 0 {
                return None;
            }
        }
        let said = |before: &str| {
            let after = line.split_once(before)?.1;
            after.split(';').next().map(str::to_owned)
        };
        let listens = said("; it listens on ").map(|place| format!("http://{place}"));
        listens.or_else(|| said(" is open at "))
    }

    /// The number by which the system knows it.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the program ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.try_wait().expect("a program that was started")
    }

    /// Asks the program to stop, and waits until it has.
    pub(crate) fn stop(&mut self) -> std::process::ExitStatus {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().expect("its end")
    }

    /// Stops the program; what it said since it was last listened to, on both its
    /// channels.
    pub(crate) fn last_words(mut self) -> String {
        self.stop();
        let mut words = String::new();
        self.out.read_to_string(&mut words).expect("its output");
        self.err.read_to_string(&mut words).expect("its messages");
        words
    }

    /// The program that this one started and watches, if it is there still.
    fn watched(&self) -> Option<u32> {
        let process = self.child.id();
        let path = format!("/proc/{process}/task/{process}/children");
        let children = std::fs::read_to_string(path).ok()?;
        children.split_whitespace().next()?.parse().ok()
    }

    /// Sends a signal to the program that this one watches, and waits until
    /// both have ended.
    pub(crate) fn end_watched(&mut self, signal: &str) -> std::process::ExitStatus {
        if let Some(watched) = self.watched() {
            let asked = Command::new("kill")
                .args([signal, &watched.to_string()])
                .status();
            assert!(asked.is_ok(), "kill runs");
        }
        self.child.wait().expect("its end")
    }

    /// Ends the program as a power cut would: no signal that it could hear.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a running program");
        self.child.wait().expect("its end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a desk with a configuration, on a port of its own.
pub(crate) fn citekeep_with(data: &Path, config: &str) -> Program {
    let file = data.with_extension("toml");
    std::fs::write(&file, config).expect("a configuration");
    let config = file.display().to_string();
    citekeep(data, &["serve", "--config", &config])
}

/// Starts a desk on a port of its own.
pub(crate) fn citekeep(data: &Path, arguments: &[&str]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .args(["--listen", "127.0.0.1:0"]);
    Program::start(&mut command)
}
