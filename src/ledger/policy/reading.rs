//! Reading a policy file, line by line.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::super::key::{KeyError, KeyName};
use super::{Log, MAX_BYTES, MOST, Policy, Witness};

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is larger than [`MAX_BYTES`].
    #[error("a policy has at most {MAX_BYTES} bytes")]
    TooLarge,
    /// It has more than [`MOST`] of a kind.
    #[error("a policy has at most {MOST} logs, witnesses and groups each")]
    TooMany,
    /// It holds a control character other than tab and newline.
    #[error("a policy holds no control character but tab and newline; take out {0:?}")]
    ControlCharacter(char),
    /// It does not end with a newline.
    #[error("each line of a policy ends with a newline; check that nothing was cut off")]
    NoFinalNewline,
    /// A line is none that is known.
    #[error("line {0} is no log, witness, group or quorum as a policy has them")]
    Line(usize),
    /// A verifier key cannot be read.
    #[error("the key in line {line} cannot be used: {source}")]
    Key {
        /// Which line.
        line: usize,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A log's key stands in the policy twice.
    #[error("the key of the log {0} stands in the policy twice; leave one out")]
    LogTwice(KeyName),
    /// A witness's key stands in the policy twice, whatever its names.
    #[error("the key of the witness {0} stands in the policy twice; leave one out")]
    WitnessTwice(String),
    /// A name is given to two parties.
    #[error("two witnesses or groups are called {0}; give one another name")]
    NameTwice(String),
    /// A name cannot be written in a policy.
    #[error("a witness or group cannot be called {0:?}")]
    Name(String),
    /// An address cannot be written in a policy.
    #[error("the address {0:?} has white space in it")]
    Url(String),
    /// A group or the quorum names nobody who was named before.
    #[error("line {line} names {name}, who is not defined before it")]
    Unknown {
        /// Which line.
        line: usize,
        /// Whom.
        name: String,
    },
    /// A party is a member of two groups, or of one twice.
    #[error("{0} is a member twice; each counts in one place only")]
    MemberTwice(String),
    /// A group asks for nobody, or for more than it has.
    #[error("the group {0} asks for fewer than one or for more than all of its members")]
    Threshold(String),
    /// There is no quorum, or more than one.
    #[error("a policy has one line with the quorum, no more and no fewer")]
    Quorum,
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_BYTES {
            return Err(PolicyError::TooLarge);
        }
        let control = |mark: &char| *mark < ' ' && !matches!(mark, '\t' | '\n');
        if let Some(mark) = text.chars().find(|mark| control(mark) || *mark == '\u{7f}') {
            return Err(PolicyError::ControlCharacter(mark));
        }
        if !text.ends_with('\n') {
            return Err(PolicyError::NoFinalNewline);
        }
        let mut reader = Reader::default();
        for (line, words) in (1..).zip(text.lines()) {
            // Only these two are white space here, whatever Unicode says.
            let words = words.split([' ', '\t']).filter(|word| !word.is_empty());
            let words: Vec<&str> = words.collect();
            if words.first().is_some_and(|word| !word.starts_with('#')) {
                reader.read(line, &words)?;
            }
        }
        reader.finish()
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    policy: Policy,
    members: BTreeSet<usize>,
    has_quorum: bool,
}

impl Reader {
    fn read(&mut self, line: usize, words: &[&str]) -> Result<(), PolicyError> {
        let bad = |source| PolicyError::Key { line, source };
        let url = |word: Option<&&str>| word.map(|word| (*word).to_owned());
        match words {
            ["log", key, rest @ ..] if rest.len() < 2 => {
                let key = key.parse().map_err(bad)?;
                let url = url(rest.first());
                self.policy.add_log(Log { key, url })
            }
            ["witness", name, key, rest @ ..] if rest.len() < 2 => {
                let witness = Witness {
                    name: (*name).to_owned(),
                    key: key.parse().map_err(bad)?,
                    url: url(rest.first()),
                };
                self.policy.add_witness(witness)
            }
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                let threshold = match *threshold {
                    "any" => Some(1),
                    "all" => Some(members.len()),
                    number => decimal(number),
                };
                let threshold = threshold.ok_or(PolicyError::Line(line))?;
                let members = self.members(line, members)?;
                self.policy
                    .add_group((*name).to_owned(), threshold, members)
            }
            ["quorum", name] => self.set_quorum(line, name),
            _ => Err(PolicyError::Line(line)),
        }
    }

    fn members(&mut self, line: usize, names: &[&str]) -> Result<Vec<usize>, PolicyError> {
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let member = self.find(line, name)?;
            if !self.members.insert(member) {
                return Err(PolicyError::MemberTwice((*name).to_owned()));
            }
            members.push(member);
        }
        Ok(members)
    }

    fn set_quorum(&mut self, line: usize, name: &str) -> Result<(), PolicyError> {
        if std::mem::replace(&mut self.has_quorum, true) {
            return Err(PolicyError::Quorum);
        }
        let quorum = match name {
            "none" => None,
            name => Some(self.find(line, name)?),
        };
        self.policy.quorum = quorum;
        Ok(())
    }

    fn find(&self, line: usize, name: &str) -> Result<usize, PolicyError> {
        let parties = &self.policy.parties;
        let found = parties.iter().position(|party| party.name() == name);
        found.ok_or_else(|| PolicyError::Unknown {
            line,
            name: name.to_owned(),
        })
    }

    fn finish(self) -> Result<Policy, PolicyError> {
        if self.has_quorum {
            Ok(self.policy)
        } else {
            Err(PolicyError::Quorum)
        }
    }
}

fn decimal(text: &str) -> Option<usize> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal.then(|| text.parse().ok())?
}

/// Checks a name: `none` is what a quorum says that asks for nobody.
pub(super) fn check_name(name: &str) -> Result<(), PolicyError> {
    if name == "none" || !is_word(name) {
        return Err(PolicyError::Name(name.to_owned()));
    }
    Ok(())
}

pub(super) fn check_url(url: Option<&str>) -> Result<(), PolicyError> {
    match url.filter(|url| !is_word(url)) {
        Some(url) => Err(PolicyError::Url(url.to_owned())),
        None => Ok(()),
    }
}

fn is_word(text: &str) -> bool {
    let is_apart = |mark: char| mark <= ' ' || mark == '\u{7f}';
    !text.is_empty() && !text.contains(is_apart)
}
