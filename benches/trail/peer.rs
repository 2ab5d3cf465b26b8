//! The tree and its proofs beside `ct-merkle`, an implementation that others
//! wrote, over the same leaves; each accepts what the other made.

use std::hint::black_box;

use citekeep::domain::hash::ContentHash;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::proof;
use citekeep::ledger::tree::{Frontier, MemoryNodes, root};
use citekeep::store::log::leaf_line;
use ct_merkle::InclusionProof;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::{Digest, Sha256};

use super::measure::{in_turn, say};

/// Leaves of the tree.
const LEAVES: usize = 1_000_000;
/// Proofs that are made and checked at a time.
const PROOFS: usize = 10_000;
/// How often each thing is measured.
const ROUNDS: usize = 7;

type Theirs<'l> = MemoryBackedTree<Sha256, &'l str>;

pub(crate) fn measure() {
    let lines: Vec<String> = (0..LEAVES as u64)
        .map(|at| {
            leaf_line(ContentHash::from_bytes(
                Sha256::digest(at.to_be_bytes()).into(),
            ))
        })
        .collect();
    say(&format!("a tree of {LEAVES} public lines"));
    trees(&lines);
    let ours: MemoryNodes = lines
        .iter()
        .map(|line| Hash::leaf(line.as_bytes()))
        .collect();
    let theirs = grown(&lines);
    same(&lines, &ours, &theirs);
    proofs(&lines, &ours, &theirs);
}

fn grown(lines: &[String]) -> Theirs<'_> {
    let mut tree = Theirs::new();
    lines.iter().for_each(|line| tree.push(line.as_str()));
    tree
}

/// From the lines to the root.
fn trees(lines: &[String]) {
    in_turn(
        ROUNDS,
        &mut [
            ("peer: the tree in memory, and its root", &mut || {
                let _ = black_box(grown(lines).root());
            }),
            ("the tree in memory, and its root", &mut || {
                let nodes = lines.iter().map(|line| Hash::leaf(line.as_bytes()));
                let nodes: MemoryNodes = nodes.collect();
                black_box(root(lines.len() as u64, &nodes).expect("a root"));
            }),
            (
                "its edge alone, as a check holds it, and its root",
                &mut || {
                    let mut edge = Frontier::new();
                    for line in lines {
                        edge.push(Hash::leaf(line.as_bytes()));
                    }
                    black_box(edge.root());
                },
            ),
        ],
    );
}

/// Leaves all over the tree, in no order.
fn some() -> impl Iterator<Item = usize> {
    (0..PROOFS).map(|at| at * 7_919 % LEAVES)
}

/// What the two must agree on before their times mean anything.
fn same(lines: &[String], ours: &MemoryNodes, theirs: &Theirs<'_>) {
    let size = lines.len() as u64;
    let root = root(size, ours).expect("a root");
    assert_eq!(theirs.root().as_bytes().as_slice(), root.as_bytes());
    for at in some().take(100) {
        let proof = proof::inclusion(at as u64, size, ours).expect("a proof");
        let bytes: Vec<u8> = proof.iter().flat_map(|hash| *hash.as_bytes()).collect();
        assert_eq!(theirs.prove_inclusion(at).as_bytes(), bytes);
        let proof = InclusionProof::try_from_bytes(bytes).expect("whole hashes");
        let accepted = theirs
            .root()
            .verify_inclusion(&lines[at], at as u64, &proof);
        assert!(accepted.is_ok(), "leaf {at}");
    }
}

/// Making proofs, and checking them from the line to the root.
fn proofs(lines: &[String], ours: &MemoryNodes, theirs: &Theirs<'_>) {
    let size = lines.len() as u64;
    let root = root(size, ours).expect("a root");
    let their_root = theirs.root();
    let own: Vec<_> = some()
        .map(|at| proof::inclusion(at as u64, size, ours).expect("a proof"))
        .collect();
    let foreign: Vec<_> = some().map(|at| theirs.prove_inclusion(at)).collect();
    say(&format!("{PROOFS} proofs of inclusion in it"));
    in_turn(
        ROUNDS,
        &mut [
            ("peer: made", &mut || {
                some().for_each(|at| drop(black_box(theirs.prove_inclusion(at))));
            }),
            ("made", &mut || {
                some().for_each(|at| drop(black_box(proof::inclusion(at as u64, size, ours))));
            }),
        ],
    );
    in_turn(
        ROUNDS,
        &mut [
            ("peer: checked", &mut || {
                for (at, proof) in some().zip(&foreign) {
                    let checked = their_root.verify_inclusion(&lines[at], at as u64, proof);
                    checked.expect("a proof that is right");
                }
            }),
            ("checked", &mut || {
                for (at, proof) in some().zip(&own) {
                    let leaf = Hash::leaf(lines[at].as_bytes());
                    let checked = proof::verify_inclusion(at as u64, size, leaf, proof, root);
                    checked.expect("a proof that is right");
                }
            }),
        ],
    );
}
