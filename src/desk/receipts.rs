//! Receipts: proofs that an entry is in the log, to be kept by anybody (C2SP
//! tlog-proof).

use crate::domain::ids::EntryIndex;
use crate::ledger::receipt::Receipt;
use crate::store::{Db, StoreError, checkpoints, cosignatures, log};

use super::DeskError;

/// Which checkpoint a receipt is made under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The first that covers the entry: such a receipt never changes.
    First,
    /// The newest there is.
    Newest,
}

/// Makes the receipt of an entry; nothing where there is no such entry, or none
/// that a checkpoint was signed for yet. The receipt carries the entry's public
/// line as its extra data, so that it can be checked alone.
pub fn find(db: &Db<'_>, entry: EntryIndex, under: Under) -> Result<Option<Receipt>, DeskError> {
    // The last place that 64 bits can count has no size that covers it.
    let Some(least) = entry.get().checked_add(1) else {
        return Ok(None);
    };
    if least > log::size(db)? {
        return Ok(None);
    }
    let found = match under {
        Under::First => checkpoints::covering(db, least)?,
        Under::Newest => checkpoints::newest(db)?.filter(|(size, _)| *size >= least),
    };
    let (Some(found), Some(entry)) = (found, log::find(db, entry)?) else {
        return Ok(None);
    };
    // With the lines of those who cosigned it by now.
    let note = cosignatures::with_lines(db, found)?;
    let leaf = entry.leaf.as_bytes();
    let receipt = Receipt::make(entry.index.get(), leaf, &note, db)
        .map_err(|error| StoreError::corrupt("tree", error))?;
    Ok(Some(receipt.with_extra(leaf)))
}

/// What a receipt is called as a file.
pub fn file_name(entry: EntryIndex) -> String {
    format!("entry-{entry}.tlog-proof")
}
