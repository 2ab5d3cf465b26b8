//! Timestamps of checkpoints by others, for everybody: the list, each answer
//! as it came, and the bytes that were stamped.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, DeskError, timestamps};
use crate::domain::authority::AuthorityName;
use crate::domain::time::Timestamp;
use crate::store::timestamps::{Listed, Place};

use super::super::auth::Guest;
use super::super::cached::public_page;
use super::super::problem::Problem;
use super::super::render::{Answer, Frame, json as answer_json};
use super::super::state::App;
use super::view::PAGE;

/// What never changes may be kept for ever.
const KEPT: &str = "public, max-age=31536000, immutable";

/// After which timestamp to go on.
#[derive(Deserialize)]
pub(in super::super) struct After {
    after: Option<u64>,
    by: Option<AuthorityName>,
}

impl After {
    fn place(self) -> Option<Place> {
        self.after.zip(self.by)
    }
}

#[derive(Template)]
#[template(path = "desk/timestamps.html")]
struct TimestampsPage {
    frame: Frame,
    base: String,
    stamps: Vec<Listed>,
    next: Option<Place>,
}

impl TimestampsPage {
    /// The timestamp that the recipe takes as its example.
    fn example(&self) -> Option<&Listed> {
        self.stamps.first()
    }
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    after: web::Query<After>,
) -> Answer {
    let (stamps, next) = read(&app, after.into_inner()).await?;
    let view = TimestampsPage {
        frame: Frame::new(&app, guest.0),
        base: app.facts().base.clone(),
        stamps,
        next,
    };
    public_page(&request, &view.frame, &view)
}

async fn read(app: &App, after: After) -> Result<(Vec<Listed>, Option<Place>), Problem> {
    let after = after.place();
    let deed = move |desk: &Desk| timestamps::list(desk, after.as_ref(), PAGE);
    let stamps = app.desk(deed).await?;
    let last = stamps.last().filter(|_| stamps.len() == PAGE);
    let next = last.map(|last| (last.checkpoint, last.authority.clone()));
    Ok((stamps, next))
}

/// The list for programs.
#[derive(Serialize)]
struct List {
    timestamps: Vec<Item>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
}

#[derive(Serialize)]
struct Item {
    /// How many entries the checkpoint covers.
    checkpoint: u64,
    authority: AuthorityName,
    /// The checkpoint existed before, by the authority's clock.
    existed_before: Timestamp,
    /// What the authority answered: TimeStampResp in DER.
    answer: String,
    /// The bytes that were stamped.
    stamped: String,
}

pub(in super::super) async fn json(app: web::Data<App>, after: web::Query<After>) -> Answer {
    let (stamps, next) = read(&app, after.into_inner()).await?;
    let base = &app.facts().base;
    let item = |stamp: Listed| Item {
        answer: format!(
            "{base}/log/timestamps/{}/{}.tsr",
            stamp.checkpoint, stamp.authority
        ),
        stamped: format!("{base}/log/checkpoints/{}", stamp.checkpoint),
        checkpoint: stamp.checkpoint,
        authority: stamp.authority,
        existed_before: stamp.stamped_at,
    };
    let list = List {
        timestamps: stamps.into_iter().map(item).collect(),
        next: next.map(|(size, name)| format!("{base}/log/timestamps.json?after={size}&by={name}")),
    };
    answer_json(StatusCode::OK, &list)
}

pub(in super::super) async fn answer(
    app: web::Data<App>,
    path: web::Path<(u64, String)>,
) -> Answer {
    let (size, file) = path.into_inner();
    let name = file.strip_suffix(".tsr").and_then(|name| name.parse().ok());
    let name: AuthorityName = name.ok_or_else(Problem::not_found)?;
    let deed = move |desk: &Desk| timestamps::find(desk, size, &name);
    let kept = app.desk(deed).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/timestamp-reply"))
        .insert_header((CACHE_CONTROL, KEPT))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{size}-{}.tsr\"", kept.authority),
        ))
        .body(kept.answer))
}

pub(in super::super) async fn checkpoint(app: web::Data<App>, size: web::Path<u64>) -> Answer {
    let size = *size;
    let deed = move |desk: &Desk| -> Result<_, DeskError> {
        desk.read(|db| timestamps::stamped_bytes(db, size))
    };
    let note = app.desk(deed).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CACHE_CONTROL, KEPT))
        .body(note))
}
