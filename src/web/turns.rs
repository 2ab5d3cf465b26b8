//! Whose turn it is, of strangers who ask for what costs much.
//!
//! A picture is drawn in a process of its own, and whoever waits for it waits on
//! a thread that may block; a captured file is in memory until its last byte is
//! sent, however slowly it is taken. The desk has so much of all that;
//! strangers, who may ask as often as they like, get a part of it, and wait in a
//! line that costs nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pictures that are drawn for strangers at once: fewer than the processes
/// that read and draw documents, so that the desk's own work goes on.
const DRAWN: usize = 2;
/// Captured files that are sent to strangers at once.
const SENT: usize = 12;
/// A smaller file needs no turn once it was read, in bytes.
const SMALL: usize = 256 * 1024;
/// A file is handed over in pieces of so many bytes.
const PIECE: usize = 64 * 1024;
/// How long a stranger waits for a turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A turn, which lasts until it is dropped.
pub(super) type Turn = OwnedSemaphorePermit;

/// The turns at one thing.
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    /// The turns of strangers at having pictures drawn.
    pub(super) fn at_drawing() -> Self {
        Self(Arc::new(Semaphore::new(DRAWN)))
    }

    /// The turns of strangers at fetching captured files.
    pub(super) fn at_sending() -> Self {
        Self(Arc::new(Semaphore::new(SENT)))
    }

    /// Waits for a turn; there is none for whoever has waited too long.
    pub(super) async fn next(&self) -> Option<Turn> {
        self.next_within(PATIENCE).await
    }

    async fn next_within(&self, patience: Duration) -> Option<Turn> {
        let turn = Arc::clone(&self.0).acquire_owned();
        tokio::time::timeout(patience, turn).await.ok()?.ok()
    }
}

/// A file in pieces. A large one keeps its turn until it is sent, or nobody
/// takes it any more.
pub(super) fn in_pieces(
    file: Vec<u8>,
    turn: Turn,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let turn = (file.len() > SMALL).then_some(turn);
    unfold((Bytes::from(file), turn), |(mut rest, turn)| async move {
        let piece = rest.split_to(rest.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok(piece), (rest, turn)))
    })
}

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
        assert!(turns.next_within(Duration::ZERO).await.is_none());
        taken.pop();
        assert!(turns.next_within(Duration::ZERO).await.is_some());
    }

    #[actix_web::test]
    async fn a_slow_reader_holds_a_large_file_for_one_turn_and_a_small_one_for_none() {
        let turns = Turns::at_sending();
        let file = vec![7; SMALL + 1];
        let turn = turns.next().await.expect("a turn");
        let mut pieces = Box::pin(in_pieces(file.clone(), turn));
        let first = pieces.next().await.expect("a piece");
        assert_eq!(turns.0.available_permits(), SENT - 1);
        let mut read = first.map(|piece| piece.to_vec()).unwrap_or_default();
        while let Some(Ok(piece)) = pieces.next().await {
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, file);
        drop(pieces);
        assert_eq!(turns.0.available_permits(), SENT);
        let turn = turns.next().await.expect("a turn");
        let _small = in_pieces(vec![7; 10], turn);
        assert_eq!(turns.0.available_permits(), SENT);
    }
}
