//! What lies over a text, as W3C Web Annotation and as Hypothesis has it.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::desk::exchange::annotations::{Annotated, of_article, of_snapshot};
use crate::domain::ids::{ArticleId, SnapshotId};
use crate::export::annotation::w3c;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::render::Answer;
use crate::web::state::App;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    page: Option<usize>,
}

async fn article_notes(app: &App, article: ArticleId) -> Result<Annotated, Problem> {
    let base = app.facts().base.clone();
    app.desk(move |desk| of_article(desk, article, &base)).await
}

async fn snapshot_notes(app: &App, snapshot: SnapshotId) -> Result<Annotated, Problem> {
    let base = app.facts().base.clone();
    app.desk(move |desk| of_snapshot(desk, snapshot, &base))
        .await
}

pub(in crate::web) async fn article(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
    asked: web::Query<Asked>,
) -> Answer {
    as_w3c(&article_notes(&app, *article).await?, asked.page)
}

pub(in crate::web) async fn snapshot(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
    asked: web::Query<Asked>,
) -> Answer {
    as_w3c(&snapshot_notes(&app, *snapshot).await?, asked.page)
}

fn as_w3c(all: &Annotated, page: Option<usize>) -> Answer {
    let written = all.w3c(page).ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, w3c::MEDIA_TYPE))
        .body(written))
}

pub(in crate::web) async fn article_hypothesis(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
) -> Answer {
    let all = article_notes(&app, *article).await?;
    as_hypothesis(&all, &format!("article-{article}"))
}

pub(in crate::web) async fn snapshot_hypothesis(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let all = snapshot_notes(&app, *snapshot).await?;
    as_hypothesis(&all, &format!("snapshot-{snapshot}"))
}

fn as_hypothesis(all: &Annotated, name: &str) -> Answer {
    let disposition = format!("attachment; filename=\"{name}-hypothesis.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(all.hypothesis()))
}
