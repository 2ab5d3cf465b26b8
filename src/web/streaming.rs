//! Streams of records, and files of captures, over HTTP: made by a thread of
//! their own, handed over in pieces as fast as they are taken.
//!
//! Between the thread and the connection stands a channel of a few pieces, so
//! that a slow reader costs no more memory than a quick one; the thread waits
//! with no look at the database open. One that takes nothing for a while is let
//! go, one that is gone is noticed with the next piece, and whose session or token
//! is over gets no further one.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap,
    RETRY_AFTER, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::desk::Desk;
use crate::desk::exchange::coding::{Coding, Encoder};
use crate::desk::exchange::outgoing::ExportError;

use super::lasting::LetIn;
use super::problem::Problem;
use super::render::Answer;
use super::shares::{Share, Shares, Whose};
use super::state::App;

/// How many streams run at a time; each keeps up to three threads busy.
const MOST: usize = 4;
/// How many of them strangers may have, so that however slowly they take what
/// is public, the desk's own people are never without.
const STRANGERS: usize = 2;
/// How many of them one person may have, with whatever programs and browsers.
const OF_PERSON: usize = 2;
/// How many of them the strangers of one address may have.
const OF_ADDRESS: usize = 1;
/// How often it is looked whether a reader may read on.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How many bytes a piece has.
const PIECE: usize = 64 * 1024;
/// How many pieces may wait for the connection.
const WAITING: usize = 8;
/// How long a reader may take nothing.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many codings of a request are looked at.
const CODINGS: usize = 20;

/// What a stream is.
pub(super) struct Kind {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its name on the reader's disk, where it is a file to keep. Files are
    /// compressed in themselves and are not compressed once more.
    pub(super) file_name: Option<String>,
}

impl Kind {
    /// Records, one a line.
    pub(super) const NDJSON: Self = Self {
        media_type: "application/x-ndjson",
        file_name: None,
    };
}

/// How many more streams may begin.
#[derive(Clone)]
pub(super) struct Streams {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    shares: Shares,
}

/// The places that a stream takes, until it is dropped.
type Places = (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>, Share);

impl Streams {
    pub(super) fn new() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
            shares: Shares::default(),
        }
    }

    /// A place for one more stream, if there is one for whoever asks.
    fn place(&self, is_stranger: bool, whose: Option<Whose>) -> Option<Places> {
        let most = if is_stranger { OF_ADDRESS } else { OF_PERSON };
        let share = self.shares.take(whose, most)?;
        let part = Arc::clone(&self.strangers);
        let part = is_stranger.then(|| part.try_acquire_owned()).transpose();
        let whole = Arc::clone(&self.all).try_acquire_owned();
        Some((whole.ok()?, part.ok()?, share))
    }

    /// Answers with what `fill` writes, as it is written.
    pub(super) fn answer(
        &self,
        (app, request): (&App, &HttpRequest),
        kind: Kind,
        fill: impl FnOnce(&Desk, &mut dyn Write) -> Result<(), ExportError> + Send + 'static,
    ) -> Answer {
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CONTENT_TYPE, kind.media_type));
        answer.insert_header((CACHE_CONTROL, "no-store"));
        let coding = match kind.file_name {
            Some(name) => {
                let kept = format!("attachment; filename=\"{name}\"");
                answer.insert_header((CONTENT_DISPOSITION, kept));
                None
            }
            None => {
                answer.insert_header((VARY, "Accept-Encoding"));
                accepted(request.headers())
            }
        };
        if let Some(coding) = coding {
            answer.insert_header((CONTENT_ENCODING, coding.as_str()));
        }
        if request.method() == Method::HEAD {
            return Ok(answer.finish());
        }
        let let_in = LetIn::of(request, app);
        let place = self.place(let_in.is_none(), Whose::of(app, request));
        let Some(places) = place else {
            let mut refused = too_many().respond(request);
            let wait = actix_web::http::header::HeaderValue::from_static("10");
            refused.headers_mut().insert(RETRY_AFTER, wait);
            return Ok(refused);
        };
        let reader = (app.whole_desk(), let_in);
        Ok(answer.streaming(begin(reader, places, coding, fill)?))
    }
}

fn too_many() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-streams",
        "Too many exports are running",
        "Nothing was sent. Wait until another one has ended, and ask again.",
    )
}

