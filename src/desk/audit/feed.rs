//! Decoded entries on their way from the walk over the log to the replay on
//! another thread, some at a time.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::domain::event::Record;
use crate::domain::ids::EntryIndex;
use crate::store::StoreError;
use crate::store::replay::Replay;

/// How many decoded entries go to the replay at once; waking the other thread
/// for each would cost more than the hashing.
const HANDFUL: usize = 128;
/// How many handfuls may wait for it.
const WAITING: usize = 8;

/// Some entries, decoded.
type Handful = Vec<(EntryIndex, Record)>;

/// The first entry that does not fit what came before it.
type Broken = Option<(EntryIndex, StoreError)>;

/// The walk's end: decoded entries go in here.
pub(super) struct Feed {
    outbox: SyncSender<Handful>,
    handful: Handful,
}

/// Both ends of the way.
pub(super) fn lay() -> (Feed, Receiver<Handful>) {
    let (outbox, inbox) = sync_channel(WAITING);
    let handful = Vec::with_capacity(HANDFUL);
    (Feed { outbox, handful }, inbox)
}

impl Feed {
    pub(super) fn push(&mut self, index: EntryIndex, record: Record) {
        self.handful.push((index, record));
        if self.handful.len() == HANDFUL {
            self.flush();
        }
    }

    pub(super) fn flush(&mut self) {
        let full = std::mem::replace(&mut self.handful, Vec::with_capacity(HANDFUL));
        // The other side takes everything; it is there until we end.
        let _ = self.outbox.send(full);
    }
}

/// The replay's end: takes in everything that comes.
pub(super) fn follow(replay: Replay, inbox: &Receiver<Handful>) -> (Replay, Broken) {
    let mut broken = None;
    // After the first entry that does not fit, what follows would only repeat
    // it; the channel is still emptied so that the walk goes on.
    for (index, record) in inbox.iter().flatten() {
        if broken.is_none()
            && let Err(error) = replay.feed(index, &record)
        {
            broken = Some((index, error));
        }
    }
    (replay, broken)
}
