//! After a backup: older ones that are not kept go, and pieces that no backup
//! needs any more.
//!
//! A folder is renamed before it is emptied and pieces go last, so that a
//! crash leaves a backup that is whole or none, and pieces too many.

use std::collections::BTreeSet;
use std::fs;
use std::io;

use crate::store::StoreError;

use super::super::folder::Folder;
use super::contents::Facts;
use super::keep::Keep;
use super::pieces::Kind;
use super::place::{Place, facts};
use super::{BackupError, Watch};

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gone {
    /// Backups that the rule does not keep.
    pub(super) old: u64,
    /// Backups that held words which were erased since.
    pub(super) erased: u64,
    /// Bytes of pieces.
    pub(super) bytes: u64,
}

/// Lets go what is not kept, after a backup was taken that passed its check.
pub(super) fn tidy(
    (place, taken): (&Place, &str),
    keep: Option<&Keep>,
    watch: &mut Watch<'_>,
) -> Result<Gone, BackupError> {
    let mut gone = Gone::default();
    let all = facts(&place.dir)?;
    // By its name and not by its time: a clock may have been set back.
    let new = all.iter().find(|(name, _)| name == taken);
    // Without a good backup nothing is let go.
    let Some((newest, new)) = new.filter(|(_, new)| new.verified) else {
        return Ok(gone);
    };
    let (mut left, mut erased) = (Vec::new(), Vec::new());
    for (name, facts) in &all {
        if name != newest && holds_erased(facts, new) {
            erased.push(name);
        } else {
            left.push((name, facts.made_at));
        }
    }
    let moments: Vec<_> = left.iter().map(|(_, at)| *at).collect();
    let kept = keep.map(|keep| keep.chosen(&moments));
    let old = left.iter().filter(|(name, at)| {
        *name != newest && kept.as_ref().is_some_and(|kept| !kept.contains(at))
    });
    for (name, _) in old {
        remove_backup(place, name)?;
        gone.old += 1;
    }
    for name in erased {
        remove_backup(place, name)?;
        gone.erased += 1;
    }
    gone.bytes = collect(place, watch)?;
    Ok(gone)
}

/// Whether a backup may hold what was erased when a newer one was taken.
fn holds_erased(old: &Facts, new: &Facts) -> bool {
    let before = new.erased.is_some_and(|erased| old.entries <= erased);
    !new.unswept && (before || old.unswept)
}

fn remove_backup(place: &Place, name: &str) -> Result<(), BackupError> {
    let (from, to) = (place.dir.join(name), place.dir.join(format!("{name}.new")));
    let removed = fs::rename(&from, &to)
        .and_then(|()| fs::remove_dir_all(&to))
        .and_then(|()| place.root.sync());
    Ok(removed.map_err(|error| StoreError::file(&from, error))?)
}

/// Removes pieces that no backup lists, and what was cut off while it was
/// written; tells how many bytes went. Where a link stands in the place of a
/// folder nothing goes: it may lead to where the desk itself lies.
fn collect(place: &Place, watch: &mut Watch<'_>) -> Result<u64, BackupError> {
    let needed: BTreeSet<String> = place.known()?.into_keys().collect();
    let failed = |error| StoreError::file(&place.dir, error);
    let mut bytes = 0;
    for kind in Kind::ALL {
        let kind = kind.folder();
        let Some(top) = real(place.root.inner(kind)).map_err(failed)? else {
            continue;
        };
        for (done, folder) in top.names().map_err(failed)?.into_iter().enumerate() {
            watch.tell("looking for what is not needed", done as u64, 256)?;
            let Some(inner) = real(top.inner(&folder)).map_err(failed)? else {
                continue;
            };
            let is_loose = |file: &str| !needed.contains(&format!("{kind}/{folder}/{file}"));
            bytes += emptied(&inner, is_loose).map_err(failed)?;
        }
    }
    for name in place.root.names().map_err(failed)? {
        if name.ends_with(".new") {
            let path = place.dir.join(name);
            let removed = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
            removed.map_err(|error| StoreError::file(&path, error))?;
        }
    }
    Ok(bytes)
}

/// A folder; nothing where something else has its name.
fn real(found: io::Result<Option<Folder>>) -> io::Result<Option<Folder>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        found => found,
    }
}

/// Removes what is loose in a folder, and tells how many bytes went.
fn emptied(folder: &Folder, is_loose: impl Fn(&str) -> bool) -> io::Result<u64> {
    let mut bytes = 0;
    for file in folder.names()?.iter().filter(|file| is_loose(file)) {
        bytes += folder.length(file)?.unwrap_or_default();
        folder.remove(file)?;
    }
    Ok(bytes)
}
