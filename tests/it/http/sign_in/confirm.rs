//! Grave acts want a proof of who one is that is not old, and lose nothing of
//! what was typed.

use citekeep::web::routes::GRAVE;

use super::{PASSWORD, let_proofs_grow_old, served};
use crate::support::http::hidden;

#[test]
fn every_grave_form_asks_who_it_is_and_does_nothing_before() {
    let (served, me) = served();
    let_proofs_grow_old(&served);
    for pattern in GRAVE {
        let parts = pattern.split('/').map(|part| match part {
            part if part.starts_with('{') => "999999",
            part => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        let held = me.post(&path, &[("kept", "what was <typed>")]);
        assert_eq!(held.status, 403, "{path}: {}", held.body);
        assert!(held.body.contains("Is it you?"), "{path}");
        let kept = hidden(&held.body, "kept");
        assert_eq!(kept, Some("what was &#60;typed&#62;"), "{path}");
    }
    served.end();
}

#[test]
fn a_proof_lets_the_form_go_on_and_renews_the_session() {
    let (served, me) = served();
    let_proofs_grow_old(&served);
    assert_eq!(me.get("/people").status, 200, "looking is not grave");
    let form = [("name", "A new colleague"), ("role", "editor")];
    let wrong = [&form[..], &[("confirm_password", "not the password")]].concat();
    let held = me.post("/people", &wrong);
    assert_eq!(held.status, 403);
    assert!(held.body.contains("This is not right"), "{}", held.body);
    assert!(!held.body.contains("not the password"), "{}", held.body);
    assert_eq!(hidden(&held.body, "name"), Some("A new colleague"));
    assert!(!me.get("/people").body.contains("A new colleague"));
    let right = [&form[..], &[("confirm_password", PASSWORD.1)]].concat();
    let done = me.post("/people", &right);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body.contains("A new colleague"), "{}", done.body);
    assert_eq!(
        me.get("/people").status,
        303,
        "the old secret is worth nothing"
    );
    let me = me.with_session_of(&done);
    let again = me.post("/people", &[("name", "Another"), ("role", "reader")]);
    assert_eq!(again.status, 200, "fresh for a while");
    // The API is held to the same.
    let_proofs_grow_old(&served);
    let secret = me.secret().to_owned();
    let headers = [
        ("x-csrf-token", secret.as_str()),
        ("content-type", "application/json"),
    ];
    let body = br#"{"name": "By script", "role": "reader"}"#;
    let held = me.bring(("POST", "/api/v1/people"), &headers, body);
    assert_eq!(held.status, 403, "{}", held.body);
    assert!(held.body.contains("confirm-first"), "{}", held.body);
    served.end();
}

#[test]
fn a_token_is_no_proof_of_who_somebody_is() {
    let (served, me) = served();
    let form = [
        ("name", "Story system"),
        ("role", "admin"),
        ("lasting", "30"),
    ];
    let scopes = ["read", "manage"].map(|scope| ("scope", scope));
    let made = me.post("/settings/tokens", &[&form[..], &scopes].concat());
    let (_, after) = made.body.split_once("ckp_").expect("a token");
    let secret: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
    let token = format!("Bearer ckp_{secret}");
    let header = ("authorization", token.as_str());
    let_proofs_grow_old(&served);
    let new = [("csrf", me.secret()), ("name", "New"), ("role", "reader")];
    // Beside a session that is too old for it, the token changes nothing.
    let held = me.send("/people", &new, &[header]).expect("an answer");
    assert_eq!(held.status, 403);
    assert!(held.body.contains("Is it you?"), "{}", held.body);
    // Alone it makes nobody's way in.
    let nobody = served.nobody();
    let proof = ("confirm_password", PASSWORD.1);
    for (path, fields) in [
        ("/people", &[("name", "New"), ("role", "reader"), proof][..]),
        ("/settings/tokens", &[("name", "More"), proof]),
        (
            "/me",
            &[("sign_in", "ann"), PASSWORD, ("current", PASSWORD.1)],
        ),
        ("/me/app", &[proof]),
    ] {
        let refused = nobody.send(path, fields, &[header]).expect("an answer");
        assert_eq!(refused.status, 403, "{path}: {}", refused.body);
        assert!(!refused.body.contains("Is it you?"), "{path}");
    }
    assert!(!me.get("/people").body.contains("<bdi>New</bdi>"));
    served.end();
}

#[test]
fn proofs_are_not_to_be_guessed() {
    let (served, me) = served();
    let_proofs_grow_old(&served);
    let wrong = [("confirm_password", "not the password")];
    let held: Vec<String> = (0..7).map(|_| me.post("/people", &wrong).body).collect();
    assert!(held[6].contains("too many tries"), "{}", held[6]);
    served.end();
}
