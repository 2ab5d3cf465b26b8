//! What a check found, and what it proves.

use serde::Serialize;

use crate::store::keys::Came;

/// Something that is not as the log or a signature says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing is wrong.
    pub kind: Kind,
    /// Where: an entry, a row, a blob, a checkpoint.
    pub place: String,
    /// What is wrong, and what to do.
    pub words: String,
}

/// The kinds of finding; the names are stable, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The body of an entry is not the one that its leaf commits to.
    ChangedBody,
    /// The salt of an entry is not the one that its leaf commits to.
    ChangedSalt,
    /// The public line of an entry is not the one that the tree holds.
    ChangedLeaf,
    /// Two entries stand in each other's place.
    SwappedEntries,
    /// An entry is missing between others.
    MissingEntry,
    /// A body or salt is gone and no erasure says why.
    HoleWithoutErasure,
    /// An erasure names a body or bytes that are there all the same.
    ErasedIsBack,
    /// Entries that were signed for are gone.
    TruncatedLog,
    /// The whole database is older than a checkpoint that was signed.
    OldBackup,
    /// The log is not the one that a checkpoint was signed for.
    ForkedLog,
    /// A checkpoint was not signed by the desk's key.
    ForeignCheckpoint,
    /// A key took its office without the one before it, or is not the log's.
    ForeignKey,
    /// A checkpoint is in one of its two places and not in the other.
    MissingCheckpoint,
    /// A cosignature is not its witness's, or not of its checkpoint.
    ForeignCosignature,
    /// No stored checkpoint is cosigned as a policy asks.
    TooFewCosignatures,
    /// A stored node of the tree is wrong.
    ChangedTreeNode,
    /// A projection holds something else than the log gives.
    ChangedRow,
    /// A table, index or trigger is not the one that this program makes.
    ChangedSchema,
    /// A blob that the log names is not there.
    MissingBlob,
    /// A blob is not what its name promises.
    AlteredBlob,
    /// A citation's words do not stand where it says.
    MisplacedQuote,
    /// A verdict, approval or publication does not fit what it names.
    BrokenBinding,
    /// An entry does not fit what came before it.
    BrokenRule,
    /// A person's signature is not over this entry, or not by their passkey.
    WrongSignature,
    /// An entry is signed by, or registers, a passkey that is not the person's.
    ForeignSignature,
    /// An entry is signed by a passkey that was retired before it.
    RetiredSignature,
    /// An entry that had to be signed is not.
    MissingSignature,
    /// A timestamp is not about its checkpoint, or not by who should have made it.
    BadTimestamp,
}

impl Kind {
    /// The name for programs and people.
    pub fn as_str(self) -> String {
        serde_json::to_string(&self)
            .unwrap_or_default()
            .trim_matches('"')
            .to_owned()
    }
}

/// A key that signed the log, and from where on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeySpan {
    /// The key, as a C2SP verifier key.
    pub verifier_key: String,
    /// The entry from which on it signs.
    pub from: u64,
    /// How it came into its office.
    pub came: Came,
}

