//! From the configuration to what fetches and reads.

use std::sync::Arc;
use std::time::Duration;

use crate::capture::apart::ParseLimits;
use crate::capture::fetch::Fetcher;
use crate::capture::fetch::allow::AllowList;
use crate::capture::fetch::limits::FetchLimits;
use crate::capture::scan::Scanner;
use crate::capture::wayback;
use crate::config::{ArchiveAsked, ArchiveSection, Config, ReadingSection, ScanningSection};
use crate::desk::Desk;
use crate::desk::capturing::{self, Archive, Worker};
use crate::store::local::captures::{Queued, Stage};
use crate::web;

use super::Failure;

/// What reading one document may use.
pub(super) fn parse_limits(section: &ReadingSection) -> ParseLimits {
    ParseLimits {
        seconds: section.seconds.max(1),
        memory: section.memory,
        output: section.output,
    }
}

/// What scans foreign documents; nothing where no command is named.
pub(super) fn scanner(section: &ScanningSection) -> Option<Scanner> {
    let within = Duration::from_secs(section.seconds.max(1));
    Scanner::new(&section.command, within)
}

/// What works the queue off, as the configuration wants it; nothing where
/// fetching is switched off.
pub(super) fn worker(config: &Config, desk: &Desk) -> Result<Option<Worker>, Failure> {
    if !config.fetch.enabled {
        return Ok(None);
    }
    let fetcher = Arc::new(Fetcher::new(limits(config)?));
    let archive = archive(&config.archive)?;
    Ok(Some(Worker::new(desk.clone(), fetcher, archive)))
}

/// What fetches for a command; refused where fetching is switched off.
pub(super) fn fetcher(config: &Config) -> Result<Fetcher, Failure> {
    if config.fetch.enabled {
        return Ok(Fetcher::new(limits(config)?));
    }
    Err(Failure::Usage(
        "fetching is switched off in the configuration".to_owned(),
    ))
}

pub(super) fn limits(config: &Config) -> Result<FetchLimits, Failure> {
    let section = &config.fetch;
    let allow = AllowList::parse(&section.allow)
        .map_err(|error| Failure::Usage(format!("[fetch] allow in the configuration: {error}")))?;
    let version = env!("CARGO_PKG_VERSION");
    let default = match &config.server.public_url {
        Some(url) => format!("Citekeep/{version} (+{url})"),
        None => format!("Citekeep/{version}"),
    };
    Ok(FetchLimits {
        ports: section.ports.clone(),
        allow,
        https_only: section.https_only,
        bytes: section.bytes,
        total: Duration::from_secs(section.seconds.max(1)),
        redirects: section.redirects,
        gap: Duration::from_millis(section.gap),
        user_agent: section.user_agent.clone().unwrap_or(default),
        ..FetchLimits::default()
    })
}

fn archive(section: &ArchiveSection) -> Result<Option<Archive>, Failure> {
    let keys = match (&section.access_key, &section.secret) {
        (Some(access), Some(secret)) => Some((access.clone(), secret.clone())),
        (None, None) => None,
        _ => {
            return Err(Failure::Usage(
                "[archive] in the configuration needs both access_key and secret, or neither"
                    .to_owned(),
            ));
        }
    };
    let always = match section.ask {
        ArchiveAsked::Never => return Ok(None),
        ArchiveAsked::ByHand => false,
        ArchiveAsked::Always => true,
    };
    Ok(Some(Archive {
        name: section.name.clone(),
        service: wayback::Archive {
            endpoint: section.endpoint.clone(),
            keys,
            ..wayback::Archive::default()
        },
        always,
    }))
}

/// Works on one capture until it ended or waits for another try, in this
/// process. A desk that is being served may take it over; then this waits for
/// what becomes of it there.
pub(super) fn run_one(config: &Config, desk: &Desk, id: i64) -> Result<Queued, Failure> {
    let Some(worker) = worker(config, desk)? else {
        return Err(Failure::Usage(
            "fetching is switched off in the configuration; upload the file instead".to_owned(),
        ));
    };
    web::block_on(async {
        loop {
            let queued = capturing::look(desk, id)?;
            if queued.stage.is_over() || (queued.stage == Stage::Waiting && queued.tries > 0) {
                return Ok(queued);
            }
            if !worker.step_on(id).await? {
                tokio::time::sleep(WAIT).await;
            }
        }
    })
}

/// How long to wait for somebody else's work on a capture.
const WAIT: Duration = Duration::from_millis(200);
