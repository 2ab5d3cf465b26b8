//! Claims from a table: upload it, see what would become of every row, and
//! only then have it taken in. The rehearsal's page carries the table along,
//! so that nothing is kept here of what nobody confirms.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::capture::table::{self, BadTable, MOST_ROWS, Table};
use crate::desk::exchange::columns::{Field, Map};
use crate::desk::exchange::intake::{self, Alike, Fate, Judged};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::render::{Answer, Frame, page, page_with, see};
use super::super::state::App;

/// How many rows of one kind of fate a page shows.
const SHOWN: usize = 100;

/// What was just taken in.
#[derive(Deserialize)]
pub(in super::super) struct Done {
    claims: Option<u32>,
    citations: Option<u32>,
    left: Option<u32>,
}

#[derive(Template)]
#[template(path = "imports/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
    done: Option<(u32, u32, u32)>,
}

#[derive(Template)]
#[template(path = "imports/rehearsal.html")]
struct RehearsalPage {
    frame: Frame,
    table: Table,
    map: Map,
    rows: Vec<Judged>,
    form: Fields,
}

impl RehearsalPage {
    /// How many rows have a fate, by its word.
    fn count(&self, word: &str) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| fate_word(&row.fate) == word).count()
    }

    /// The first rows with a fate.
    fn with(&self, word: &'static str) -> impl Iterator<Item = &Judged> {
        let rows = self.rows.iter();
        rows.filter(move |row| fate_word(&row.fate) == word)
            .take(SHOWN)
    }

    fn is_at(&self, field: &Field, place: &usize) -> bool {
        self.map.place(*field) == Some(*place)
    }
}

const fn fate_word(fate: &Fate) -> &'static str {
    match fate {
        Fate::New => "new",
        Fate::More { .. } => "more",
        Fate::Repeated { .. } => "repeated",
        Fate::Alike { .. } => "alike",
        Fate::Bad(_) => "bad",
    }
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    done: web::Query<Done>,
) -> Answer {
    let left = done.left.unwrap_or_default();
    page(&NewPage {
        frame: Frame::new(&app, Some(me.0)),
        form: Fields::default(),
        done: done.claims.zip(done.citations).map(|(a, b)| (a, b, left)),
    })
}

/// Shows what would become of every row.
pub(in super::super) async fn rehearse(app: web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    match read(&form).await {
        Ok(table) => draw(&app, frame, table, form).await,
        Err(bad) => again(frame, form, &bad),
    }
}

/// Takes in what the rehearsal showed.
pub(in super::super) async fn take(app: web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let actor = me.0.actor();
    let frame = Frame::new(&app, Some(me.0));
    let table = match read(&form).await {
        Ok(table) => table,
        Err(bad) => return again(frame, form, &bad),
    };
    let map = map(&table, &form);
    if map.check(&table.names).is_err() {
        return draw(&app, frame, table, form).await;
    }
    let ticked = form.all("take").filter_map(|line| line.parse().ok());
    let alike = Alike::Only(ticked.collect());
    let taken = app
        .desk(move |desk| intake::take(desk, actor, (table, map), alike))
        .await?;
    see(&format!(
        "/imports?claims={}&citations={}&left={}",
        taken.claims, taken.citations, taken.left_out
    ))
}

/// The form once more, with what is wrong with the file beside it.
fn again(frame: Frame, mut form: Fields, bad: &BadTable) -> Answer {
    form.refuse("file", bad);
    let done = None;
    let page = NewPage { frame, form, done };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn draw(app: &App, frame: Frame, table: Table, mut form: Fields) -> Answer {
    let map = map(&table, &form);
    if let Err(bad) = map.check(&table.names) {
        form.refuse("statement", bad);
    }
    let status = form.status();
    let view = app
        .desk(move |desk| {
            let rows = match form.is_wrong() {
                true => Vec::new(),
                false => intake::rehearse(desk, &table, &map)?,
            };
            Ok(RehearsalPage {
                frame,
                table,
                map,
                rows,
                form,
            })
        })
        .await?;
    page_with(status, &view)
}

/// The table that was uploaded, pasted, or carried along.
async fn read(form: &Fields) -> Result<Table, BadTable> {
    let bytes = match form.upload() {
        Some(upload) => upload.bytes.clone(),
        None => form.value("table").as_bytes().to_vec(),
    };
    let read = web::block(move || table::read(&bytes)).await;
    read.unwrap_or(Err(BadTable::Empty))
}

/// The map that was chosen, or the one that the names suggest.
fn map(table: &Table, form: &Fields) -> Map {
    let mut map = Map::guess(&table.names);
    if form.value("chosen") == "yes" {
        for field in Field::ALL {
            let place = form.value(field.as_str()).parse().ok();
            map.set(*field, place.filter(|place| *place < table.names.len()));
        }
    }
    map
}
