//! Whether those outside can be reached whom the configuration names. What they
//! are sent is empty, and whatever they answer, they are there.

use std::time::Duration;

use url::Url;

use crate::capture::fetch::{Fetcher, Question};
use crate::config::Config;
use crate::desk::doctor::Finding;
use crate::web;

use super::super::{fetching, stamp, trust};
use super::words;

/// How long one may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of its answer is read, in bytes.
const MOST: usize = 1 << 16;

/// Asks each of them.
pub(super) fn ask(config: &Config) -> Vec<Finding> {
    let fetcher = match fetching::fetcher(config) {
        Ok(fetcher) => fetcher,
        Err(failure) => {
            let mend = "set `enabled` under [fetch], or ask nobody outside";
            return vec![Finding::note("network", words(failure), mend)];
        }
    };
    let outside = witnesses(config).chain(authorities(config));
    let found = outside.map(|(check, name, url)| reach(&fetcher, (check, &name), url));
    let found: Vec<Finding> = found.collect();
    if found.is_empty() {
        return vec![Finding::fine("network", "nobody outside is named")];
    }
    found
}

fn witnesses(config: &Config) -> impl Iterator<Item = (&'static str, String, Option<Url>)> {
    let policy = trust::witnesses(config).unwrap_or_default();
    let all: Vec<_> = policy
        .witnesses()
        .filter_map(|witness| {
            let url = format!("{}/add-checkpoint", witness.url.as_ref()?);
            Some(("witness", witness.name.clone(), url.parse().ok()))
        })
        .collect();
    all.into_iter()
}

fn authorities(config: &Config) -> impl Iterator<Item = (&'static str, String, Option<Url>)> {
    let plan = stamp::plan(config).unwrap_or(crate::desk::timestamps::Plan::none());
    let all = plan.authorities.into_iter();
    all.map(|one| ("timestamps", one.name.to_string(), Some(one.address)))
}

fn reach(fetcher: &Fetcher, (check, name): (&'static str, &str), url: Option<Url>) -> Finding {
    let Some(url) = url else {
        let found = format!("the address of {name} is none");
        return Finding::wrong(check, found, "write one that begins with https://");
    };
    let question = Question {
        url,
        media_type: "application/octet-stream",
        body: Vec::new(),
        within: PATIENCE,
        most_bytes: MOST,
    };
    match web::block_on(fetcher.inquire(question)) {
        Ok(heard) => Finding::fine(check, format!("{name} answers, with {}", heard.status)),
        Err(error) => Finding::wrong(
            check,
            format!("{name}: {error}"),
            "nothing waits for it; see whether the network lets the desk out, and whether the address is right",
        ),
    }
}
