//! Floor 3: the deeds. One function is one use case.
//!
//! A deed checks the rules, appends events and returns; it blocks, and it
//! knows no HTTP, no HTML and no SQL. Who acts comes first among its facts.

pub mod arranging;
pub mod articles;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod blockers;
pub mod capturing;
pub mod changes;
mod cipher;
pub mod citations;
pub mod claim_reviews;
pub mod claims;
pub mod copies;
pub mod doctor;
pub mod dossier;
pub mod drafts;
pub mod erasures;
mod error;
pub mod exchange;
pub mod filters;
#[cfg(test)]
pub(crate) mod fixture;
mod folder;
pub mod hooks;
pub mod keys;
pub mod mirror;
pub mod other_checks;
pub mod people;
mod plain;
pub mod publishing;
pub mod receipts;
mod recheck;
pub mod remarks;
pub mod revising;
pub mod seals;
pub mod set_up;
pub mod settings;
pub mod sign_in;
mod signed;
pub mod signing;
pub mod single_sign_on;
pub mod snapshots;
pub mod sources;
pub mod terms;
pub mod tiles;
pub mod timestamps;
pub mod tokens;
pub mod verdicts;
pub mod watch;
pub mod witnesses;
pub mod witnessing;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::capture::apart::Reading;
use crate::domain::claim::Approvals;
use crate::domain::event::{Event, Record};
use crate::domain::ids::{ClaimId, EntryIndex, SourceId};
use crate::domain::passkey::{PersonalSignature, SigningRule};
use crate::domain::person::{Byline, Deed};
use crate::domain::sheet::DeskSheet;
use crate::domain::time::Timestamp;
use crate::store::log::Appended;
use crate::store::veil::{self, Eyes};
use crate::store::{Db, Store, Tx, claims as claim_rows, log, people as person_rows};

use self::capturing::Queue;
pub use self::error::DeskError;
use self::hooks::Bell;
use self::keys::KeyRing;
use self::settings::Own;
use self::terms::Terms;

/// Tells the time. The wall clock is in `main`; tests stop it.
pub trait Clock: Send + Sync {
    /// The moment now.
    fn now(&self) -> Timestamp;
}

/// Draws random bytes. The system's source is in `main`.
pub trait Rng: Send + Sync {
    /// Fills a buffer with bytes that nobody can foresee.
    fn fill(&self, buffer: &mut [u8]);
}

/// What a desk decides for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How many approvals a verdict needs before it can be published.
    pub approvals: Approvals,
    /// The key of the scale that verdicts use.
    pub scale: String,
    /// Whether reviewers sign with passkeys.
    pub signing: SigningRule,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            approvals: Approvals(1),
            scale: "five-step".to_owned(),
            signing: SigningRule::Off,
        }
    }
}

/// The clock and the source of chance that a desk works with, and where it
/// reads foreign documents.
#[derive(Clone)]
pub struct World {
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// Its chance.
    pub rng: Arc<dyn Rng>,
    /// Where it reads foreign documents.
    pub reading: Reading,
}

/// A running desk: its store, its key, its rules, its clock.
#[derive(Clone)]
pub struct Desk {
    store: Arc<Store>,
    key: Arc<KeyRing>,
    own: Arc<Own>,
    world: World,
    /// The size up to which the plain file of checkpoints is known to reach.
    filed: Arc<AtomicU64>,
    /// The captures that run now.
    queue: Arc<Queue>,
    /// Wakes those who tell hooks.
    bell: Arc<Bell>,
    /// The rules by which people are let in.
    policy: Arc<sign_in::Policy>,
    /// What passkeys were asked to sign to let somebody in.
    challenges: Arc<sign_in::Challenges>,
    /// The providers that let people in.
    single_sign_on: Arc<single_sign_on::SingleSignOn>,
    /// What every act of this request is held to.
    terms: Terms,
    /// Whose eyes reads are for.
    eyes: Eyes,
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is signed in.
    Person(Byline),
    /// Whoever runs the program on the desk's own machine.
    Operator,
}

