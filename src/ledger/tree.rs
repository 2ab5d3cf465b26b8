//! The Merkle tree over the log's leaves: growing it and knowing its root.
//!
//! A node (level, index) covers the leaves `index << level` up to
//! `(index + 1) << level`; level 0 holds the leaf hashes. Only complete nodes
//! are kept, so a node once written never changes. This module must not know
//! where nodes are kept: they come through [`NodeSource`].

use super::hash::Hash;

/// Where complete nodes of a tree are read from.
pub trait NodeSource {
    /// Why a node could not be read.
    type Error;

    /// Reads the complete node `index` of `level`; a node that is not there is
    /// an error, because whoever asks knows that the tree has it.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// A complete node: its level, its index within the level, and its hash.
pub type Node = (u8, u64, Hash);

/// Lists the complete nodes that come into being when `leaf` (a leaf hash) is
/// appended to a tree of `size` leaves: the leaf itself first, then upwards.
///
/// An error is one that `nodes` gave.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::tree::{MemoryNodes, appended};
/// let mut nodes = MemoryNodes::new();
/// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
/// nodes.append(a);
/// let new = appended(1, b, &nodes).expect("node (0, 0) is there");
/// assert_eq!(new, [(0, 1, b), (1, 0, Hash::node(a, b))]);
/// ```
pub fn appended<S: NodeSource>(size: u64, leaf: Hash, nodes: &S) -> Result<Vec<Node>, S::Error> {
    let mut new = vec![(0, size, leaf)];
    let (mut level, mut index, mut hash) = (0, size, leaf);
    // A right child completes its parent; a left child waits for its sibling.
    while index & 1 == 1 {
        hash = Hash::node(nodes.node(level, index - 1)?, hash);
        level += 1;
        index >>= 1;
        new.push((level, index, hash));
    }
    Ok(new)
}

/// Computes the root of the tree over the first `size` leaves (RFC 6962,
/// section 2.1); an error is one that `nodes` gave.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::tree::{MemoryNodes, root};
/// let nodes: MemoryNodes = [Hash::leaf(b"a")].into_iter().collect();
/// assert_eq!(root(0, &nodes), Ok(Hash::EMPTY_ROOT));
/// assert_eq!(root(1, &nodes), Ok(Hash::leaf(b"a")));
/// ```
pub fn root<S: NodeSource>(size: u64, nodes: &S) -> Result<Hash, S::Error> {
    Ok(edge(0, size, nodes)?.unwrap_or(Hash::EMPTY_ROOT))
}

/// Computes the hash over the leaves `start..end`, or nothing if there are
/// none.
///
/// `start` must be a multiple of a power of two that is at least `end - start`,
/// which holds for every range that RFC 6962 cuts a tree into. Then the range
/// is a row of complete nodes, one for each bit set in its length, and they
/// are joined from the right.
pub(super) fn edge<S: NodeSource>(
    start: u64,
    end: u64,
    nodes: &S,
) -> Result<Option<Hash>, S::Error> {
    let mut bits = end - start;
    let mut joined = None;
    while bits != 0 {
        let level = bits.trailing_zeros();
        let hash = nodes.node(level as u8, (end >> level) - 1)?;
        joined = Some(joined.map_or(hash, |right| Hash::node(hash, right)));
        bits &= bits - 1;
    }
    Ok(joined)
}

/// The right edge of a growing tree: enough to append and to know the root.
///
/// It keeps at most one hash for each level, allocates nothing, and hashes
/// twice for each leaf on average, so a log of any length streams through it.
#[derive(Debug, Clone)]
pub struct Frontier {
    size: u64,
    /// The complete node of each level that waits for its right sibling; the
    /// slot of a level counts only where `size` has that bit set.
    waiting: [Hash; 64],
}

impl Frontier {
    /// Starts with an empty tree.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::Frontier};
    /// assert_eq!(Frontier::new().root(), Hash::EMPTY_ROOT);
    /// ```
    pub const fn new() -> Self {
        Self {
            size: 0,
            waiting: [Hash::EMPTY_ROOT; 64],
        }
    }

    /// Picks up a tree of `size` leaves where it stands; an error is one that
    /// `nodes` gave.
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// use citekeep::ledger::tree::{Frontier, MemoryNodes, root};
    /// let nodes: MemoryNodes = [b"a", b"b", b"c"].map(|leaf| Hash::leaf(leaf)).into_iter().collect();
    /// let frontier = Frontier::load(3, &nodes).expect("the nodes are there");
    /// assert_eq!(Ok(frontier.root()), root(3, &nodes));
    /// ```
    pub fn load<S: NodeSource>(size: u64, nodes: &S) -> Result<Self, S::Error> {
        let mut frontier = Self::new();
        frontier.size = size;
        for level in set_bits(size) {
            frontier.waiting[level] = nodes.node(level as u8, (size >> level) - 1)?;
        }
        Ok(frontier)
    }

    /// Appends a leaf hash.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::Frontier};
    /// let mut frontier = Frontier::new();
    /// frontier.push(Hash::leaf(b"a"));
    /// assert_eq!((frontier.size(), frontier.root()), (1, Hash::leaf(b"a")));
    /// ```
    pub fn push(&mut self, leaf: Hash) {
        self.push_seeing(leaf, |_| {});
    }

