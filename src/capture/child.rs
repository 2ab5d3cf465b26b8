//! The child's side of reading apart: it gives itself limits, reads one task
//! and one document from its input, and writes one answer.

use std::io::{self, BufRead, BufReader, Read, Write};

use rlimit::Resource;
use serde::{Deserialize, Serialize};

use super::pdf::Mark;
use super::reviews::reviews;
use super::{Document, PagePicture, Reviews, Unreadable, extract, picture};

/// What a child is asked for. It travels as one line of JSON before the bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Task {
    /// Derive the texts of a document.
    Read {
        /// The media type or file name that came with it.
        declared: Option<String>,
    },
    /// Draw a page of a PDF.
    Picture {
        /// Which, from 1.
        page: u32,
        /// Mark these words.
        quote: Option<String>,
        /// How wide, in pixels.
        width: u32,
    },
    /// Read the ClaimReviews in a page, a feed or a file.
    Reviews {
        /// The address that the bytes came from.
        base: Option<String>,
    },
}

/// A task with how many bytes of document follow it.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    task: Task,
    bytes: u64,
}

/// What a child answers.
#[derive(Debug)]
pub(super) enum Answer {
    Document(Document),
    Picture(PagePicture),
    Reviews(Reviews),
}

/// An answer as it travels: one line of JSON, and a picture's bytes after it.
#[derive(Serialize, Deserialize)]
enum Line {
    Document(Document),
    Picture {
        width: u32,
        height: u32,
        marks: Vec<Mark>,
    },
    Reviews(Reviews),
    Not(Unreadable),
}

/// Reads one task and its document from `input` and writes the answer.
/// `memory` and `seconds` bind this process from here on.
///
/// # Errors
/// When the limits cannot be set, or input or output breaks off.
pub fn run(
    input: &mut dyn Read,
    output: &mut dyn Write,
    (memory, seconds): (u64, u64),
) -> io::Result<()> {
    give_way();
    bind(memory, seconds)?;
    let mut input = BufReader::new(input);
    let mut line = String::new();
    input.read_line(&mut line)?;
    let order: Order = serde_json::from_str(&line)?;
    let mut bytes = Vec::new();
    input.take(order.bytes).read_to_end(&mut bytes)?;
    end_with_the_parent();
    let done = match order.task {
        Task::Read { declared } => extract(&bytes, declared.as_deref()).map(Answer::Document),
        Task::Picture { page, quote, width } => {
            picture(&bytes, page, quote.as_deref(), width).map(Answer::Picture)
        }
        Task::Reviews { base } => reviews(&bytes, base.as_deref()).map(Answer::Reviews),
    };
    write_answer(output, done)
}

/// Asks the system to end this process first when the machine has no memory
/// left: the desk goes on, and says that the document could not be read. Where
/// the system does not know how (Linux does), it chooses by itself.
fn give_way() {
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

/// Limits memory, processor time and files: this process opens none, makes no
/// dump when it breaks, and leaves nothing behind.
fn bind(memory: u64, seconds: u64) -> io::Result<()> {
    // The processor's limit is told by a signal of its own (SIGXCPU) only where
    // the hard limit, which kills without a word, lies beyond it.
    let limits = [
        (Resource::AS, memory, memory),
        (Resource::CPU, seconds, seconds.saturating_add(1)),
        (Resource::FSIZE, 0, 0),
        (Resource::CORE, 0, 0),
        (Resource::NOFILE, 64, 64),
    ];
    for (resource, soft, hard) in limits {
        let (_, most) = resource.get()?;
        resource.set(soft.min(most), hard.min(most))?;
    }
    Ok(())
}

/// Ends this process when the parent is gone: it holds our input open for as
/// long as it waits for the answer.
fn end_with_the_parent() {
    std::thread::spawn(|| {
        let ended = io::stdin().read(&mut [0]);
        std::process::exit(i32::from(ended.is_err()) + 3);
    });
}

/// Writes a task and its document.
pub(super) fn write_task(output: &mut dyn Write, task: Task, bytes: &[u8]) -> io::Result<()> {
    let order = Order {
        task,
        bytes: bytes.len() as u64,
    };
    serde_json::to_writer(&mut *output, &order)?;
    output.write_all(b"\n")?;
    output.write_all(bytes)?;
    output.flush()
}

fn write_answer(output: &mut dyn Write, done: Result<Answer, Unreadable>) -> io::Result<()> {
    let (line, tail) = match done {
        Ok(Answer::Document(document)) => (Line::Document(document), Vec::new()),
        Ok(Answer::Picture(picture)) => (
            Line::Picture {
                width: picture.width,
                height: picture.height,
                marks: picture.marks,
            },
            picture.png,
        ),
        Ok(Answer::Reviews(reviews)) => (Line::Reviews(reviews), Vec::new()),
        Err(unreadable) => (Line::Not(unreadable), Vec::new()),
    };
    serde_json::to_writer(&mut *output, &line)?;
    output.write_all(b"\n")?;
    output.write_all(&tail)?;
    output.flush()
}

/// Reads an answer; nothing when it is not whole.
pub(super) fn read_answer(bytes: &[u8]) -> Option<Result<Answer, Unreadable>> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line: Line = serde_json::from_slice(&bytes[..end]).ok()?;
    Some(match line {
        Line::Document(document) => Ok(Answer::Document(document)),
        Line::Picture {
            width,
            height,
            marks,
        } => Ok(Answer::Picture(PagePicture {
            png: bytes[end + 1..].to_vec(),
            width,
            height,
            marks,
        })),
        Line::Reviews(reviews) => Ok(Answer::Reviews(reviews)),
        Line::Not(unreadable) => Err(unreadable),
    })
}
