//! The register of corrections: every correction of what is or was public.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::CorrectionId;
use crate::domain::publication::CorrectionKind;
use crate::domain::time::{PartialDate, Timestamp};
use crate::store::register::{self, Change, Filter};
use crate::store::shown::Reach;

use super::super::super::auth::Guest;
use super::super::super::kept::{Look, look_for_page};
use super::super::super::render::{Answer, Frame};
use super::super::super::state::App;
use super::super::view::PAGE;

/// Which corrections are wanted, as the address says it.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    claim: String,
    #[serde(default)]
    when: String,
    before: Option<CorrectionId>,
}

impl Asked {
    /// What it asks for, and what had to be left out.
    pub(in crate::web) fn filter(&self) -> (Filter, Vec<String>) {
        let mut left_out = Vec::new();
        let mut filter = Filter::default();
        let [kind, claim, when] = [&self.kind, &self.claim, &self.when].map(|it| it.trim());
        if !kind.is_empty() {
            filter.kind = kind.parse().ok();
            left_out.extend(
                filter
                    .kind
                    .is_none()
                    .then(|| format!("there is no kind “{kind}”")),
            );
        }
        if !claim.is_empty() {
            filter.claim = claim.parse().ok();
            let why = || format!("“{claim}” is not the number of a claim");
            left_out.extend(filter.claim.is_none().then(why));
        }
        if !when.is_empty() {
            match PartialDate::parse(when) {
                Ok(date) => {
                    let moment = |millis: Option<i64>| Timestamp::from_millis(millis?).ok();
                    filter.from = moment(date.starts_at());
                    filter.to = moment(date.ends_at());
                }
                Err(bad) => left_out.push(format!("“{when}” is no date; {bad}")),
            }
        }
        (filter, left_out)
    }

    /// The query that narrows the list so, without a place in it.
    fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        let fields = [
            ("kind", &self.kind),
            ("claim", &self.claim),
            ("when", &self.when),
        ];
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        query.finish()
    }

    /// The same list from another place on.
    fn from(&self, place: CorrectionId) -> String {
        let query = self.query();
        let and = if query.is_empty() { "" } else { "&" };
        format!("/corrections?{query}{and}before={place}")
    }
}

#[derive(Template)]
#[template(path = "published/corrections.html")]
struct CorrectionsPage {
    frame: Frame,
    changes: Vec<Change>,
    asked: Asked,
    /// Whether something narrows the list.
    narrowed: bool,
    left_out: Vec<String>,
    /// What the desk promises about corrections.
    policy: Option<String>,
    next: Option<String>,
}

pub(in crate::web) async fn corrections(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, guest.0);
    let empty = match look_for_page(&app, &request, (&frame, Reach::Desk)) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let asked = asked.into_inner();
    let view = app.desk(move |desk| view(desk, frame, asked)).await?;
    empty.keep_page((&app, &request), &view.frame, &view)
}

fn view(desk: &Desk, frame: Frame, asked: Asked) -> Result<CorrectionsPage, DeskError> {
    let ((filter, left_out), before) = (asked.filter(), asked.before);
    let changes = desk.read(|db| Ok(register::list(db, &filter, before, PAGE)?))?;
    let policy = desk.sheet().policies.corrections.clone();
    let last = changes.last().filter(|_| changes.len() == PAGE);
    Ok(CorrectionsPage {
        frame,
        next: last.map(|change| asked.from(change.id)),
        policy: policy.map(String::from).filter(|_| before.is_none()),
        narrowed: filter != Filter::default() || before.is_some(),
        left_out,
        changes,
        asked,
    })
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

    /// Where an entry of the log is shown: those of the desk read it, for
    /// everybody else there is its receipt.
    fn entry(&self, entry: &crate::domain::ids::EntryIndex) -> String {
        match self.frame.me {
            Some(_) => format!("/log/entries/{entry}"),
            None => format!("/log/receipts/{entry}"),
        }
    }

    /// Whether the rating that was published stays after such a correction.
    fn stays(kind: &CorrectionKind) -> bool {
        *kind == CorrectionKind::Clarification
    }
}
