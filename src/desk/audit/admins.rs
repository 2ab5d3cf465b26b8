//! Whether two admins stood behind every erasure, and behind all that it emptied,
//! told from the log alone: for
//! checks that do not replay it whole.

use std::collections::BTreeMap;

use crate::domain::erasure::{Erasure, ErasureRequest};
use crate::domain::event::{Event, Record};
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Role;
use crate::domain::redaction::{ErasureMark, Unerasable, redact};
use crate::store::Db;
use crate::store::erasures::{self, Left};

use super::super::DeskError;
use super::report::{Kind, Report};

/// Whether an entry may say that something was erased: whether anything is gone
/// or not, two admins have to stand behind it. Within words a quotation mark has a
/// backslash before it, so that only an event of this kind has these letters.
pub(super) fn concerns(body: &[u8]) -> bool {
    memchr::memmem::find(body, br#""kind":"erased""#).is_some()
}

/// Holds every erasure of the log against the rule.
pub(super) fn check(db: &Db<'_>, left: &Left, report: &mut Report) -> Result<(), DeskError> {
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
    /// Erasures that were asked for and not ended: by whom, and what.
    waiting: BTreeMap<EntryIndex, (PersonId, ErasureRequest)>,
}

impl Admins {
    fn see(&mut self, entry: EntryIndex, record: &Record) -> Result<(), &'static str> {
        match &record.event {
            Event::PersonJoined { person, role, .. } | Event::RoleChanged { person, role } => {
                self.roles.insert(*person, *role);
            }
            Event::PersonLeft { person } => drop(self.roles.remove(person)),
            Event::ErasureAsked { request } => {
                let asked = (self.admin(record)?, request.clone());
                self.waiting.insert(entry, asked);
            }
            Event::ErasureWithdrawn { asked } => {
                let (asker, _) = self.end(*asked)?;
                if record.by.map(|by| by.person) != Some(asker) {
                    return Err("only whoever asked takes it back");
                }
            }
            Event::ErasureRefused { asked, .. } => drop(self.second(record, *asked)?),
            Event::Erased { erasure } => {
                let request = self.second(record, erasure.asked)?;
                fits(erasure, &request, &ErasureMark::new(record.at, entry))?;
            }
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

    fn end(&mut self, asked: EntryIndex) -> Result<(PersonId, ErasureRequest), &'static str> {
        let found = self.waiting.remove(&asked);
        found.ok_or("nothing that waits was asked for by that entry")
    }

    /// Ends an erasure by somebody who did not ask for it, and tells what was
    /// asked for by somebody who is an admin still or, where it is refused, was.
    fn second(
        &mut self,
        record: &Record,
        asked: EntryIndex,
    ) -> Result<ErasureRequest, &'static str> {
        let me = self.admin(record)?;
        let (asker, request) = self.end(asked)?;
        if me == asker {
            return Err("one admin asked for it and decided on it");
        }
        let is_consent = matches!(record.event, Event::Erased { .. });
        if is_consent && self.roles.get(&asker) != Some(&Role::Admin) {
            return Err("whoever asked for it is no admin any more");
        }
        Ok(request)
    }
}

/// Whether an erasure empties what was asked for and leaves nobody's words there.
fn fits(
    erasure: &Erasure,
    request: &ErasureRequest,
    mark: &ErasureMark,
) -> Result<(), &'static str> {
    for hole in &erasure.holes {
        if !request.names(hole) {
            return Err("it empties an entry that was not asked for");
        }
        if redact(&hole.left, mark) != Err(Unerasable::Wordless) {
            return Err("what it leaves of an entry is not without words");
        }
    }
    Ok(())
}
