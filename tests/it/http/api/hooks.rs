//! Hooks by programs and on pages: made, looked after, let go.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::http::settings::serve;
use crate::support::desk_of_today;
use crate::support::http::hidden;

/// Asks until a message has ended; nobody is told what stands in the way of
/// time.
fn ended(me: &Client, path: &str) -> Value {
    for _ in 0..20_000 {
        let message = read(&me.get(path));
        if message["state"] != "waiting" {
            return message;
        }
    }
    unreachable!("the message still waits")
}

#[test]
fn a_program_makes_a_hook_and_looks_after_it() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let sheet = json!({
        "name": "Story system", "url": "http://10.0.0.7/hooks", "about": "chosen",
        "kinds": ["verdict_published", "claim_opened"],
    });
    let made = me.send(("POST", "/hooks"), &[("idempotency-key", "h1")], &sheet);
    assert_eq!(made.status, 201, "{made:?}");
    let secret = read(&made)["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let at = made.location.as_deref().expect("its address");
    let at = at.trim_start_matches("/api/v1").to_owned();
    let shown = me.get(&at);
    assert!(!shown.body.contains(&secret), "it is shown once");
    let hook = read(&shown);
    assert_eq!(hook["kinds"], json!(["claim_opened", "verdict_published"]));
    assert_eq!(hook["paused"], Value::Null);
    let again = me.send(("POST", "/hooks"), &[("idempotency-key", "h1")], &sheet);
    assert_eq!(again.status, 409, "done once, and the secret is not kept");

    // The program really sends, and says why it does not.
    let test = me.send(("POST", &format!("{at}/tests")), &[], &json!({}));
    let message = test.location.expect("its address");
    let message = message.trim_start_matches("/api/v1");
    let ended = ended(&me, message);
    assert_eq!(ended["state"], "failed");
    assert!(ended["trouble"].to_string().contains("10.0.0.7"), "{ended}");
    let tries = format!("{message}/tries");
    assert_eq!(me.send(("POST", &tries), &[], &json!({})).status, 204);
    let listed = read(&me.get(&format!("{at}/deliveries?limit=1")));
    assert_eq!(listed["items"][0]["message"], ended["message"]);

    let pause = format!("{at}/pause");
    assert_eq!(me.send(("POST", &pause), &[], &json!({})).status, 204);
    assert_ne!(read(&me.get(&at))["paused"], Value::Null);
    let resume = format!("{at}/resumption");
    assert_eq!(me.send(("POST", &resume), &[], &json!({})).status, 204);
    let rotated = me.send(("POST", &format!("{at}/secrets")), &[], &json!({}));
    assert_eq!(rotated.status, 201);
    assert_ne!(read(&rotated)["secret"], secret);
    assert_ne!(read(&me.get(&at))["old_secret_until"], Value::Null);

    let other = json!({ "name": "CMS", "url": "https://hooks.example/", "about": "public" });
    assert_eq!(me.send(("PUT", &at), &[], &other).status, 428);
    let tag = me.tag(&at);
    let put = |tag: &str| me.send(("PUT", &at), &[("if-match", tag)], &other).status;
    assert_eq!((put(&tag), put(&tag)), (204, 412));
    let tag = me.tag(&at);
    assert_eq!(me.ask("DELETE", &at, &[("if-match", &tag)]).status, 204);
    assert_eq!(me.get(&at).status, 404);
    served.end();
}

#[test]
fn an_admin_makes_a_hook_on_the_page_and_sees_what_becomes_of_it() {
    let (served, admin) = serve(desk_of_today());
    let wrong = [("name", ""), ("url", "nowhere"), ("about", "chosen")];
    let page = admin.post("/settings/hooks", &wrong);
    assert_eq!(page.status, 422);
    for field in ["name-error", "url-error", "kind-error"] {
        assert!(page.body.contains(&format!("id=\"{field}\"")), "{field}");
    }
    let fields = [
        ("name", "Story system"),
        ("url", "http://10.0.0.7/hooks"),
        ("about", "chosen"),
        ("kind", "claim_opened"),
        ("kind", "verdict_published"),
    ];
    let made = admin.post("/settings/hooks", &fields);
    assert!(made.body.contains("whsec_"), "{}", made.body);
    let page = admin.get("/settings/hooks").body;
    assert!(page.contains("Story system") && !page.contains("whsec_"));
    let at = "/settings/hooks/1";
    for act in ["pause", "tests"] {
        let answer = admin.post(&format!("{at}/{act}"), &[]);
        assert_eq!(answer.location.as_deref(), Some(at), "{act}");
    }
    let page = admin.get(at).body;
    assert!(page.contains("Paused: nothing is sent") && page.contains("a test"));
    let seen = hidden(&page, "seen").expect("its state").to_owned();
    let changed = [
        ("name", "CMS"),
        ("url", "https://hooks.example/"),
        ("about", "public"),
        ("seen", seen.as_str()),
    ];
    assert_eq!(admin.post(at, &changed).status, 303);
    assert_eq!(admin.post(at, &changed).status, 409, "somebody was quicker");
    assert!(
        admin
            .post(&format!("{at}/secrets"), &[])
            .body
            .contains("whsec_")
    );
    assert_eq!(admin.post(&format!("{at}/resumption"), &[]).status, 303);
    let again = format!("{at}/deliveries/1/tries");
    assert_eq!(admin.post(&again, &[]).status, 303);
    let page = admin.get(at).body;
    let seen = hidden(&page, "seen").expect("its state").to_owned();
    let gone = admin.post(&format!("{at}/removal"), &[("seen", seen.as_str())]);
    assert_eq!(gone.location.as_deref(), Some("/settings/hooks"));
    assert_eq!(admin.get(at).status, 404);
    let nobody = served.nobody().get("/settings/hooks");
    assert_eq!(nobody.status, 303);
    served.end();
}
