//! Starting and stopping the server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::rt::spawn;
use actix_web::rt::task::JoinHandle;
use actix_web::{App as ActixApp, HttpRequest, HttpServer, web};

use crate::capture::fetch::Fetcher;
use crate::desk::backup::Keeper;
use crate::desk::capturing::Worker;
use crate::desk::hooks::Teller;
use crate::desk::timestamps::{Plan, Stamper};
use crate::desk::witnesses::Asker;
use crate::desk::witnessing::Witnessing;
use crate::desk::{Desk, DeskError, audit, erasures};
use crate::ledger::policy::Policy;

use super::crowd::Crowd;
use super::live::{self, Live};
use super::problem::Problem;
use super::proxies::Proxies;
use super::render::Answer;
use super::state::{App, Facts, Reached};
use super::stopping::{Signals, Stop};
use super::tls::{Certificate, CertificateFiles};
use super::watched::{self, Metrics};
use super::{api, auth, headers, query, request_id, routes};

/// How often the log is looked at for something to sign, and for settings that
/// another process changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Each so many looks it is seen whether an erasure left something on the disk.
const SWEEP_EVERY: u64 = 30;

/// How long a connection may take nothing of what was sent.
#[cfg(target_os = "linux")]
const DEAF: Duration = Duration::from_secs(60);

/// What a server is told.
#[derive(Clone)]
pub struct Settings {
    /// The desk's name.
    pub name: String,
    /// The address under which people reach the desk; none: where it listens.
    pub base: Option<String>,
    /// The largest upload, in bytes.
    pub upload: usize,
    /// How many requests of strangers with one address are answered in a second;
    /// 0: as many as come.
    pub strangers: u32,
    /// Whether the desk holds only the worked example.
    pub demo: bool,
    /// Whether an archive elsewhere can be asked for copies.
    pub archive: bool,
    /// Whether what somebody writes is kept in their browser until it is saved.
    pub drafts: bool,
    /// What fetches pages; none where fetching is switched off.
    pub fetcher: Option<Arc<Fetcher>>,
    /// Who cosigns the log's checkpoints.
    pub witnesses: Arc<Policy>,
    /// What this desk is as a witness for others, if it is one.
    pub witnessing: Option<Arc<Witnessing>>,
    /// Whom the desk asks for timestamps.
    pub timestamps: Arc<Plan>,
    /// How the desk is reached.
    pub outward: Outward,
    /// How many worker threads serve requests.
    pub workers: usize,
}

/// How a desk is reached, beside its address.
#[derive(Clone, Default)]
pub struct Outward {
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// The certificate that is shown; none: the server speaks HTTP.
    pub certificate: Option<CertificateFiles>,
    /// Where the metrics are served, if anywhere.
    pub metrics: Option<Metrics>,
    /// How long the server goes on after it was told to stop and said so.
    pub drain: Duration,
}

impl Settings {
    /// What of it is needed wherever a request is answered.
    fn facts(self, address: SocketAddr, speaks_https: bool) -> Facts {
        let scheme = if speaks_https { "https" } else { "http" };
        let base = self.base.unwrap_or_else(|| format!("{scheme}://{address}"));
        Facts {
            name: self.name,
            base: base.trim_end_matches('/').to_owned(),
            upload: self.upload,
            demo: self.demo,
            archive: self.archive,
            drafts: self.drafts,
            fetcher: self.fetcher,
            witnesses: self.witnesses,
            witnessing: self.witnessing,
            timestamps: self.timestamps,
            outward: Reached {
                proxies: self.outward.proxies,
                speaks_https,
            },
        }
    }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The address under which people reach it, without a final slash.
    pub base: String,
    /// Where the metrics are asked for.
    pub metrics: Option<SocketAddr>,
    live: Live,
    stop: Stop,
    certificate: Option<Certificate>,
    measuring: Option<ServerHandle>,
    done: std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>>>>,
}

