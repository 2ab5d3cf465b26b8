//! Receipts (C2SP tlog-proof): that an entry is in a log, as one text that can
//! be checked without the log.
//!
//! It must not know what the entry says or who hands the receipt out.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{self, Checkpoint, CheckpointError};
use super::hash::Hash;
use super::key::VerifierKey;
use super::note::{self, Note};
use super::proof::{self, BuildError, ProofError};
use super::tree::NodeSource;

/// The first line of every receipt.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes that a proof in a tree of 64 bits can have.
const MOST_HASHES: usize = 64;

/// The largest receipt that is read, in bytes.
pub const MAX_BYTES: usize = note::MAX_BYTES + 200_000;

/// A receipt. Nothing in it is to be believed before [`Receipt::verify`] has
/// accepted it, and the extra data not even then: it is not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    extra: Option<Vec<u8>>,
    index: u64,
    proof: Vec<Hash>,
    checkpoint: String,
}

/// What is wrong with a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The text is larger than [`MAX_BYTES`].
    #[error("a receipt has at most {MAX_BYTES} bytes and this one has {0}; check what file it is")]
    TooLarge(usize),
    /// The first line is not the format's.
    #[error("a receipt begins with the line `{HEADER}`; check that it was copied whole")]
    Header,
    /// The extra data is not Base 64, or there is none after the word.
    #[error("the extra data of a receipt is Base 64 behind `extra `; check its second line")]
    Extra,
    /// The index is missing or no plain decimal number.
    #[error(
        "a receipt names its entry as in `index 17`, without sign or leading zeros; check that line"
    )]
    Index,
    /// A line of the proof is not the Base 64 of a hash.
    #[error("line {0} of the proof is not the Base 64 of 32 bytes; check that nothing was changed")]
    ProofLine(usize),
    /// There are more hashes than a proof can have.
    #[error("a proof has at most {MOST_HASHES} hashes; check that nothing was added")]
    TooManyHashes,
    /// There is no blank line with a checkpoint behind it.
    #[error("a receipt ends with a blank line and a checkpoint; check that it was copied whole")]
    NoCheckpoint,
    /// The checkpoint is malformed or not signed by the key asked for.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not lead from the entry to the checkpoint.
    #[error("the entry is not proven: {0}")]
    Proof(#[from] ProofError),
}

/// Why a receipt could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError<E> {
    /// The checkpoint to make it under is none.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof could not be built from the tree.
    #[error(transparent)]
    Build(#[from] BuildError<E>),
    /// The tree is not the one that the checkpoint was signed for.
    #[error("the tree does not fit its checkpoint: {0}")]
    OtherTree(ProofError),
}

impl Receipt {
    /// Makes the receipt of entry `index`, whose bytes are `leaf`, under a
    /// signed checkpoint. A tree that does not lead from the leaf to the
    /// checkpoint's root is [`MakeError::OtherTree`].
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::Checkpoint;
    /// use citekeep::ledger::{hash::Hash, key::SigningKey, receipt::Receipt, tree::{MemoryNodes, root}};
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// let nodes: MemoryNodes = [Hash::leaf(b"a"), Hash::leaf(b"b")].into_iter().collect();
    /// let root = root(2, &nodes).expect("the nodes are there");
    /// let note = Checkpoint::new("desk.example/log", 2, root)?.sign(&key)?;
    /// let receipt = Receipt::make(1, b"b", &note, &nodes).expect("a receipt");
    /// assert!(receipt.verify(b"b", &key.verifier()).is_ok());
    /// assert!(receipt.verify(b"a", &key.verifier()).is_err());
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn make<S: NodeSource>(
        index: u64,
        leaf: &[u8],
        note: &str,
        nodes: &S,
    ) -> Result<Self, MakeError<S::Error>> {
        let covering = unverified(note)?;
        let (size, root) = (covering.size(), covering.root());
        let proof = proof::inclusion(index, size, nodes)?;
        proof::verify_inclusion(index, size, Hash::leaf(leaf), &proof, root)
            .map_err(MakeError::OtherTree)?;
        Ok(Self {
            extra: None,
            index,
            proof,
            checkpoint: note.to_owned(),
        })
    }

    /// Adds extra data, which the receipt carries and does not prove. Empty
    /// data are as none: the standard has no line for them.
    ///
    /// ```
    /// use citekeep::ledger::receipt::Receipt;
    /// let text = "c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\n\
    ///     bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n\u{2014} log AAAAAAA=\n";
    /// let receipt: Receipt = text.parse()?;
    /// assert!(receipt.with_extra(b"more").to_string().contains("\nextra bW9yZQ==\nindex 0\n"));
    /// # Ok::<(), citekeep::ledger::receipt::ReceiptError>(())
    /// ```
    #[must_use]
    pub fn with_extra(mut self, extra: &[u8]) -> Self {
        self.extra = (!extra.is_empty()).then(|| extra.to_vec());
        self
    }

