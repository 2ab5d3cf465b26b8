//! What those see who watch over a desk: whether it can serve, and what can be
//! measured of it. Nothing here says a word of what the desk knows.

mod gauges;
mod listener;
mod process;
mod requests;
mod text;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use tokio::time::Instant;

use crate::desk::watch;

use super::render::Answer;
use super::state::App;

pub use self::listener::Metrics;
pub(super) use self::listener::listen;
pub(super) use self::requests::Requests;

/// For how long an answer stands: whoever asks more often learns no more.
const STANDS: Duration = Duration::from_secs(1);
/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of how it stands.
#[derive(Debug, Default)]
pub(super) struct Watched {
    stopping: AtomicBool,
    seen: Mutex<Option<(Instant, Vec<&'static str>)>>,
}

impl Watched {
    /// From now on the desk is on its way out.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    fn lately(&self) -> Option<Vec<&'static str>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (when, troubles) = seen.as_ref()?;
        (when.elapsed() < STANDS).then(|| troubles.clone())
    }

    fn note(&self, troubles: &[&'static str]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Some((Instant::now(), troubles.to_vec()));
    }
}

/// The process answers: that is all it says.
pub(super) async fn health() -> Answer {
    let plain = (CONTENT_TYPE, "text/plain; charset=utf-8");
    Ok(HttpResponse::Ok().insert_header(plain).body("ok\n"))
}

/// Whether requests should be sent here: 200, or 503 with what is in the way.
pub(super) async fn ready(app: web::Data<App>) -> Answer {
    let mut troubles = match app.watched().lately() {
        Some(troubles) => troubles,
        None => look(&app).await,
    };
    if app.watched().stopping.load(Ordering::Relaxed) {
        troubles.push("stopping");
    }
    let plain = (CONTENT_TYPE, "text/plain; charset=utf-8");
    Ok(if troubles.is_empty() {
        HttpResponse::Ok().insert_header(plain).body("ready\n")
    } else {
        let words = format!("not ready: {}\n", troubles.join(", "));
        HttpResponse::ServiceUnavailable()
            .insert_header(plain)
            .body(words)
    })
}

/// Looks how it stands, without waiting for a turn: a desk that has much to do
/// is ready.
async fn look(app: &App) -> Vec<&'static str> {
    let desk = app.whole_desk();
    let looked = web::block(move || watch::troubles(&desk));
    let troubles = match tokio::time::timeout(PATIENCE, looked).await {
        Ok(Ok(troubles)) => troubles,
        Ok(Err(_)) | Err(_) => vec![watch::Trouble::Database],
    };
    let troubles: Vec<&'static str> = troubles.iter().map(|it| it.as_str()).collect();
    app.watched().note(&troubles);
    troubles
}
