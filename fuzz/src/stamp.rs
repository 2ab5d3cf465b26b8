//! RFC 3161 timestamps, and the roots that they must lead to.

use std::sync::LazyLock;

use citekeep::ledger::timestamp::{MAX_BYTES, Nonce, Roots, read, verify};

const ANSWER: &[u8] = include_bytes!("../../tests/it/golden/timestamp/answer.tsr");
const NOTE: &[u8] = include_bytes!("../../tests/it/golden/timestamp/note");
const ROOT: &[u8] = include_bytes!("../../tests/it/golden/timestamp/root.pem");

/// The root of the only authority that is trusted here; its key is gone.
static ROOTS: LazyLock<Roots> = LazyLock::new(|| Roots::from_pem(ROOT).expect("a root"));

/// The one timestamp that leads to the root is believed, and no other.
pub fn timestamp(bytes: &[u8]) {
    roots(bytes);
    assert!(read(bytes, b"other bytes", None).is_err());
    let other = Some(Nonce::from_bytes([9; 8]));
    assert!(verify(bytes, NOTE, other, &ROOTS).is_err());
    let Ok(stamp) = read(bytes, NOTE, None) else {
        return;
    };
    assert!(bytes.len() <= MAX_BYTES);
    assert!(
        stamp
            .serial()
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
    );
    if stamp.trust(&ROOTS).is_ok() {
        let ours = verify(ANSWER, NOTE, None, &ROOTS).expect("our own timestamp");
        assert_eq!(stamp.at(), ours.at(), "believed");
        assert_eq!(stamp.accuracy(), ours.accuracy());
        assert_eq!(stamp.serial(), ours.serial());
        assert_eq!(stamp.policy(), ours.policy());
    }
}

/// A file of roots holds a few certificates, and none of them makes a
/// timestamp about other bytes good.
fn roots(bytes: &[u8]) {
    let Ok(roots) = Roots::from_pem(bytes) else {
        return;
    };
    assert!((1..=32).contains(&roots.count()));
    let stamp = read(ANSWER, NOTE, None).expect("our own timestamp");
    drop(stamp.trust(&roots));
    let twice = [bytes, b"\n", bytes].concat();
    if let Ok(twice) = Roots::from_pem(&twice) {
        assert_eq!(twice.count(), 2 * roots.count());
    }
}
