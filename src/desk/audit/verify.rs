//! Checking a data directory whole, without changing anything in it.
//!
//! One pass over the entries feeds the tree on this thread and a replay of
//! the projections on another. Memory does not grow with the log, but for the
//! commitments of verdicts.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::event::{Event, Record};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, VerdictId};
use crate::domain::publication::VerdictRef;
use crate::ledger::hash::{Hash, commitment};
use crate::ledger::key::VerifierKey;
use crate::ledger::tree::Frontier;
use crate::store::erasures::{self, Left};
use crate::store::log::{self, Entry};
use crate::store::replay::Replay;
use crate::store::{Db, Store, StoreError, checkpoints};

use super::super::DeskError;
use super::super::keys::own_keys;
use super::chain::{self, Asked, Chain};
use super::feed::{self, Feed};
use super::personal::Personal;
use super::report::{Kind, Report};
use super::signatures::Signed;
use super::swift;
use super::{admins, cosigned, evidence};

/// How far a check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Entries, tree and checkpoints.
    Log,
    /// And blobs, citations, verdicts and projections.
    Everything,
}

/// How many differing rows of projections are told.
const MOST_ROWS: usize = 200;

/// Checks a data directory. `trusted` is a verifier key that somebody kept: it
/// must be one of those that the log names one after the other; without it the
/// desk's own file is asked. `tell` hears how many entries are done.
///
/// # Errors
/// When the check could not run; what is wrong with the desk is a finding.
pub fn verify(
    dir: &Path,
    trusted: Option<&VerifierKey>,
    depth: Depth,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Report, DeskError> {
    if !dir.join("desk.db").exists() {
        return Err(DeskError::NoDesk);
    }
    let (file, _) = checkpoints::read_file(dir)?;
    Store::look(dir, |db, shelf| {
        let mut report = Report::default();
        let asked = match trusted {
            Some(key) => Asked::Kept(key.clone()),
            None => Asked::Own(own_keys(dir)?),
        };
        let signed = Signed::read(db, file.clone(), &mut report)?;
        if depth == Depth::Log
            && report.is_clean()
            && let Some(mut report) = sound((dir, db), signed, &asked, tell)?
        {
            cosigned::check(db, &mut report)?;
            report.conclude(false);
            return Ok(report);
        }
        let replay = match depth {
            Depth::Log => None,
            Depth::Everything => Some(Replay::start(shelf)?),
        };
        let mut report = Report::default();
        let signed = Signed::read(db, file, &mut report)?;
        cosigned::check(db, &mut report)?;
        let left = erasures::left(db)?;
        if depth == Depth::Log {
            admins::check(db, &left, &mut report)?;
        }
        let mut pass = Pass::new(signed, asked, left, tell);
        let replayed = match replay {
            None => {
                pass.walk(db, None, &mut report)?;
                None
            }
            Some(replay) => Some(walk_and_replay(&mut pass, db, replay, &mut report)?),
        };
        pass.finish(db, &mut report)?;
        if let Some((replay, whole)) = replayed {
            compare(db, &replay, &pass, whole, &mut report)?;
        }
        report.conclude(depth == Depth::Everything);
        Ok(report)
    })
}

/// The report of a check of the log alone, looked at on every core; nothing
/// when anything is amiss, which the walk then finds out.
fn sound(
    (dir, db): (&Path, &Db<'_>),
    mut signed: Signed,
    asked: &Asked,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Option<Report>, DeskError> {
    let entries = log::size(db)?;
    let Some(sound) = swift::check(dir, &signed, entries, tell)? else {
        return Ok(None);
    };
    let left = erasures::left(db)?;
    let named = left.holes.keys().map(|entry| entry.get());
    if !sound.holes.iter().copied().eq(named) {
        return Ok(None);
    }
    let mut report = Report {
        erased: sound.holes.len() as u64,
        entries,
        bytes: sound.bytes,
        root: sound.root.to_base64(),
        ..Report::default()
    };
    if sound.erases {
        admins::check(db, &left, &mut report)?;
    }
    let mut chain = Chain::new(asked.fallback());
    for index in sound.keys {
        if let Some(entry) = log::find(db, EntryIndex::new(index))? {
            // The stored tree is the right one, as was just seen.
            chain.see(&entry, log::root(db, index)?, &mut report);
        }
    }
    // Their roots were held against the tree already.
    signed.settle((&chain, entries), |_| None, &mut report);
    chain.finish(asked, &mut report);
    signed.compare_size(entries, log::leaf_count(db)?, &mut report);
    Ok(Some(report).filter(Report::is_clean))
}

/// Walks the log here while another thread replays it.
fn walk_and_replay(
    pass: &mut Pass<'_>,
    db: &Db<'_>,
    replay: Replay,
    report: &mut Report,
) -> Result<(Replay, bool), DeskError> {
    let (feed, inbox) = feed::lay();
    std::thread::scope(|scope| {
        let replaying = scope.spawn(move || feed::follow(replay, &inbox));
        let walked = pass.walk(db, Some(feed), report);
        let (replay, broken) = replaying
            .join()
            .map_err(|_| StoreError::corrupt("replay", "it ended before its end"))?;
        walked?;
        if let Some((index, error)) = &broken {
            let words = format!("it does not fit what came before it: {error}");
            report.find(Kind::BrokenRule, format!("entry {index}"), words);
        }
        Ok((replay, broken.is_none()))
    })
}

fn compare(
    db: &Db<'_>,
    replay: &Replay,
    pass: &Pass<'_>,
    whole: bool,
    report: &mut Report,
) -> Result<(), DeskError> {
    for name in replay.compare_schema(db)? {
        let words = "it is missing, or not the one that this program makes; put the database back from a backup";
        report.find(
            Kind::ChangedSchema,
            format!("{name} of the database"),
            words,
        );
    }
    let rows = if whole {
        replay.compare(db, MOST_ROWS)?
    } else {
        Vec::new()
    };
    for index in &pass.unbound {
        // A body that still gives every row that is stored is the old one, so
        // it is its salt that changed.
        let (kind, what) = if rows.is_empty() && whole {
            (Kind::ChangedSalt, "salt")
        } else {
            (Kind::ChangedBody, "body")
        };
        let words = format!(
            "its {what} is not the one that its leaf commits to; put the entry back from a backup"
        );
        report.find(kind, format!("entry {index}"), words);
    }
    if report.has(Kind::TruncatedLog)
        || report.has(Kind::SwappedEntries)
        || !pass.unbound.is_empty()
    {
        // The rows differ because entries do, which has been told.
        return replay.read(|db| evidence::check(db, report));
    }
    for row in rows {
        let place = format!("row {} of {}", row.row, row.table);
        let words = format!(
            "{} is not what the log gives; run `citekeep rebuild`",
            row.what
        );
        report.find(Kind::ChangedRow, place, words);
    }
    replay.read(|db| evidence::check(db, report))
}

/// One walk over the log.
struct Pass<'a> {
    signed: Signed,
    chain: Chain,
    /// The roots at the sizes that checkpoints claim.
    roots: HashMap<u64, Hash>,
    personal: Personal,
    asked: Asked,
    tell: &'a mut dyn FnMut(u64, u64),
    frontier: Frontier,
    /// Entries whose leaf is not the one that the stored tree holds.
    moved: Vec<(u64, Hash, Option<Hash>)>,
    /// Entries whose body or salt does not fit their leaf.
    unbound: Vec<u64>,
    wrong_nodes: u64,
    /// What erasures left, as the log says before it is walked.
    left: Left,
    verdicts: HashMap<VerdictId, (EntryIndex, ContentHash)>,
}

impl<'a> Pass<'a> {
    fn new(signed: Signed, asked: Asked, left: Left, tell: &'a mut dyn FnMut(u64, u64)) -> Self {
        Self {
            signed,
            chain: Chain::new(asked.fallback()),
            roots: HashMap::new(),
            personal: Personal::new(),
            asked,
            tell,
            frontier: Frontier::new(),
            moved: Vec::new(),
            unbound: Vec::new(),
            wrong_nodes: 0,
            left,
            verdicts: HashMap::new(),
        }
    }

    fn walk(
        &mut self,
        db: &Db<'_>,
        mut feed: Option<Feed>,
        report: &mut Report,
    ) -> Result<(), DeskError> {
        let total = log::size(db)?;
        log::walk(db, EntryIndex::new(0), |entry| {
            let index = entry.index.get();
            if index != report.entries {
                report.find(
                    Kind::MissingEntry,
                    format!("entry {}", report.entries),
                    "it is missing from the log",
                );
            }
            report.entries = index + 1;
            report.bytes +=
                (entry.leaf.len() + entry.body.as_ref().map_or(0, String::len) + 16) as u64;
            if let Some(body) = &entry.body
                && chain::concerns(body.as_bytes())
            {
                self.chain.see(entry, self.frontier.root(), report);
            }
            self.grow(db, entry)?;
            if self.signed.claims(index + 1) {
                self.roots.insert(index + 1, self.frontier.root());
            }
            if let Some(record) = self.read(entry, feed.is_some(), report)
                && let Some(feed) = &mut feed
            {
                self.bindings(entry, &record, report);
                // What an erasure left has no signature any more.
                if entry.body.is_some() {
                    self.personal.see(entry.index, &record, report);
                }
                feed.push(entry.index, record);
            }
            if index.is_multiple_of(1_000) {
                (self.tell)(index, total);
            }
            Ok::<_, DeskError>(())
        })?;
        if let Some(feed) = &mut feed {
            feed.flush();
        }
        Ok(())
    }

    /// Adds a leaf to the tree and holds the new nodes against the stored ones.
    fn grow(&mut self, db: &Db<'_>, entry: &Entry) -> Result<(), DeskError> {
        let leaf = Hash::leaf(entry.leaf.as_bytes());
        let mut failed = None;
        let (moved, wrong_nodes) = (&mut self.moved, &mut self.wrong_nodes);
        self.frontier.push_seeing(leaf, |(level, index, hash)| {
            match log::find_node(db, level, index) {
                Ok(stored) if stored == Some(hash) => {}
                Ok(stored) if level == 0 => moved.push((index, hash, stored)),
                Ok(_) => *wrong_nodes += 1,
                Err(error) => failed = Some(error),
            }
        });
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Holds a body against its leaf and decodes it where the replay needs it.
    fn read(&mut self, entry: &Entry, decode: bool, report: &mut Report) -> Option<Record> {
        let place = format!("entry {}", entry.index);
        let left = self.left.holes.get(&entry.index);
        if let (None, None, Some((_, record))) = (&entry.salt, &entry.body, left) {
            report.erased += 1;
            return decode.then(|| record.clone());
        }
        if let Some((erased, _)) = left {
            let words = format!(
                "entry {erased} erased its body, which is there all the same; start the desk again from a copy in which it is gone, or erase it by hand"
            );
            report.find(Kind::ErasedIsBack, &place, words);
        }
        let (Some(salt), Some(body)) = (&entry.salt, &entry.body) else {
            let words = "its salt or body is gone, and no erasure says why; put the entry back from a backup";
            report.find(Kind::HoleWithoutErasure, place, words);
            return None;
        };
        let promised = log::leaf_commitment(&entry.leaf);
        if promised.is_none() {
            report.find(
                Kind::ChangedLeaf,
                &place,
                "its public line is not one that this desk writes",
            );
        }
        let bound = <&[u8; 16]>::try_from(salt.as_slice())
            .ok()
            .map(|salt| ContentHash::from_bytes(*commitment(salt, body.as_bytes()).as_bytes()));
        let fits = promised.is_some() && bound == promised;
        if !decode {
            if promised.is_some() && !fits {
                self.unbound.push(entry.index.get());
                report.find(
                    Kind::ChangedBody,
                    place,
                    "its salt or body is not the one that its leaf commits to",
                );
            }
            return None;
        }
        let record = log::decode(body)
            .ok()
            .filter(|record| log::encode(record).is_ok_and(|again| again == *body));
        match (fits, promised.is_some(), &record) {
            (true, _, None) => {
                let words = "its body cannot be read as a record of this version";
                report.find(Kind::BrokenRule, place, words);
            }
            (false, true, None) => {
                let words = "its body is not the one that its leaf commits to; put the entry back from a backup";
                report.find(Kind::ChangedBody, place, words);
            }
            (false, true, Some(_)) => self.unbound.push(entry.index.get()),
            _ => {}
        }
        record
    }

    /// Holds approvals and publications against the verdict that they name.
    fn bindings(&mut self, entry: &Entry, record: &Record, report: &mut Report) {
        let named: &VerdictRef = match &record.event {
            Event::VerdictGiven { verdict } => {
                if let Some(body) = log::leaf_commitment(&entry.leaf) {
                    self.verdicts.insert(verdict.id, (entry.index, body));
                }
                return;
            }
            Event::VerdictApproved { verdict, .. }
            | Event::ApprovalTakenBack { verdict, .. }
            | Event::VerdictDissented { verdict, .. } => verdict,
            Event::VerdictPublished { publication } => &publication.verdict,
            _ => return,
        };
        if self.verdicts.get(&named.id) != Some(&(named.entry, named.body)) {
            let words = format!(
                "it names verdict {} by an entry or a commitment that is not that verdict's",
                named.id
            );
            report.find(Kind::BrokenBinding, format!("entry {}", entry.index), words);
        }
    }

    fn finish(&mut self, db: &Db<'_>, report: &mut Report) -> Result<(), DeskError> {
        report.root = self.frontier.root().to_base64();
        let roots = &self.roots;
        let at = (&self.chain, report.entries);
        self.signed
            .settle(at, |size| roots.get(&size).copied(), report);
        self.chain.finish(&self.asked, report);
        self.tell_moved(report);
        if self.wrong_nodes > 0 && self.moved.is_empty() {
            let words = format!(
                "{} inner nodes are not what the leaves give; the leaves themselves are right",
                self.wrong_nodes
            );
            report.find(Kind::ChangedTreeNode, "the stored tree", words);
        }
        self.signed
            .compare_size(report.entries, log::leaf_count(db)?, report);
        Ok(())
    }

    /// Tells entries in each other's place apart from changed ones.
    fn tell_moved(&self, report: &mut Report) {
        for (at, (index, hash, stored)) in self.moved.iter().enumerate() {
            let twin = self
                .moved
                .iter()
                .position(|(_, other, theirs)| Some(*hash) == *theirs && Some(*other) == *stored);
            match twin {
                Some(twin) if twin > at => {
                    let other = self.moved[twin].0;
                    let words = "they stand in each other's place; put the log back from a backup";
                    report.find(
                        Kind::SwappedEntries,
                        format!("entries {index} and {other}"),
                        words,
                    );
                }
                Some(_) => {}
                None if self.signed.covers(*index) && !report.has(Kind::ForkedLog) => {
                    let words = "its hash in the stored tree is not that of its public line, which the checkpoints bear out; put the database back from a backup";
                    report.find(Kind::ChangedTreeNode, format!("entry {index}"), words);
                }
                None => {
                    let words = "its public line is not the one that the tree holds; put the entry back from a backup";
                    report.find(Kind::ChangedLeaf, format!("entry {index}"), words);
                }
            }
        }
    }
}
