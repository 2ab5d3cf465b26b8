//! Whether two admins stood behind every erasure, told from the log alone: for
//! checks that do not replay it whole.

use std::collections::BTreeMap;

use crate::domain::event::{Event, Record};
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Role;
use crate::store::Db;
use crate::store::erasures::{self, Left};

use super::super::DeskError;
use super::report::{Kind, Report};

/// Holds every erasure of the log against the rule.
pub(super) fn check(db: &Db<'_>, left: &Left, report: &mut Report) -> Result<(), DeskError> {
    if left.holes.is_empty() && left.blobs.is_empty() {
        return Ok(());
    }
    let mut admins = Admins::default();
    for (entry, record) in erasures::deciding(db, left)? {
        if let Err(why) = admins.see(entry, &record) {
            let words = format!("it does not fit what came before it: {why}");
            report.find(Kind::BrokenRule, format!("entry {entry}"), words);
        }
    }
    Ok(())
}

/// Who is an admin, and which erasures wait, at a place in the log.
#[derive(Default)]
struct Admins {
    roles: BTreeMap<PersonId, Role>,
    /// Erasures that were asked for and not ended, by whom.
    waiting: BTreeMap<EntryIndex, PersonId>,
}

impl Admins {
    fn see(&mut self, entry: EntryIndex, record: &Record) -> Result<(), &'static str> {
        match &record.event {
            Event::PersonJoined { person, role, .. } | Event::RoleChanged { person, role } => {
                self.roles.insert(*person, *role);
            }
            Event::PersonLeft { person } => drop(self.roles.remove(person)),
            Event::ErasureAsked { .. } => drop(self.waiting.insert(entry, self.admin(record)?)),
            Event::ErasureWithdrawn { asked } => {
                let by = record.by.map(|by| by.person);
                if by != Some(self.end(*asked)?) {
                    return Err("only whoever asked takes it back");
                }
            }
            Event::ErasureRefused { asked, .. } => self.second(record, *asked)?,
            Event::Erased { erasure } => self.second(record, erasure.asked)?,
            _ => {}
        }
        Ok(())
    }

    /// The person of the entry, who has to be an admin of the desk by then.
    fn admin(&self, record: &Record) -> Result<PersonId, &'static str> {
        let by = record.by.ok_or("nobody signed it")?;
        if by.role == Role::Admin && self.roles.get(&by.person) == Some(&Role::Admin) {
            Ok(by.person)
        } else {
            Err("whoever signed it is no admin")
        }
    }

    fn end(&mut self, asked: EntryIndex) -> Result<PersonId, &'static str> {
        let asker = self.waiting.remove(&asked);
        asker.ok_or("nothing that waits was asked for by that entry")
    }

    /// Ends an erasure by somebody who did not ask for it.
    fn second(&mut self, record: &Record, asked: EntryIndex) -> Result<(), &'static str> {
        let (me, asker) = (self.admin(record)?, self.end(asked)?);
        if me == asker {
            return Err("one admin asked for it and decided on it");
        }
        Ok(())
    }
}
