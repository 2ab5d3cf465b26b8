//! What other publishers found about a claim: read from an address, a file or
//! pasted text, looked through, and noted beside the claim.

pub(in crate::web) mod readings;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::capture::fetch::{Fetch, Outcome, Request};
use crate::desk::DeskError;
use crate::desk::other_checks::{self as deeds, Found};
use crate::domain::ids::{ClaimId, OtherCheckId};
use crate::domain::words::{Address, FileName, Note};
use crate::store::claims;

use self::readings::Kept;
use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, as_sentence, sentence};
use super::super::render::{Answer, Frame, page_with, see};
use super::super::state::App;

#[derive(Template)]
#[template(path = "other_checks/new.html")]
struct NewPage {
    frame: Frame,
    claim: ClaimId,
    statement: String,
    form: Fields,
}

#[derive(Template)]
#[template(path = "other_checks/choose.html")]
struct ChoosePage {
    frame: Frame,
    reading: String,
    kept: Arc<Kept>,
    form: Fields,
}

pub(in crate::web) async fn form(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
) -> Answer {
    draw(&app, me, *claim, Fields::default()).await
}

async fn draw(app: &App, me: Visitor, claim: ClaimId, form: Fields) -> Answer {
    let status = status(&form);
    let found = app
        .desk(move |desk| desk.read(|db| Ok(claims::find(db, claim)?)))
        .await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let view = NewPage {
        frame: Frame::new(app, Some(me.0)),
        claim,
        statement: found.statement,
        form,
    };
    page_with(status, &view)
}

fn status(form: &Fields) -> StatusCode {
    if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

/// Bytes that came in, with where they are from.
struct Brought {
    bytes: Vec<u8>,
    address: Option<Address>,
    file_name: Option<FileName>,
}

pub(in crate::web) async fn look(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let claim = *claim;
    let Some(brought) = bring(&app, &mut form).await else {
        return draw(&app, me, claim, form).await;
    };
    match read(&app, claim, brought).await? {
        Ok(reading) => see(&format!("/claims/{claim}/other-checks/readings/{reading}")),
        Err(error) => {
            form.refuse("address", sentence(&error));
            draw(&app, me, claim, form).await
        }
    }
}

/// What the form names: an address, which is fetched, or a file, or text.
async fn bring(app: &App, form: &mut Fields) -> Option<Brought> {
    if let Some(address) = form.parse_optional("address", Address::parse) {
        return match fetch(app, &address).await {
            Ok(brought) => Some(brought),
            Err(reason) => {
                form.refuse("address", reason);
                None
            }
        };
    }
    let mut brought = Brought {
        bytes: form.value("text").trim().as_bytes().to_vec(),
        address: None,
        file_name: None,
    };
    if let Some(upload) = form.upload() {
        let name = upload.name.as_deref();
        brought.file_name = name.and_then(|name| FileName::parse(name).ok());
        brought.bytes.clone_from(&upload.bytes);
    }
    if brought.bytes.is_empty() && !form.is_wrong() {
        form.refuse(
            "address",
            "give an address, choose a file, or paste the text",
        );
    }
    (!form.is_wrong()).then_some(brought)
}

/// Fetches a page with the same guards as every capture.
async fn fetch(app: &App, address: &Address) -> Result<Brought, String> {
    let off = "fetching is switched off in the configuration; choose a file or paste the text";
    let fetcher = app.facts().fetcher.as_ref().ok_or_else(|| off.to_owned())?;
    let url = url::Url::parse(address.as_str()).map_err(|error| error.to_string())?;
    match fetcher.fetch(&Request::new(url)).await {
        Ok(Outcome::Fetched(fetched)) => Ok(Brought {
            address: Address::parse(fetched.last.as_str()).ok(),
            bytes: fetched.body,
            file_name: None,
        }),
        Ok(Outcome::NotModified(_)) => Err("the server sent nothing; try again".to_owned()),
        Err(trouble) => Err(as_sentence(&trouble.to_string())),
    }
}

/// Reads what was brought and keeps it for a choice; the desk's own reviews are
/// no checks by others.
async fn read(
    app: &App,
    claim: ClaimId,
    brought: Brought,
) -> Result<Result<String, DeskError>, Problem> {
    let own = format!("{}/", app.facts().base);
    let readings = Arc::clone(app.readings());
    app.attempt(move |desk| {
        let statement = desk.read(|db| Ok(claims::get(db, claim)?.statement))?;
        let from = (brought.address, brought.file_name);
        let mut found = deeds::look(desk, &brought.bytes, from)?;
        let all = found.reviews.found.len();
        found
            .reviews
            .found
            .retain(|review| !review.url.as_str().starts_with(&own));
        if found.reviews.found.len() < all {
            let flaw = "Reviews of this desk itself are left out.".to_owned();
            found.reviews.flaws.push(flaw);
        }
        let kept = Kept {
            claim,
            statement,
            found,
        };
        Ok(readings.keep(desk.draw_secret(), kept))
    })
    .await
}

pub(in crate::web) async fn choose(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, String)>,
) -> Answer {
    let (claim, reading) = path.into_inner();
    let kept = kept(&app, claim, &reading)?;
    offer(&app, me, (reading, kept), Fields::default())
}

fn offer(app: &App, me: Visitor, (reading, kept): (String, Arc<Kept>), form: Fields) -> Answer {
    let status = status(&form);
    let view = ChoosePage {
        frame: Frame::new(app, Some(me.0)),
        reading,
        kept,
        form,
    };
    page_with(status, &view)
}

fn kept(app: &App, claim: ClaimId, reading: &str) -> Result<Arc<Kept>, Problem> {
    let kept = app.readings().find(reading);
    kept.filter(|kept| kept.claim == claim).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "This reading is not kept any more",
            "Nothing was noted. Read the page or the file again.",
        )
    })
}

pub(in crate::web) async fn note(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let claim = *claim;
    let reading = form.value("reading").to_owned();
    let kept = kept(&app, claim, &reading)?;
    let chosen = chosen(&form, &kept.found);
    if chosen.is_empty() {
        form.refuse("chosen", "choose at least one of them");
        return offer(&app, me, (reading, kept), form);
    }
    let (actor, read_in) = (me.0.actor(), kept.found.read_in.clone());
    app.desk(move |desk| deeds::note(desk, actor, claim, (chosen, read_in)))
        .await?;
    see(&format!("/claims/{claim}#other-checks"))
}

/// The reviews whose boxes were ticked.
fn chosen(form: &Fields, found: &Found) -> Vec<crate::domain::other_check::TheirReview> {
    let reviews = found.reviews.found.iter().enumerate();
    reviews
        .filter(|(at, _)| form.chose("chosen", &at.to_string()))
        .map(|(_, review)| review.clone())
        .collect()
}

pub(in crate::web) async fn remove(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, OtherCheckId)>,
    mut form: Fields,
) -> Answer {
    let (claim, check) = path.into_inner();
    let Some(reason) = form.parse("removal", Note::parse) else {
        return super::claims::draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    app.desk(move |desk| deeds::remove(desk, actor, (claim, check), reason))
        .await?;
    see(&format!("/claims/{claim}#other-checks"))
}
