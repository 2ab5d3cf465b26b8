//! The entries of the log for programs: what each says, in words and as it was
//! hashed, and what proves it.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::receipts;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::person::Role;
use crate::domain::time::Timestamp;
use crate::ledger::hash::Hash;
use crate::store::trail::told::{self, Filter, Hand, Part, Place};
use crate::web::auth::Visitor;
use crate::web::pages::tlog::Wanted;
use crate::web::pages::trail::{Proof, found, proof};
use crate::web::problem::Problem;
use crate::web::state::App;
use crate::web::telling::{self, Gap, Line};

use super::answer::{List, Page, Public, Reply};
use super::asked::Asked;
use super::file;
use super::paging::{Limit, last, next};

/// Which entries to list; the newest come first. What happens next is told by
/// `/changes`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Entries {
    /// Only what this person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    /// Only what is about this claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimId>,
    /// Only what is about this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SourceId>,
    /// Only what is about this article or a claim that was made in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<ArticleId>,
    /// Only a part of the desk's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    /// Only what was done at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// Only what was done before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Go on after this entry, to older ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// An entry of the log, told.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct EntryLine {
    /// Its place in the log.
    entry: EntryIndex,
    /// The entry that says that what it said was erased.
    erased_by: Option<EntryIndex>,
    /// Whether it is about a sealed source that whoever asks may not see.
    sealed: bool,
    /// When it was made.
    at: Option<Timestamp>,
    /// Who made it; nobody when the desk itself did.
    person: Option<PersonId>,
    /// In which role.
    role: Option<Role>,
    /// What kind of event it is.
    kind: Option<String>,
    /// What it says, or what is left of it, in one sentence.
    sentence: Option<String>,
    /// The claim that it is about.
    claim: Option<ClaimId>,
    /// The source that it is about.
    source: Option<SourceId>,
    /// The article that it is about.
    article: Option<ArticleId>,
    /// Its public line, of which the tree is made.
    leaf: String,
    /// How many entries the oldest checkpoint has that covers it.
    covered_by: Option<u64>,
}

impl EntryLine {
    fn new(line: Line) -> Self {
        let said = line.said;
        let by = line.step.as_ref().and_then(|step| step.by);
        Self {
            entry: line.entry,
            erased_by: match line.gap {
                Some(Gap::Erased(erased)) => Some(erased),
                _ => None,
            },
            sealed: line.gap == Some(Gap::Sealed),
            at: line.step.as_ref().map(|step| step.at),
            person: by.map(|by| by.person),
            role: by.map(|by| by.role),
            sentence: said.map(|said| format!("{}{}", said.sentence, said.sentence.end())),
            claim: line.step.as_ref().and_then(|step| step.claim),
            source: line.step.as_ref().and_then(|step| step.source),
            article: line.step.as_ref().and_then(|step| step.article),
            kind: line.step.map(|step| step.kind),
            leaf: line.leaf,
            covered_by: line.covered,
        }
    }
}

/// One step from a leaf to the root.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct ProofStep {
    /// The hash that joins, in hexadecimal.
    sibling: String,
    /// Whether it stands to the left of the hash so far.
    left: bool,
    /// The first entry that it covers.
    first: EntryIndex,
    /// The last entry that it covers.
    last: EntryIndex,
}

/// What proves that an entry is in the log.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct EntryProof {
    /// How many entries the tree has.
    size: u64,
    /// The hashes that lead from the leaf to the root, the lowest first.
    steps: Vec<ProofStep>,
    /// The root that was signed, in hexadecimal.
    root: String,
    /// The signed checkpoint, as C2SP has it.
    checkpoint: String,
    /// Where the same is as a receipt.
    receipt: String,
}

/// One entry with everything that proves it.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct EntryWhole {
    /// The entry.
    #[serde(flatten)]
    line: EntryLine,
    /// Its body to the byte: canonical JSON (RFC 8785).
    body: Option<String>,
    /// The 16 bytes that are hashed before the body, in hexadecimal.
    salt: Option<String>,
    /// The hash of the leaf in the tree, in hexadecimal.
    leaf_hash: String,
    /// What proves it; nothing before a checkpoint covers it.
    proof: Option<EntryProof>,
}

impl EntryProof {
    fn new(base: &str, entry: EntryIndex, proof: Proof) -> Self {
        let steps = proof.rungs.into_iter().map(|rung| ProofStep {
            sibling: rung.sibling.to_string(),
            left: rung.is_left,
            first: EntryIndex::new(rung.first),
            last: EntryIndex::new(rung.last),
        });
        Self {
            size: proof.size,
            steps: steps.collect(),
            root: proof.root.to_string(),
            checkpoint: proof.note,
            receipt: format!("{base}/log/receipts/{entry}"),
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Entries>,
) -> Result<Page<EntryLine>, Problem> {
    let filter = Filter {
        by: wanted.person.map(Hand::Person),
        claim: wanted.claim,
        source: wanted.source,
        article: wanted.article,
        part: wanted.part,
        from: wanted.since,
        to: wanted.until,
    };
    let (place, limit) = (Place::Before(wanted.after), wanted.limit);
    let found = app
        .desk(move |desk| {
            desk.read(|db| telling::lines(db, told::list(db, &filter, place, limit.get())?))
        })
        .await?;
    let next = last(&found, limit).map(|line| {
        wanted.after = Some(line.entry);
        next("/log/entries", &wanted)
    });
    let lines = found.into_iter().map(EntryLine::new);
    Ok(Page(List::new(lines.collect(), next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    entry: web::Path<EntryIndex>,
) -> Result<Reply<EntryWhole>, Problem> {
    let entry = *entry;
    let (told, salt, proof, line) = app
        .desk(move |desk| {
            desk.read(|db| {
                let (told, salt) = found(db, entry)?;
                let proof = proof(db, entry, &told.leaf)?;
                let line = telling::lines(db, vec![told.clone()])?.pop();
                Ok((told, salt, proof, line))
            })
        })
        .await?;
    let base = &app.facts().base;
    Ok(Reply::new(EntryWhole {
        line: EntryLine::new(line.ok_or_else(Problem::not_found)?),
        leaf_hash: Hash::leaf(told.leaf.as_bytes()).to_string(),
        body: told.body,
        salt,
        proof: proof.map(|proof| EntryProof::new(base, entry, proof)),
    }))
}

pub(in crate::web) async fn receipt(
    app: web::Data<App>,
    entry: web::Path<EntryIndex>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Public<file::Proof>, Problem> {
    let found = wanted.of(&app, *entry).await?;
    let receipt = found.ok_or_else(Problem::not_found)?;
    let name = receipts::file_name(*entry);
    Ok(Public(file::Proof { receipt, name }))
}
