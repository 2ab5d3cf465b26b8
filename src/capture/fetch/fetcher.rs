//! Going after a page: turn by turn, redirect by redirect, each one looked at
//! as if it were the first.

use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::CertificateDer;
use url::{Position, Url};

use super::again::retry_after;
use super::budget::Budget;
use super::door::{self, Target};
use super::exchange::{self, Ask, Reply, header};
use super::fetched::{Fetched, Outcome, Request, Unchanged, Validators, kept, media_type};
use super::limits::FetchLimits;
use super::line::{self, Trust};
use super::lookup::Lookup;
use super::parcel::{Parcel, Receipt};
use super::permission::{Permission, Permissions};
use super::question::{Heard, Question};
use super::redirect::{follow, is_redirect, onward};
use super::resolve::{Later, Resolve, System};
use super::robots::{MOST_BYTES, Robots};
use super::trouble::FetchTrouble;
use super::turns::Turns;

/// The most redirects that are followed to a robots.txt (RFC 9309, 2.3.1.2).
const ROBOTS_REDIRECTS: usize = 5;

/// How long the body of an answer to a parcel is listened to, and how much of
/// it, in bytes.
const LISTEN: Duration = Duration::from_secs(2);
const MOST_HEARD: usize = 4_096;

/// Whoever can fetch: the fetcher, and what tests put in its place.
pub trait Fetch: Send + Sync {
    /// Goes after what is asked for.
    fn fetch<'a>(&'a self, request: &'a Request) -> Later<'a, Result<Outcome, FetchTrouble>>;
}

/// Fetches from the web within its limits. One of them serves everybody, so
/// that hosts are left in peace whoever asks. Needs a tokio runtime with IO
/// and time.
pub struct Fetcher {
    limits: FetchLimits,
    resolve: Arc<dyn Resolve>,
    trust: Trust,
    turns: Turns,
    permissions: Permissions,
}

/// An answer that was read whole, whatever its status.
pub(in crate::capture) struct Answer {
    pub(in crate::capture) status: u16,
    pub(in crate::capture) retry_after: Option<Duration>,
    pub(in crate::capture) body: Vec<u8>,
}

impl Fetch for Fetcher {
    fn fetch<'a>(&'a self, request: &'a Request) -> Later<'a, Result<Outcome, FetchTrouble>> {
        Box::pin(self.go(request))
    }
}

impl Fetcher {
    /// A fetcher with these limits, which asks the machine for addresses of
    /// names and believes whom the machine believes.
    pub fn new(limits: FetchLimits) -> Self {
        Self {
            limits,
            resolve: Arc::new(System),
            trust: Trust::default(),
            turns: Turns::default(),
            permissions: Permissions::default(),
        }
    }

    /// The same, with somebody else who knows the addresses of names.
    #[must_use]
    pub fn resolving(mut self, resolve: Arc<dyn Resolve>) -> Self {
        self.resolve = resolve;
        self
    }

    /// The same, believing one more authority; `certificate` is its DER.
    #[must_use]
    pub fn trusting(mut self, certificate: Vec<u8>) -> Self {
        self.trust.named.push(CertificateDer::from(certificate));
        self
    }

    /// Asks one question without robots and redirects: for a service that was
    /// configured, not for a page.
    pub(in crate::capture) async fn speak(
        &self,
        ask: Ask,
        most_bytes: usize,
    ) -> Result<Answer, FetchTrouble> {
        let mut budget = Budget::new(&self.limits);
        let mut reply = self.send(ask, self.limits.gap, &mut budget).await?;
        let host = reply.host().to_owned();
        let body = budget.within(&host, reply.read(most_bytes)).await?;
        Ok(Answer {
            status: reply.status,
            retry_after: retry_after(&reply.headers),
            body,
        })
    }

