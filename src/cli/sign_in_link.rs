//! `citekeep sign-in-link`: a new way in for somebody who lost theirs, made by
//! whoever looks after the machine; for the day on which the only admin is the
//! one who lost it.

use clap::Args;

use crate::desk::sign_in::{self, Whence};
use crate::desk::{Actor, Desk, people};
use crate::domain::ids::PersonId;
use crate::store::people::{self as rows, Person};

use super::{Failure, Ready, output};

/// Make a new sign-in link for somebody who lost theirs
#[derive(Debug, Args)]
pub(super) struct SignInLink {
    /// Who: their number, their sign-in name or their whole name
    #[arg(value_name = "NAME-OR-NUMBER")]
    who: String,
    /// Remove their second factors too, when they lost those and the recovery codes
    #[arg(long)]
    remove_second_factors: bool,
}

impl SignInLink {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let desk = ready.open_existing()?;
        let person = self.find(&desk)?;
        let (by, here) = (Actor::Operator, Whence::default());
        if self.remove_second_factors {
            sign_in::remove_factors(&desk, by, person, here.clone())?;
            output::say("their second factors are removed");
        }
        let (person, secret) = people::make_sign_in_link(&desk, by, person, here)?;
        output::say(&format!(
            "this link signs {} in ({}), once, within a day; their older links and sessions have ended:",
            person.name, person.role
        ));
        output::line(&format!("{}/enter/{secret}", ready.base()));
        Ok(())
    }

    fn find(&self, desk: &Desk) -> Result<PersonId, Failure> {
        let who = self.who.trim();
        let everybody = desk.read(|db| Ok(rows::list(db)?))?;
        let here: Vec<&Person> = everybody.iter().filter(|person| !person.gone).collect();
        // A number names one person, whatever somebody else calls themselves.
        if let Some(person) = here.iter().find(|person| who.parse() == Ok(person.id)) {
            return Ok(person.id);
        }
        let by_sign_in = people::with_sign_in(desk, who)?;
        let is_meant = |person: &Person| {
            by_sign_in == Some(person.id) || person.name.to_lowercase() == who.to_lowercase()
        };
        let found: Vec<&Person> = here.into_iter().filter(|person| is_meant(person)).collect();
        match found.as_slice() {
            [person] => Ok(person.id),
            [] => Err(Failure::Usage(format!(
                "nobody at this desk has the number, sign-in name or name '{who}'; the page People lists them"
            ))),
            several => {
                let several = several.iter();
                let several: Vec<String> = several
                    .map(|person| format!("{} ({}, {})", person.id, person.name, person.role))
                    .collect();
                Err(Failure::Usage(format!(
                    "'{who}' could be each of {}; give the number",
                    several.join(", ")
                )))
            }
        }
    }
}
