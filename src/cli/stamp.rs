//! `citekeep stamp`: ask the authorities for timestamps of the newest
//! checkpoint.

use std::sync::Arc;

use clap::Args;

use crate::config::{AuthoritySection, Config};
use crate::desk::audit;
use crate::desk::timestamps::{
    Asked, Authority, LEAST_EVERY, MOST_AUTHORITIES, MOST_EVERY, Plan, Stamper,
};
use crate::ledger::timestamp::Roots;
use crate::web;

use super::{Failure, Ready, fetching, output};

/// Ask the authorities for timestamps of the newest checkpoint. Ends with 3
/// when one of them did not answer as it should.
#[derive(Debug, Args)]
pub(super) struct Stamp {
    /// Those too whose turn has not come
    #[arg(long)]
    now: bool,
}

impl Stamp {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let plan = Arc::new(plan(&ready.config)?);
        if plan.authorities.is_empty() {
            return Err(Failure::Usage(
                "no authority is configured; name one under [[timestamp]] in config.toml"
                    .to_owned(),
            ));
        }
        let desk = ready.open_existing()?;
        let Some(worker) = fetching::worker(&ready.config, &desk)? else {
            return Err(Failure::Usage(
                "fetching is switched off in the configuration, so nobody is asked".to_owned(),
            ));
        };
        let size = audit::checkpoint(&desk)?;
        let stamper = Stamper::new(desk, worker.fetcher(), Arc::clone(&plan));
        let mut failed = 0;
        for authority in &plan.authorities {
            let asking = async {
                if self.now {
                    stamper.step_now(authority).await
                } else {
                    stamper.step(authority).await
                }
            };
            let asked = web::block_on(asking)?;
            failed += u64::from(matches!(asked, Asked::Failed(_)));
            output::line(&format!("{}: {}", authority.name, told(asked, size)));
        }
        if failed > 0 {
            return Err(Failure::Broken(format!(
                "{failed} of {} authorities gave no timestamp; the desk asks them again by itself while it runs",
                plan.authorities.len()
            )));
        }
        Ok(())
    }
}

fn told(asked: Asked, size: u64) -> String {
    match asked {
        Asked::Nothing => {
            format!("not asked; its turn has not come, or it has stamped all {size} entries")
        }
        Asked::Stamped(size, at) => format!("{size} entries existed before {at}"),
        Asked::Failed(words) => words,
    }
}

/// Whom the desk asks, as the configuration wants it.
pub(super) fn plan(config: &Config) -> Result<Plan, Failure> {
    let every = config.timestamps.every;
    if !(LEAST_EVERY..=MOST_EVERY).contains(&every) {
        return Err(Failure::Usage(format!(
            "[timestamps] every in the configuration is {every}; choose {LEAST_EVERY} to {MOST_EVERY} seconds"
        )));
    }
    if config.timestamp.len() > MOST_AUTHORITIES {
        return Err(Failure::Usage(format!(
            "the configuration names {} authorities under [[timestamp]]; {MOST_AUTHORITIES} are enough",
            config.timestamp.len()
        )));
    }
    let mut authorities: Vec<Authority> = Vec::new();
    for section in &config.timestamp {
        let authority = authority(section)?;
        if authorities.iter().any(|other| other.name == authority.name) {
            return Err(wrong(section, "this name stands twice"));
        }
        authorities.push(authority);
    }
    Ok(Plan { every, authorities })
}

fn authority(section: &AuthoritySection) -> Result<Authority, Failure> {
    let name = section.name.parse();
    let name = name.map_err(|error| wrong(section, error))?;
    let path = section.roots.display();
    let text = std::fs::read(&section.roots)
        .map_err(|error| wrong(section, format!("{path} cannot be read: {error}")))?;
    let roots = Roots::from_pem(&text)
        .map_err(|error| wrong(section, format!("{path} cannot be used: {error}")))?;
    Ok(Authority {
        name,
        address: section.address.clone(),
        roots,
    })
}

fn wrong(section: &AuthoritySection, why: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!(
        "[[timestamp]] '{}' in the configuration: {why}",
        section.name
    ))
}
