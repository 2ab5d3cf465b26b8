//! One page's stream: what it missed, then what happens, until the page is
//! closed, the session is over or the desk stops.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use serde::Serialize;
use tokio::sync::{broadcast, watch as switch};
use tokio::time::{Instant, Interval, interval_at};

use crate::desk::people::SignedIn;
use crate::domain::person::Deed;
use crate::store::queue;
use crate::store::trail::Followed;

use super::super::state::App;
use super::news::{self, Change, Counts, News};
use super::presence::Seat;
use super::{Pass, Told};

/// How often a quiet stream shows that it lives, and its session is looked at.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(20);
/// How soon a browser tries again, in milliseconds.
pub(super) const RETRY: u32 = 3_000;
/// How many names a page is told; the others are counted.
const NAMES: usize = 12;

/// One page that listens.
struct Reader {
    app: App,
    me: SignedIn,
    /// What they came in with, to see whether it still lasts.
    pass: Arc<Pass>,
    seat: Seat,
    told: broadcast::Receiver<Told>,
    ended: switch::Receiver<bool>,
    heartbeat: Interval,
    /// The place of the first entry that was not yet considered; before the
    /// first words, what the page has missed from.
    at: Option<u64>,
    has_begun: bool,
    is_over: bool,
}

/// Opens the stream of a page that shows the log up to the entry `missed`.
pub(super) fn open(
    app: App,
    (me, pass): (SignedIn, Pass),
    seat: Seat,
    missed: Option<u64>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    // Listening begins before the log is read, so that nothing falls between.
    let told = app.live().told.subscribe();
    let reader = Reader {
        told,
        ended: app.live().ended.subscribe(),
        heartbeat: interval_at(Instant::now() + HEARTBEAT, HEARTBEAT),
        at: missed.map(|entry| entry.saturating_add(1)),
        has_begun: false,
        is_over: false,
        app,
        me,
        pass: Arc::new(pass),
        seat,
    };
    unfold(reader, |mut reader| async move {
        let words = reader.next().await?;
        Some((Ok(Bytes::from(words)), reader))
    })
}

impl Reader {
    /// The next words; none when the stream ends.
    async fn next(&mut self) -> Option<String> {
        if self.is_over {
            return None;
        }
        if !self.has_begun {
            self.has_begun = true;
            return self.begin().await;
        }
        loop {
            tokio::select! {
                biased;
                () = end(&mut self.ended) => return None,
                told = self.told.recv() => {
                    let words = self.hear(told).await?;
                    if !words.is_empty() {
                        return Some(words);
                    }
                }
                _ = self.heartbeat.tick() => return self.stay(":\n\n".to_owned()).await,
            }
        }
    }

    /// Who is here, how the queue stands, and what was missed.
    async fn begin(&mut self) -> Option<String> {
        let mut words = format!("retry: {RETRY}\n\n");
        words.push_str(&self.catch_up().await?);
        words.push_str(&self.present());
        self.app.live().nudge();
        Some(words)
    }

    /// Reads for this page alone what happened since the place it is at.
    async fn catch_up(&mut self) -> Option<String> {
        let (followed, at) = (self.seat.followed, self.at);
        let read = self.app.desk(move |desk| {
            desk.read(|db| {
                let from = match at {
                    Some(at) => at,
                    None => crate::store::log::size(db)?,
                };
                news::read(db, followed, from)
            })
        });
        let news = read.await.ok()?;
        let words = self.relate(&news) + &self.queue().await;
        self.at = Some(news.size);
        Some(words)
    }

    /// How the queues stand for whoever listens, told to those who see them.
    async fn queue(&self) -> String {
        if self.seat.followed != Followed::Desk {
            return String::new();
        }
        let me = self.me.person.id;
        let read = self
            .app
            .desk(move |desk| desk.read(|db| Ok(queue::counts(db, me, desk.now())?)));
        let Ok(counts) = read.await else {
            return String::new();
        };
        let named = counts.into_iter();
        let counts = named.map(|(queue, n)| (format!("queue.{queue}"), n));
        event::<Counts>("queue", None, &counts.collect())
    }

