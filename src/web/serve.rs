//! Starting and stopping the server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

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
use super::render::Answer;
use super::state::{App, Facts};
use super::{api, auth, headers, query, routes};

/// How often the log is looked at for something to sign, and for settings that
/// another process changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Each so many looks it is seen whether an erasure left something on the disk.
const SWEEP_EVERY: u64 = 30;

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
    /// What fetches pages; none where fetching is switched off.
    pub fetcher: Option<Arc<Fetcher>>,
    /// Who cosigns the log's checkpoints.
    pub witnesses: Arc<Policy>,
    /// What this desk is as a witness for others, if it is one.
    pub witnessing: Option<Arc<Witnessing>>,
    /// Whom the desk asks for timestamps.
    pub timestamps: Arc<Plan>,
    /// How many worker threads serve requests.
    pub workers: usize,
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    live: Live,
    done: std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>>>>,
}

impl Running {
    /// Waits until the server has stopped: by itself on SIGINT or SIGTERM,
    /// after it has finished what it accepted.
    pub async fn wait(self) -> std::io::Result<()> {
        self.done.await
    }
}

/// Binds the address and starts to serve.
pub fn start(desk: &Desk, listen: SocketAddr, settings: Settings) -> std::io::Result<Running> {
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let base = settings.base.unwrap_or_else(|| format!("http://{address}"));
    let facts = Facts {
        name: settings.name,
        base: base.trim_end_matches('/').to_owned(),
        upload: settings.upload,
        demo: settings.demo,
        archive: settings.archive,
        fetcher: settings.fetcher,
        witnesses: settings.witnesses,
        witnessing: settings.witnessing,
        timestamps: settings.timestamps,
    };
    let app = web::Data::new(App::new(
        desk.clone(),
        facts,
        Crowd::new(settings.strangers),
    ));
    let live = app.live().clone();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(no_such_address())
            .app_data(query::refusing())
            .wrap(from_fn(api::do_once))
            .wrap(from_fn(auth::gate))
            .wrap(from_fn(headers::dress))
            .configure(api::all)
            .configure(routes::all)
            .default_service(web::to(nothing_here))
    })
    .workers(settings.workers)
    // Whoever closes a page closes its stream, and that is how it is noticed.
    .h1_allow_half_closed(false)
    .shutdown_timeout(10)
    .listen(listener)?
    .run();
    Ok(Running {
        address,
        live,
        done: Box::pin(server),
    })
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
    let ending = spawn(live::end_when_told(running.live.clone()));
    let keeping_up = spawn(keep_up(desk.clone()));
    let beside = workers.start();
    let ended = running.wait().await;
    for task in [keeping_up, watching, ending].into_iter().chain(beside) {
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
