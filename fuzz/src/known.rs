//! A small log whose keys are known here, and everything that was ever signed
//! with them: whatever else is accepted was not signed.

use std::sync::LazyLock;

use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::cosignature::{CosigningKey, cosign};
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::SigningKey;
use citekeep::ledger::succession::Succession;
use citekeep::ledger::tree::{MemoryNodes, root};

/// The name of the log.
pub const ORIGIN: &str = "log.example/desk";

/// When the witness cosigned, in seconds since 1970.
pub const COSIGNED_AT: u64 = 1_646_092_800;

/// How many leaves the log has.
pub const LEAVES: u64 = 70;

/// The sizes at which a checkpoint was signed.
pub const SIGNED: [u64; 5] = [0, 1, 5, 8, 70];

/// How many leaves the two histories of the log have in common.
pub const COMMON: u64 = 4;

/// The log's key.
pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| key(7));

/// The log's key after a change.
pub static NEXT: LazyLock<SigningKey> = LazyLock::new(|| key(8));

/// The key of the one witness.
pub static WITNESS: LazyLock<CosigningKey> = LazyLock::new(|| {
    let name = "witness.example/w1".parse().expect("a good name");
    CosigningKey::from_seed(name, &[9; 32])
});

/// The tree.
pub static TREE: LazyLock<MemoryNodes> = LazyLock::new(|| tree("leaf"));

/// Another history of the same log, which its key signed as well.
pub static FORK: LazyLock<MemoryNodes> = LazyLock::new(|| tree("other"));

/// The signed checkpoints, in the order of [`SIGNED`].
pub static NOTES: LazyLock<Vec<String>> =
    LazyLock::new(|| SIGNED.iter().map(|size| signed(*size, &TREE)).collect());

/// Signed checkpoints of the other history, of sizes at which it differs.
pub static FORKED: LazyLock<Vec<String>> =
    LazyLock::new(|| [5, 8, 70].iter().map(|size| signed(*size, &FORK)).collect());

/// The newest checkpoint with the witness's cosignature.
pub static COSIGNED: LazyLock<String> = LazyLock::new(|| {
    let note = NOTES.last().expect("a checkpoint");
    let (text, _) = note.split_once("\n\n").expect("a blank line");
    format!(
        "{note}{}",
        cosign(&format!("{text}\n"), COSIGNED_AT, &WITNESS)
    )
});

/// The notes of the change of keys: by both keys, and by the new one alone.
pub static CHANGES: LazyLock<[String; 2]> = LazyLock::new(|| {
    let change = Succession {
        size: 5,
        root: root_of(5, &TREE),
        old: KEY.verifier(),
        new: NEXT.verifier(),
    };
    [Some(&*KEY), None].map(|old| change.sign(&NEXT, old).expect("a note"))
});

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN.parse().expect("a good name"), &[seed; 32])
}

/// The bytes of a leaf.
pub fn leaf(at: u64) -> Vec<u8> {
    leaf_of(at, "leaf")
}

fn leaf_of(at: u64, word: &str) -> Vec<u8> {
    let word = if at < COMMON { "leaf" } else { word };
    format!("{word} {at}").into_bytes()
}

fn tree(word: &str) -> MemoryNodes {
    let leaves = (0..LEAVES).map(|at| Hash::leaf(&leaf_of(at, word)));
    leaves.collect()
}

/// The root over the first leaves of a tree.
pub fn root_of(size: u64, nodes: &MemoryNodes) -> Hash {
    root(size, nodes).expect("the tree has so many leaves")
}

/// What the log was at a size.
pub fn checkpoint(size: u64, nodes: &MemoryNodes) -> Checkpoint {
    Checkpoint::new(ORIGIN, size, root_of(size, nodes)).expect("a good name")
}

fn signed(size: u64, nodes: &MemoryNodes) -> String {
    checkpoint(size, nodes).sign(&KEY).expect("a short note")
}
