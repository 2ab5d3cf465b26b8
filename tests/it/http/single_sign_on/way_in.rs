//! Coming in by a provider, and going out.

use serde_json::{Value, json};
use url::Url;

use super::{House, house, kept_out};
use crate::support::http::Visitor;
use crate::support::provider::{CLIENT, now};

/// Who a visitor is, by their number on their pages.
fn is_colleague(house: &House, who: &Visitor) -> bool {
    let page = who.get("/me").body;
    page.contains(&format!("data-person=\"{}\"", house.colleague_id))
}

#[test]
fn an_account_whose_address_an_admin_named_is_its_persons_for_good() {
    let house = house("", "");
    let page = house.served.nobody().get("/sign-in").body;
    assert!(page.contains("Newsroom account"), "{page}");
    let stranger = house.sign_in("kim", |_| ());
    kept_out(&stranger, 403, "Ask an admin of the desk for a link");
    house.name("Kim@Newsroom.example");
    let unvouched = house.sign_in("kim", |claims| claims["email_verified"] = json!("true"));
    kept_out(&unvouched, 403, "nobody at this desk is known");
    let other = house.sign_in("mallory", |_| ());
    kept_out(&other, 403, "nobody at this desk is known");
    let me = house.colleague("kim");
    assert!(is_colleague(&house, &me));
    let sessions = me.get("/me/security").body;
    assert!(
        sessions.contains("by Newsroom account, since"),
        "{sessions}"
    );
    assert!(sessions.contains("An account of single sign-on was linked"));
    // From here on the subject names them, whatever their address is.
    let again = house.sign_in("kim", |claims| claims["email"] = json!("k@other.example"));
    assert!(is_colleague(
        &house,
        &house.served.nobody().with_session_of(&again)
    ));
    // And whoever gets their address later is somebody else.
    let heir = house.sign_in("heir", |claims| {
        claims["email"] = json!("kim@newsroom.example")
    });
    kept_out(&heir, 403, "nobody at this desk is known");
    house.served.end();
}

#[test]
fn the_question_is_whole_and_the_way_leads_where_they_were_going_and_out_again() {
    let house = house("acr = [\"two\"]", "");
    house.name("kim@newsroom.example");
    let nobody = house.served.nobody();
    let begun = nobody.post("/sign-in/newsroom/start", &[("next", "/articles?q=a")]);
    let cookie = begun.header("set-cookie").expect("a cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let sent = super::sent(&begun);
    let back = format!("{}/sign-in/newsroom/return", house.served.base);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", back.as_str()),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
        ("acr_values", "two"),
        ("max_age", "43200"),
    ] {
        assert_eq!(sent.asked[name], value, "{name}");
    }
    let secrets = ["state", "nonce", "code_challenge"].map(|name| sent.asked[name].as_str());
    assert!(
        secrets.iter().all(|secret| secret.len() >= 43),
        "{secrets:?}"
    );
    assert!(!cookie.contains(secrets[0]), "it is sealed");
    let token = house
        .provider
        .sign(&house.provider.claims(&sent.asked, "kim"));
    let come = house.follow(&house.back(&sent, token.clone()), &sent.cookie);
    assert_eq!(
        come.location.as_deref(),
        Some("/articles?q=a"),
        "{}",
        come.body
    );
    let gone = come
        .headers
        .iter()
        .find(|(_, value)| value.starts_with("citekeep-way="));
    assert!(gone.expect("a cookie").1.contains("Max-Age=0"));
    let me = nobody.with_session_of(&come);
    let out = me.post("/sign-out", &[]);
    assert_eq!(out.status, 200, "{}", out.body);
    let lead = out.header("refresh").expect("a way on");
    let to = Url::parse(lead.strip_prefix("0;url=").expect("at once")).expect("an address");
    assert_eq!(to.path(), "/leave");
    let told: super::Pairs = to.query_pairs().into_owned().collect();
    assert_eq!(told["id_token_hint"], token);
    assert_eq!(
        told["post_logout_redirect_uri"],
        format!("{}/sign-in", house.served.base)
    );
    assert_eq!(me.get("/claims").status, 303, "out here too");
    house.served.end();
}

#[test]
fn only_accounts_of_the_newsroom_are_let_in_and_new_ones_only_where_that_is_said() {
    let house = house(
        "hd = [\"newsroom.example\"]\ndomains = [\"newsroom.example\"]\njoin = \"reader\"",
        "",
    );
    let words = "not one of those that this desk lets in";
    kept_out(&house.sign_in("kim", |_| ()), 403, words);
    let other = house.sign_in("kim", |claims| claims["hd"] = json!("other.example"));
    kept_out(&other, 403, words);
    let private = house.sign_in("kim", |claims| {
        claims["hd"] = json!("newsroom.example");
        claims["email_verified"] = json!(false);
    });
    kept_out(&private, 403, words);
    let come = house.sign_in("kim", |claims| {
        claims["hd"] = json!("newsroom.example");
        claims["name"] = json!("Kim of the night shift");
    });
    assert_eq!(come.status, 303, "{}", come.body);
    let page = house.served.nobody().with_session_of(&come).get("/me").body;
    assert!(page.contains("Kim of the night shift"), "{page}");
    assert!(page.contains("Your role at this desk: reader"), "{page}");
    house.served.end();
}

#[test]
fn whoever_showed_the_provider_too_long_ago_who_they_are_is_asked_there_once_more() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let long_ago = |claims: &mut Value| claims["auth_time"] = json!(now() - 86_400);
    let again = |address: &str| {
        let asked = Url::parse(address).expect("an address");
        let asked: super::Pairs = asked.query_pairs().into_owned().collect();
        assert_eq!(asked["prompt"], "login");
        asked
    };
    let sent_back = house.sign_in("kim", long_ago);
    assert_eq!(sent_back.status, 303, "{}", sent_back.body);
    let sent = super::Sent {
        asked: again(&sent_back.location.clone().expect("a way")),
        cookie: sent_back.cookie("citekeep-way").expect("a cookie"),
    };
    let mut claims = house.provider.claims(&sent.asked, "kim");
    let come = house.follow(
        &house.back(&sent, house.provider.sign(&claims)),
        &sent.cookie,
    );
    assert_eq!(come.location.as_deref(), Some("/claims"), "{}", come.body);
    // Not for ever: a provider that does not do it is told of.
    let sent_back = house.sign_in("kim", long_ago);
    let sent = super::Sent {
        asked: again(&sent_back.location.clone().expect("a way")),
        cookie: sent_back.cookie("citekeep-way").expect("a cookie"),
    };
    claims["nonce"] = json!(sent.asked["nonce"]);
    long_ago(&mut claims);
    let path = house.back(&sent, house.provider.sign(&claims));
    kept_out(&house.follow(&path, &sent.cookie), 502, "just now");
    house.served.end();
}