impl Running {
    /// Waits until the server has stopped: on SIGTERM after it has finished what
    /// it accepted, on SIGINT at once.
    async fn wait(self) -> std::io::Result<()> {
        let stopping = spawn(self.stop.when_told());
        let watching = self
            .certificate
            .map(|certificate| spawn(certificate.watch()));
        let ended = self.done.await;
        if let Some(measuring) = self.measuring {
            measuring.stop(false).await;
        }
        for task in [Some(stopping), watching].into_iter().flatten() {
            task.abort();
        }
        ended
    }
}

/// Binds the address and starts to serve.
///
/// # Errors
/// When an address is taken, or the certificate cannot be used.
pub fn start(desk: &Desk, listen: SocketAddr, settings: Settings) -> std::io::Result<Running> {
    let listener = TcpListener::bind(listen)?;
    end_with_the_deaf(&listener)?;
    let address = listener.local_addr()?;
    let (outward, signals) = (settings.outward.clone(), Signals::listen()?);
    let certificate = outward.certificate.map(Certificate::load).transpose();
    let certificate = certificate.map_err(std::io::Error::other)?;
    let (crowd, workers) = (Crowd::new(settings.strangers), settings.workers);
    let facts = settings.facts(address, certificate.is_some());
    let app = web::Data::new(App::new(desk.clone(), facts, crowd));
    let measured = measure(&app, outward.metrics, certificate.as_ref())?;
    let (base, live) = (app.facts().base.clone(), app.live().clone());
    let watched = Arc::clone(app.watched());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(no_such_address())
            .app_data(query::refusing())
            .wrap(from_fn(api::do_once))
            .wrap(from_fn(auth::gate))
            .wrap(from_fn(headers::dress))
            .wrap(from_fn(request_id::follow))
            .configure(api::all)
            .configure(routes::all)
            .default_service(web::to(nothing_here))
    })
    .workers(workers)
    // A file that is sent in parts would wait for its reader's word on the first
    // before the next is sent, 40 milliseconds on most systems.
    .tcp_nodelay(true)
    // Whoever closes a page closes its stream, and that is how it is noticed.
    .h1_allow_half_closed(false)
    .shutdown_timeout(10)
    .disable_signals();
    let server = match &certificate {
        Some(certificate) => {
            let config = certificate.config().map_err(std::io::Error::other)?;
            server.listen_rustls_0_23(listener, config)?
        }
        None => server.listen(listener)?,
    };
    let server = server.run();
    let stop = Stop {
        signals,
        server: server.handle(),
        live: live.clone(),
        watched,
        drain: outward.drain,
    };
    Ok(Running {
        address,
        base,
        metrics: measured.as_ref().map(|(address, _)| *address),
        live,
        stop,
        certificate,
        measuring: measured.map(|(_, handle)| handle),
        done: Box::pin(server),
    })
}

/// Has the system end connections whose other end takes nothing of what was
/// sent: whoever vanished, and whoever asks and never reads. Those that are
/// accepted have it from the one that listens.
#[cfg(target_os = "linux")]
fn end_with_the_deaf(listener: &TcpListener) -> std::io::Result<()> {
    let most = u32::try_from(DEAF.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, most)?)
}

#[cfg(not(target_os = "linux"))]
fn end_with_the_deaf(_: &TcpListener) -> std::io::Result<()> {
    Ok(())
}

/// Serves the metrics, where they are wanted.
fn measure(
    app: &web::Data<App>,
    metrics: Option<Metrics>,
    certificate: Option<&Certificate>,
) -> std::io::Result<Option<(SocketAddr, ServerHandle)>> {
    let Some(metrics) = metrics else {
        return Ok(None);
    };
    let listener = TcpListener::bind(metrics.listen)?;
    let address = listener.local_addr()?;
    let handle = watched::listen(
        (listener, metrics),
        app,
        certificate.map(Certificate::shown),
    )?;
    Ok(Some((address, handle)))
}

