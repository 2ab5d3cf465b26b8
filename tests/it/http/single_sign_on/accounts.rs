//! Linking accounts, showing once more who one is, second factors, and a desk
//! that people enter by providers alone.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{House, Sent, house, kept_out, sent};
use crate::support::http::{Answer, Visitor};

impl House {
    /// Comes back in a session that is there.
    fn return_as(&self, me: &Visitor, sent: &Sent, claims: &Value) -> Answer {
        let path = self.back(sent, self.provider.sign(claims));
        let mut both = me.clone();
        let session = me.cookie.as_ref().expect("a session");
        both.cookie = Some(format!("{session}; {}", sent.cookie));
        both.get(&path)
    }

    /// Goes to the provider from a form and comes back as an account.
    fn there_and_back(&self, me: &Visitor, form: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let sent = sent(&me.post(form, &[]));
        let mut claims = self.provider.claims(&sent.asked, "ann");
        change(&mut claims);
        self.return_as(me, &sent, &claims)
    }

    /// Lets it be long ago that anybody showed who they are.
    fn let_proofs_grow_old(&self) {
        let conn = Connection::open(self.served.data.join("desk.db")).expect("the database");
        conn.busy_timeout(std::time::Duration::from_secs(10))
            .expect("patience");
        conn.execute_batch("UPDATE session SET proven_at = proven_at - 3600000")
            .expect("SQL");
    }
}

const LINK: &str = "/me/providers/newsroom/link";
const PROVE: &str = "/me/providers/newsroom/proof";

#[test]
fn an_account_is_linked_on_ones_own_page_and_is_good_for_proofs_when_it_says_when() {
    let house = house("", "");
    let me = &house.admin;
    house.let_proofs_grow_old();
    assert!(
        me.post(LINK, &[]).body.contains("Is it you?"),
        "a grave thing"
    );
    let conn = Connection::open(house.served.data.join("desk.db")).expect("the database");
    conn.execute_batch("UPDATE session SET proven_at = seen_at")
        .expect("SQL");
    drop(conn);
    let linked = house.there_and_back(me, LINK, |_| ());
    assert_eq!(
        linked.location.as_deref(),
        Some("/me#accounts"),
        "{}",
        linked.body
    );
    let page = me.get("/me").body;
    assert!(page.contains("ann@newsroom.example"), "{page}");
    // Whoever else is signed in cannot take it, nor bring it back for another.
    house.name("kim@newsroom.example");
    let colleague = house.colleague("kim");
    let taken = house.there_and_back(&colleague, LINK, |_| ());
    kept_out(&taken, 409, "is somebody else’s at this desk");
    let theirs = sent(&me.post(LINK, &[]));
    let claims = house.provider.claims(&theirs.asked, "third");
    let other = house.return_as(&colleague, &theirs, &claims);
    kept_out(&other, 401, "the session in which this was begun is over");
    // A proof by the provider.
    house.let_proofs_grow_old();
    let asked = me.post("/me/sessions/end", &[]);
    assert!(
        asked
            .body
            .contains("Show it to <bdi>Newsroom account</bdi>"),
        "{}",
        asked.body
    );
    let begun = sent(&me.post(PROVE, &[]));
    assert_eq!(
        (
            begun.asked["prompt"].as_str(),
            begun.asked["max_age"].as_str()
        ),
        ("login", "0")
    );
    let long_ago =
        |claims: &mut Value| claims["auth_time"] = json!(crate::support::provider::now() - 3_600);
    let stale = house.there_and_back(me, PROVE, long_ago);
    kept_out(&stale, 502, "just now");
    let silent = house.there_and_back(me, PROVE, |claims| claims["auth_time"] = Value::Null);
    kept_out(&silent, 502, "just now");
    let not_mine = house.there_and_back(me, PROVE, |claims| claims["sub"] = json!("kim"));
    kept_out(&not_mine, 403, "not an account of yours");
    assert!(
        me.post("/me/sessions/end", &[]).body.contains("Is it you?"),
        "still"
    );
    let shown = house.there_and_back(me, PROVE, |_| ());
    assert!(
        shown.body.contains("You have shown who you are"),
        "{}",
        shown.body
    );
    let me = me.with_session_of(&shown);
    assert_eq!(
        me.post("/me/sessions/end", &[]).status,
        303,
        "now it is done"
    );
    assert_eq!(house.admin.get("/me").status, 303, "the old secret is none");
    house.served.end();
}

#[test]
fn accounts_are_taken_away_by_their_person_or_an_admin_and_sessions_with_them() {
    let house = house("", "");
    house.name("kim@newsroom.example");
    let (one, other) = (house.colleague("kim"), house.colleague("kim"));
    let page = one.get("/me").body;
    let (_, after) = page.split_once("action=\"/me/accounts/").expect("a form");
    let number = after.split('/').next().expect("a number").to_owned();
    let only = one.post(&format!("/me/accounts/{number}/removal"), &[]);
    kept_out(&only, 409, "this is your only way in");
    let theirs = house
        .admin
        .post(&format!("/me/accounts/{number}/removal"), &[]);
    assert_eq!(theirs.status, 404, "of somebody else");
    let second = house.there_and_back(&one, LINK, |_| ());
    assert_eq!(second.status, 303, "{}", second.body);
    let removed = one.post(&format!("/me/accounts/{number}/removal"), &[]);
    assert_eq!(removed.status, 303, "{}", removed.body);
    assert_eq!(
        other.get("/claims").status,
        303,
        "their other session is over"
    );
    assert_eq!(one.get("/claims").status, 200);
    kept_out(
        &house.sign_in("kim", |_| ()),
        403,
        "nobody at this desk is known",
    );
    let ways = format!("/people/{}/sign-in", house.colleague_id);
    let page = house.admin.get(&ways).body;
    let begins = format!("/people/{}/accounts/", house.colleague_id);
    let (_, after) = page.split_once(&begins).expect("a form");
    let path = format!("{begins}{}", after.split('"').next().expect("its end"));
    assert_eq!(house.admin.post(&path, &[]).status, 303);
    assert_eq!(one.get("/claims").status, 303, "out");
    assert!(
        house
            .admin
            .get(&ways)
            .body
            .contains("An account of single sign-on was unlinked")
    );
    house.served.end();
}

