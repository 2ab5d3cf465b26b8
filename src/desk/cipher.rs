//! Short texts that lie where others may read them, closed with a key of the desk's
//! (ChaCha20-Poly1305, RFC 8439).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::Rng;

/// What closes and opens.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    /// By a key that nobody guesses.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Closes a text. The 96 bits of chance that it is closed with stand before it:
    /// after 2^32 texts of one key two of them would be alike with a chance of one in
    /// 2^33, and no key of the desk closes as many.
    pub(super) fn close(&self, text: &[u8], rng: &dyn Rng) -> String {
        let mut chance = [0; NONCE_LEN];
        rng.fill(&mut chance);
        let mut closed = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(chance);
        self.0
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut closed)
            .expect("a short text can be closed");
        URL_SAFE_NO_PAD.encode([&chance[..], &closed].concat())
    }

    /// The text that was closed with this key; nothing where none was.
    pub(super) fn open(&self, closed: &str) -> Option<Vec<u8>> {
        let closed = URL_SAFE_NO_PAD.decode(closed).ok()?;
        let (chance, closed) = closed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(chance).ok()?;
        let mut closed = closed.to_vec();
        let text = self.0.open_in_place(nonce, Aad::empty(), &mut closed);
        Some(text.ok()?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Rng for Sevens {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn what_was_closed_is_opened_with_the_same_key_and_whole_or_not_at_all() {
        let (key, other) = (Cipher::new(&[1; 32]), Cipher::new(&[2; 32]));
        for text in ["", "words"] {
            let closed = key.close(text.as_bytes(), &Sevens);
            assert_eq!(key.open(&closed).as_deref(), Some(text.as_bytes()));
            assert_eq!(other.open(&closed), None);
            for at in 0..closed.len() {
                let letter = if closed.as_bytes()[at] == b'B' {
                    "C"
                } else {
                    "B"
                };
                let changed = [&closed[..at], letter, &closed[at + 1..]].concat();
                assert_eq!(key.open(&changed), None, "{changed}");
                assert_eq!(key.open(&closed[..at]), None);
            }
        }
        assert_eq!(key.open("no letters of ours!"), None);
    }
}
