//! The one writer: acts that wait at the same time share one durable commit.
//!
//! Each act runs in its own savepoint, so that one which is refused leaves its
//! neighbours alone. Nobody is told that an act is saved before the commit
//! that holds it is on disk; if we crash before, nobody was told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;

use super::gauges::Writes;
use super::shelf::Shelf;
use super::shown::{Marks, Shown};
use super::{Db, StoreError, Tx};

/// How many acts may wait; more callers wait at the door.
const QUEUE: usize = 1_024;
/// How many acts one commit may hold, which bounds how long it can take.
const BATCH: usize = 256;

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs with a transaction, or with the reason why there is none.
pub(super) type Job = Box<dyn FnOnce(Result<&Tx<'_>, StoreError>) -> Done + Send>;

/// What the writer does next.
pub(super) enum Task {
    /// An act, in a transaction with others.
    Act(Job),
    /// An act that changes so much that it wants a transaction of its own.
    Alone(Job),
    /// What is about the file itself, between two commits.
    Between(Box<dyn FnOnce(&Connection) + Send>),
}

/// What an act came to before the commit.
pub(super) struct Done {
    keep: bool,
    answer: Answer,
}

pub(super) struct Writer {
    jobs: Option<SyncSender<Task>>,
    thread: Option<JoinHandle<()>>,
    counts: Arc<Writes>,
}

impl Writer {
    pub(super) fn start(
        conn: Connection,
        shelf: Arc<Shelf>,
        shown: Arc<Shown>,
    ) -> Result<Self, StoreError> {
        let (jobs, inbox) = sync_channel(QUEUE);
        let counts = Arc::new(Writes::default());
        let to = Target {
            conn,
            shelf,
            shown,
            counts: Arc::clone(&counts),
        };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work(&to, &inbox))
            .map_err(|error| StoreError::file(std::path::Path::new("writer thread"), error))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            counts,
        })
    }

    /// What is counted of writing.
    pub(super) fn counts(&self) -> &Writes {
        &self.counts
    }

    /// Whether the thread is there that writes.
    pub(super) fn is_alive(&self) -> bool {
        let thread = self.thread.as_ref();
        thread.is_some_and(|thread| !thread.is_finished())
    }

    /// Has an act done, and counts how long its answer took.
    pub(super) fn write<T, E>(
        &self,
        task: fn(Job) -> Task,
        act: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let begun = Instant::now();
        self.counts.waiting.fetch_add(1, Ordering::Relaxed);
        let done = self.have_done(task, act);
        self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
        self.counts.acts.took(begun.elapsed());
        done
    }

    fn have_done<T, E>(
        &self,
        task: fn(Job) -> Task,
        act: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (outbox, inbox) = sync_channel(1);
        let job: Job = Box::new(move |tx| {
            let result = tx.map_err(E::from).and_then(act);
            Done {
                keep: result.is_ok(),
                answer: Box::new(move |committed| {
                    let told = match committed {
                        Ok(()) => result,
                        Err(error) => Err(error.into()),
                    };
                    // The caller may have gone away; its act stands all the same.
                    let _ = outbox.send(told);
                }),
            }
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(task(job)).map_err(|_| StoreError::Closed)?;
        inbox.recv().map_err(|_| StoreError::Closed)?
    }

    /// Does something about the file itself, between two commits. A panic in it
    /// counts as a refusal, as one in an act does.
    pub(super) fn between<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (outbox, inbox) = sync_channel(1);
        let task = Task::Between(Box::new(move |conn| {
            let done = catch_unwind(AssertUnwindSafe(|| act(conn)));
            if done.is_err() && !conn.is_autocommit() {
                let _ = conn.execute_batch("ROLLBACK");
            }
            if let Ok(done) = done {
                // Whoever asked may have gone away; it is done all the same.
                let _ = outbox.send(done);
            }
        }));
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(task).map_err(|_| StoreError::Closed)?;
        inbox.recv().map_err(|_| StoreError::Closed)?
    }

    /// Ends the thread, as a defect of ours would that is not foreseen here.
    #[cfg(test)]
    pub(super) fn break_off(&self) {
        let task = Task::Between(Box::new(|_| panic!("as a defect would")));
        let jobs = self.jobs.as_ref().expect("a writer that is not dropped");
        jobs.send(task).expect("a thread");
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Closing the channel lets the thread finish what was accepted.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the writer writes to.
struct Target {
    conn: Connection,
    shelf: Arc<Shelf>,
    shown: Arc<Shown>,
    counts: Arc<Writes>,
}

impl Target {
    fn tx<'a>(&'a self, marks: &'a Marks) -> Tx<'a> {
        Tx {
            db: Db {
                conn: &self.conn,
                shelf: &self.shelf,
            },
            marks,
        }
    }
}

fn work(to: &Target, inbox: &Receiver<Task>) {
    let conn = &to.conn;
    let mut waiting = None;
    while let Some(task) = waiting.take().or_else(|| inbox.recv().ok()) {
        let (first, inbox) = match task {
            Task::Act(first) => (first, Some(inbox)),
            Task::Alone(first) => (first, None),
            Task::Between(act) => {
                act(conn);
                continue;
            }
        };
        let mut next = Inbox {
            inbox,
            waiting: &mut waiting,
        };
        let (mut answers, mut marks) = (Vec::new(), Marks::default());
        let begun = Instant::now();
        let committed = batch((to, &mut marks), first, &mut next, &mut answers);
        to.counts.commits.took(begun.elapsed());
        if committed.is_err() {
            to.counts.failed.fetch_add(1, Ordering::Relaxed);
        }
        if committed.is_err() && !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        // Before anybody hears that it is done, so that whoever did it sees it.
        to.shown.take(&marks);
        for answer in answers {
            answer(committed.clone());
        }
    }
}

/// Acts that may share a commit; none beside one that goes alone. What comes
/// between them and may not share it waits.
struct Inbox<'a> {
    inbox: Option<&'a Receiver<Task>>,
    waiting: &'a mut Option<Task>,
}

impl Inbox<'_> {
    fn next(&mut self) -> Option<Job> {
        if self.waiting.is_some() {
            return None;
        }
        match self.inbox?.try_recv().ok()? {
            Task::Act(job) => Some(job),
            other => {
                *self.waiting = Some(other);
                None
            }
        }
    }
}

