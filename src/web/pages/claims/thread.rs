//! The thread of a claim: what colleagues note and ask, and how a question is
//! answered and settled.

use std::collections::BTreeMap;

use actix_web::web;

use crate::desk::DeskError;
use crate::desk::dossier::Dossier;
use crate::desk::remarks::{self as deeds, NewRemark};
use crate::domain::ids::{CitationId, ClaimId, RemarkId};
use crate::domain::remark::RemarkKind;
use crate::domain::time::Timestamp;
use crate::domain::words::Note;
use crate::store::remarks::Made;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, see};
use crate::web::state::App;

use super::look::Paths;
use super::show::draw;

/// A remark as the page shows it.
pub(in crate::web::pages) struct RemarkView {
    pub(in crate::web::pages) id: RemarkId,
    pub(in crate::web::pages) is_question: bool,
    pub(in crate::web::pages) is_open: bool,
    pub(in crate::web::pages) words: String,
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) at: Timestamp,
    pub(in crate::web::pages) settled: Option<(String, Timestamp)>,
    pub(in crate::web::pages) citation: Option<CitationId>,
}

/// A remark with what answers it, and what answers those.
pub(in crate::web::pages) struct Strand {
    pub(in crate::web::pages) first: RemarkView,
    pub(in crate::web::pages) answers: Vec<RemarkView>,
}

/// The thread in the order in which it was begun; answers stand one step in.
pub(super) fn strands(dossier: &Dossier) -> Vec<Strand> {
    let mut strands: Vec<Strand> = Vec::new();
    // Which strand a remark is in.
    let mut place: BTreeMap<RemarkId, usize> = BTreeMap::new();
    for made in &dossier.remarks {
        let view = remark(dossier, made);
        let answered = made.remark.answers.and_then(|id| place.get(&id).copied());
        let at = answered.unwrap_or(strands.len());
        place.insert(made.remark.id, at);
        match strands.get_mut(at) {
            Some(strand) => strand.answers.push(view),
            None => strands.push(Strand {
                first: view,
                answers: Vec::new(),
            }),
        }
    }
    strands
}

fn remark(dossier: &Dossier, made: &Made) -> RemarkView {
    let settled = made.settled.as_ref();
    RemarkView {
        id: made.remark.id,
        is_question: made.remark.kind == RemarkKind::Question,
        is_open: made.is_open(),
        words: made.remark.words.to_string(),
        who: dossier.name(made.by.map(|by| by.person)).to_owned(),
        at: made.at,
        settled: settled.map(|(by, at)| (dossier.name(*by).to_owned(), *at)),
        citation: made.remark.citation,
    }
}

/// Back to the thread, at a remark.
fn back(claim: ClaimId, remark: RemarkId, form: &Fields) -> Answer {
    let path = Paths::after(claim, form).claim(&claim);
    see(&format!("{path}#remark-{remark}"))
}

pub(in crate::web) async fn remark_on(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let claim = *claim;
    let Some(new) = read(claim, &mut form) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let say = match form.value("settle") {
        "yes" => deeds::make_and_settle,
        _ => deeds::make,
    };
    let made = app.attempt(move |desk| say(desk, actor, new)).await?;
    match made {
        Ok(id) => back(claim, id, &form),
        Err(error @ DeskError::NotCited(_)) => {
            form.refuse("about", sentence(&error));
            draw(&app, me, claim, form).await
        }
        Err(error) => Err(Problem::from(error)),
    }
}

fn read(claim: ClaimId, form: &mut Fields) -> Option<NewRemark> {
    let kind = form.parse("remark_kind", str::parse::<RemarkKind>);
    let words = form.parse("words", Note::parse);
    let answers = form.parse_optional("answers", str::parse::<RemarkId>);
    let citation = form.parse_optional("about", str::parse::<CitationId>);
    if form.is_wrong() {
        return None;
    }
    Some(NewRemark {
        claim,
        kind: kind?,
        words: words?,
        answers,
        citation,
    })
}

pub(in crate::web) async fn settle(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, RemarkId)>,
    mut form: Fields,
) -> Answer {
    let (claim, remark) = path.into_inner();
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::settle(desk, actor, claim, remark))
        .await?;
    match done {
        Ok(()) => back(claim, remark, &form),
        Err(error @ DeskError::NoOpenQuestion) => {
            form.refuse("settlement", sentence(&error));
            draw(&app, me, claim, form).await
        }
        Err(error) => Err(Problem::from(error)),
    }
}