/// The coding that the request accepts and the desk likes best (RFC 9110,
/// 12.5.3).
pub(super) fn accepted(headers: &HeaderMap) -> Option<Coding> {
    let header = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let wanted = |name: &str| {
        let codings = header.split(',').take(CODINGS);
        let quality = codings.filter_map(|coding| {
            let (coding, parameters) = coding.split_once(';').unwrap_or((coding, ""));
            let quality = parameters.trim().strip_prefix("q=");
            let quality: f32 = quality.map_or(1.0, |quality| quality.trim().parse().unwrap_or(0.0));
            (coding.trim().eq_ignore_ascii_case(name)).then_some(quality)
        });
        quality.fold(0.0, f32::max)
    };
    let (gzip, zstd) = (wanted("gzip").max(wanted("x-gzip")), wanted("zstd"));
    match (zstd > 0.0, gzip > 0.0) {
        (true, _) if zstd >= gzip => Some(Coding::Zstd),
        (_, true) => Some(Coding::Gzip),
        _ => None,
    }
}

/// Starts the thread, and gives what it makes as the body of an answer.
fn begin(
    (desk, let_in): (Desk, Option<LetIn>),
    places: Places,
    coding: Option<Coding>,
    fill: impl FnOnce(&Desk, &mut dyn Write) -> Result<(), ExportError> + Send + 'static,
) -> Result<impl Stream<Item = Result<Bytes, io::Error>>, Problem> {
    let (send, receive) = mpsc::channel(WAITING);
    let whole = Arc::new(AtomicBool::new(false));
    // The channel ends only after it is known whether the stream is whole.
    let open = send.clone();
    let pieces = Pieces {
        gathered: Vec::with_capacity(PIECE),
        send,
        runtime: Handle::current(),
        patience: PATIENCE,
        may_go_on: Box::new(may_go_on(desk.clone(), let_in)),
    };
    let is_whole = Arc::clone(&whole);
    let span = tracing::Span::current();
    let work = move || {
        let _said_of = span.entered();
        match make(&desk, pieces, coding, fill) {
            Ok(()) => is_whole.store(true, Ordering::Release),
            Err(ExportError::Write(error)) => tracing::debug!(%error, "a stream was let go"),
            Err(ExportError::Desk(error)) => tracing::error!(%error, "a stream was broken off"),
        }
        drop((open, places));
    };
    let thread = std::thread::Builder::new().name("stream".to_owned());
    thread.spawn(work).map_err(|error| {
        tracing::error!(%error, "there is no thread for a stream");
        Problem::broken()
    })?;
    Ok(unfold(Some((receive, whole)), |state| async move {
        let (mut receive, whole) = state?;
        match receive.recv().await {
            Some(piece) => Some((Ok(piece), Some((receive, whole)))),
            None if whole.load(Ordering::Acquire) => None,
            // The connection is cut, so that nobody takes it for the end.
            None => Some((Err(io::ErrorKind::Interrupted.into()), None)),
        }
    }))
}

