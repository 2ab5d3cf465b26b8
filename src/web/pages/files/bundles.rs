//! Evidence bundles: written to a file of the disk, and sent from there.

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

use crate::desk::exchange::bundle::{self, Bundle, Kind};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::ClaimId;
use crate::store::{Db, claims};
use crate::web::auth::Visitor;
use crate::web::cached::{FRESH, is_known};
use crate::web::pages::published::file as page;
use crate::web::problem::Problem;
use crate::web::render::Answer;
use crate::web::state::App;
use crate::web::turns::{Held, file_in_pieces};

/// Everything about a claim, for those who are signed in.
pub(in crate::web) async fn of_claim(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let claim = *claim;
    if request.method() == Method::HEAD {
        let look = move |desk: &Desk| desk.read(|db| Ok(claims::get(db, claim).map(drop)?));
        app.desk(look).await?;
        return Ok(head(&format!("claim-{claim}.zip")).finish());
    }
    let base = app.facts().base.clone();
    let bundle = app.fetched(&request, move |desk| {
        written(desk, &base, (claim, Kind::Desk))
    });
    let (bundle, held) = bundle.await?;
    Ok(send(head(&bundle.name), bundle, held))
}

/// What is published of a claim, for everybody.
pub(in crate::web) async fn published(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let claim = *claim;
    let base = app.facts().base.clone();
    // The tag is read first: a bundle may be newer than its tag, never older.
    let tag = tag(&app, claim, base.clone()).await?;
    if is_known(&request, &tag) {
        return Ok(fresh(HttpResponse::NotModified(), tag).finish());
    }
    if request.method() == Method::HEAD {
        return Ok(fresh(head(&format!("published-{claim}.zip")), tag).finish());
    }
    let bundle = app.fetched(&request, move |desk| {
        written(desk, &base, (claim, Kind::Public))
    });
    let (bundle, held) = bundle.await?;
    let answer = fresh(head(&bundle.name), tag);
    Ok(send(answer, bundle, held))
}

async fn tag(app: &App, claim: ClaimId, base: String) -> Result<String, Problem> {
    let state = app.desk(move |desk| bundle::state(desk, claim, &base));
    Ok(format!("\"{}\"", &state.await?.to_string()[..32]))
}

/// An answer that everybody's browser may keep for a minute.
fn fresh(mut answer: HttpResponseBuilder, tag: String) -> HttpResponseBuilder {
    answer.insert_header((ETAG, tag));
    answer.insert_header((CACHE_CONTROL, FRESH));
    answer
}

fn written(desk: &Desk, base: &str, of: (ClaimId, Kind)) -> Result<Bundle, DeskError> {
    let draw = |db: &Db<'_>, claim| page(desk, db, (base, claim));
    bundle::write(desk, of, &draw)
}

fn head(name: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "application/zip"));
    answer.insert_header((CACHE_CONTROL, "no-store"));
    let name = format!("attachment; filename=\"{name}\"");
    answer.insert_header((CONTENT_DISPOSITION, name));
    answer
}

fn send(mut answer: HttpResponseBuilder, bundle: Bundle, held: Held) -> HttpResponse {
    let pieces = file_in_pieces(bundle.file, held);
    answer.body(SizedStream::new(bundle.length, pieces))
}