/// How many findings are listed; more are only counted.
const MOST: usize = 1_000;

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many entries were read.
    pub entries: u64,
    /// How many bytes of leaves, salts and bodies they have.
    pub bytes: u64,
    /// The root of the tree over them, as base64.
    pub root: String,
    /// How many checkpoints were held against the tree.
    pub checkpoints: u64,
    /// How many cosignatures of checkpoints were checked.
    pub cosignatures: u64,
    /// How many witnesses made them.
    pub witnesses: u64,
    /// The keys that signed it, the oldest first.
    pub keys: Vec<KeySpan>,
    /// How many timestamps by others hold.
    pub timestamps: u64,
    /// How many blobs were hashed.
    pub blobs: u64,
    /// How many citations were held against their text.
    pub citations: u64,
    /// How many verdicts were held against their evidence.
    pub verdicts: u64,
    /// How many entries were signed by a person's own passkey.
    pub signatures: u64,
    /// How many bodies are gone by an erasure that the log holds.
    pub erased: u64,
    /// What is wrong; empty when everything is as it should be.
    pub findings: Vec<Finding>,
    /// How many findings there were beyond those listed.
    pub more_findings: u64,
    /// What this check proves.
    pub proven: Vec<String>,
    /// What no such check can prove.
    pub not_proven: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn find(&mut self, kind: Kind, place: impl ToString, words: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding {
                kind,
                place: place.to_string(),
                words: words.into(),
            });
        } else {
            self.more_findings += 1;
        }
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.findings.iter().any(|finding| finding.kind == kind)
    }

    /// Says in words what a clean result proves, and what it does not.
    pub(super) fn conclude(&mut self, whole: bool) {
        self.not_proven = [
            "that a source is authentic, or that what it says is true",
            "that a verdict is right",
            "that nothing was left out before it was logged",
            "that a search finds all that it should; `citekeep rebuild` fills the index again",
            "that no whole copy of the data directory was put back, or made anew with its key; \
             hold a checkpoint that you kept against it",
        ]
        .map(str::to_owned)
        .to_vec();
        if self.cosignatures > 0 {
            let words = "that the witnesses are independent of whoever runs this desk; \
                         ask them, or look their keys up elsewhere";
            self.not_proven.push(words.to_owned());
        }
        for key in self.keys.iter().filter(|key| key.came == Came::Replaced) {
            self.not_proven.push(format!(
                "that the key {}, which signs from entry {} on, is the desk's own: it replaced a lost one, \
                 and the old key did not sign this; hold it against witnesses, timestamps and kept checkpoints",
                key.verifier_key, key.from
            ));
        }
        if self.erased > 0 {
            self.not_proven.push(
                "that what an erasure left of an entry is what the entry said; \
                 two admins answer for it"
                    .to_owned(),
            );
        }
        if !self.is_clean() {
            return;
        }
        self.proven.push(format!(
            "{} entries stand in order, each with the body that its leaf commits to",
            self.entries
        ));
        if self.erased > 0 {
            self.proven.push(format!(
                "{} of them are holes, each named by an erasure that two admins agreed on",
                self.erased
            ));
        }
        self.proven.push(format!(
            "{} signed checkpoints fit one growing tree; its root is {}",
            self.checkpoints, self.root
        ));
        if self.cosignatures > 0 {
            self.proven.push(format!(
                "cosignatures that belong to the checkpoints that they stand beside: {}; witnesses that made them: {}",
                self.cosignatures, self.witnesses
            ));
        }
        let rotated = self.keys.iter().filter(|key| key.came == Came::Rotated);
        let rotated = rotated.count();
        if rotated > 0 {
            self.proven.push(format!(
                "the key that signs was changed, {rotated} {}, and each time the old one signed for the new one",
                if rotated == 1 { "time" } else { "times" }
            ));
        }
        if whole {
            self.conclude_words();
        }
    }

    /// What a clean look at words, verdicts and tables proves beside the log.
    fn conclude_words(&mut self) {
        self.proven.push(format!(
            "files and texts that have the hash that the log names: {}",
            self.blobs
        ));
        self.proven.push(format!(
            "citations that stand in their text, letter by letter: {}",
            self.citations
        ));
        self.proven.push(format!(
            "verdicts that rest on the words that they name: {}",
            self.verdicts
        ));
        if self.signatures > 0 {
            self.proven.push(format!(
                "verdicts and opinions signed by a passkey that the log names as the person's own: {}",
                self.signatures
            ));
            self.not_proven.push(
                "that a passkey is in the hands of the person it is registered for; compare its fingerprint with the one that they kept".to_owned(),
            );
        }
        self.proven
            .push("what pages and exports read is what the log gives".to_owned());
    }
}
