//! Tokens: what a program may do with one, and when it stops working.

use std::collections::BTreeSet;

use citekeep::desk::people;
use citekeep::desk::tokens::{self, Lasting, NewToken};
use citekeep::desk::{Actor, DeskError};
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::domain::time::PartialDate;
use citekeep::domain::words::Name;

use crate::support::http::{Answer, Visitor};
use crate::support::{TestDesk, desk, desk_of_today};

use super::settings::serve;

/// The token that a page shows this once.
fn secret(page: &str) -> String {
    let (_, after) = page.split_once("ckp_").expect("a token on the page");
    let rest: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
    format!("ckp_{rest}")
}

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| unreachable!("{answer:?}"))
}

const ACCEPT: (&str, &str) = ("accept", "application/json");

/// Makes a token and returns the header that a program sends with it.
fn made(admin: &Visitor, role: &str) -> String {
    let fields = [
        ("name", "Story system"),
        ("role", role),
        ("scope", "read"),
        ("scope", "research"),
        ("lasting", "30"),
    ];
    let page = admin.post("/settings/tokens", &fields).body;
    format!("Bearer {}", secret(&page))
}

fn open(who: &Visitor, headers: &[(&str, &str)]) -> Answer {
    let fields = [("statement", "A program opened this.")];
    who.send("/claims", &fields, headers).expect("an answer")
}

#[test]
fn what_is_wrong_with_a_token_stands_beside_its_field() {
    let (served, admin) = serve(desk_of_today());
    let until = ("until", "1999-01-01");
    let wrong: [(&[(&str, &str)], &str); 4] = [
        (
            &[
                ("name", ""),
                ("role", "reader"),
                ("scope", "read"),
                ("lasting", "30"),
            ],
            "may not be empty",
        ),
        (
            &[("name", "a"), ("role", "reader"), ("lasting", "30")],
            "at least one thing",
        ),
        (
            &[
                ("name", "a"),
                ("role", "reader"),
                ("scope", "read"),
                ("lasting", "31"),
            ],
            "choose how long",
        ),
        (
            &[
                ("name", "a"),
                ("role", "reader"),
                ("scope", "read"),
                ("lasting", "until"),
                until,
            ],
            "from tomorrow",
        ),
    ];
    for (fields, reason) in wrong {
        let answer = admin.post("/settings/tokens", fields);
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.body.contains(reason), "{fields:?}: {}", answer.body);
    }
    served.end();
}

#[test]
fn a_program_reads_claims_as_json() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let (served, admin) = serve(desk);
    let token = made(&admin, "reader");
    let page = admin.get("/settings/tokens").body;
    assert!(!page.contains("ckp_"), "shown once");
    let nobody = served.nobody();
    let reader = [("authorization", token.as_str()), ACCEPT];
    let list = nobody.ask("GET", "/api/v1/claims", &reader);
    assert_eq!(json(&list)["items"][0]["state"], "published", "{list:?}");
    let one = nobody.ask("GET", &format!("/api/v1/claims/{claim}"), &reader);
    assert_eq!(
        json(&one)["verdicts"][0]["rating"]["key"],
        "true",
        "{one:?}"
    );
    assert_eq!(one.header("cache-control"), Some("no-store"));
    let none = nobody.ask("GET", "/api/v1/claims/999", &reader);
    assert_eq!((none.status, &json(&none)["status"]), (404, &404.into()));
    assert_eq!(
        none.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(nobody.ask("GET", "/claims/new", &reader).status, 403);
    let bare = nobody.ask("GET", "/api/v1/claims", &[ACCEPT]);
    assert_eq!(
        (bare.status, bare.header("www-authenticate").is_some()),
        (401, true)
    );
    assert!(admin.get("/settings/tokens").body.contains("in use"));
    served.end();
}

#[test]
fn a_program_does_no_more_than_it_may() {
    let (served, admin) = serve(desk_of_today());
    let (reader, writer) = (made(&admin, "reader"), made(&admin, "researcher"));
    let nobody = served.nobody();
    let reader = [("authorization", reader.as_str()), ACCEPT];
    let writer = [("authorization", writer.as_str()), ACCEPT];
    assert_eq!(open(&nobody, &reader).status, 403);
    assert_eq!(open(&nobody, &writer).status, 303, "no session, no secret");
    for path in ["/people", "/settings", "/settings/tokens"] {
        assert_eq!(nobody.ask("GET", path, &writer).status, 403, "{path}");
    }
    let own = [
        ("sign_in", "stolen"),
        ("password", "a long enough password"),
    ];
    let stolen = nobody.send("/me", &own, &writer).expect("an answer");
    assert_eq!(
        stolen.status, 403,
        "a token is no way to a password: {stolen:?}"
    );
    // A browser with a session is its person: the form's secret is asked for,
    // whatever else is sent.
    assert_eq!(open(&admin, &writer[..1]).status, 403);
    let log = admin.get("/log").body;
    assert_eq!(log.matches("</bdi> opened <a").count(), 1, "{log}");
    served.end();
}

