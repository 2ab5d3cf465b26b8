//! What is set, and what readers cannot find yet.

use actix_web::web;
use askama::Template;

use crate::desk::backup::{self, Standing};
use crate::desk::{Desk, DeskError, hooks, tokens};
use crate::domain::person::Role;
use crate::domain::sheet::{DeskSheet, Gap};
use crate::domain::time::Timestamp;
use crate::store::{people, scales};
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "settings/overview.html")]
struct Overview {
    frame: Frame,
    sheet: DeskSheet,
    gaps: Vec<Gap>,
    approvals: u32,
    scale: String,
    /// How many people have each role, the highest first.
    people: Vec<(Role, usize)>,
    tokens: u64,
    /// How many hooks there are, and how many of them are paused.
    hooks: (usize, usize),
    /// How many witnesses the log has.
    witnesses: usize,
    /// How it stands with backups.
    backups: Standing,
}

impl Overview {
    /// The page on which a gap is filled.
    fn page_of(gap: &Gap) -> &'static str {
        match gap.field {
            "owner" | "country" | "contact" => "/settings/desk",
            _ => "/settings/policies",
        }
    }

    /// A moment as the desk writes it.
    fn moment(&self, at: &Timestamp) -> String {
        at.written(self.sheet.locale)
    }

    /// How many policies there are, of all that there could be.
    fn written(&self) -> usize {
        let missing = self.gaps.iter();
        7 - missing
            .filter(|gap| Self::page_of(gap) == "/settings/policies")
            .count()
    }
}

pub(in crate::web) async fn overview(app: web::Data<App>, me: Visitor) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let witnesses = app.facts().witnesses.witnesses().count();
    let view = app.desk(move |desk| view(desk, frame, witnesses)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, witnesses: usize) -> Result<Overview, DeskError> {
    let (sheet, rules) = (desk.sheet(), desk.rules());
    let (everybody, scale) = desk.read(|db| {
        let scale = scales::newest(db, &rules.scale)?;
        Ok((people::list(db)?, scale))
    })?;
    let holders = |role: Role| {
        let all = everybody.iter();
        all.filter(|person| !person.gone && person.role == role)
            .count()
    };
    let people = Role::ALL
        .into_iter()
        .rev()
        .map(|role| (role, holders(role)));
    let hooks = hooks::list(desk, None, hooks::MOST_HOOKS as usize)?;
    let paused = hooks.iter().filter(|hook| hook.paused.is_some()).count();
    Ok(Overview {
        frame,
        gaps: sheet.gaps(),
        sheet: DeskSheet::clone(&sheet),
        approvals: rules.approvals.0,
        scale: scale.map_or_else(
            || rules.scale.clone(),
            |scale| format!("{}, version {}", scale.sheet.name(), scale.version),
        ),
        people: people.filter(|(_, count)| *count > 0).collect(),
        tokens: tokens::count_live(desk)?,
        hooks: (hooks.len(), paused),
        witnesses,
        backups: backup::standing(desk.dir()),
    })
}
