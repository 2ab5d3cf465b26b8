//! A provider that is down, slow, sends too much, or has new keys.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{house, kept_out};
use crate::support::provider::Mood;

#[test]
fn a_provider_that_cannot_be_asked_is_no_reason_to_wait_long_or_to_believe() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let start = || house.served.nobody().post("/sign-in/newsroom/start", &[]);
    house.provider.is(Mood::Broken);
    kept_out(&start(), 502, "it answers with an error (status 503)");
    // It is left alone for two seconds then, whatever is asked.
    let before = house.provider.asked("/.well-known/openid-configuration");
    kept_out(&start(), 502, "cannot be reached just now");
    assert_eq!(
        house.provider.asked("/.well-known/openid-configuration"),
        before
    );
    house.provider.is(Mood::Fine);
    std::thread::sleep(Duration::from_secs(2));
    let sent = house.begin();
    let token = house
        .provider
        .sign(&house.provider.claims(&sent.asked, "kim"));
    let path = house.back(&sent, token);
    house.provider.is(Mood::Flood);
    kept_out(
        &house.follow(&path, &sent.cookie),
        502,
        "cannot be reached just now",
    );
    house.provider.is(Mood::Fine);
    let sent = house.begin();
    house.provider.is(Mood::Silent);
    let path = house.path(&[("code", "c"), ("state", &sent.asked["state"])]);
    let asked = Instant::now();
    kept_out(
        &house.follow(&path, &sent.cookie),
        502,
        "cannot be reached just now",
    );
    assert!(asked.elapsed() < Duration::from_secs(15));
    house.provider.is(Mood::Fine);
    assert_eq!(
        house.sign_in("kim", |_| ()).status,
        303,
        "and then it goes on"
    );
    house.served.end();
}

#[test]
fn new_keys_are_learnt_and_what_a_provider_says_of_itself_must_be_its_own() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    assert_eq!(house.sign_in("kim", |_| ()).status, 303);
    house.provider.rotates("second");
    assert_eq!(house.sign_in("kim", |_| ()).status, 303, "a new key");
    assert_eq!(house.provider.asked("/keys"), 2);
    assert_eq!(house.sign_in("kim", |_| ()).status, 303);
    assert_eq!(house.provider.asked("/keys"), 2, "it is known now");
    assert_eq!(
        house.provider.asked("/.well-known/openid-configuration"),
        1,
        "kept"
    );
    house.served.end();
    for more in [
        json!({"issuer": "https://evil.example"}),
        json!({"token_endpoint": "http://evil.example/token"}),
        json!({"jwks_uri": "file:///etc/passwd"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
    ] {
        let house = super::house("", "");
        house.provider.says(more);
        let begun = house.served.nobody().post("/sign-in/newsroom/start", &[]);
        kept_out(&begun, 502, "what it sent is not believed");
    }
}
