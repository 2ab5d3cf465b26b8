//! Somebody's own passkeys.

use actix_web::web;

use crate::desk::signing::{self, Purpose};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::passkey::SigningRule;
use crate::domain::words::Name;
use crate::store::signatures::Registered;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, see};
use crate::web::state::App;

use super::super::sign_in::draw_me;

/// What somebody's own page says of their passkeys.
pub(in crate::web::pages) struct Passkeys {
    pub(in crate::web::pages) used: Vec<Registered>,
    pub(in crate::web::pages) retired: Vec<Registered>,
    pub(in crate::web::pages) rule: SigningRule,
}

impl Passkeys {
    pub(in crate::web::pages) fn of(desk: &Desk, person: PersonId) -> Result<Self, DeskError> {
        Ok(Self::new(desk, signing::list(desk, person)?))
    }

    pub(super) fn new(desk: &Desk, all: Vec<Registered>) -> Self {
        let (used, retired) = all.into_iter().partition(|known| known.retired.is_none());
        Self {
            used,
            retired,
            rule: desk.rules().signing,
        }
    }
}

pub(in crate::web) async fn register(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    super::named(app.site())?;
    let Some(name) = form.parse("passkey", Name::parse) else {
        return draw_me(&app, me, form).await;
    };
    let actor = me.0.actor();
    let purpose = match form.value("sign_in") {
        "yes" => Purpose::SignIn,
        _ => Purpose::Signing,
    };
    let begun = app
        .attempt(move |desk| signing::register(desk, actor, name, purpose))
        .await?;
    match begun {
        Ok(id) => see(&format!("/signatures/{id}")),
        Err(error) => {
            form.refuse("passkey", sentence(&error));
            draw_me(&app, me, form).await
        }
    }
}

pub(in crate::web) async fn retire(
    app: web::Data<App>,
    me: Visitor,
    entry: web::Path<u64>,
    _: Fields,
) -> Answer {
    let (actor, entry) = (me.0.actor(), EntryIndex::new(*entry));
    app.desk(move |desk| signing::retire(desk, actor, entry))
        .await?;
    see("/me")
}
