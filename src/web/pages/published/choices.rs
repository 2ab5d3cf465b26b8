//! What the index of published verdicts can be narrowed to, kept in memory: it
//! stands on every page of the index, and to gather it all that was ever
//! published is looked at. Strangers may ask for the index as often as they
//! like.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::desk::DeskError;
use crate::domain::ids::PublicationId;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::public::{self, Choices};
use crate::store::shown::Moment;

/// How long the choices hold, in milliseconds, before all are gathered anew: who
/// said a claim may be put right meanwhile, and then one of them finds nothing.
const FRESH: i64 = 3_600_000;

/// The choices as they were gathered last.
#[derive(Default)]
pub(in crate::web) struct KeptChoices {
    kept: Mutex<Option<Kept>>,
    /// Held by the one who gathers.
    gathering: Mutex<()>,
}

struct Kept {
    at: Timestamp,
    newest: Option<PublicationId>,
    shown: Moment,
    choices: Arc<Choices>,
}

impl KeptChoices {
    /// Lets go of them: something was erased that they may still say.
    pub(in crate::web) fn forget(&self) {
        *held(&self.kept) = None;
    }

    /// The choices, and whether they are as new as what is shown. What is published
    /// meanwhile is added; all is gathered anew each hour by one who asks, while
    /// the others take what is there.
    pub(super) fn read(
        &self,
        db: &Db<'_>,
        (now, shown): (Timestamp, Moment),
    ) -> Result<(Arc<Choices>, bool), DeskError> {
        let newest = public::newest(db)?;
        let bring_up = |kept: &mut Kept| kept.bring_up(db, newest, shown);
        let is_fresh = |kept: &mut Kept| now.as_millis() - kept.at.as_millis() < FRESH;
        let found = held(&self.kept)
            .as_mut()
            .map(|kept| Ok::<_, DeskError>((bring_up(kept)?, is_fresh(kept))))
            .transpose()?;
        let _one = match found {
            Some((found, true)) => return Ok(found),
            Some((found, false)) => match self.gathering.try_lock() {
                Ok(one) => one,
                Err(_) => return Ok(found),
            },
            None => {
                let one = held(&self.gathering);
                if let Some(kept) = held(&self.kept).as_mut() {
                    return bring_up(kept);
                }
                one
            }
        };
        let choices = Arc::new(public::choices(db, None)?);
        *held(&self.kept) = Some(Kept {
            at: now,
            newest,
            shown,
            choices: Arc::clone(&choices),
        });
        Ok((choices, true))
    }
}

/// What is kept is whole whenever it is put there.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    /// The choices with what was published since. One too many, that finds nothing,
    /// does no harm; so nothing else that changed is looked for.
    fn bring_up(
        &mut self,
        db: &Db<'_>,
        newest: Option<PublicationId>,
        shown: Moment,
    ) -> Result<(Arc<Choices>, bool), DeskError> {
        if newest > self.newest {
            let newer = public::choices(db, self.newest)?;
            self.choices = Arc::new(self.choices.with(newer));
            (self.newest, self.shown) = (newest, shown);
        }
        Ok((Arc::clone(&self.choices), self.shown == shown))
    }
}
