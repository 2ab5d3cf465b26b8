//! What is refused, each with a page that says what to do, and a line in the log
//! without a secret.

use serde_json::{Value, json};

use super::{House, house, kept_out};
use crate::support::provider::{Provider, SECRET, now};

const UNBELIEVED: &str = "what it sent is not believed";

/// A token with a header of its own.
fn with_header(house: &House, header: &Value) -> crate::support::http::Answer {
    let sent = house.begin();
    let claims = house.provider.claims(&sent.asked, "kim");
    let path = house.back(&sent, house.provider.sign_as(header, &claims));
    house.follow(&path, &sent.cookie)
}

#[test]
fn a_token_that_is_not_in_order_lets_nobody_in() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    for (claim, value, words) in [
        ("nonce", json!("another"), "answers another question"),
        ("nonce", Value::Null, "answers another question"),
        ("aud", json!("another-desk"), "for another than this desk"),
        (
            "aud",
            json!(["desk", "another"]),
            "for another than this desk",
        ),
        ("azp", json!("another"), "for another than this desk"),
        ("iss", json!("https://evil.example"), "issued by another"),
        ("exp", json!(now() - 120), "has expired"),
        ("iat", json!(now() + 600), "of a moment to come"),
        ("at_hash", json!("AAAA"), "goes with another answer"),
        ("sub", json!(""), "names nobody"),
    ] {
        let answer = house.sign_in("kim", |claims| claims[claim] = value.clone());
        kept_out(&answer, 502, UNBELIEVED);
        assert!(answer.body.contains(words), "{claim}: {}", answer.body);
    }
    for (header, words) in [
        (json!({"alg": "none"}), "in a way that is not believed"),
        (
            json!({"alg": "none", "kid": "first"}),
            "in a way that is not believed",
        ),
        // Signed with the public key as if it were a secret of both.
        (
            json!({"alg": "HS256", "kid": "first"}),
            "in a way that is not believed",
        ),
        (
            json!({"alg": "ES384", "kid": "first"}),
            "in a way that is not believed",
        ),
        (
            json!({"alg": "RS256", "kid": "first"}),
            "a key that it does not have",
        ),
        (
            json!({"alg": "ES256", "kid": "unknown"}),
            "a key that it does not have",
        ),
        (
            json!({"alg": "ES256", "kid": "first", "crit": ["exp"]}),
            "in a way that is not believed",
        ),
    ] {
        let answer = with_header(&house, &header);
        kept_out(&answer, 502, UNBELIEVED);
        assert!(answer.body.contains(words), "{header}: {}", answer.body);
    }
    let strange = Provider::start();
    let sent = house.begin();
    let claims = house.provider.claims(&sent.asked, "kim");
    let path = house.back(&sent, strange.sign(&claims));
    kept_out(&house.follow(&path, &sent.cookie), 502, "does not fit");
    // Tokens that name unknown keys do not have the provider asked all day.
    assert!(house.provider.asked("/keys") <= 4);
    assert_eq!(house.sign_in("kim", |_| ()).status, 303, "an honest one");
    let words = house.served.last_words();
    assert!(words.contains("nobody came in by a provider"), "{words}");
    for secret in [
        SECRET,
        "access-token-7d793037",
        "code-0-",
        "eyJ",
        "kim@newsroom",
    ] {
        assert!(!words.contains(secret), "{secret} in the log");
    }
}

