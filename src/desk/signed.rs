//! Reading what a signed checkpoint says, without believing it yet.

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::hash::Hash;

/// The size that a signed note claims; nothing when it is no checkpoint.
pub(super) fn size(note: &str) -> Option<u64> {
    claimed(note).map(|(size, _)| size)
}

/// The size and the root that a signed note claims.
pub(super) fn claimed(note: &str) -> Option<(u64, Hash)> {
    let (text, _) = note.split_once("\n\n")?;
    let checkpoint: Checkpoint = format!("{text}\n").parse().ok()?;
    Some((checkpoint.size(), checkpoint.root()))
}
