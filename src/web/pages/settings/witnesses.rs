//! Witnesses: who cosigns this log, and whose logs this desk cosigns.

use actix_web::web;
use askama::Template;

use crate::desk::witnesses::{self, Seen};
use crate::desk::witnessing::Witnessed;
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "settings/witnesses.html")]
struct WitnessesPage {
    frame: Frame,
    witnesses: Vec<Seen>,
    /// Whether anything is sent at all.
    outside: bool,
    /// The key of this desk as a witness, and whose logs it cosigns.
    witnessing: Option<(String, Vec<Witnessed>)>,
}

impl WitnessesPage {
    /// How it stands with a witness: a class and words.
    fn state(seen: &Seen) -> (&'static str, &'static str) {
        match &seen.standing {
            _ if seen.url.is_none() => ("withdrawn", "not asked: no address"),
            None => ("open", "not asked yet"),
            Some(standing) if standing.is_serious => ("withdrawn", "disagrees"),
            Some(standing) if standing.words.is_some() => ("open", "does not answer well"),
            Some(_) => ("published", "cosigns"),
        }
    }
}

pub(in crate::web) async fn witnesses(app: web::Data<App>, me: Visitor) -> Answer {
    let facts = app.facts();
    let policy = facts.witnesses.clone();
    let seen = app
        .desk(move |desk| witnesses::overview(desk, &policy))
        .await?;
    let witnessing = facts.witnessing.as_ref().map(|witnessing| {
        let key = witnessing.verifier().to_string();
        (key, witnessing.logs())
    });
    page(&WitnessesPage {
        frame: Frame::new(&app, Some(me.0)),
        witnesses: seen,
        outside: facts.fetcher.is_some(),
        witnessing,
    })
}
