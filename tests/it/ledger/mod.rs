//! The tree and its proofs against published vectors.

pub(crate) mod cosignatures;
mod notes;
mod policies;
mod receipts;
pub(crate) mod submissions;
mod tiles;
mod timestamps;

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use citekeep::ledger::tree::{Frontier, MemoryNodes, root};
use serde_json::Value;

/// The inputs of Certificate Transparency's own tests, and their roots.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn roots_of_rfc_6962() {
    let mut frontier = Frontier::new();
    for (leaf, expected) in LEAVES.iter().zip(ROOTS) {
        frontier.push(Hash::leaf(&hex::decode(leaf).expect("hexadecimal")));
        assert_eq!(frontier.root().to_string(), expected);
    }
}

/// The definition in RFC 6962, section 2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => Hash::EMPTY_ROOT,
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            Hash::node(mth(&leaves[..k]), mth(&leaves[k..]))
        }
    }
}

fn flipped(proof: &[Hash], at: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let mut bytes = *proof[at].as_bytes();
    bytes[at % 32] ^= 1 << (at % 8);
    proof[at] = Hash::from_bytes(bytes);
    proof
}

#[test]
fn every_proof_of_every_size_to_300() {
    let mut nodes = MemoryNodes::new();
    let leaves: Vec<Hash> = (0..300_u32).map(|n| Hash::leaf(&n.to_be_bytes())).collect();
    let mut roots = vec![Hash::EMPTY_ROOT];
    for (n, leaf) in leaves.iter().enumerate() {
        nodes.append(*leaf);
        let size = n as u64 + 1;
        let whole = root(size, &nodes).expect("the tree has its nodes");
        assert_eq!(whole, mth(&leaves[..=n]));
        roots.push(whole);
        for index in 0..size {
            let proof = inclusion(index, size, &nodes).expect("an inclusion proof");
            let leaf = leaves[index as usize];
            verify_inclusion(index, size, leaf, &proof, whole).expect("it holds");
            if !proof.is_empty() {
                let bad = flipped(&proof, index as usize % proof.len());
                assert!(verify_inclusion(index, size, leaf, &bad, whole).is_err());
            }
        }
        for old in 1..=size {
            let proof = consistency(old, size, &nodes).expect("a consistency proof");
            verify_consistency(old, size, &proof, roots[old as usize], whole).expect("it holds");
            if !proof.is_empty() {
                let bad = flipped(&proof, old as usize % proof.len());
                assert!(verify_consistency(old, size, &bad, roots[old as usize], whole).is_err());
            }
        }
    }
}

/// A tree of seven leaves, to break in named ways.
fn seven() -> (MemoryNodes, Vec<Hash>, Hash, Hash) {
    let mut nodes = MemoryNodes::new();
    let leaves: Vec<Hash> = (0..7_u8).map(|n| Hash::leaf(&[n])).collect();
    leaves.iter().for_each(|leaf| nodes.append(*leaf));
    let (old, new) = (
        root(3, &nodes).expect("nodes"),
        root(7, &nodes).expect("nodes"),
    );
    (nodes, leaves, old, new)
}

#[test]
fn bad_inclusion_proofs() {
    let (nodes, leaves, _, new) = seven();
    let good = inclusion(2, 7, &nodes).expect("a proof");
    let refused = |index, size, leaf, proof: &[Hash], root| {
        verify_inclusion(index, size, leaf, proof, root).is_err()
    };
    assert!(!refused(2, 7, leaves[2], &good, new));
    assert!(refused(3, 7, leaves[2], &good, new), "wrong index");
    assert!(refused(2, 8, leaves[2], &good[..2], new), "wrong size");
    assert!(
        refused(7, 7, leaves[2], &good, new),
        "index beyond the tree"
    );
    assert!(refused(2, 7, leaves[3], &good, new), "wrong leaf");
    assert!(
        refused(2, 7, leaves[2], &good[1..], new),
        "removed component"
    );
    assert!(
        refused(2, 7, leaves[2], &[&good[..], &[new]].concat(), new),
        "trailing root"
    );
    assert!(
        refused(2, 7, leaves[2], &[&[new], &good[..]].concat(), new),
        "preceding root"
    );
    assert!(
        refused(2, 7, leaves[2], &good, Hash::EMPTY_ROOT),
        "empty root"
    );
    assert!(
        refused(0, 0, leaves[0], &[], Hash::EMPTY_ROOT),
        "empty tree"
    );
}

