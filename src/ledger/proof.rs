//! Proofs that a leaf is in a tree and that a tree grew out of an older one.
//!
//! Proofs are built and checked as RFC 9162, sections 2.1.3 and 2.1.4, has it
//! (the same proofs as RFC 6962). Checking needs nothing but the proof, so
//! this module must not know where the log is or who signed its root.

use super::hash::Hash;
use super::tree::{NodeSource, edge};

/// Why a proof could not be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError<E> {
    /// The leaf is not in the tree.
    #[error("a tree of {size} leaves has no leaf {index}; ask for a lower index or a larger tree")]
    IndexOutOfRange {
        /// The index asked for, counted from 0.
        index: u64,
        /// How many leaves the tree has.
        size: u64,
    },
    /// The older tree is empty, and everything grows out of nothing.
    #[error("an empty tree proves nothing about a later one; ask from size 1 on")]
    OldSizeZero,
    /// The older tree is larger than the newer one.
    #[error("a tree of {old} leaves cannot have grown into one of {new}; swap the two sizes")]
    SizesReversed {
        /// The size given as the older one.
        old: u64,
        /// The size given as the newer one.
        new: u64,
    },
    /// A node could not be read.
    #[error("a node of the tree could not be read; check where the nodes are kept")]
    Nodes(#[source] E),
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf cannot be in a tree of that size.
    #[error("a tree of {size} leaves has no leaf {index}; check the index and the size")]
    IndexOutOfRange {
        /// The index claimed, counted from 0.
        index: u64,
        /// The size claimed, in leaves.
        size: u64,
    },
    /// Both trees are empty, so there is nothing to prove.
    #[error("both sizes are zero, which proves nothing; compare with a later checkpoint")]
    BothSizesZero,
    /// The older tree is empty, and everything grows out of nothing.
    #[error("the first size is zero, which proves nothing; compare with a later checkpoint")]
    OldSizeZero,
    /// The older tree is larger than the newer one.
    #[error("a tree of {old} leaves cannot have grown into one of {new}; check their order")]
    SizesReversed {
        /// The size given as the older one.
        old: u64,
        /// The size given as the newer one.
        new: u64,
    },
    /// The proof has fewer hashes than the sizes call for.
    #[error("the proof is too short for these sizes; fetch it again, whole")]
    TooShort,
    /// The proof has more hashes than the sizes call for.
    #[error("the proof is too long for these sizes; fetch it again and add nothing")]
    TooLong,
    /// The proof does not lead from the leaf to the root.
    #[error("the proof does not lead to this root; the leaf, the proof or the root was changed")]
    RootMismatch,
    /// The proof does not lead to the root of the older tree.
    #[error("the proof does not lead to the older root; the log may have been rewritten")]
    OldRootMismatch,
    /// The proof does not lead to the root of the newer tree.
    #[error("the proof does not lead to the newer root; the log may have been rewritten")]
    NewRootMismatch,
}

