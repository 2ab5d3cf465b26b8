//! Coming in: passwords, second factors, sessions, and what is asked of those
//! who do something grave.

mod confirm;
mod factors;
mod password;
mod sessions;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;

use crate::support::app::code;
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor, hidden};
use crate::support::served::Served;
use citekeep::domain::person::Role;

const NAME: (&str, &str) = ("sign_in", "ann");
const PASSWORD: (&str, &str) = ("password", "a long enough password");

/// A desk that is served, with an admin who has a password and a session.
fn served() -> (Served, Visitor) {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    let link = desk.link(admin);
    let served = desk.serve();
    let me = with_password(&served.enter(&link));
    (served, me)
}

/// The same person, once they chose a password.
fn with_password(me: &Visitor) -> Visitor {
    let chosen = me.post("/me", &[NAME, PASSWORD]);
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    me.with_session_of(&chosen)
}

/// Does something to the database of a desk that runs.
fn meddle(served: &Served, sql: &str) {
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    conn.busy_timeout(std::time::Duration::from_secs(10))
        .expect("patience");
    conn.execute_batch(sql).expect("SQL that fits");
}

/// Lets it be long ago that anybody showed who they are.
fn let_proofs_grow_old(served: &Served) {
    meddle(served, "UPDATE session SET proven_at = proven_at - 3600000");
}

/// Signs in with the password; what came back.
fn try_password(who: &Visitor, password: &str) -> Answer {
    who.post("/sign-in", &[NAME, ("password", password)])
}

/// Now, in seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "the program that is tested reads the wall clock too"
)]
fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs()
}

/// Sets up an app: its secret, and the recovery codes.
pub(super) fn set_up_app(me: &Visitor) -> (String, Vec<String>) {
    let page = me.post("/me/app", &[]).body;
    let (_, after) = page.split_once("Secret: <code>").expect("a secret");
    let secret = after.split('<').next().expect("its end").to_owned();
    assert!(page.contains("<svg"), "a picture for the app");
    let wrong = me.post("/me/app/confirmation", &[("code", "000")]);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains(&secret),
        "the same secret is shown again"
    );
    // The code of the step before, so that the next one is new.
    let done = me.post(
        "/me/app/confirmation",
        &[("code", &code(&secret, now() - 30))],
    );
    assert_eq!(done.status, 200, "{}", done.body);
    let (_, after) = done.body.split_once("<pre>").expect("recovery codes");
    let codes = after.split("</pre>").next().unwrap_or_default();
    let codes: Vec<String> = codes.lines().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{codes:?}");
    (secret, codes)
}

/// Shows a second factor on the page that asked for one.
fn second(who: &Visitor, asked: &Answer, code: &str) -> Answer {
    let step = hidden(&asked.body, "step").expect("a step");
    who.post("/sign-in/second", &[("step", step), ("code", code)])
}

/// What a page gives the passkey, and what of it is sent back as it is.
fn challenge(page: &str) -> (Vec<u8>, String) {
    let (_, after) = page.split_once("data-challenge=\"").expect("a challenge");
    let text = after.split('"').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("Base 64 for URLs");
    let statement = hidden(page, "challenge").or_else(|| hidden(page, "confirm_challenge"));
    (bytes, statement.expect("a statement").to_owned())
}
