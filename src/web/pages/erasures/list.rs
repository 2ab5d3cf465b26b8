//! The list of erasures, newest first.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::store::erasures::{self as rows, Asked, Stage};
use crate::store::people;
use crate::web::auth::Visitor;
use crate::web::pages::view::PAGE;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "erasures/list.html")]
struct ListPage {
    frame: Frame,
    erasures: Vec<Asked>,
    names: BTreeMap<PersonId, String>,
    next: Option<EntryIndex>,
}

impl ListPage {
    fn badge(asked: &Asked) -> &'static str {
        super::badge(asked.stage)
    }

    fn may_ask(&self) -> bool {
        self.frame.may(Deed::Erase)
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct Place {
    before: Option<u64>,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before.map(EntryIndex::new);
    // Whoever may not decide sees what was done, and not what is only asked.
    let stage = (!me.0.may(Deed::Erase)).then_some(Stage::Done);
    let (erasures, names) = app
        .desk(move |desk| {
            desk.read(|db| Ok((rows::list(db, stage, before, PAGE)?, people::names(db)?)))
        })
        .await?;
    let full = erasures.len() == PAGE;
    let next = erasures.last().map(|last| last.asked).filter(|_| full);
    page(&ListPage {
        frame: Frame::new(&app, Some(me.0)),
        erasures,
        names,
        next,
    })
}
