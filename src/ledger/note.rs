//! Signed notes (C2SP signed-note): a text, a blank line, and a line for each
//! signature. Go's `sumdb/note` reads and writes the same.
//!
//! It must not know what a note says; `checkpoint` does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use super::key::{KeyError, KeyHash, KeyName, SigningKey, VerifierKey};

/// The largest note that is read or written, in bytes.
pub const MAX_BYTES: usize = 1_000_000;

/// The most signatures that a note may carry.
pub const MAX_SIGNATURES: usize = 100;

/// What every signature line begins with: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// A note taken apart. Its text must not be believed before [`verify`] has
/// accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<Signature<'a>>,
}

/// One signature of a note, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature<'a> {
    name: &'a str,
    hash: KeyHash,
    bytes: Vec<u8>,
}

/// What is wrong with a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is larger than [`MAX_BYTES`].
    #[error("a note has at most {MAX_BYTES} bytes and this one has {0}; make its text shorter")]
    TooLarge(usize),
    /// The note carries more than [`MAX_SIGNATURES`].
    #[error("a note has at most {MAX_SIGNATURES} signatures; take away those nobody needs")]
    TooManySignatures,
    /// The note holds a control character other than a newline.
    #[error("a note holds no control character but the newline; take out {0:?}")]
    ControlCharacter(char),
    /// The text or the whole note does not end with a newline.
    #[error("a note and its text each end with a newline; check that nothing was cut off")]
    NoFinalNewline,
    /// There is no blank line followed by signatures.
    #[error("the note has no signatures after a blank line; check that nothing was cut off")]
    NoSignatures,
    /// A line among the signatures is not one.
    #[error("a signature line reads `\u{2014} name base64`; check that the note was not changed")]
    SignatureLine,
    /// No signature is by the key asked for.
    #[error("the note is not signed by {0}; check whose key and whose note this is")]
    NotSignedBy(KeyName),
    /// A signature that claims to be by the key asked for is not.
    #[error("the signature by {0} does not belong to this text; do not trust the note")]
    BadSignature(KeyName),
}

/// Signs `text` and returns the note.
///
/// The text must end with a newline and hold no other control character.
///
/// ```
/// use citekeep::ledger::note::{SigningKey, sign};
/// let name = "desk.example/log".parse().expect("a good name");
/// let key = SigningKey::from_seed(name, &[7; 32]);
/// let note = sign("words\n", &key).expect("a good text");
/// assert!(note.starts_with("words\n\n\u{2014} desk.example/log "));
/// ```
pub fn sign(text: &str, key: &SigningKey) -> Result<String, NoteError> {
    check_characters(text)?;
    let mut signature = key.hash().to_vec();
    signature.extend_from_slice(&key.sign_bytes(text.as_bytes()));
    let note = format!("{text}\n{}", line(key.name(), &signature));
    check_length(&note)?;
    Ok(note)
}

/// Writes a signature line; `signature` begins with the key's hash.
pub(super) fn line(name: &KeyName, signature: &[u8]) -> String {
    format!("{SIGNATURE_MARK}{name} {}\n", STANDARD.encode(signature))
}

/// Adds the signature of one more key to a note and returns the longer note.
///
/// The signatures that it carries already are kept as they are, unchecked.
///
/// ```
/// use citekeep::ledger::note::{Note, SigningKey, countersign, sign, verify};
/// let name = |name: &str| name.parse().expect("a good name");
/// let one = SigningKey::from_seed(name("desk.example/log"), &[7; 32]);
/// let two = SigningKey::from_seed(name("desk.example/log"), &[8; 32]);
/// let note = countersign(&sign("words\n", &one)?, &two)?;
/// let note = Note::parse(&note)?;
/// assert_eq!(verify(&note, &one.verifier()), Ok(()));
/// assert_eq!(verify(&note, &two.verifier()), Ok(()));
/// # Ok::<(), citekeep::ledger::note::NoteError>(())
/// ```
pub fn countersign(message: &str, key: &SigningKey) -> Result<String, NoteError> {
    let note = Note::parse(message)?;
    let alone = sign(note.text, key)?;
    // What follows the text and its blank line is the signature's line.
    let line = &alone[note.text.len() + 1..];
    let longer = format!("{message}{line}");
    Note::parse(&longer)?;
    Ok(longer)
}

