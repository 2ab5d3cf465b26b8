//! Timestamps of checkpoints by authorities outside (RFC 3161): each says that
//! a checkpoint existed before a moment of its own clock, so that not even the
//! desk can say later that its log is older than it is, or was another.
//!
//! What is stamped are the bytes of the checkpoint's note as the desk signed
//! it. Authorities are asked for the newest checkpoint, never for each: it
//! covers all that came before. Nothing waits for them; one that does not
//! answer, or answers wrongly, is asked again later, and the page of settings
//! says why.

mod work;

use crate::domain::authority::AuthorityName;
use crate::domain::person::Deed;
use crate::domain::time::Timestamp;
use crate::ledger::timestamp::Roots;
use crate::store::timestamps::{self as rows, Kept, Listed, Place, Turn};
use crate::store::{Db, checkpoints};

use super::{Actor, Desk, DeskError};

pub use self::work::{Asked, Stamper};

/// The least time between two questions to one authority, in seconds.
pub const LEAST_EVERY: u64 = 60;
/// The most time, in seconds: a day, so that no day that has entries goes
/// without a timestamp.
pub const MOST_EVERY: u64 = 86_400;
/// How many authorities a desk may ask.
pub const MOST_AUTHORITIES: usize = 10;

/// An authority that the desk asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// What the desk calls it.
    pub name: AuthorityName,
    /// Where it is asked.
    pub address: url::Url,
    /// Whom its certificates must lead to.
    pub roots: Roots,
}

/// Whom the desk asks for timestamps, as it was configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How long each is left alone after a timestamp, in seconds.
    pub every: u64,
    /// Whom.
    pub authorities: Vec<Authority>,
}

impl Plan {
    /// Nobody is asked.
    pub const fn none() -> Self {
        Self {
            every: 3_600,
            authorities: Vec::new(),
        }
    }

    /// The authority of that name.
    pub fn find(&self, name: &AuthorityName) -> Option<&Authority> {
        self.authorities.iter().find(|one| one.name == *name)
    }
}

/// How it stands with an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What the desk calls it.
    pub name: AuthorityName,
    /// Where it is asked.
    pub address: String,
    /// How many roots are configured for it.
    pub roots: usize,
    /// Its newest timestamp.
    pub newest: Option<Listed>,
    /// How its last try went; none: it was never asked.
    pub turn: Option<Turn>,
}

impl Standing {
    /// By how many seconds the clocks of the desk and the authority were apart
    /// at the newest timestamp, when that is more than an answer takes.
    pub fn apart(&self) -> Option<u64> {
        apart(self.newest.as_ref()?)
    }
}

/// How many milliseconds two clocks may be apart before anybody is told: an
/// answer may take a minute or two, and clocks without help drift.
const TOLERANCE: u64 = 5 * 60 * 1_000;

fn apart(listed: &Listed) -> Option<u64> {
    let (here, there) = (listed.asked_at.as_millis(), listed.stamped_at.as_millis());
    let millis = here.abs_diff(there);
    (millis > TOLERANCE).then_some(millis / 1_000)
}

/// Tells how it stands with each authority that is configured.
pub fn standings(desk: &Desk, plan: &Plan) -> Result<Vec<Standing>, DeskError> {
    desk.read(|db| {
        let standing = |authority: &Authority| {
            let name = authority.name.clone();
            Ok(Standing {
                newest: rows::newest(db, Some(&name))?,
                turn: rows::turn(db, &name)?,
                address: authority.address.to_string(),
                roots: authority.roots.count(),
                name,
            })
        };
        plan.authorities.iter().map(standing).collect()
    })
}

/// Lists timestamps, those of the newest checkpoint first.
pub fn list(desk: &Desk, after: Option<&Place>, limit: usize) -> Result<Vec<Listed>, DeskError> {
    desk.read(|db| Ok(rows::list(db, after, limit)?))
}

/// Finds the newest timestamp.
pub fn newest(desk: &Desk) -> Result<Option<Listed>, DeskError> {
    desk.read(|db| Ok(rows::newest(db, None)?))
}

/// Finds the timestamp of a checkpoint by an authority.
pub fn find(
    desk: &Desk,
    checkpoint: u64,
    authority: &AuthorityName,
) -> Result<Option<Kept>, DeskError> {
    desk.read(|db| Ok(rows::find(db, checkpoint, authority)?))
}

/// Finds the bytes that were stamped, or would be, for a checkpoint: its note
/// as the desk alone signed it.
pub fn stamped_bytes(db: &Db<'_>, checkpoint: u64) -> Result<Option<String>, DeskError> {
    let found = checkpoints::covering(db, checkpoint)?;
    Ok(found.and_then(|(size, note)| (size == checkpoint).then_some(note)))
}

/// Lets every authority that has not stamped the newest checkpoint be asked at
/// once.
pub fn hurry(desk: &Desk, actor: Actor, plan: &Plan) -> Result<(), DeskError> {
    let names = plan.authorities.iter().map(|one| one.name.clone());
    let names: Vec<AuthorityName> = names.collect();
    desk.act(actor, Deed::ManageDesk, move |pen| {
        for name in &names {
            if let Some(turn) = rows::turn(pen, name)? {
                let due_at = pen.at;
                rows::put_turn(pen.tx, name, &Turn { due_at, ..turn })?;
            }
        }
        Ok(())
    })
}

/// The newest checkpoint that an authority has not stamped, if its turn has
/// come, or else nothing.
fn due(
    db: &Db<'_>,
    authority: &AuthorityName,
    now: Option<Timestamp>,
) -> Result<Option<(u64, String)>, DeskError> {
    let Some((size, note)) = checkpoints::newest(db)? else {
        return Ok(None);
    };
    let stamped = rows::newest(db, Some(authority))?;
    if stamped.is_some_and(|stamped| stamped.checkpoint >= size) {
        return Ok(None);
    }
    let turn = rows::turn(db, authority)?;
    // A clock that was set back must not make anybody wait for its old time.
    let waits = now
        .zip(turn)
        .is_some_and(|(now, turn)| turn.tried_at <= now && now < turn.due_at);
    Ok((!waits).then_some((size, note)))
}
