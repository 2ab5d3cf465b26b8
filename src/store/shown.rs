//! What strangers are shown, and whether it may have changed since: counters in
//! memory, so that a public answer which is kept can be told from one that is
//! out of date without a look at the database.
//!
//! A counter may move though nothing that strangers see has changed; it never
//! stands still where something has.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, EntryIndex};

use super::{Db, StoreError};

/// How many counters the claims share. Two claims with one counter cost no more
/// than an answer that is written once too often.
const COUNTERS: usize = 4_096;

/// The counters.
#[derive(Debug)]
pub struct Shown {
    /// Moves with every change.
    any: AtomicU64,
    /// Moves with what belongs to no claim alone.
    everywhere: AtomicU64,
    claims: Box<[AtomicU64]>,
    /// How many entries the log has, as far as this process wrote them.
    entries: AtomicU64,
}

/// How far a public answer reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It tells of one published claim, and of the desk.
    Claim(ClaimId),
    /// It tells of any of them.
    Desk,
}

/// What was shown at a moment. Two that are equal promise that nothing which an
/// answer of that reach tells has changed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64, u64);

impl Shown {
    pub(super) fn new() -> Self {
        Self {
            any: AtomicU64::new(0),
            everywhere: AtomicU64::new(0),
            claims: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            entries: AtomicU64::new(0),
        }
    }

    /// What is shown now. It is asked for before an answer is written: what
    /// changes meanwhile makes the answer out of date, never the other way round.
    pub fn now(&self, reach: Reach) -> Moment {
        match reach {
            Reach::Claim(claim) => Moment(
                self.everywhere.load(Ordering::Acquire),
                self.counter(claim.get()).load(Ordering::Acquire),
            ),
            Reach::Desk => Moment(self.any.load(Ordering::Acquire), 0),
        }
    }

    /// Says that everything may look different now.
    pub fn changed_everywhere(&self) {
        self.everywhere.fetch_add(1, Ordering::AcqRel);
        self.any.fetch_add(1, Ordering::AcqRel);
    }

    /// Hears how long the log is; where another process wrote to it, nobody here
    /// knows what.
    pub fn log_has(&self, entries: u64) {
        if self.entries.fetch_max(entries, Ordering::AcqRel) < entries {
            self.changed_everywhere();
        }
    }

    fn counter(&self, claim: i64) -> &AtomicU64 {
        &self.claims[claim.unsigned_abs() as usize % COUNTERS]
    }