    async fn go(&self, request: &Request) -> Result<Outcome, FetchTrouble> {
        let mut budget = Budget::new(&self.limits);
        let mut hops = Vec::new();
        let mut url = request.url.clone();
        loop {
            let mut gap = self.limits.gap;
            if request.respect_robots {
                gap = gap.max(self.robots_delay(&url, &mut budget).await?);
            }
            let mut ask = Ask::get(url.clone());
            ask.headers = conditions(request.known.as_ref(), &url);
            let is_conditional = !ask.headers.is_empty();
            let mut reply = self.send(ask, gap, &mut budget).await?;
            match reply.status {
                200..=205 => {
                    let host = reply.host().to_owned();
                    reply.seen.clone_from(&request.seen);
                    let read = reply.read(self.limits.bytes);
                    let body = budget.within(&host, read).await?;
                    return Ok(Outcome::Fetched(Box::new(Fetched {
                        asked: request.url.clone(),
                        hops,
                        last: url,
                        status: reply.status,
                        headers: kept(&reply.headers),
                        media_type: media_type(&reply.headers),
                        body,
                        peer: reply.peer,
                        took: budget.spent(),
                    })));
                }
                304 if is_conditional => {
                    return Ok(Outcome::NotModified(Box::new(Unchanged {
                        asked: request.url.clone(),
                        hops,
                        last: url,
                        peer: reply.peer,
                    })));
                }
                status if is_redirect(status) => {
                    url = follow(&reply, &url, &mut hops, self.limits.redirects)?;
                }
                _ => return Err(self.refusal(&reply)),
            }
        }
    }

    /// Looks at an address, waits for a turn at its host, and asks there.
    async fn send(
        &self,
        ask: Ask,
        gap: Duration,
        budget: &mut Budget,
    ) -> Result<Reply, FetchTrouble> {
        let target = door::admit(&ask.url, &self.limits)?;
        budget.wait(&self.turns, &target.name, gap).await?;
        budget.within(&target.name, self.ask(ask, &target)).await
    }

    /// Asks a host that was looked at, at addresses that are looked at here.
    async fn ask(&self, ask: Ask, target: &Target) -> Result<Reply, FetchTrouble> {
        let addresses = door::addresses(target, &self.limits, &*self.resolve).await?;
        let connect = self.limits.connect;
        let line = line::connect(target, &addresses, connect, &self.trust).await?;
        exchange::send(ask, target, line, &self.limits).await
    }

    /// Brings something to an address: past the same door as every fetch, with
    /// no turn to wait for, and without following anybody elsewhere. Of the
    /// answer no more is read than its head and a little of its body.
    ///
    /// # Errors
    /// When the address may not be asked, or does not answer within the time.
    pub async fn post(&self, parcel: Parcel) -> Result<Receipt, FetchTrouble> {
        let within = parcel.within;
        let ask = parcel.into_ask();
        let target = door::admit(&ask.url, &self.limits)?;
        let posting = async {
            let mut reply = self.ask(ask, &target).await?;
            // What it says beside its status changes nothing, but it is not
            // to be cut off in the middle of a short answer.
            let _ = timeout(LISTEN, reply.read_start(MOST_HEARD)).await;
            Ok(Receipt {
                status: reply.status,
                retry_after: retry_after(&reply.headers),
            })
        };
        let posted = timeout(within, posting).await;
        posted.unwrap_or_else(|_| {
            let host = target.name.clone();
            Err(FetchTrouble::Slow { host, within })
        })
    }

    /// Asks a service that was configured and reads its answer whole: past the
    /// same door as every fetch, with no turn to wait for, and without
    /// following anybody elsewhere.
    ///
    /// # Errors
    /// When the address may not be asked, does not answer within the time, or
    /// answers more than it may.
    pub async fn inquire(&self, question: Question) -> Result<Heard, FetchTrouble> {
        let limits = (question.within, question.most_bytes);
        self.hear(question.into_ask(), limits).await
    }