#[test]
fn a_token_that_does_not_work_says_so() {
    let (served, admin) = serve(desk_of_today());
    let (good, bad) = (made(&admin, "reader"), made(&admin, "reader"));
    let nobody = served.nobody();
    let page = admin.get("/settings/tokens").body;
    let (_, id) = page
        .split_once("/settings/tokens/")
        .expect("the newest token");
    let id = id.split('/').next().expect("its number");
    let path = format!("/settings/tokens/{id}/revocation");
    assert_eq!(admin.post(&path, &[]).status, 303);
    let ask = |token: &str| nobody.ask("GET", "/claims", &[("authorization", token)]);
    let revoked = ask(&bad);
    assert_eq!(revoked.status, 401);
    let challenge = revoked.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    assert_eq!(json(&revoked)["type"], "urn:citekeep:problem:bad-token");

    let guess = format!("Bearer ckp_{}", "0".repeat(64));
    let statuses: BTreeSet<u16> = (0..20).map(|_| ask(&guess).status).collect();
    assert_eq!(statuses, [401].into(), "each is told the same");
    assert_eq!(ask(&good).status, 200, "what works is not held up");
    served.end();
}

/// A token of the only other admin, made on 1 March 2022 for so long.
fn token(desk: &TestDesk, lasting: Lasting) -> Result<(Actor, String), DeskError> {
    let admin = desk.join(Role::Admin);
    let who = desk.session(admin);
    let new = NewToken {
        name: Name::parse("Story system").expect("a name"),
        role: Role::Editor,
        scopes: Scopes::ALL,
        lasting,
    };
    Ok((admin, tokens::make(&desk.desk, &who, new)?))
}

fn role(desk: &citekeep::desk::Desk, secret: &str) -> Option<Role> {
    let found = tokens::who(desk, secret).expect("a desk that answers");
    found.map(|program| program.person.role)
}

#[test]
fn a_token_ends_with_its_time() {
    let desk = desk();
    let (_, secret) = token(&desk, Lasting::Days(30)).expect("a token");
    assert_eq!(role(&desk.desk, &secret), Some(Role::Editor));
    assert_eq!(role(&desk.days_later(29), &secret), Some(Role::Editor));
    assert_eq!(role(&desk.days_later(31), &secret), None);
    let until = |day: &str| Lasting::Until(PartialDate::parse(day).expect("a day"));
    let (_, secret) = token(&desk, until("2022-03-10")).expect("a token");
    assert_eq!(role(&desk.days_later(9), &secret), Some(Role::Editor));
    assert_eq!(role(&desk.days_later(10), &secret), None);
    for day in ["2022-03-01", "2022-02-28", "2024-01-01", "2022-03"] {
        let made = token(&desk, until(day));
        assert!(matches!(made, Err(DeskError::TokenDay)), "{day}: {made:?}");
    }
    desk.is_clean();
}

#[test]
fn a_token_may_never_do_more_than_whoever_made_it() {
    let desk = desk();
    let (admin, secret) = token(&desk, Lasting::Days(90)).expect("a token");
    let id = admin.byline().expect("a person").person;
    desk.join(Role::Admin);
    let change = |role| people::change_role(&desk.desk, Actor::Operator, id, role);
    change(Role::Reader).expect("another role");
    assert_eq!(
        role(&desk.desk, &secret),
        Some(Role::Reader),
        "the lesser of both"
    );
    change(Role::Admin).expect("another role");
    assert_eq!(
        role(&desk.desk, &secret),
        Some(Role::Editor),
        "the token's own"
    );
    people::leave(&desk.desk, Actor::Operator, id).expect("a farewell");
    assert_eq!(role(&desk.desk, &secret), None, "left");
    for wrong in ["", "ckp_", "ckp_xyz", &secret[4..], &secret[..60]] {
        assert_eq!(role(&desk.desk, wrong), None, "{wrong}");
    }
    desk.is_clean();
}