fn batch(
    (to, marks): (&Target, &mut Marks),
    first: Job,
    inbox: &mut Inbox<'_>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    let conn = &to.conn;
    if let Err(error) = conn.execute_batch("BEGIN IMMEDIATE") {
        let error = StoreError::from(error);
        answers.push(first(Err(error.clone())).answer);
        return Err(error);
    }
    let mut next = inbox.next();
    if next.is_none() {
        return alone((to, marks), first, answers);
    }
    let mut job = Some(first);
    while let Some(act) = job {
        if let Some(answer) = attempt((to, marks), act)? {
            answers.push(answer);
        }
        job = next.take().or_else(|| {
            let more = answers.len() < BATCH;
            more.then(|| inbox.next()).flatten()
        });
    }
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// Runs an act that nobody else waits beside. It needs no savepoint, which
/// would make SQLite remember every page that a rebuild or an import changes,
/// and look through them all at each statement.
fn alone(
    (to, marks): (&Target, &mut Marks),
    job: Job,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    let own = Marks::default();
    let (conn, tx) = (&to.conn, to.tx(&own));
    let done = catch_unwind(AssertUnwindSafe(|| job(Ok(&tx)))).ok();
    let keep = done.as_ref().is_some_and(|done| done.keep);
    answers.extend(done.map(|done| done.answer));
    if keep {
        marks.add(own);
        conn.execute_batch("COMMIT")?;
    } else if !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    Ok(())
}

/// Runs one act in its savepoint. A panic in it counts as a refusal: the act
/// is undone, its caller sees a closed channel, and the writer lives on.
fn attempt((to, marks): (&Target, &mut Marks), job: Job) -> Result<Option<Answer>, StoreError> {
    to.conn.prepare_cached("SAVEPOINT act")?.execute([])?;
    let own = Marks::default();
    let (conn, tx) = (&to.conn, to.tx(&own));
    let done = catch_unwind(AssertUnwindSafe(|| job(Ok(&tx)))).ok();
    let keep = done.as_ref().is_some_and(|done| done.keep);
    if keep {
        marks.add(own);
    } else if !conn.is_autocommit() {
        conn.prepare_cached("ROLLBACK TO act")?.execute([])?;
    }
    conn.prepare_cached("RELEASE act")?.execute([])?;
    Ok(done.map(|done| done.answer))
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn what_panics_is_undone_and_what_comes_after_it_is_done() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a store");
        let begun = "BEGIN IMMEDIATE; CREATE TABLE half_done (done INTEGER)";
        let broken = store.writer.between::<()>(move |conn| {
            conn.execute_batch(begun)?;
            panic!("as a defect would");
        });
        assert!(matches!(broken, Err(StoreError::Closed)));
        let broken = store.write::<(), StoreError>(|tx| {
            tx.conn
                .execute_batch("CREATE TABLE half_done (done INTEGER)")?;
            panic!("as a defect would");
        });
        assert!(matches!(broken, Err(StoreError::Closed)));
        let left = store.write(|tx| {
            let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'half_done'";
            let left = tx.conn.query_row(sql, [], |row| row.get::<_, i64>(0));
            left.map_err(StoreError::from)
        });
        assert_eq!(left.expect("a store that writes"), 0);
        assert!(store.is_writing());
    }
}
