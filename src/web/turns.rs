//! Whose turn it is, where many ask for what costs something.
//!
//! Whatever needs the database waits for a thread that may block. There are so
//! many turns at that, a line of bounded length, and who would wait longer than
//! anybody waits for a page is told at once to come back: a desk that is asked
//! for too much goes on serving as much as it can. Strangers have a line of
//! their own, so that the desk's people never stand behind them.
//!
//! A picture is drawn in a process of its own, and whoever waits for it waits on
//! a thread that may block; a captured file is in memory until its last byte is
//! sent, however slowly it is taken. The desk has so much of all that;
//! strangers, who may ask as often as they like, get a part of it, and wait in a
//! line that costs nothing.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::shares::Share;

/// What strangers have read for them at once. More would not be quicker: a read
/// needs a core.
const READ: usize = 32;
/// What the desk's own people have done at once: those who write wait for the
/// same commit, and the more of them the better.
const DONE: usize = 128;
/// How many stand in one line.
const LINE: usize = 1_024;
/// How long somebody stands in line for a page.
const SHORT: Duration = Duration::from_secs(2);
/// Pictures that are drawn for strangers at once: fewer than the processes
/// that read and draw documents, so that the desk's own work goes on.
const DRAWN: usize = 2;
/// Pictures that are drawn at once for one of the desk's people, who may ask for
/// every page of every document: each has the whole document in memory.
const DRAWN_FOR_ONE: usize = 4;
/// Captured files that are sent to strangers at once.
const SENT: usize = 12;
/// Files that are sent at once to one of the desk's people.
const SENT_TO_ONE: usize = 4;
/// Passwords that are hashed at once: each takes 19 MiB.
const HASHED: usize = 4;
/// A smaller file needs no turn once it was read, in bytes.
const SMALL: usize = 256 * 1024;
/// A file is handed over in pieces of so many bytes.
const PIECE: usize = 64 * 1024;
/// How long a stranger waits for a turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a large file may take to be sent.
pub(super) const LONGEST: Duration = Duration::from_secs(300);

/// A turn, which lasts until it is dropped.
pub(super) type Turn = OwnedSemaphorePermit;

/// What whoever takes a file holds until it is sent.
pub(super) struct Held {
    _turn: Turn,
    _share: Option<Share>,
    /// How long it may take.
    longest: Option<Duration>,
}

impl Held {
    /// What a stranger holds, who has so long.
    pub(super) fn of_strangers(turn: Turn, share: Share) -> Self {
        Self {
            _turn: turn,
            _share: Some(share),
            longest: Some(LONGEST),
        }
    }

    /// What one of the desk's people holds, however slow their line is.
    pub(super) fn ours(turn: Turn) -> Self {
        Self {
            _turn: turn,
            _share: None,
            longest: None,
        }
    }
}

/// The turns at one thing.
pub(super) struct Turns {
    all: usize,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// How many had none.
    shed: AtomicU64,
    patience: Duration,
}

impl Turns {
    /// The turns of strangers at having pictures drawn.
    pub(super) fn at_drawing() -> Self {
        Self::new(DRAWN, PATIENCE)
    }

    /// The turns of strangers at fetching captured files.
    pub(super) fn at_sending() -> Self {
        Self::new(SENT, PATIENCE)
    }

    /// The turns at having a password hashed.
    pub(super) fn at_hashing() -> Self {
        Self::new(HASHED, PATIENCE)
    }

    /// So many pieces of the room for what is sent.
    pub(super) fn at_bringing(pieces: usize) -> Self {
        Self::new(pieces, SHORT)
    }

    /// The turns of strangers at having something read.
    pub(super) fn at_reading() -> Self {
        Self::new(READ, SHORT)
    }

    /// The turns of the desk's people at having something done.
    pub(super) fn at_doing() -> Self {
        Self::new(DONE, SHORT)
    }

