//! Second factors: codes of an app, recovery codes and passkeys.

use citekeep::domain::person::Role;

use super::{
    NAME, PASSWORD, challenge, let_proofs_grow_old, now, second, served, set_up_app, try_password,
    with_password,
};
use crate::support::app::code;
use crate::support::authenticator::Authenticator;
use crate::support::desk_of_today;
use crate::support::http::Visitor;
use crate::support::program::citekeep_with;

#[test]
fn a_password_alone_lets_nobody_in_who_has_an_app_and_a_code_works_once() {
    let (served, me) = served();
    let (secret, codes) = set_up_app(&me);
    let nobody = served.nobody();
    let asked = try_password(&nobody, PASSWORD.1);
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert_eq!(asked.cookie("citekeep"), None, "not in yet");
    assert_eq!(second(&nobody, &asked, "123").status, 401);
    let right = code(&secret, now());
    let done = second(
        &nobody,
        &asked,
        &format!(" {} {} ", &right[..3], &right[3..]),
    );
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(nobody.with_session_of(&done).get("/people").status, 200);
    // A replay of the code, and of the step.
    let asked_again = try_password(&nobody, PASSWORD.1);
    assert_eq!(
        second(&nobody, &asked_again, &right).status,
        401,
        "taken once"
    );
    assert_eq!(
        second(&nobody, &asked, &codes[0]).status,
        409,
        "a step is taken once"
    );
    // A recovery code, however it is typed, once.
    let typed = codes[3].replace('-', " ").to_uppercase();
    assert_eq!(second(&nobody, &asked_again, &typed).status, 303);
    let third = try_password(&nobody, PASSWORD.1);
    assert_eq!(second(&nobody, &third, &codes[3]).status, 401, "used");
    let page = me.get("/me/security").body;
    assert!(page.contains("9 recovery codes are left"), "{page}");
    assert!(page.contains("A recovery code was used"), "{page}");
    served.end();
}

#[test]
fn codes_are_not_to_be_guessed() {
    let (served, me) = served();
    set_up_app(&me);
    let nobody = served.nobody();
    let asked = try_password(&nobody, PASSWORD.1);
    let statuses: Vec<u16> = (0..7)
        .map(|n| second(&nobody, &asked, &format!("{n:03}")).status)
        .collect();
    assert_eq!(statuses[..5], [401; 5]);
    assert!(statuses.contains(&429), "{statuses:?}");
    // Whoever types them has the password: its owner is told.
    let page = me.get("/claims").body;
    assert!(
        page.contains("wrong several times with the second"),
        "{page}"
    );
    served.end();
}

#[test]
fn a_link_does_not_get_around_a_second_factor() {
    let (served, me) = served();
    let (secret, _) = set_up_app(&me);
    // Another admin makes a link for whoever lost the password.
    let made = me
        .post("/people", &[("name", "Other"), ("role", "admin")])
        .body;
    let other = served.enter(link(&made));
    let mine = me.get("/people").body;
    let id = person(&mine);
    let made = other.post(&format!("/people/{id}/link"), &[]).body;
    assert_eq!(me.get("/claims").status, 303, "the sessions ended");
    let nobody = served.nobody();
    let asked = nobody.post(&format!("/enter/{}", link(&made)), &[]);
    assert_eq!(asked.status, 200, "{}", asked.body);
    let done = second(&nobody, &asked, &code(&secret, now()));
    assert_eq!(done.status, 303, "{}", done.body);
    let me = nobody.with_session_of(&done);
    // Whoever came by a link chooses a password without the old one.
    let other_password = ("password", "another long password");
    assert_eq!(me.post("/me", &[NAME, other_password]).status, 303);
    // An admin removes what is lost, and its person is told.
    let gone = other.post(&format!("/people/{id}/factors/removal"), &[]);
    assert_eq!(gone.status, 303);
    let in_again = try_password(&nobody, other_password.1);
    assert_eq!(in_again.status, 303, "{}", in_again.body);
    let me = nobody.with_session_of(&in_again);
    let page = me.get("/claims").body;
    assert!(page.contains("All second factors were removed"), "{page}");
    let (_, after) = page
        .split_once("name=\"up_to\" value=\"")
        .expect("a notice");
    let up_to = after.split('"').next().unwrap_or_default();
    assert_eq!(me.post("/me/notices", &[("up_to", up_to)]).status, 303);
    assert!(
        !me.get("/claims")
            .body
            .contains("All second factors were removed")
    );
    served.end();
}

/// The secret of the link that a page shows.
fn link(page: &str) -> &str {
    let (_, after) = page.split_once("/enter/").expect("a link");
    after.split('<').next().unwrap_or_default()
}

/// The number of whoever is marked as oneself among the people.
fn person(page: &str) -> String {
    let (_, after) = page
        .split_once("<span class=\"soft\">you</span>")
        .expect("me");
    let (_, after) = after.split_once("number ").expect("a number");
    after.split(',').next().unwrap_or_default().to_owned()
}

/// What a passkey answers, as the fields of a form.
fn answer(passkey: &Authenticator, page: &str, prefix: &str) -> Vec<(String, String)> {
    let (bytes, statement) = challenge(page);
    let answer = passkey.answer(&bytes);
    [
        ("challenge", statement),
        ("credential", answer.credential.to_string()),
        ("authenticator_data", answer.authenticator_data.to_string()),
        ("client_data", answer.client_data.to_string()),
        ("signature", answer.signature.to_string()),
    ]
    .map(|(name, value)| (format!("{prefix}{name}"), value))
    .to_vec()
}