    async fn hear(&mut self, told: Result<Told, broadcast::error::RecvError>) -> Option<String> {
        match told {
            // Read before this page was: it knows.
            Ok(Told::News(news)) if self.at.is_some_and(|at| news.size <= at) => {
                Some(String::new())
            }
            Ok(Told::News(news)) => {
                let touches_people = |change: &Change| {
                    matches!(change.kind.as_str(), "person_left" | "role_changed")
                };
                let changes = news.changes.as_deref();
                let may_be_over = changes.is_none_or(|changes| changes.iter().any(touches_people));
                let words = self.relate(&news) + &self.queue().await;
                self.at = Some(news.size);
                if may_be_over {
                    return self.stay(words).await;
                }
                Some(words)
            }
            Ok(Told::Present(claim)) if self.seat.followed == Followed::Claim(claim) => {
                Some(self.present())
            }
            Ok(Told::Present(_)) => Some(String::new()),
            Ok(Told::Sessions) => self.stay(String::new()).await,
            // Too slow for what is kept: the log has it all.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                let words = self.catch_up().await? + &self.present();
                self.stay(words).await
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// The words, if the session still lasts and may read; else the end.
    async fn stay(&mut self, words: String) -> Option<String> {
        let pass = Arc::clone(&self.pass);
        let found = self.app.desk(move |desk| pass.who(desk)).await;
        match found.ok()? {
            Some(me) if me.may(Deed::Read) => {
                self.me = me;
                Some(words)
            }
            _ => {
                self.is_over = true;
                Some(event("over", None, &Over {}))
            }
        }
    }

    /// What of the news concerns this page and is new to it.
    fn relate(&self, news: &News) -> String {
        let at = self.at.unwrap_or(news.size);
        let mut words = String::new();
        let newest = news.size.checked_sub(1);
        match &news.changes {
            Some(changes) => {
                for change in changes {
                    let is_new = change.entry >= at && change.concerns(self.seat.followed);
                    if is_new && may_see(&self.me, change) {
                        let own = change.person == Some(self.me.person.id);
                        words.push_str(&event(
                            "change",
                            Some(change.entry),
                            &Heard { change, own },
                        ));
                    }
                }
            }
            None => words.push_str(&event("reset", newest, &Over {})),
        }
        words + &event::<Counts>("counts", newest, &news.counts)
    }

    /// Who else looks at the claim.
    fn present(&self) -> String {
        let Some(others) = self.seat.others() else {
            return String::new();
        };
        let more = others.len().saturating_sub(NAMES);
        let people = others.into_iter().take(NAMES).map(|name| Other { name });
        let people = people.collect();
        event("present", None, &Present { people, more })
    }
}

/// Waits until the desk stops.
pub(super) async fn end(ended: &mut switch::Receiver<bool>) {
    // A sender that is gone says the same.
    let _ = ended.wait_for(|ended| *ended).await;
}

/// Whether somebody may hear of a change. Whoever is signed in may read the
/// whole desk today; what only some may see is to be left out here.
fn may_see(reader: &SignedIn, _change: &Change) -> bool {
    reader.may(Deed::Read)
}

#[derive(Serialize)]
struct Heard<'c> {
    #[serde(flatten)]
    change: &'c Change,
    /// Whether whoever listens did it.
    own: bool,
}

#[derive(Serialize)]
struct Present {
    people: Vec<Other>,
    more: usize,
}

#[derive(Serialize)]
struct Other {
    name: String,
}

#[derive(Serialize)]
struct Over {}

/// An event as the stream carries it. JSON has no line breaks of its own.
fn event<T: Serialize>(name: &str, id: Option<u64>, value: &T) -> String {
    let Ok(json) = serde_json::to_string(value) else {
        return String::new();
    };
    let mut words = String::new();
    if let Some(id) = id {
        // Writing into a string cannot fail.
        let _ = writeln!(words, "id: {id}");
    }
    let _ = write!(words, "event: {name}\ndata: {json}\n\n");
    words
}
