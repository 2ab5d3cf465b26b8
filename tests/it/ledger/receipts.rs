//! Receipts against C2SP tlog-proof: what is written, and everything that is
//! refused, by name.

use citekeep::ledger::checkpoint::{Checkpoint, CheckpointError};
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::SigningKey;
use citekeep::ledger::note::NoteError;
use citekeep::ledger::proof::ProofError;
use citekeep::ledger::receipt::{MakeError, Receipt, ReceiptError};
use citekeep::ledger::tree::{MemoryNodes, root};

fn key(seed: u8) -> SigningKey {
    let name = "desk.example/log".parse().expect("a name");
    SigningKey::from_seed(name, &[seed; 32])
}

fn leaf(n: u64) -> String {
    format!("entry {n}")
}

fn tree(size: u64) -> MemoryNodes {
    (0..size).map(|n| Hash::leaf(leaf(n).as_bytes())).collect()
}

fn signed(size: u64) -> String {
    let root = root(size, &tree(size)).expect("the nodes are there");
    let checkpoint = Checkpoint::new("desk.example/log", size, root).expect("a checkpoint");
    checkpoint.sign(&key(7)).expect("a note")
}

fn receipt(index: u64, size: u64) -> Receipt {
    Receipt::make(index, leaf(index).as_bytes(), &signed(size), &tree(size)).expect("a receipt")
}

#[test]
fn every_receipt_of_every_size_to_70_is_proven_after_it_was_written_and_read() {
    let verifier = key(7).verifier();
    for size in 1..=70 {
        for index in 0..size {
            let written = receipt(index, size).with_extra(b"beside").to_string();
            let read: Receipt = written.parse().expect("a receipt");
            assert_eq!(read.to_string(), written);
            assert_eq!((read.index(), read.extra()), (index, Some(&b"beside"[..])));
            let signed = read.verify(leaf(index).as_bytes(), &verifier);
            assert_eq!(signed.map(|it| it.size()), Ok(size));
            let other = read.verify(leaf(index + 1).as_bytes(), &verifier);
            assert_eq!(other, Err(ReceiptError::Proof(ProofError::RootMismatch)));
        }
    }
}

#[test]
fn a_receipt_is_written_as_the_standard_has_it() {
    let written = receipt(2, 3).with_extra(b"more").to_string();
    let beside = Hash::node(Hash::leaf(b"entry 0"), Hash::leaf(b"entry 1"));
    let expected = format!(
        "c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 2\n{}\n\n{}",
        beside.to_base64(),
        signed(3)
    );
    assert_eq!(written, expected);
    // The only entry of a log needs no proof at all.
    let alone = receipt(0, 1).to_string();
    assert_eq!(
        alone,
        format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{}", signed(1))
    );
}

/// A receipt of entry 2 of 7, changed.
fn changed(from: &str, to: &str) -> String {
    let written = receipt(2, 7).with_extra(b"more").to_string();
    let changed = written.replacen(from, to, 1);
    assert_ne!(changed, written, "{from:?} is not there");
    changed
}

fn is_refused(name: &str, text: &str, why: ReceiptError) {
    assert_eq!(text.parse::<Receipt>(), Err(why), "{name}");
}

#[test]
fn texts_that_do_not_begin_as_receipts_do() {
    use ReceiptError::{Extra, Header, NoCheckpoint, TooLarge};
    is_refused("nothing", "", NoCheckpoint);
    is_refused("too_large", &"A".repeat(2_000_000), TooLarge(2_000_000));
    for (name, from, to, why) in [
        ("other_version", "proof@v1", "proof@v2", Header),
        ("header_with_space", "@v1\n", "@v1 \n", Header),
        ("carriage_returns", "@v1\n", "@v1\r\n", Header),
        ("byte_order_mark", "c2sp", "\u{feff}c2sp", Header),
        ("empty_extra", "extra bW9yZQ==", "extra ", Extra),
        ("extra_without_data", "extra bW9yZQ==", "extra", Extra),
        ("extra_unpadded", "bW9yZQ==", "bW9yZQ", Extra),
    ] {
        is_refused(name, &changed(from, to), why);
    }
}

