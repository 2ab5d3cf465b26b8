//! What is brought to a witness (C2SP tlog-witness, `add-checkpoint`): the size
//! that the witness has cosigned, a proof that the log only grew since, and
//! the log's new checkpoint; and how a witness judges it.
//!
//! It must not know how it travels, nor where a witness remembers.

use super::checkpoint::{Checkpoint, CheckpointError, parse_size};
use super::hash::Hash;
use super::key::VerifierKey;
use super::note::{self, Note, NoteError};
use super::proof::{ProofError, verify_consistency};

/// The largest submission that is read, in bytes: a proof, and a checkpoint
/// with more signatures than anybody needs.
pub const MAX_BYTES: usize = 256 * 1024;

/// The most hashes that a proof may have.
pub const MAX_PROOF: usize = 63;

/// A submission taken apart, of which nothing has been checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission<'a> {
    old: u64,
    proof: Vec<Hash>,
    note: Note<'a>,
    checkpoint: Checkpoint,
}

/// Why a submission cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// It is larger than [`MAX_BYTES`].
    #[error("a submission has at most {MAX_BYTES} bytes; send fewer signatures")]
    TooLarge,
    /// No empty line stands between the proof and the checkpoint.
    #[error(
        "a submission is an old size, a proof, an empty line and a checkpoint; check that it is whole"
    )]
    Lines,
    /// The first line is no size.
    #[error(
        "the first line reads `old` and a decimal number without leading zeros; send `old 0` for the first checkpoint"
    )]
    OldSize,
    /// A line of the proof is no hash.
    #[error("each line of the proof is the Base 64 of 32 bytes; check line {0}")]
    ProofLine(usize),
    /// The proof has more than [`MAX_PROOF`] hashes.
    #[error("a proof has at most {MAX_PROOF} hashes")]
    ProofTooLong,
    /// What follows the empty line is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Why a witness does not cosign a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No key that is trusted for the log signed it.
    #[error("no key that this witness trusts for the log signed the checkpoint")]
    Unsigned,
    /// The old size is larger than the checkpoint's.
    #[error("the old size is larger than the size of the checkpoint; send an older size")]
    OldTooLarge,
    /// The witness has cosigned another size than the old one.
    #[error("this witness has cosigned {0} entries; send a proof from there")]
    OtherSize(u64),
    /// The witness has cosigned another root at this very size.
    #[error("this witness has cosigned another root at {0} entries: the log has two histories")]
    OtherRoot(u64),
    /// The proof does not show that the log only grew.
    #[error("the proof does not show that the log only grew: {0}")]
    Proof(#[from] ProofError),
}

/// Writes a submission of the checkpoint `note`, which continues a log of
/// `old` leaves by `proof`.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::submission::write;
/// let text = write(1, &[Hash::EMPTY_ROOT], "the note\n");
/// assert_eq!(text, format!("old 1\n{}\n\nthe note\n", Hash::EMPTY_ROOT.to_base64()));
/// ```
pub fn write(old: u64, proof: &[Hash], note: &str) -> String {
    let lines: Vec<String> = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("old {old}\n{}\n{note}", lines.concat())
}

impl<'a> Submission<'a> {
    /// Takes a submission apart without checking anything that it says.
    ///
    /// ```
    /// use citekeep::ledger::submission::Submission;
    /// let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    /// let body = format!("old 0\n\nlog.example\n0\n{root}\n\n\u{2014} log.example AAAAAAA=\n");
    /// assert_eq!(Submission::parse(&body).expect("a submission").origin(), "log.example");
    /// assert!(Submission::parse("old 00\n\n").is_err());
    /// ```
    pub fn parse(body: &'a str) -> Result<Self, SubmissionError> {
        if body.len() > MAX_BYTES {
            return Err(SubmissionError::TooLarge);
        }
        let (head, note) = body.split_once("\n\n").ok_or(SubmissionError::Lines)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.and_then(parse_size).ok_or(SubmissionError::OldSize)?;
        let proof = proof(lines)?;
        let note = Note::parse(note).map_err(CheckpointError::from)?;
        let checkpoint = note.text().parse()?;
        Ok(Self {
            old,
            proof,
            note,
            checkpoint,
        })
    }

