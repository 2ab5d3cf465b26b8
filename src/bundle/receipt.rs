//! Receipts: that an entry is in the log, as C2SP tlog-proof text.
//!
//! A receipt names the entry's place, the hashes that lead from it to the root,
//! and the signed checkpoint with that root.

use crate::ledger::hash::Hash;

/// What a receipt begins with.
const HEAD: &str = "c2sp.org/tlog-proof@v1\n";
/// More hashes than any proof has: a tree of 2^64 leaves needs 64.
const MOST: usize = 64;

/// A receipt taken apart. Nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// The place of the entry, from 0.
    pub index: u64,
    /// The hashes beside the way to the root, from the leaf's sibling on.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, to the byte.
    pub checkpoint: &'a str,
}

/// Writes a receipt.
pub fn text(index: u64, proof: &[Hash], checkpoint: &str) -> String {
    let hashes: String = proof.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("{HEAD}index {index}\n{hashes}\n{checkpoint}")
}

/// Takes a receipt apart; nothing when it is not one, to the byte.
pub fn parse(receipt: &str) -> Option<Receipt<'_>> {
    let (head, checkpoint) = receipt.strip_prefix(HEAD)?.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
    let hashes = lines.take(MOST + 1).map(Hash::from_base64);
    let proof = hashes.collect::<Result<Vec<Hash>, _>>().ok()?;
    if proof.len() > MOST {
        return None;
    }
    let read = Receipt {
        index,
        proof,
        checkpoint,
    };
    (text(read.index, &read.proof, checkpoint) == receipt).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_as_it_is_written() {
        let checkpoint = "log\n2\nroot\n\n\u{2014} log sig\n";
        for proof in [vec![], vec![Hash::leaf(b"a"), Hash::leaf(b"b")]] {
            let written = text(17, &proof, checkpoint);
            let read = parse(&written).expect("a receipt");
            assert_eq!((read.index, &read.proof), (17, &proof));
            assert_eq!(read.checkpoint, checkpoint);
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        let good = text(17, &[Hash::leaf(b"a")], "log\n");
        let bad = [
            String::new(),
            good.replace("index 17", "index 017"),
            good.replace("index 17", "index +17"),
            good.replace("index 17", "extra eA==\nindex 17"),
            good.replace("@v1", "@v2"),
            good.replace("=\n", "\n"),
            good.replace("\n\n", "\n"),
        ];
        for text in bad {
            assert_eq!(parse(&text), None, "{text}");
        }
        let long = text(1, &[Hash::EMPTY_ROOT; MOST + 1], "log\n");
        assert_eq!(parse(&long), None);
    }
}
