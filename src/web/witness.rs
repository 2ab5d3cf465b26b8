//! Being a witness over HTTP (C2SP tlog-witness): one address, `add-checkpoint`,
//! whose answers are plain text for programs. A desk has it below `/witness`;
//! `citekeep witness` serves nothing else.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::desk::witnessing::{Declined, Witnessing};
use crate::ledger::submission::{MAX_BYTES, Refusal};

use super::bodies;
use super::headers;
use super::problem::Problem;
use super::render::Answer;
use super::state;

/// How many threads answer; each submission takes a turn at the disk anyway.
const WORKERS: usize = 2;

/// A witness that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    done: std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>>>>,
}

impl Running {
    /// Waits until the witness has stopped: by itself on SIGINT or SIGTERM,
    /// after it has answered what it accepted.
    pub async fn wait(self) -> std::io::Result<()> {
        self.done.await
    }
}

/// Binds the address and starts to witness, and nothing else.
pub fn start(witnessing: &Arc<Witnessing>, listen: SocketAddr) -> std::io::Result<Running> {
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let shared = web::Data::from(Arc::clone(witnessing));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(bodies::in_time))
            .wrap(from_fn(headers::dress))
            .route("/add-checkpoint", web::post().to(alone))
    })
    .workers(WORKERS)
    .shutdown_timeout(10)
    .listen(listener)?
    .run();
    Ok(Running {
        address,
        done: Box::pin(server),
    })
}

async fn alone(witnessing: web::Data<Witnessing>, body: web::Payload) -> HttpResponse {
    answer(&witnessing.into_inner(), body).await
}

/// The same address of a desk that is a witness beside its other work.
pub(super) async fn add_checkpoint(app: web::Data<state::App>, body: web::Payload) -> Answer {
    let witnessing = app.facts().witnessing.as_ref();
    let witnessing = witnessing.ok_or_else(Problem::not_found)?;
    Ok(answer(witnessing, body).await)
}

async fn answer(witnessing: &Arc<Witnessing>, body: web::Payload) -> HttpResponse {
    let Ok(read) = body.to_bytes_limited(MAX_BYTES).await else {
        return plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a submission has at most {MAX_BYTES} bytes\n"),
        );
    };
    let text = read
        .ok()
        .and_then(|body| String::from_utf8(body.into()).ok());
    let Some(text) = text else {
        let words = "a submission is whole and in UTF-8\n".to_owned();
        return plain(StatusCode::BAD_REQUEST, words);
    };
    let witnessing = Arc::clone(witnessing);
    let judged = web::block(move || witnessing.add_checkpoint(&text)).await;
    match judged {
        Ok(Ok(line)) => plain(StatusCode::OK, line),
        Ok(Err(declined)) => refuse(&declined),
        Err(_) => plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "the witness is closing\n".to_owned(),
        ),
    }
}

/// The status that the standard gives to each refusal.
fn refuse(declined: &Declined) -> HttpResponse {
    let status = match declined {
        Declined::Unreadable(_) | Declined::Refused(Refusal::OldTooLarge) => {
            StatusCode::BAD_REQUEST
        }
        Declined::UnknownLog(_) => StatusCode::NOT_FOUND,
        Declined::Refused(Refusal::Unsigned) => StatusCode::FORBIDDEN,
        Declined::Refused(Refusal::OtherSize(size) | Refusal::OtherRoot(size)) => {
            return HttpResponse::Conflict()
                .insert_header((CONTENT_TYPE, "text/x.tlog.size"))
                .body(format!("{size}\n"));
        }
        Declined::Refused(Refusal::Proof(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Declined::Store(error) => {
            tracing::error!(%error, "a checkpoint could not be recorded, so it was not cosigned");
            let words = "nothing was cosigned; try again later\n".to_owned();
            return plain(StatusCode::INTERNAL_SERVER_ERROR, words);
        }
    };
    plain(status, format!("{declined}\n"))
}

fn plain(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body(text)
}
