//! Signed notes against the published example of Go's `sumdb/note`, whose key
//! and note are in that package's documentation, and against bad ones.

use citekeep::ledger::note::{Note, NoteError, SigningKey, VerifierKey, sign, verify};

const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PRIVATE: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn key() -> VerifierKey {
    PUBLIC.parse().expect("the published key")
}

fn published() -> String {
    format!("{TEXT}\n{SIGNATURE}")
}

fn check(note: &str) -> Result<(), NoteError> {
    verify(&Note::parse(note)?, &key())
}

#[test]
fn the_published_note_is_read_and_written() {
    assert_eq!(check(&published()), Ok(()));
    let secret: SigningKey = PRIVATE.parse().expect("the published key");
    assert_eq!(secret.verifier().to_string(), PUBLIC);
    assert_eq!(sign(TEXT, &secret).as_deref(), Ok(published().as_str()));
}

#[test]
fn a_signature_of_somebody_else_beside_it_is_passed_over() {
    let name = "other.example/log".parse().expect("a name");
    let other = SigningKey::from_seed(name, &[9; 32]);
    let theirs = sign(TEXT, &other).expect("a note");
    let line = theirs.lines().last().expect("a line");
    assert_eq!(check(&format!("{}{line}\n", published())), Ok(()));
    assert_eq!(check(&format!("{TEXT}\n{line}\n{SIGNATURE}")), Ok(()));
    assert!(matches!(check(&theirs), Err(NoteError::NotSignedBy(_))));
}

/// Bad notes: what is done to the published one, and what is said of it.
type Case = (&'static str, fn(String) -> String, fn(&NoteError) -> bool);

const BAD: &[Case] = &[
    (
        "one_letter_of_the_text",
        |note| note.replace("answer", "answar"),
        |e| matches!(e, NoteError::BadSignature(_)),
    ),
    (
        "one_letter_of_the_signature",
        |note| note.replace("BS9U", "BS9V"),
        |e| matches!(e, NoteError::BadSignature(_)),
    ),
    (
        "a_line_before_the_text",
        |note| format!("\n{note}"),
        |e| matches!(e, NoteError::BadSignature(_)),
    ),
    (
        "a_good_signature_and_a_bad_one",
        |note| format!("{note}{}", SIGNATURE.replace("BS9U", "BS9V")),
        |e| matches!(e, NoteError::BadSignature(_)),
    ),
    (
        "another_name",
        |note| note.replace("PeterNeumann", "PeterNeuman"),
        |e| matches!(e, NoteError::NotSignedBy(_)),
    ),
    (
        "another_key_hash",
        |note| note.replace("x08go", "x08gp"),
        |e| matches!(e, NoteError::NotSignedBy(_)),
    ),
    (
        "no_signature",
        |_| TEXT.to_owned(),
        |e| matches!(e, NoteError::NoSignatures),
    ),
    (
        "nothing_after_the_blank_line",
        |_| format!("{TEXT}\n"),
        |e| matches!(e, NoteError::NoSignatures),
    ),
    (
        "nothing_at_all",
        |_| String::new(),
        |e| matches!(e, NoteError::NoSignatures | NoteError::NoFinalNewline),
    ),
    (
        "no_newline_at_the_end",
        |note| note.trim_end().to_owned(),
        |e| matches!(e, NoteError::NoFinalNewline),
    ),
    (
        "a_hyphen_for_the_dash",
        |note| note.replace('\u{2014}', "-"),
        |e| matches!(e, NoteError::SignatureLine),
    ),
    (
        "two_spaces",
        |note| note.replace("\u{2014} ", "\u{2014}  "),
        |e| matches!(e, NoteError::SignatureLine),
    ),
    (
        "no_base64",
        |note| note.replace("nAM=", "n?M="),
        |e| matches!(e, NoteError::SignatureLine),
    ),
    (
        "bits_left_over_in_base64",
        |note| note.replace("nAM=", "nAN="),
        |e| matches!(e, NoteError::SignatureLine),
    ),
    (
        "too_short_for_a_key_hash",
        |_| format!("{TEXT}\n\u{2014} PeterNeumann x08g\n"),
        |e| matches!(e, NoteError::SignatureLine),
    ),
    (
        "a_carriage_return",
        |note| note.replace('\n', "\r\n"),
        |e| matches!(e, NoteError::ControlCharacter('\r')),
    ),
    (
        "a_tab",
        |note| note.replace("you think", "you\tthink"),
        |e| matches!(e, NoteError::ControlCharacter('\t')),
    ),
    (
        "a_hundred_and_one_signatures",
        |_| format!("{TEXT}\n{}", SIGNATURE.repeat(101)),
        |e| matches!(e, NoteError::TooManySignatures),
    ),
    (
        "a_million_bytes",
        |note| "a\n".repeat(500_000) + &note,
        |e| matches!(e, NoteError::TooLarge(_)),
    ),
];

#[test]
fn bad_notes() {
    for (name, spoil, is_it) in BAD {
        let told = check(&spoil(published())).expect_err(name);
        assert!(is_it(&told), "{name}: {told:?}");
    }
}

#[test]
fn bad_keys() {
    for (name, bad) in [
        (
            "the_hash_of_another_key",
            PUBLIC.replace("c74f20a3", "c74f20a4"),
        ),
        ("a_key_one_byte_short", PUBLIC.replace("10TW", "10")),
        ("another_algorithm", PUBLIC.replace("+AR", "+BR")),
        ("a_name_with_a_space", PUBLIC.replace("Peter", "Peter ")),
        ("no_name", PUBLIC.replace("PeterNeumann", "")),
        ("a_private_key", PRIVATE.to_owned()),
    ] {
        assert!(bad.parse::<VerifierKey>().is_err(), "{name}");
    }
}
