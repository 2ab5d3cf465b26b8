//! Why nobody came in by a provider. No secret is in any of it, and nothing
//! that a provider or a browser sent but words of a fixed kind.

use crate::capture::fetch::FetchTrouble;

use super::super::DeskError;

/// Why what a provider sent is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// What it says of itself cannot be read, or is about another.
    #[error("what it says of itself is not in order")]
    Metadata,
    /// One of its addresses may not be asked.
    #[error("one of its addresses is not https")]
    Address,
    /// Its keys cannot be read.
    #[error("none of its keys is of use")]
    Keys,
    /// Its answer holds no ID token.
    #[error("its answer holds no ID token")]
    Answer,
    /// The ID token cannot be read.
    #[error("its ID token cannot be read")]
    Unreadable,
    /// The ID token is signed in a way that is not believed.
    #[error("its ID token is signed in a way that is not believed")]
    Algorithm,
    /// The ID token names a key that the provider does not have.
    #[error("its ID token names a key that it does not have")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature of its ID token does not fit")]
    Signature,
    /// Another one issued it.
    #[error("its ID token was issued by another")]
    Issuer,
    /// It is for another one than this desk.
    #[error("its ID token is for another than this desk")]
    Audience,
    /// It has expired, or is too old.
    #[error("its ID token has expired")]
    Expired,
    /// It is not valid yet.
    #[error("its ID token is of a moment to come; look whether the clocks are right")]
    NotYet,
    /// It answers another question.
    #[error("its ID token answers another question")]
    Nonce,
    /// It goes with another access token.
    #[error("its ID token goes with another answer")]
    AccessToken,
    /// It names nobody.
    #[error("its ID token names nobody")]
    Nobody,
    /// It does not say when somebody showed who they are, or that was too long
    /// ago.
    #[error("it does not say that you showed who you are just now")]
    Time,
}

/// Why nobody came in by a provider, was linked, or has shown who they are.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The desk has no provider of that name.
    #[error("this desk knows no such provider")]
    NoProvider,
    /// The browser has no way in begun, or another one; it took too long; or it
    /// was finished before.
    #[error(
        "this was not begun in this browser, took longer than ten minutes, or was finished before"
    )]
    NotBegun,
    /// Whoever answered names itself as another provider.
    #[error("another provider answered than the one that was asked")]
    MixedUp,
    /// The provider refused, in one word of its standard.
    #[error("it did not sign you in ({0})")]
    Refused(&'static str),
    /// The provider cannot be reached.
    #[error("it cannot be reached just now")]
    Unreachable(#[source] Box<FetchTrouble>),
    /// The provider answers that something is wrong, with this status.
    #[error("it answers with an error (status {0})")]
    Status(u16),
    /// Whoever comes in showed their provider who they are too long ago: they are
    /// to be asked anew, on their way to a page, in a browser that is known by
    /// this.
    #[error("it is too long since you showed it who you are")]
    TooLongAgo(Option<String>, Option<String>),
    /// The provider cannot be reached, as it could not be a moment ago.
    #[error("it cannot be reached just now")]
    Resting,
    /// The provider did not give anything for the code.
    #[error("it did not confirm the sign-in ({0})")]
    NotConfirmed(&'static str),
    /// What it sent is not believed.
    #[error("what it sent is not believed: {0}")]
    Untrusted(#[from] Untrusted),
    /// The account is not of those that are let in.
    #[error("this account is not one of those that this desk lets in")]
    Outside,
    /// Nobody at the desk is known by the account.
    #[error("nobody at this desk is known by this account")]
    Unknown,
    /// The account lets somebody else in.
    #[error("this account is somebody else’s at this desk")]
    Taken,
    /// The account is not that of whoever asks.
    #[error("this is not an account of yours")]
    NotYours,
    /// Whoever asks is not signed in any more.
    #[error("the session in which this was begun is over")]
    SignedOut,
    /// The desk could not.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<FetchTrouble> for Trouble {
    fn from(trouble: FetchTrouble) -> Self {
        Self::Unreachable(Box::new(trouble))
    }
}

/// The words by which standards refuse (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect
/// Core, 3.1.2.6). What a provider says beyond them is not repeated.
const WORDS: [&str; 17] = [
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "invalid_client",
    "invalid_grant",
    "unsupported_grant_type",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "unmet_authentication_requirements",
];

/// One of the standards' words for what a provider says.
pub(super) fn word(said: &str) -> &'static str {
    let found = WORDS.into_iter().find(|word| *word == said);
    found.unwrap_or("for a reason of its own")
}
