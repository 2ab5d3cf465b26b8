//! What the public bundle holds: what is published of a claim, and nothing
//! that its public page does not show.
//!
//! Bodies of entries go along where the page shows all that they say: the
//! published verdict, what colleagues said of it, its publication, corrections,
//! judgements of later changes, the opening of the desk and its changes of key,
//! which name its keys, and the passkeys that signed any of this. Who cited which
//! words when, and how a capture came to the desk, is not public; of those
//! entries only the public line and the receipt go along.

use std::collections::BTreeSet;

use crate::bundle::layout::Part;
use crate::bundle::write::Content;
use crate::domain::event::Event;
use crate::domain::ids::ClaimId;
use crate::store::{
    Db, StoreError, changes, citations, public, publications, snapshots, trail, verdicts,
};

use super::super::super::DeskError;
use super::super::public::published;
use super::{Gathered, Parts, record};

pub(super) fn gather(db: &Db<'_>, claim: ClaimId) -> Result<Gathered, DeskError> {
    let shown = public::find(db, claim)?.ok_or_else(|| not_public(claim))?;
    let verdict = shown.verdict.id;
    let mut gathered = Gathered::default();
    gathered.entries.insert(verdicts::get(db, verdict)?.entry);
    let opinions = verdicts::opinions(db, verdict)?;
    gathered
        .entries
        .extend(opinions.iter().map(|voiced| voiced.entry));
    let acts = publications::list(db, claim)?;
    let act = acts.iter().filter(|act| act.id == shown.id);
    gathered.entries.extend(act.map(|act| act.entry));
    let corrections = publications::corrections(db, claim)?;
    gathered
        .entries
        .extend(corrections.iter().map(|correction| correction.entry));
    let judged = changes::dismissals(db, claim)?.into_iter();
    let judged = judged.filter(|judged| judged.dismissal.verdict.id == verdict);
    gathered.entries.extend(judged.map(|judged| judged.entry));
    let desk = trail::of_desk(db)?.into_iter();
    let keys = ["desk_opened", "key_rotated", "key_replaced"];
    let opened = desk.filter(|step| keys.contains(&step.kind.as_str()));
    gathered.entries.extend(opened.map(|step| step.entry));
    passkeys(db, &mut gathered)?;
    for bound in &shown.verdict.evidence {
        let cited = citations::get(db, bound.citation)?;
        let taken = snapshots::get(db, cited.citation.snapshot)?;
        gathered.withheld.extend([cited.entry, taken.entry]);
        let (citation, extractor) = (bound.citation, &bound.extractor);
        gathered.blob(
            bound.raw,
            format!("the bytes that citation {citation} quotes from"),
        );
        let text = format!("the text that citation {citation} quotes from, by {extractor}");
        gathered.blob(bound.text, text);
    }
    Ok(gathered)
}

/// What registers the passkeys that signed, and retires them: without it nobody
/// can check a signature.
fn passkeys(db: &Db<'_>, gathered: &mut Gathered) -> Result<(), DeskError> {
    let mut signed = BTreeSet::new();
    for entry in &gathered.entries {
        let record = record(db, *entry)?;
        signed.extend(record.and_then(|record| Some(record.signature?.credential)));
    }
    if signed.is_empty() {
        return Ok(());
    }
    for step in trail::of_desk(db)? {
        let about = match record(db, step.entry)?.map(|record| record.event) {
            Some(Event::PasskeyRegistered { passkey }) => passkey.credential,
            Some(Event::PasskeyRetired { credential, .. }) => credential,
            _ => continue,
        };
        if signed.contains(&about) {
            gathered.entries.insert(step.entry);
        }
    }
    Ok(())
}

/// What is published, as programs read it.
pub(super) fn parts<'a>(db: &Db<'_>, claim: ClaimId) -> Result<Parts<'a>, DeskError> {
    let number = claim.get();
    let found = published(db, number..number + 1)?.pop();
    let found = found.ok_or_else(|| not_public(claim))?;
    let mut written =
        serde_json::to_vec(&found).map_err(|error| StoreError::corrupt("publication", error))?;
    written.push(b'\n');
    Ok(vec![(Part::Published, Content::Bytes(written))])
}

fn not_public(claim: ClaimId) -> DeskError {
    DeskError::NoSuch {
        what: "published claim",
        id: claim.get(),
    }
}
