//! `citekeep serve`: the desk in a browser.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use crate::config::ArchiveAsked;
use crate::desk::capturing::Worker;
use crate::desk::hooks::Teller;
use crate::desk::timestamps::Stamper;
use crate::desk::witnesses::Asker;
use crate::desk::{Desk, people};
use crate::web::{self, Settings};

use super::trust::{self, Trusted};
use super::{Failure, Listen, Ready, backup, fetching, output, outward, stamp};

/// Serve the desk in a browser.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    listen: Listen,
}

impl Serve {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let desk = ready.open()?;
        let listen = self.listen.listen.unwrap_or(ready.config.server.listen);
        let base = ready
            .config
            .server
            .public_url
            .as_ref()
            .map(ToString::to_string);
        serve(ready, &desk, (listen, base, false), |desk, base| {
            if people::has_admin(desk)? {
                return Ok(());
            }
            let secret = people::make_set_up_link(desk)?;
            output::say(
                "this desk has no admin yet; set it up with this link, which works once, for three days:",
            );
            output::line(&format!("{base}/set-up/{secret}"));
            Ok(())
        })
    }
}

/// Serves until told to stop; `greet` speaks once the address is known.
pub(super) fn serve(
    ready: &Ready,
    desk: &Desk,
    (listen, base, demo): (SocketAddr, Option<String>, bool),
    greet: impl FnOnce(&Desk, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let worker = fetching::worker(&ready.config, desk)?;
    let trusted = if demo {
        Trusted::default()
    } else {
        trust::trusted(ready)?
    };
    let plan = Arc::new(stamp::plan(&ready.config)?);
    let settings = Settings {
        name: ready.config.desk.name.clone(),
        base: base.clone(),
        upload: ready.config.limits.upload,
        strangers: ready.config.limits.strangers,
        demo,
        archive: ready.config.archive.ask != ArchiveAsked::Never,
        drafts: ready.config.desk.drafts,
        fetcher: worker.as_ref().map(Worker::fetcher),
        witnesses: trusted.witnesses,
        witnessing: trusted.witnessing,
        timestamps: Arc::clone(&plan),
        outward: outward::outward(&ready.config, demo)?,
        workers,
    };
    web::block_on(async move {
        let running = web::start(desk, listen, settings).map_err(|error| {
            Failure::Broken(format!(
                "{listen} cannot be listened on: {error}; choose another with --listen"
            ))
        })?;
        let listens = match base {
            Some(_) => format!("; it listens on {}", running.address),
            None => String::new(),
        };
        let base = running.base.clone();
        greet(desk, &base)?;
        if let Some(metrics) = running.metrics {
            output::say(&format!("metrics are served at http://{metrics}/metrics"));
        }
        output::say(&format!(
            "the desk is open at {base}{listens}; stop it with Ctrl-C"
        ));
        let claims = format!("{}{}/claims", base, web::api::BASE);
        let teller = worker
            .as_ref()
            .map(|worker| Teller::new(desk.clone(), worker.fetcher(), claims));
        let asker = worker
            .as_ref()
            .map(|worker| Asker::new(desk.clone(), worker.fetcher(), trusted.asked));
        let stamper = worker
            .as_ref()
            .map(|worker| Stamper::new(desk.clone(), worker.fetcher(), plan));
        let keeping = if demo { None } else { backup::keeper(ready)? };
        let workers = web::Workers {
            capturing: worker,
            telling: teller,
            asking: asker,
            stamping: stamper,
            keeping,
        };
        web::serve(desk.clone(), running, workers).await?;
        output::say("the desk is closed");
        Ok(())
    })
}