#[test]
fn bad_consistency_proofs() {
    let (nodes, _, old, new) = seven();
    let good = consistency(3, 7, &nodes).expect("a proof");
    let refused =
        |a, b, proof: &[Hash], old, new| verify_consistency(a, b, proof, old, new).is_err();
    assert!(!refused(3, 7, &good, old, new));
    assert!(refused(3, 7, &good, new, old), "swapped roots");
    assert!(
        refused(3, 7, &good[..good.len() - 1], old, new),
        "truncated proof"
    );
    assert!(
        refused(3, 7, &[&good[..], &[new]].concat(), old, new),
        "trailing garbage"
    );
    assert!(
        refused(3, 7, &[&[old], &good[..]].concat(), old, new),
        "preceding garbage"
    );
    assert!(refused(3, 7, &[], old, new), "empty proof");
    assert!(refused(0, 7, &[], Hash::EMPTY_ROOT, new), "first size zero");
    assert!(
        refused(0, 0, &[], Hash::EMPTY_ROOT, Hash::EMPTY_ROOT),
        "both sizes zero"
    );
    assert!(refused(7, 3, &good, new, old), "sizes turned round");
    assert!(refused(7, 7, &[new], new, new), "same size with a proof");
}

fn vectors(kind: &str) -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/inputs/vectors/merkle")
        .join(kind);
    let mut files = Vec::new();
    let mut folders = vec![top];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn bytes(value: &Value) -> Vec<u8> {
    BASE64_STANDARD
        .decode(value.as_str().unwrap_or_default())
        .expect("base64")
}

/// A hash of a vector; one of another length can never be right.
fn hash(value: &Value) -> Option<Hash> {
    bytes(value).try_into().ok().map(Hash::from_bytes)
}

/// A root; some vectors carry words instead, which stand for themselves.
fn root_hash(value: &Value) -> Option<Hash> {
    let bytes = bytes(value);
    if bytes.is_empty() {
        None
    } else {
        hash(value).or_else(|| Some(Hash::leaf(&bytes)))
    }
}

fn hashes(value: &Value) -> Option<Vec<Hash>> {
    value
        .as_array()
        .map_or(Some(Vec::new()), |list| list.iter().map(hash).collect())
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "where the shared inputs are absent, the run says so"
)]
fn shared_vectors() {
    let mut seen = 0;
    for path in vectors("inclusion")
        .into_iter()
        .chain(vectors("consistency"))
    {
        let text = fs::read_to_string(&path).expect("a vector");
        let vector: Value = serde_json::from_str(&text).expect("JSON");
        let wanted = !vector["wantErr"].as_bool().expect("what is wanted");
        let inclusion = path.to_string_lossy().contains("inclusion");
        let holds = if inclusion {
            holds_inclusion(&vector)
        } else {
            holds_consistency(&vector)
        };
        assert_eq!(holds.unwrap_or(false), wanted, "{}", path.display());
        seen += 1;
    }
    println!("{seen} shared vectors were checked");
    assert!(seen == 0 || seen > 100, "only {seen} vectors were found");
}

fn holds_inclusion(vector: &Value) -> Option<bool> {
    let (leaf, root) = (hash(&vector["leafHash"])?, hash(&vector["root"])?);
    let proof = hashes(&vector["proof"])?;
    let (index, size) = (number(&vector["leafIdx"]), number(&vector["treeSize"]));
    Some(verify_inclusion(index, size, leaf, &proof, root).is_ok())
}

fn holds_consistency(vector: &Value) -> Option<bool> {
    let (old, new) = (root_hash(&vector["root1"])?, root_hash(&vector["root2"])?);
    let proof = hashes(&vector["proof"])?;
    Some(
        verify_consistency(
            number(&vector["size1"]),
            number(&vector["size2"]),
            &proof,
            old,
            new,
        )
        .is_ok(),
    )
}
