//! Working the queue off: one capture after the other, a few at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::capture::fetch::{Fetch, Fetcher, Outcome, Request, Validators};
use crate::capture::wayback;
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::response::Response;
use crate::domain::snapshot::CaptureMethod;
use crate::store::local::captures::{self, Queued, Stage, Task};
use crate::store::veil::Eyes;
use crate::store::{Db, snapshots};

use super::settle::{self, Ending};
use super::{Desk, DeskError, missing};

/// How long the queue sleeps when nothing wakes it.
const NAP: Duration = Duration::from_secs(5);

/// How often due schedules are looked for.
const SCHEDULE_EVERY: Duration = Duration::from_secs(60);

/// What runs now, and the bell that wakes the queue. Kept in memory: a stop
/// forgets it, and what ran starts anew.
#[derive(Default)]
pub struct Queue {
    running: Mutex<HashMap<i64, Running>>,
    bell: Notify,
}

/// A capture that runs.
#[derive(Clone, Default)]
struct Running {
    bytes: Arc<AtomicU64>,
    stop: Arc<Notify>,
}

impl Queue {
    /// How many bytes of a running capture have come.
    pub fn bytes(&self, id: i64) -> Option<u64> {
        let running = self.lock();
        running
            .get(&id)
            .map(|run| run.bytes.load(Ordering::Relaxed))
    }

    pub(super) fn wake(&self) {
        self.bell.notify_one();
    }

    pub(super) fn stop(&self, id: i64) {
        if let Some(run) = self.lock().get(&id) {
            run.stop.notify_one();
        }
    }

