//! On what terms a request is done: once, however often it is sent, and only
//! while what it changes is still what the sender saw.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::time::{Timestamp, later};
use crate::store::local::once::{self, Done};
use crate::store::{Db, articles, people, settings, sources, veil};

use super::{Desk, DeskError, Pen, seals};

/// How long a key is remembered, in milliseconds: a day.
const REMEMBERED: i64 = 24 * 60 * 60 * 1_000;

/// A request under a key that its sender chose.
#[derive(Debug)]
pub struct Once {
    /// Whose key it is.
    pub person: PersonId,
    /// The key.
    pub key: String,
    /// SHA-256 of the request's method, address and body.
    pub print: [u8; 32],
    /// Whether an act of this request took the key.
    taken: AtomicBool,
}

impl Once {
    /// A request that has done nothing yet.
    pub const fn new(person: PersonId, key: String, print: [u8; 32]) -> Self {
        Self {
            person,
            key,
            print,
            taken: AtomicBool::new(false),
        }
    }

    fn name(&self) -> (PersonId, &str) {
        (self.person, &self.key)
    }
}

/// The terms that a desk's acts are held to.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    once: Option<Arc<Once>>,
    seen: Option<Seen>,
}

/// What the sender of a request saw: the state of a claim, the sheet of a
/// source, the revision of an article, the newest entry about the desk itself.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Claim(ClaimId, EntryIndex),
    Source(SourceId, EntryIndex),
    Article(ArticleId, u32),
    Desk(Subject, EntryIndex),
}

impl Seen {
    /// Refuses what is not that any more.
    fn hold(self, pen: &Pen<'_, '_>) -> Result<(), DeskError> {
        let missing = |what, id| DeskError::NoSuch { what, id };
        match self {
            Self::Claim(claim, seen) => {
                pen.claim_as_seen(claim, seen)?;
            }
            Self::Source(source, seen) => {
                let found = sources::find(pen, source)?;
                let found = found.ok_or(missing("source", source.get()))?;
                if found.rev != seen {
                    return Err(DeskError::SourceConflict { source_id: source });
                }
            }
            Self::Article(article, seen) => {
                let found = articles::find(pen, article)?;
                let now = found.ok_or(missing("article", article.get()))?.revision;
                if now != seen {
                    return Err(DeskError::RevisedSince { article, now });
                }
            }
            Self::Desk(subject, seen) => {
                if state(pen, subject)? != seen {
                    return Err(DeskError::ChangedSince(subject.name()));
                }
            }
        }
        Ok(())
    }
}

/// Something of the desk itself that a change is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Somebody who works here.
    Person(PersonId),
    /// What the desk says of itself.
    Sheet,
    /// The rules that it works by.
    Rules,
    /// Whether reviewers sign.
    Signing,
    /// Who may see a source.
    Seal(SourceId),
}

impl Subject {
    /// What it is called.
    const fn name(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Sheet => "sheet",
            Self::Rules => "set of rules",
            Self::Signing => "rule of signatures",
            Self::Seal(_) => "seal",
        }
    }
}

/// The newest entry about something of the desk; the first of the log for what
/// was never set.
///
/// # Errors
/// When there is no such person or source.
pub fn state(db: &Db<'_>, subject: Subject) -> Result<EntryIndex, DeskError> {
    let found = match subject {
        Subject::Person(person) => {
            let entry = people::entry_of(db, person)?;
            return entry.ok_or(DeskError::NoSuch {
                what: "person",
                id: person.get(),
            });
        }
        Subject::Sheet => settings::entries(db)?.0,
        Subject::Rules => settings::entries(db)?.1,
        Subject::Signing => settings::signing_entry(db)?,
        Subject::Seal(source) => {
            seals::find(db, source)?;
            veil::sealed_by(db, source)?
        }
    };
    Ok(found.unwrap_or(EntryIndex::new(0)))
}

impl Terms {
    /// Holds an act to the terms, in its own transaction: the key is taken
    /// when the act is kept, and never without it.
    pub(super) fn hold(&self, pen: &Pen<'_, '_>) -> Result<(), DeskError> {
        if let Some(seen) = self.seen {
            seen.hold(pen)?;
        }
        let Some(once) = &self.once else {
            return Ok(());
        };
        if once.taken.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let since = later(pen.at, -REMEMBERED);
        if once::take(pen.tx, once.name(), once.print, (pen.at, since))? {
            Ok(())
        } else {
            Err(DeskError::DoneBefore)
        }
    }

    /// An act was refused: whatever it took is free again.
    pub(super) fn let_go(&self) {
        if let Some(once) = &self.once {
            once.taken.store(false, Ordering::Relaxed);
        }
    }
}

impl Desk {
    /// The desk for a request that must not be done twice.
    #[must_use]
    pub fn once(&self, once: Arc<Once>) -> Self {
        let mut desk = self.clone();
        desk.terms.once = Some(once);
        desk
    }

    /// The desk for a request that changes a claim only if it still is what
    /// its sender saw.
    #[must_use]
    pub fn if_still(&self, claim: ClaimId, seen: EntryIndex) -> Self {
        self.seeing(Seen::Claim(claim, seen))
    }

    /// The desk for a request about a source whose sheet still is what its
    /// sender saw.
    #[must_use]
    pub fn if_source_still(&self, source: SourceId, seen: EntryIndex) -> Self {
        self.seeing(Seen::Source(source, seen))
    }

    /// The desk for a request about the revision of an article that its sender
    /// saw.
    #[must_use]
    pub fn if_revision_still(&self, article: ArticleId, seen: u32) -> Self {
        self.seeing(Seen::Article(article, seen))
    }

    fn seeing(&self, seen: Seen) -> Self {
        let mut desk = self.clone();
        desk.terms.seen = Some(seen);
        desk
    }

    /// The desk for a request that changes something of the desk itself only
    /// if it still is what its sender saw.
    #[must_use]
    pub fn if_still_so(&self, subject: Subject, seen: EntryIndex) -> Self {
        self.seeing(Seen::Desk(subject, seen))
    }
}

/// What was done under somebody's key within the last day.
pub fn find(desk: &Desk, person: PersonId, key: &str) -> Result<Option<Done>, DeskError> {
    let since: Timestamp = later(desk.now(), -REMEMBERED);
    desk.read(|db| Ok(once::find(db, (person, key), since)?))
}

/// Keeps what was answered to a request, for those who send it again. One that
/// wrote nothing needs no keeping.
pub fn keep(desk: &Desk, once: &Arc<Once>, head: String, body: Vec<u8>) -> Result<(), DeskError> {
    if !once.taken.load(Ordering::Relaxed) {
        return Ok(());
    }
    let once = Arc::clone(once);
    desk.store()
        .write(move |tx| Ok::<_, DeskError>(once::answer(tx, once.name(), (&head, &body))?))
}