#[test]
fn receipts_that_name_no_entry() {
    for (name, from, to) in [
        ("extra_twice", "index", "extra bW9yZQ==\nindex"),
        ("no_index", "index 2\n", ""),
        ("index_with_leading_zero", "index 2", "index 02"),
        ("index_with_sign", "index 2", "index +2"),
        ("index_below_zero", "index 2", "index -2"),
        ("index_with_space", "index 2", "index  2"),
        ("index_empty", "index 2", "index "),
        ("index_of_65_bits", "index 2", "index 18446744073709551616"),
    ] {
        is_refused(name, &changed(from, to), ReceiptError::Index);
    }
}

#[test]
fn receipts_whose_proof_is_none() {
    let written = receipt(2, 7).to_string();
    let first = written.lines().nth(2).expect("a hash");
    let line = ReceiptError::ProofLine;
    let bare = first.trim_end_matches('=');
    let hexadecimal = Hash::EMPTY_ROOT.to_string();
    let short = format!("{}==", "A".repeat(42));
    let spaced = format!("{first} ");
    let many = [first; 65].join("\n");
    let turned = "index 2\nextra bW9yZQ==";
    for (name, from, to, why) in [
        (
            "extra_after_index",
            "extra bW9yZQ==\nindex 2",
            turned,
            line(1),
        ),
        ("hash_unpadded", first, bare, line(1)),
        ("hash_in_hexadecimal", first, &hexadecimal, line(1)),
        ("hash_of_31_bytes", first, &short, line(1)),
        ("hash_with_space", first, &spaced, line(1)),
        (
            "sixty_five_hashes",
            first,
            &many,
            ReceiptError::TooManyHashes,
        ),
        ("no_blank_line", "\n\ndesk", "\ndesk", line(4)),
    ] {
        is_refused(name, &changed(from, to), why);
    }
}

#[test]
fn receipts_whose_checkpoint_is_none() {
    let whole = receipt(2, 7).to_string();
    let at = whole.find("\n\ndesk").expect("the checkpoint") + 2;
    for (name, text) in [
        ("no_checkpoint", whole[..at].to_owned()),
        (
            "two_blank_lines",
            whole.replacen("\n\ndesk", "\n\n\ndesk", 1),
        ),
        (
            "no_signature",
            whole[..whole.find("\u{2014}").expect("a signature")].to_owned(),
        ),
        ("cut_off", whole[..whole.len() - 1].to_owned()),
        ("words_behind_it", format!("{whole}words\n")),
        ("size_with_sign", whole.replacen("log\n7\n", "log\n+7\n", 1)),
    ] {
        let read = text.parse::<Receipt>();
        assert!(
            matches!(read, Err(ReceiptError::Checkpoint(_))),
            "{name}: {read:?}"
        );
    }
}