/// Whether the reader of a stream may read on: strangers may, and whoever is let
/// in still, as is looked up now and then.
fn may_go_on(desk: Desk, let_in: Option<LetIn>) -> impl FnMut() -> io::Result<()> {
    let mut looked = Instant::now();
    move || {
        let Some(let_in) = let_in.as_ref().filter(|_| looked.elapsed() >= LOOK_EVERY) else {
            return Ok(());
        };
        looked = Instant::now();
        match let_in.lasts(&desk) {
            Ok(true) => Ok(()),
            Ok(false) => Err(io::ErrorKind::PermissionDenied.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

fn make(
    desk: &Desk,
    pieces: Pieces,
    coding: Option<Coding>,
    fill: impl FnOnce(&Desk, &mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut encoder = Encoder::new(coding, pieces)?;
    fill(desk, &mut encoder)?;
    encoder.finish()?.flush()?;
    Ok(())
}

/// Hands bytes over to a connection, a piece at a time.
struct Pieces {
    gathered: Vec<u8>,
    send: mpsc::Sender<Bytes>,
    runtime: Handle,
    /// How long the connection may take nothing.
    patience: Duration,
    /// Looks whether its reader may read on.
    may_go_on: Box<dyn FnMut() -> io::Result<()> + Send>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE - self.gathered.len();
        let taken = &bytes[..bytes.len().min(room)];
        self.gathered.extend_from_slice(taken);
        if self.gathered.len() == PIECE {
            self.flush()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        (self.may_go_on)()?;
        let piece = std::mem::replace(&mut self.gathered, Vec::with_capacity(PIECE));
        let sent = self.send.send_timeout(piece.into(), self.patience);
        self.runtime.block_on(sent).map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut.into(),
            mpsc::error::SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_is_the_one_that_is_asked_for() {
        let check = |asked: &'static str, expected: Option<Coding>| {
            let mut headers = HeaderMap::new();
            let value = actix_web::http::header::HeaderValue::from_static(asked);
            headers.insert(ACCEPT_ENCODING, value);
            assert_eq!(accepted(&headers), expected, "{asked}");
        };
        check("gzip", Some(Coding::Gzip));
        check("deflate, gzip, br, zstd", Some(Coding::Zstd));
        check("zstd;q=0.5, GZIP", Some(Coding::Gzip));
        check("zstd;q=0, gzip;q=0.1", Some(Coding::Gzip));
        check("x-gzip", Some(Coding::Gzip));
        check("identity", None);
        check("gzip;q=0", None);
        check("gzip;q=much", None);
        check("", None);
        assert_eq!(accepted(&HeaderMap::new()), None);
    }

    /// A connection that has room for `WAITING` pieces and takes none.
    fn idle(patience: Duration) -> (Pieces, mpsc::Receiver<Bytes>, std::thread::JoinHandle<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let (send, receive) = mpsc::channel(WAITING);
        let closed = send.clone();
        let pieces = Pieces {
            gathered: Vec::new(),
            send,
            runtime: runtime.handle().clone(),
            patience,
            may_go_on: Box::new(|| Ok(())),
        };
        let clock = std::thread::spawn(move || runtime.block_on(closed.closed()));
        (pieces, receive, clock)
    }

    #[test]
    fn strangers_never_take_all_streams() {
        let streams = Streams::new();
        let all = |is_stranger| -> Vec<Places> {
            let places = (0..MOST).map(|_| streams.place(is_stranger, None));
            places.flatten().collect()
        };
        let taken = all(true);
        assert_eq!(taken.len(), STRANGERS);
        let own = all(false);
        assert_eq!(own.len(), MOST - STRANGERS, "the rest is the desk's own");
        drop(taken);
        assert_eq!(all(true).len(), STRANGERS, "what ends makes room");
    }

    #[test]
    fn nobody_takes_all_streams_alone() {
        let streams = Streams::new();
        for (is_stranger, most) in [(true, OF_ADDRESS), (false, OF_PERSON)] {
            let of = |number| Some(Whose::Address(number));
            let mine = (0..MOST).map(|_| streams.place(is_stranger, of(1)));
            let mine: Vec<Places> = mine.flatten().collect();
            assert_eq!(mine.len(), most);
            let other = streams.place(is_stranger, of(2));
            assert!(other.is_some(), "there is room for others");
        }
    }

    #[test]
    fn whose_session_is_over_gets_no_further_piece() {
        let (mut pieces, receive, clock) = idle(PATIENCE);
        pieces.write_all(&vec![b'x'; PIECE]).expect("they may");
        pieces.may_go_on = Box::new(|| Err(io::ErrorKind::PermissionDenied.into()));
        let error = pieces.write_all(&vec![b'x'; PIECE]).expect_err("no more");
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(receive.len(), 1);
        drop((pieces, receive));
        clock.join().expect("the clock stops");
    }

    #[test]
    fn whoever_takes_nothing_is_let_go() {
        let (mut pieces, receive, clock) = idle(Duration::from_millis(50));
        let piece = vec![b'x'; PIECE];
        for _ in 0..WAITING {
            pieces.write_all(&piece).expect("there is room");
        }
        let error = pieces.write_all(&piece).expect_err("there is none");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(receive.len(), WAITING, "no more than this waits");
        drop(receive);
        clock.join().expect("the clock stops");
    }

    #[test]
    fn whoever_is_gone_is_noticed_with_the_next_piece() {
        let (mut pieces, receive, clock) = idle(PATIENCE);
        drop(receive);
        let error = pieces.write_all(&vec![b'x'; PIECE]).expect_err("nobody");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        clock.join().expect("the clock stops");
    }
}
