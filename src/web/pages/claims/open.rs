//! Opening a claim: the form, and what it becomes.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::claims::{self as deeds, Made, NewClaim};
use crate::desk::{Desk, DeskError};
use crate::domain::claim::Claimant;
use crate::domain::ids::{ArticleId, ClaimId};
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Name, Position, Statement};
use crate::store::articles;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::articles::{back, next_open};
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;

use super::similar::{SimilarView, earlier};

#[derive(Template)]
#[template(path = "claims/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
    /// Earlier claims that are worded like this one,
    similar: Vec<SimilarView>,
    /// and whether somebody asked for them.
    looked: bool,
}

#[derive(Template)]
#[template(path = "claims/similar_part.html")]
struct SimilarPart {
    similar: Vec<SimilarView>,
}

#[derive(Deserialize)]
pub(in crate::web) struct Marked {
    article: Option<ArticleId>,
    start: Option<u64>,
    /// What of the draft was shown.
    #[serde(default)]
    show: String,
    #[serde(default)]
    statement: String,
    /// `hits`: only the earlier claims that are worded like the statement.
    #[serde(default)]
    part: String,
}

pub(in crate::web) async fn form(
    app: web::Data<App>,
    me: Visitor,
    marked: web::Query<Marked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let marked = marked.into_inner();
    if marked.part == "hits" {
        let like = move |desk: &Desk| desk.read(|db| earlier(db, &marked.statement, None));
        let similar = app.desk(like).await?;
        return page(&SimilarPart { similar });
    }
    let form = app.desk(move |desk| proposed(desk, &marked)).await?;
    draw(&app, (frame, StatusCode::OK), form).await
}

/// Draws the form, with what is like what was typed.
async fn draw(app: &web::Data<App>, (frame, status): (Frame, StatusCode), form: Fields) -> Answer {
    let statement = form.value("statement").to_owned();
    let like = move |desk: &Desk| desk.read(|db| earlier(db, &statement, None));
    let view = NewPage {
        frame,
        similar: app.desk(like).await?,
        looked: !form.value("look").is_empty(),
        form,
    };
    page_with(status, &view)
}

/// Proposes the sentence that was marked in an article as the claim.
fn proposed(desk: &Desk, marked: &Marked) -> Result<Fields, DeskError> {
    let Some(id) = marked.article else {
        return Ok(Fields::default());
    };
    desk.read(|db| {
        let article = articles::find(db, id)?.ok_or(DeskError::NoSuch {
            what: "article",
            id: id.get(),
        })?;
        let text = db.shelf().text(article.text)?;
        let spans = crate::text::sentences::sentences(text.as_str());
        let span = spans
            .into_iter()
            .find(|span| Some(span.start()) == marked.start);
        let words = span.and_then(|span| text.slice(span)).unwrap_or_default();
        let statement: Vec<&str> = words.split_whitespace().collect();
        let near = marked
            .start
            .map(|start| start.to_string())
            .unwrap_or_default();
        Ok(Fields::proposed(&[
            ("article", &id.to_string()),
            ("quote", words),
            ("near", &near),
            ("show", &marked.show),
            ("statement", &statement.join(" ")),
        ]))
    })
}

pub(in crate::web) async fn open(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    if !form.value("look").is_empty() {
        let frame = Frame::new(&app, Some(me.0));
        return draw(&app, (frame, StatusCode::OK), form).await;
    }
    if let Some(new) = read_claim(&mut form) {
        let actor = me.0.actor();
        match app
            .attempt(move |desk| deeds::open(desk, actor, new))
            .await?
        {
            Ok(claim) => return opened(&app, claim, &form).await,
            Err(error @ DeskError::NotLocated(_)) => form.refuse("quote", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    let frame = Frame::new(&app, Some(me.0));
    draw(&app, (frame, StatusCode::UNPROCESSABLE_ENTITY), form).await
}

/// To the claim, or back to the draft that it was marked in: there to its card,
/// or among the sentences that nobody looked at, to the next one.
async fn opened(app: &web::Data<App>, claim: ClaimId, form: &Fields) -> Answer {
    let article = form.value("article").parse::<ArticleId>();
    let Some(article) = article.ok().filter(|_| form.value("then") == "draft") else {
        return see(&format!("/claims/{claim}"));
    };
    let draft = back(article, form);
    if form.value("show") != "open" {
        return see(&format!("{draft}#claim-{claim}"));
    }
    let near = form.value("near").trim().parse().ok();
    let next = app.desk(move |desk| next_open(desk, article, near)).await?;
    see(&format!("{draft}{next}"))
}

fn read_claim(form: &mut Fields) -> Option<NewClaim> {
    let statement = form.parse("statement", Statement::parse);
    let claimant = read_claimant(form);
    let url = form.parse("url", Address::parse_optional);
    let date = form.parse_optional("date", PartialDate::parse);
    let article = form.parse_optional("article", str::parse::<ArticleId>);
    let near = form.value("near").trim().parse().ok();
    let quote = form.value("quote").to_owned();
    if form.is_wrong() {
        return None;
    }
    let passage = article.map(|article| (article, quote, near));
    Some(NewClaim {
        statement: statement?,
        claimant: claimant?,
        made: Made {
            passage,
            url: url?,
            date,
        },
    })
}

/// Reads who made the statement; nobody named is nobody known.
pub(super) fn read_claimant(form: &mut Fields) -> Option<Option<Claimant>> {
    let name = form.parse("claimant", Name::parse_optional)?;
    let role = form.parse("claimant_role", Position::parse_optional)?;
    Some(name.map(|name| Claimant { name, role }))
}
