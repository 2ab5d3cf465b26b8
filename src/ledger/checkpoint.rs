//! Checkpoints (C2SP tlog-checkpoint): a log's name, size and root, signed.
//!
//! It must not know where checkpoints are kept, nor whether two of them agree;
//! `proof` shows that.

use std::fmt;
use std::str::FromStr;

use super::hash::Hash;
use super::key::{SigningKey, VerifierKey};
use super::note::{self, Note, NoteError};

/// What a signature's line begins with (C2SP signed-note).
const SIGNATURE: &str = "\u{2014} ";

/// What the log was at one moment. Its text form is the note's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around the checkpoint is malformed or not rightly signed.
    #[error("the checkpoint's note is not in order: {0}")]
    Note(#[from] NoteError),
    /// The origin is empty or holds a newline or another control character.
    #[error(
        "a checkpoint's origin is one line that is not empty; name the log, as in `desk.example/log`"
    )]
    Origin,
    /// The text has fewer than three lines or does not end with a newline.
    #[error(
        "a checkpoint has an origin, a size and a root, each on its line; check that it is whole"
    )]
    Lines,
    /// The size is not a plain decimal number.
    #[error(
        "a checkpoint's size is a decimal number without sign or leading zeros; check its second line"
    )]
    Size,
    /// The root is not the Base 64 of 32 bytes.
    #[error("a checkpoint's root is the Base 64 of 32 bytes; check its third line")]
    Root,
    /// An extension line is empty or holds a control character.
    #[error(
        "a checkpoint's extension lines are not empty and hold no control characters; check them from the fourth line on"
    )]
    Extension,
}

impl Checkpoint {
    /// Makes a checkpoint of the log `origin` at `size` leaves with `root`.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?;
    /// assert!(checkpoint.to_string().starts_with("desk.example/log\n0\n"));
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if !is_line(origin) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        })
    }

    /// Adds an extension line; the standard advises against having any.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?;
    /// assert_eq!(checkpoint.extended("more")?.extensions(), ["more"]);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn extended(mut self, line: &str) -> Result<Self, CheckpointError> {
        if !is_line(line) {
            return Err(CheckpointError::Extension);
        }
        self.extensions.push(line.to_owned());
        Ok(self)
    }

    /// Signs the checkpoint and returns the note.
    ///
    /// The only error is a note larger than [`note::MAX_BYTES`].
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::{Checkpoint, open};
    /// use citekeep::ledger::{hash::Hash, key::SigningKey};
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// let checkpoint = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?;
    /// let note = checkpoint.sign(&key)?;
    /// assert_eq!(open(&note, &key.verifier())?, checkpoint);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn sign(&self, key: &SigningKey) -> Result<String, CheckpointError> {
        Ok(note::sign(&self.to_string(), key)?)
    }

    /// Returns the name of the log.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 3, Hash::EMPTY_ROOT)?;
    /// assert_eq!(checkpoint.origin(), "desk.example/log");
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns how many leaves the log had.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 3, Hash::EMPTY_ROOT)?;
    /// assert_eq!(checkpoint.size(), 3);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the log's tree.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?;
    /// assert_eq!(checkpoint.root(), Hash::EMPTY_ROOT);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Returns the extension lines, which mean nothing here.
    ///
    /// ```
    /// use citekeep::ledger::{checkpoint::Checkpoint, hash::Hash};
    /// let checkpoint = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?;
    /// assert!(checkpoint.extensions().is_empty());
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

/// Reads a signed checkpoint and checks that `key` signed it.
///
/// The standard does not bind the origin to the key's name, so whoever expects
/// a certain log compares [`Checkpoint::origin`] as well.
///
/// ```
/// use citekeep::ledger::checkpoint::{Checkpoint, open};
/// use citekeep::ledger::{hash::Hash, key::SigningKey};
/// let name = "desk.example/log".parse().expect("a good name");
/// let key = SigningKey::from_seed(name, &[7; 32]);
/// let note = Checkpoint::new("desk.example/log", 0, Hash::EMPTY_ROOT)?.sign(&key)?;
/// assert!(open(&note.replace("\n0\n", "\n1\n"), &key.verifier()).is_err());
/// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
/// ```
pub fn open(message: &str, key: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
    let note = Note::parse(message)?;
    note::verify(&note, key)?;
    note.text().parse()
}

/// Splits a file of signed checkpoints, each followed by one more newline, and
/// tells the byte at which an unfinished last record begins, if there is one.
///
/// A record that a crash cut off is not an error: what stands before it holds.
/// The notes are neither parsed nor verified.
///
/// ```
/// use citekeep::ledger::checkpoint::read_run;
/// let whole = "log\n1\nroot\n\n\u{2014} log sig\n";
/// let file = format!("{whole}\nlog\n2\nro");
/// assert_eq!(read_run(&file), (vec![whole], Some(whole.len() + 1)));
/// ```
pub fn read_run(text: &str) -> (Vec<&str>, Option<usize>) {
    let mut notes = Vec::new();
    let mut start = 0;
    while let Some(length) = record_length(&text.as_bytes()[start..]) {
        notes.push(&text[start..start + length - 1]);
        start += length;
    }
    (notes, (start < text.len()).then_some(start))
}

/// Finds where the newest finished record ends in the last bytes of a file,
/// whose first record may be cut off; nothing where these bytes are too few to
/// tell.
///
/// A file that grows for years is not read whole to add to it. A record ends
/// with the blank line after a signature; what stands behind it is what a crash
/// cut off, and may end within a character.
///
/// ```
/// use citekeep::ledger::checkpoint::newest_end;
/// let whole = "log\n1\nroot\n\n\u{2014} log sig\n\n";
/// let file = [whole.as_bytes(), b"log\n2\nroot\n\n\xe2\x80"].concat();
/// assert_eq!(newest_end(&file), Some(whole.len()));
/// assert_eq!(newest_end(&file[whole.len()..]), None);
/// ```
pub fn newest_end(tail: &[u8]) -> Option<usize> {
    let mut rest = tail;
    loop {
        let blank = rest.windows(2).rposition(|pair| pair == b"\n\n")?;
        let line = rest[..blank].iter().rposition(|byte| *byte == b'\n')? + 1;
        if rest[line..blank].starts_with(SIGNATURE.as_bytes()) {
            return Some(blank + 2);
        }
        rest = &rest[..=blank];
    }
}

/// Measures the record at the front of `file`: a checkpoint's text has no
/// blank line within it, so the first ends the text and the second the record.
fn record_length(file: &[u8]) -> Option<usize> {
    let text = blank_line(file)?;
    Some(text + blank_line(&file[text..])?)
}

/// Returns the end of the first blank line.
fn blank_line(bytes: &[u8]) -> Option<usize> {
    let start = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    Some(start + 2)
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let size = parse_size(size).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Root)?;
        lines.try_fold(Self::new(origin, size, root)?, Self::extended)
    }
}

/// Reads a decimal number of 64 bits; `+1` and `01` are not in the standard.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    (digits && !leading_zero).then(|| text.parse().ok())?
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c < ' ')
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root.to_base64();
        writeln!(f, "{}\n{}\n{root}", self.origin, self.size)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}