#[test]
fn an_address_that_is_none_comes_back_beside_its_field_with_what_was_typed() {
    let house = house("", "");
    let path = format!("/people/{}/addresses", house.colleague_id);
    let again = house.admin.post(&path, &[("address", "kim at <newsroom>")]);
    assert_eq!(again.status, 422, "{}", again.body);
    for part in [
        "value=\"kim at &#60;newsroom&#62;\"",
        "aria-invalid=\"true\" aria-describedby=\"address-error address-hint\"",
        "id=\"address-error\">Write an address such as name@newsroom.example.</p>",
        "What happened",
    ] {
        assert!(again.body.contains(part), "{part}: {}", again.body);
    }
    for number in 0..20 {
        house.name(&format!("kim-{number}@newsroom.example"));
    }
    let many = [("address", "kim@newsroom.example")];
    let full = house.admin.post(&path, &many);
    assert_eq!(full.status, 422, "{}", full.body);
    assert!(full.body.contains("value=\"kim@newsroom.example\""));
    assert!(full.body.contains("is the most that one person may have"));
    house.served.end();
}

#[test]
fn whoever_left_does_not_come_back_as_somebody_new() {
    let house = house("domains = [\"newsroom.example\"]\njoin = \"reader\"", "");
    house.name("kim@newsroom.example");
    house.colleague("kim");
    let departure = format!("/people/{}/departure", house.colleague_id);
    assert_eq!(house.admin.post(&departure, &[]).status, 303);
    let words = "nobody at this desk is known";
    kept_out(&house.sign_in("kim", |_| ()), 403, words);
    assert_eq!(
        house.sign_in("lee", |_| ()).status,
        303,
        "whom nobody knows"
    );
    // An admin takes them back, and says whose account it is.
    let fields = [("name", "Kim again"), ("role", "researcher")];
    assert_eq!(house.admin.post("/people", &fields).status, 200);
    let conn = Connection::open(house.served.data.join("desk.db")).expect("the database");
    let newest = conn.query_row("SELECT max(id) FROM person", [], |row| row.get::<_, i64>(0));
    let path = format!("/people/{}/addresses", newest.expect("somebody"));
    let named = house
        .admin
        .post(&path, &[("address", "kim@newsroom.example")]);
    assert_eq!(named.status, 303, "{}", named.body);
    let page = house.colleague("kim").get("/me").body;
    assert!(page.contains("Kim again"), "{page}");
    house.served.end();
}

#[test]
fn a_second_factor_counts_where_it_was_shown() {
    let house = house("", "second_factor = \"everyone\"");
    // Its admin has no second factor yet, and can do nothing before.
    let sql = format!(
        "INSERT INTO provider_address VALUES ('kim@newsroom.example', {}, 0)",
        house.colleague_id
    );
    let conn = Connection::open(house.served.data.join("desk.db")).expect("the database");
    conn.execute_batch(&sql).expect("SQL");
    let one = house.colleague("kim");
    assert_eq!(
        one.get("/claims").location.as_deref(),
        Some("/me/security"),
        "one factor"
    );
    let two = house.sign_in("kim", |claims| claims["amr"] = json!(["pwd", "mfa"]));
    let me = house.served.nobody().with_session_of(&two);
    assert_eq!(me.get("/claims").status, 200, "two");
    let page = me.get("/me/security").body;
    assert!(
        page.contains("by Newsroom account, with a second factor"),
        "{page}"
    );
    house.served.end();
}

#[test]
fn where_people_come_in_by_providers_alone_one_admin_has_a_password() {
    let house = house("", "only_providers = true\nbreak_glass = \"ann\"");
    let (name, password) = (("sign_in", "ann"), ("password", "a long enough password"));
    let other = house.admin.post("/me", &[("sign_in", "bob"), password]);
    assert!(
        other.body.contains("single sign-on, and with nothing else"),
        "{}",
        other.body
    );
    let chosen = house.admin.post("/me", &[name, password]);
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    let nobody = house.served.nobody();
    assert_eq!(nobody.post("/sign-in", &[name, password]).status, 303);
    assert!(nobody.get("/sign-in").body.contains("Sign in without it"));
    // Nobody else, whatever password they had before.
    let conn = Connection::open(house.served.data.join("desk.db")).expect("the database");
    conn.execute_batch("UPDATE account SET sign_in = 'bob'")
        .expect("SQL");
    let refused = nobody.post("/sign-in", &[("sign_in", "bob"), password]);
    kept_out(&refused, 401, "single sign-on, and with nothing else");
    // Whether a password was right is not told: it may be good elsewhere.
    for tried in [
        [("sign_in", "bob"), ("password", "not the password")],
        [("sign_in", "nobody"), password],
    ] {
        let wrong = nobody.post("/sign-in", &tried);
        kept_out(&wrong, 401, "single sign-on, and with nothing else");
    }
    assert!(!house.admin_id.is_empty());
    house.served.end();
}
