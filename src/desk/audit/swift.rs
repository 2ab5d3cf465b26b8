//! The check of the log alone, on every core: whether all of it is as it
//! should be. What is wrong where it is not, the walk in `verify` finds out.
//!
//! The log is cut into stretches whose entries fill a whole subtree. Each is
//! read by a connection of its own, hashed, and held against its leaves and the
//! stored nodes; here their roots grow into one tree, in order, and that tree
//! is held against every checkpoint. An entry is never changed once it is
//! there, so that connections which look at different moments see the same.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::domain::hash::ContentHash;
use crate::domain::leaf;
use crate::ledger::hash::{Hash, commitment};
use crate::ledger::tree::Frontier;
use crate::store::stretch::{self, Lying};
use crate::store::{Db, Store, log};

use super::super::DeskError;
use super::signatures::Signed;
use super::{admins, chain};

/// Two to this power entries are one stretch.
const HEIGHT: u8 = 12;
const STRETCH: u64 = 1 << HEIGHT;
/// More threads than this would only wait for the disk.
const MOST_THREADS: usize = 16;

/// A log in which every entry fits its leaf, every leaf the tree, and the tree
/// every checkpoint.
pub(super) struct Sound {
    pub(super) bytes: u64,
    pub(super) root: Hash,
    /// Entries without salt and body.
    pub(super) holes: Vec<u64>,
    /// Entries about the key that signs.
    pub(super) keys: Vec<u64>,
    /// Whether any entry says that something was erased.
    pub(super) erases: bool,
}

/// A stretch that is as it should be.
struct Part {
    bytes: u64,
    holes: Vec<u64>,
    keys: Vec<u64>,
    erases: bool,
    /// Its complete subtrees, the largest first: their levels and roots.
    peaks: Vec<(u8, Hash)>,
    /// The same at each size inside it that a checkpoint was signed for.
    signed: Vec<(u64, Vec<(u8, Hash)>)>,
}

/// What a stretch came to, and where it begins; no part where it is not as it
/// should be.
type Checked = (u64, Result<Option<Part>, DeskError>);

/// Checks the first `total` entries; nothing when anything is amiss. `tell`
/// hears how many entries are done.
pub(super) fn check(
    dir: &Path,
    signed: &Signed,
    total: u64,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Option<Sound>, DeskError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(MOST_THREADS);
    let next = AtomicU64::new(0);
    let (outbox, inbox) = sync_channel(2 * threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (next, outbox) = (&next, outbox.clone());
            scope.spawn(move || work(dir, signed, (next, total), &outbox));
        }
        drop(outbox);
        let grown = Store::look(dir, |db, _| grow(db, signed, (&inbox, total), tell));
        // Whoever still works learns from a closed door that nobody waits.
        drop(inbox);
        grown
    })
}

/// Takes stretches until there are no more or nobody waits for them.
fn work(dir: &Path, signed: &Signed, to_do: (&AtomicU64, u64), outbox: &SyncSender<Checked>) {
    let (next, total) = to_do;
    let worked = Store::look(dir, |db, _| {
        loop {
            let start = next.fetch_add(STRETCH, Ordering::Relaxed);
            if start >= total {
                return Ok(());
            }
            let range = start..total.min(start + STRETCH);
            if outbox.send((start, part(db, &range, signed))).is_err() {
                return Ok(());
            }
        }
    });
    if let Err(error) = worked {
        let _ = outbox.send((u64::MAX, Err(error)));
    }
}

/// Checks one stretch.
fn part(db: &Db<'_>, range: &Range<u64>, signed: &Signed) -> Result<Option<Part>, DeskError> {
    let mut leaves = Vec::with_capacity((range.end - range.start) as usize);
    let (mut bytes, mut holes, mut keys) = (0, Vec::new(), Vec::new());
    let (mut sound, mut erases) = (true, false);
    stretch::entries(db, range, |entry| {
        sound &= entry.index == range.start + leaves.len() as u64 && fits(&entry);
        bytes += (entry.leaf.len() + entry.body.map_or(0, <[u8]>::len) + 16) as u64;
        if entry.body.is_none() {
            holes.push(entry.index);
        }
        if entry.body.is_some_and(chain::concerns) {
            keys.push(entry.index);
        }
        erases |= entry.body.is_some_and(admins::concerns);
        leaves.push(Hash::leaf(entry.leaf));
    })?;
    if !sound || leaves.len() as u64 != range.end - range.start {
        return Ok(None);
    }
    let levels = levels(leaves);
    for (level, hashes) in levels.iter().enumerate() {
        if !stored(db, level as u8, range.start, hashes)? {
            return Ok(None);
        }
    }
    let inside = signed.sizes(range.start + 1..range.end);
    Ok(Some(Part {
        bytes,
        holes,
        keys,
        erases,
        peaks: peaks(&levels, range.end - range.start),
        signed: inside
            .map(|size| (size, peaks(&levels, size - range.start)))
            .collect(),
    }))
}

/// Whether the body of an entry is the one that its leaf commits to; a hole
/// only needs a leaf.
fn fits(entry: &Lying<'_>) -> bool {
    match (entry.salt, entry.body) {
        (Some(salt), Some(body)) => <&[u8; 16]>::try_from(salt).is_ok_and(|salt| {
            let bound = ContentHash::from_bytes(*commitment(salt, body).as_bytes());
            leaf::bytes(bound) == entry.leaf
        }),
        (None, None) => {
            str::from_utf8(entry.leaf).is_ok_and(|leaf| log::leaf_commitment(leaf).is_some())
        }
        _ => false,
    }
}

