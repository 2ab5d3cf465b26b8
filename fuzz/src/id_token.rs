//! What a provider of single sign-on says: of itself, its keys, and its tokens.

use citekeep::desk::single_sign_on::{Expected, Keys, Provider, check, read_metadata};
use citekeep::domain::account::SecondFactorAt;

use super::passkey::pieces;
use super::text;

/// What a token is held against.
pub const EXPECTED: Expected<'_> = Expected {
    issuer: "https://id.example",
    client: "desk",
    nonce: "nonce-of-the-seed",
    access: None,
    claim: "sub",
    now: 1_646_092_800,
    shown_since: None,
};

/// A document, keys and a token: the only one that was signed with them. The key
/// was thrown away.
pub const SIGNED: &[u8] = include_bytes!("../seeds/id_token/signed");

fn provider() -> Provider {
    Provider {
        name: "newsroom".to_owned(),
        label: "Newsroom".to_owned(),
        issuer: EXPECTED.issuer.to_owned(),
        client: EXPECTED.client.to_owned(),
        secret: None,
        hosted: Vec::new(),
        tenants: Vec::new(),
        domains: Vec::new(),
        claim: EXPECTED.claim.to_owned(),
        second_factor: SecondFactorAt::Said,
        acr: Vec::new(),
        tells_time: false,
        join: None,
        signs_out: true,
        plain: false,
    }
}

/// What a token says, as its signature covers it.
fn said(token: &str) -> &str {
    token.rsplit_once('.').map_or(token, |(said, _)| said)
}

/// Nothing but what was signed is accepted, and nothing but https is asked.
pub fn id_token(bytes: &[u8]) {
    let [about, keys, token, _] = pieces(bytes);
    if let Ok(about) = read_metadata(about, &provider()) {
        let all = [&about.authorization, &about.token, &about.keys];
        let mut all = all.into_iter().chain(&about.end_session);
        assert!(all.all(|url| url.scheme() == "https"));
    }
    let Some(token) = text(token) else {
        return;
    };
    if let Ok(keys) = Keys::read(keys) {
        // Keys of somebody's own sign what it likes.
        let _ = check(token, &keys, &EXPECTED);
    }
    let [_, our_keys, our_token, _] = pieces(SIGNED);
    let ours = Keys::read(our_keys).expect("our own keys");
    if check(token, &ours, &EXPECTED).is_ok() {
        let ours = text(our_token).expect("our own token");
        assert_eq!(said(token), said(ours), "accepted");
    }
    let other = Expected {
        nonce: "another",
        ..EXPECTED
    };
    assert!(check(token, &ours, &other).is_err());
}
