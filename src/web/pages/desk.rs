//! The front door, and small pages about the desk itself.

use actix_web::web;
use askama::Template;

use super::super::auth::{Guest, Visitor};
use super::super::render::{Answer, Frame, page, see};
use super::super::state::App;

pub(in super::super) async fn home(guest: Guest) -> Answer {
    see(if guest.0.is_some() {
        "/claims"
    } else {
        "/published"
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
