//! Reading foreign documents apart: in a child process with limits on time,
//! memory and output, so that no document can hurt the desk.
//!
//! The parent writes the task and the bytes, reads at most so much, waits at
//! most so long, and then ends the child. Plain text is read here: it has no
//! structure that could be hostile.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::child::{Answer, Task, read_answer, write_task};
use super::reviews::reviews;
use super::scan::{Scanner, Unclean};
use super::{Document, MediaType, PagePicture, Reviews, Unreadable, extract, sniff};

/// What a child process may use for one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLimits {
    /// How long it may take, in seconds, of the clock and of the processor.
    pub seconds: u64,
    /// How much memory it may ask for, in bytes.
    pub memory: u64,
    /// How much it may answer, in bytes.
    pub output: u64,
}

/// Where foreign documents are read, and what looks at them before they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reading {
    /// In this process: for trusted documents and for tests of the readers.
    #[default]
    Here,
    /// In a child process.
    Apart {
        /// The program to start: Citekeep itself.
        program: PathBuf,
        /// What it may use.
        limits: ParseLimits,
        /// What scans them for malware before they are kept; none: nothing does.
        scanner: Option<Scanner>,
    },
}

impl Reading {
    /// Asks the scanner, where there is one, whether a document may be kept.
    ///
    /// # Errors
    /// When it is malware, or the scanner does not say that it is not.
    pub fn scan(&self, bytes: &[u8]) -> Result<(), Unclean> {
        match self {
            Self::Apart {
                scanner: Some(scanner),
                ..
            } => scanner.scan(bytes),
            Self::Apart { scanner: None, .. } | Self::Here => Ok(()),
        }
    }

    /// Derives the texts of a document.
    ///
    /// # Errors
    /// When the bytes hold no text that can be read within the limits.
    pub fn read(&self, bytes: &[u8], declared: Option<&str>) -> Result<Document, Unreadable> {
        let Self::Apart {
            program, limits, ..
        } = self
        else {
            return extract(bytes, declared);
        };
        if bytes.is_empty() || sniff::media_type(bytes, declared) == MediaType::Plain {
            return extract(bytes, declared);
        }
        let task = Task::Read {
            declared: declared.map(str::to_owned),
        };
        match ask(program, *limits, task, bytes)? {
            Answer::Document(document) => Ok(document),
            Answer::Picture(_) | Answer::Reviews(_) => Err(Unreadable::Broke),
        }
    }

    /// Draws a page of a PDF, numbered from 1, with the place of some words.
    ///
    /// # Errors
    /// When the bytes are no PDF that can be read within the limits, or have
    /// no such page.
    pub fn picture(
        &self,
        bytes: &[u8],
        page: u32,
        quote: Option<&str>,
        width: u32,
    ) -> Result<PagePicture, Unreadable> {
        let Self::Apart {
            program, limits, ..
        } = self
        else {
            return super::picture(bytes, page, quote, width);
        };
        let task = Task::Picture {
            page,
            quote: quote.map(str::to_owned),
            width,
        };
        match ask(program, *limits, task, bytes)? {
            Answer::Picture(picture) => Ok(picture),
            Answer::Document(_) | Answer::Reviews(_) => Err(Unreadable::Broke),
        }
    }

    /// Reads the ClaimReviews in a page, a feed or a file; `base` is the
    /// address that it came from.
    ///
    /// # Errors
    /// When the bytes cannot be read within the limits.
    pub fn reviews(&self, bytes: &[u8], base: Option<&str>) -> Result<Reviews, Unreadable> {
        let Self::Apart {
            program, limits, ..
        } = self
        else {
            return reviews(bytes, base);
        };
        let task = Task::Reviews {
            base: base.map(str::to_owned),
        };
        match ask(program, *limits, task, bytes)? {
            Answer::Reviews(reviews) => Ok(reviews),
            Answer::Document(_) | Answer::Picture(_) => Err(Unreadable::Broke),
        }
    }
}

/// How many children run at once: what each may take is bounded, and so is
/// what all of them may take.
const AT_ONCE: u32 = 4;

static RUNNING: Mutex<u32> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// The right to run one child, given back when it is let go.
pub(super) struct Slot;

impl Slot {
    pub(super) fn wait() -> Self {
        // Nothing under this lock can panic half-way.
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = FREED
            .wait_while(running, |running| *running >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}

/// Starts a child, gives it the task, and takes its answer within the limits.
fn ask(
    program: &Path,
    limits: ParseLimits,
    task: Task,
    bytes: &[u8],
) -> Result<Answer, Unreadable> {
    let not_started = |error: std::io::Error| {
        tracing::error!(%error, "the program that reads foreign files did not start");
        Unreadable::NotStarted
    };
    let _slot = Slot::wait();
    let mut child = start(program, limits).map_err(not_started)?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Unreadable::Broke);
    };
    let (send, receive) = mpsc::channel();
    let answer = thread::scope(|scope| {
        let giving = scope.spawn(|| give(stdin, task, bytes));
        scope.spawn(move || {
            // Whoever waits may have given up already.
            let _ = send.send(take(stdout, limits.output));
        });
        let answer = receive.recv_timeout(Duration::from_secs(limits.seconds));
        // Whatever it still does, nobody waits for it: its pipes close and
        // both threads end.
        let _ = child.kill();
        // Its input stays open until here: a child whose input ends has lost
        // its parent.
        drop(giving.join());
        answer
    });
    let ended = child.wait();
    match answer {
        Err(_) => Err(Unreadable::TooSlow {
            seconds: limits.seconds,
        }),
        Ok(Taken::TooMuch) => Err(Unreadable::TooMuch {
            bytes: limits.output,
        }),
        Ok(Taken::Answer(answer)) => *answer,
        Ok(Taken::Nothing) => Err(why_nothing(ended.ok(), limits)),
    }
}

/// Tells a child that the system ended for its use of the processor from one
/// that broke down.
fn why_nothing(ended: Option<std::process::ExitStatus>, limits: ParseLimits) -> Unreadable {
    use std::os::unix::process::ExitStatusExt;

    /// SIGXCPU, the same number on every Linux and macOS.
    const PROCESSOR_TIME: i32 = 24;
    match ended.and_then(|status| status.signal()) {
        Some(PROCESSOR_TIME) => Unreadable::TooSlow {
            seconds: limits.seconds,
        },
        _ => Unreadable::Broke,
    }
}

fn start(program: &Path, limits: ParseLimits) -> std::io::Result<Child> {
    Command::new(program)
        .arg("read-document")
        .args(["--memory", &limits.memory.to_string()])
        .args(["--seconds", &limits.seconds.to_string()])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn give(mut stdin: ChildStdin, task: Task, bytes: &[u8]) -> ChildStdin {
    // A child that ended early does not read to the end; its answer tells why.
    let _ = write_task(&mut stdin, task, bytes);
    stdin
}

/// What came out of a child.
enum Taken {
    Answer(Box<Result<Answer, Unreadable>>),
    TooMuch,
    Nothing,
}

fn take(stdout: ChildStdout, limit: u64) -> Taken {
    let mut bytes = Vec::new();
    let read = stdout.take(limit + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        return Taken::TooMuch;
    }
    match read.ok().and_then(|_| read_answer(&bytes)) {
        Some(answer) => Taken::Answer(Box::new(answer)),
        None => Taken::Nothing,
    }
}
