//! Who may see a sealed source: the part of its page, and its two forms.

use actix_web::web;

use crate::desk::DeskError;
use crate::desk::seals::{self as deeds, Seal};
use crate::domain::ids::{PersonId, SourceId};
use crate::store::{Db, people};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::Problem;
use super::super::render::{Answer, see};
use super::super::state::App;

/// How a source is sealed, as its page shows it.
pub(super) struct Sealing {
    seal: Seal,
    people: Vec<(PersonId, String, bool)>,
}

impl Sealing {
    pub(super) fn read(db: &Db<'_>, source: SourceId) -> Result<Self, DeskError> {
        let seal = deeds::of(db, source)?;
        let here = people::list(db)?.into_iter().filter(|person| !person.gone);
        let people = here.map(|person| {
            let is_named = seal.readers.contains(&person.id);
            (person.id, person.name, is_named)
        });
        Ok(Self {
            people: people.collect(),
            seal,
        })
    }

    pub(super) fn is_sealed(&self) -> bool {
        !self.seal.readers.is_empty()
    }

    /// Whether it is sealed, and not for somebody.
    pub(super) fn hides_from(&self, person: Option<PersonId>) -> bool {
        self.is_sealed() && !person.is_some_and(|person| self.seal.readers.contains(&person))
    }

    pub(super) const fn added_by(&self) -> Option<PersonId> {
        self.seal.added_by
    }

    /// The people of the desk, each with whether they may see it.
    pub(super) fn people(&self) -> &[(PersonId, String, bool)] {
        &self.people
    }
}

pub(in super::super) async fn seal(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    form: Fields,
) -> Answer {
    let (source, actor) = (*source, me.0.actor());
    let readers: Result<Vec<PersonId>, _> = form.all("reader").map(str::parse).collect();
    let readers = readers.map_err(|error| Problem::bad_request(error.to_string()))?;
    app.desk(move |desk| deeds::seal(desk, actor, source, readers))
        .await?;
    see(&format!("/sources/{source}"))
}

pub(in super::super) async fn unseal(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    _: Fields,
) -> Answer {
    let (source, actor) = (*source, me.0.actor());
    app.desk(move |desk| deeds::unseal(desk, actor, source))
        .await?;
    see(&format!("/sources/{source}"))
}
