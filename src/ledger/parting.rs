//! Where two trees part: the first leaf in which they differ.
//!
//! It descends both trees at once and so reads a few nodes of each level only.
//! It must not know what the two trees are copies of.

use super::hash::Hash;
use super::tree::NodeSource;

/// Why it could not be told where two trees part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartingError<A, B> {
    /// A node of the first tree could not be read.
    #[error("the first tree could not be read: {0}")]
    First(A),
    /// A node of the second tree could not be read.
    #[error("the second tree could not be read: {0}")]
    Second(B),
    /// A node of the first tree is not the hash of its children.
    #[error(
        "node {index} at level {level} of the first tree is not the hash of its two children; that copy is damaged"
    )]
    FirstDamaged {
        /// The level of the node; leaves are at 0.
        level: u8,
        /// Its index within the level.
        index: u64,
    },
    /// A node of the second tree is not the hash of its children.
    #[error(
        "node {index} at level {level} of the second tree is not the hash of its two children; that copy is damaged"
    )]
    SecondDamaged {
        /// The level of the node; leaves are at 0.
        level: u8,
        /// Its index within the level.
        index: u64,
    },
}

/// Finds the first of `size` leaves in which two trees differ; nothing when
/// their first `size` leaves are the same.
///
/// Both trees must have at least `size` leaves. Of each node on the way it is
/// checked that it is the hash of its children, so that a damaged copy is told
/// from a forked log.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::parting::first_difference;
/// use citekeep::ledger::tree::MemoryNodes;
/// let tree = |words: [&str; 3]| -> MemoryNodes {
///     words.map(|word| Hash::leaf(word.as_bytes())).into_iter().collect()
/// };
/// let (one, other) = (tree(["a", "b", "c"]), tree(["a", "x", "c"]));
/// assert_eq!(first_difference(3, &one, &other), Ok(Some(1)));
/// assert_eq!(first_difference(1, &one, &other), Ok(None));
/// ```
pub fn first_difference<A: NodeSource, B: NodeSource>(
    size: u64,
    first: &A,
    second: &B,
) -> Result<Option<u64>, PartingError<A::Error, B::Error>> {
    let both = Both { first, second };
    let mut start = 0;
    // The first `size` leaves are a row of complete nodes, the widest first.
    for level in (0..64).rev().filter(|level| (size >> level) & 1 == 1) {
        let (one, other) = both.node(level, start >> level)?;
        if one != other {
            return both.descend(level, start >> level, (one, other)).map(Some);
        }
        start += 1 << level;
    }
    Ok(None)
}

struct Both<'t, A, B> {
    first: &'t A,
    second: &'t B,
}

/// What reading two trees gives.
type Read<T, A, B> = Result<T, PartingError<<A as NodeSource>::Error, <B as NodeSource>::Error>>;

impl<A: NodeSource, B: NodeSource> Both<'_, A, B> {
    fn node(&self, level: u8, index: u64) -> Read<(Hash, Hash), A, B> {
        let first = self.first.node(level, index).map_err(PartingError::First)?;
        let second = self.second.node(level, index);
        Ok((first, second.map_err(PartingError::Second)?))
    }

    /// Goes down from a node in which the trees differ, always to the left
    /// child if that differs.
    fn descend(&self, mut level: u8, mut index: u64, hashes: (Hash, Hash)) -> Read<u64, A, B> {
        let (mut first, mut second) = hashes;
        while level > 0 {
            let left = self.node(level - 1, index * 2)?;
            let right = self.node(level - 1, index * 2 + 1)?;
            if Hash::node(left.0, right.0) != first {
                return Err(PartingError::FirstDamaged { level, index });
            }
            if Hash::node(left.1, right.1) != second {
                return Err(PartingError::SecondDamaged { level, index });
            }
            level -= 1;
            let is_right = left.0 == left.1;
            index = index * 2 + u64::from(is_right);
            (first, second) = if is_right { right } else { left };
        }
        Ok(index)
    }
}
