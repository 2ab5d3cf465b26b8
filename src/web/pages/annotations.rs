//! Annotations from Hypothesis as citations: bring the file, see where the
//! words of each stand in this snapshot, say which claim each is for, confirm.

use actix_web::web;
use askama::Template;

use crate::capture::hypothesis::{self, Annotations, BadFile};
use crate::desk::citations::readable;
use crate::desk::exchange::annotated::{self, Choice, Fate, Judged};
use crate::domain::citation::Stance;
use crate::domain::ids::{ClaimId, SnapshotId};
use crate::store::claims::Filter;
use crate::store::{claims, sources};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::sentence;
use super::super::render::{Answer, Frame, page_with, see};
use super::super::state::App;

/// How many claims the form proposes.
const PROPOSED: usize = 100;

#[derive(Template)]
#[template(path = "annotations/new.html")]
struct BringPage {
    frame: Frame,
    snapshot: SnapshotId,
    title: String,
    form: Fields,
    /// What was brought: the file as text, and its annotations.
    brought: Option<Brought>,
    /// The newest claims, which the form proposes.
    claims: Vec<(ClaimId, String)>,
}

struct Brought {
    text: String,
    rows: Vec<Judged>,
    others: usize,
}

impl BringPage {
    /// The name of a field of an annotation.
    fn name(&self, name: &str, row: &Judged) -> String {
        field(name, row.annotation.number)
    }

    fn found(&self) -> usize {
        let rows = self.brought.iter().flat_map(|brought| &brought.rows);
        rows.filter(|row| matches!(row.fate, Fate::Found { .. }))
            .count()
    }
}

/// The name of a field of an annotation.
fn field(name: &str, number: usize) -> String {
    format!("{name}-{number}")
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    draw(&app, me, *snapshot, Fields::default(), None).await
}

/// Shows where the words of each annotation stand.
pub(in super::super) async fn rehearse(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
    mut form: Fields,
) -> Answer {
    let read = read(&form).map_err(|bad| form.refuse("file", bad)).ok();
    draw(&app, me, *snapshot, form, read).await
}

/// Cites those for which a claim was named.
pub(in super::super) async fn take(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
    mut form: Fields,
) -> Answer {
    let (actor, snapshot) = (me.0.actor(), *snapshot);
    let Ok((text, all)) = read(&form).map_err(|bad| form.refuse("file", bad)) else {
        return draw(&app, me, snapshot, form, None).await;
    };
    let choices = choices(&mut form, &all);
    if !form.is_wrong() {
        let quotes = all.quotes.clone();
        let take = move |desk: &_| annotated::take(desk, actor, snapshot, quotes, choices);
        match app.attempt(take).await? {
            Ok(_) => return see(&format!("/snapshots/{snapshot}")),
            Err(error) => form.refuse("file", sentence(&error)),
        }
    }
    draw(&app, me, snapshot, form, Some((text, all))).await
}

/// The file that was uploaded, pasted or carried along.
fn read(form: &Fields) -> Result<(String, Annotations), BadFile> {
    let bytes = match form.upload() {
        Some(upload) => &upload.bytes,
        None => form.value("rows").as_bytes(),
    };
    let all = hypothesis::read(bytes)?;
    Ok((String::from_utf8_lossy(bytes).into_owned(), all))
}

/// Which claim each annotation is for, where one was named.
fn choices(form: &mut Fields, all: &Annotations) -> Vec<Choice> {
    let mut choices = Vec::new();
    for quote in &all.quotes {
        let (claim, stance) = (field("claim", quote.number), field("stance", quote.number));
        let Some(claim) = form.parse_optional(&claim, str::parse::<ClaimId>) else {
            continue;
        };
        if let Some(stance) = form.parse(&stance, str::parse::<Stance>) {
            choices.push(Choice {
                number: quote.number,
                claim,
                stance,
            });
        }
    }
    if choices.is_empty() && !form.is_wrong() {
        form.refuse("file", "name the claim of at least one annotation");
    }
    choices
}

async fn draw(
    app: &App,
    me: Visitor,
    snapshot: SnapshotId,
    form: Fields,
    read: Option<(String, Annotations)>,
) -> Answer {
    let status = form.status();
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| {
            let (title, claims) = desk.read(|db| {
                let (taken, _) = readable(db, snapshot)?;
                let source = sources::get(db, taken.snapshot.source)?;
                let newest = claims::list(db, &Filter::default(), None, PROPOSED)?.into_iter();
                let claims = newest.map(|claim| (claim.id, claim.statement)).collect();
                Ok((source.sheet.title.to_string(), claims))
            })?;
            let brought = match read {
                None => None,
                Some((text, all)) => Some(Brought {
                    rows: annotated::rehearse(desk, snapshot, all.quotes)?,
                    others: all.others,
                    text,
                }),
            };
            Ok(BringPage {
                frame,
                snapshot,
                title,
                form,
                brought,
                claims,
            })
        })
        .await?;
    page_with(status, &view)
}
