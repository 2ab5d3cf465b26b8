//! One key of a log follows another: a signed note (C2SP signed-note) that
//! names both, and the place in the log from which the new one signs.
//!
//! The note is signed by the new key, which shows that somebody holds it, and,
//! where the change was planned, by the old one, which vouches for it. It must
//! not know where keys are kept.

use std::fmt;
use std::str::FromStr;

use super::hash::Hash;
use super::key::{SigningKey, VerifierKey};
use super::note::{self, Note, NoteError};

/// The first line of every such note; no checkpoint can be taken for one.
const TITLE: &str = "key succession/1";

/// That a log goes over from one key to another at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// How many entries the log had before the one that records this.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The key that signed until then.
    pub old: VerifierKey,
    /// The key that signs from then on; it has the same name.
    pub new: VerifierKey,
}

/// Who signed for a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// The old key and the new one.
    ByBoth,
    /// The new key alone: nothing but its own word ties it to the log.
    ByItself,
}

/// What is wrong with the note of a new key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionError {
    /// The note is malformed, or the new key did not sign it, or a signature
    /// that claims to be the old key's is not.
    #[error("the note of the new key is not in order: {0}")]
    Note(#[from] NoteError),
    /// The text does not have the lines of such a note.
    #[error(
        "the note of a new key has a title, the log's name, a size, a root, the old key and the new one, each on its line; check that it is whole"
    )]
    Lines,
    /// The two keys have different names, or are one key.
    #[error("the old and the new key have one name and are two keys; check both")]
    Names,
    /// It follows another key than the one in office.
    #[error("it follows a key that did not sign the log then")]
    Usurped,
    /// It was signed for another key or another place of the log.
    #[error("its note is of another key, or of another place in the log")]
    Elsewhere,
}

impl Succession {
    /// Signs with the new key and, where it is there, with the old one.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::{hash::Hash, succession::{Succession, Vouched, open}};
    /// let name = || "desk.example/log".parse().expect("a good name");
    /// let (old, new) = (SigningKey::from_seed(name(), &[7; 32]), SigningKey::from_seed(name(), &[8; 32]));
    /// let change = Succession { size: 3, root: Hash::EMPTY_ROOT, old: old.verifier(), new: new.verifier() };
    /// let note = change.sign(&new, Some(&old))?;
    /// assert_eq!(open(&note)?, (change, Vouched::ByBoth));
    /// # Ok::<(), citekeep::ledger::succession::SuccessionError>(())
    /// ```
    pub fn sign(
        &self,
        new: &SigningKey,
        old: Option<&SigningKey>,
    ) -> Result<String, SuccessionError> {
        let note = note::sign(&self.to_string(), new)?;
        match old {
            Some(old) => Ok(note::countersign(&note, old)?),
            None => Ok(note),
        }
    }

    /// Checks that it follows the key in office, and says what the entry that
    /// records it says: the old key, the new one, and how many entries there
    /// were before it.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// use citekeep::ledger::{hash::Hash, succession::Succession};
    /// let name = || "desk.example/log".parse().expect("a good name");
    /// let key = |seed| SigningKey::from_seed(name(), &[seed; 32]).verifier();
    /// let change = Succession { size: 3, root: Hash::EMPTY_ROOT, old: key(7), new: key(8) };
    /// let named = (&*key(7).to_string(), &*key(8).to_string());
    /// assert!(change.follows(&key(7), named, 3).is_ok());
    /// assert!(change.follows(&key(9), named, 3).is_err());
    /// assert!(change.follows(&key(7), named, 4).is_err());
    /// ```
    pub fn follows(
        &self,
        in_office: &VerifierKey,
        (old, new): (&str, &str),
        size: u64,
    ) -> Result<(), SuccessionError> {
        if self.old != *in_office || self.old.to_string() != old {
            return Err(SuccessionError::Usurped);
        }
        if self.new.to_string() != new || self.size != size {
            return Err(SuccessionError::Elsewhere);
        }
        Ok(())
    }
}

/// Reads the note of a new key, checks its signatures and tells who signed.
///
/// Whether the old key is the one that signed until then, and whether size and
/// root are the log's, is for whoever knows the log.
///
/// ```
/// use citekeep::ledger::key::SigningKey;
/// use citekeep::ledger::{hash::Hash, succession::{Succession, Vouched, open}};
/// let name = || "desk.example/log".parse().expect("a good name");
/// let (old, new) = (SigningKey::from_seed(name(), &[7; 32]), SigningKey::from_seed(name(), &[8; 32]));
/// let change = Succession { size: 3, root: Hash::EMPTY_ROOT, old: old.verifier(), new: new.verifier() };
/// let note = change.sign(&new, None)?;
/// assert_eq!(open(&note)?.1, Vouched::ByItself);
/// assert!(open(&note.replace("\n3\n", "\n4\n")).is_err());
/// # Ok::<(), citekeep::ledger::succession::SuccessionError>(())
/// ```
pub fn open(message: &str) -> Result<(Succession, Vouched), SuccessionError> {
    let note = Note::parse(message)?;
    let succession: Succession = note.text().parse()?;
    note::verify(&note, &succession.new)?;
    let vouched = match note::verify(&note, &succession.old) {
        Ok(()) => Vouched::ByBoth,
        Err(NoteError::NotSignedBy(_)) => Vouched::ByItself,
        Err(error) => return Err(error.into()),
    };
    Ok((succession, vouched))
}

