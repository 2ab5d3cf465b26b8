//! What the desk says of itself and the rules it works by: set by an admin,
//! kept in the log, at hand for every page.

use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::claim::Approvals;
use crate::domain::event::Event;
use crate::domain::ids::ScaleId;
use crate::domain::passkey::SigningRule;
use crate::domain::person::Deed;
use crate::domain::scale::{Scale, ScaleSheet};
use crate::domain::sheet::DeskSheet;
use crate::domain::words::{Key, Name};
use crate::store::{Db, log, people, scales, settings, signatures};

use super::{Actor, Desk, DeskError, Pen, Rules};

/// The most approvals that a desk can ask for.
pub const MOST_APPROVALS: u32 = 9;

/// What the desk says of itself and its rules, as they were read last.
pub(super) struct Own {
    /// What holds until an admin sets rules in the log: the configuration.
    configured: Rules,
    now: RwLock<Now>,
}

struct Now {
    /// How many entries the log had then.
    size: u64,
    rules: Arc<Rules>,
    sheet: Arc<DeskSheet>,
    /// Whether an admin said what the sheet says.
    is_told: bool,
}

impl Own {
    pub(super) fn new(configured: Rules) -> Self {
        let unnamed = Name::parse("Desk").expect("a name");
        let now = Now {
            size: 0,
            rules: Arc::new(configured.clone()),
            sheet: Arc::new(DeskSheet::named(unnamed)),
            is_told: false,
        };
        Self {
            configured,
            now: RwLock::new(now),
        }
    }

    pub(super) fn rules(&self) -> Arc<Rules> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now.rules)
    }

    pub(super) fn sheet(&self) -> Arc<DeskSheet> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now.sheet)
    }

    pub(super) fn has_sheet(&self) -> bool {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.is_told
    }

    /// The rules as the log has them at one moment.
    pub(super) fn rules_in(&self, db: &Db<'_>) -> Result<Rules, DeskError> {
        let mut rules = self.configured.clone();
        if let Some((approvals, scale)) = settings::rules(db)? {
            rules.approvals = approvals;
            rules.scale = scale;
        }
        // What strangers hold signatures against stands in the log alone.
        rules.signing = signatures::rule(db)?.unwrap_or(SigningRule::Off);
        Ok(rules)
    }
}

impl Desk {
    /// Reads what the log says of the desk itself, to have it at hand.
    pub(super) fn read_own(&self) -> Result<(), DeskError> {
        let own = Arc::clone(&self.own);
        let (size, rules, told, opened) = self.read(move |db| {
            let opened = people::desk(db)?
                .and_then(|known| Name::parse(&known.name).ok())
                .map(DeskSheet::named);
            let size = log::size(db)?;
            Ok((size, own.rules_in(db)?, settings::sheet(db)?, opened))
        })?;
        let mut now = self.own.now.write().unwrap_or_else(PoisonError::into_inner);
        // Of two who read at once, whoever read the longer log is right.
        if size < now.size {
            return Ok(());
        }
        now.size = size;
        now.rules = Arc::new(rules);
        let sheet = told.clone().or(opened);
        let is_other = now.is_told != told.is_some() || sheet.as_ref() != Some(&now.sheet);
        now.is_told = told.is_some();
        if let Some(sheet) = sheet {
            now.sheet = Arc::new(sheet);
        }
        drop(now);
        // Answers that were written since the log grew may still say what the
        // desk said of itself before.
        if is_other {
            self.store.shown().changed_everywhere();
        }
        self.store.shown().log_has(size);
        Ok(())
    }

    /// Reads what the log says of the desk itself again if the log has grown:
    /// another process may have written to it. Where it has not, this costs
    /// one look at its end.
    pub fn keep_up(&self) -> Result<(), DeskError> {
        let known = {
            let now = self.own.now.read().unwrap_or_else(PoisonError::into_inner);
            now.size
        };
        if self.read(|db| Ok(log::size(db)?))? == known {
            return Ok(());
        }
        self.read_own()
    }
}

/// Says something else about the desk. The name in its key and in its
/// checkpoints stays, because proofs are checked against it.
pub fn describe(desk: &Desk, actor: Actor, sheet: DeskSheet) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManageDesk, move |pen| {
        pen.log(Event::DeskDescribed { sheet })?;
        Ok(())
    })?;
    desk.read_own()
}

/// Lets the desk work by other rules from here on; what was decided stays
/// decided by the rules of its time.
///
/// # Errors
/// When no scale has that key, or too many approvals are asked for.
pub fn set_rules(
    desk: &Desk,
    actor: Actor,
    (approvals, scale): (Approvals, Key),
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManageDesk, move |pen| {
        if approvals.0 > MOST_APPROVALS {
            return Err(DeskError::TooManyApprovals(MOST_APPROVALS));
        }
        if scales::newest(pen, scale.as_str())?.is_none() {
            return Err(DeskError::NoScale(scale.to_string()));
        }
        pen.log(Event::RulesSet { approvals, scale })?;
        Ok(())
    })?;
    desk.read_own()
}

/// Sets whether reviewers sign verdicts and approvals with passkeys. What was
/// given stays as it is; the rule of its time holds for it.
pub fn set_signing(desk: &Desk, actor: Actor, rule: SigningRule) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManageDesk, move |pen| {
        if pen.rules.signing != rule {
            pen.log(Event::SigningRuled { rule })?;
        }
        Ok(())
    })?;
    desk.read_own()
}

/// Adopts a scale, as the next version of those with its key. Verdicts that
/// were given keep the version that they used.
///
/// # Errors
/// When `version`, which the admin saw in the preview, is not the next one any
/// more, or the newest version says the same already.
pub fn adopt_scale(
    desk: &Desk,
    actor: Actor,
    sheet: ScaleSheet,
    version: u32,
) -> Result<ScaleId, DeskError> {
    desk.act(actor, Deed::ManageDesk, move |pen| {
        let newest = scales::newest(pen, sheet.key().as_str())?;
        if newest.as_ref().map_or(1, |scale| scale.version + 1) != version {
            return Err(DeskError::ScaleConflict(sheet.key().to_string()));
        }
        if newest.is_some_and(|scale| scale.sheet == sheet) {
            return Err(DeskError::SameScale);
        }
        adopt(pen, sheet)
    })
}

/// The number that the next version of a scale gets.
pub fn next_version(desk: &Desk, key: &Key) -> Result<u32, DeskError> {
    let newest = desk.read(|db| Ok(scales::newest(db, key.as_str())?))?;
    Ok(newest.map_or(1, |scale| scale.version + 1))
}

/// How many verdicts that are not public yet have how many approvals: the
/// number of approvals, how many wait, and how many are approved.
pub fn standing(desk: &Desk) -> Result<Vec<(u32, u64, u64)>, DeskError> {
    desk.read(|db| Ok(settings::standing(db)?))
}

pub(super) fn adopt(pen: &Pen<'_, '_>, sheet: ScaleSheet) -> Result<ScaleId, DeskError> {
    let version = scales::newest(pen, sheet.key().as_str())?.map_or(1, |scale| scale.version + 1);
    let id = scales::next(pen)?;
    pen.log(Event::ScaleAdopted {
        scale: Scale { id, version, sheet },
    })?;
    Ok(id)
}
