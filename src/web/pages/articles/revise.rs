//! A newer text of an article: the form, the choice when somebody was
//! quicker, and the earlier texts.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::drafts::{self, Draft};
use crate::desk::{Desk, DeskError, revising};
use crate::domain::ids::ArticleId;
use crate::store::articles::{Article, Revised};
use crate::store::shelf::ShelvedText;
use crate::text::normalise;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::comparing::{Comparison, Lighted, compare};
use crate::web::pages::view::{Piece, PieceLink, pieces};
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;

use super::look::Look;
use super::new::read;

/// The longest text that the form brings along to be changed in place, in
/// bytes; longer ones are pasted or uploaded.
const LONGEST_BROUGHT: usize = 200_000;

#[derive(Template)]
#[template(path = "articles/revise.html")]
struct RevisePage {
    frame: Frame,
    article: Article,
    form: Fields,
    /// What stands there now beside what was sent, when somebody was quicker.
    both: Option<Comparison>,
    who: String,
}

#[derive(Template)]
#[template(path = "articles/revision.html")]
struct RevisionPage {
    frame: Frame,
    article: Article,
    revised: Revised,
    who: String,
    pieces: Vec<Piece>,
}

pub(in crate::web) async fn form(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let (article, form) = app.desk(move |desk| proposed(desk, *article)).await?;
    page(&RevisePage {
        frame,
        article,
        form,
        both: None,
        who: String::new(),
    })
}

/// The sheet and the text as they stand, to be changed.
fn proposed(desk: &Desk, id: ArticleId) -> Result<(Article, Fields), DeskError> {
    desk.read(|db| {
        let article = drafts::find(db, id)?;
        let text = db.shelf().text(article.text)?;
        let sheet = &article.sheet;
        let written = |value: Option<&dyn ToString>| value.map(ToString::to_string);
        let brought = Some(text.as_str()).filter(|text| text.len() <= LONGEST_BROUGHT);
        let form = Fields::proposed(&[
            ("title", sheet.title.as_str()),
            ("text", brought.unwrap_or_default()),
            ("url", sheet.url.as_ref().map_or("", |url| url.as_str())),
            (
                "published",
                sheet.published.as_ref().map_or("", |date| date.as_str()),
            ),
            (
                "language",
                &written(sheet.language.as_ref().map(|tag| tag as _)).unwrap_or_default(),
            ),
            (
                "notice",
                &written(sheet.notice.as_ref().map(|words| words as _)).unwrap_or_default(),
            ),
            ("seen", &article.revision.to_string()),
        ]);
        Ok((article, form))
    })
}

pub(in crate::web) async fn revise(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    mut form: Fields,
) -> Answer {
    let (article, actor) = (*article, me.0.actor());
    let seen = form.value("seen").parse::<u32>().map_err(|_| {
        Problem::bad_request("the form does not say which revision it was drawn from")
    })?;
    if let Some(new) = read(&mut form) {
        let done = app.attempt(move |desk| revising::revise(desk, actor, (article, seen), new));
        match done.await? {
            Ok(number) => return see(&changes_path(article, number)),
            Err(DeskError::RevisedSince { .. }) => return conflict(&app, me, article, form).await,
            Err(error @ (DeskError::Unreadable(_) | DeskError::SameText)) => {
                form.refuse("text", sentence(&error));
            }
            Err(error) => return Err(Problem::from(error)),
        }
    }
    again(&app, me, article, form).await
}

/// After a revision: what it did to the claims.
fn changes_path(article: ArticleId, number: u32) -> String {
    format!(
        "/articles/{article}/changes?from={}&to={number}",
        number - 1
    )
}

/// Brings the form back with what is wrong with it.
async fn again(app: &web::Data<App>, me: Visitor, article: ArticleId, form: Fields) -> Answer {
    let found = app.desk(move |desk| desk.read(|db| drafts::find(db, article)));
    let view = RevisePage {
        frame: Frame::new(app, Some(me.0)),
        article: found.await?,
        form,
        both: None,
        who: String::new(),
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Brings the form back with what somebody else brought beside it.
async fn conflict(app: &web::Data<App>, me: Visitor, id: ArticleId, mut form: Fields) -> Answer {
    let typed = form.value("text").to_owned();
    let is_upload = form.upload().is_some();
    let found = app.desk(move |desk| {
        let draft = desk.read(|db| Draft::read(db, id))?;
        let newest = draft.revisions.first();
        let who = draft.name(newest.and_then(|newest| newest.by)).to_owned();
        let mine = ShelvedText::new(normalise::normalise(&typed));
        let both = compare(
            &Lighted::new(Arc::clone(&draft.text), Vec::new()),
            &Lighted::new(Arc::new(mine), Vec::new()),
        );
        Ok((draft.article, who, both))
    });
    let (article, who, both) = found.await?;
    form.set("seen", &article.revision.to_string());
    if is_upload {
        form.refuse("file", "choose the file again");
    }
    let view = RevisePage {
        frame: Frame::new(app, Some(me.0)),
        article,
        form,
        both: Some(both),
        who,
    };
    page_with(StatusCode::CONFLICT, &view)
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ArticleId, u32)>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let (article, number) = path.into_inner();
    let view = app.desk(move |desk| revision(desk, frame, article, number));
    page(&view.await?)
}

fn revision(
    desk: &Desk,
    frame: Frame,
    id: ArticleId,
    number: u32,
) -> Result<RevisionPage, DeskError> {
    desk.read(|db| {
        let draft = Draft::read(db, id)?;
        let revised = draft.revision(number)?.clone();
        let text = db.shelf().text(revised.text)?;
        let lit = lit_in(&draft, number);
        Ok(RevisionPage {
            frame,
            who: draft.name(revised.by).to_owned(),
            pieces: pieces(text.as_str(), text.offsets(), lit),
            revised,
            article: draft.article,
        })
    })
}

/// Where the claims of a draft stand in one of its revisions, as far as known.
pub(super) fn lit_in(
    draft: &Draft,
    revision: u32,
) -> Vec<(crate::domain::span::CharSpan, PieceLink)> {
    let all = draft.marked.iter().map(|(_, marked)| marked);
    let lit = all.chain(&draft.gone).filter_map(|marked| {
        let link = PieceLink {
            claim: marked.claim.id,
            label: Look::new(draft, marked).label,
            class: marked.claim.state.as_str(),
        };
        Some((marked.claim.span_in(revision)?, link))
    });
    lit.collect()
}

impl RevisePage {
    fn is_long(&self) -> bool {
        self.form.value("text").is_empty()
    }
}