    /// Forgets a run, unless another one of the same capture took its place.
    fn end(&self, id: i64, run: &Running) {
        let mut running = self.lock();
        if running
            .get(&id)
            .is_some_and(|now| Arc::ptr_eq(&now.stop, &run.stop))
        {
            running.remove(&id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Running>> {
        // Nothing under this lock can panic half-way.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An archive that is asked to keep copies.
#[derive(Clone)]
pub struct Archive {
    /// Its name on pages.
    pub name: String,
    /// The address of its service.
    pub service: wayback::Archive,
    /// Whether it is asked for every fetched snapshot, or only by hand.
    pub always: bool,
}

/// What works the queue off.
pub struct Worker {
    desk: Desk,
    fetcher: Arc<Fetcher>,
    archive: Option<Archive>,
}

impl Worker {
    /// Makes a worker for a desk.
    pub fn new(desk: Desk, fetcher: Arc<Fetcher>, archive: Option<Archive>) -> Self {
        Self {
            // It looks sealed sources up again too, and shows nobody.
            desk: desk.seen_by(Eyes::Desk),
            fetcher,
            archive,
        }
    }

    /// What it fetches with, which takes turns with whoever else fetches.
    pub fn fetcher(&self) -> Arc<Fetcher> {
        Arc::clone(&self.fetcher)
    }

    /// Puts back what ran when the program ended last.
    ///
    /// # Errors
    /// When disk or database fail.
    pub fn wake_up(&self) -> Result<(), DeskError> {
        let now = self.desk.now();
        self.desk.store().write(move |tx| {
            captures::wake(tx, settle::MOST_TRIES, now)?;
            Ok::<_, DeskError>(())
        })
    }

    /// Works for ever: captures that are due, a few at a time, and schedules.
    pub async fn run(&self) {
        // A slow host holds up one lane; the others go on.
        tokio::join!(self.schedules(), self.lane(), self.lane(), self.lane());
    }

    async fn schedules(&self) {
        loop {
            let desk = self.desk.clone();
            let due = blocking(move || super::queue_due(&desk)).await;
            if let Err(error) = due {
                tracing::error!(%error, "the schedules could not be looked at; it is tried again");
            }
            tokio::time::sleep(SCHEDULE_EVERY).await;
        }
    }

    async fn lane(&self) {
        loop {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "a capture could not be worked on; it is tried again");
                }
            }
            let _ = tokio::time::timeout(NAP, self.desk.queue().bell.notified()).await;
        }
    }

    /// Takes the capture that is due first and does it; false when none is.
    ///
    /// # Errors
    /// When disk or database fail. A capture that fails is an answer, not an
    /// error: the queue says why.
    pub async fn step(&self) -> Result<bool, DeskError> {
        self.take(None).await
    }

    /// Does one capture if it waits; false when it does not wait here.
    ///
    /// # Errors
    /// When disk or database fail.
    pub async fn step_on(&self, id: i64) -> Result<bool, DeskError> {
        self.take(Some(id)).await
    }

    async fn take(&self, wanted: Option<i64>) -> Result<bool, DeskError> {
        let desk = self.desk.clone();
        match blocking(move || begin(&desk, wanted)).await? {
            Some(queued) => self.work_on(queued).await.map(|()| true),
            None => Ok(false),
        }
    }

    async fn work_on(&self, queued: Queued) -> Result<(), DeskError> {
        let run = Running::default();
        let id = queued.id;
        self.desk.queue().lock().insert(id, run.clone());
        let ending = tokio::select! {
            ending = self.go_after(&queued, &run) => ending,
            () = run.stop.notified() => Ok(Ending::Stopped),
        };
        self.desk.queue().end(id, &run);
        let desk = self.desk.clone();
        let always = self.archive.as_ref().is_some_and(|archive| archive.always);
        // The desk's own trouble may be gone at the next try.
        let ending = ending.unwrap_or_else(|error| Ending::later(&error, None));
        let again = (desk.clone(), queued.clone());
        let settled = blocking(move || settle::settle(&desk, queued, ending, always)).await;
        let Err(error) = settled else {
            return Ok(());
        };
        // Whatever went wrong here, the capture must not stay as if it ran.
        tracing::error!(%error, "what was captured could not be kept");
        let (desk, queued) = again;
        let ending = Ending::later(&error, None);
        blocking(move || settle::settle(&desk, queued, ending, always)).await
    }

    async fn go_after(&self, queued: &Queued, run: &Running) -> Result<Ending, DeskError> {
        let url = queued.url.as_deref().unwrap_or_default();
        let Ok(url) = url::Url::parse(url) else {
            return Ok(Ending::Never("its address cannot be read".to_owned()));
        };
        if queued.task == Task::Archive {
            return Ok(self.ask_archive(url).await);
        }
        let desk = self.desk.clone();
        let source = queued.source;
        let known = blocking(move || known(&desk, source)).await?;
        let (against, validators) = known.unzip();
        let request = Request {
            known: validators,
            seen: Some(Arc::clone(&run.bytes)),
            ..Request::new(url)
        };
        Ok(match self.fetcher.fetch(&request).await {
            Ok(Outcome::Fetched(fetched)) => Ending::Fetched(fetched),
            Ok(Outcome::NotModified(_)) => match against {
                Some(against) => Ending::NotModified(against),
                None => Ending::Never(
                    "the server says that nothing changed, but it was not asked that".to_owned(),
                ),
            },
            Err(trouble) if trouble.is_worth_retrying() => {
                Ending::later(&trouble, trouble.retry_after())
            }
            Err(trouble) => Ending::Never(trouble.to_string()),
        })
    }

    async fn ask_archive(&self, url: url::Url) -> Ending {
        let Some(archive) = &self.archive else {
            return Ending::Never(
                "no archive is configured; name one under [archive] in config.toml".to_owned(),
            );
        };
        match wayback::save(&self.fetcher, &archive.service, &url).await {
            Ok(kept) => Ending::Archived {
                name: archive.name.clone(),
                kept,
            },
            Err(trouble) if trouble.is_worth_retrying() => {
                Ending::later(&trouble, trouble.retry_after())
            }
            Err(trouble) => Ending::Never(trouble.to_string()),
        }
    }
}

/// Takes the capture that is due first, or one by its number.
fn begin(desk: &Desk, wanted: Option<i64>) -> Result<Option<Queued>, DeskError> {
    let now = desk.now();
    let find = move |db: &Db<'_>| match wanted {
        Some(id) => {
            let found = captures::find(db, id)?;
            Ok::<_, DeskError>(found.filter(|queued| queued.stage == Stage::Waiting))
        }
        None => Ok(captures::due(db, now)?),
    };
    // Most looks find nothing; only what is due is worth a write.
    if desk.read(find)?.is_none() {
        return Ok(None);
    }
    desk.store().write(move |tx| {
        let Some(mut queued) = find(tx)? else {
            return Ok(None);
        };
        queued.stage = Stage::Running;
        queued.tries += 1;
        queued.bytes = 0;
        captures::put(tx, &queued)?;
        Ok(Some(queued))
    })
}

/// What the newest snapshot's server gave to tell a change by. A snapshot that
/// was uploaded since is held against the whole page.
fn known(
    desk: &Desk,
    source: Option<SourceId>,
) -> Result<Option<(SnapshotId, Validators)>, DeskError> {
    let Some(source) = source else {
        return Ok(None);
    };
    desk.read(|db| {
        let newest = snapshots::newest(db, source)?;
        // What an import says of a server's answer is believed by nobody.
        let newest = newest.filter(|taken| taken.snapshot.how == CaptureMethod::Fetched);
        Ok(newest.and_then(|taken| Some((taken.snapshot.id, validators(&taken.response?)?))))
    })
}

fn validators(response: &Response) -> Option<Validators> {
    let find = |name: &str| response.header(name).map(str::to_owned);
    let (etag, last_modified) = (find("etag"), find("last-modified"));
    if etag.is_none() && last_modified.is_none() {
        return None;
    }
    Some(Validators {
        url: url::Url::parse(response.last.as_str()).ok()?,
        etag,
        last_modified,
    })
}

/// Runs what blocks where it may block.
pub(in crate::desk) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(crate::store::StoreError::Closed.into()))
}

/// Finds a capture as it stands, with how many bytes have come.
///
/// # Errors
/// When there is none of this number.
pub fn look(desk: &Desk, id: i64) -> Result<Queued, DeskError> {
    let queued = desk.read(|db| captures::find(db, id)?.ok_or(missing(id)))?;
    Ok(progress(desk, queued))
}

/// A capture with how many bytes have come by now.
pub fn progress(desk: &Desk, mut queued: Queued) -> Queued {
    if let Some(bytes) = desk.queue().bytes(queued.id) {
        queued.bytes = bytes;
    }
    queued
}

/// How long after a failed try the next one waits.
pub(super) fn pause(tries: u32, after: Option<Duration>) -> i64 {
    const FIRST: u64 = 30;
    const LONGEST: u64 = 6 * 3_600;
    let grown = FIRST.saturating_mul(4_u64.saturating_pow(tries.saturating_sub(1)));
    let asked = after.map_or(0, |after| after.as_secs());
    (grown.max(asked).min(LONGEST) * 1_000) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tries: u32, after: Option<u64>, seconds: i64) {
        let after = after.map(Duration::from_secs);
        assert_eq!(pause(tries, after), seconds * 1_000);
    }

    #[test]
    fn each_pause_is_longer_and_none_is_endless() {
        check(1, None, 30);
        check(2, None, 120);
        check(3, None, 480);
        check(1, Some(600), 600);
        check(60, None, 21_600);
        check(1, Some(u64::MAX), 21_600);
    }
}
