//! Sessions: listed, ended one by one and all, over after a while.

use super::{PASSWORD, meddle, served, try_password};
use crate::support::http::{hidden, texts};

#[test]
fn sessions_are_listed_and_end_one_by_one_or_all_but_this() {
    let (served, me) = served();
    let nobody = served.nobody();
    let others = [0, 1, 2].map(|_| nobody.with_session_of(&try_password(&nobody, PASSWORD.1)));
    let page = me.get("/me/security");
    assert_eq!(texts(&page, "li > strong").len(), 4, "{}", page.body);
    assert!(page.body.contains("this browser"), "{}", page.body);
    assert!(page.body.contains("From 127.0.0.1"), "{}", page.body);
    let (_, after) = page
        .body
        .split_once("action=\"/me/sessions/")
        .expect("one to end");
    let name = after.split('/').next().unwrap_or_default();
    assert_eq!(
        me.post(&format!("/me/sessions/{name}/end"), &[]).status,
        303
    );
    let left = others
        .iter()
        .filter(|other| other.get("/claims").status == 200);
    assert_eq!(left.count(), 2);
    assert_eq!(
        me.post(&format!("/me/sessions/{name}/end"), &[]).status,
        404
    );
    assert_eq!(me.post("/me/sessions/end", &[]).status, 303);
    assert!(
        others
            .iter()
            .all(|other| other.get("/claims").status == 303)
    );
    assert_eq!(me.get("/claims").status, 200, "this one goes on");
    served.end();
}

#[test]
fn an_admin_ends_the_sessions_of_others_and_a_role_renews_them() {
    let (served, me) = served();
    let made = me
        .post("/people", &[("name", "Other"), ("role", "reader")])
        .body;
    let (_, after) = made.split_once("/enter/").expect("a link");
    let other = served.enter(after.split('<').next().unwrap_or_default());
    let (before, _) = made
        .split_once("<bdi>Other</bdi></span></a>")
        .unwrap_or_default();
    let (_, id) = before.rsplit_once("/people/").unwrap_or_default();
    let id = id.split('/').next().unwrap_or_default().to_owned();
    let role = [("role", "researcher")];
    assert_eq!(me.post(&format!("/people/{id}/role"), &role).status, 303);
    // What a browser opens next brings the session's new secret.
    let opened = other.ask("GET", "/claims", &[("accept", "text/html")]);
    let mut renewed = other.clone();
    renewed.cookie = opened.cookie("citekeep");
    assert!(renewed.cookie.is_some(), "{opened:?}");
    assert_eq!(
        other.get("/claims").status,
        303,
        "the old secret is worth nothing"
    );
    assert_eq!(renewed.get("/claims/new").status, 200);
    let page = me.get(&format!("/people/{id}/sign-in")).body;
    assert!(page.contains("The role at the desk was changed"), "{page}");
    assert!(hidden(&page, "session").is_some(), "{page}");
    assert_eq!(
        me.post(&format!("/people/{id}/sessions/end"), &[]).status,
        303
    );
    assert_eq!(renewed.get("/claims").status, 303);
    served.end();
}

#[test]
fn a_session_is_over_when_nobody_uses_it_and_in_any_case_after_half_a_day() {
    let (served, me) = served();
    let unused = "UPDATE session SET seen_at = seen_at - 59 * 60000";
    meddle(&served, unused);
    assert_eq!(me.get("/claims").status, 200, "an hour is not over");
    meddle(&served, "UPDATE session SET seen_at = seen_at - 61 * 60000");
    assert_eq!(me.get("/claims").status, 303);
    let nobody = served.nobody();
    let me = nobody.with_session_of(&try_password(&nobody, PASSWORD.1));
    meddle(
        &served,
        "UPDATE session SET expires_at = expires_at - 12 * 3600000",
    );
    assert_eq!(me.get("/claims").status, 303);
    served.end();
}

#[test]
fn a_browsers_script_lists_and_ends_sessions_by_the_api() {
    let (served, me) = served();
    let nobody = served.nobody();
    let other = nobody.with_session_of(&try_password(&nobody, PASSWORD.1));
    // A form or a script of one session does nothing in another, be it of the
    // same person.
    let stolen = [("csrf", me.secret())];
    let refused = other
        .send("/me/sessions/end", &stolen, &[])
        .expect("an answer");
    assert_eq!(refused.status, 403, "{}", refused.body);
    let stolen = [("x-csrf-token", me.secret())];
    let refused = other.bring(("POST", "/api/v1/me/sessions/0/ending"), &stolen, b"");
    assert_eq!(refused.status, 403, "{}", refused.body);
    let list = |path: &str| {
        let body = me.get(path).body;
        let told: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        told["items"].as_array().cloned().unwrap_or_default()
    };
    let mine = list("/api/v1/me/sessions");
    assert_eq!(mine.len(), 2, "{mine:?}");
    let another = mine.iter().find(|session| session["is_this"] == false);
    let name = another
        .and_then(|session| session["name"].as_str())
        .expect("a name");
    let headers = [("x-csrf-token", me.secret())];
    let end = |path: &str| me.bring(("POST", path), &headers, b"").status;
    assert_eq!(end(&format!("/api/v1/me/sessions/{name}/ending")), 204);
    assert_eq!(other.get("/claims").status, 303);
    assert_eq!(end(&format!("/api/v1/me/sessions/{name}/ending")), 404);
    assert_eq!(list("/api/v1/people/999999/sessions").len(), 0);
    served.end();
}

/// The secret of the link that a page shows.
fn link(page: &str) -> String {
    let (_, after) = page.split_once("/enter/").expect("a link");
    after.split('<').next().unwrap_or_default().to_owned()
}

#[test]
fn invitations_and_resets_are_buttons_that_let_in_once() {
    let (served, me) = served();
    let made = me.post("/people", &[("name", "Kim Example"), ("role", "reader")]);
    let (first, nobody) = (link(&made.body), served.nobody());
    let enter = |secret: &str| nobody.post(&format!("/enter/{secret}"), &[]);
    // What follows links by itself, as mail programs do, uses none up.
    let shown = nobody.get(&format!("/enter/{first}"));
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(shown.cookie("citekeep"), None);
    let entered = enter(&first);
    assert_eq!(entered.status, 303, "{}", entered.body);
    let other = nobody.with_session_of(&entered);
    for spent in [enter(&first), nobody.get(&format!("/enter/{first}"))] {
        assert_eq!(spent.status, 410, "{}", spent.body);
        assert!(!spent.body.contains("Kim Example"), "{}", spent.body);
    }
    // Another way in ends what there was: the session, and a link not used yet.
    let page = me.get("/people").body;
    let (before, _) = page
        .split_once("<bdi>Kim Example</bdi></span></a>")
        .expect("a person");
    let (_, id) = before.rsplit_once("/people/").expect("a number");
    let id = id.split('/').next().unwrap_or_default();
    let reset = || link(&me.post(&format!("/people/{id}/link"), &[]).body);
    let (second, third) = (reset(), reset());
    assert_eq!(other.get("/claims").status, 303);
    assert_eq!(enter(&second).status, 410);
    assert_eq!(enter(&third).status, 303);
    assert_eq!(enter(&third).status, 410);
    served.end();
}
