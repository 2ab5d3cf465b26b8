//! What is brought to a witness.

use citekeep::ledger::note::{Note, verify as verify_note};
use citekeep::ledger::submission::Submission;

use super::known::{FORK, KEY, SIGNED, TREE, checkpoint, root_of};
use super::note::was_signed;
use super::text;

/// A witness cosigns only what the log's key signed and what continues the
/// history that it knows.
pub fn submission(bytes: &[u8]) {
    let Some(body) = text(bytes) else { return };
    let Ok(brought) = Submission::parse(body) else {
        return;
    };
    let keys = [KEY.verifier()];
    let kept = brought.note_by(&keys);
    for known in [None].into_iter().chain(SIGNED.map(Some)) {
        let remembered = known.map(|size| (size, root_of(size, &TREE)));
        let Ok((text, covered)) = brought.judge(&keys, remembered) else {
            continue;
        };
        assert!(was_signed(text), "cosigned: {body:?}");
        assert_eq!(covered.to_string(), text);
        assert_eq!(covered.origin(), brought.origin());
        let size = covered.size();
        let is_first = known.is_none_or(|known| known == 0);
        // The other history is as good as the first that a witness sees.
        let is_other = is_first && *covered == checkpoint(size, &FORK);
        assert!(
            is_other || *covered == checkpoint(size, &TREE),
            "cosigned: {body:?}"
        );
        assert!(known.is_none_or(|known| known <= size));
        let kept = Note::parse(&kept).expect("what a witness keeps is a note");
        assert_eq!(verify_note(&kept, &keys[0]), Ok(()));
        assert_eq!(kept.text(), text);
    }
    assert!(brought.judge(&[], None).is_err(), "cosigned for nobody");
}
