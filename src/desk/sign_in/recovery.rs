//! Recovery codes: how they are written and read.

use super::super::Desk;
use super::super::people::hash_of;
use crate::store::local::TokenHash;

/// How many codes somebody is given.
const MANY: usize = 10;
/// The letters of a code: none that is easily taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many letters a code has, of five bits each: 120 in all, which nobody
/// guesses, so that a plain hash keeps them (ASVS 5, 6.5.2).
const LENGTH: usize = 24;

/// New codes as people write them down, in groups of four.
pub(super) fn draw(desk: &Desk) -> Vec<String> {
    let one = || {
        let mut bytes = [0; LENGTH];
        desk.world.rng.fill(&mut bytes);
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join("-")
    };
    (0..MANY).map(|_| one()).collect()
}

/// The hash of a code however it was typed; nothing for what is none.
pub(super) fn hash(typed: &str) -> Option<TokenHash> {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric());
    let plain: String = letters
        .map(|c| match c.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            c => c,
        })
        .take(LENGTH + 1)
        .collect();
    (plain.len() == LENGTH).then(|| hash_of(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = "0123-4567-89ab-cdef-ghjk-mnpq";
        let wanted = hash(code);
        assert!(wanted.is_some());
        for typed in [
            " 0123 4567 89AB CDEF GHJK MNPQ ",
            "o123456789abcdefghjkmnpq",
            "0i23-4567-89ab-cdef-ghjk-mnpq",
        ] {
            assert_eq!(hash(typed), wanted, "{typed}");
        }
        for other in [
            "",
            "123456",
            "0123-4567-89ab-cdef-ghjk-mnp",
            "0123-4567-89ab-cdef-ghjk-mnpqr",
        ] {
            assert_eq!(hash(other), None, "{other}");
        }
    }
}