    /// Appends a leaf hash and shows `see` every complete node that comes into
    /// being, the leaf first, so that stored nodes can be compared in passing.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::Frontier};
    /// let (mut frontier, mut seen) = (Frontier::new(), Vec::new());
    /// frontier.push_seeing(Hash::leaf(b"a"), |node| seen.push(node));
    /// assert_eq!(seen, [(0, 0, Hash::leaf(b"a"))]);
    /// ```
    pub fn push_seeing(&mut self, leaf: Hash, mut see: impl FnMut(Node)) {
        let (mut hash, mut index) = (leaf, self.size);
        let completed = self.size.trailing_ones() as usize;
        see((0, index, hash));
        for (level, left) in self.waiting[..completed].iter().enumerate() {
            hash = Hash::node(*left, hash);
            index >>= 1;
            see((level as u8 + 1, index, hash));
        }
        self.waiting[completed] = hash;
        self.size += 1;
    }

    /// Appends a complete subtree of 2^`level` leaves by its root, and shows
    /// `see` every complete node above it that comes into being. The tree's
    /// size must be a multiple of the subtree's.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::Frontier};
    /// let leaves = [b"a", b"b", b"c", b"d"].map(|leaf| Hash::leaf(leaf));
    /// let (mut by_leaf, mut by_tree) = (Frontier::new(), Frontier::new());
    /// leaves.map(|leaf| by_leaf.push(leaf));
    /// by_tree.push_tree(1, Hash::node(leaves[0], leaves[1]), |_| {});
    /// by_tree.push_tree(1, Hash::node(leaves[2], leaves[3]), |_| {});
    /// assert_eq!((by_tree.size(), by_tree.root()), (4, by_leaf.root()));
    /// ```
    pub fn push_tree(&mut self, level: u8, root: Hash, mut see: impl FnMut(Node)) {
        let (mut hash, mut at) = (root, level as usize);
        debug_assert!(self.size.trailing_zeros() >= u32::from(level));
        while self.size >> at & 1 == 1 {
            hash = Hash::node(self.waiting[at], hash);
            at += 1;
            see((at as u8, self.size >> at, hash));
        }
        self.waiting[at] = hash;
        self.size += 1 << level;
    }

    /// Returns how many leaves the tree has.
    ///
    /// ```
    /// use citekeep::ledger::tree::Frontier;
    /// assert_eq!(Frontier::new().size(), 0);
    /// ```
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Computes the root of the tree as it stands, in at most 63 hashes.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::Frontier};
    /// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
    /// let mut frontier = Frontier::new();
    /// frontier.push(a);
    /// frontier.push(b);
    /// assert_eq!(frontier.root(), Hash::node(a, b));
    /// ```
    pub fn root(&self) -> Hash {
        set_bits(self.size)
            .map(|level| self.waiting[level])
            .reduce(|right, left| Hash::node(left, right))
            .unwrap_or(Hash::EMPTY_ROOT)
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Self::new()
    }
}

/// Lists the positions of the bits set in `number`, lowest first.
fn set_bits(number: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |bit| (number >> bit) & 1 == 1)
}

/// All complete nodes of a tree, kept in memory: for evidence bundles and
/// tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryNodes {
    levels: Vec<Vec<Hash>>,
}

/// A node that the tree in memory does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no complete node {index} at level {level}; give it all leaves first")]
pub struct MissingNode {
    /// The level asked for; leaves are at 0.
    pub level: u8,
    /// The index asked for within the level.
    pub index: u64,
}

impl MemoryNodes {
    /// Starts with an empty tree.
    ///
    /// ```
    /// use citekeep::ledger::tree::MemoryNodes;
    /// assert_eq!(MemoryNodes::new().size(), 0);
    /// ```
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// Appends a leaf hash and the nodes that it completes.
    ///
    /// ```
    /// use citekeep::ledger::{hash::Hash, tree::MemoryNodes};
    /// let mut nodes = MemoryNodes::new();
    /// nodes.append(Hash::leaf(b"a"));
    /// assert_eq!(nodes.size(), 1);
    /// ```
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            let [.., left, right] = row.as_slice() else {
                return;
            };
            if row.len() % 2 == 1 {
                return;
            }
            hash = Hash::node(*left, *right);
        }
    }

    /// Returns how many leaves the tree has.
    ///
    /// ```
    /// use citekeep::ledger::tree::MemoryNodes;
    /// assert_eq!(MemoryNodes::default().size(), 0);
    /// ```
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
}

impl FromIterator<Hash> for MemoryNodes {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut nodes = Self::new();
        leaves.into_iter().for_each(|leaf| nodes.append(leaf));
        nodes
    }
}

impl NodeSource for MemoryNodes {
    type Error = MissingNode;

    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        let row = self.levels.get(usize::from(level));
        let place = usize::try_from(index).ok();
        let hash = row.zip(place).and_then(|(row, place)| row.get(place));
        hash.copied().ok_or(MissingNode { level, index })
    }
}
