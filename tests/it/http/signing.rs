//! Passkeys over HTTP: registering one and signing with it, by a browser that a
//! test stands in for; and who is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use citekeep::desk::settings;
use citekeep::domain::passkey::SigningRule;
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::api::Client;
use crate::support::authenticator::Authenticator;
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor, hidden};

/// What a page gives the passkey.
fn challenge(page: &str) -> Vec<u8> {
    let (_, after) = page.split_once("data-challenge=\"").expect("a challenge");
    let text = after.split('"').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(text).expect("Base 64 for URLs")
}

/// Registers a passkey as a browser does.
fn register(me: &Visitor, passkey: &Authenticator) -> Answer {
    let begun = me.post("/me/passkeys", &[("passkey", "Blue key")]);
    let path = begun.location.expect("a page that asks for a passkey");
    let made = passkey.make(&challenge(&me.get(&path).body));
    let (data, client) = (
        made.authenticator_data.to_string(),
        made.client_data.to_string(),
    );
    me.post(
        &path,
        &[
            ("made", "yes"),
            ("authenticator_data", &data),
            ("client_data", &client),
        ],
    )
}

/// Signs as a browser does.
fn sign(me: &Visitor, passkey: &Authenticator, path: &str) -> Answer {
    let answer = passkey.answer(&challenge(&me.get(path).body));
    let parts = [
        ("credential", answer.credential.to_string()),
        ("authenticator_data", answer.authenticator_data.to_string()),
        ("client_data", answer.client_data.to_string()),
        ("signature", answer.signature.to_string()),
    ];
    let fields: Vec<(&str, &str)> = parts.iter().map(|(n, v)| (*n, v.as_str())).collect();
    me.post(path, &fields)
}

#[test]
fn a_verdict_is_signed_in_two_steps_and_without_a_signature_it_is_refused() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    settings::set_signing(&desk.desk, admin, SigningRule::Required).expect("the rule is set");
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
    desk.cite(claim, snapshot, "The bridge was opened in 1932.");
    let program = desk.token(Role::Editor, Scopes::ALL);
    let (link, other) = (desk.link(desk.reviewer), desk.link(desk.second));
    let served = desk.serve();
    let me = served.enter(&link);
    let page = format!("/claims/{claim}");

    // Programs cannot sign, and the form without a signature is refused.
    let verdict = json!({ "rating": "true", "rationale": "It did.", "citations": [1] });
    let client = Client::new(&served.base, &program);
    let refused = client.change("POST", &format!("/claims/{claim}/verdicts"), &verdict);
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.body.contains("programs cannot sign"), "{refused:?}");
    let drawn = me.get(&page).body;
    let seen = hidden(&drawn, "seen").expect("an entry");
    let fields = [
        ("seen", seen),
        ("rating", "true"),
        ("rationale", "The report says so."),
        ("citation", "1"),
    ];
    let to_sign = [&fields[..], &[("sign", "passkey")]].concat();
    let verdicts = format!("{page}/verdicts");
    let refused = me.post(&verdicts, &fields);
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("wants every verdict and approval signed")
    );
    let refused = me.post(&verdicts, &to_sign);
    assert!(
        refused.body.contains("You have no passkey"),
        "{}",
        refused.body
    );

    let mut passkey = Authenticator::new(1);
    passkey.rp_id = "localhost".to_owned();
    passkey.origin = served.base.replace("127.0.0.1", "localhost");
    let registered = register(&me, &passkey);
    assert_eq!(registered.status, 303, "{}", registered.body);
    let again = register(&me, &passkey);
    assert_eq!(again.status, 422);
    assert!(again.body.contains("registered already"), "{}", again.body);

    let begun = me.post(&verdicts, &to_sign);
    let path = begun.location.expect("a page that shows what is signed");
    let shown = me.get(&path).body;
    assert!(shown.contains("The report says so."), "{shown}");
    // What is somebody's own to sign is nobody else's.
    assert_eq!(served.enter(&other).get(&path).status, 409);
    let spoilt = me.post(&path, &[("credential", "AAAA"), ("signature", "!")]);
    assert_eq!(spoilt.status, 422);
    let signed = sign(&me, &passkey, &path);
    assert_eq!(signed.location, Some(page.clone()), "{}", signed.body);
    assert!(
        me.get(&page)
            .body
            .contains("Signed by the reviewer’s passkey")
    );
    assert_eq!(me.get(&path).status, 409, "signed once");
    let exported = client.get(&format!("/claims/{claim}")).body;
    assert!(exported.contains("\"assertion\""), "{exported}");
    served.end();
}
