//! What is known of a provider: what it says of itself, and its keys. Both are
//! fetched when they are first needed, kept for a while, and used for longer
//! where the provider cannot be reached.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use url::Url;

use crate::capture::fetch::{Fetcher, Lookup};
use crate::desk::Desk;

use super::keys::Keys;
use super::metadata::{self, Metadata};
use super::provider::Provider;
use super::trouble::{Trouble, Untrusted};

/// How long what was fetched is used without asking again, in milliseconds.
const FRESH: i64 = 60 * 60_000;
/// How long it is used where the provider does not answer, in milliseconds.
const STALE: i64 = 24 * FRESH;
/// After how long it is asked for again then, in milliseconds.
const SOON: i64 = 60_000;
/// How long a provider that did not answer is left alone, in milliseconds.
const REST: i64 = 2_000;
/// How often in so many milliseconds its keys are fetched anew because a token
/// names one that is not known: whoever has tokens of another key cannot have the
/// desk ask all day.
const ANEW: (usize, i64) = (3, 60_000);
/// How long an answer may take.
pub(super) const WITHIN: Duration = Duration::from_secs(10);
/// How large it may be, in bytes.
const LARGEST: usize = 256 * 1024;

/// What is known of one provider.
#[derive(Default)]
pub(super) struct Known(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    metadata: Held<Metadata>,
    keys: Held<Keys>,
    /// When its keys were last fetched because one was not known.
    anew: Vec<i64>,
    /// When the provider last did not answer.
    failed: Option<i64>,
}

/// Something that was fetched, and when.
struct Held<T>(Option<(Arc<T>, i64)>);

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Held<T> {
    /// It, if it is not older.
    fn not_older(&self, now: i64, than: i64) -> Option<Arc<T>> {
        let (held, at) = self.0.as_ref()?;
        (0..than).contains(&(now - at)).then(|| Arc::clone(held))
    }
}

impl Known {
    /// What the provider says of itself.
    pub(super) async fn metadata(
        &self,
        (desk, post): (&Desk, &Fetcher),
        provider: &Provider,
    ) -> Result<Arc<Metadata>, Trouble> {
        let mut inner = self.0.lock().await;
        inner.metadata(desk, post, provider).await
    }

    /// Its keys; fetched anew where it has one that is not known yet.
    pub(super) async fn keys(
        &self,
        (desk, post): (&Desk, &Fetcher),
        provider: &Provider,
        anew: bool,
    ) -> Result<Arc<Keys>, Trouble> {
        let mut inner = self.0.lock().await;
        let now = desk.now().as_millis();
        let held = inner.keys.not_older(now, FRESH);
        if let Some(keys) = held.filter(|_| !(anew && inner.may_fetch_anew(now))) {
            return Ok(keys);
        }
        let address = inner.metadata(desk, post, provider).await?.keys.clone();
        let fetched = inner.fetch(desk, post, address).await;
        let read = fetched.and_then(|bytes| Ok(Keys::read(&bytes)?));
        inner.keys = keep(inner.keys.not_older(now, STALE), (read, now))?;
        inner.keys.not_older(now, STALE).ok_or(Trouble::Resting)
    }
}

/// What is held from here on: the new, or while that cannot be had the old. The
/// old keeps no moment of its own, so that it is asked for again soon.
fn keep<T>(old: Option<Arc<T>>, (new, now): (Result<T, Trouble>, i64)) -> Result<Held<T>, Trouble> {
    match (new, old) {
        (Ok(new), _) => Ok(Held(Some((Arc::new(new), now)))),
        (Err(trouble), Some(old)) => {
            tracing::warn!(%trouble, "what was known of a provider is used for longer");
            Ok(Held(Some((old, now - FRESH + SOON))))
        }
        (Err(trouble), None) => Err(trouble),
    }
}

impl Inner {
    fn may_fetch_anew(&mut self, now: i64) -> bool {
        let (most, within) = ANEW;
        self.anew.retain(|at| (0..within).contains(&(now - at)));
        let may = self.anew.len() < most;
        if may {
            self.anew.push(now);
        }
        may
    }

    async fn metadata(
        &mut self,
        desk: &Desk,
        post: &Fetcher,
        provider: &Provider,
    ) -> Result<Arc<Metadata>, Trouble> {
        let now = desk.now().as_millis();
        if let Some(metadata) = self.metadata.not_older(now, FRESH) {
            return Ok(metadata);
        }
        let address = metadata::address(provider).ok_or(Untrusted::Metadata)?;
        let fetched = self.fetch(desk, post, address).await;
        let read = fetched.and_then(|bytes| Ok(metadata::read(&bytes, provider)?));
        self.metadata = keep(self.metadata.not_older(now, STALE), (read, now))?;
        self.metadata.not_older(now, STALE).ok_or(Trouble::Resting)
    }

    /// Fetches, unless the provider did not answer a moment ago.
    async fn fetch(&mut self, desk: &Desk, post: &Fetcher, url: Url) -> Result<Vec<u8>, Trouble> {
        let now = desk.now().as_millis();
        let is_resting = |at: i64| (0..REST).contains(&(now - at));
        if self.failed.is_some_and(is_resting) {
            return Err(Trouble::Resting);
        }
        let heard = post.look_up(Lookup::at(url, WITHIN, LARGEST)).await;
        match heard {
            Ok(heard) if heard.status == 200 => {
                self.failed = None;
                Ok(heard.body)
            }
            Ok(heard) => {
                self.failed = Some(now);
                Err(Trouble::Status(heard.status))
            }
            Err(trouble) => {
                self.failed = Some(desk.now().as_millis());
                Err(trouble.into())
            }
        }
    }
}
