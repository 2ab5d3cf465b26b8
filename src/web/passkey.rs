//! What a page gives to the script that asks a passkey to let somebody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::desk::signing::Site;
use crate::ledger::assertion::challenge;

use super::state::App;

/// A question to a passkey.
pub(super) struct Asking {
    /// What is signed.
    pub(super) statement: String,
    /// What the passkey is given: SHA-256 of that.
    pub(super) challenge: String,
    pub(super) site: Site,
    /// The passkeys that may answer; none named: any that the device knows for
    /// this site.
    pub(super) known: String,
}

impl Asking {
    pub(super) fn new(app: &App, site: Site, known: Vec<String>) -> Self {
        let statement = app.challenge();
        Self {
            challenge: URL_SAFE_NO_PAD.encode(challenge(statement.as_bytes())),
            statement,
            site,
            known: known.join(" "),
        }
    }
}
