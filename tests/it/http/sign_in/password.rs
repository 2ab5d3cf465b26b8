//! Passwords: which are taken, how often they may be tried, and what a stranger
//! learns.

use super::{NAME, PASSWORD, meddle, served, try_password};
use rusqlite::Connection;

#[test]
fn a_new_password_wants_the_old_one_and_is_no_common_one() {
    let (served, me) = served();
    let page = me.get("/me").body;
    assert!(page.contains("name=\"current\""), "{page}");
    let current = ("current", PASSWORD.1);
    let check = |fields: &[(&str, &str)], words: &str| {
        let refused = me.post("/me", fields);
        assert_eq!(refused.status, 422, "{words}");
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    };
    check(
        &[NAME, ("password", "too short"), current],
        "12 to 256 characters",
    );
    check(
        &[NAME, ("password", "Password2026!!"), current],
        "most common",
    );
    check(
        &[NAME, ("password", "fact-checking desk 7"), current],
        "name or yours",
    );
    check(
        &[NAME, ("password", "another long password")],
        "the password that you have now",
    );
    let wrong = ("current", "not the password");
    check(
        &[NAME, ("password", "another long password"), wrong],
        "that you have now",
    );
    let other = ("password", "another long password");
    assert_eq!(me.post("/me", &[NAME, other, current]).status, 303);
    let nobody = served.nobody();
    assert_eq!(try_password(&nobody, PASSWORD.1).status, 401);
    assert_eq!(try_password(&nobody, other.1).status, 303);
    served.end();
}

#[test]
fn wrong_tries_wait_and_a_known_browser_is_let_in_all_the_while() {
    let (served, _) = served();
    let nobody = served.nobody();
    let right = try_password(&nobody, PASSWORD.1);
    let mut known = nobody.clone();
    known.cookie = right.cookie("citekeep-known");
    assert!(known.cookie.is_some(), "the browser is known from here on");
    let mut tries = (0..30).map(|_| try_password(&nobody, "not the password").status);
    for _ in 0..10 {
        assert_eq!(tries.next(), Some(401));
    }
    assert!(tries.any(|status| status == 429));
    let held = try_password(&nobody, PASSWORD.1);
    assert_eq!(held.status, 429, "whoever attacks does not get in either");
    let wait: u64 = held
        .header("retry-after")
        .and_then(|wait| wait.parse().ok())
        .expect("a wait");
    assert!((1..=60).contains(&wait), "a delay and not a lock: {wait}");
    assert_eq!(
        try_password(&known, PASSWORD.1).status,
        303,
        "the owner is let in"
    );
    // What the cookie is worth for another name, or when it is made up: nothing.
    let mut other = nobody.clone();
    other.cookie = Some(format!("citekeep-known={}", "0".repeat(64)));
    assert_eq!(try_password(&other, PASSWORD.1).status, 429);
    served.end();
}

#[test]
fn a_hash_of_older_parameters_is_renewed_when_its_person_signs_in() {
    let (served, _) = served();
    // Argon2id of the password with m = 8 MiB and one pass.
    let weak = weak_hash(PASSWORD.1);
    meddle(
        &served,
        &format!("UPDATE account SET password = '{weak}' WHERE sign_in = 'ann'"),
    );
    let nobody = served.nobody();
    assert_eq!(try_password(&nobody, "not the password").status, 401);
    assert_eq!(stored(&served), weak, "a wrong password renews nothing");
    assert_eq!(try_password(&nobody, PASSWORD.1).status, 303);
    assert!(stored(&served).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(try_password(&nobody, PASSWORD.1).status, 303);
    served.end();
}

fn weak_hash(password: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    use argon2::{Algorithm, Argon2, Params, Version};
    let params = Params::new(8_192, 1, 1, None).expect("parameters");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password_with_salt(password.as_bytes(), &[7; 16]);
    hash.expect("a hash").to_string()
}

fn stored(served: &crate::support::served::Served) -> String {
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    let sql = "SELECT password FROM account WHERE sign_in = 'ann'";
    conn.query_row(sql, [], |row| row.get(0)).expect("a hash")
}