#[test]
fn receipts_that_prove_nothing() {
    let verifier = key(7).verifier();
    let verify = |text: &str| {
        let read: Receipt = text.parse().expect("a text of the right form");
        read.verify(b"entry 2", &verifier).map(|_| ())
    };
    let whole = receipt(2, 7).to_string();
    assert_eq!(verify(&whole), Ok(()));
    let lines: Vec<&str> = whole.lines().collect();
    let proof = &lines[2..5];
    let not_proven = |why| Err(ReceiptError::Proof(why));
    let swapped = whole.replacen(
        &format!("{}\n{}", proof[0], proof[1]),
        &format!("{}\n{}", proof[1], proof[0]),
        1,
    );
    let mut bytes = *Hash::from_base64(proof[1]).expect("a hash").as_bytes();
    bytes[31] ^= 1;
    let one_bit_off = whole.replacen(proof[1], &Hash::from_bytes(bytes).to_base64(), 1);
    let without = |line: &str| whole.replacen(&format!("{line}\n"), "", 1);
    let doubled = whole.replacen(proof[2], &format!("{0}\n{0}", proof[2]), 1);
    for (name, text, why) in [
        (
            "other_index",
            whole.replacen("index 2", "index 3", 1),
            not_proven(ProofError::RootMismatch),
        ),
        (
            "index_beyond",
            whole.replacen("index 2", "index 7", 1),
            not_proven(ProofError::IndexOutOfRange { index: 7, size: 7 }),
        ),
        (
            "one_bit_off",
            one_bit_off,
            not_proven(ProofError::RootMismatch),
        ),
        (
            "swapped_hashes",
            swapped,
            not_proven(ProofError::RootMismatch),
        ),
        (
            "first_hash_gone",
            without(proof[0]),
            not_proven(ProofError::TooShort),
        ),
        (
            "last_hash_gone",
            without(proof[2]),
            not_proven(ProofError::TooShort),
        ),
        ("hash_added", doubled, not_proven(ProofError::TooLong)),
    ] {
        assert_eq!(verify(&text), why, "{name}");
    }
    let other = format!(
        "{}{}",
        &whole[..whole.find("\n\n").expect("a blank line") + 2],
        signed(6)
    );
    assert!(verify(&other).is_err(), "a proof under another checkpoint");
    // Between the text and the signature not a letter may change.
    for (from, to) in [
        ("log\n7\n", "log\n6\n"),
        ("desk.example/log\n", "desk.example/lag\n"),
    ] {
        let bad = verify(&whole.replacen(from, to, 1));
        let bad_signature = CheckpointError::Note(NoteError::BadSignature(verifier.name().clone()));
        assert_eq!(
            bad,
            Err(ReceiptError::Checkpoint(bad_signature)),
            "{from:?}"
        );
    }
    let foreign = receipt(2, 7).verify(b"entry 2", &key(8).verifier());
    let not_signed = CheckpointError::Note(NoteError::NotSignedBy(verifier.name().clone()));
    assert_eq!(foreign, Err(ReceiptError::Checkpoint(not_signed)));
}

#[test]
fn what_is_extra_is_carried_and_not_proven() {
    let text = changed("bW9yZQ==", "bGVzcw==");
    let read: Receipt = text.parse().expect("a receipt");
    assert_eq!(read.extra(), Some(&b"less"[..]));
    assert!(read.verify(b"entry 2", &key(7).verifier()).is_ok());
}

#[test]
fn no_receipt_is_made_that_does_not_hold() {
    let (nodes, note) = (tree(7), signed(7));
    let make = |index, leaf: &[u8], note: &str| Receipt::make(index, leaf, note, &nodes);
    assert!(make(2, b"entry 2", &note).is_ok());
    for (index, leaf, note) in [
        (2, &b"entry 3"[..], note.clone()),
        (3, b"entry 2", note.clone()),
        (2, b"entry 2", signed(7).replace("log\n7\n", "log\n6\n")),
    ] {
        let made = make(index, leaf, &note);
        assert!(matches!(made, Err(MakeError::OtherTree(_))), "{made:?}");
    }
    assert!(matches!(
        make(7, b"entry 7", &note),
        Err(MakeError::Build(_))
    ));
    assert!(matches!(
        make(2, b"entry 2", "words\n"),
        Err(MakeError::Checkpoint(_))
    ));
}

#[test]
fn no_byte_of_a_receipt_can_change_unnoticed() {
    let verifier = key(7).verifier();
    let whole = receipt(2, 7).with_extra(b"entry 2").to_string();
    let proven = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok()?;
        let receipt: Receipt = text.parse().ok()?;
        let leaf = receipt.extra()?.to_vec();
        receipt.verify(&leaf, &verifier).ok()
    };
    assert!(proven(whole.as_bytes()).is_some());
    for at in 0..whole.len() {
        for change in [1, 0x20, 0x80] {
            let mut text = whole.clone().into_bytes();
            text[at] ^= change;
            assert_eq!(proven(&text), None, "byte {at} by {change:#x}");
        }
        assert_eq!(proven(&whole.as_bytes()[..at]), None, "cut at {at}");
        let mut text = whole.clone().into_bytes();
        text.remove(at);
        assert_eq!(proven(&text), None, "without byte {at}");
    }
}
