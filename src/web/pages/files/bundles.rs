//! Evidence bundles: written to a file of the disk, and sent from there.

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::desk::exchange::bundle::{self, Bundle, Kind};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::ClaimId;
use crate::store::{Db, claims, public};
use crate::web::auth::Visitor;
use crate::web::pages::published::file as page;
use crate::web::render::Answer;
use crate::web::state::App;
use crate::web::turns::{Turn, file_in_pieces};

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
    let bundle = app.desk(move |desk| written(desk, &base, (claim, Kind::Desk)));
    Ok(send(bundle.await?, None))
}

/// What is published of a claim, for everybody.
pub(in crate::web) async fn published(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let claim = *claim;
    if request.method() == Method::HEAD {
        app.desk(move |desk| is_public(desk, claim)).await?;
        return Ok(head(&format!("published-{claim}.zip")).finish());
    }
    let base = app.facts().base.clone();
    let bundle = app.fetched(move |desk| written(desk, &base, (claim, Kind::Public)));
    let (bundle, turn) = bundle.await?;
    Ok(send(bundle, Some(turn)))
}

fn is_public(desk: &Desk, claim: ClaimId) -> Result<(), DeskError> {
    let found = desk.read(|db| Ok(public::find(db, claim)?))?;
    found.map(drop).ok_or(DeskError::NoSuch {
        what: "published claim",
        id: claim.get(),
    })
}

fn written(desk: &Desk, base: &str, of: (ClaimId, Kind)) -> Result<Bundle, DeskError> {
    let draw = |db: &Db<'_>, claim| page(desk, db, (base, claim));
    bundle::write(desk, of, &draw)
}

fn head(name: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "application/zip"));
    answer.insert_header((CACHE_CONTROL, "no-store"));
    let name = format!("attachment; filename=\"{name}\"");
    answer.insert_header((CONTENT_DISPOSITION, name));
    answer
}

fn send(bundle: Bundle, turn: Option<Turn>) -> HttpResponse {
    let pieces = file_in_pieces(bundle.file, turn);
    head(&bundle.name).body(SizedStream::new(bundle.length, pieces))
}
