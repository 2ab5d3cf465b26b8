//! What the desk remembers between sending somebody to a provider and their
//! return. Strangers begin it, so the desk keeps none of it: their own browser
//! does, in a cookie that only the desk can read, and the desk keeps in mind
//! which of them came back.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::super::cipher::Cipher;
use super::super::{Desk, Rng};

/// How long somebody may be at a provider, in milliseconds.
pub const WAITS: i64 = 10 * 60_000;
/// How many that came back are kept in mind until they expire. There are never as
/// many: strangers, and those who were here before, are let through twenty times a
/// second (`web/throttle.rs`). Who could fill it would keep everybody out.
const MOST: usize = 30_000;

/// What somebody is sent to a provider for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To come in, and then to a page.
    Enter(Option<String>),
    /// The same, once more: they showed the provider who they are too long ago.
    EnterAnew(Option<String>),
    /// To link the account to whoever is signed in by the session of this name.
    Link(String),
    /// To show once more who they are, in the session of this name.
    Prove(String),
}

/// What is kept until somebody returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) provider: String,
    /// Names it; the provider says it again in the address.
    pub(super) state: String,
    /// The provider says it again in the ID token.
    pub(super) nonce: String,
    /// What the code is to be bought with (RFC 7636).
    pub(super) verifier: String,
    pub(super) purpose: Purpose,
    /// When it began, in milliseconds since 1970.
    pub(super) begun: i64,
    /// What the browser was given when somebody signed in there before: its
    /// cookie is not sent on the way back from another site.
    pub(super) known: Option<String>,
}

impl Flow {
    pub(super) fn new(desk: &Desk, provider: &str, purpose: Purpose) -> Self {
        Self {
            provider: provider.to_owned(),
            state: desk.draw_secret(),
            nonce: desk.draw_secret(),
            verifier: desk.draw_secret(),
            purpose,
            begun: desk.now().as_millis(),
            known: None,
        }
    }

    /// What the provider is given of the verifier: its SHA-256 ("S256").
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }
}

/// What seals, and which came back.
pub(super) struct Flows {
    cipher: Cipher,
    back: Mutex<BTreeMap<String, i64>>,
}

impl Flows {
    pub(super) fn new(rng: &dyn Rng) -> Self {
        let mut key = [0; 32];
        rng.fill(&mut key);
        Self {
            cipher: Cipher::new(&key),
            back: Mutex::default(),
        }
    }

    /// What the browser keeps.
    pub(super) fn seal(&self, desk: &Desk, flow: &Flow) -> String {
        let said = serde_json::to_vec(flow).expect("plain values can be written");
        self.cipher.close(&said, &*desk.world.rng)
    }

    /// What a browser kept, if it is what the provider names, in time, and for
    /// the first time; nothing otherwise.
    pub(super) fn open(&self, desk: &Desk, kept: &str, state: &str) -> Option<Flow> {
        let flow = self.look(desk, kept, state)?;
        self.is_first(&flow, desk.now().as_millis()).then_some(flow)
    }

    /// The same, come back before or not; it is not used up.
    pub(super) fn look(&self, desk: &Desk, kept: &str, state: &str) -> Option<Flow> {
        let said = self.cipher.open(kept)?;
        let flow: Flow = serde_json::from_slice(&said).ok()?;
        let is_named: bool = flow.state.as_bytes().ct_eq(state.as_bytes()).into();
        let now = desk.now().as_millis();
        let is_in_time = (0..WAITS).contains(&(now - flow.begun));
        (is_named && is_in_time).then_some(flow)
    }

    fn is_first(&self, flow: &Flow, now: i64) -> bool {
        let mut back = self.back.lock().unwrap_or_else(PoisonError::into_inner);
        if back.len() >= MOST {
            back.retain(|_, expires| *expires > now);
        }
        let expires = flow.begun + WAITS;
        back.len() < MOST && back.insert(flow.state.clone(), expires).is_none()
    }
}
