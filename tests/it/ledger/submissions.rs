//! What is brought to a witness: every pair of sizes, and hostile bodies.

use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::SigningKey;
use citekeep::ledger::proof::consistency;
use citekeep::ledger::submission::{MAX_BYTES, Refusal, Submission, SubmissionError, write};
use citekeep::ledger::tree::{MemoryNodes, root};

use super::cosignatures::log;

/// A log of so many leaves, the last of which say `tail`.
pub(crate) fn tree(size: u64, tail: &str) -> MemoryNodes {
    let leaf = |at: u64| {
        let words = if at < size / 2 { "leaf" } else { tail };
        Hash::leaf(format!("{words} {at}").as_bytes())
    };
    (0..size).map(leaf).collect()
}

pub(crate) fn note_by(key: &SigningKey, nodes: &MemoryNodes, size: u64) -> String {
    let root = root(size, nodes).expect("the nodes are there");
    let checkpoint = Checkpoint::new("log.example/desk", size, root);
    checkpoint.expect("a checkpoint").sign(key).expect("a note")
}

pub(crate) fn brought(nodes: &MemoryNodes, old: u64, size: u64) -> String {
    let proof = match old {
        0 => Vec::new(),
        old => consistency(old, size, nodes).expect("the nodes are there"),
    };
    write(old, &proof, &note_by(&log(), nodes, size))
}

fn judge(body: &str, known: Option<(u64, Hash)>) -> Result<u64, Refusal> {
    let brought = Submission::parse(body).expect("a submission");
    let judged = brought.judge(&[log().verifier()], known);
    judged.map(|(_, checkpoint)| checkpoint.size())
}

#[test]
fn every_growth_is_accepted_and_every_fork_refused() {
    let (nodes, forked) = (tree(20, "leaf"), tree(20, "other"));
    for old in 0..=20 {
        let known = (old > 0).then(|| (old, root(old, &nodes).expect("nodes")));
        for size in old.max(1)..=20 {
            assert_eq!(
                judge(&brought(&nodes, old, size), known),
                Ok(size),
                "{old} to {size}"
            );
            // The other log is the same up to its tenth leaf.
            let fork = judge(&brought(&forked, old, size), known);
            let expected = match (old, size) {
                (0..=10, _) => Ok(size),
                (old, size) if old == size => Err(Refusal::OtherRoot(old)),
                _ => Err(fork.clone().expect_err("a fork is refused")),
            };
            assert_eq!(fork, expected, "{old} to {size}");
        }
    }
}

#[test]
fn sizes_are_held_against_each_other_in_the_standards_order() {
    let nodes = tree(20, "leaf");
    let known = |size| Some((size, root(size, &nodes).expect("nodes")));
    assert_eq!(
        judge(&brought(&nodes, 5, 9), known(7)),
        Err(Refusal::OtherSize(7))
    );
    assert_eq!(
        judge(&brought(&nodes, 0, 9), known(7)),
        Err(Refusal::OtherSize(7))
    );
    assert_eq!(
        judge(&brought(&nodes, 5, 9), None),
        Err(Refusal::OtherSize(0))
    );
    let smaller = write(9, &[], &note_by(&log(), &nodes, 5));
    assert_eq!(judge(&smaller, known(7)), Err(Refusal::OldTooLarge));
    let stranger = SigningKey::from_seed("log.example/desk".parse().expect("a name"), &[3; 32]);
    let unsigned = write(9, &[], &note_by(&stranger, &nodes, 5));
    assert_eq!(judge(&unsigned, known(7)), Err(Refusal::Unsigned));
    let needless = write(0, &[Hash::EMPTY_ROOT], &note_by(&log(), &nodes, 5));
    assert!(matches!(judge(&needless, None), Err(Refusal::Proof(_))));
    let needless = write(5, &[Hash::EMPTY_ROOT], &note_by(&log(), &nodes, 5));
    assert!(matches!(judge(&needless, known(5)), Err(Refusal::Proof(_))));
    let missing = write(5, &[], &note_by(&log(), &nodes, 9));
    assert!(matches!(judge(&missing, known(5)), Err(Refusal::Proof(_))));
}

#[test]
fn an_empty_log_has_one_root() {
    let nodes = MemoryNodes::new();
    let empty = write(0, &[], &note_by(&log(), &nodes, 0));
    assert_eq!(judge(&empty, None), Ok(0));
    let made_up = Checkpoint::new("log.example/desk", 0, Hash::leaf(b"a"));
    let made_up = made_up.expect("a checkpoint").sign(&log()).expect("a note");
    let told = judge(&write(0, &[], &made_up), None);
    assert_eq!(told, Err(Refusal::OtherRoot(0)));
}

#[test]
fn a_wrong_signature_beside_a_right_one_spoils_both() {
    let nodes = tree(20, "leaf");
    let line = note_by(&log(), &nodes, 6);
    let line = line.lines().last().expect("a line");
    let body = brought(&nodes, 0, 5);
    assert_eq!(
        judge(&format!("{body}{line}\n"), None),
        Err(Refusal::Unsigned)
    );
}

#[test]
fn hostile_bodies() {
    let nodes = tree(20, "leaf");
    let good = brought(&nodes, 5, 9);
    let line = format!("{}\n", Hash::EMPTY_ROOT.to_base64());
    type Is = fn(&SubmissionError) -> bool;
    let size: Is = |error| matches!(error, SubmissionError::OldSize);
    let lines: Is = |error| matches!(error, SubmissionError::Lines);
    let proof: Is = |error| matches!(error, SubmissionError::ProofLine(2));
    let note: Is = |error| matches!(error, SubmissionError::Checkpoint(_));
    let cases: [(&str, String, Is); 15] = [
        ("nothing", String::new(), lines),
        ("no_checkpoint", "old 5\n\n".to_owned(), note),
        ("no_empty_line", "old 5\n".to_owned(), lines),
        ("no_old_size", good.replacen("old 5\n", "", 1), size),
        ("a_leading_zero", good.replacen("old 5", "old 05", 1), size),
        ("a_sign", good.replacen("old 5", "old +5", 1), size),
        ("two_spaces", good.replacen("old 5", "old  5", 1), size),
        (
            "a_size_of_65_bits",
            good.replacen("old 5", "old 18446744073709551616", 1),
            size,
        ),
        (
            "arabic_digits",
            good.replacen("old 5", "old \u{665}", 1),
            size,
        ),
        (
            "a_proof_that_is_not_ascii",
            good.replacen("old 5\n", "old 5\n\u{e4}\n", 1),
            proof,
        ),
        (
            "a_short_hash",
            good.replacen("old 5\n", "old 5\nAAAA\n", 1),
            proof,
        ),
        (
            "carriage_returns",
            good.replacen("old 5\n", "old 5\r\n", 1),
            size,
        ),
        (
            "64_proof_lines",
            good.replacen("old 5\n", &format!("old 5\n{}", line.repeat(64)), 1),
            |e| matches!(e, SubmissionError::ProofTooLong),
        ),
        ("too_large", good.clone() + &" ".repeat(MAX_BYTES), |e| {
            matches!(e, SubmissionError::TooLarge)
        }),
        ("cut_off", good.trim_end().to_owned(), note),
    ];
    for (case, body, is_it) in cases {
        let told = Submission::parse(&body).expect_err(case);
        assert!(is_it(&told), "{case}: {told:?}");
    }
    assert!(Submission::parse(&good).is_ok());
}
