//! What other publishers found about a claim: read from an address, a file or
//! pasted text, looked through, and noted beside the claim.

pub(in crate::web) mod readings;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::other_checks::{self as deeds, Found};
use crate::domain::ids::{ClaimId, OtherCheckId};
use crate::domain::words::{Address, FileName, Note};
use crate::store::claims;

use self::readings::{Brought, Kept, fetch, read};
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
    let status = form.status();
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
        Ok((reading, _)) => see(&format!("/claims/{claim}/other-checks/readings/{reading}")),
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
                form.refuse("address", as_sentence(&reason));
                None
            }
        };
    }
    let pasted = form.value("text").trim().as_bytes().to_vec();
    let mut brought = Brought::sent(pasted, None);
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
    let status = form.status();
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