impl Actor {
    /// The byline that entries carry.
    pub const fn byline(self) -> Option<Byline> {
        match self {
            Self::Person(by) => Some(by),
            Self::Operator => None,
        }
    }

    /// Refuses what the actor's role may not do.
    pub fn must(self, deed: Deed) -> Result<(), DeskError> {
        match self {
            Self::Person(by) if !by.role.may(deed) => Err(DeskError::NotAllowed { deed }),
            _ => Ok(()),
        }
    }

    /// The byline of the actor as the log has them now. A form may have been on
    /// its way for minutes, and its act may have waited for others: whoever left
    /// meanwhile does nothing, and whoever was given a lesser role no more than
    /// that allows.
    fn standing(self, db: &Db<'_>, deed: Deed) -> Result<Option<Byline>, DeskError> {
        let Self::Person(by) = self else {
            return Ok(None);
        };
        let found = person_rows::find(db, by.person)?.filter(|found| !found.gone);
        let found = found.ok_or(DeskError::NotAllowed { deed })?;
        let role = by.role.min(found.role);
        let by = Byline { role, ..by };
        Self::Person(by).must(deed)?;
        Ok(Some(by))
    }
}

impl Desk {
    /// The data directory.
    pub fn dir(&self) -> &Path {
        self.store.dir()
    }

    /// The desk's own rules.
    pub fn rules(&self) -> Arc<Rules> {
        self.own.rules()
    }

    /// What the desk says of itself.
    pub fn sheet(&self) -> Arc<DeskSheet> {
        self.own.sheet()
    }

    /// Whether the desk has said anything of itself, beyond the name that it
    /// was opened with.
    pub fn has_sheet(&self) -> bool {
        self.own.has_sheet()
    }

    /// The moment now, by the desk's clock.
    pub fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Where the desk reads foreign documents.
    pub fn reading(&self) -> &Reading {
        &self.world.reading
    }

    /// The captures that run now.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The desk's store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The desk as somebody sees it; made by nobody's hand it is seen as by
    /// anybody, without anything that is sealed.
    #[must_use]
    pub fn seen_by(&self, eyes: Eyes) -> Self {
        let mut desk = self.clone();
        desk.eyes = eyes;
        desk
    }

    /// Whose eyes reads are for.
    pub const fn eyes(&self) -> Eyes {
        self.eyes
    }

