//! The changes of the desk as a stream for programs: what came after an entry
//! is told in its order, and then what happens, until the token is over or the
//! desk stops.
//!
//! Nothing is kept for a slow reader: what it has not taken is read from the
//! log when it takes more, a few entries at a time.

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream::unfold;
use tokio::sync::{broadcast, watch as switch};
use tokio::time::{Instant, Interval, interval_at};

use crate::desk::people::SignedIn;
use crate::domain::ids::EntryIndex;
use crate::domain::person::Deed;
use crate::store::trail::{self, Followed, Step};
use crate::web::cookies;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::presence::{self, Seat};
use super::stream::{HEARTBEAT, RETRY, end};
use super::{Pass, Told, full, last_seen};

/// How many entries are read at a time.
const BATCH: usize = 100;
/// What a reader is told whose token or session is over.
const OVER: &str = "event: over\ndata: {}\n\n";

/// Whether whoever asks wants a stream.
pub(in crate::web) fn is_wanted(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| value.contains("text/event-stream"))
}

/// Answers with a stream of what comes after an entry; `tell` writes one step
/// as JSON. A reader that connects again names the last one that it heard.
pub(in crate::web) fn open(
    app: &App,
    me: &SignedIn,
    request: &HttpRequest,
    after: Option<EntryIndex>,
    tell: fn(Step) -> String,
) -> Result<HttpResponse, Problem> {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .content_type("text/event-stream");
    if request.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    let pass = Arc::new(Pass::of(request, cookies::SESSION.name(app)));
    let Some(seat) = presence::sit(app.live(), me, Followed::Desk) else {
        return Ok(full(request));
    };
    let after = last_seen(request).or(after.map(EntryIndex::get));
    let follower = Follower {
        // Listening begins before the log is read: nothing falls between.
        told: app.live().told.subscribe(),
        ended: app.live().ended.subscribe(),
        heartbeat: interval_at(Instant::now() + HEARTBEAT, HEARTBEAT),
        at: after.map_or(0, |entry| entry.saturating_add(1)),
        begun: Begun::NotYet,
        app: app.clone(),
        pass,
        _seat: seat,
        tell,
    };
    let stream = unfold(follower, |mut follower| async move {
        let words = follower.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(words)), follower))
    });
    Ok(answer.force_close().streaming(stream))
}

/// How far a stream has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    NotYet,
    /// There may be more to read.
    Behind,
    /// It has told all that there was.
    UpToDate,
    Over,
}

/// One program that follows.
struct Follower {
    app: App,
    /// What it came in with, to see whether it still lasts.
    pass: Arc<Pass>,
    _seat: Seat,
    told: broadcast::Receiver<Told>,
    ended: switch::Receiver<bool>,
    heartbeat: Interval,
    /// The place of the first entry that was not told yet.
    at: u64,
    begun: Begun,
    tell: fn(Step) -> String,
}

impl Follower {
    /// The next words; none when the stream ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            match self.begun {
                Begun::Over => return None,
                Begun::NotYet => {
                    self.begun = Begun::Behind;
                    return Some(format!("retry: {RETRY}\n\n"));
                }
                Begun::Behind => {
                    let words = self.read().await?;
                    if !words.is_empty() {
                        return Some(words);
                    }
                }
                Begun::UpToDate => {
                    if self.wait().await? {
                        return self.stay().await;
                    }
                }
            }
        }
    }

    /// Waits until there may be more to say; true when it is time to show that
    /// the stream lives.
    async fn wait(&mut self) -> Option<bool> {
        tokio::select! {
            biased;
            () = end(&mut self.ended) => return None,
            told = self.told.recv() => match told {
                Ok(Told::News(news)) if news.size <= self.at => {}
                Ok(Told::Present(_)) => {}
                // Sessions may have ended: reading more looks after that.
                Ok(Told::News(_) | Told::Sessions) => self.begun = Begun::Behind,
                Err(broadcast::error::RecvError::Lagged(_)) => self.begun = Begun::Behind,
                Err(broadcast::error::RecvError::Closed) => return None,
            },
            _ = self.heartbeat.tick() => return Some(true),
        }
        Some(false)
    }

    /// What comes next in the log, for somebody who still may read it.
    async fn read(&mut self) -> Option<String> {
        let (pass, at) = (Arc::clone(&self.pass), EntryIndex::new(self.at));
        let read = self.app.desk(move |desk| {
            let me = pass.who(desk)?;
            if !me.is_some_and(|me| me.may(Deed::Read)) {
                return Ok(None);
            }
            desk.read(|db| Ok(Some(trail::since(db, Followed::Desk, at, BATCH)?)))
        });
        let Some(steps) = read.await.ok()? else {
            self.begun = Begun::Over;
            return Some(OVER.to_owned());
        };
        if steps.len() < BATCH {
            self.begun = Begun::UpToDate;
        }
        let mut words = String::new();
        for step in steps {
            let entry = step.entry.get();
            self.at = entry + 1;
            let told = (self.tell)(step);
            words.push_str(&format!("id: {entry}\nevent: change\ndata: {told}\n\n"));
        }
        Some(words)
    }

    /// A sign of life, or the end for somebody who may not read any more.
    async fn stay(&mut self) -> Option<String> {
        let pass = Arc::clone(&self.pass);
        let me = self.app.desk(move |desk| pass.who(desk)).await.ok()?;
        if me.is_some_and(|me| me.may(Deed::Read)) {
            return Some(":\n\n".to_owned());
        }
        self.begun = Begun::Over;
        Some(OVER.to_owned())
    }
}
