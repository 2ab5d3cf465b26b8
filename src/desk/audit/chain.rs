//! The keys of the desk, one after the other, as the log itself tells them.

use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::ledger::hash::{Hash, commitment};
use crate::ledger::key::VerifierKey;
use crate::ledger::succession::{self, Vouched};
use crate::store::keys::Came;
use crate::store::log::{self, Entry};

use super::report::{KeySpan, Kind, Report};

/// The keys that a check has seen so far.
pub(super) struct Chain {
    spans: Vec<(KeySpan, VerifierKey)>,
    /// What is used while the log has named none: a key that somebody kept, or
    /// the desk's own.
    fallback: Option<VerifierKey>,
}

/// Whether an entry is about the key of the log. Canonical JSON puts `event`
/// third and `kind` first in it, and `by` before it is short.
pub(super) fn concerns(body: &[u8]) -> bool {
    let head = &body[..body.len().min(200)];
    let begins = |kind: &[u8]| memchr::memmem::find(head, kind).is_some();
    begins(br#""event":{"kind":"key_"#) || begins(br#""event":{"kind":"desk_opened""#)
}

impl Chain {
    pub(super) const fn new(fallback: Option<VerifierKey>) -> Self {
        Self {
            spans: Vec::new(),
            fallback,
        }
    }

    /// The key that signs now.
    pub(super) fn now(&self) -> Option<&VerifierKey> {
        let newest = self.spans.last().map(|(_, key)| key);
        newest.or(self.fallback.as_ref())
    }

    /// The key that signs the first `size` entries: the newest that one of them
    /// named.
    pub(super) fn at(&self, size: u64) -> Option<&VerifierKey> {
        let named = self.spans.iter().rev();
        let mut named = named.filter(|(span, _)| span.from < size);
        let key = named.next().map(|(_, key)| key);
        key.or(self.fallback.as_ref())
    }

    /// Every key that signed once.
    pub(super) fn all(&self) -> impl Iterator<Item = &VerifierKey> {
        let fallback = self.fallback.iter().filter(|_| self.spans.is_empty());
        self.spans.iter().map(|(_, key)| key).chain(fallback)
    }

    /// Takes in an entry about the key; `root` is that of the entries before.
    pub(super) fn see(&mut self, entry: &Entry, root: Hash, report: &mut Report) {
        let Some(event) = bound(entry) else {
            return;
        };
        let place = format!("entry {}", entry.index);
        let added = match event {
            Event::DeskOpened { verifier_key, .. } if self.spans.is_empty() => {
                let key = verifier_key.parse();
                key.map_err(|_| "it names no key".to_owned())
                    .map(|key| (key, Came::Opened))
            }
            Event::KeyRotated {
                previous,
                statement,
                verifier_key,
            } => self.follow(
                (entry, root),
                (&previous, &verifier_key, &statement),
                Came::Rotated,
            ),
            Event::KeyReplaced {
                previous,
                statement,
                verifier_key,
                ..
            } => self.follow(
                (entry, root),
                (&previous, &verifier_key, &statement),
                Came::Replaced,
            ),
            _ => return,
        };
        match added {
            Ok((key, came)) => self.add(entry.index.get(), key, came),
            Err(why) => {
                let words = format!(
                    "{why}; do not trust what was signed after it, and find out who wrote it"
                );
                report.find(Kind::ForeignKey, place, words);
            }
        }
    }

    fn add(&mut self, from: u64, key: VerifierKey, came: Came) {
        let span = KeySpan {
            verifier_key: key.to_string(),
            from,
            came,
        };
        self.spans.push((span, key));
    }

    /// Checks that a key rightly follows the one that signs now.
    fn follow(
        &self,
        (entry, root): (&Entry, Hash),
        (previous, verifier_key, statement): (&str, &str, &str),
        came: Came,
    ) -> Result<(VerifierKey, Came), String> {
        let (said, vouched) = succession::open(statement).map_err(|error| error.to_string())?;
        let old = self.now().ok_or("no key signed before it")?;
        said.follows(old, (previous, verifier_key), entry.index.get())
            .map_err(|error| error.to_string())?;
        if said.root != root {
            return Err("its note was signed for another log".to_owned());
        }
        if self.all().any(|known| *known == said.new) {
            return Err("the key has signed this log before".to_owned());
        }
        match (came, vouched) {
            (Came::Rotated, Vouched::ByItself) => {
                Err("the old key did not sign for the new one".to_owned())
            }
            _ => Ok((said.new, came)),
        }
    }

    /// Holds the chain against a key that somebody kept, or the desk's own
    /// file, and says what no signature bears out.
    pub(super) fn finish(&mut self, asked: &Asked, report: &mut Report) {
        match asked {
            Asked::Kept(kept) if !self.all().any(|known| known == kept) => {
                let words = format!(
                    "the log is signed by other keys, the newest of them {}; do not trust it, or find out whose key you kept",
                    self.now().map_or_else(String::new, ToString::to_string)
                );
                report.find(Kind::ForeignKey, "the key that you gave", words);
            }
            Asked::Own(keys)
                if !keys.is_empty() && !self.now().is_some_and(|now| keys.contains(now)) =>
            {
                let words = "it is not the key that the log names; put the right one back from a backup, or the log";
                report.find(Kind::ForeignKey, "the key file", words);
            }
            _ => {}
        }
        let spans = std::mem::take(&mut self.spans);
        report.keys = spans.into_iter().map(|(span, _)| span).collect();
    }
}

/// What the chain of keys is held against.
pub(super) enum Asked {
    /// A key that somebody kept.
    Kept(VerifierKey),
    /// The keys in the desk's own file: the one that signs, and one that is
    /// about to.
    Own(Vec<VerifierKey>),
}

impl Asked {
    /// What is used while the log has named no key.
    pub(super) fn fallback(&self) -> Option<VerifierKey> {
        match self {
            Self::Kept(key) => Some(key.clone()),
            Self::Own(keys) => keys.first().cloned(),
        }
    }
}

/// The event of an entry whose body is the one that its leaf commits to.
fn bound(entry: &Entry) -> Option<Event> {
    let salt = <&[u8; 16]>::try_from(entry.salt.as_deref()?).ok()?;
    let body = entry.body.as_deref()?;
    let bound = ContentHash::from_bytes(*commitment(salt, body.as_bytes()).as_bytes());
    if log::leaf_commitment(&entry.leaf) != Some(bound) {
        return None;
    }
    Some(log::decode(body).ok()?.event)
}
