//! `citekeep compare`: two copies of a log held against each other.

use clap::Args;
use serde::Serialize;
use url::Url;

use crate::capture::fetch::{Fetch, FetchTrouble, Outcome as Answer, Request};
use crate::config::Config;
use crate::desk::copies::{CompareError, Copy, CopyError, FetchFile, Kept, Outcome, Side, compare};
use crate::ledger::key::VerifierKey;
use crate::web;

use super::{Failure, Ready, fetching, output};

/// Tell whether two copies of a log are the same, one behind the other, or
/// forked. Each is a data directory, a mirror, a file of checkpoints, or the
/// address of a log, such as https://desk.example/log. Ends with 1 when they
/// are forked, with 3 when it cannot be told.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// One copy
    a: String,
    /// The other
    b: String,
    /// The verifier key of the log: every checkpoint must be signed by it, or by
    /// another key of the log that signed notes lead to from it
    #[arg(long, value_name = "VKEY")]
    key: Option<VerifierKey>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Compared<'c> {
    a: &'c Copy,
    b: &'c Copy,
    signatures_checked: bool,
    #[serde(flatten)]
    outcome: &'c Outcome,
}

impl Compare {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let kept = self.kept(&ready.config)?;
        let a = open(&self.a, kept.as_ref(), &ready.config)?;
        let b = open(&self.b, kept.as_ref(), &ready.config)?;
        let outcome = compare(&a, &b)?;
        if self.json {
            let compared = Compared {
                a: &a,
                b: &b,
                signatures_checked: self.key.is_some(),
                outcome: &outcome,
            };
            let json = serde_json::to_string_pretty(&compared);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            self.tell([&a, &b], &outcome);
        }
        match outcome {
            Outcome::Same { .. } | Outcome::Behind { .. } => Ok(()),
            Outcome::Forked { .. } => Err(Failure::Found),
            Outcome::Undecided { why } => Err(Failure::Broken(format!("it cannot be told: {why}"))),
        }
    }

    /// The key that was named, with what both copies tell of other keys.
    fn kept(&self, config: &Config) -> Result<Option<Kept>, Failure> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let mut kept = Kept::new(key.clone());
        for place in [&self.a, &self.b] {
            match address(place) {
                Some(address) => kept.learn_from(&fetch(address, config)?),
                None => kept.learn(place)?,
            }
        }
        Ok(Some(kept))
    }

    fn tell(&self, copies: [&Copy; 2], outcome: &Outcome) {
        for (name, copy) in ["A", "B"].into_iter().zip(copies) {
            output::line(&format!(
                "{name}: {}, {} of {}, {} entries",
                copy.place,
                copy.form.in_words(),
                copy.origin,
                copy.size
            ));
        }
        words(outcome).iter().for_each(|line| output::line(line));
        if self.key.is_none() {
            output::line("not checked: who signed the checkpoints; --key does that");
        }
    }
}

fn open(place: &str, kept: Option<&Kept>, config: &Config) -> Result<Copy, Failure> {
    match address(place) {
        Some(address) => Ok(Copy::fetched(place, kept, fetch(address, config)?)?),
        None => Ok(Copy::open(place, kept)?),
    }
}

/// A place that is the address of a log, as files below it are named from.
fn address(place: &str) -> Option<Url> {
    let mut address = Url::parse(place).ok()?;
    if !matches!(address.scheme(), "http" | "https") {
        return None;
    }
    let path = format!("{}/", address.path().trim_end_matches('/'));
    address.set_path(&path);
    Some(address)
}

/// What helps where a log cannot be fetched.
const INSTEAD: &str = "name a copy of it on this disk";

/// Fetches files of a log below its address.
fn fetch(base: Url, config: &Config) -> Result<FetchFile, Failure> {
    let fetcher = fetching::fetcher(config)?;
    Ok(Box::new(move |file| {
        let url = base.join(file).map_err(|error| error.to_string())?;
        let request = Request::new(url);
        match web::block_on(fetcher.fetch(&request)) {
            Ok(Answer::Fetched(found)) => Ok(found.body),
            Ok(Answer::NotModified(_)) => Err("it was not sent".to_owned()),
            Err(FetchTrouble::Status { status: 404, .. }) => Err(format!(
                "there is no {file} below it; the address of a log ends as in https://desk.example/log"
            )),
            // There is no upload here, but there are files.
            Err(trouble) => Err(trouble.to_string().replace("upload the file", INSTEAD)),
        }
    }))
}

fn words(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Same { size } => {
            vec![format!("same: both are the log of the same {size} entries")]
        }
        Outcome::Behind {
            behind,
            by,
            same,
            open,
        } => {
            let name = match behind {
                Side::A => "A",
                Side::B => "B",
            };
            let mut words = vec![format!(
                "consistent: {name} is {by} {} behind; the first {same} are proven to be the same in both",
                if *by == 1 { "entry" } else { "entries" }
            )];
            words.extend(open.iter().map(|open| format!("not proven: {open}")));
            words
        }
        Outcome::Forked { first: Some(0), .. } => {
            vec![
                "FORKED: entry 0 is the first that differs: nothing is the same in both".to_owned(),
            ]
        }
        Outcome::Forked {
            first: Some(first), ..
        } => vec![format!(
            "FORKED: entry {first} is the first that differs; the {first} before it are the same in both"
        )],
        Outcome::Forked {
            same, before, open, ..
        } => {
            let mut words = vec![format!(
                "FORKED: the first entry that differs is one of {same} to {}",
                before.saturating_sub(1)
            )];
            words.extend(open.iter().map(|open| format!("not known which: {open}")));
            words
        }
        // It is told as the reason why the command ends badly.
        Outcome::Undecided { .. } => Vec::new(),
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::NoCopy(_) => Self::Usage(error.to_string()),
            CopyError::Unreadable { .. } | CopyError::Checkpoint { .. } => {
                Self::Broken(error.to_string())
            }
        }
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::OtherLogs { .. } => Self::Usage(error.to_string()),
            CompareError::Damaged { .. } | CompareError::Unreadable { .. } => {
                Self::Broken(error.to_string())
            }
        }
    }
}
