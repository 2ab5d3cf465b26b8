//! Whether those outside can be reached whom the configuration names. Witnesses
//! are sent nothing, and whatever they answer, they are there. Authorities are
//! asked to stamp bytes of chance, so that an address that answers something else
//! and roots that do not fit are found before a checkpoint goes without.

use std::time::Duration;

use url::Url;

use crate::capture::authority::{AuthorityTrouble, ask as ask_authority};
use crate::capture::fetch::{Fetcher, Question};
use crate::config::Config;
use crate::desk::Rng;
use crate::desk::doctor::Finding;
use crate::desk::timestamps::{Authority, Plan};
use crate::domain::time::Timestamp;
use crate::ledger::timestamp::{Nonce, request, verify};
use crate::web;

use super::super::{fetching, stamp, trust};
use super::words;

/// How long one may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of its answer is read, in bytes.
const MOST: usize = 1 << 16;

/// What mends it that one cannot be reached.
const UNREACHED: &str = "nothing waits for it; see whether the network lets the desk out, and whether the address is right";

/// Asks each of them.
pub(super) fn ask(config: &Config, chance: &dyn Rng) -> Vec<Finding> {
    let fetcher = match fetching::fetcher(config) {
        Ok(fetcher) => fetcher,
        Err(failure) => {
            let mend = "set `enabled` under [fetch], or ask nobody outside";
            return vec![Finding::note("network", words(failure), mend)];
        }
    };
    let reached = witnesses(config).map(|(name, url)| reach(&fetcher, &name, url));
    let plan = stamp::plan(config).unwrap_or(Plan::none());
    let stamped = plan.authorities.iter();
    let stamped = stamped.map(|authority| try_stamp(&fetcher, authority, chance));
    let found: Vec<Finding> = reached.chain(stamped).collect();
    if found.is_empty() {
        return vec![Finding::fine("network", "nobody outside is named")];
    }
    found
}

fn witnesses(config: &Config) -> impl Iterator<Item = (String, Option<Url>)> {
    let policy = trust::witnesses(config).unwrap_or_default();
    let all: Vec<_> = policy
        .witnesses()
        .filter_map(|witness| {
            let url = format!("{}/add-checkpoint", witness.url.as_ref()?);
            Some((witness.name.clone(), url.parse().ok()))
        })
        .collect();
    all.into_iter()
}

fn reach(fetcher: &Fetcher, name: &str, url: Option<Url>) -> Finding {
    let check = "witness";
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
        Err(error) => Finding::wrong(check, format!("{name}: {error}"), UNREACHED),
    }
}

/// Has an authority stamp bytes that mean nothing, and checks what it answers as
/// the desk does.
fn try_stamp(fetcher: &Fetcher, authority: &Authority, chance: &dyn Rng) -> Finding {
    let (check, name) = ("timestamps", &authority.name);
    let (mut message, mut nonce) = ([0; 32], [0; 8]);
    chance.fill(&mut message);
    chance.fill(&mut nonce);
    let nonce = Nonce::from_bytes(nonce);
    let question = request(&message, nonce);
    let answer = web::block_on(ask_authority(fetcher, &authority.address, question));
    let answer = match answer {
        Ok(answer) => answer,
        Err(AuthorityTrouble::Fetch(trouble)) => {
            return Finding::wrong(check, format!("{name}: {trouble}"), UNREACHED);
        }
        Err(trouble) => {
            let mend = "see whether the address is the one that the authority publishes";
            return Finding::wrong(check, format!("{name}: {trouble}"), mend);
        }
    };
    match verify(&answer, &message, Some(nonce), &authority.roots) {
        Ok(stamp) => {
            let at = Timestamp::from_millis(stamp.at()).map(|at| at.to_string());
            let at = at.unwrap_or_else(|_| "a time that cannot be written".to_owned());
            Finding::fine(check, format!("{name} stamps; its clock says {at}"))
        }
        Err(error) => Finding::wrong(
            check,
            format!("{name} answers, and its timestamps would not be kept: {error}"),
            "see whether the address is the one that the authority publishes, and whether `roots` holds the certificates that it publishes today",
        ),
    }
}
