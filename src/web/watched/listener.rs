//! The metrics, on an address of their own (docs/decisions/027): they say how
//! much is asked of a desk and by whom it is asked, and no page that strangers
//! reach leads there.

use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::desk::watch::{self, Figures};
use crate::store::gauges;

use super::super::door;
use super::super::headers;
use super::super::peer;
use super::super::state::App;
use super::super::tls::Shown;
use super::gauges::Known;
use super::process::Process;
use super::text::{Kind, Page};

/// Media type and version of the format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// For how long the size of all blobs stands: to add it up, each is looked at.
const BLOBS_STAND: Duration = Duration::from_secs(600);

/// Where the metrics are served, and to whom.
#[derive(Clone)]
pub struct Metrics {
    /// The address and port.
    pub listen: std::net::SocketAddr,
    /// What whoever asks has to send as a bearer token; none: whoever reaches
    /// the address may ask.
    pub token: Option<String>,
}

struct Place {
    app: web::Data<App>,
    token: Option<String>,
    certificate: Option<Arc<Shown>>,
    blobs: Mutex<Option<(Instant, u64)>>,
}

/// Serves the metrics until its handle is told to stop.
pub(in super::super) fn listen(
    (listener, metrics): (TcpListener, Metrics),
    app: &web::Data<App>,
    certificate: Option<Arc<Shown>>,
) -> std::io::Result<ServerHandle> {
    let place = web::Data::new(Place {
        app: app.clone(),
        token: metrics.token,
        certificate,
        blobs: Mutex::default(),
    });
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(place.clone())
            .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")))
            .wrap(from_fn(headers::dress))
            .route("/metrics", web::get().to(show))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

async fn show(place: web::Data<Place>, request: HttpRequest) -> HttpResponse {
    if place.token.is_none() && !is_asked_here(&request) {
        return HttpResponse::MisdirectedRequest()
            .body("ask by the number of the address, or as localhost\n");
    }
    if !place.lets(&request) {
        return HttpResponse::Unauthorized()
            .insert_header((WWW_AUTHENTICATE, "Bearer realm=\"metrics\""))
            .body("a token is needed\n");
    }
    let drawn = web::block(move || place.draw()).await;
    match drawn {
        Ok(Ok(text)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, FORMAT))
            .body(text),
        Ok(Err(error)) => {
            tracing::error!(%error, "the desk could not be measured");
            HttpResponse::ServiceUnavailable().body("the desk cannot be measured just now\n")
        }
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Whether the address is named by its number or as `localhost`. Without a token
/// whoever is on this machine may ask, and so may a browser there: a site that
/// has its name lead here must not (DNS rebinding).
fn is_asked_here(request: &HttpRequest) -> bool {
    peer::host(request).is_some_and(|host| door::is_nobodys(&host))
}

impl Place {
    fn lets(&self, request: &HttpRequest) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let sent = request.headers().get(AUTHORIZATION);
        let sent = sent.and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
        sent.is_some_and(|sent| sent.as_bytes().ct_eq(token.as_bytes()).into())
    }

    fn draw(&self) -> Result<String, crate::desk::DeskError> {
        let (facts, desk) = (self.app.facts(), self.app.whole_desk());
        let figures = watch::figures(&desk, &facts.witnesses, &facts.timestamps)?;
        let mut page = Page::default();
        requests(&mut page, &self.app);
        writes(&mut page, &self.app);
        lines(&mut page, &self.app);
        outside(&mut page, &figures);
        let ends = self.certificate.as_ref().and_then(|it| it.ends());
        let known = Known {
            figures,
            process: Process::now(),
            blobs: self.blobs(),
            certificate_ends: ends,
        };
        known.write(&mut page);
        let name = "citekeep_build_info";
        page.name(name, Gauge, "Which program runs; always 1.");
        page.value(name, &[("version", env!("CARGO_PKG_VERSION"))], 1_u8);
        Ok(page.into_text())
    }

    fn blobs(&self) -> u64 {
        let mut known = self.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.filter(|(when, _)| when.elapsed() < BLOBS_STAND);
        let (when, bytes) = fresh.unwrap_or_else(|| {
            let dir = self.app.whole_desk().dir().join("blobs");
            (Instant::now(), gauges::bytes_below(&dir))
        });
        *known = Some((when, bytes));
        bytes
    }
}

use Kind::{Counter, Gauge, Histogram};

fn requests(page: &mut Page, app: &App) {
    let counted: Vec<_> = app.requests().counted().collect();
    let name = "citekeep_http_requests_total";
    page.name(name, Counter, "Requests that were answered.");
    for it in &counted {
        for (status, count) in &it.by_status {
            let labels = [
                ("route", it.route),
                ("method", it.method),
                ("status", status.as_str()),
            ];
            page.value(name, &labels, *count as f64);
        }
    }
    let name = "citekeep_http_request_seconds";
    page.name(
        name,
        Histogram,
        "From a request's head to its answer's head.",
    );
    for it in &counted {
        page.times(
            name,
            &[("route", it.route), ("method", it.method)],
            &it.tally,
        );
    }
}

fn writes(page: &mut Page, app: &App) {
    let desk = app.whole_desk();
    let writes = desk.store().writes();
    let name = "citekeep_act_seconds";
    page.name(
        name,
        Histogram,
        "From asking for an act to its answer: done on disk, or refused.",
    );
    page.times(name, &[], &writes.acts.tally());
    let name = "citekeep_commit_seconds";
    page.name(name, Histogram, "Commits, which several acts may share.");
    page.times(name, &[], &writes.commits.tally());
    let failed = writes.failed.load(Ordering::Relaxed) as f64;
    let name = ("citekeep_commits_failed_total", Counter);
    page.one(name, "Commits that came to nothing.", failed);
    let waiting = writes.waiting.load(Ordering::Relaxed) as f64;
    let name = ("citekeep_acts_waiting", Gauge);
    page.one(name, "Acts that wait for their commit.", waiting);
}

fn lines(page: &mut Page, app: &App) {
    let all = app.lines();
    let name = "citekeep_queue_busy";
    page.name(name, Gauge, "Turns that are taken.");
    for (line, turns) in &all {
        page.value(name, &[("queue", *line)], turns.taken() as f64);
    }
    let name = "citekeep_queue_waiting";
    page.name(name, Gauge, "Requests that wait for a turn.");
    for (line, turns) in &all {
        page.value(name, &[("queue", *line)], turns.waiting() as f64);
    }
    let name = "citekeep_queue_shed_total";
    page.name(name, Counter, "Requests that were turned away with 503.");
    for (line, turns) in &all {
        page.value(name, &[("queue", *line)], turns.shed() as f64);
    }
}

fn outside(page: &mut Page, figures: &Figures) {
    let name = "citekeep_witness_lag_entries";
    page.name(name, Gauge, "Entries that a witness has not cosigned.");
    for (witness, lag, _) in &figures.witnesses {
        page.value(name, &[("witness", witness.as_str())], *lag as f64);
    }
    let name = "citekeep_witness_failures";
    page.name(name, Gauge, "How often in a row a witness did not cosign.");
    for (witness, _, failures) in &figures.witnesses {
        page.value(name, &[("witness", witness.as_str())], *failures as f64);
    }
    let name = "citekeep_timestamp_age_seconds";
    page.name(name, Gauge, "Since an authority stamped last.");
    for (authority, age, _) in &figures.authorities {
        if let Some(age) = age {
            page.value(name, &[("authority", authority.as_str())], *age);
        }
    }
    let name = "citekeep_timestamp_failures";
    page.name(
        name,
        Gauge,
        "How often in a row an authority did not stamp.",
    );
    for (authority, _, failures) in &figures.authorities {
        page.value(name, &[("authority", authority.as_str())], *failures as f64);
    }
}