#[test]
fn nobody_comes_back_for_another_browser_twice_or_from_another_provider() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let token = |sent: &super::Sent| {
        house
            .provider
            .sign(&house.provider.claims(&sent.asked, "kim"))
    };
    let words = "was not begun in this browser";
    // Login CSRF: the way back of an attacker, followed by somebody else, who
    // may have begun a way of their own.
    let (theirs, mine) = (house.begin(), house.begin());
    let path = house.back(&theirs, token(&theirs));
    kept_out(&house.follow(&path, "other=1"), 400, words);
    kept_out(&house.follow(&path, &mine.cookie), 400, words);
    let mut forged = theirs.cookie.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    kept_out(&house.follow(&path, &forged), 400, words);
    assert_eq!(house.follow(&path, &theirs.cookie).status, 303);
    // Replayed: the same way back, and the same state with another code.
    kept_out(&house.follow(&path, &theirs.cookie), 400, words);
    let again = house.back(&theirs, token(&theirs));
    kept_out(&house.follow(&again, &theirs.cookie), 400, words);
    // A code that was given out for somebody else's way (RFC 7636 stops it).
    let stolen = house.provider.grants(&house.begin().asked, token(&mine));
    let path = house.path(&[("code", &stolen), ("state", &mine.asked["state"])]);
    kept_out(&house.follow(&path, &mine.cookie), 502, "invalid_grant");
    // Mixed up (RFC 9207): another issuer, or none where it says that it names
    // itself.
    for issuer in ["&iss=https%3A%2F%2Fevil.example", ""] {
        let sent = house.begin();
        let path = house.back(&sent, token(&sent));
        let (path, _) = path.split_once("&iss=").expect("an issuer");
        let answer = house.follow(&format!("{path}{issuer}"), &sent.cookie);
        kept_out(&answer, 400, "another provider answered");
    }
    let sent = house.begin();
    let no = house.path(&[
        ("error", "access_denied"),
        ("error_description", "<b>"),
        ("state", &sent.asked["state"]),
    ]);
    let answer = house.follow(&no, &sent.cookie);
    kept_out(&answer, 403, "it did not sign you in (access_denied)");
    let sent = house.begin();
    let odd = house.path(&[("error", "<script>"), ("state", &sent.asked["state"])]);
    kept_out(
        &house.follow(&odd, &sent.cookie),
        403,
        "for a reason of its own",
    );
    house.served.end();
}

#[test]
fn nobody_looks_for_a_key_where_a_token_says_that_it_is() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let strange = Provider::start();
    let place = format!("{}/keys", strange.issuer());
    for claim in ["jku", "x5u"] {
        let mut header = json!({"alg": "ES256", "kid": "first"});
        header[claim] = json!(place);
        let sent = house.begin();
        let claims = house.provider.claims(&sent.asked, "kim");
        let path = house.back(&sent, strange.sign_as(&header, &claims));
        kept_out(&house.follow(&path, &sent.cookie), 502, "does not fit");
    }
    assert_eq!(strange.asked("/keys"), 0);
    house.served.end();
}

#[test]
fn another_site_has_a_house_knock_until_nobody_of_it_is_let_in() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    // Pictures of a page that a colleague looks at, say.
    let path = house.path(&[("code", "none"), ("state", "none")]);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    for _ in 0..40 {
        let answer = house.served.nobody().ask("GET", &path, &elsewhere);
        kept_out(&answer, 400, "was not begun in this browser");
    }
    assert_eq!(house.sign_in("kim", |_| ()).status, 303);
    house.served.end();
}

#[test]
fn strangers_who_try_without_end_keep_nobody_out_who_was_here_before() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let entered = house.sign_in("kim", |_| ());
    let known = entered.cookie("citekeep-known").expect("a known browser");
    let knock = || {
        let sent = house.begin();
        let path = house.path(&[("code", "none"), ("state", &sent.asked["state"])]);
        house.follow(&path, &sent.cookie).status
    };
    assert!(
        (0..40).any(|_| knock() == 429),
        "they are never told to wait"
    );
    let start = house.served.nobody();
    let start = start.send(
        "/sign-in/newsroom/start",
        &[],
        &[("cookie", known.as_str())],
    );
    let sent = super::sent(&start.expect("an answer"));
    let claims = house.provider.claims(&sent.asked, "kim");
    let path = house.back(&sent, house.provider.sign(&claims));
    assert_eq!(house.follow(&path, &sent.cookie).status, 303);
    house.served.end();
}

#[test]
fn another_site_begins_nothing_and_no_way_leads_elsewhere() {
    let house = house("", "");
    let nobody = house.served.nobody();
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let begun = nobody.send("/sign-in/newsroom/start", &[], &elsewhere);
    assert_eq!(begun.expect("an answer").status, 403);
    let evil = [("origin", "https://evil.example")];
    let begun = nobody.send("/sign-in/newsroom/start", &[], &evil);
    assert_eq!(begun.expect("an answer").status, 403);
    assert_eq!(
        nobody.get("/sign-in/newsroom/start").status,
        404,
        "a form alone"
    );
    assert_eq!(nobody.post("/sign-in/other/start", &[]).status, 404);
    // Another account is linked to nobody without a session that asked.
    assert_eq!(nobody.post("/me/providers/newsroom/link", &[]).status, 401);
    house.name("kim@newsroom.example");
    let answer = nobody.post("/sign-in/newsroom/start", &[("next", "//evil.example")]);
    let sent = super::sent(&answer);
    let token = house
        .provider
        .sign(&house.provider.claims(&sent.asked, "kim"));
    let come = house.follow(&house.back(&sent, token), &sent.cookie);
    assert_eq!(come.location.as_deref(), Some("/claims"));
    house.served.end();
}
