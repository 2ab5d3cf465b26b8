//! Checkpoints, and files of them.

use citekeep::ledger::checkpoint::{Checkpoint, newest_end, open, read_run};
use citekeep::ledger::note::Note;

use super::known::{FORK, KEY, NOTES, SIGNED, TREE, checkpoint as made};
use super::text;

/// A checkpoint has one text; what was not signed is not accepted; and a file
/// of checkpoints that was cut off anywhere has the same finished ones.
pub fn checkpoint(bytes: &[u8]) {
    if let Some(end) = newest_end(bytes) {
        assert!(bytes[..end].ends_with(b"\n\n"));
        assert_eq!(newest_end(&bytes[..end]), Some(end));
    }
    cut_off(bytes);
    let Some(message) = text(bytes) else { return };
    let (notes, cut) = read_run(message);
    let whole = cut.unwrap_or(message.len());
    let again: String = notes.iter().map(|note| format!("{note}\n")).collect();
    assert_eq!(again, message[..whole]);
    if !notes.is_empty() && notes.iter().all(|note| is_checkpoint(note)) {
        assert_eq!(newest_end(&bytes[..whole]), Some(whole));
    }
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

fn is_checkpoint(note: &str) -> bool {
    let note = Note::parse(note);
    note.is_ok_and(|note| note.text().parse::<Checkpoint>().is_ok())
}

/// A file of the known checkpoints, begun and cut off where bytes say: the
/// newest finished record is found, and none that is not.
fn cut_off(bytes: &[u8]) {
    let Some((places, _)) = bytes.split_first_chunk() else {
        return;
    };
    let [a, b, c, d] = places.map(usize::from);
    let records = NOTES.iter().map(|note| format!("{note}\n"));
    let records: Vec<String> = records.collect();
    let file = records.concat();
    let from = (a << 8 | b) % file.len();
    let to = from + (c << 8 | d) % (file.len() - from + 1);
    let ends = records.iter().scan(0, |end, record| {
        *end += record.len();
        Some(*end)
    });
    // A tail that begins within a record's last lines still shows its end.
    let last = ends.filter(|end| (from..=to).contains(end)).last();
    let found = newest_end(&file.as_bytes()[from..to]);
    let found = found.map(|end| from + end);
    assert!(found.is_none() || found == last, "{found:?} for {last:?}");
    let begins_before = last.is_some_and(|end| {
        let record = records.iter().map(String::len);
        let record = record.max().unwrap_or(0);
        from + record <= end
    });
    assert!(found.is_some() || !begins_before, "{last:?} was not found");
}
