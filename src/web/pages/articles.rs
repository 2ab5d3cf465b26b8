//! Articles under check.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::articles::{self, NewArticle};
use crate::desk::{Desk, DeskError};
use crate::domain::article::ArticleSheet;
use crate::domain::ids::ArticleId;
use crate::domain::person::Deed;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Language, Notice, Title};
use crate::store::articles::{self as rows, Article};
use crate::store::claims::{self, Claim, Filter};
use crate::text::sentences::sentences;

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page, page_with, see};
use super::super::state::App;
use super::view::{ClaimRow, PAGE, Piece, PieceLink, pieces, state_words};

/// How many claims of one article are lit on its page.
const MOST_LIT: usize = 1_000;

#[derive(Deserialize)]
pub(in super::super) struct Place {
    before: Option<ArticleId>,
}

#[derive(Template)]
#[template(path = "articles/list.html")]
struct ListPage {
    frame: Frame,
    articles: Vec<Article>,
    next: Option<ArticleId>,
}

#[derive(Template)]
#[template(path = "articles/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
}

#[derive(Template)]
#[template(path = "articles/show.html")]
struct ShowPage {
    frame: Frame,
    article: Article,
    pieces: Vec<Piece>,
    claims: Vec<ClaimRow>,
    unmarked: Vec<(u64, String)>,
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before;
    let articles = app
        .desk(move |desk| desk.read(|db| Ok(rows::list(db, before, PAGE)?)))
        .await?;
    let next = articles
        .last()
        .filter(|_| articles.len() == PAGE)
        .map(|article| article.id);
    page(&ListPage {
        frame: Frame::new(&app, Some(me.0)),
        articles,
        next,
    })
}

pub(in super::super) async fn form(app: web::Data<App>, me: Visitor) -> Answer {
    page(&NewPage {
        frame: Frame::new(&app, Some(me.0)),
        form: Fields::default(),
    })
}

pub(in super::super) async fn add(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    if let Some(new) = read(&mut form) {
        let actor = me.0.actor();
        match app
            .attempt(move |desk| articles::add(desk, actor, new))
            .await?
        {
            Ok(article) => return see(&format!("/articles/{article}")),
            Err(error @ DeskError::Unreadable(_)) => form.refuse("text", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &NewPage {
            frame: Frame::new(&app, Some(me.0)),
            form,
        },
    )
}

fn read(form: &mut Fields) -> Option<NewArticle> {
    let title = form.parse("title", Title::parse);
    let url = form.parse("url", Address::parse_optional);
    let published = form.parse_optional("published", PartialDate::parse);
    let language = form.parse("language", Language::parse_optional);
    let notice = form.parse("notice", Notice::parse_optional);
    let (bytes, declared) = match form.upload() {
        Some(upload) => (
            upload.bytes.clone(),
            upload.name.clone().or_else(|| upload.media_type.clone()),
        ),
        None => (
            form.value("text").as_bytes().to_vec(),
            Some("text/plain".to_owned()),
        ),
    };
    if form.is_wrong() {
        return None;
    }
    let sheet = ArticleSheet {
        title: title?,
        url: url?,
        published,
        language: language?,
        notice: notice?,
    };
    Some(NewArticle {
        sheet,
        bytes,
        declared,
    })
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, *article)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, id: ArticleId) -> Result<ShowPage, DeskError> {
    desk.read(|db| {
        let article = rows::find(db, id)?.ok_or(DeskError::NoSuch {
            what: "article",
            id: id.get(),
        })?;
        let filter = Filter {
            article: Some(id),
            ..Filter::default()
        };
        let mut claims: Vec<Claim> = claims::list(db, &filter, None, MOST_LIT)?;
        claims.reverse();
        let text = db.shelf().text(article.text)?;
        let lit: Vec<_> = claims
            .iter()
            .filter_map(|claim| lit(claim, article.revision))
            .collect();
        let unmarked = sentences(text.as_str())
            .into_iter()
            .filter(|span| {
                !lit.iter()
                    .any(|(other, _)| other.start() < span.end() && span.start() < other.end())
            })
            .filter_map(|span| Some((span.start(), text.slice(span)?.to_owned())))
            .filter(|(_, words)| words.chars().count() > 20)
            .collect();
        Ok(ShowPage {
            frame,
            pieces: pieces(text.as_str(), text.offsets(), lit),
            article,
            claims: claims
                .into_iter()
                .map(|claim| ClaimRow::new(claim, None))
                .collect(),
            unmarked,
        })
    })
}

fn lit(claim: &Claim, revision: u32) -> Option<(crate::domain::span::CharSpan, PieceLink)> {
    let passage = claim
        .appearance
        .passage
        .as_ref()
        .filter(|passage| passage.revision == revision)?;
    let state = claim.state.as_str();
    let label = format!(
        "Claim {}, {}{}",
        claim.id,
        state_words(state),
        if claim.stale { ", stale" } else { "" }
    );
    Some((
        passage.passage.span,
        PieceLink {
            claim: claim.id,
            label,
            class: state,
        },
    ))
}

impl ShowPage {
    fn may_open(&self) -> bool {
        self.frame.may(Deed::OpenClaim)
    }
}