    /// Returns the extra data, which nothing proves.
    ///
    /// ```
    /// use citekeep::ledger::receipt::Receipt;
    /// let text = "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\nlog\n1\n\
    ///     bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n\u{2014} log AAAAAAA=\n";
    /// assert_eq!(text.parse::<Receipt>()?.extra(), Some(&b"a"[..]));
    /// # Ok::<(), citekeep::ledger::receipt::ReceiptError>(())
    /// ```
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Returns the place of the entry that the receipt is about, from 0.
    ///
    /// ```
    /// use citekeep::ledger::receipt::Receipt;
    /// let text = "c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\n\
    ///     bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n\u{2014} log AAAAAAA=\n";
    /// assert_eq!(text.parse::<Receipt>()?.index(), 0);
    /// # Ok::<(), citekeep::ledger::receipt::ReceiptError>(())
    /// ```
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Returns the signed checkpoint, to the letter.
    ///
    /// ```
    /// use citekeep::ledger::receipt::Receipt;
    /// let text = "c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\n\
    ///     bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n\u{2014} log AAAAAAA=\n";
    /// assert!(text.ends_with(text.parse::<Receipt>()?.checkpoint()));
    /// # Ok::<(), citekeep::ledger::receipt::ReceiptError>(())
    /// ```
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Checks that `key` signed the checkpoint and that the entry with the
    /// bytes `leaf` is in the log at its place, and returns the checkpoint.
    ///
    /// As with [`checkpoint::open`], whoever expects a certain log compares
    /// [`Checkpoint::origin`] as well.
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::Checkpoint;
    /// use citekeep::ledger::{hash::Hash, key::SigningKey, receipt::Receipt, tree::MemoryNodes};
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// let nodes: MemoryNodes = [Hash::leaf(b"a")].into_iter().collect();
    /// let note = Checkpoint::new("desk.example/log", 1, Hash::leaf(b"a"))?.sign(&key)?;
    /// let receipt = Receipt::make(0, b"a", &note, &nodes).expect("a receipt");
    /// let again: Receipt = receipt.to_string().parse().expect("it reads what it writes");
    /// assert_eq!(again.verify(b"a", &key.verifier()).map(|it| it.size()), Ok(1));
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn verify(&self, leaf: &[u8], key: &VerifierKey) -> Result<Checkpoint, ReceiptError> {
        let signed = checkpoint::open(&self.checkpoint, key)?;
        let (size, leaf) = (signed.size(), Hash::leaf(leaf));
        proof::verify_inclusion(self.index, size, leaf, &self.proof, signed.root())?;
        Ok(signed)
    }
}

/// Reads what a note says without believing it.
fn unverified(note: &str) -> Result<Checkpoint, CheckpointError> {
    Note::parse(note)?.text().parse()
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        if text.len() > MAX_BYTES {
            return Err(ReceiptError::TooLarge(text.len()));
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ReceiptError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with("extra"));
        let extra = extra.map(parse_extra).transpose()?;
        let index = lines.next().and_then(parse_index);
        let index = index.ok_or(ReceiptError::Index)?;
        let proof = parse_proof(lines)?;
        unverified(checkpoint)?;
        Ok(Self {
            extra,
            index,
            proof,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, ReceiptError> {
    let encoded = line.strip_prefix("extra ").ok_or(ReceiptError::Extra)?;
    let extra = STANDARD.decode(encoded).map_err(|_| ReceiptError::Extra)?;
    if extra.is_empty() {
        return Err(ReceiptError::Extra);
    }
    Ok(extra)
}

/// Reads `index 17`; `+17` and `017` are not in the standard.
fn parse_index(line: &str) -> Option<u64> {
    let text = line.strip_prefix("index ")?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    (is_plain && !leading_zero).then(|| text.parse().ok())?
}

fn parse_proof<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Hash>, ReceiptError> {
    let mut proof = Vec::new();
    for line in lines {
        if proof.len() == MOST_HASHES {
            return Err(ReceiptError::TooManyHashes);
        }
        let hash = Hash::from_base64(line);
        proof.push(hash.map_err(|_| ReceiptError::ProofLine(proof.len() + 1))?);
    }
    Ok(proof)
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.proof {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
