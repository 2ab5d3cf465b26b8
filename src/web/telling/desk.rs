//! Sentences about the desk itself and its people.

use crate::domain::event::Event;
use crate::domain::person::Role;
use crate::domain::sheet::DeskSheet;

use super::Teller;
use super::sentence::counted;

/// A role with its article.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Reader => "a reader",
        Role::Researcher => "a researcher",
        Role::Reviewer => "a reviewer",
        Role::Editor => "an editor",
        Role::Admin => "an admin",
    }
}

impl Teller<'_> {
    pub(super) fn desk(&mut self, event: &Event) {
        match event {
            Event::DeskOpened { name, .. } => {
                self.say("was opened under the name ");
                self.quote(name.as_str());
                self.say(", with a key of its own");
            }
            Event::OlderLogAccepted { reason, .. } => {
                self.say("accepted an older copy of the log; entries that a signed checkpoint covers are lost");
                self.because(reason.as_str());
            }
            Event::DeskDescribed { sheet } => self.described(sheet),
            Event::RulesSet { approvals, scale } => {
                let needed = counted(u64::from(approvals.0), "approval", "approvals");
                self.say(format!(
                    "set the rules: {needed} for each verdict, rated on the scale "
                ));
                match self.names.scales.get(scale.as_str()).cloned() {
                    Some(name) => self.quote(name),
                    None => self.quote(scale.as_str()),
                }
            }
            Event::ScaleAdopted { scale } => {
                self.say("took the rating scale ");
                self.quote(scale.sheet.name().as_str());
                let steps = scale.sheet.ratings().len() as u64;
                let steps = counted(steps, "rating", "ratings");
                self.say(format!(" into use, version {} with {steps}", scale.version));
            }
            _ => self.somebody(event),
        }
    }

    fn described(&mut self, sheet: &DeskSheet) {
        self.say("changed what the desk says of itself; its name is ");
        self.quote(sheet.name.as_str());
        let missing = sheet.missing().len() as u64;
        if missing > 0 {
            let missing = counted(missing, "thing", "things");
            self.say(format!(
                ", and {missing} that fact-checkers publish of themselves stayed unsaid"
            ));
        }
    }

    fn somebody(&mut self, event: &Event) {
        match event {
            Event::PersonJoined {
                name,
                role: as_what,
                ..
            } => {
                self.say("added ");
                self.name(name);
                self.say(format!(" to the desk as {}", role(*as_what)));
            }
            Event::RoleChanged { person, role: to } => {
                self.say("made ");
                self.person(*person);
                self.say(format!(" {}", role(*to)));
            }
            Event::PersonLeft { person } => {
                self.say("let ");
                self.person(*person);
                self.say(" go, who can no longer sign in");
            }
            _ => {}
        }
    }
}
