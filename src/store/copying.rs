//! Taking a copy of the database while a desk works with it, and seeing
//! whether one does.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::shelf::Shelf;
use super::{StoreError, open};

/// How many pages are copied between two looks at whether to go on.
const PAGES: i32 = 1_024;

/// Copies the database of a data directory as it is at one moment into a new
/// file, which is synced. Writers go on meanwhile: what they write stands in
/// the write-ahead log until the copy is done. `tell` hears how many pages of
/// how many are done, and answers whether to go on; the answer is whether the
/// copy is whole.
pub fn copy(
    dir: &Path,
    to: &Path,
    tell: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<bool, StoreError> {
    let shelf = std::sync::Arc::new(Shelf::at(&dir.join("blobs")));
    let from = open::reader(&dir.join("desk.db"), &shelf)?;
    open::same_schema(&from)?;
    let mut into = Connection::open(to)?;
    into.pragma_update(None, "synchronous", "full")?;
    // A look that lasts as long as the copy, so that every step sees the same
    // moment: without it SQLite would begin again after each write.
    let held = from.unchecked_transaction()?;
    held.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    {
        let backup = Backup::new(&from, &mut into)?;
        loop {
            let step = backup.step(PAGES)?;
            let at = backup.progress();
            let total = u64::try_from(at.pagecount).unwrap_or(0);
            let left = u64::try_from(at.remaining).unwrap_or(0);
            if !tell(total.saturating_sub(left), total) {
                return Ok(false);
            }
            match step {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => {}
            }
        }
    }
    drop(held);
    // One plain file, without a log beside it that could be forgotten.
    into.pragma_update(None, "journal_mode", "delete")?;
    Ok(true)
}

/// Whether another program has the database of a data directory open.
///
/// # Errors
/// When there is no database, or it cannot be asked.
pub fn is_in_use(dir: &Path) -> Result<bool, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join("desk.db"), flags)?;
    conn.busy_timeout(Duration::ZERO)?;
    // Whoever has a database with a write-ahead log open holds a lock on it for
    // as long, which this asks for alone.
    let asked = conn
        .pragma_update(None, "locking_mode", "exclusive")
        .and_then(|()| conn.execute_batch("BEGIN EXCLUSIVE; ROLLBACK"));
    let Err(error) = asked else {
        return Ok(false);
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Ok(true),
        // With what is no database nobody works.
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Ok(false),
        _ => Err(error.into()),
    }
}
