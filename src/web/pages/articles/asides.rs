//! Passages of an article are set aside, and taken up again.

use actix_web::web;

use crate::desk::drafts::{self, Draft};
use crate::desk::{Desk, DeskError, revising};
use crate::domain::article::AsideReason;
use crate::domain::ids::{ArticleId, EntryIndex};
use crate::domain::span::CharSpan;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::Problem;
use crate::web::render::{Answer, see};
use crate::web::state::App;

/// What is set aside: a sentence of the page, by its place in the revision
/// that the page was drawn from, or words that somebody picked.
enum Picked {
    Sentence(u32, CharSpan),
    Words(String, Option<u64>),
}

pub(in crate::web) async fn set_aside(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    form: Fields,
) -> Answer {
    let (article, actor) = (*article, me.0.actor());
    if form.value("headings") == "yes" {
        let seen = revision(&form)?;
        app.desk(move |desk| revising::set_headings_aside(desk, actor, (article, seen)))
            .await?;
        return see(&back(article, &form));
    }
    let (picked, reason) = read(&form)?;
    let next = app.desk(move |desk| {
        let (quote, near) = words(desk, article, picked)?;
        revising::set_aside(desk, actor, (article, quote, near), reason)?;
        next_open(desk, article, near)
    });
    let next = next.await?;
    see(&format!("{}{next}", back(article, &form)))
}

pub(in crate::web) async fn take_up(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ArticleId, EntryIndex)>,
    form: Fields,
) -> Answer {
    let (article, aside) = path.into_inner();
    let actor = me.0.actor();
    app.desk(move |desk| revising::take_up(desk, actor, (article, aside)))
        .await?;
    see(&back(article, &form))
}

/// Where work on a draft goes on: at the next sentence that nobody looked at.
pub(in crate::web::pages) fn next_open(
    desk: &Desk,
    article: ArticleId,
    from: Option<u64>,
) -> Result<String, DeskError> {
    let Some(from) = from else {
        return Ok(String::new());
    };
    let draft = desk.read(|db| Draft::read(db, article))?;
    let mut open = draft.open.iter().map(|span| span.start());
    let next = open.find(|start| *start >= from);
    Ok(next.map_or_else(String::new, |start| format!("#s{start}")))
}

/// The draft as it was shown.
pub(in crate::web::pages) fn back(article: ArticleId, form: &Fields) -> String {
    let known = ["undecided", "stale", "drifted", "open"];
    let show = known.iter().find(|show| form.value("show") == **show);
    let show = show.map_or_else(String::new, |show| format!("?show={show}"));
    format!("/articles/{article}{show}")
}

fn wrong() -> Problem {
    Problem::bad_request("choose why the passage needs no check, and say which words it has")
}

/// The revision that the page was drawn from.
fn revision(form: &Fields) -> Result<u32, Problem> {
    form.value("revision").parse().map_err(|_| wrong())
}

/// A button of a sentence sends `reason:start:end`; the form for picked words
/// sends each by itself.
fn read(form: &Fields) -> Result<(Picked, AsideReason), Problem> {
    let sentence = form.value("sentence");
    if sentence.is_empty() {
        let reason = form.value("reason").parse().map_err(|_| wrong())?;
        let quote = form.value("quote").trim().to_owned();
        let near = form.value("near").trim().parse().ok();
        return match quote.is_empty() {
            true => Err(wrong()),
            false => Ok((Picked::Words(quote, near), reason)),
        };
    }
    let mut parts = sentence.split(':');
    let mut next = || parts.next().ok_or_else(wrong);
    let reason = next()?.parse().map_err(|_| wrong())?;
    let mut number = || next()?.parse::<u64>().map_err(|_| wrong());
    let span = CharSpan::new(number()?, number()?).map_err(|_| wrong())?;
    Ok((Picked::Sentence(revision(form)?, span), reason))
}

fn words(
    desk: &Desk,
    article: ArticleId,
    picked: Picked,
) -> Result<(String, Option<u64>), DeskError> {
    let (revision, span) = match picked {
        Picked::Words(quote, near) => return Ok((quote, near)),
        Picked::Sentence(revision, span) => (revision, span),
    };
    desk.read(|db| {
        let found = drafts::find(db, article)?;
        if found.revision != revision {
            let now = found.revision;
            return Err(DeskError::RevisedSince { article, now });
        }
        let text = db.shelf().text(found.text)?;
        let quote = text.slice(span).unwrap_or_default().to_owned();
        Ok((quote, Some(span.start())))
    })
}