/// Follows the notes of new keys from a key that somebody trusts to the one that
/// signed `size` entries; gives how many notes lead there, none where both are
/// one key.
///
/// A newer key is believed when it names the one before it; an older one only
/// leads on to a key that it signed for. A key signs from the entry on that
/// brought it, and one checkpoint longer than to the entry that ended it, since
/// both sign the one over the change. Notes that are not in order count for
/// nothing. Nothing is given when no way leads there.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::key::SigningKey;
/// use citekeep::ledger::succession::{Succession, leads};
/// let name = |()| "desk.example/log".parse().expect("a good name");
/// let old = SigningKey::from_seed(name(()), &[7; 32]);
/// let new = SigningKey::from_seed(name(()), &[8; 32]);
/// let change = Succession {
///     size: 3,
///     root: Hash::leaf(b"entries"),
///     old: old.verifier(),
///     new: new.verifier(),
/// };
/// let note = change.sign(&new, Some(&old))?;
/// let notes = [note.as_str()];
/// assert_eq!(leads(&notes, &new.verifier(), (&old.verifier(), 2)), Some(1));
/// assert_eq!(leads(&notes, &old.verifier(), (&new.verifier(), 9)), Some(1));
/// // The old key had no say any more, or the new one none yet.
/// assert_eq!(leads(&notes, &new.verifier(), (&old.verifier(), 9)), None);
/// assert_eq!(leads(&notes, &old.verifier(), (&new.verifier(), 3)), None);
/// # Ok::<(), citekeep::ledger::succession::SuccessionError>(())
/// ```
pub fn leads(
    notes: &[&str],
    trusted: &VerifierKey,
    (signer, size): (&VerifierKey, u64),
) -> Option<usize> {
    let opened = notes.iter().filter_map(|note| open(note).ok());
    let changes: Vec<(Succession, Vouched)> = opened.collect();
    let back = |key: &VerifierKey| {
        let mut found = changes.iter().filter(|(change, _)| change.new == *key);
        found.next().map(|(change, _)| (&change.old, change))
    };
    let on = |key: &VerifierKey| {
        let mut found = changes
            .iter()
            .filter(|(change, vouched)| change.old == *key && *vouched == Vouched::ByBoth);
        found.next().map(|(change, _)| (&change.new, change))
    };
    if trusted == signer {
        return Some(0);
    }
    let is_older = |change: &Succession| size <= change.size.saturating_add(1);
    let is_newer = |change: &Succession| size > change.size;
    steps(trusted, (signer, changes.len()), back, is_older)
        .or_else(|| steps(trusted, (signer, changes.len()), on, is_newer))
}

/// Goes from key to key until the wanted one; each note is used once at most.
fn steps<'c>(
    from: &VerifierKey,
    (wanted, most): (&VerifierKey, usize),
    next: impl Fn(&VerifierKey) -> Option<(&'c VerifierKey, &'c Succession)>,
    fits: impl Fn(&Succession) -> bool,
) -> Option<usize> {
    let (mut key, mut change) = next(from)?;
    for step in 1..=most {
        if key == wanted {
            return fits(change).then_some(step);
        }
        (key, change) = next(key)?;
    }
    None
}

impl FromStr for Succession {
    type Err = SuccessionError;

    fn from_str(text: &str) -> Result<Self, SuccessionError> {
        let lines: Vec<&str> = text.lines().collect();
        let [TITLE, origin, size, root, old, new] = lines[..] else {
            return Err(SuccessionError::Lines);
        };
        let bad = |_| SuccessionError::Lines;
        let succession = Self {
            size: size.parse().map_err(|_| SuccessionError::Lines)?,
            root: Hash::from_base64(root).map_err(|_| SuccessionError::Lines)?,
            old: old.parse().map_err(bad)?,
            new: new.parse().map_err(bad)?,
        };
        let (old, new) = (&succession.old, &succession.new);
        if old.name() != new.name() || old == new || old.name().as_str() != origin {
            return Err(SuccessionError::Names);
        }
        // One text alone stands for each change: no `+1`, no `\r`.
        if succession.to_string() == text {
            Ok(succession)
        } else {
            Err(SuccessionError::Lines)
        }
    }
}

impl fmt::Display for Succession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (origin, root) = (self.old.name(), self.root.to_base64());
        writeln!(f, "{TITLE}\n{origin}\n{}\n{root}", self.size)?;
        writeln!(f, "{}\n{}", self.old, self.new)
    }
}
