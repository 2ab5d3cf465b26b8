//! How many approvals a verdict needs, and on which scale it rates.

use actix_web::web;
use askama::Template;

use crate::desk::settings::{self, MOST_APPROVALS};
use crate::desk::{Desk, DeskError};
use crate::domain::claim::Approvals;
use crate::domain::passkey::SigningRule;
use crate::domain::scale::Scale;
use crate::domain::words::Key;
use crate::store::scales;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

use super::Done;

#[derive(Template)]
#[template(path = "settings/rules.html")]
struct RulesPage {
    frame: Frame,
    form: Fields,
    is_saved: bool,
    now: u32,
    /// The newest version of each scale.
    scales: Vec<Scale>,
    /// How many verdicts wait, by how many approvals they have.
    waiting: Vec<(u32, u64)>,
    /// How many are approved and not published.
    approved: u64,
    /// Whether reviewers sign.
    signing: SigningRule,
}

impl RulesPage {
    fn numbers() -> std::ops::RangeInclusive<u32> {
        0..=MOST_APPROVALS
    }

    /// How many verdicts that wait now would have enough approvals.
    fn freed(&self, asked: &u32) -> u64 {
        let enough = self.waiting.iter().filter(|(have, _)| have >= asked);
        enough.map(|(_, count)| count).sum()
    }

    fn all_waiting(&self) -> u64 {
        self.freed(&0)
    }

    /// The numbers whose consequences the table tells.
    fn told(&self) -> std::ops::RangeInclusive<u32> {
        let most = self.waiting.iter().map(|(have, _)| *have).max();
        0..=most.unwrap_or(0).max(self.now).clamp(2, MOST_APPROVALS)
    }
}

pub(in crate::web) async fn rules(
    app: web::Data<App>,
    me: Visitor,
    done: web::Query<Done>,
) -> Answer {
    draw(&app, me, None, done.is_saved()).await
}

async fn draw(app: &web::Data<App>, me: Visitor, form: Option<Fields>, is_saved: bool) -> Answer {
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| view(desk, frame, form, is_saved))
        .await?;
    page_with(view.form.status(), &view)
}

fn view(
    desk: &Desk,
    frame: Frame,
    form: Option<Fields>,
    is_saved: bool,
) -> Result<RulesPage, DeskError> {
    let rules = desk.rules();
    let standing = settings::standing(desk)?;
    let now = rules.approvals.0;
    Ok(RulesPage {
        frame,
        form: form.unwrap_or_else(|| {
            Fields::proposed(&[("approvals", &now.to_string()), ("scale", &rules.scale)])
        }),
        is_saved,
        now,
        scales: newest(desk.read(|db| Ok(scales::list(db)?))?),
        waiting: standing
            .iter()
            .map(|(have, waiting, _)| (*have, *waiting))
            .collect(),
        signing: rules.signing,
        approved: standing.iter().map(|(_, _, approved)| approved).sum(),
    })
}

/// Of the versions of each scale the newest, in the order of their adoption.
pub(super) fn newest(all: Vec<Scale>) -> Vec<Scale> {
    let mut newest: Vec<Scale> = Vec::new();
    for scale in all {
        let known = newest
            .iter_mut()
            .find(|known| known.sheet.key() == scale.sheet.key());
        match known {
            Some(known) => *known = scale,
            None => newest.push(scale),
        }
    }
    newest
}

pub(in crate::web) async fn set_rules(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let Some(rules) = read(&mut form) else {
        return draw(&app, me, Some(form), false).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| settings::set_rules(desk, actor, rules))
        .await?;
    match done {
        Ok(()) => see("/settings/rules?saved=yes"),
        Err(error) => {
            form.refuse("scale", sentence(&error));
            draw(&app, me, Some(form), false).await
        }
    }
}

/// Sets whether reviewers sign with passkeys.
pub(in crate::web) async fn set_signing(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let Some(rule) = form.parse("signing", str::parse::<SigningRule>) else {
        return draw(&app, me, Some(form), false).await;
    };
    let actor = me.0.actor();
    app.desk(move |desk| settings::set_signing(desk, actor, rule))
        .await?;
    see("/settings/rules?saved=yes")
}

fn read(form: &mut Fields) -> Option<(Approvals, Key)> {
    let approvals = form.parse("approvals", |text| {
        let number = text.trim().parse().ok();
        number
            .filter(|number| *number <= MOST_APPROVALS)
            .ok_or(DeskError::TooManyApprovals(MOST_APPROVALS))
    });
    let scale = form.parse("scale", Key::parse);
    Some((Approvals(approvals?), scale?))
}
