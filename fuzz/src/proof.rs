//! Proofs and receipts.

use std::sync::LazyLock;

use citekeep::ledger::hash::Hash;
use citekeep::ledger::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use citekeep::ledger::receipt::Receipt;
use citekeep::ledger::tree::NodeSource;

use super::known::{COMMON, FORK, KEY, LEAVES, SIGNED, TREE, checkpoint, leaf, root_of};
use super::text;

/// Every node of both histories: what a proof that deceives would be made of.
static POOL: LazyLock<Vec<Hash>> = LazyLock::new(|| {
    let mut pool = vec![Hash::EMPTY_ROOT];
    for nodes in [&*TREE, &*FORK] {
        for level in 0..7 {
            let complete = LEAVES >> level;
            pool.extend((0..complete).filter_map(|index| nodes.node(level, index).ok()));
        }
        pool.extend((1..=LEAVES).map(|size| root_of(size, nodes)));
    }
    pool
});

/// Writes the bytes that choose a proof of a kind (even: inclusion), two
/// numbers below 251, a hash and the hashes of the proof.
pub fn chosen(kind: u8, (one, size): (u8, u8), hash: Hash, hashes: &[Hash]) -> Vec<u8> {
    let mut bytes = vec![kind, one, size];
    for hash in [hash].iter().chain(hashes) {
        let place = POOL.iter().position(|known| known == hash);
        let place = place.map_or(u16::MAX, |place| place as u16);
        bytes.extend(place.to_be_bytes());
        if place == u16::MAX {
            bytes.extend(hash.as_bytes());
        }
    }
    bytes
}

/// A proof, as bytes choose it: mostly of hashes that are in the tree.
struct Chosen<'a> {
    bytes: &'a [u8],
}

impl Chosen<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    /// A number; a large one where the byte says so.
    fn number(&mut self) -> u64 {
        match self.byte() {
            small @ ..=250 => u64::from(small),
            large => {
                let bytes = [(); 8].map(|()| self.byte());
                u64::from_be_bytes(bytes) >> (u32::from(large - 251) * 8)
            }
        }
    }

    fn hash(&mut self) -> Hash {
        let place = usize::from(self.byte()) << 8 | usize::from(self.byte());
        match POOL.get(place) {
            Some(hash) => *hash,
            None => Hash::from_bytes([(); 32].map(|()| self.byte())),
        }
    }

    fn hashes(&mut self) -> Vec<Hash> {
        let mut hashes = Vec::new();
        while !self.bytes.is_empty() && hashes.len() < 70 {
            hashes.push(self.hash());
        }
        hashes
    }
}

/// No proof but the right one leads to the root of a tree, and every right one
/// does.
pub fn proof(bytes: &[u8]) {
    let mut chosen = Chosen { bytes };
    let (kind, one, size) = (chosen.byte(), chosen.number(), chosen.number());
    let hash = chosen.hash();
    // Sizes of the known tree take its root, so that only the proof can err.
    let known = (1..=LEAVES).contains(&size);
    let root = if known { root_of(size, &TREE) } else { hash };
    if kind.is_multiple_of(2) {
        let leaf_hash = if kind.is_multiple_of(4) {
            hash
        } else {
            Hash::leaf(&leaf(one))
        };
        let hashes = chosen.hashes();
        let holds = verify_inclusion(one, size, leaf_hash, &hashes, root).is_ok();
        let right = known && one < size && leaf_hash == Hash::leaf(&leaf(one));
        let right = right && inclusion(one, size, &*TREE).as_ref() == Ok(&hashes);
        assert!(holds == right || !known, "{one} of {size}: {hashes:?}");
    } else {
        let old_known = (1..=LEAVES).contains(&one);
        let old_root = if kind % 4 == 1 || !old_known {
            hash
        } else {
            root_of(one, &TREE)
        };
        let hashes = chosen.hashes();
        let holds = verify_consistency(one, size, &hashes, old_root, root).is_ok();
        let right = known && old_known && one <= size && old_root == root_of(one, &TREE);
        let right = right && consistency(one, size, &*TREE).as_ref() == Ok(&hashes);
        assert!(holds == right || !known, "{one} to {size}: {hashes:?}");
    }
}

/// A receipt has one text, and only the right leaf at the right place is
/// proven by it.
pub fn receipt(bytes: &[u8]) {
    let Some(message) = text(bytes) else { return };
    let Ok(receipt) = message.parse::<Receipt>() else {
        return;
    };
    assert_eq!(receipt.to_string(), message);
    assert!(message.ends_with(receipt.checkpoint()));
    for at in 0..LEAVES {
        if let Ok(covered) = receipt.verify(&leaf(at), &KEY.verifier()) {
            assert_eq!(receipt.index(), at, "accepted: {message:?}");
            let was = |size: &u64| covered == checkpoint(*size, &TREE);
            // The other history shares its first leaves, and no more.
            let forked = at < COMMON
                && SIGNED
                    .iter()
                    .any(|size| covered == checkpoint(*size, &FORK));
            assert!(forked || SIGNED.iter().any(was), "accepted: {message:?}");
        }
    }
    let with = receipt.clone().with_extra(b"more").to_string();
    let again: Receipt = with.parse().expect("a receipt with something added");
    assert_eq!(again.extra(), Some(&b"more"[..]));
    assert_eq!(again.index(), receipt.index());
}