    /// Draws a fresh secret: 32 random bytes as 64 hexadecimal digits.
    pub fn draw_secret(&self) -> String {
        let mut bytes = [0; 32];
        self.world.rng.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// Reads at one moment.
    pub fn read<T>(
        &self,
        look: impl FnOnce(&Db<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        self.store.read(self.eyes, look)
    }

    /// Does one act in one write transaction and returns once it is durable.
    fn act<T: Send + 'static>(
        &self,
        actor: Actor,
        deed: Deed,
        act: impl FnOnce(&Pen<'_, '_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let job = self.job(actor, deed, act)?;
        self.settled(self.store.write(job))
    }

    /// Does one act that writes much of the database anew, beside no other.
    fn act_alone<T: Send + 'static>(
        &self,
        actor: Actor,
        deed: Deed,
        act: impl FnOnce(&Pen<'_, '_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let job = self.job(actor, deed, act)?;
        self.settled(self.store.write_alone(job))
    }

    /// Lets go of what an act was held to where it was not done.
    fn settled<T>(&self, done: Result<T, DeskError>) -> Result<T, DeskError> {
        if done.is_err() {
            self.terms.let_go();
        }
        done
    }

    /// What the writer does for an act, for an actor who may do it.
    fn job<T: Send + 'static>(
        &self,
        actor: Actor,
        deed: Deed,
        act: impl FnOnce(&Pen<'_, '_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<impl FnOnce(&Tx<'_>) -> Result<T, DeskError> + Send + 'static, DeskError> {
        actor.must(deed)?;
        let world = self.world.clone();
        let own = Arc::clone(&self.own);
        let terms = self.terms.clone();
        Ok(move |tx: &Tx<'_>| {
            // Not those of a moment ago: an act decides by the rules that the
            // log holds when it is written, and so does who may do it.
            let rules = own.rules_in(tx)?;
            let by = actor.standing(tx, deed)?;
            let pen = Pen {
                tx,
                at: not_before(log::newest_at(tx)?, world.clock.now()),
                by,
                rules: &rules,
                world: &world,
            };
            terms.hold(&pen)?;
            act(&pen)
        })
    }
}

/// A clock that is set back by more than this was wrong before.
const STEP_BACK: i64 = 3_600_000;

/// When an act is done, by the newest entry and the clock: times in the log do
/// not go back when a clock is set right by a little. One that was wrong by
/// more than an hour is followed, because every later entry would else carry
/// its error; their order is that of the log all the same
/// (docs/decisions/023).
fn not_before(newest: Option<Timestamp>, now: Timestamp) -> Timestamp {
    match newest {
        Some(newest) if newest > now && newest.as_millis() - now.as_millis() <= STEP_BACK => newest,
        _ => now,
    }
}

/// What writes entries during one act: it knows who acts, and when.
pub(crate) struct Pen<'t, 'c> {
    tx: &'t Tx<'c>,
    at: Timestamp,
    by: Option<Byline>,
    rules: &'t Rules,
    world: &'t World,
}

impl<'c> std::ops::Deref for Pen<'_, 'c> {
    type Target = Db<'c>;

    fn deref(&self) -> &Db<'c> {
        self.tx
    }
}

impl Pen<'_, '_> {
    /// What the clock says, for what is due by it and stands in no log.
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Appends an event to the log.
    fn log(&self, event: Event) -> Result<Appended, DeskError> {
        self.log_signed(event, None)
    }

    /// Refuses to name bytes that are not there: they were put there before this act,
    /// and an erasure may have come between.
    fn must_have_bytes(&self, event: &Event) -> Result<(), DeskError> {
        let hash = match event {
            Event::SnapshotTaken { snapshot } => snapshot.raw,
            Event::TextDerived { text } => text.hash,
            Event::ArticleAdded { revision, .. } | Event::ArticleRevised { revision, .. } => {
                revision.text
            }
            _ => return Ok(()),
        };
        erasures::still_there(self, hash)?;
        if self.shelf().blobs().is_there(hash) {
            Ok(())
        } else {
            Err(DeskError::BytesGone)
        }
    }

    /// Appends an event with the signature of whoever does it.
    fn log_signed(
        &self,
        event: Event,
        signature: Option<PersonalSignature>,
    ) -> Result<Appended, DeskError> {
        self.must_have_bytes(&event)?;
        let mut salt = [0; 16];
        self.world.rng.fill(&mut salt);
        let record = Record {
            v: Record::VERSION,
            at: self.at,
            by: self.by,
            event,
            signature,
        };
        Ok(log::append(self.tx, &record, salt)?)
    }

    /// Finds a claim and makes sure that it is still what the actor saw.
    fn claim_as_seen(
        &self,
        claim: ClaimId,
        seen: EntryIndex,
    ) -> Result<claim_rows::Claim, DeskError> {
        let found = self.claim(claim)?;
        if found.rev == seen {
            Ok(found)
        } else {
            Err(DeskError::Conflict {
                claim,
                now: found.rev,
            })
        }
    }

    /// Refuses to do something with a sealed source that whoever acts may not
    /// see.
    fn must_see(&self, source: SourceId) -> Result<(), DeskError> {
        let Some(Byline { person, .. }) = self.by else {
            return Ok(());
        };
        if veil::may_see(self, source, Some(person))? {
            Ok(())
        } else {
            Err(DeskError::Sealed { source_id: source })
        }
    }

    fn claim(&self, claim: ClaimId) -> Result<claim_rows::Claim, DeskError> {
        claim_rows::find(self, claim)?.ok_or(DeskError::NoSuch {
            what: "claim",
            id: claim.get(),
        })
    }
}
