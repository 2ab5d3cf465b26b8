//! The pages about the desk itself.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::domain::scale::{Rating, Scale};
use crate::store::{people, scales};

use super::super::auth::{Guest, Visitor};
use super::super::render::{Answer, Frame, page, see};
use super::super::state::App;
use super::view::RatingMark;

pub(in super::super) async fn home(guest: Guest) -> Answer {
    see(if guest.0.is_some() {
        "/claims"
    } else {
        "/published"
    })
}

pub(in super::super) async fn health() -> Answer {
    Ok(HttpResponse::Ok().body("ok\n"))
}

#[derive(Template)]
#[template(path = "desk/about.html")]
struct About {
    frame: Frame,
    verifier_key: String,
    approvals: u32,
}

pub(in super::super) async fn about(app: web::Data<App>, guest: Guest) -> Answer {
    let (verifier_key, approvals) = app
        .desk(|desk| {
            let known = desk.read(|db| Ok(people::desk(db)?))?;
            Ok((
                known.map_or_else(String::new, |desk| desk.verifier_key),
                desk.rules().approvals.0,
            ))
        })
        .await?;
    page(&About {
        frame: Frame::new(&app, guest.0),
        verifier_key,
        approvals,
    })
}

#[derive(Template)]
#[template(path = "desk/keys.html")]
struct Keys {
    frame: Frame,
}

/// What the keyboard does, for those who want to read it before they try.
pub(in super::super) async fn keys(app: web::Data<App>, me: Visitor) -> Answer {
    page(&Keys {
        frame: Frame::new(&app, Some(me.0)),
    })
}

#[derive(Template)]
#[template(path = "desk/scales.html")]
struct Scales {
    frame: Frame,
    scales: Vec<Scale>,
    current: String,
}

impl Scales {
    fn mark(&self, scale: &Scale, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, scale.sheet.ratings())
    }
}

pub(in super::super) async fn scales(app: web::Data<App>, guest: Guest) -> Answer {
    let (scales, current) = app
        .desk(|desk| {
            Ok((
                desk.read(|db| Ok(scales::list(db)?))?,
                desk.rules().scale.clone(),
            ))
        })
        .await?;
    page(&Scales {
        frame: Frame::new(&app, guest.0),
        scales,
        current,
    })
}