/// Builds the proof that leaf `index` is in the tree over the first `size`
/// leaves, lowest sibling first (RFC 9162, section 2.1.3.1).
///
/// ```
/// use citekeep::ledger::{hash::Hash, proof::inclusion, tree::MemoryNodes};
/// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
/// let nodes: MemoryNodes = [a, b].into_iter().collect();
/// assert_eq!(inclusion(0, 2, &nodes), Ok(vec![b]));
/// ```
pub fn inclusion<S: NodeSource>(
    index: u64,
    size: u64,
    nodes: &S,
) -> Result<Vec<Hash>, BuildError<S::Error>> {
    if index >= size {
        return Err(BuildError::IndexOutOfRange { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = start + left_width(end - start);
        let sibling = if index < middle {
            let right = (middle, end);
            end = middle;
            right
        } else {
            let left = (start, middle);
            start = middle;
            left
        };
        proof.push(hash_of(sibling, nodes)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Builds the proof that the tree over the first `new_size` leaves begins with
/// the tree over the first `old_size` (RFC 9162, section 2.1.4.1); it is empty
/// when the two are equal.
///
/// ```
/// use citekeep::ledger::{hash::Hash, proof::consistency, tree::MemoryNodes};
/// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
/// let nodes: MemoryNodes = [a, b].into_iter().collect();
/// assert_eq!(consistency(1, 2, &nodes), Ok(vec![b]));
/// ```
pub fn consistency<S: NodeSource>(
    old_size: u64,
    new_size: u64,
    nodes: &S,
) -> Result<Vec<Hash>, BuildError<S::Error>> {
    if old_size == 0 {
        return Err(BuildError::OldSizeZero);
    }
    if old_size > new_size {
        let (old, new) = (old_size, new_size);
        return Err(BuildError::SizesReversed { old, new });
    }
    let (mut start, mut end) = (0, new_size);
    let mut proof = Vec::new();
    while end != old_size {
        let middle = start + left_width(end - start);
        let beside = if old_size <= middle {
            let right = (middle, end);
            end = middle;
            right
        } else {
            let left = (start, middle);
            start = middle;
            left
        };
        proof.push(hash_of(beside, nodes)?);
    }
    // Where the last step began at the first leaf, what is left is the older
    // tree itself, whose root the reader already has.
    if start != 0 {
        proof.push(hash_of((start, end), nodes)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Returns the width of the left part of a tree of `width` leaves: the largest
/// power of two below `width`, which must be at least 2.
const fn left_width(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

fn hash_of<S: NodeSource>(
    (start, end): (u64, u64),
    nodes: &S,
) -> Result<Hash, BuildError<S::Error>> {
    let hash = edge(start, end, nodes).map_err(BuildError::Nodes)?;
    Ok(hash.expect("a tree is never cut into an empty part"))
}

/// Checks that the leaf with `leaf_hash` is number `index` of the tree of
/// `size` leaves with that `root` (RFC 9162, section 2.1.3.2).
///
/// ```
/// use citekeep::ledger::{hash::Hash, proof::verify_inclusion};
/// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
/// assert_eq!(verify_inclusion(0, 2, a, &[b], Hash::node(a, b)), Ok(()));
/// assert!(verify_inclusion(1, 2, a, &[b], Hash::node(a, b)).is_err());
/// ```
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf_hash: Hash,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutOfRange { index, size });
    }
    let mut climb = Climb::new(index, size);
    let mut hash = leaf_hash;
    for sibling in proof {
        hash = match climb.step()? {
            Side::Left => Hash::node(*sibling, hash),
            Side::Right => Hash::node(hash, *sibling),
        };
    }
    climb.finish()?;
    if hash == root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}

/// Checks that the tree of `new_size` leaves with `new_root` begins with the
/// tree of `old_size` leaves with `old_root` (RFC 9162, section 2.1.4.2).
///
/// A first size of zero is refused: such a check would pass for any log.
///
/// ```
/// use citekeep::ledger::{hash::Hash, proof::verify_consistency};
/// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
/// assert_eq!(verify_consistency(1, 2, &[b], a, Hash::node(a, b)), Ok(()));
/// assert!(verify_consistency(1, 2, &[b], b, Hash::node(a, b)).is_err());
/// ```
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    proof: &[Hash],
    old_root: Hash,
    new_root: Hash,
) -> Result<(), ProofError> {
    check_sizes(old_size, new_size)?;
    if old_size == new_size {
        return verify_same(proof, old_root, new_root);
    }
    // A complete older tree is a node of the newer one: its root is the start.
    let (first, rest) = if old_size.is_power_of_two() {
        (&old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::TooShort)?
    };
    let mut climb = Climb::new(old_size - 1, new_size);
    climb.skip_right_children();
    let (mut old, mut new) = (*first, *first);
    for beside in rest {
        match climb.step()? {
            Side::Left => {
                old = Hash::node(*beside, old);
                new = Hash::node(*beside, new);
            }
            Side::Right => new = Hash::node(new, *beside),
        }
    }
    climb.finish()?;
    if old != old_root {
        return Err(ProofError::OldRootMismatch);
    }
    if new != new_root {
        return Err(ProofError::NewRootMismatch);
    }
    Ok(())
}

const fn check_sizes(old: u64, new: u64) -> Result<(), ProofError> {
    match (old, new) {
        (0, 0) => Err(ProofError::BothSizesZero),
        (0, _) => Err(ProofError::OldSizeZero),
        _ if old > new => Err(ProofError::SizesReversed { old, new }),
        _ => Ok(()),
    }
}

fn verify_same(proof: &[Hash], old_root: Hash, new_root: Hash) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::TooLong);
    }
    if old_root != new_root {
        return Err(ProofError::NewRootMismatch);
    }
    Ok(())
}

/// On which side of the node the next hash of the proof stands.
enum Side {
    Left,
    Right,
}

/// The way from a node up to the root: the node's index in its level beside
/// the index of the level's last node (`fn` and `sn` of RFC 9162).
struct Climb {
    index: u64,
    last: u64,
}

impl Climb {
    /// Starts at leaf `index` of a tree of `size` leaves, which is not empty.
    const fn new(index: u64, size: u64) -> Self {
        Self {
            index,
            last: size - 1,
        }
    }

    /// Climbs while the node is a right child: all of it is in the older tree.
    const fn skip_right_children(&mut self) {
        while self.index & 1 == 1 {
            self.up();
        }
    }

    /// Climbs to the next node with a sibling and tells the sibling's side; at
    /// the root there is none, so the proof is too long.
    const fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::TooLong);
        }
        let side = if self.index & 1 == 1 || self.index == self.last {
            // The last node of a level may have no sibling for some levels.
            while self.index & 1 == 0 && self.index != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Ok(side)
    }

    const fn finish(&self) -> Result<(), ProofError> {
        if self.last == 0 {
            Ok(())
        } else {
            Err(ProofError::TooShort)
        }
    }

    const fn up(&mut self) {
        self.index >>= 1;
        self.last >>= 1;
    }
}
