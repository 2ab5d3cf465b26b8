//! Records: an event, when it was done and by whom, and perhaps signed. What an
//! entry commits to.

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::passkey::PersonalSignature;
use super::person::Byline;
use super::time::Timestamp;

/// The body of an entry: an event, when, and by whom. Its canonical JSON
/// (RFC 8785) is what the log commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this envelope: 1.
    pub v: u32,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it; nobody when the desk itself did, at set-up or by its
    /// operator's command line.
    pub by: Option<Byline>,
    /// What was done.
    pub event: Event,
    /// The signature of whoever did it, made with a passkey of their own over
    /// [`Record::statement`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<PersonalSignature>,
}

/// What a person signs: what is done, by whom, and at which length of the log.
#[derive(Serialize)]
struct Signed<'a> {
    after: u64,
    by: Option<Byline>,
    event: &'a Event,
}

impl Record {
    /// The version that is written today.
    pub const VERSION: u32 = 1;

    /// What was signed of it, if it was: SHA-256 of it is the challenge that
    /// the passkey was given.
    pub fn statement(&self) -> Option<String> {
        let signature = self.signature.as_ref()?;
        Some(statement(signature.after, self.by, &self.event))
    }
}

/// What a person signs: the canonical JSON (RFC 8785) of how many entries the
/// log has, of who acts, and of the event.
pub fn statement(after: u64, by: Option<Byline>, event: &Event) -> String {
    serde_json_canonicalizer::to_string(&Signed { after, by, event })
        .expect("an event has no floats and its keys are text, so it can be written")
}