    /// Returns the name of the log that the checkpoint is said to be of.
    ///
    /// ```
    /// use citekeep::ledger::submission::Submission;
    /// let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    /// let body = format!("old 0\n\nlog.example\n0\n{root}\n\n\u{2014} log.example AAAAAAA=\n");
    /// assert_eq!(Submission::parse(&body).expect("a submission").origin(), "log.example");
    /// ```
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// Judges the submission as a witness that trusts `keys` for this log and
    /// has cosigned `known` of it; returns the text to cosign and what it says.
    ///
    /// The checks come in the order in which the standard names them.
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::Checkpoint;
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::hash::Hash;
    /// use citekeep::ledger::submission::{Refusal, Submission, write};
    /// let key = SigningKey::from_seed("log.example".parse().expect("a name"), &[7; 32]);
    /// let first = Checkpoint::new("log.example", 1, Hash::leaf(b"a"))?;
    /// let body = write(0, &[], &first.sign(&key)?);
    /// let brought = Submission::parse(&body).expect("a submission");
    /// let keys = [key.verifier()];
    /// assert_eq!(brought.judge(&keys, None).expect("it is cosigned").1, &first);
    /// assert_eq!(brought.judge(&[], None), Err(Refusal::Unsigned));
    /// let known = Some((1, Hash::leaf(b"a")));
    /// assert_eq!(brought.judge(&keys, known), Err(Refusal::OtherSize(1)));
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn judge(
        &self,
        keys: &[VerifierKey],
        known: Option<(u64, Hash)>,
    ) -> Result<(&'a str, &Checkpoint), Refusal> {
        self.check_signature(keys)?;
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        if self.old > size {
            return Err(Refusal::OldTooLarge);
        }
        let (known_size, known_root) = known.unwrap_or((0, Hash::EMPTY_ROOT));
        if self.old != known_size {
            return Err(Refusal::OtherSize(known_size));
        }
        if size == known_size && root != known_root {
            return Err(Refusal::OtherRoot(known_size));
        }
        if known_size == 0 {
            // Every log continues the empty one, so there is nothing to prove.
            if !self.proof.is_empty() {
                return Err(ProofError::TooLong.into());
            }
        } else {
            verify_consistency(known_size, size, &self.proof, known_root, root)?;
        }
        Ok((self.note.text(), &self.checkpoint))
    }

    /// Writes the checkpoint with the signatures of these keys alone, which is
    /// what a witness may remember: others can be anything.
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::Checkpoint;
    /// use citekeep::ledger::hash::Hash;
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::submission::{Submission, write};
    /// let key = SigningKey::from_seed("log.example".parse().expect("a name"), &[7; 32]);
    /// let note = Checkpoint::new("log.example", 1, Hash::leaf(b"a"))?.sign(&key)?;
    /// let body = write(0, &[], &format!("{note}\u{2014} somebody AAAAAAA=\n"));
    /// let brought = Submission::parse(&body).expect("a submission");
    /// assert_eq!(brought.note_by(&[key.verifier()]), note);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn note_by(&self, keys: &[VerifierKey]) -> String {
        let lines = keys.iter().flat_map(|key| {
            let signatures = self.note.signatures_by(key.name(), key.hash());
            signatures.map(|bytes| note::line(key.name(), &[&key.hash(), bytes].concat()))
        });
        format!("{}\n{}", self.note.text(), lines.collect::<String>())
    }

    /// A key whose signature is a wrong one is as bad as none that signed.
    fn check_signature(&self, keys: &[VerifierKey]) -> Result<(), Refusal> {
        let mut is_signed = false;
        for key in keys {
            match note::verify(&self.note, key) {
                Ok(()) => is_signed = true,
                Err(NoteError::NotSignedBy(_)) => {}
                Err(_) => return Err(Refusal::Unsigned),
            }
        }
        if is_signed {
            Ok(())
        } else {
            Err(Refusal::Unsigned)
        }
    }
}

fn proof<'l>(lines: impl Iterator<Item = &'l str>) -> Result<Vec<Hash>, SubmissionError> {
    let mut proof = Vec::new();
    // The old size stood in the first line.
    for (at, line) in (2..).zip(lines) {
        if proof.len() == MAX_PROOF {
            return Err(SubmissionError::ProofTooLong);
        }
        let hash = Hash::from_base64(line).map_err(|_| SubmissionError::ProofLine(at))?;
        proof.push(hash);
    }
    Ok(proof)
}
