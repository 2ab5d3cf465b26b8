//! A claim whose passage changed: what the draft said when it was marked,
//! beside what it says now, and the judgement that the claim still says it.

use actix_web::web;
use askama::Template;

use crate::desk::drafts::{self, has_drifted};
use crate::desk::{Desk, DeskError, revising};
use crate::domain::ids::ClaimId;
use crate::domain::person::Deed;
use crate::store::articles::Article;
use crate::store::claims::{self, Claim};
use crate::text::diff::{self, Change};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page, see};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "articles/passage.html")]
struct PassagePage {
    frame: Frame,
    claim: Claim,
    article: Article,
    /// The revision in which it was marked, and its words there.
    marked: (u32, String),
    /// Its words in the newest revision, if any stand for them.
    now: Option<String>,
    changes: Vec<Change>,
    drifted: bool,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, *claim)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, id: ClaimId) -> Result<PassagePage, DeskError> {
    let no_such = |what| DeskError::NoSuch { what, id: id.get() };
    desk.read(|db| {
        let claim = claims::find(db, id)?.ok_or_else(|| no_such("claim"))?;
        let marked = claim.appearance.passage.clone();
        let marked = marked.ok_or_else(|| no_such("passage in an article for claim"))?;
        let article = drafts::find(db, marked.article)?;
        let text = db.shelf().text(article.text)?;
        let span = claim.span_in(article.revision);
        let now = span.and_then(|span| text.slice(span)).map(str::to_owned);
        let quote = marked.passage.quote;
        Ok(PassagePage {
            changes: diff::words(&quote, now.as_deref().unwrap_or_default()),
            marked: (marked.revision, quote),
            drifted: has_drifted(&claim),
            now,
            frame,
            claim,
            article,
        })
    })
}

pub(in crate::web) async fn accept(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    _form: Fields,
) -> Answer {
    let (claim, actor) = (*claim, me.0.actor());
    let article = app.desk(move |desk| revising::accept(desk, actor, claim));
    see(&format!("/articles/{}#claim-{claim}", article.await?))
}

impl PassagePage {
    fn may_open(&self) -> bool {
        self.frame.may(Deed::OpenClaim)
    }

    /// What only the one side has, in its place among what both have.
    fn side(&self, is_new: bool) -> impl Iterator<Item = (&str, bool)> {
        self.changes.iter().filter_map(move |change| match change {
            Change::Same(words) => Some((words.as_str(), false)),
            Change::Gone(words) => (!is_new).then_some((words.as_str(), true)),
            Change::New(words) => is_new.then_some((words.as_str(), true)),
        })
    }
}
