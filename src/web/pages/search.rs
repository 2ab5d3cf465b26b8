//! Search over claims, sources and the texts of snapshots.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::domain::ids::{ClaimId, TextId};
use crate::store::search::{self, Shelfmark};
use crate::store::{Db, StoreError, claims, snapshots, sources};

use super::super::auth::Visitor;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::view::{PAGE, snippet};

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default, rename = "in")]
    place: String,
    #[serde(default)]
    skip: usize,
}

struct Hit {
    path: String,
    title: String,
    note: String,
    words: Vec<(bool, String)>,
}

#[derive(Template)]
#[template(path = "desk/search.html")]
struct SearchPage {
    frame: Frame,
    q: String,
    place: &'static str,
    hits: Vec<Hit>,
    next: Option<usize>,
}

/// Nobody reads further than this; it bounds the work of a query.
const FURTHEST: usize = 5_000;

pub(in super::super) async fn search(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    let (place, mark) = shelf(&asked.place);
    let (q, skip) = (asked.q.clone(), asked.skip.min(FURTHEST));
    let query = q.clone();
    let hits = app
        .desk(move |desk| desk.read(|db| look(db, mark, &query, skip)))
        .await?;
    let next = (hits.len() == PAGE && skip + PAGE <= FURTHEST).then_some(skip + PAGE);
    page(&SearchPage {
        frame: Frame::new(&app, Some(me.0)),
        q,
        place,
        hits,
        next,
    })
}

fn look(db: &Db<'_>, mark: Shelfmark, query: &str, skip: usize) -> Result<Vec<Hit>, DeskError> {
    let found = search::find(db, mark, query, (skip, PAGE))?;
    found
        .into_iter()
        .map(|hit| describe(db, mark, hit))
        .collect()
}

/// The shelf that is asked for; claims when it names none that we have.
fn shelf(asked: &str) -> (&'static str, Shelfmark) {
    match asked {
        "sources" => ("sources", Shelfmark::Sources),
        "texts" => ("texts", Shelfmark::Texts),
        _ => ("claims", Shelfmark::Claims),
    }
}

fn describe(db: &Db<'_>, mark: Shelfmark, hit: search::Hit) -> Result<Hit, DeskError> {
    let words = snippet(&hit.snippet);
    let missing = StoreError::Missing {
        what: "search hit",
        id: hit.id,
    };
    Ok(match mark {
        Shelfmark::Claims => {
            let claim = claims::get(db, ClaimId::new(hit.id).map_err(|_| missing)?)?;
            let note = super::view::state_words(claim.state.as_str()).to_owned();
            Hit {
                path: format!("/claims/{}", claim.id),
                title: format!("Claim {}", claim.id),
                note,
                words,
            }
        }
        Shelfmark::Sources => {
            let id = crate::domain::ids::SourceId::new(hit.id).map_err(|_| missing)?;
            let source = sources::get(db, id)?;
            let note = source.sheet.publisher.to_string();
            Hit {
                path: format!("/sources/{id}"),
                title: source.sheet.title.to_string(),
                note,
                words,
            }
        }
        Shelfmark::Texts => {
            let text = snapshots::get_text(db, TextId::new(hit.id).map_err(|_| missing)?)?;
            let snapshot = snapshots::get(db, text.snapshot)?;
            let source = sources::get(db, snapshot.snapshot.source)?;
            let note = snapshot
                .snapshot
                .notice
                .map_or_else(String::new, String::from);
            let title = format!("{}, snapshot {}", source.sheet.title, text.snapshot);
            Hit {
                path: format!("/snapshots/{}", text.snapshot),
                title,
                note,
                words,
            }
        }
    })
}
