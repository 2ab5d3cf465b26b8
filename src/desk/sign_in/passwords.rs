//! Passwords: which are refused, how they are hashed, and whether one fits.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};

use super::super::{Desk, DeskError};

/// The least characters of a password.
const LEAST: usize = 12;
/// The most.
const MOST: usize = 256;
/// So many characters must be left beside the names that a password says.
const BESIDE_NAMES: usize = 8;

/// Argon2id as OWASP's password storage cheat sheet has it: 19 MiB, two passes,
/// one lane.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What a hash of these parameters begins with.
const BEGINNING: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// The beginnings of the hashes of common passwords, sorted, four bytes each;
/// `tests/tools/common_passwords.py` makes them, NOTICE says of what.
const COMMON: &[u8] = include_bytes!("../../../db/common-passwords.bin");

/// A sign-in name and a password, checked for form.
#[derive(Clone)]
pub struct Credentials {
    pub(super) sign_in: String,
    pub(super) password: String,
}

impl Credentials {
    /// Checks what somebody chose to sign in with; `names` are what the desk
    /// and the person are called.
    ///
    /// # Errors
    /// When the name cannot be used, or the password is too short, too long,
    /// common, or says little but those names.
    pub fn choose(sign_in: &str, password: &str, names: &[&str]) -> Result<Self, DeskError> {
        let sign_in = sign_in.trim();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
        if !(2..=64).contains(&sign_in.chars().count()) || !sign_in.chars().all(fine) {
            return Err(DeskError::BadSignIn);
        }
        if !(LEAST..=MOST).contains(&password.chars().count()) {
            return Err(DeskError::WeakPassword);
        }
        if is_common(password) {
            return Err(DeskError::CommonPassword);
        }
        let names = names.iter().copied().chain([sign_in, "citekeep"]);
        if says_names(password, names) {
            return Err(DeskError::NamedPassword);
        }
        Ok(Self {
            sign_in: sign_in.to_owned(),
            password: password.to_owned(),
        })
    }
}

/// Hashes a password with a salt of its own.
pub(super) fn hash(desk: &Desk, password: &str) -> Result<String, DeskError> {
    let mut salt = [0; 16];
    desk.world.rng.fill(&mut salt);
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|_| DeskError::WeakPassword)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| DeskError::WeakPassword)
}

/// Whether a password is the one of a hash, by the hash's own parameters.
/// Without a hash it takes as long and is not.
pub(super) fn fits(desk: &Desk, password: &str, hash: Option<&str>) -> Result<bool, DeskError> {
    let Some(hash) = hash else {
        self::hash(desk, password)?;
        return Ok(false);
    };
    let parsed = PasswordHash::new(hash).map_err(|_| DeskError::NotSignedIn)?;
    let verified = Argon2::default().verify_password(password.as_bytes(), &parsed);
    Ok(verified.is_ok())
}

/// Whether a hash was made with other parameters than today's.
pub(super) fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(BEGINNING)
}

/// Whether a password is a common one, or a common one with digits and marks
/// around, with digits for letters, or said several times.
fn is_common(password: &str) -> bool {
    let small = password.to_lowercase();
    let core = small.trim_matches(|c: char| !c.is_alphabetic());
    let plain = with_letters(&small);
    let plain_core = plain.trim_matches(|c: char| !c.is_alphabetic());
    let core_of_plain = with_letters(core);
    let said = [
        small.as_str(),
        core,
        plain.as_str(),
        plain_core,
        core_of_plain.as_str(),
    ];
    let is_monotone = unit(&small).chars().count() <= 3;
    is_monotone
        || said
            .into_iter()
            .any(|word| is_listed(word) || is_listed(unit(word)))
}

/// A text with the letters that digits and marks stand for.
fn with_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    text.chars().map(letter).collect()
}

/// The shortest piece of which a text is made by saying it again.
fn unit(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let mut fitting = ends.filter(|end| text.len().is_multiple_of(*end));
    let again = |end: &usize| {
        text.as_bytes()
            .chunks(*end)
            .all(|piece| piece == &text.as_bytes()[..*end])
    };
    fitting.find(again).map_or(text, |end| &text[..end])
}

fn is_listed(word: &str) -> bool {
    let hash = Sha256::digest(word.as_bytes());
    let (marks, _) = COMMON.as_chunks::<4>();
    let wanted: [u8; 4] = [hash[0], hash[1], hash[2], hash[3]];
    word.chars().count() >= 4 && marks.binary_search(&wanted).is_ok()
}

/// Whether a password has a whole name in it, or little is left of it beside
/// the words of names.
fn says_names<'n>(password: &str, names: impl Iterator<Item = &'n str>) -> bool {
    let squeezed = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let small = squeezed(password);
    let mut left = small.clone();
    for name in names {
        let whole = squeezed(name);
        if whole.chars().count() >= 4 && small.contains(&whole) {
            return true;
        }
        let words = name.split(|c: char| !c.is_alphanumeric()).map(squeezed);
        for word in words.filter(|word| word.chars().count() >= 4) {
            left = left.replace(&word, "");
        }
    }
    left.len() < small.len() && left.chars().count() < BESIDE_NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(password: &str) -> Result<(), DeskError> {
        let names = ["The Harbour Desk", "Ann Example"];
        Credentials::choose("ann", password, &names).map(|_| ())
    }

    #[test]
    fn the_list_is_whole_and_sorted() {
        let (marks, rest) = COMMON.as_chunks::<4>();
        assert!(rest.is_empty());
        assert!(marks.is_sorted_by(|a, b| a < b));
        assert!(marks.len() > 70_000, "{}", marks.len());
        assert!(COMMON.len() <= 300_000);
    }

    #[test]
    fn common_passwords_are_refused_however_they_are_dressed() {
        for common in [
            "123qweasdzxc",
            "1QAZ2wsx3edc",
            "123456789012",
            "password2026!",
            "P@ssw0rd2026!!",
            "--qwertyuiop--",
            "dragondragondragon",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "letmein!!!!!!!!",
        ] {
            let refused = chosen(common);
            assert!(
                matches!(refused, Err(DeskError::CommonPassword)),
                "{common}"
            );
        }
    }

    #[test]
    fn names_do_not_make_a_password() {
        for named in [
            "AnnExample!2026",
            "harbour-desk-7",
            "The Harbour Desk is mine",
            "citekeep and more of it",
        ] {
            let refused = chosen(named);
            assert!(matches!(refused, Err(DeskError::NamedPassword)), "{named}");
        }
    }

    #[test]
    fn anything_else_of_any_kind_of_character_is_taken() {
        for fine in [
            "a long enough password",
            "correct horse battery",
            "ein ganz anderer Satz",
            "зелёный чай утром",
            "🦊🦊🦊 jump at 🌙🌙🌙",
            "harbours are far from here",
            "                   x",
            &"lang ".repeat(3).replace('g', "gsam und "),
        ] {
            assert!(chosen(fine).is_ok(), "{fine}: {:?}", chosen(fine).err());
        }
        let long: String = ('a'..='z').cycle().step_by(7).take(MOST).collect();
        assert!(chosen(&long).is_ok());
        let short = chosen("four letters"[..11].as_ref());
        assert!(matches!(short, Err(DeskError::WeakPassword)));
        assert!(matches!(
            chosen(&(long + "a")),
            Err(DeskError::WeakPassword)
        ));
    }
}