    /// The turns of one of the desk's people at having something done: whoever
    /// asks often for what takes long leaves the other half to the others.
    pub(super) fn at_doing_of_one() -> Self {
        Self::new(DONE / 2, SHORT)
    }

    /// The turns of one of them at having pictures drawn.
    pub(super) fn at_drawing_of_one() -> Self {
        Self::new(DRAWN_FOR_ONE, PATIENCE)
    }

    /// The turns of one of them at fetching files.
    pub(super) fn at_sending_to_one() -> Self {
        Self::new(SENT_TO_ONE, PATIENCE)
    }

    pub(super) fn new(turns: usize, patience: Duration) -> Self {
        Self {
            all: turns,
            free: Arc::new(Semaphore::new(turns)),
            waiting: AtomicUsize::new(0),
            shed: AtomicU64::new(0),
            patience,
        }
    }

    /// Waits for a turn; there is none for whoever has waited too long, or finds
    /// the line full.
    pub(super) async fn next(&self) -> Option<Turn> {
        self.many(1).await
    }

    /// The same for so many turns at once.
    pub(super) async fn many(&self, count: u32) -> Option<Turn> {
        let turn = self.within(count, self.patience).await;
        if turn.is_none() {
            self.shed.fetch_add(1, Ordering::Relaxed);
        }
        turn
    }

    /// How many turns are taken.
    pub(super) fn taken(&self) -> usize {
        self.all.saturating_sub(self.free.available_permits())
    }

    /// How many stand in line.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many had no turn, since the start.
    pub(super) fn shed(&self) -> u64 {
        self.shed.load(Ordering::Relaxed)
    }

    async fn within(&self, count: u32, patience: Duration) -> Option<Turn> {
        if let Ok(turn) = Arc::clone(&self.free).try_acquire_many_owned(count) {
            return Some(turn);
        }
        let _place = Place::in_line(&self.waiting)?;
        let turn = Arc::clone(&self.free).acquire_many_owned(count);
        tokio::time::timeout(patience, turn).await.ok()?.ok()
    }
}

/// A place in a line, left when it is dropped: by whoever has a turn, has waited
/// too long or has gone away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn in_line(waiting: &'a AtomicUsize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < LINE).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A file in pieces. A large one keeps its turn until it is sent, nobody takes
/// it any more, or a stranger took it too slowly: then the rest is let go.
pub(super) fn in_pieces(
    file: impl Into<Bytes>,
    held: Held,
) -> impl Stream<Item = Result<Bytes, TooSlow>> {
    let longest = held.longest;
    in_pieces_within(file.into(), held, longest)
}

fn in_pieces_within<H: 'static>(
    file: Bytes,
    held: H,
    longest: Option<Duration>,
) -> impl Stream<Item = Result<Bytes, TooSlow>> {
    let held = (file.len() > SMALL).then_some(held);
    let longest = longest.filter(|_| held.is_some());
    let left = Arc::new(Mutex::new(Some((file, held))));
    if let Some(longest) = longest {
        let held = Arc::downgrade(&left);
        actix_web::rt::spawn(async move {
            tokio::time::sleep(longest).await;
            if let Some(left) = held.upgrade() {
                left.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
        });
    }
    unfold(left, |left| async move {
        let piece = next_piece(&left);
        let is_end = piece.as_ref().is_ok_and(Bytes::is_empty);
        (!is_end).then_some((piece, left))
    })
}

/// What is left of a file, with the turn that it holds; nothing once it was
/// taken too slowly.
type Left<H> = Mutex<Option<(Bytes, Option<H>)>>;

fn next_piece<H>(left: &Left<H>) -> Result<Bytes, TooSlow> {
    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
    let (rest, _) = left.as_mut().ok_or(TooSlow)?;
    // A copy: a piece that waits in a slow connection does not hold the whole.
    let piece = rest.split_to(rest.len().min(PIECE));
    Ok(Bytes::copy_from_slice(&piece))
}

/// A file of the disk in pieces, which are read as they are taken. A stranger's
/// turn lasts until the file is sent or was taken too slowly.
pub(super) fn file_in_pieces(
    file: File,
    held: Held,
) -> impl Stream<Item = Result<Bytes, io::Error>> {
    let longest = held.longest;
    let open = Arc::new(Mutex::new(Some((file, held))));
    if let Some(longest) = longest {
        let held = Arc::downgrade(&open);
        actix_web::rt::spawn(async move {
            tokio::time::sleep(longest).await;
            if let Some(open) = held.upgrade() {
                open.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
        });
    }
    unfold(open, |open| async move {
        let reading = Arc::clone(&open);
        let read = actix_web::web::block(move || read_piece(&reading)).await;
        let piece = read.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()));
        let is_end = piece.as_ref().is_ok_and(Bytes::is_empty);
        (!is_end).then_some((piece, open))
    })
}

