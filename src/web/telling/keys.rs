//! Sentences about the key of the log and about people's passkeys.

use crate::domain::event::Event;

use super::Teller;

impl Teller<'_> {
    pub(super) fn key_event(&mut self, event: &Event) {
        match event {
            Event::KeyRotated { .. } => {
                self.say("went over to a new key for the log, for which the old one signed");
            }
            Event::KeyReplaced { reason, .. } => {
                self.say(
                    "replaced the lost key of the log, and the old key did not sign for the new one",
                );
                self.because(reason.as_str());
            }
            Event::SigningRuled { rule } => {
                self.say(format!("set the rule of signatures: {}", rule.label()));
            }
            Event::PasskeyRegistered { passkey } => {
                self.say("registered the passkey ");
                self.quote(passkey.name.as_str());
                if self.by.map(|by| by.person) == Some(passkey.person) {
                    self.say(" to sign with");
                } else {
                    self.say(" in the name of ");
                    self.person(passkey.person);
                }
            }
            Event::PasskeyRetired { person, .. } => {
                self.say("retired a passkey of ");
                self.person(*person);
                self.say(", which signs no more");
            }
            _ => {}
        }
    }
}