/// The complete nodes over some leaves, level by level.
fn levels(leaves: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut levels = vec![leaves];
    while let Some(below) = levels.last().filter(|below| below.len() > 1) {
        let pairs = below.chunks_exact(2);
        let above = pairs.map(|pair| Hash::node(pair[0], pair[1])).collect();
        levels.push(above);
    }
    levels
}

/// The complete subtrees of the first `size` leaves, the largest first.
fn peaks(levels: &[Vec<Hash>], size: u64) -> Vec<(u8, Hash)> {
    let set = (0..levels.len())
        .rev()
        .filter(|level| size >> level & 1 == 1);
    set.map(|level| (level as u8, levels[level][(size >> level) as usize - 1]))
        .collect()
}

/// Whether the stored nodes of a level below a stretch are these and no more.
fn stored(db: &Db<'_>, level: u8, start: u64, hashes: &[Hash]) -> Result<bool, DeskError> {
    let range = start >> level..(start + STRETCH) >> level;
    let (mut at, mut same) = (0, true);
    stretch::nodes(db, level, &range, |hash| {
        same &= hashes.get(at).is_some_and(|own| own.as_bytes() == hash);
        at += 1;
    })?;
    Ok(same && at == hashes.len())
}

/// Grows one tree of all stretches, in their order.
fn grow(
    db: &Db<'_>,
    signed: &Signed,
    (inbox, total): (&Receiver<Checked>, u64),
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Option<Sound>, DeskError> {
    let mut tree = Frontier::new();
    let mut early = BTreeMap::new();
    let (mut bytes, mut holes, mut keys, mut erases) = (0, Vec::new(), Vec::new(), false);
    while tree.size() < total {
        let Ok((start, checked)) = inbox.recv() else {
            return Ok(None);
        };
        early.insert(start, checked?);
        while let Some(part) = early.remove(&tree.size()) {
            let Some(part) = part.filter(|part| agrees(&tree, part, signed)) else {
                return Ok(None);
            };
            bytes += part.bytes;
            holes.extend(part.holes);
            keys.extend(part.keys);
            erases |= part.erases;
            if !join(db, &mut tree, &part.peaks)? || !bears_out(&tree, signed) {
                return Ok(None);
            }
            tell(tree.size(), total);
        }
    }
    Ok(Some(Sound {
        bytes,
        root: tree.root(),
        holes,
        keys,
        erases,
    }))
}

/// Whether the checkpoints inside a stretch were signed for this tree.
fn agrees(tree: &Frontier, part: &Part, signed: &Signed) -> bool {
    part.signed.iter().all(|(_, peaks)| {
        let mut tree = tree.clone();
        for (level, root) in peaks {
            tree.push_tree(*level, *root, |_| {});
        }
        bears_out(&tree, signed)
    })
}

fn bears_out(tree: &Frontier, signed: &Signed) -> bool {
    signed.agrees(tree.size(), || tree.root())
}

/// Joins a stretch to the tree; whether the stored nodes above it are right.
fn join(db: &Db<'_>, tree: &mut Frontier, peaks: &[(u8, Hash)]) -> Result<bool, DeskError> {
    let mut above = Vec::new();
    for (level, root) in peaks {
        tree.push_tree(*level, *root, |node| above.push(node));
    }
    for (level, index, hash) in above {
        if log::find_node(db, level, index)? != Some(hash) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the size and wherever the cuts, the parts grow into the tree.
    #[test]
    fn stretches_grow_into_the_tree_of_their_leaves() {
        let leaves: Vec<Hash> = (0u32..300).map(|n| Hash::leaf(&n.to_be_bytes())).collect();
        for size in 0..leaves.len() {
            let (mut whole, mut joined) = (Frontier::new(), Frontier::new());
            let (mut nodes, mut above) = (Vec::new(), Vec::new());
            for leaf in &leaves[..size] {
                whole.push_seeing(*leaf, |node| nodes.push(node));
            }
            for stretch in leaves[..size].chunks(16) {
                let levels = levels(stretch.to_vec());
                for (level, root) in peaks(&levels, stretch.len() as u64) {
                    joined.push_tree(level, root, |node| above.push(node));
                }
            }
            assert_eq!((joined.size(), joined.root()), (whole.size(), whole.root()));
            nodes.retain(|(level, ..)| *level > 4);
            assert_eq!(above, nodes, "{size} leaves");
        }
    }

    /// Each peak of a part of a stretch is the one that its leaves have.
    #[test]
    fn a_checkpoint_inside_a_stretch_has_the_root_of_its_leaves() {
        let leaves: Vec<Hash> = (0u32..64).map(|n| Hash::leaf(&n.to_be_bytes())).collect();
        let levels = levels(leaves.clone());
        for size in 0..=leaves.len() {
            let (mut whole, mut joined) = (Frontier::new(), Frontier::new());
            leaves[..size].iter().for_each(|leaf| whole.push(*leaf));
            for (level, root) in peaks(&levels, size as u64) {
                joined.push_tree(level, root, |_| {});
            }
            assert_eq!(joined.root(), whole.root(), "{size} leaves");
        }
    }
}
