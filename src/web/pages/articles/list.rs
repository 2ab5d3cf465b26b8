//! The list of articles, each with how far it has come.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::ArticleId;
use crate::domain::person::Deed;
use crate::store::articles::{self as rows, Article};
use crate::store::drafts::{self, Tally};
use crate::web::auth::Visitor;
use crate::web::pages::view::PAGE;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

#[derive(Deserialize)]
pub(in crate::web) struct Place {
    before: Option<ArticleId>,
}

#[derive(Template)]
#[template(path = "articles/list.html")]
struct ListPage {
    frame: Frame,
    articles: Vec<(Article, Tally)>,
    next: Option<ArticleId>,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before;
    let articles = app.desk(move |desk| tallied(desk, before)).await?;
    let last = articles.last().filter(|_| articles.len() == PAGE);
    page(&ListPage {
        frame: Frame::new(&app, Some(me.0)),
        next: last.map(|(article, _)| article.id),
        articles,
    })
}

fn tallied(desk: &Desk, before: Option<ArticleId>) -> Result<Vec<(Article, Tally)>, DeskError> {
    desk.read(|db| {
        let articles = rows::list(db, before, PAGE)?;
        let mut tallies = match (articles.last(), articles.first()) {
            (Some(oldest), Some(newest)) => drafts::tallies(db, (oldest.id, newest.id))?,
            _ => BTreeMap::new(),
        };
        let with_tally = |article: Article| {
            let tally = tallies.remove(&article.id).unwrap_or_default();
            (article, tally)
        };
        Ok(articles.into_iter().map(with_tally).collect())
    })
}

impl ListPage {
    fn may_add(&self) -> bool {
        self.frame.may(Deed::OpenClaim)
    }
}