fn send(who: &Visitor, path: &str, fields: &[(String, String)]) -> crate::support::http::Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    who.post(path, &fields)
}

/// Registers a passkey that lets its owner in.
fn register(me: &Visitor, passkey: &Authenticator, lets_in: bool) {
    let mut fields = vec![("passkey", "Blue key")];
    if lets_in {
        fields.push(("sign_in", "yes"));
    }
    let path = me.post("/me/passkeys", &fields).location.expect("a page");
    let (_, after) = me
        .get(&path)
        .body
        .split_once("data-challenge=\"")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a challenge");
    use base64::Engine as _;
    let text = after.split('"').next().unwrap_or_default();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .expect("Base 64");
    let made = passkey.make(&bytes);
    let (data, client) = (
        made.authenticator_data.to_string(),
        made.client_data.to_string(),
    );
    let fields = [
        ("made", "yes"),
        ("authenticator_data", data.as_str()),
        ("client_data", client.as_str()),
    ];
    let done = me.post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.body);
}

fn passkey(number: u8, base: &str) -> Authenticator {
    let mut passkey = Authenticator::new(number);
    passkey.rp_id = "localhost".to_owned();
    passkey.origin = base.replace("127.0.0.1", "localhost");
    passkey
}

#[test]
fn a_passkey_lets_its_owner_in_alone_once_for_each_challenge_and_nobody_else() {
    let (served, me) = served();
    let blue = passkey(1, &served.base);
    let grey = passkey(2, &served.base);
    register(&me, &blue, true);
    register(&me, &grey, false);
    let nobody = served.nobody();
    let page = nobody.get("/sign-in?next=/people").body;
    let fields = answer(&blue, &page, "");
    let sent = [
        fields.clone(),
        vec![("next".to_owned(), "/people".to_owned())],
    ]
    .concat();
    let done = send(&nobody, "/sign-in/passkey", &sent);
    assert_eq!(done.location.as_deref(), Some("/people"), "{}", done.body);
    assert_eq!(nobody.with_session_of(&done).get("/people").status, 200);
    let replay = send(&nobody, "/sign-in/passkey", &fields);
    assert_eq!(replay.status, 401, "a challenge is taken once");
    // One that only signs verdicts; one that recognised nobody; another page.
    let fresh = || nobody.get("/sign-in").body;
    let refused = send(&nobody, "/sign-in/passkey", &answer(&grey, &fresh(), ""));
    assert_eq!(refused.status, 401);
    let mut unseen = answer(&blue, &fresh(), "");
    let mut other = answer(&blue, &fresh(), "");
    other[0].1 = unseen[0].1.clone();
    assert_eq!(
        send(&nobody, "/sign-in/passkey", &other).status,
        401,
        "another challenge"
    );
    unseen[0].1 = "citekeep sign-in 9999999999999 00 00".to_owned();
    assert_eq!(
        send(&nobody, "/sign-in/passkey", &unseen).status,
        401,
        "made up"
    );
    // With a passkey the password alone is not enough any more.
    let asked = try_password(&nobody, PASSWORD.1);
    assert_eq!(asked.status, 200);
    let done = send(&nobody, "/sign-in/passkey", &answer(&blue, &asked.body, ""));
    assert_eq!(done.status, 303, "{}", done.body);
    // It is as good as a password before something grave.
    let_proofs_grow_old(&served);
    let form = [("name", "New"), ("role", "reader")];
    let held = me.post("/people", &form);
    assert_eq!(held.status, 403);
    let proof = answer(&blue, &held.body, "confirm_");
    let sent: Vec<_> = form
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .into_iter()
        .chain(proof)
        .collect();
    assert_eq!(send(&me, "/people", &sent).status, 200);
    // Whoever attacks the name does not hold up its owner, who has a passkey.
    for _ in 0..11 {
        try_password(&nobody, "not the password");
    }
    assert_eq!(try_password(&nobody, PASSWORD.1).status, 429);
    let done = send(&nobody, "/sign-in/passkey", &answer(&blue, &fresh(), ""));
    assert_eq!(done.status, 303, "{}", done.body);
    served.end();
}

#[test]
fn a_desk_that_wants_second_factors_lets_nobody_work_without_one() {
    let desk = desk_of_today();
    let (admin, reader) = (desk.join(Role::Admin), desk.join(Role::Reader));
    let (link, other) = (desk.link(admin), desk.link(reader));
    let closed = desk.close();
    let config = "[sign_in]\nsecond_factor = \"admins\"\n";
    let mut program = citekeep_with(&closed.data, config);
    let base = program.address();
    let me = with_password(&Visitor::enter(&base, &link));
    let sent = me.get("/people");
    assert_eq!(sent.location.as_deref(), Some("/me/security"));
    let refused = me.post("/people", &[("name", "New"), ("role", "reader")]);
    assert_eq!(refused.status, 403);
    let refused = me.ask("GET", "/api/v1/people", &[]);
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(
        me.get("/me/security")
            .body
            .contains("you need a second factor")
    );
    set_up_app(&me);
    assert_eq!(me.get("/people").status, 200);
    let kept = me.post("/me/app/removal", &[]);
    assert_eq!(kept.status, 422, "the last one stays");
    assert_eq!(Visitor::enter(&base, &other).get("/claims").status, 200);
}
