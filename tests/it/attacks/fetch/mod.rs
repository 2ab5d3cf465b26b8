//! Somebody has the desk fetch what it should not, or sends it what it should
//! not take; every test is named after the attack.

mod manners;
mod places;
mod redirects;
mod streams;
mod tls;
mod wayback;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use citekeep::capture::fetch::allow::AllowList;
use citekeep::capture::fetch::limits::FetchLimits;
use citekeep::capture::fetch::resolve::{Later, Resolve};
use citekeep::capture::fetch::{Fetch, FetchTrouble, Fetched, Fetcher, Outcome, Request};
use url::Url;

use crate::capture::origin::Origin;

/// Small limits, so that no test takes long, and nothing allowed but what the
/// lines say.
fn limits<S: AsRef<str>>(allow: &[S]) -> FetchLimits {
    FetchLimits {
        connect: Duration::from_secs(2),
        total: Duration::from_secs(5),
        bytes: 100_000,
        head_bytes: 16 * 1024,
        headers: 50,
        gap: Duration::ZERO,
        patience: Duration::from_secs(5),
        allow: AllowList::parse(allow).expect("a list"),
        ..FetchLimits::default()
    }
}

/// Limits under which one server is allowed.
fn limits_for(origin: &Origin) -> FetchLimits {
    limits(&[origin.place()])
}

/// A fetcher to which one server is allowed.
fn fetcher(origin: &Origin) -> Fetcher {
    Fetcher::new(limits_for(origin))
}

/// Fetches without asking for a robots.txt, which most attacks are not about.
async fn fetch(fetcher: &Fetcher, url: Url) -> Result<Fetched, FetchTrouble> {
    let request = Request {
        respect_robots: false,
        ..Request::new(url)
    };
    ask(fetcher, &request).await
}

async fn ask(fetcher: &Fetcher, request: &Request) -> Result<Fetched, FetchTrouble> {
    match fetcher.fetch(request).await? {
        Outcome::Fetched(fetched) => Ok(*fetched),
        Outcome::NotModified(unchanged) => unreachable!("asked for anew: {unchanged:?}"),
    }
}

/// What a name server says, one answer after another; the last one stays.
struct Names {
    answers: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn say(answers: &[(&str, &[&[&str]])]) -> Arc<Self> {
        let parse = |address: &&str| address.parse::<IpAddr>().expect("an address");
        let answers = answers.iter().map(|(name, turns)| {
            let turns = turns
                .iter()
                .map(|turn| turn.iter().map(parse).collect())
                .collect();
            ((*name).to_owned(), turns)
        });
        Arc::new(Self {
            answers: Mutex::new(answers.collect()),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a whole list").clone()
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> Later<'a, io::Result<Vec<IpAddr>>> {
        self.asked
            .lock()
            .expect("a whole list")
            .push(name.to_owned());
        let mut answers = self.answers.lock().expect("a whole map");
        let found = answers.get_mut(name).and_then(|turns| {
            let is_last = turns.len() < 2;
            let first = turns.front().cloned();
            if !is_last {
                turns.pop_front();
            }
            first
        });
        Box::pin(async move { found.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}
