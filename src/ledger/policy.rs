//! Trust policies (C2SP tlog-policy): which logs and witnesses somebody knows,
//! and how many witnesses have to cosign a checkpoint before they believe it.
//!
//! It must not know where a policy comes from, nor what its addresses are for.

mod reading;

use std::collections::BTreeMap;
use std::fmt;

use super::checkpoint::{self, Checkpoint, CheckpointError};
use super::cosignature::{self, CosignatureError, CosignerKey};
use super::key::VerifierKey;
use super::note::{Note, NoteError};

pub use self::reading::PolicyError;

/// The largest policy file that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// The most logs, witnesses and groups each that a policy may have.
pub const MOST: usize = 256;

/// What somebody trusts. The default knows nobody and asks for nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    /// Witnesses and groups in the order of their definition: a group names
    /// only what stands before it.
    parties: Vec<Party>,
    /// The place of the party that has to have cosigned; none: nobody has to.
    quorum: Option<usize>,
}

/// A log that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// What checks its checkpoints; its name is the log's origin.
    pub key: VerifierKey,
    /// Where it is, if that is said.
    pub url: Option<String>,
}

/// A witness that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in the policy, which means nothing elsewhere.
    pub name: String,
    /// What checks its cosignatures.
    pub key: CosignerKey,
    /// Where checkpoints are brought to it, if that is said.
    pub url: Option<String>,
}

/// Several of whom some have to have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    /// How many of the members it takes.
    threshold: usize,
    /// Their places among the parties.
    members: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a policy has a handful of them")]
enum Party {
    Witness(Witness),
    Group(Group),
}

/// What a policy says of a checkpoint that one of its logs signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Who cosigned it, by their names in the policy, with the time in seconds
    /// since 1970.
    pub cosigned: BTreeMap<String, u64>,
    /// Whether those are enough.
    pub is_enough: bool,
}

/// Why a checkpoint cannot be judged, or must not be believed at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// It is no signed checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No log of the policy signed it under its own name.
    #[error("no log of the policy signed this checkpoint; check which log it is of")]
    UnknownLog,
    /// A cosignature that claims to be by a witness of the policy is wrong.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
}