    /// Takes over what a commit changed.
    pub(super) fn take(&self, marks: &Marks) {
        self.entries
            .fetch_max(marks.entries.get(), Ordering::AcqRel);
        if marks.everywhere.get() {
            self.changed_everywhere();
        }
        let claims = marks.claims.borrow();
        for claim in claims.iter() {
            self.counter(*claim).fetch_add(1, Ordering::AcqRel);
        }
        if !claims.is_empty() {
            self.any.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// What an act, or a commit of several, changes of what is shown.
#[derive(Debug, Default)]
pub(super) struct Marks {
    entries: Cell<u64>,
    everywhere: Cell<bool>,
    claims: RefCell<Vec<i64>>,
}

impl Marks {
    /// Adds those of an act that is kept.
    pub(super) fn add(&mut self, act: Self) {
        self.entries.set(self.entries.get().max(act.entries.get()));
        self.everywhere
            .set(self.everywhere.get() || act.everywhere.get());
        self.claims.get_mut().append(&mut act.claims.into_inner());
    }

    /// Marks that any page may look different now.
    pub(super) fn everywhere(&self) {
        self.everywhere.set(true);
    }

    /// Marks what an entry changes, after it was projected.
    pub(super) fn note(
        &self,
        db: &Db<'_>,
        index: EntryIndex,
        event: &Event,
    ) -> Result<(), StoreError> {
        self.entries.set(index.get() + 1);
        match effect(event) {
            Effect::Nothing => {}
            Effect::Everywhere => self.everywhere(),
            Effect::IfPublic => {
                if let Some(claim) = public_claim(db, index)? {
                    self.claims.borrow_mut().push(claim);
                }
            }
        }
        Ok(())
    }
}

/// The claim of an entry, if something of it was ever published.
fn public_claim(db: &Db<'_>, index: EntryIndex) -> Result<Option<i64>, StoreError> {
    use rusqlite::OptionalExtension;

    let sql = "SELECT claim FROM trail WHERE entry = ?1
               AND EXISTS (SELECT 1 FROM publication WHERE publication.claim = trail.claim)";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([index.get() as i64], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// What an event does to what strangers see.
enum Effect {
    /// It stays in the room.
    Nothing,
    /// It shows once its claim has been published.
    IfPublic,
    /// It may show on any page.
    Everywhere,
}

const fn effect(event: &Event) -> Effect {
    match event {
        Event::ArticleAdded { .. }
        | Event::PassageSetAside { .. }
        | Event::PassageTakenUp { .. }
        | Event::ClaimAssigned { .. }
        | Event::ClaimPlanned { .. }
        | Event::RemarkMade { .. }
        | Event::QuestionSettled { .. }
        | Event::SourceAdded { .. }
        | Event::SnapshotTaken { .. }
        | Event::TextDerived { .. }
        | Event::SnapshotFetched { .. }
        | Event::RecheckScheduled { .. }
        | Event::PersonJoined { .. } => Effect::Nothing,
        Event::ClaimOpened { .. }
        | Event::ClaimReworded { .. }
        | Event::ClaimWithdrawn { .. }
        | Event::ClaimReopened { .. }
        | Event::PassageReanchored { .. }
        | Event::PassageAccepted { .. }
        | Event::ChangeDismissed { .. }
        | Event::CitationMade { .. }
        | Event::CitationRemoved { .. }
        | Event::CitationReanchored { .. }
        | Event::VerdictGiven { .. }
        | Event::VerdictApproved { .. }
        | Event::ApprovalTakenBack { .. }
        | Event::VerdictDissented { .. }
        | Event::VerdictPublished { .. }
        | Event::PublicationCorrected { .. }
        | Event::OtherCheckNoted { .. }
        | Event::OtherCheckRemoved { .. } => Effect::IfPublic,
        Event::DeskOpened { .. }
        | Event::OlderLogAccepted { .. }
        | Event::DeskDescribed { .. }
        | Event::RulesSet { .. }
        | Event::ScaleAdopted { .. }
        | Event::RoleChanged { .. }
        | Event::PersonLeft { .. }
        | Event::ArticleRevised { .. }
        | Event::SourceRevised { .. }
        | Event::SnapshotUnread { .. }
        | Event::TextLocated { .. }
        | Event::SnapshotConfirmed { .. }
        | Event::SnapshotArchived { .. }
        | Event::KeyRotated { .. }
        | Event::KeyReplaced { .. }
        | Event::SigningRuled { .. }
        | Event::PasskeyRegistered { .. }
        | Event::PasskeyRetired { .. }
        | Event::ErasureAsked { .. }
        | Event::ErasureWithdrawn { .. }
        | Event::ErasureRefused { .. }
        | Event::Erased { .. }
        | Event::SourceSealed { .. }
        | Event::SourceUnsealed { .. } => Effect::Everywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: i64) -> ClaimId {
        ClaimId::try_from(id).expect("a number")
    }

    #[test]
    fn a_change_of_one_claim_leaves_the_answers_of_others_good() {
        let shown = Shown::new();
        let before = [Reach::Claim(claim(1)), Reach::Claim(claim(2)), Reach::Desk]
            .map(|it| (it, shown.now(it)));
        let marks = Marks::default();
        marks.claims.borrow_mut().push(2);
        shown.take(&marks);
        let same = before.map(|(reach, moment)| shown.now(reach) == moment);
        assert_eq!(same, [true, false, false]);
    }

    #[test]
    fn entries_of_another_process_change_everything_once() {
        let shown = Shown::new();
        let marks = Marks::default();
        marks.entries.set(7);
        shown.take(&marks);
        let before = shown.now(Reach::Claim(claim(1)));
        shown.log_has(7);
        assert_eq!(shown.now(Reach::Claim(claim(1))), before);
        shown.log_has(9);
        let after = shown.now(Reach::Claim(claim(1)));
        assert_ne!(after, before);
        shown.log_has(9);
        assert_eq!(shown.now(Reach::Claim(claim(1))), after);
    }
}
