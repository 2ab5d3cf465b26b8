//! Cosignatures against bad ones, and against a check in Python that was
//! written from the standard alone and lets OpenSSL do the arithmetic.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::cosignature::{CosignatureError, CosignerKey, CosigningKey, cosign, verify};
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::{KeyError, SigningKey, VerifierKey};
use citekeep::ledger::note::Note;

const TIME: u64 = 1_679_315_147;

pub(crate) fn witness(seed: u8) -> CosigningKey {
    let name = format!("witness.example/w{seed}");
    CosigningKey::from_seed(name.parse().expect("a name"), &[seed; 32])
}

pub(crate) fn log() -> SigningKey {
    let name = "log.example/desk".parse().expect("a name");
    SigningKey::from_seed(name, &[99; 32])
}

pub(crate) fn text(size: u64) -> String {
    let checkpoint = Checkpoint::new("log.example/desk", size, Hash::leaf(b"a"));
    checkpoint.expect("a checkpoint").to_string()
}

fn check(message: &str, key: &CosignerKey) -> Result<u64, CosignatureError> {
    let note = Note::parse(message).expect("a note");
    verify(&note, key).map(|found| found.time())
}

/// A signature line with other bytes than the right ones.
fn line(name: &str, bytes: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", BASE64_STANDARD.encode(bytes))
}

/// The bytes of a right cosignature: key hash, time, signature.
fn bytes() -> Vec<u8> {
    let right = cosign(&text(7), TIME, &witness(1));
    let encoded = right.trim_end().rsplit(' ').next().expect("Base 64");
    BASE64_STANDARD.decode(encoded).expect("Base 64")
}

#[test]
fn one_beside_others_is_found_and_the_newest_counts() {
    let text = text(7);
    let note = Checkpoint::sign(&text.parse().expect("a checkpoint"), &log()).expect("a note");
    let [older, newer] = [TIME, TIME + 60].map(|time| cosign(&text, time, &witness(1)));
    let other = cosign(&text, TIME + 90, &witness(2));
    let message = format!("{note}{newer}{other}{older}");
    assert_eq!(check(&message, &witness(1).verifier()), Ok(TIME + 60));
}

#[test]
fn bad_cosignatures() {
    let name = "witness.example/w1";
    let spoilt = |at: usize, with: &[u8]| {
        let mut bytes = bytes();
        bytes[at..at + with.len()].copy_from_slice(with);
        line(name, &bytes)
    };
    let zero = 0_u64.to_be_bytes();
    let beyond = (1_u64 << 63).to_be_bytes();
    let later = (TIME + 1).to_be_bytes();
    type Is = fn(&CosignatureError) -> bool;
    let bad: Is = |error| matches!(error, CosignatureError::BadSignature(_));
    let time: Is = |error| matches!(error, CosignatureError::Time(_));
    let form: Is = |error| matches!(error, CosignatureError::Form(_));
    let none: Is = |error| matches!(error, CosignatureError::NotCosignedBy(_));
    let twin = CosigningKey::from_seed(name.parse().expect("a name"), &[2; 32]);
    let good = cosign(&text(7), TIME, &witness(1));
    let cases: [(&str, String, Is); 11] = [
        (
            "of_another_checkpoint",
            cosign(&text(8), TIME, &witness(1)),
            bad,
        ),
        (
            "by_another_key_of_the_same_name",
            cosign(&text(7), TIME, &twin),
            none,
        ),
        (
            "by_another_witness",
            cosign(&text(7), TIME, &witness(2)),
            none,
        ),
        ("the_time_zero", cosign(&text(7), 0, &witness(1)), time),
        ("the_time_zero_put_in", spoilt(4, &zero), time),
        ("a_time_of_64_bits", spoilt(4, &beyond), time),
        ("a_second_later", spoilt(4, &later), bad),
        ("one_bit_off", spoilt(20, &[bytes()[20] ^ 1]), bad),
        (
            "without_a_time",
            line(name, &[&bytes()[..4], &bytes()[12..]].concat()),
            form,
        ),
        (
            "one_byte_more",
            line(name, &[&bytes()[..], &[0]].concat()),
            form,
        ),
        ("a_good_one_and_a_bad_one", good + &spoilt(4, &later), bad),
    ];
    for (case, lines, is_it) in cases {
        let message = format!("{}\n{lines}", text(7));
        let told = check(&message, &witness(1).verifier()).expect_err(case);
        assert!(is_it(&told), "{case}: {told:?}");
    }
}

#[test]
fn a_plain_signature_is_no_cosignature_of_the_same_key() {
    // The seed is the same; the key hash tells the two kinds apart.
    let name = "witness.example/w1".parse().expect("a name");
    let plain = SigningKey::from_seed(name, &[1; 32]);
    let checkpoint: Checkpoint = text(7).parse().expect("a checkpoint");
    let note = checkpoint.sign(&plain).expect("a note");
    let told = check(&note, &witness(1).verifier());
    assert!(matches!(told, Err(CosignatureError::NotCosignedBy(_))));
}

#[test]
fn bad_keys() {
    let good = witness(1).verifier().to_string();
    let (name, rest) = good.split_once('+').expect("three parts");
    let (hash, key) = rest.split_once('+').expect("three parts");
    let raw = BASE64_STANDARD.decode(key).expect("Base 64");
    let typed = |byte: u8| BASE64_STANDARD.encode([&[byte], &raw[1..]].concat());
    let cases = [
        (
            "of_the_type_that_signs",
            format!("{name}+{hash}+{}", typed(1)),
            KeyError::CosignerAlgorithm,
        ),
        (
            "of_ml_dsa",
            format!("{name}+{hash}+{}", typed(6)),
            KeyError::CosignerAlgorithm,
        ),
        (
            "another_hash",
            format!("{name}+00000000+{key}"),
            KeyError::HashMismatch,
        ),
        (
            "another_name",
            format!("w.example+{hash}+{key}"),
            KeyError::HashMismatch,
        ),
        ("cut_off", format!("{name}+{hash}"), KeyError::VerifierForm),
    ];
    for (case, text, expected) in cases {
        assert_eq!(text.parse::<CosignerKey>(), Err(expected), "{case}");
    }
    assert_eq!(good.parse::<VerifierKey>(), Err(KeyError::Algorithm));
    assert_eq!(good.parse::<CosignerKey>(), Ok(witness(1).verifier()));
}

/// What a Python script that knows nothing of this program says of a note.
fn python(message: &str, vkey: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("note");
    std::fs::write(&file, message).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/cosignature.py");
    let said = Command::new("python3")
        .arg(script)
        .arg(file)
        .arg(vkey)
        .output();
    let said = said.expect("Python 3 and OpenSSL are needed");
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    String::from_utf8(said.stdout)
        .expect("UTF-8")
        .trim()
        .to_owned()
}

#[test]
fn openssl_bears_cosignatures_out() {
    let text = text(7);
    let vkey = witness(1).verifier().to_string();
    let message = format!("{text}\n{}", cosign(&text, TIME, &witness(1)));
    assert_eq!(python(&message, &vkey), format!("cosigned at {TIME}"));
    let other = message.replace("\n7\n", "\n8\n");
    assert_eq!(python(&other, &vkey), "wrong");
    assert_eq!(
        python(&message, &witness(2).verifier().to_string()),
        "not cosigned"
    );
}
