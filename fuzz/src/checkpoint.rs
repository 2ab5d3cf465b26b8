//! Checkpoints, and files of them.

use citekeep::ledger::checkpoint::{Checkpoint, open, read_run, whole_length};

use super::known::{FORK, KEY, SIGNED, TREE, checkpoint as made};
use super::text;

/// A checkpoint has one text; what was not signed is not accepted; and a file
/// of checkpoints that was cut off anywhere has the same finished ones.
pub fn checkpoint(bytes: &[u8]) {
    let whole = whole_length(bytes);
    assert!(whole <= bytes.len());
    assert_eq!(whole_length(&bytes[..whole]), whole);
    let Some(message) = text(bytes) else { return };
    let (notes, cut) = read_run(message);
    assert_eq!(cut.unwrap_or(message.len()), whole);
    let again: String = notes.iter().map(|note| format!("{note}\n")).collect();
    assert_eq!(again, message[..whole]);
    if let Ok(read) = message.parse::<Checkpoint>() {
        assert_eq!(read.to_string(), message);
        if let Ok(note) = read.sign(&KEY) {
            assert_eq!(open(&note, &KEY.verifier()), Ok(read));
        }
    }
    for note in [message].into_iter().chain(notes) {
        if let Ok(read) = open(note, &KEY.verifier()) {
            let was = |size: &u64| read == made(*size, &TREE) || read == made(*size, &FORK);
            assert!(SIGNED.iter().any(was), "accepted: {note:?}");
        }
    }
}
