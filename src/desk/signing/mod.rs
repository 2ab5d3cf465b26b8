//! People's own signatures: passkeys are registered, and verdicts and opinions
//! of them signed, so that not even whoever runs the desk can forge one.
//!
//! It goes in two steps. The desk first writes down what would be logged and
//! shows it; then the passkey signs that, and the desk logs it only if it would
//! still log the very same.

mod passkeys;
mod prepare;
mod submit;

pub use self::passkeys::{list, of_person, retire, retire_for};
pub use self::prepare::{Intent, Prepared, Purpose, Site, event_of, look, prepare, register};
pub use self::submit::{Answer, Done, NewPasskey, finish_registration, sign};

use crate::domain::passkey::{BadOctets, Passkey, PersonalSignature, SigningRule};
use crate::ledger::assertion::{self, Asked, Assertion, AssertionError, PublicKey};

use super::{DeskError, Pen};

/// Why something that wants a signature was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The rule asks for a signature.
    #[error(
        "this desk wants every verdict and approval signed with the reviewer's passkey; sign it in a browser, on the claim's page; programs cannot sign"
    )]
    Required,
    /// Nobody signs at this desk.
    #[error("nobody signs with passkeys at this desk; an admin can change that in the settings")]
    Off,
    /// The person has no passkey for this address of the desk.
    #[error("you have no passkey for this address of the desk; register one on your own page")]
    NoPasskey,
    /// The statement was signed already, or waited too long.
    #[error(
        "this was signed already, or waited for more than ten minutes; go back and begin again"
    )]
    Gone,
    /// What would be logged is not what was signed.
    #[error(
        "something changed since this was written down, so that other words would be logged than those you signed; go back, look again and sign once more"
    )]
    Changed,
    /// The passkey is not the person's, or signs no more.
    #[error("this is none of your passkeys in use; choose one that you registered here")]
    NotYours,
    /// The passkey is registered already.
    #[error("this passkey is registered already; choose another, or use it as it is")]
    Known,
    /// The person has as many passkeys as may be.
    #[error("you have {0} passkeys in use, which is the most; retire one first")]
    TooMany(usize),
    /// What the browser sent cannot be read.
    #[error(transparent)]
    Octets(#[from] BadOctets),
    /// The passkey's answer is wrong.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
}

/// Refuses a person's verdict or approval without a signature where the desk
/// wants one. What the operator's command line does is signed by nobody.
pub(super) fn refuse_unsigned(pen: &Pen<'_, '_>) -> Result<(), DeskError> {
    if pen.rules.signing == SigningRule::Required && pen.by.is_some() {
        return Err(NotSigned::Required.into());
    }
    Ok(())
}

/// Checks that a passkey signed a statement, on the site that it was made for.
pub(super) fn verify(
    statement: &str,
    signature: &PersonalSignature,
    passkey: &Passkey,
) -> Result<(), AssertionError> {
    let key = PublicKey::from_spki(passkey.public_key.as_bytes())?;
    let answer = Assertion {
        authenticator_data: signature.authenticator_data.as_bytes(),
        client_data: signature.client_data.as_bytes(),
        signature: signature.signature.as_bytes(),
    };
    let asked = Asked {
        statement: statement.as_bytes(),
        origin: &passkey.origin,
        rp_id: &passkey.rp_id,
    };
    assertion::check(&answer, &key, &asked)
}
