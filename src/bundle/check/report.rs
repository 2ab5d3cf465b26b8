//! What a check of a bundle found, and what it proves.

use serde::Serialize;

use crate::domain::time::Timestamp;

/// How it stands with a bundle, or with a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything fits.
    Ok,
    /// Something cannot be checked by this program.
    Unverifiable,
    /// Something that must be there is not.
    Missing,
    /// Something is not what a hash, a signature or another part says.
    Altered,
}

impl State {
    /// The word for programs and people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unverifiable => "unverifiable",
            Self::Missing => "missing",
            Self::Altered => "altered",
        }
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it stands with it.
    pub state: State,
    /// Where: a file of the bundle, or the archive.
    pub place: String,
    /// What is wrong.
    pub words: String,
}

/// How many findings are listed; more are only counted.
const MOST: usize = 200;

/// Whose key the checkpoint was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyUsed {
    /// The key, as a C2SP verifier key.
    pub vkey: String,
    /// Whether whoever asked gave it, or one that leads to it; else it is the
    /// bundle's own.
    pub given: bool,
    /// How many signed notes of new keys lead from the given one to it.
    pub through: usize,
}

/// The signed state of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The name of the log.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The root of the tree over them, as Base 64.
    pub root: String,
}

/// How much was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Files in the archive.
    pub files: usize,
    /// Bytes of the archive.
    pub bytes: u64,
    /// Entries whose receipts lead to the root.
    pub receipts: u64,
    /// Entries whose bodies fit their receipts.
    pub bodies: u64,
    /// Entries whose bodies are not public.
    pub withheld: u64,
    /// Entries whose bodies were erased.
    pub erased: u64,
    /// Entries whose bodies belong to a sealed source.
    pub sealed: u64,
    /// Blobs with the hash that their name says.
    pub blobs: u64,
    /// Quotes that stand in their text.
    pub quotes: u64,
    /// Quotes whose texts were erased.
    pub unread: u64,
    /// Verdicts that rest on the words that they name.
    pub verdicts: u64,
    /// Signatures by people's own passkeys that fit what they signed.
    pub signatures: u64,
    /// Such signatures whose passkeys are not in the bundle.
    pub unchecked_signatures: u64,
    /// Timestamps that fit the checkpoint.
    pub timestamps: u64,
    /// Witnesses that signed the checkpoint, by the keys in the bundle.
    pub witnesses: u64,
    /// Witnesses of the policy that signed it, where one was given.
    pub policy_witnesses: u64,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How it stands with the whole: the worst of the findings.
    pub result: State,
    /// The claim that the bundle is about.
    pub claim: Option<i64>,
    /// Whether the bundle holds only what is public.
    pub public: Option<bool>,
    /// The key that the checkpoint was checked with.
    pub key: Option<KeyUsed>,
    /// The checkpoint, once its signature was found good.
    pub checkpoint: Option<Covered>,
    /// When the oldest timestamp was made, by the authority's clock.
    pub stamped_at: Option<Timestamp>,
    /// Whether whoever asked gave the roots that timestamps must lead to.
    pub roots_given: bool,
    /// Whether whoever asked gave a policy of witnesses.
    pub policy_given: bool,
    /// Whether the published verdict itself was erased.
    pub verdict_in_hole: bool,
    /// How much was checked.
    pub counts: Counts,
    /// What does not fit; empty when everything does.
    pub findings: Vec<Finding>,
    /// How many findings there were beyond those listed.
    pub more_findings: u64,
    /// What this proves.
    pub proven: Vec<String>,
    /// What it does not.
    pub not_proven: Vec<String>,
}

impl Report {
    pub(super) fn new() -> Self {
        Self {
            result: State::Ok,
            claim: None,
            public: None,
            key: None,
            checkpoint: None,
            stamped_at: None,
            roots_given: false,
            policy_given: false,
            verdict_in_hole: false,
            counts: Counts::default(),
            findings: Vec::new(),
            more_findings: 0,
            proven: Vec::new(),
            not_proven: Vec::new(),
        }
    }

    pub(super) fn find(&mut self, state: State, place: impl ToString, words: impl Into<String>) {
        self.result = self.result.max(state);
        if self.findings.len() < MOST {
            self.findings.push(Finding {
                state,
                place: place.to_string(),
                words: words.into(),
            });
        } else {
            self.more_findings += 1;
        }
    }

    pub(super) fn altered(&mut self, place: impl ToString, words: impl Into<String>) {
        self.find(State::Altered, place, words);
    }

    pub(super) fn missing(&mut self, place: impl ToString, words: impl Into<String>) {
        self.find(State::Missing, place, words);
    }

    pub(super) fn unverifiable(&mut self, place: impl ToString, words: impl Into<String>) {
        self.find(State::Unverifiable, place, words);
    }
}
