//! The way from a leaf up to the root of the tree, step by step, so that a page
//! can draw what a proof joins (RFC 9162, section 2.1.3).

use crate::ledger::hash::Hash;

/// One step up: what joins, on which side, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) struct Rung {
    /// The hash that joins.
    pub(in crate::web) sibling: Hash,
    /// Whether it stands to the left of ours.
    pub(in crate::web) is_left: bool,
    /// The first entry that it covers.
    pub(in crate::web) first: u64,
    /// The last entry that it covers.
    pub(in crate::web) last: u64,
    /// The hash of both together.
    pub(in crate::web) joined: Hash,
}

/// The steps from the leaf with a number to the root of a tree of a size, with
/// the hashes of an inclusion proof; as many as the proof has.
pub(in crate::web) fn climb(index: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Vec<Rung> {
    let mut hash = leaf;
    let beside = beside(index, size);
    let rungs = beside
        .into_iter()
        .zip(proof)
        .map(|((is_left, first, end), sibling)| {
            hash = if is_left {
                Hash::node(*sibling, hash)
            } else {
                Hash::node(hash, *sibling)
            };
            Rung {
                sibling: *sibling,
                is_left,
                first,
                last: end.saturating_sub(1),
                joined: hash,
            }
        });
    rungs.collect()
}

/// What stands beside a leaf on each level, from the leaf up: whether to the
/// left, and the entries `first..end` that it covers.
fn beside(index: u64, size: u64) -> Vec<(bool, u64, u64)> {
    let (mut first, mut end) = (0, size);
    let mut down = Vec::new();
    while end.saturating_sub(first) > 1 {
        // The largest power of two below the number of leaves.
        let half = 1 << (u64::BITS - 1 - (end - first - 1).leading_zeros());
        let middle = first + half;
        if index < middle {
            down.push((false, middle, end));
            end = middle;
        } else {
            down.push((true, first, middle));
            first = middle;
        }
    }
    down.reverse();
    down
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::proof;
    use crate::ledger::tree::{MemoryNodes, root};

    #[test]
    fn every_way_up_ends_at_the_root_of_a_tree_of_any_size() {
        for size in 1..=40_u64 {
            let leaf = |at: u64| Hash::leaf(&at.to_be_bytes());
            let nodes: MemoryNodes = (0..size).map(leaf).collect();
            let root = root(size, &nodes).expect("a root");
            for index in 0..size {
                let proof = proof::inclusion(index, size, &nodes).expect("a proof");
                let rungs = climb(index, size, leaf(index), &proof);
                assert_eq!(rungs.len(), proof.len(), "{index} of {size}");
                let last = rungs.last().map_or(leaf(index), |rung| rung.joined);
                assert_eq!(last, root, "{index} of {size}");
                let covered: u64 = rungs.iter().map(|rung| rung.last - rung.first + 1).sum();
                assert_eq!(covered + 1, size);
            }
        }
    }
}
