//! Reading what a signed checkpoint says, without believing it yet.

use crate::ledger::checkpoint::Checkpoint;

/// The size that a signed note claims; nothing when it is no checkpoint.
pub(super) fn size(note: &str) -> Option<u64> {
    let (text, _) = note.split_once("\n\n")?;
    let checkpoint: Checkpoint = format!("{text}\n").parse().ok()?;
    Some(checkpoint.size())
}
