//! An article comes under check: the form, and what it becomes.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::DeskError;
use crate::desk::articles::{self, NewArticle};
use crate::domain::article::ArticleSheet;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Language, Notice, Title};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "articles/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
}

pub(in crate::web) async fn form(app: web::Data<App>, me: Visitor) -> Answer {
    page(&NewPage {
        frame: Frame::new(&app, Some(me.0)),
        form: Fields::default(),
    })
}

pub(in crate::web) async fn add(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
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

/// Reads an article, or a newer text of one, as a form brings it.
pub(super) fn read(form: &mut Fields) -> Option<NewArticle> {
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
