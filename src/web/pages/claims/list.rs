//! The list of claims, with its filters.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ArticleId, ClaimId, PersonId};
use crate::domain::words::Title;
use crate::store::claims::{self as rows, Claim, Filter};
use crate::store::people::{self, Person};
use crate::store::{Db, articles, log};
use crate::web::auth::Visitor;
use crate::web::pages::view::{ClaimRow, PAGE, STATES};
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

#[derive(Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    stale: String,
    #[serde(default)]
    article: String,
    before: Option<ClaimId>,
}

impl Wanted {
    fn filter(&self, me: PersonId) -> Filter {
        Filter {
            state: Some(self.state.clone()).filter(|state| STATES.contains(&state.as_str())),
            assignee: if self.assignee == "me" {
                Some(me)
            } else {
                self.assignee.parse().ok()
            },
            unassigned: self.assignee == "none",
            stale: self.stale == "yes",
            article: self.article.parse().ok(),
        }
    }

    /// The same filters as a query, for the link to the next page.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("state", &self.state),
            ("assignee", &self.assignee),
            ("stale", &self.stale),
            ("article", &self.article),
        ];
        for (name, value) in pairs {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[derive(Template)]
#[template(path = "claims/list.html")]
struct ListPage {
    frame: Frame,
    wanted: Wanted,
    claims: Vec<ClaimRow>,
    /// Stale claims, which come first whatever their age.
    first: Vec<ClaimRow>,
    tally: BTreeMap<String, u64>,
    stale: u64,
    people: Vec<Person>,
    /// The newest articles, and the one that is filtered by.
    articles: Vec<(ArticleId, Title)>,
    next: Option<String>,
    /// The newest entry of the log that the page shows.
    newest: Option<u64>,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    wanted: web::Query<Wanted>,
) -> Answer {
    let id = me.0.person.id;
    let frame = Frame::new(&app, Some(me.0));
    let wanted = wanted.into_inner();
    let view = app.desk(move |desk| view(desk, frame, id, wanted)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, me: PersonId, wanted: Wanted) -> Result<ListPage, DeskError> {
    desk.read(|db| {
        let claims = rows::list(db, &wanted.filter(me), wanted.before, PAGE)?;
        let people = people::list(db)?;
        let first = stale_first(db, &wanted, me)?;
        let last = claims.last().filter(|_| claims.len() == PAGE);
        Ok(ListPage {
            frame,
            next: last.map(|claim| format!("?{}&before={}", wanted.query(), claim.id)),
            first: first.into_iter().map(|claim| row(claim, &people)).collect(),
            claims: claims
                .into_iter()
                .filter(|claim| wanted.stale == "yes" || !claim.stale)
                .map(|claim| row(claim, &people))
                .collect(),
            newest: log::size(db)?.checked_sub(1),
            tally: rows::tally(db)?.into_iter().collect(),
            stale: rows::count_stale(db)?,
            people,
            articles: offered(db, wanted.article.parse().ok())?,
            wanted,
        })
    })
}

/// The stale claims among those that are asked for: they head the first page,
/// and are left out of the pages below.
fn stale_first(db: &Db<'_>, wanted: &Wanted, me: PersonId) -> Result<Vec<Claim>, DeskError> {
    if wanted.stale == "yes" || wanted.before.is_some() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        stale: true,
        ..wanted.filter(me)
    };
    Ok(rows::list(db, &filter, None, PAGE)?)
}

/// The articles that the filter offers.
fn offered(db: &Db<'_>, chosen: Option<ArticleId>) -> Result<Vec<(ArticleId, Title)>, DeskError> {
    let mut offered = articles::list(db, None, PAGE)?;
    if let Some(chosen) = chosen
        && offered.iter().all(|article| article.id != chosen)
    {
        offered.extend(articles::find(db, chosen)?);
    }
    let titles = offered
        .into_iter()
        .map(|article| (article.id, article.sheet.title));
    Ok(titles.collect())
}

fn row(claim: Claim, people: &[Person]) -> ClaimRow {
    let assignee = people
        .iter()
        .find(|person| Some(person.id) == claim.assignee)
        .map(|person| person.name.clone());
    ClaimRow::new(claim, assignee)
}
