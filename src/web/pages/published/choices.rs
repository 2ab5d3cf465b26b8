//! What the index of published verdicts can be narrowed to, kept in memory: it
//! stands on every page of the index, and to gather it all that was ever
//! published is looked at. Strangers may ask for the index as often as they
//! like.

use std::sync::{Arc, Mutex, PoisonError};

use crate::desk::DeskError;
use crate::domain::ids::PublicationId;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::public::{self, Choices};
use crate::store::shown::Moment;

/// How long the choices hold while nothing is published, in milliseconds: who
/// said a claim may be put right meanwhile.
const FRESH: i64 = 60_000;

/// The choices as they were gathered last.
#[derive(Default)]
pub(in crate::web) struct KeptChoices(Mutex<Option<Kept>>);

struct Kept {
    at: Timestamp,
    newest: Option<PublicationId>,
    shown: Moment,
    choices: Arc<Choices>,
}

impl KeptChoices {
    /// Lets go of them: something was erased that they may still say.
    pub(in crate::web) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The choices, and whether nothing that is shown has changed since they were
    /// gathered; that is done once for all who ask at the same time.
    pub(super) fn read(
        &self,
        db: &Db<'_>,
        (now, shown): (Timestamp, Moment),
    ) -> Result<(Arc<Choices>, bool), DeskError> {
        let newest = public::newest(db)?;
        // What is kept is whole whenever it is put there.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh =
            |kept: &&Kept| kept.newest == newest && now.as_millis() - kept.at.as_millis() < FRESH;
        if let Some(kept) = kept.as_ref().filter(is_fresh) {
            return Ok((Arc::clone(&kept.choices), kept.shown == shown));
        }
        let choices = Arc::new(public::choices(db)?);
        *kept = Some(Kept {
            at: now,
            newest,
            shown,
            choices: Arc::clone(&choices),
        });
        Ok((choices, true))
    }
}
