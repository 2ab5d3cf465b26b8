//! How a server is told to stop, and stops.
//!
//! On SIGTERM it says that it is not ready, goes on for as long as those before
//! it need to notice, ends what would not end by itself, finishes what it
//! accepted, and is done. On SIGINT, which somebody types, it does not wait.
//!
//! Nor does it where what writes to the database has ended, which only a defect
//! of ours can bring about: until the desk is started again nothing could be saved,
//! so it is better ended for whatever starts it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::time::sleep;

use crate::desk::Desk;

use super::live::Live;
use super::watched::Watched;

/// What hears that the program is to stop: from the moment that it is made, so
/// that no signal ends the program half-way.
#[cfg(unix)]
pub(super) struct Signals {
    finish: tokio::signal::unix::Signal,
    at_once: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            finish: signal(SignalKind::terminate())?,
            at_once: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits until the program is to finish; whether it may take its time.
    async fn told(&mut self) -> bool {
        tokio::select! {
            _ = self.finish.recv() => true,
            _ = self.at_once.recv() => false,
        }
    }

    async fn at_once(&mut self) {
        self.at_once.recv().await;
    }
}

/// What hears that the program is to stop.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn told(&mut self) -> bool {
        self.at_once().await;
        false
    }

    async fn at_once(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// How often it is looked whether anything writes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What has to be done before a server stops.
pub(super) struct Stop {
    pub(super) signals: Signals,
    pub(super) desk: Desk,
    pub(super) server: ServerHandle,
    pub(super) live: Live,
    pub(super) watched: Arc<Watched>,
    /// How long the desk goes on after it said that it is not ready.
    pub(super) drain: Duration,
}

impl Stop {
    /// Waits for a signal, or the end of what writes, and stops the server.
    pub(super) async fn when_told(mut self) {
        let may_take_time = tokio::select! {
            may_take_time = self.signals.told() => may_take_time,
            () = nothing_writes(&self.desk) => false,
        };
        self.watched.stop();
        if may_take_time && !self.drain.is_zero() {
            let drained = sleep(self.drain);
            tokio::select! {
                () = drained => {}
                () = self.signals.at_once() => {}
            }
        }
        // The server waits for what it has accepted, and a stream ends by itself
        // only with its page.
        self.live.end();
        self.server.stop(may_take_time).await;
    }
}

async fn nothing_writes(desk: &Desk) {
    while desk.store().is_writing() {
        sleep(LOOK_EVERY).await;
    }
}
