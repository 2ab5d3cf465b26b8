//! Backups by the desk's own clock, in a thread of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::domain::time::Timestamp;

use super::super::{DeskError, World};
use super::standing::{Standing, note, standing};
use super::{BackupError, Order, Taken, Watch, take};

/// How often the desk looks whether it is time.
const NAP: Duration = Duration::from_secs(5);
/// The pauses after tries that fail, in seconds; the last one repeats.
const PAUSES: [i64; 4] = [60, 300, 1_800, 3_600];

/// What takes backups while the desk runs.
#[derive(Clone)]
pub struct Keeper {
    data: PathBuf,
    order: Arc<Order>,
    every: u64,
    world: World,
    stop: Arc<AtomicBool>,
}

/// Stops a backup that runs when whoever waits for it goes away.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Keeper {
    /// Backs a data directory up each so many seconds.
    pub fn new(data: PathBuf, order: Order, every: u64, world: World) -> Self {
        Self {
            data,
            order: Arc::new(order),
            every,
            world,
            stop: Arc::default(),
        }
    }

    /// Works for ever; a backup that runs when this ends is stopped, and the
    /// next one goes on from it.
    pub async fn run(&self) {
        let _stop = StopOnDrop(Arc::clone(&self.stop));
        loop {
            if self.is_due() {
                self.step_apart().await;
            }
            tokio::time::sleep(NAP).await;
        }
    }

    /// Takes a backup in a thread of its own: it may last for minutes, and a
    /// desk that is told to stop does not wait for it.
    async fn step_apart(&self) {
        let (keeper, (done, waiting)) = (self.clone(), tokio::sync::oneshot::channel());
        let started = std::thread::Builder::new()
            .name("backup".to_owned())
            .spawn(move || {
                // Nobody waits any more where the desk is closing.
                let _ = done.send(keeper.step());
            });
        if let Err(error) = started {
            tracing::error!(%error, "the backup could not be started; it is tried again");
            return;
        }
        if let Ok(Err(error)) = waiting.await {
            tracing::error!(%error, "how the backup went could not be written down");
        }
    }

    /// Whether it is time for a backup.
    fn is_due(&self) -> bool {
        let now = self.world.clock.now();
        due_at(&standing(&self.data), self.every).is_none_or(|due| {
            // A clock that was set back must not put the next one off for ever.
            let last = last_try(&standing(&self.data));
            due <= now || last.is_some_and(|last| last > now)
        })
    }

    /// Takes a backup if it is time, and writes down how it went.
    ///
    /// # Errors
    /// When that could not be written down.
    pub fn step(&self) -> Result<Option<Taken>, DeskError> {
        if !self.is_due() {
            return Ok(None);
        }
        let mut told = None;
        let mut tell = |what: &'static str, done: u64, total: u64| {
            // A line for each tenth of each part.
            let tenth = (done * 10).checked_div(total).unwrap_or(0);
            if told != Some((what, tenth)) {
                told = Some((what, tenth));
                tracing::info!(done, total, "backup: {what}");
            }
        };
        let mut watch = Watch {
            tell: &mut tell,
            stop: &self.stop,
        };
        let (went, written) = noted(&self.data, &self.order, &self.world, &mut watch);
        match went {
            Ok(taken) => {
                told_of(&taken);
                written?;
                Ok(Some(taken))
            }
            Err(BackupError::Stopped) => Ok(None),
            Err(error) => {
                tracing::error!(%error, "the backup came to nothing; it is tried again");
                written?;
                Ok(None)
            }
        }
    }
}

fn told_of(taken: &Taken) {
    if let Some(finding) = taken.findings.first() {
        tracing::error!(
            finding,
            name = taken.name,
            "the backup did not pass its check; no older one is let go"
        );
    }
    tracing::info!(
        name = taken.name,
        entries = taken.entries,
        verified = taken.verified,
        files = taken.written.0,
        bytes = taken.written.1,
        "a backup was taken"
    );
}

/// Takes a backup and writes down how it went; whether that could be written is
/// told beside it.
fn noted(
    data: &Path,
    order: &Order,
    world: &World,
    watch: &mut Watch<'_>,
) -> (Result<Taken, BackupError>, Result<(), DeskError>) {
    let begun = world.clock.now();
    let went = take(data, order, world, watch);
    let written = note(data, &order.to, begun, &went);
    (went, written)
}

/// Takes a backup now and writes down how it went.
///
/// # Errors
/// As [`take`].
pub fn take_now(
    data: &Path,
    order: &Order,
    world: &World,
    watch: &mut Watch<'_>,
) -> Result<Taken, BackupError> {
    let (went, written) = noted(data, order, world, watch);
    let taken = went?;
    written?;
    Ok(taken)
}

fn last_try(standing: &Standing) -> Option<Timestamp> {
    let last = standing.last.as_ref().map(|last| last.at);
    last.max(standing.failed_at)
}

/// When the next backup is due; nothing where there was none.
fn due_at(standing: &Standing, every: u64) -> Option<Timestamp> {
    let seconds = |seconds: i64| seconds.saturating_mul(1_000);
    let (at, pause) = match (&standing.trouble, standing.failed_at) {
        (Some((_, tries)), Some(at)) => {
            let at_most = PAUSES.len() - 1;
            (at, PAUSES[(tries.saturating_sub(1) as usize).min(at_most)])
        }
        _ => {
            let every = i64::try_from(every).unwrap_or(i64::MAX);
            (standing.last.as_ref()?.at, every)
        }
    };
    Timestamp::from_millis(at.as_millis().saturating_add(seconds(pause))).ok()
}
