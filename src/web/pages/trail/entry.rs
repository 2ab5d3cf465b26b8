//! One entry of the log with everything that proves it.

use actix_web::web;
use askama::Template;

use crate::desk::{DeskError, erasures};
use crate::domain::ids::EntryIndex;
use crate::domain::person::Deed;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::hash::Hash;
use crate::ledger::note::Note;
use crate::ledger::proof as inclusion;
use crate::store::trail::told::{self, Told};
use crate::store::{Db, StoreError, checkpoints, keys, log};
use crate::web::assets;
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;
use crate::web::telling::{self, Line};

use super::climb::{Rung, climb};

/// What proves that an entry is in the log.
pub(in crate::web) struct Proof {
    /// How many entries the tree has.
    pub(in crate::web) size: u64,
    /// The steps from the leaf's hash to the root.
    pub(in crate::web) rungs: Vec<Rung>,
    /// The root that the checkpoint was signed over.
    pub(in crate::web) root: Hash,
    /// The checkpoint, as it was signed.
    pub(in crate::web) note: String,
    /// The key that signed it: that of its time.
    pub(in crate::web) key: String,
}

/// Reads the proof of an entry in the oldest checkpoint that covers it; none
/// where none covers it yet.
pub(in crate::web) fn proof(
    db: &Db<'_>,
    entry: EntryIndex,
    leaf: &str,
) -> Result<Option<Proof>, DeskError> {
    let Some((size, note)) = checkpoints::covering(db, entry.get().saturating_add(1))? else {
        return Ok(None);
    };
    let hashes = inclusion::inclusion(entry.get(), size, db)
        .map_err(|error| StoreError::corrupt("tree", error))?;
    let corrupt = |error: &dyn std::fmt::Display| StoreError::corrupt("checkpoint", error);
    let parsed = Note::parse(&note).map_err(|error| corrupt(&error))?;
    let checkpoint: Checkpoint = parsed.text().parse().map_err(|error| corrupt(&error))?;
    let root = checkpoint.root();
    let key = keys::signing(db, size)?.ok_or(DeskError::NoDesk)?;
    let rungs = climb(entry.get(), size, Hash::leaf(leaf.as_bytes()), &hashes);
    Ok(Some(Proof {
        size,
        rungs,
        root,
        note,
        key: key.verifier_key,
    }))
}

#[derive(Template)]
#[template(path = "trail/entry.html")]
struct EntryPage {
    frame: Frame,
    entry: u64,
    line: Line,
    /// The body as it is hashed.
    body: Option<String>,
    /// The same, laid out to be read.
    laid_out: Option<String>,
    salt: Option<String>,
    leaf_hash: Hash,
    proof: Option<Proof>,
    script: &'static str,
    is_last: bool,
    /// Whether it holds words that can be erased.
    has_words: bool,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    entry: web::Path<EntryIndex>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let view = app
        .desk(move |desk| desk.read(|db| view(db, frame, *entry)))
        .await?;
    page(&view)
}

fn view(db: &Db<'_>, frame: Frame, entry: EntryIndex) -> Result<EntryPage, DeskError> {
    let (told, salt) = found(db, entry)?;
    let leaf_hash = Hash::leaf(told.leaf.as_bytes());
    let proof = proof(db, entry, &told.leaf)?;
    let body = told.body.clone();
    let mut lines = telling::lines(db, vec![told])?;
    let line = lines.pop().ok_or_else(|| no_such(entry))?;
    Ok(EntryPage {
        frame,
        entry: entry.get(),
        laid_out: body.as_deref().map(laid_out),
        has_words: body.is_some() && erasures::has_words(db, entry)?,
        body,
        salt,
        leaf_hash,
        proof,
        script: assets::prove_script_path(),
        is_last: entry.get() + 1 == log::size(db)?,
        line,
    })
}

/// An entry that must be there, and its salt.
pub(in crate::web) fn found(
    db: &Db<'_>,
    entry: EntryIndex,
) -> Result<(Told, Option<String>), DeskError> {
    let told = told::find(db, entry)?.ok_or_else(|| no_such(entry))?;
    let salt = log::find(db, entry)?.and_then(|entry| entry.salt);
    Ok((told, salt.map(hex::encode)))
}

fn no_such(entry: EntryIndex) -> DeskError {
    DeskError::NoSuch {
        what: "entry",
        id: i64::try_from(entry.get()).unwrap_or(i64::MAX),
    }
}

/// Canonical JSON with a line for each value.
fn laid_out(body: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let written = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    written.unwrap_or_else(|| body.to_owned())
}

impl EntryPage {
    /// Whether whoever looks may ask for an erasure of what is here.
    fn may_erase(&self) -> bool {
        self.has_words && self.frame.may(Deed::Erase)
    }

    /// Whether the way up from the leaf ends at the root that was signed.
    fn fits(&self) -> bool {
        self.proof.as_ref().is_some_and(|proof| {
            let top = proof
                .rungs
                .last()
                .map_or(self.leaf_hash, |rung| rung.joined);
            top == proof.root
        })
    }

    /// The hashes of the way up, each with the side on which it joins, as the
    /// script reads them.
    fn path(&self) -> String {
        let rungs = self.proof.iter().flat_map(|proof| &proof.rungs);
        let rungs = rungs.map(|rung| {
            let side = if rung.is_left { "left" } else { "right" };
            format!("{side}:{}", rung.sibling)
        });
        rungs.collect::<Vec<_>>().join(" ")
    }
}