/// A file with the turn that it holds; nothing once it was taken too slowly.
type Open = Mutex<Option<(File, Held)>>;

fn read_piece(open: &Open) -> io::Result<Bytes> {
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    let (file, _) = open.as_mut().ok_or(io::ErrorKind::TimedOut)?;
    let mut piece = vec![0; PIECE];
    let read = file.read(&mut piece)?;
    piece.truncate(read);
    Ok(piece.into())
}

/// The connection is cut: the file was not taken within [`LONGEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file was taken too slowly")]
pub(super) struct TooSlow;

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[actix_web::test]
    async fn strangers_never_take_all_that_draws() {
        let turns = Turns::at_drawing();
        let mut taken = Vec::new();
        for _ in 0..DRAWN {
            taken.push(turns.next().await.expect("a turn"));
        }
        assert!(turns.within(1, Duration::ZERO).await.is_none());
        taken.pop();
        assert!(turns.within(1, Duration::ZERO).await.is_some());
    }

    #[actix_web::test]
    async fn a_line_has_an_end_and_whoever_leaves_it_makes_room() {
        let turns = Turns::new(1, Duration::from_secs(60));
        let turn = turns.next().await.expect("a turn");
        turns.waiting.store(LINE - 1, Ordering::Relaxed);
        let mut last = Box::pin(turns.next());
        let early = tokio::time::timeout(Duration::ZERO, &mut last).await;
        assert!(early.is_err(), "it waits");
        let late = turns.next();
        assert!(late.await.is_none(), "the line is full");
        drop(turn);
        assert!(last.await.is_some());
        assert_eq!(turns.waiting.load(Ordering::Relaxed), LINE - 1);
    }

    #[actix_web::test]
    async fn a_slow_reader_holds_a_large_file_for_one_turn_and_a_small_one_for_none() {
        let turns = Turns::at_sending();
        let file = vec![7; SMALL + 1];
        let turn = turns.next().await.expect("a turn");
        let mut pieces = Box::pin(in_pieces(file.clone(), Held::ours(turn)));
        let first = pieces.next().await.expect("a piece");
        assert_eq!(turns.free.available_permits(), SENT - 1);
        let mut read = first.map(|piece| piece.to_vec()).unwrap_or_default();
        while let Some(Ok(piece)) = pieces.next().await {
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, file);
        drop(pieces);
        assert_eq!(turns.free.available_permits(), SENT);
        let turn = turns.next().await.expect("a turn");
        let mut slow = Box::pin(in_pieces_within(file.into(), turn, Some(Duration::ZERO)));
        while turns.free.available_permits() < SENT {
            tokio::task::yield_now().await;
        }
        assert_eq!(slow.next().await, Some(Err(TooSlow)));
        let turn = turns.next().await.expect("a turn");
        let _small = in_pieces(vec![7; 10], Held::ours(turn));
        assert_eq!(turns.free.available_permits(), SENT);
    }
}