    /// Looks something up at a service that was configured, or brings it a form,
    /// in the same way.
    ///
    /// # Errors
    /// As when it is asked.
    pub async fn look_up(&self, lookup: Lookup) -> Result<Heard, FetchTrouble> {
        let limits = (lookup.within, lookup.most_bytes);
        self.hear(lookup.into_ask(), limits).await
    }

    /// Asks once and reads the answer whole, within these limits.
    async fn hear(
        &self,
        ask: Ask,
        (within, most_bytes): (Duration, usize),
    ) -> Result<Heard, FetchTrouble> {
        let target = door::admit(&ask.url, &self.limits)?;
        let asking = async {
            let mut reply = self.ask(ask, &target).await?;
            let body = reply.read(most_bytes).await?;
            Ok(Heard {
                status: reply.status,
                retry_after: retry_after(&reply.headers),
                body,
            })
        };
        timeout(within, asking).await.unwrap_or_else(|_| {
            let host = target.name.clone();
            Err(FetchTrouble::Slow { host, within })
        })
    }

    /// Whether a host lets us read a page, and how long it wants us to pause.
    async fn robots_delay(&self, url: &Url, budget: &mut Budget) -> Result<Duration, FetchTrouble> {
        let target = door::admit(url, &self.limits)?;
        let origin = target.origin();
        let permission = match self.permissions.find(&origin) {
            Some(permission) => permission,
            None => {
                let permission = self.ask_robots(url, budget).await?;
                self.permissions.keep(origin, permission.clone());
                permission
            }
        };
        let host = target.name;
        let Permission::Rules(robots) = permission else {
            return Err(FetchTrouble::RobotsUnclear { host });
        };
        if !robots.allows(&url[Position::BeforePath..Position::AfterQuery]) {
            return Err(FetchTrouble::Robots { host });
        }
        Ok(robots.delay.unwrap_or_default())
    }

    /// Reads the robots.txt of an address's host. That there is none means
    /// that all is allowed; that it is out of order means that nothing is
    /// (RFC 9309, 2.3.1).
    async fn ask_robots(&self, url: &Url, budget: &mut Budget) -> Result<Permission, FetchTrouble> {
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        at.set_fragment(None);
        for hop in 0..=ROBOTS_REDIRECTS {
            let reply = self
                .send(Ask::get(at.clone()), self.limits.gap, budget)
                .await;
            let mut reply = match reply {
                Err(_) if hop > 0 => return Ok(Permission::Unclear),
                reply => reply?,
            };
            match reply.status {
                200..=299 => {
                    let host = reply.host().to_owned();
                    let read = reply.read_start(MOST_BYTES);
                    let body = budget.within(&host, read).await?;
                    return Ok(Permission::Rules(Arc::new(Robots::read(&body))));
                }
                status if is_redirect(status) => match onward(&reply, &at) {
                    Ok(to) => at = to,
                    Err(_) => break,
                },
                429 | 500.. => return Ok(Permission::Unclear),
                _ => break,
            }
        }
        Ok(Permission::Rules(Arc::default()))
    }

    /// What an answer means that brings no page.
    fn refusal(&self, reply: &Reply) -> FetchTrouble {
        let host = reply.host().to_owned();
        let status = reply.status;
        match retry_after(&reply.headers) {
            Some(after) if matches!(status, 429 | 503) => {
                self.turns.rest(&host, after);
                FetchTrouble::TryLater { host, after }
            }
            _ => FetchTrouble::Status { host, status },
        }
    }
}

/// The questions "only if it changed", for the address that the answers came
/// from and for no other.
fn conditions(known: Option<&Validators>, url: &Url) -> Vec<(HeaderName, HeaderValue)> {
    let Some(known) = known.filter(|known| known.url == *url) else {
        return Vec::new();
    };
    let lines = [
        (IF_NONE_MATCH, &known.etag),
        (IF_MODIFIED_SINCE, &known.last_modified),
    ];
    lines
        .into_iter()
        .filter_map(|(name, value)| Some((name, header(value.as_ref()?))))
        .collect()
}
