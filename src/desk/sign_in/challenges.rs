//! What passkeys sign to let somebody in. Strangers ask for it, so nothing is
//! written down before an answer comes: the desk knows its own challenges by
//! their authentication code, and those that were used by heart.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use ring::hmac;

use super::super::Desk;
use super::MINUTE;

/// How long a challenge waits for its answer, in milliseconds.
const WAITS: i64 = 5 * MINUTE;
/// How many used challenges are remembered until they expire.
const MOST: usize = 10_000;
/// What every challenge begins with: no other statement that a passkey signs
/// for the desk does.
const BEGINNING: &str = "citekeep sign-in";

/// The challenges of a running desk.
#[derive(Default)]
pub(crate) struct Challenges {
    /// Drawn when the first is made.
    key: OnceLock<hmac::Key>,
    /// Those that were used, with the moment at which they expire.
    used: Mutex<BTreeMap<String, i64>>,
}

impl Challenges {
    fn key(&self, desk: &Desk) -> &hmac::Key {
        self.key.get_or_init(|| {
            let mut key = [0; 32];
            desk.world.rng.fill(&mut key);
            hmac::Key::new(hmac::HMAC_SHA256, &key)
        })
    }

    /// Makes a challenge.
    pub(super) fn draw(&self, desk: &Desk) -> String {
        let expires = desk.now().as_millis() + WAITS;
        let said = format!("{BEGINNING} {expires} {}", desk.draw_secret());
        let code = hex::encode(hmac::sign(self.key(desk), said.as_bytes()));
        format!("{said} {code}")
    }

    /// Takes a challenge: whether it is one of ours, has not expired and was
    /// not taken before.
    pub(super) fn take(&self, desk: &Desk, challenge: &str) -> bool {
        let now = desk.now().as_millis();
        let Some((said, code)) = challenge.rsplit_once(' ') else {
            return false;
        };
        let Ok(code) = hex::decode(code) else {
            return false;
        };
        let ours = hmac::verify(self.key(desk), said.as_bytes(), &code).is_ok();
        let expires = said.split(' ').nth(2).and_then(|word| word.parse().ok());
        let Some(expires) = expires.filter(|expires| ours && *expires > now) else {
            return false;
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MOST {
            used.retain(|_, expires| *expires > now);
        }
        used.len() < MOST && used.insert(said.to_owned(), expires).is_none()
    }
}
