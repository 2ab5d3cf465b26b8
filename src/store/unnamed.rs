//! Blobs that nothing names: the document of a capture of which nobody made a
//! source, what an act had brought that was refused, what a crash left half-way.
//! No erasure can ask for them, and they may hold the words that it takes; so
//! they go whenever something is erased.
//!
//! What the log names is asked of the log itself, so that tables which somebody
//! spoilt cost no evidence. What was brought a moment ago and is not committed yet
//! may go too; whoever commits it looks whether it is there.

use std::collections::BTreeSet;

use crate::domain::hash::ContentHash;

use super::{Db, StoreError, Tx};

/// How many go in one act, so that others write between.
pub(super) const BATCH: usize = 200;
/// How many digits a hash has.
const DIGITS: usize = 64;

/// The blobs that lie there and that no entry names.
pub(super) fn list(db: &Db<'_>) -> Result<Vec<ContentHash>, StoreError> {
    let mut loose = db.shelf().blobs().all()?;
    let mut select = db
        .conn
        .prepare("SELECT body FROM said WHERE body IS NOT NULL")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get("body")?;
        spare(&mut loose, body.as_bytes());
        if loose.is_empty() {
            break;
        }
    }
    Ok(loose.into_iter().collect())
}

/// Takes out what a body names: whatever in it could be a hash.
fn spare(loose: &mut BTreeSet<ContentHash>, body: &[u8]) {
    let pieces = body.split(|byte| *byte == b'"');
    let last = pieces.filter_map(|piece| piece.last_chunk::<DIGITS>());
    let hashes = last.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    for hash in hashes {
        loose.remove(&hash);
    }
}

/// Deletes blobs, but for those that something names by now.
pub(super) fn forget(tx: &Tx<'_>, hashes: &[ContentHash]) -> Result<(), StoreError> {
    let mut named = tx.conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM snapshot WHERE raw = ?1)
             OR EXISTS (SELECT 1 FROM text WHERE hash = ?1)
             OR EXISTS (SELECT 1 FROM revision WHERE text = ?1)
             OR EXISTS (SELECT 1 FROM capture WHERE found ->> '$.raw' = ?1)",
    )?;
    for hash in hashes {
        if !named.query_row([hash.to_string()], |row| row.get::<_, bool>(0))? {
            tx.shelf().forget(*hash)?;
        }
    }
    Ok(())
}
