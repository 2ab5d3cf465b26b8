//! Backups: copies of the whole data directory that a desk takes of itself
//! while people work, and what it takes to put one back.
//!
//! The database is copied first, as it is at one moment, then the blobs that it
//! names: blobs never change, and one that was written later is not needed. A
//! backup shares its pieces with the others in the directory, so that each
//! costs what changed. If we crash, the pieces that were written are taken up
//! by the next run, and no backup is listed before it is whole.

pub mod age;
mod bech32;
mod contents;
pub mod keep;
mod moment;
mod pieces;
mod place;
mod put_back;
mod restore;
mod standing;
mod take;
mod tidy;
mod work;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::StoreError;

use super::DeskError;

use self::age::{AgeError, Recipient};
use self::keep::Keep;
pub(super) use self::moment::forget_cut_off;
pub use self::place::{Backup, list};
pub use self::restore::{Restored, Wanted, restore};
pub use self::standing::{Last, Standing, standing};
pub use self::take::{Taken, take};
pub use self::work::{Keeper, take_now};

/// What is to be backed up, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The directory of backups.
    pub to: PathBuf,
    /// Whom they are encrypted for; nobody: they are not.
    pub recipients: Vec<Recipient>,
    /// Which older ones are kept; none: all are.
    pub keep: Option<Keep>,
    /// Whether each is checked whole, database and pieces.
    pub check: bool,
}

/// What whoever waits for a long job hears and says.
pub struct Watch<'a> {
    /// Hears what is being done, and how much of how much.
    pub tell: &'a mut dyn FnMut(&'static str, u64, u64),
    /// Says that it is to stop.
    pub stop: &'a AtomicBool,
}

impl Watch<'_> {
    /// Tells how far it is.
    ///
    /// # Errors
    /// When it is to stop.
    fn tell(&mut self, what: &'static str, done: u64, total: u64) -> Result<(), BackupError> {
        (self.tell)(what, done, total);
        if self.stop.load(Ordering::Relaxed) {
            return Err(BackupError::Stopped);
        }
        Ok(())
    }
}

/// Why a backup was not taken or not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The desk could not be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// It was told to stop.
    #[error("stopped; what is copied is there, and the same command goes on from it")]
    Stopped,
    /// Another run works there just now.
    #[error("another backup works in {} just now; wait until it has ended", .0.display())]
    Busy(PathBuf),
    /// The directory lies in the data directory, or around it.
    #[error("{} and the data directory lie in each other; choose a directory elsewhere, best on another disk", .0.display())]
    Inside(PathBuf),
    /// The directory holds something else.
    #[error("{} is no directory of backups and not empty; choose another, or an empty one", .0.display())]
    Foreign(PathBuf),
    /// The directory holds backups of another log.
    #[error(
        "the directory holds backups of {there}, and this log is {here}; choose another directory"
    )]
    OtherLog {
        /// The origin of the log there.
        there: String,
        /// The origin of this log.
        here: String,
    },
    /// The directory holds backups that are encrypted, or are not.
    #[error(
        "the backups in this directory are {there}; choose another directory for those that are not"
    )]
    OtherSeal {
        /// How they are.
        there: &'static str,
    },
    /// The desk has nothing signed yet.
    #[error("no checkpoint is signed yet; start the desk once with `citekeep serve`")]
    Unsigned,
    /// Erasures come faster than backups.
    #[error("something was erased while the backup was taken, again and again; take it later")]
    Restless,
    /// There is no such backup.
    #[error("there is no {what}; `citekeep restore FROM --list` tells which there are")]
    NoBackup {
        /// What was looked for.
        what: String,
    },
    /// A file of a backup cannot be read with the keys at hand.
    #[error("{file} of the backup: {why}")]
    Sealed {
        /// Which file.
        file: String,
        /// Why not.
        #[source]
        why: AgeError,
    },
    /// A file of a backup is not what it should be.
    #[error(
        "{file} of the backup cannot be used ({flaw}); nothing was replaced; try another backup"
    )]
    Damaged {
        /// Which file.
        file: String,
        /// What is wrong.
        flaw: String,
    },
    /// What was put together from a backup did not pass the check.
    #[error(
        "what this backup holds did not pass the check ({findings} findings, the first: {first}); nothing was replaced; it lies in {} to be looked at", .left.display()
    )]
    Unsound {
        /// How many things are wrong.
        findings: usize,
        /// The first of them.
        first: String,
        /// Where it lies.
        left: PathBuf,
    },
    /// A desk works with what would be replaced.
    #[error("a desk is running in {}; stop it first. Nothing was replaced", .0.display())]
    Running(PathBuf),
    /// What is there is another history of the same log.
    #[error(
        "the log in this backup and {with} have different histories: one of the two was rewritten; nothing was replaced. Compare both with witnesses and kept checkpoints before you go on"
    )]
    Forked {
        /// What it was held against.
        with: String,
    },
    /// What is there is newer.
    #[error(
        "this backup has {have} entries, and {with} shows that there were {signed}: putting it back would lose {}. Nothing was replaced. If they cannot be had elsewhere, say --older, then `citekeep accept-older-log --reason …`", .signed - .have
    )]
    Older {
        /// How many entries the backup has.
        have: u64,
        /// How many there were.
        signed: u64,
        /// What shows it.
        with: String,
    },
    /// A checkpoint that was to be held against it is none.
    #[error("{place} cannot be held against the backup: {why}; nothing was replaced")]
    Kept {
        /// Where it was found.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// The old directory cannot be moved.
    #[error(
        "{} cannot be moved aside ({why}); if it is a mounted disk, restore into a directory in it and set `data` in config.toml. The restored desk lies in {}", .from.display(), .restored.display()
    )]
    Unmovable {
        /// Which directory.
        from: PathBuf,
        /// What the system said.
        why: std::io::Error,
        /// Where the restored one lies.
        restored: PathBuf,
    },
}

impl BackupError {
    /// Whether it is about what was found, and not about the machine.
    pub const fn is_finding(&self) -> bool {
        matches!(
            self,
            Self::OtherLog { .. }
                | Self::Damaged { .. }
                | Self::Unsound { .. }
                | Self::Forked { .. }
                | Self::Older { .. }
        )
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}
