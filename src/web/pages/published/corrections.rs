//! Every correction of what is or was public.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::ids::CorrectionId;
use crate::domain::publication::CorrectionKind;
use crate::store::public::{self, Change};

use super::super::super::auth::Guest;
use super::super::super::cached::public_page;
use super::super::super::render::{Answer, Frame};
use super::super::super::state::App;
use super::super::view::PAGE;

#[derive(Deserialize)]
pub(in crate::web) struct Place {
    before: Option<CorrectionId>,
}

#[derive(Template)]
#[template(path = "published/corrections.html")]
struct CorrectionsPage {
    frame: Frame,
    changes: Vec<Change>,
    /// What the desk promises about corrections.
    policy: Option<String>,
    next: Option<CorrectionId>,
}

pub(in crate::web) async fn corrections(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before;
    let (changes, policy) = app
        .desk(move |desk| {
            let changes = desk.read(|db| Ok(public::list_changes(db, before, PAGE)?))?;
            let policy = desk.sheet().policies.corrections.clone();
            Ok((changes, policy.map(String::from)))
        })
        .await?;
    let last = changes.last().filter(|_| changes.len() == PAGE);
    let view = CorrectionsPage {
        frame: Frame::new(&app, guest.0),
        next: last.map(|change| change.id),
        policy: policy.filter(|_| before.is_none()),
        changes,
    };
    public_page(&request, &view.frame, &view)
}

impl CorrectionsPage {
    /// The class of a correction's badge.
    fn class(kind: &CorrectionKind) -> &'static str {
        match kind {
            CorrectionKind::Retraction => "retracted",
            CorrectionKind::Correction | CorrectionKind::Clarification | CorrectionKind::Update => {
                "corrected"
            }
        }
    }
}
