//! Words that have to go: what goes, what stays whole, and who decides.

mod article;
mod attacks;
mod crash;
mod desk;
pub(crate) mod http;
mod random;
mod remains;
mod sealed;

use std::fs;
use std::path::Path;

use citekeep::desk::erasures;
use citekeep::desk::{Actor, Desk, DeskError};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::{EntryIndex, PersonId, SnapshotId, TextId};
use citekeep::domain::person::Role;
use citekeep::store::snapshots;
use citekeep::store::trail::told::{self, Filter, Place};

use crate::support::{TestDesk, note};

/// A desk with two admins.
struct Admins {
    desk: TestDesk,
    one: Actor,
    other: Actor,
}

fn admins() -> Admins {
    let desk = crate::support::desk();
    Admins {
        one: desk.join(Role::Admin),
        other: desk.join(Role::Admin),
        desk,
    }
}

fn request(parts: &[ErasurePart]) -> ErasureRequest {
    ErasureRequest {
        parts: parts.to_vec(),
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    }
}

fn entry(index: u64) -> ErasurePart {
    ErasurePart::Entry {
        entry: EntryIndex::new(index),
    }
}

impl Admins {
    fn ask(&self, parts: &[ErasurePart]) -> Result<EntryIndex, DeskError> {
        erasures::ask(&self.desk.desk, self.one, request(parts))
    }

    /// One asks, the other consents.
    fn erase(&self, parts: &[ErasurePart]) -> EntryIndex {
        let asked = self.ask(parts).expect("a request");
        erasures::consent(&self.desk.desk, self.other, asked).expect("a consent")
    }

    /// The newest entry of a kind.
    fn newest(&self, kind: &str) -> EntryIndex {
        newest(&self.desk.desk, kind)
    }
}

fn newest(desk: &Desk, kind: &str) -> EntryIndex {
    let steps = desk
        .read(|db| {
            let place = Place::Before(None);
            Ok(told::list(db, &Filter::default(), place, 10_000)?)
        })
        .expect("the trail");
    let mut steps = steps.into_iter().filter_map(|told| told.step);
    let found = steps.find(|step| step.kind == kind);
    found.expect(kind).entry
}

fn person(actor: Actor) -> PersonId {
    actor.byline().expect("somebody").person
}

/// Everything of a snapshot: its bytes and its texts.
fn all_of(desk: &Desk, snapshot: SnapshotId) -> Vec<ErasurePart> {
    let texts: Vec<TextId> = desk
        .read(|db| Ok(snapshots::texts(db, snapshot)?))
        .expect("its texts")
        .into_iter()
        .map(|text| text.id)
        .collect();
    let texts = texts.into_iter().map(|text| ErasurePart::Text { text });
    std::iter::once(ErasurePart::Bytes { snapshot })
        .chain(texts)
        .collect()
}

/// The files of a data directory that hold some words, compressed ones too.
fn files_with(data: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("its bytes");
            let plain = zstd::decode_all(&bytes[..]).unwrap_or_default();
            let holds = |bytes: &[u8]| {
                bytes
                    .windows(words.len())
                    .any(|window| window == words.as_bytes())
            };
            if holds(&bytes) || holds(&plain) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}
