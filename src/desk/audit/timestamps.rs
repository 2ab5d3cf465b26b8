//! Timestamps by others, held against the checkpoints that they are about and
//! against the roots that somebody configured.

use std::collections::BTreeMap;
use std::path::Path;

use crate::desk::timestamps::Plan;
use crate::domain::authority::AuthorityName;
use crate::domain::ids::EntryIndex;
use crate::domain::time::Timestamp;
use crate::ledger::timestamp::{Nonce, read};
use crate::store::timestamps::{self as rows, Kept};
use crate::store::{Db, Store, trail};

use super::super::DeskError;
use super::report::{Kind, Report};

/// How many timestamps that contradict an entry's own time are told.
const MOST_CONTRADICTIONS: usize = 20;

/// What was found so far.
#[derive(Default)]
struct Found {
    /// The newest good timestamp: its checkpoint and when.
    newest: Option<(u64, Timestamp, AuthorityName)>,
    /// How many cannot be judged, by authority.
    unknown: BTreeMap<AuthorityName, u64>,
    contradictions: Vec<String>,
}

/// Checks every timestamp of a data directory and adds what it finds to a
/// report. The checkpoints themselves are checked by `verify`.
///
/// # Errors
/// When the check could not run; what is wrong with a timestamp is a finding.
pub fn check(dir: &Path, plan: &Plan, report: &mut Report) -> Result<(), DeskError> {
    Store::look(dir, |db, _| {
        let mut found = Found::default();
        rows::walk(db, |kept, note| {
            look(db, plan, (&kept, &note), (&mut found, report))
        })?;
        conclude(found, report);
        Ok(())
    })
}

fn look(
    db: &Db<'_>,
    plan: &Plan,
    (kept, note): (&Kept, &str),
    (found, report): (&mut Found, &mut Report),
) -> Result<(), DeskError> {
    let nonce = Some(Nonce::from_bytes(kept.nonce));
    let roots = plan.find(&kept.authority).map(|one| &one.roots);
    let place = format!(
        "timestamp of checkpoint {} by {}",
        kept.checkpoint, kept.authority
    );
    let stamp = read(&kept.answer, note.as_bytes(), nonce).and_then(|stamp| {
        roots.map_or(Ok(()), |roots| stamp.trust(roots))?;
        Ok(stamp)
    });
    let stamp = match stamp {
        Ok(stamp) => stamp,
        Err(error) => {
            report.find(Kind::BadTimestamp, place, error.to_string());
            return Ok(());
        }
    };
    if stamp.at() != kept.stamped_at.as_millis() {
        let words =
            "its row names another time than was signed; put the database back from a backup";
        report.find(Kind::BadTimestamp, place, words);
        return Ok(());
    }
    if roots.is_none() {
        *found.unknown.entry(kept.authority.clone()).or_default() += 1;
        return Ok(());
    }
    report.timestamps += 1;
    let (at, who) = (kept.stamped_at, kept.authority.clone());
    let is_newest = found.newest.as_ref().is_none_or(|(size, before, _)| {
        kept.checkpoint > *size || (kept.checkpoint == *size && at < *before)
    });
    if is_newest {
        found.newest = Some((kept.checkpoint, at, who));
    }
    contradiction(db, kept, found)
}

/// An entry that says that it was made after it was stamped: one of the two
/// clocks was wrong, or the entry's time was made up.
fn contradiction(db: &Db<'_>, kept: &Kept, found: &mut Found) -> Result<(), DeskError> {
    if found.contradictions.len() >= MOST_CONTRADICTIONS {
        return Ok(());
    }
    let last = kept.checkpoint.saturating_sub(1);
    let Some(last) = trail::find(db, EntryIndex::new(last))? else {
        return Ok(());
    };
    if last.at > kept.stamped_at {
        found.contradictions.push(format!(
            "when entry {} was made: it says {}, but {} says that it existed before {}; one of the two clocks was wrong",
            last.entry, last.at, kept.authority, kept.stamped_at
        ));
    }
    Ok(())
}

fn conclude(found: Found, report: &mut Report) {
    let words = found.unknown.into_iter().map(|(name, count)| {
        let which = match count {
            1 => format!("when the timestamp by {name} was made"),
            _ => format!("when {count} timestamps by {name} were made"),
        };
        format!(
            "{which}: no roots are configured for it; \
             name it with its roots under [[timestamp]] in config.toml"
        )
    });
    report.not_proven.extend(words);
    report.not_proven.extend(found.contradictions);
    if !report.is_clean() {
        report.proven.clear();
    }
    let Some((size, at, name)) = found.newest else {
        return;
    };
    report.not_proven.push(
        "that the clocks of the timestamping authorities were right, or that none of their keys was stolen or revoked"
            .to_owned(),
    );
    if !report.is_clean() {
        return;
    }
    report.proven.push(format!(
        "{} timestamps by others hold; by the newest, the first {size} entries existed, as they are, before {at} by the clock of {name}",
        report.timestamps
    ));
}
