//! Handing foreign files to a scanner for malware, another program of this
//! machine, before anything of them is kept. The desk knows nothing of malware:
//! it believes the exit code, as `clamdscan` gives it.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::apart::Slot;

/// How much of what a scanner says is read, in bytes.
const MOST_SAID: u64 = 4_096;
/// How much of it is told, in characters.
const MOST_TOLD: usize = 200;
/// How often it is looked whether a scanner has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A program that is given the bytes of a file on its standard input. It ends
/// with 0 where it finds nothing and with 1 where it finds malware; anything else
/// is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    program: OsString,
    arguments: Vec<String>,
    within: Duration,
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclean {
    /// The scanner takes it for malware.
    #[error(
        "the scanner of this desk takes the file for malware, so that nothing of it was kept{said}. Paste the words that you need instead, or ask whoever runs the desk"
    )]
    Malware {
        /// What it said of it, after a colon; empty where it said nothing.
        said: String,
    },
    /// Nobody knows whether it is malware.
    #[error(
        "the scanner of this desk did not say whether the file is malware, so that nothing of it was kept; try again in a minute, and tell whoever runs the desk if that does not help"
    )]
    NoAnswer,
}

impl Scanner {
    /// A scanner by its command; nothing where the command is empty.
    pub fn new(command: &[String], within: Duration) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        Some(Self {
            program: program.into(),
            arguments: arguments.to_vec(),
            within,
        })
    }

    /// Asks whether bytes may be kept.
    ///
    /// # Errors
    /// When they are malware, or the scanner does not say that they are not.
    pub fn scan(&self, bytes: &[u8]) -> Result<(), Unclean> {
        let _slot = Slot::wait();
        let (ended, said) = self.run(bytes).map_err(|error| {
            tracing::error!(%error, "the scanner for malware could not be run");
            Unclean::NoAnswer
        })?;
        match ended.and_then(|status| status.code()) {
            Some(0) => Ok(()),
            Some(1) => {
                let said = told(&said);
                tracing::warn!(said, "a file was refused as malware");
                let said = Some(said).filter(|said| !said.is_empty());
                Err(Unclean::Malware {
                    said: said.map_or_else(String::new, |said| format!(": “{said}”")),
                })
            }
            code => {
                let said = told(&said);
                tracing::error!(code, said, "the scanner for malware gave no answer");
                Err(Unclean::NoAnswer)
            }
        }
    }

    /// Runs the scanner over bytes: how it ended, if it did in time, and what it
    /// said.
    fn run(&self, bytes: &[u8]) -> std::io::Result<(Option<ExitStatus>, Vec<u8>)> {
        let mut child = self.start()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        thread::scope(|scope| {
            scope.spawn(move || {
                // A scanner that knows enough does not read to the end.
                let _ = stdin.map(|mut stdin| stdin.write_all(bytes));
            });
            let saying = scope.spawn(move || {
                let mut said = Vec::new();
                if let Some(mut stdout) = stdout {
                    let _ = (&mut stdout).take(MOST_SAID).read_to_end(&mut said);
                    // One that has more to say is not to wait for its reader.
                    let _ = std::io::copy(&mut stdout, &mut std::io::sink());
                }
                said
            });
            let ended = end(&mut child, self.within);
            let said = saying.join().unwrap_or_default();
            ended.map(|ended| (ended, said))
        })
    }

    /// Starts the scanner in a group of its own, with nothing of the desk's
    /// environment, which may hold the key of the log.
    fn start(&self) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .args(&self.arguments)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// Waits until a child has ended, and ends all that it started, so that its
/// channels close; nothing where it takes too long and is ended itself.
fn end(child: &mut Child, within: Duration) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let id = id.ok_or(std::io::ErrorKind::NotFound)?;
    // It is only looked at: until it is waited for, nobody else has its number.
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let has_ended = loop {
        match waitid(WaitId::Pid(id), look) {
            Ok(None) if begun.elapsed() < within => thread::sleep(GLANCE),
            looked => break matches!(looked, Ok(Some(_))),
        }
    };
    // Whoever has ended already cannot be ended.
    let _ = kill_process_group(id, Signal::KILL);
    let status = child.wait()?;
    Ok(has_ended.then_some(status))
}

/// The last line of what a scanner said, as one that pages and logs can show.
fn told(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.next_back().unwrap_or_default();
    let plain = line.chars().filter(|c| !c.is_control());
    plain.take(MOST_TOLD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scanner that a shell plays.
    fn scanner(script: &str, millis: u64) -> Scanner {
        let command = ["sh", "-c", script].map(str::to_owned);
        Scanner::new(&command, Duration::from_millis(millis)).expect("a command")
    }

    #[test]
    fn what_a_scanner_says_is_believed_and_anything_else_is_no_answer() {
        let check = |script: &str, millis: u64, expected: Result<(), Unclean>| {
            let large = vec![b'x'; 1 << 20];
            assert_eq!(scanner(script, millis).scan(&large), expected, "{script}");
        };
        let malware = |said: &str| {
            let said = said.to_owned();
            Err(Unclean::Malware { said })
        };
        check("cat > /dev/null", 20_000, Ok(()));
        check("exit 0", 20_000, Ok(()));
        check("test $(wc -c) = 1048576", 20_000, Ok(()));
        check("test -z \"$CARGO_MANIFEST_DIR\"", 20_000, Ok(()));
        check("exit 1", 20_000, malware(""));
        check(
            "echo; echo 'stream: \u{7}Worm FOUND'; echo; exit 1",
            20_000,
            malware(": “stream: Worm FOUND”"),
        );
        check("yes | head -c 1000000; exit 1", 20_000, malware(": “y”"));
        check("exit 2", 20_000, Err(Unclean::NoAnswer));
        check("kill -9 $$", 20_000, Err(Unclean::NoAnswer));
        check("sleep 60 & sleep 60", 50, Err(Unclean::NoAnswer));
        check("sleep 60 & exit 0", 20_000, Ok(()));
        let none = Scanner::new(&["/nowhere/scanner".to_owned()], GLANCE);
        let answer = none.expect("a command").scan(b"x");
        assert_eq!(answer, Err(Unclean::NoAnswer));
        assert_eq!(Scanner::new(&[], GLANCE), None);
    }
}