impl Policy {
    /// Makes a policy of witnesses of whom `least` have to have cosigned; with
    /// none of them nobody has to.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// use citekeep::ledger::policy::{Policy, Witness};
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let witness = Witness { name: "w".to_owned(), key: key.verifier(), url: None };
    /// let policy = Policy::of(vec![witness], 1).expect("a policy");
    /// assert!(policy.to_string().ends_with("group all-witnesses 1 w\nquorum all-witnesses\n"));
    /// ```
    pub fn of(witnesses: Vec<Witness>, least: usize) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for witness in witnesses {
            policy.add_witness(witness)?;
        }
        let members: Vec<usize> = (0..policy.parties.len()).collect();
        if !members.is_empty() {
            let name = "all-witnesses".to_owned();
            policy.add_group(name, least, members)?;
            policy.quorum = Some(policy.parties.len() - 1);
        }
        Ok(policy)
    }

    /// Adds a log; one whose key is known already under any name is an error.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::policy::{Log, Policy};
    /// let key = SigningKey::from_seed("log.example".parse().expect("a name"), &[7; 32]);
    /// let log = Log { key: key.verifier(), url: None };
    /// let mut policy = Policy::of(Vec::new(), 0).expect("a policy");
    /// assert_eq!(policy.add_log(log.clone()), Ok(()));
    /// assert!(policy.add_log(log).is_err());
    /// ```
    pub fn add_log(&mut self, log: Log) -> Result<(), PolicyError> {
        let public = log.key.public_bytes();
        if self
            .logs
            .iter()
            .any(|other| other.key.public_bytes() == public)
        {
            return Err(PolicyError::LogTwice(log.key.name().clone()));
        }
        reading::check_url(log.url.as_deref())?;
        if self.logs.len() == MOST {
            return Err(PolicyError::TooMany);
        }
        self.logs.push(log);
        Ok(())
    }

    /// Adds a witness, which no quorum asks for until a group names it; one
    /// whose name or key is known already is an error.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// use citekeep::ledger::policy::{Policy, Witness};
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let witness = Witness { name: "w".to_owned(), key: key.verifier(), url: None };
    /// let mut policy: Policy = "quorum none\n".parse().expect("a policy");
    /// assert_eq!(policy.add_witness(witness.clone()), Ok(()));
    /// assert!(policy.add_witness(witness).is_err());
    /// ```
    pub fn add_witness(&mut self, witness: Witness) -> Result<(), PolicyError> {
        let public = witness.key.public_bytes();
        if self
            .witnesses()
            .any(|other| other.key.public_bytes() == public)
        {
            return Err(PolicyError::WitnessTwice(witness.name));
        }
        reading::check_url(witness.url.as_deref())?;
        self.add_party(Party::Witness(witness))
    }

    fn add_group(
        &mut self,
        name: String,
        threshold: usize,
        members: Vec<usize>,
    ) -> Result<(), PolicyError> {
        if threshold == 0 || threshold > members.len() {
            return Err(PolicyError::Threshold(name));
        }
        self.add_party(Party::Group(Group {
            name,
            threshold,
            members,
        }))
    }

    fn add_party(&mut self, party: Party) -> Result<(), PolicyError> {
        let name = party.name();
        reading::check_name(name)?;
        if self.parties.iter().any(|other| other.name() == name) {
            return Err(PolicyError::NameTwice(name.to_owned()));
        }
        if self.parties.len() == 2 * MOST {
            return Err(PolicyError::TooMany);
        }
        self.parties.push(party);
        Ok(())
    }

    /// Lists the logs, in the order of the file.
    ///
    /// ```
    /// use citekeep::ledger::policy::Policy;
    /// let policy: Policy = "quorum none\n".parse().expect("a policy");
    /// assert!(policy.logs().is_empty());
    /// ```
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// Lists the witnesses, in the order of the file.
    ///
    /// ```
    /// use citekeep::ledger::policy::Policy;
    /// let policy: Policy = "quorum none\n".parse().expect("a policy");
    /// assert_eq!(policy.witnesses().count(), 0);
    /// ```
    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        self.parties.iter().filter_map(|party| match party {
            Party::Witness(witness) => Some(witness),
            Party::Group(_) => None,
        })
    }

    /// Tells whether the policy asks for any cosignature at all.
    ///
    /// ```
    /// use citekeep::ledger::policy::Policy;
    /// let policy: Policy = "quorum none\n".parse().expect("a policy");
    /// assert!(!policy.asks_for_witnesses());
    /// ```
    pub const fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Judges a signed checkpoint by who signed and cosigned it.
    ///
    /// Lines by nobody whom the policy knows are passed over; one that claims
    /// to be by somebody whom it knows and is wrong spoils the whole.
    ///
    /// ```
    /// use citekeep::ledger::checkpoint::Checkpoint;
    /// use citekeep::ledger::hash::Hash;
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::policy::Policy;
    /// let key = SigningKey::from_seed("log.example".parse().expect("a name"), &[7; 32]);
    /// let file = format!("log {}\nquorum none\n", key.verifier());
    /// let policy: Policy = file.parse().expect("a policy");
    /// let note = Checkpoint::new("log.example", 0, Hash::EMPTY_ROOT)?.sign(&key)?;
    /// assert!(policy.judge(&note).expect("a checkpoint of the log").is_enough);
    /// # Ok::<(), citekeep::ledger::checkpoint::CheckpointError>(())
    /// ```
    pub fn judge(&self, message: &str) -> Result<Judgement, Distrust> {
        let checkpoint = self.signed(message)?;
        let note = Note::parse(message).map_err(CheckpointError::from)?;
        let mut cosigned = BTreeMap::new();
        // A party stands behind those that it is made of.
        let mut have: Vec<bool> = Vec::with_capacity(self.parties.len());
        for party in &self.parties {
            let has = match party {
                Party::Witness(witness) => match cosignature::verify(&note, &witness.key) {
                    Ok(found) => {
                        cosigned.insert(witness.name.clone(), found.time());
                        true
                    }
                    Err(CosignatureError::NotCosignedBy(_)) => false,
                    Err(error) => return Err(error.into()),
                },
                Party::Group(group) => {
                    let members = group.members.iter().filter(|member| have[**member]);
                    members.count() >= group.threshold
                }
            };
            have.push(has);
        }
        let is_enough = self.quorum.is_none_or(|party| have[party]);
        Ok(Judgement {
            checkpoint,
            cosigned,
            is_enough,
        })
    }

    fn signed(&self, message: &str) -> Result<Checkpoint, Distrust> {
        for log in &self.logs {
            match checkpoint::open(message, &log.key) {
                // A key speaks for the log of its own name alone.
                Ok(found) if found.origin() == log.key.name().as_str() => return Ok(found),
                Ok(_) | Err(CheckpointError::Note(NoteError::NotSignedBy(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Distrust::UnknownLog)
    }
}

impl Party {
    fn name(&self) -> &str {
        match self {
            Self::Witness(witness) => &witness.name,
            Self::Group(group) => &group.name,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| {
            let url = url.as_ref();
            url.map_or_else(String::new, |url| format!(" {url}"))
        };
        for log in &self.logs {
            writeln!(f, "log {}{}", log.key, url(&log.url))?;
        }
        for party in &self.parties {
            match party {
                Party::Witness(one) => {
                    writeln!(f, "witness {} {}{}", one.name, one.key, url(&one.url))?;
                }
                Party::Group(group) => {
                    write!(f, "group {} {}", group.name, group.threshold)?;
                    for member in &group.members {
                        write!(f, " {}", self.parties[*member].name())?;
                    }
                    writeln!(f)?;
                }
            }
        }
        let quorum = self.quorum.map_or("none", |at| self.parties[at].name());
        writeln!(f, "quorum {quorum}")
    }
}
