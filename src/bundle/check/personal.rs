//! People's own signatures, held against the passkeys that the bundle shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::facts::{Facts, Kind};
use crate::bundle::layout::Part;
use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;
use crate::domain::passkey::{Passkey, PersonalSignature};
use crate::ledger::assertion::{self, Asked, Assertion, PublicKey, challenge};

use super::log::Entries;
use super::report::Report;

/// Checks every signature whose passkey is in the bundle.
pub(super) fn check(facts: &Facts, entries: &Entries, report: &mut Report) {
    let mut passkeys: BTreeMap<String, (&Passkey, bool)> = BTreeMap::new();
    // What was signed already: a signature counts once.
    let mut signed = BTreeSet::new();
    for (entry, record) in &entries.records {
        if let Some(signature) = &record.signature {
            let place = Part::Body(*entry);
            let known = passkeys.get(&signature.credential.to_string());
            match known {
                Some(known) => match holds(*entry, record, signature, *known) {
                    Ok(statement) if signed.insert(challenge(statement.as_bytes())) => {
                        report.counts.signatures += 1;
                    }
                    Ok(_) => report.altered(place, "its signature is used a second time"),
                    Err(words) => report.altered(place, words),
                },
                None if facts.kind == Kind::Desk => {
                    let words = "it is signed with a passkey that no entry in the bundle registers";
                    report.missing(place, words);
                }
                None => report.counts.unchecked_signatures += 1,
            }
        }
        match &record.event {
            Event::PasskeyRegistered { passkey } => {
                if record.by.map(|by| by.person) != Some(passkey.person) {
                    let words = "it registers a passkey in the name of somebody who did not do it";
                    report.altered(Part::Body(*entry), words);
                }
                passkeys.insert(passkey.credential.to_string(), (passkey, true));
            }
            Event::PasskeyRetired { credential, .. } => {
                if let Some((_, signs)) = passkeys.get_mut(&credential.to_string()) {
                    *signs = false;
                }
            }
            _ => {}
        }
    }
}

/// Checks a signature; gives what was signed.
fn holds(
    entry: EntryIndex,
    record: &Record,
    signature: &PersonalSignature,
    (passkey, signs): (&Passkey, bool),
) -> Result<String, String> {
    if record.by.map(|by| by.person) != Some(passkey.person) {
        return Err("it is signed with the passkey of somebody else".to_owned());
    }
    if !signs {
        return Err("it is signed with a passkey that was retired before it".to_owned());
    }
    if signature.after > entry.get() {
        return Err("it was signed for a longer log".to_owned());
    }
    let statement = record.statement().unwrap_or_default();
    let key = PublicKey::from_spki(passkey.public_key.as_bytes());
    let answer = Assertion {
        authenticator_data: signature.authenticator_data.as_bytes(),
        client_data: signature.client_data.as_bytes(),
        signature: signature.signature.as_bytes(),
    };
    let asked = Asked {
        statement: statement.as_bytes(),
        origin: &passkey.origin,
        rp_id: &passkey.rp_id,
    };
    let checked = key.and_then(|key| assertion::check(&answer, &key, &asked));
    checked.map_err(|error| error.to_string())?;
    Ok(statement)
}
