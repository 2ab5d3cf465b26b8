//! Numbers of a desk and its process that go up and down, each a row of a table.

use crate::desk::watch::Figures;

use super::process::Process;
use super::text::{Kind, Page};

/// What is known of a desk and its process.
pub(super) struct Known {
    pub(super) figures: Figures,
    pub(super) process: Process,
    /// The bytes of all blobs.
    pub(super) blobs: u64,
    /// When the certificate ends, in milliseconds since 1970.
    pub(super) certificate_ends: Option<i64>,
}

impl Known {
    /// Writes every number that is known.
    pub(super) fn write(&self, page: &mut Page) {
        for (name, help, read) in GAUGES {
            page.known((*name, Kind::Gauge), help, read(self));
        }
    }
}

/// A number's name, what it is, and how it is read off what is known.
type Row = (&'static str, &'static str, fn(&Known) -> Option<f64>);

#[rustfmt::skip]
const GAUGES: &[Row] = &[
    ("citekeep_log_entries", "Entries of the log.", |it| count(it.figures.entries)),
    ("citekeep_log_unsigned_entries", "Entries that no checkpoint covers yet.", |it| count(it.figures.unsigned)),
    ("citekeep_checkpoint_age_seconds", "Since a checkpoint was signed last.", |it| it.figures.checkpoint_age),
    ("citekeep_sessions", "Sessions that are not over.", |it| count(it.figures.counts.sessions)),
    ("citekeep_hook_messages_waiting", "Messages to hooks that wait.", |it| count(it.figures.counts.messages)),
    ("citekeep_hook_messages_failed", "Kept messages to hooks that were given up.", |it| count(it.figures.counts.messages_failed)),
    ("citekeep_hooks_paused", "Hooks that are told nothing.", |it| count(it.figures.counts.hooks_paused)),
    ("citekeep_captures_waiting", "Captures that wait or are being fetched.", |it| count(it.figures.counts.captures)),
    ("citekeep_backup_age_seconds", "Since the newest backup was taken.", |it| it.figures.backup.map(|(age, _)| age)),
    ("citekeep_backup_whole", "Whether the newest backup passed its check.", |it| it.figures.backup.map(|(_, whole)| u8::from(whole).into())),
    ("citekeep_backup_failures", "How often in a row a backup came to nothing.", |it| count(it.figures.backup_failures)),
    ("citekeep_database_bytes", "The database with what is written ahead.", |it| count(it.figures.database)),
    ("citekeep_blob_bytes", "Documents and texts, as they were within ten minutes.", |it| count(it.blobs)),
    ("citekeep_disk_free_bytes", "Room on the disk.", |it| it.figures.room.and_then(count)),
    ("citekeep_certificate_expiry_timestamp_seconds", "When the certificate ends, since 1970.", |it| it.certificate_ends.map(|millis| millis as f64 / 1e3)),
    ("process_resident_memory_bytes", "Memory that the process holds.", |it| it.process.memory.and_then(count)),
    ("process_open_fds", "Files and connections that are open.", |it| it.process.files.and_then(count)),
    ("process_max_fds", "How many may be open.", |it| it.process.most_files.and_then(count)),
];

/// A count as a number of the format, exact up to 2^53.
const fn count(count: u64) -> Option<f64> {
    Some(count as f64)
}