/// Runs the server's work on this thread until it is done.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// What works beside a server for as long as it runs.
pub struct Workers {
    /// Works the queue of captures off.
    pub capturing: Option<Worker>,
    /// Tells hooks.
    pub telling: Option<Teller>,
    /// Asks witnesses for cosignatures.
    pub asking: Option<Asker>,
    /// Asks authorities for timestamps.
    pub stamping: Option<Stamper>,
    /// Takes backups.
    pub keeping: Option<Keeper>,
}

/// Serves until told to stop, signs the log as it grows and at the end, tells
/// open pages what is new, and lets the workers work. What is being fetched at
/// the stop waits for the next start.
pub async fn serve(desk: Desk, running: Running, workers: Workers) -> Result<(), std::io::Error> {
    let watching = spawn(live::watch(desk.clone(), running.live.clone()));
    let keeping_up = spawn(keep_up(desk.clone()));
    let beside = workers.start();
    let ended = running.wait().await;
    for task in [keeping_up, watching].into_iter().chain(beside) {
        task.abort();
    }
    if let Err(error) = sign(desk).await {
        tracing::error!(%error, "the last checkpoint could not be signed");
    }
    ended
}

impl Workers {
    fn start(self) -> Vec<JoinHandle<()>> {
        let capturing = self.capturing.map(|worker| spawn(capture(worker)));
        let telling = self.telling;
        let telling = telling.map(|teller| spawn(async move { teller.run().await }));
        let asking = self.asking;
        let asking = asking.map(|asker| spawn(async move { asker.run().await }));
        let stamping = self.stamping;
        let stamping = stamping.map(|stamper| spawn(async move { stamper.run().await }));
        let keeping = self.keeping;
        let keeping = keeping.map(|keeper| spawn(async move { keeper.run().await }));
        let all = [capturing, telling, asking, stamping, keeping];
        all.into_iter().flatten().collect()
    }
}

async fn capture(worker: Worker) {
    let worker = std::sync::Arc::new(worker);
    let waking = std::sync::Arc::clone(&worker);
    let woken = web::block(move || waking.wake_up()).await;
    if let Ok(Err(error)) = woken {
        tracing::error!(%error, "captures that were stopped half-way could not be put back");
    }
    worker.run().await;
}

async fn keep_up(desk: Desk) {
    let (mut looking, mut signing) = (Trouble::default(), Trouble::default());
    for look in 0_u64.. {
        actix_web::rt::time::sleep(LOOK_EVERY).await;
        let looked = desk.clone();
        if let Ok(looked) = web::block(move || looked.keep_up()).await {
            looking.tell(looked, "the desk's settings could not be read");
        }
        if look.is_multiple_of(SWEEP_EVERY) {
            sweep(desk.clone()).await;
        }
        signing.tell(sign(desk.clone()).await, "a checkpoint could not be signed");
    }
}

/// What does not work each second, and is told once: a full disk holds no
/// messages about it either.
#[derive(Default)]
struct Trouble(bool);

impl Trouble {
    fn tell<T>(&mut self, went: Result<T, DeskError>, what: &str) {
        let before = std::mem::replace(&mut self.0, went.is_err());
        match went {
            Ok(_) if before => tracing::warn!("{what}; now it works again"),
            Err(error) if !before => {
                tracing::error!(%error, "{what}; it is tried again each second");
            }
            _ => {}
        }
    }
}

/// Does the rest of an erasure whose disk could not be swept at once.
async fn sweep(desk: Desk) {
    if let Ok(Err(error)) = web::block(move || erasures::sweep(&desk)).await {
        tracing::warn!(%error, "what was erased may still be on the disk; it is tried again");
    }
}

async fn sign(desk: Desk) -> Result<(), DeskError> {
    let done = web::block(move || audit::checkpoint(&desk).map(|_| ())).await;
    done.unwrap_or(Ok(()))
}

/// An address whose number is none, or is too large, names nothing.
fn no_such_address() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

async fn nothing_here(request: HttpRequest) -> Answer {
    Ok(Problem::not_found().respond(&request))
}
