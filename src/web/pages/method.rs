//! What the desk says of itself to everybody: its method, its scales, its
//! people.

use std::cmp::Reverse;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::domain::passkey::SigningRule;
use crate::domain::person::{Deed, Role};
use crate::domain::scale::{Rating, Scale};
use crate::domain::sheet::DeskSheet;
use crate::ledger::policy::Policy;
use crate::store::keys::{Came, DeskKey};
use crate::store::people::Person;
use crate::store::{keys, people, scales, timestamps};

use super::super::auth::Guest;
use super::super::cached::public_page;
use super::super::render::{Answer, Frame};
use super::super::state::App;
use super::view::RatingMark;

#[derive(Template)]
#[template(path = "desk/about.html")]
struct About {
    frame: Frame,
    sheet: DeskSheet,
    base: String,
    verifier_key: String,
    /// Who cosigns the checkpoints, by their names.
    witnesses: Vec<String>,
    /// The keys that signed the log, the oldest first.
    keys: Vec<DeskKey>,
    approvals: u32,
    /// Whether reviewers sign.
    signing: SigningRule,
    /// The scale that new verdicts use.
    scale: Option<Scale>,
    /// The newest timestamp of the log by somebody outside.
    stamp: Option<timestamps::Listed>,
}

impl About {
    /// What the desk promises: the place on the page, the heading, the words.
    fn policies(&self) -> Vec<(&'static str, &'static str, &str)> {
        let policies = &self.sheet.policies;
        let stated = [
            ("method", "How a claim is checked", &policies.method),
            ("selection", "How claims are chosen", &policies.selection),
            ("sources", "Which sources are accepted", &policies.sources),
            (
                "independence",
                "How the desk keeps from taking sides",
                &policies.independence,
            ),
            ("funding", "Who pays", &policies.funding),
            (
                "corrections",
                "How mistakes are corrected",
                &policies.corrections,
            ),
            ("complaints", "How to complain", &policies.complaints),
        ];
        let stated = stated.into_iter();
        stated
            .filter_map(|(id, heading, words)| Some((id, heading, words.as_ref()?.as_str())))
            .collect()
    }

    /// Whether nobody but the desk says that a key is its own.
    fn is_unvouched(key: &DeskKey) -> bool {
        key.came == Came::Replaced
    }

    /// Whether anything is said about who stands behind the desk.
    fn has_imprint(&self) -> bool {
        let sheet = &self.sheet;
        sheet.owner.is_some()
            || sheet.country.is_some()
            || sheet.contact.is_some()
            || sheet.url.is_some()
    }
}

pub(in super::super) async fn about(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
) -> Answer {
    let (frame, facts) = (Frame::new(&app, guest.0), app.facts());
    let (base, witnesses) = (facts.base.clone(), names(&facts.witnesses));
    let read = move |desk: &crate::desk::Desk| {
        desk.read(|db| {
            let (known, rules) = (people::desk(db)?, desk.rules());
            Ok(About {
                frame,
                sheet: desk.sheet().as_ref().clone(),
                base,
                verifier_key: known.map_or_else(String::new, |desk| desk.verifier_key),
                witnesses,
                keys: keys::list(db)?,
                approvals: rules.approvals.0,
                signing: rules.signing,
                scale: scales::newest(db, &rules.scale)?,
                stamp: timestamps::newest(db, None)?,
            })
        })
    };
    let view = app.desk(read).await?;
    public_page(&request, &view.frame, &view)
}

/// The names of the witnesses of a policy.
fn names(policy: &Policy) -> Vec<String> {
    let witnesses = policy.witnesses();
    witnesses.map(|witness| witness.name.clone()).collect()
}

#[derive(Template)]
#[template(path = "desk/people.html")]
struct People {
    frame: Frame,
    people: Vec<Person>,
}

impl People {
    /// What a role may do that the one before it may not.
    fn may(role: Role) -> String {
        let deeds = Deed::ALL.into_iter();
        let own = deeds.filter(|deed| deed.least_role() == role);
        own.map(Deed::in_words).collect::<Vec<_>>().join(", ")
    }

    /// The roles that somebody has, the highest first, with who has them.
    fn groups(&self) -> Vec<(Role, Vec<&str>)> {
        let of = |role: Role| {
            let people = self.people.iter().filter(|person| person.role == role);
            (role, people.map(|person| person.name.as_str()).collect())
        };
        let groups = Role::ALL.into_iter().rev().map(of);
        groups
            .filter(|(_, names): &(_, Vec<_>)| !names.is_empty())
            .collect()
    }
}

pub(in super::super) async fn people(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
) -> Answer {
    let everybody = app
        .desk(|desk| desk.read(|db| Ok(people::list(db)?)))
        .await?;
    let view = People {
        frame: Frame::new(&app, guest.0),
        people: everybody
            .into_iter()
            .filter(|person| !person.gone)
            .collect(),
    };
    public_page(&request, &view.frame, &view)
}

#[derive(Template)]
#[template(path = "desk/scales.html")]
struct Scales {
    frame: Frame,
    scales: Vec<Scale>,
    current: String,
}

impl Scales {
    fn mark(&self, scale: &Scale, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, scale.sheet.ratings())
    }

    /// Whether new verdicts use this version.
    fn is_current(&self, scale: &Scale) -> bool {
        let key = scale.sheet.key();
        let newer = self
            .scales
            .iter()
            .any(|other| other.sheet.key() == key && other.version > scale.version);
        key.as_str() == self.current && !newer
    }
}

pub(in super::super) async fn scales(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
) -> Answer {
    let (mut scales, current) = app
        .desk(|desk| {
            let scales = desk.read(|db| Ok(scales::list(db)?))?;
            Ok((scales, desk.rules().scale.clone()))
        })
        .await?;
    // The one in use first, then the newest.
    scales.sort_by_key(|scale| (scale.sheet.key().as_str() != current, Reverse(scale.id)));
    let view = Scales {
        frame: Frame::new(&app, guest.0),
        scales,
        current,
    };
    public_page(&request, &view.frame, &view)
}
