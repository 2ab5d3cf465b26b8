//! What a passkey answers.

use citekeep::ledger::assertion::{Asked, Assertion, PublicKey, check, created};

/// What is asked.
pub const ASKED: Asked<'_> = Asked {
    statement: br#"{"after":1,"by":null,"event":{}}"#,
    origin: "https://desk.example",
    rp_id: "desk.example",
};

/// An answer that OpenSSL signed: the only one there is. Its key was thrown
/// away.
pub const SIGNED: &[u8] = include_bytes!("../seeds/assertion/signed");

/// Puts pieces together, each behind its length in two bytes: a key, the
/// authenticator's data, the client's data and a signature.
pub fn joined(pieces: [&[u8]; 4]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in pieces {
        bytes.extend((piece.len() as u16).to_be_bytes());
        bytes.extend(piece);
    }
    bytes
}

/// Takes bytes apart into pieces, each behind its length in two bytes; what is
/// cut off is shorter.
pub(crate) fn pieces(bytes: &[u8]) -> [&[u8]; 4] {
    let mut rest = bytes;
    [(); 4].map(|()| {
        let Some((length, after)) = rest.split_first_chunk() else {
            return std::mem::take(&mut rest);
        };
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (piece, after) = after.split_at(length);
        rest = after;
        piece
    })
}

/// Nothing but what was signed is accepted, and a key that is read is written
/// to the byte.
pub fn assertion(bytes: &[u8]) {
    let [key, authenticator_data, client_data, signature] = pieces(bytes);
    let answer = Assertion {
        authenticator_data,
        client_data,
        signature,
    };
    if let Ok(key) = PublicKey::from_spki(key) {
        check_key(&key);
    }
    if let Ok(new) = created(client_data, authenticator_data, &ASKED) {
        assert!((1..1_024).contains(&new.credential.len()));
        assert!(
            check(&answer, &new.key, &ASKED).is_err(),
            "made, not signed"
        );
        check_key(&new.key);
    }
    let [our_key, our_data, our_client, _] = pieces(SIGNED);
    // A key of somebody's own signs what it likes; ours signed one answer.
    let ours = PublicKey::from_spki(our_key).expect("our own key");
    if check(&answer, &ours, &ASKED).is_ok() {
        assert_eq!(
            (authenticator_data, client_data),
            (our_data, our_client),
            "accepted"
        );
    }
    let other = Asked {
        statement: b"another statement",
        ..ASKED
    };
    assert!(check(&answer, &ours, &other).is_err());
}

fn check_key(key: &PublicKey) {
    let written = key.to_spki();
    assert_eq!(PublicKey::from_spki(&written).as_ref(), Ok(key));
}