/// Checks that `note` is signed by `key`.
///
/// Signatures by other keys are passed over. A signature with this key's name
/// and hash that does not verify is an error even beside one that does.
///
/// ```
/// use citekeep::ledger::note::{Note, SigningKey, sign, verify};
/// let name = "desk.example/log".parse().expect("a good name");
/// let key = SigningKey::from_seed(name, &[7; 32]);
/// let text = sign("words\n", &key).expect("a good text");
/// let note = Note::parse(&text).expect("a good note");
/// assert_eq!(verify(&note, &key.verifier()), Ok(()));
/// ```
pub fn verify(note: &Note<'_>, key: &VerifierKey) -> Result<(), NoteError> {
    let mut by_key = note.signatures.iter().filter(|s| s.is_by(key)).peekable();
    if by_key.peek().is_none() {
        return Err(NoteError::NotSignedBy(key.name().clone()));
    }
    if by_key.all(|signature| key.accepts(note.text.as_bytes(), &signature.bytes)) {
        Ok(())
    } else {
        Err(NoteError::BadSignature(key.name().clone()))
    }
}

impl<'a> Note<'a> {
    /// Takes a note apart without checking any signature.
    ///
    /// ```
    /// use citekeep::ledger::note::Note;
    /// let note = Note::parse("words\n\n\u{2014} somebody AAAAAAA=\n").expect("a good note");
    /// assert_eq!(note.text(), "words\n");
    /// assert!(Note::parse("words\n").is_err());
    /// ```
    pub fn parse(message: &'a str) -> Result<Self, NoteError> {
        check_length(message)?;
        check_characters(message)?;
        // The text may hold blank lines of its own; signatures have none.
        let split = message.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&message[..=split], &message[split + 2..]);
        if lines.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        if lines.lines().count() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines
            .lines()
            .map(Signature::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// Returns the text that was signed, its last newline included.
    ///
    /// ```
    /// use citekeep::ledger::note::Note;
    /// let note = Note::parse("one\n\ntwo\n\n\u{2014} somebody AAAAAAA=\n").expect("a good note");
    /// assert_eq!(note.text(), "one\n\ntwo\n");
    /// ```
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The signatures that claim to be by a key, without its hash.
    pub(super) fn signatures_by(
        &self,
        name: &KeyName,
        hash: KeyHash,
    ) -> impl Iterator<Item = &[u8]> {
        let name = name.as_str().to_owned();
        let all = self.signatures.iter();
        let by_key = all.filter(move |one| one.name == name && one.hash == hash);
        by_key.map(|signature| signature.bytes.as_slice())
    }
}

impl<'a> Signature<'a> {
    fn parse(line: &'a str) -> Result<Self, NoteError> {
        let parts = line.strip_prefix(SIGNATURE_MARK);
        let parts = parts.and_then(|parts| parts.split_once(' '));
        let (name, encoded) = parts.ok_or(NoteError::SignatureLine)?;
        let named = name.parse::<KeyName>();
        named.map_err(|_| NoteError::SignatureLine)?;
        let bytes = STANDARD.decode(encoded);
        let bytes = bytes.map_err(|_| NoteError::SignatureLine)?;
        let Some((hash, rest)) = bytes.split_first_chunk() else {
            return Err(NoteError::SignatureLine);
        };
        if rest.is_empty() {
            return Err(NoteError::SignatureLine);
        }
        Ok(Self {
            name,
            hash: *hash,
            bytes: rest.to_vec(),
        })
    }

    fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name().as_str() && self.hash == key.hash()
    }
}

const fn check_length(note: &str) -> Result<(), NoteError> {
    if note.len() > MAX_BYTES {
        return Err(NoteError::TooLarge(note.len()));
    }
    Ok(())
}

/// Checks what holds for a text and for a whole note alike.
fn check_characters(text: &str) -> Result<(), NoteError> {
    if let Some(control) = text.chars().find(|c| *c < ' ' && *c != '\n') {
        return Err(NoteError::ControlCharacter(control));
    }
    if !text.ends_with('\n') {
        return Err(NoteError::NoFinalNewline);
    }
    Ok(())
}
