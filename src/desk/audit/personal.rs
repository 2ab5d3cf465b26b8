//! People's own signatures, held against the passkeys that they had registered
//! at that place in the log, and against the rule that held then.

use std::collections::{HashMap, HashSet};

use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;
use crate::domain::passkey::{Octets, Passkey, PersonalSignature, SigningRule};
use crate::ledger::assertion::challenge;

use super::super::signing;
use super::report::{Kind, Report};

/// What a check knows of passkeys so far.
pub(super) struct Personal {
    rule: SigningRule,
    passkeys: HashMap<Octets, (Passkey, bool)>,
    /// What was signed already: a signature counts once.
    signed: HashSet<[u8; 32]>,
}

impl Personal {
    pub(super) fn new() -> Self {
        Self {
            rule: SigningRule::Off,
            passkeys: HashMap::new(),
            signed: HashSet::new(),
        }
    }

    /// Checks an entry's signature, or that it needs none, and takes in what it
    /// says of passkeys.
    pub(super) fn see(&mut self, index: EntryIndex, record: &Record, report: &mut Report) {
        let place = format!("entry {index}");
        match &record.signature {
            Some(signature) => match self.check(index, record, signature) {
                Ok(()) => report.signatures += 1,
                Err((kind, words)) => report.find(kind, &place, words),
            },
            None if self.wants(record) => {
                let words = "the desk wanted every verdict and approval signed then, and this one is not; ask whoever is named whether it is theirs";
                report.find(Kind::MissingSignature, &place, words);
            }
            None => {}
        }
        match &record.event {
            Event::SigningRuled { rule } => self.rule = *rule,
            Event::PasskeyRegistered { passkey } => {
                if record.by.map(|by| by.person) != Some(passkey.person) {
                    let words = "it registers a passkey in the name of somebody who did not do it; ask that person";
                    report.find(Kind::ForeignSignature, &place, words);
                }
                self.passkeys
                    .insert(passkey.credential.clone(), (passkey.clone(), true));
            }
            Event::PasskeyRetired { credential, .. } => {
                if let Some((_, signs)) = self.passkeys.get_mut(credential) {
                    *signs = false;
                }
            }
            _ => {}
        }
    }

    /// Whether an entry without a signature needs one.
    fn wants(&self, record: &Record) -> bool {
        let judges = matches!(
            record.event,
            Event::VerdictGiven { .. } | Event::VerdictApproved { .. }
        );
        judges && self.rule == SigningRule::Required && record.by.is_some()
    }

    fn check(
        &mut self,
        index: EntryIndex,
        record: &Record,
        signature: &PersonalSignature,
    ) -> Result<(), (Kind, String)> {
        let foreign = |words: &str| (Kind::ForeignSignature, words.to_owned());
        let (passkey, signs) = self.passkeys.get(&signature.credential).ok_or_else(|| {
            foreign("it is signed by a passkey that nobody has registered before it")
        })?;
        if record.by.map(|by| by.person) != Some(passkey.person) {
            return Err(foreign("it is signed by the passkey of somebody else"));
        }
        if !signs {
            let words = "it is signed by a passkey that was retired before it";
            return Err((Kind::RetiredSignature, words.to_owned()));
        }
        let statement = record.statement().unwrap_or_default();
        let wrong = |words: String| (Kind::WrongSignature, words);
        let checked = signing::verify(&statement, signature, passkey);
        checked.map_err(|error| wrong(error.to_string()))?;
        if signature.after > index.get() {
            return Err(wrong("it was signed for a longer log".to_owned()));
        }
        if !self.signed.insert(challenge(statement.as_bytes())) {
            let words = "the same statement was signed for an entry before it: the signature is used a second time";
            return Err(wrong(words.to_owned()));
        }
        Ok(())
    }
}
