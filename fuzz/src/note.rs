//! Signed notes: as such, with cosignatures, and those of a new key.

use citekeep::ledger::cosignature;
use citekeep::ledger::note::{Note, NoteError, countersign, sign, verify};
use citekeep::ledger::succession::{self, Succession};

use super::known::{CHANGES, COSIGNED, COSIGNED_AT, FORKED, KEY, NEXT, NOTES, WITNESS};
use super::text;

/// A note is one text and its signatures; what was not signed is not accepted;
/// and what is signed here is.
pub fn note(bytes: &[u8]) {
    let Some(message) = text(bytes) else { return };
    cosignature(message);
    succession(message);
    if let Ok(note) = Note::parse(message) {
        let rest = message.strip_prefix(note.text());
        let rest = rest.expect("a note begins with its text");
        assert!(note.text().ends_with('\n') && rest.starts_with("\n\u{2014} "));
        if verify(&note, &KEY.verifier()).is_ok() {
            assert!(was_signed(note.text()), "accepted: {message:?}");
        }
        if let Ok(longer) = countersign(message, &NEXT) {
            assert!(longer.starts_with(message));
            let longer = Note::parse(&longer).expect("a note");
            assert_eq!(longer.text(), note.text());
            // A line in the new key's name that is none of its spoils the note.
            let expected = match verify(&note, &NEXT.verifier()) {
                Err(NoteError::NotSignedBy(_)) => Ok(()),
                as_before => as_before,
            };
            assert_eq!(verify(&longer, &NEXT.verifier()), expected);
        }
    }
    if let Ok(signed) = sign(message, &KEY) {
        let note = Note::parse(&signed).expect("what is signed can be read");
        assert_eq!(note.text(), message);
        assert_eq!(verify(&note, &KEY.verifier()), Ok(()));
        assert!(verify(&note, &NEXT.verifier()).is_err());
    }
}

/// Whether the log's key signed a text.
pub(super) fn was_signed(text: &str) -> bool {
    let notes = NOTES.iter().chain(FORKED.iter()).chain(CHANGES.iter());
    notes.into_iter().any(|note| {
        let note = Note::parse(note).expect("a note");
        note.text() == text
    })
}

/// A cosignature belongs to its checkpoint and its time.
fn cosignature(message: &str) {
    let key = WITNESS.verifier();
    let Ok(note) = Note::parse(message) else {
        return;
    };
    if let Ok(found) = cosignature::verify(&note, &key) {
        let known = Note::parse(&COSIGNED).expect("our own note");
        assert_eq!(note.text(), known.text(), "accepted: {message:?}");
        assert_eq!(found.time(), COSIGNED_AT);
        let alone = format!("{}\n{}", note.text(), found.line());
        let alone = Note::parse(&alone).expect("a note");
        assert_eq!(cosignature::verify(&alone, &key), Ok(found));
    }
    let time = 1 + message.len() as u64;
    let line = cosignature::cosign(note.text(), time, &WITNESS);
    assert!(Note::parse(&line).is_err(), "a line alone is no note");
    let whole = format!("{}\n{line}", note.text());
    if let Ok(whole) = Note::parse(&whole) {
        let found = cosignature::verify(&whole, &key).expect("what is cosigned is accepted");
        assert_eq!((found.time(), found.line()), (time, line.as_str()));
    }
}

/// A change of keys has one text, and nobody but its keys can say it.
fn succession(message: &str) {
    if let Ok(read) = message.parse::<Succession>() {
        assert_eq!(read.to_string(), message);
    }
    if let Ok((read, _)) = succession::open(message) {
        let (ours, _) = succession::open(&CHANGES[0]).expect("our own note");
        assert!(message.starts_with(&read.to_string()));
        // A change between strangers' keys would need a signature by them.
        assert_eq!(read, ours, "accepted: {message:?}");
    }
}
