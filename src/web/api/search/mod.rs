//! Search over claims, verdicts, sources and the texts of snapshots, and
//! earlier claims of similar wording.

mod find;
mod similar;

pub(super) use self::find::find;
pub(super) use self::similar::similar;
