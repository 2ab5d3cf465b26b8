//! Somebody tries to be signed in who is not: with a stolen database, a session
//! that was given to its victim, another's session, and what passkeys signed
//! for something else.

use std::path::Path;

use citekeep::desk::sign_in::{self, Begun, Entered, PasskeyAnswer, Policy, Whence};
use citekeep::desk::signing;
use citekeep::desk::single_sign_on::Arrived;
use citekeep::desk::{Actor, DeskError};
use citekeep::domain::person::Role;
use citekeep::ledger::assertion::challenge;
use rusqlite::Connection;

use crate::support::authenticator::{Authenticator, site};
use crate::support::{TestDesk, desk, desk_of_today, provider};

#[test]
fn stolen_database() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    let (used, unused) = (desk.link(admin), desk.link(admin));
    let served = desk.serve();
    let me = served.enter(&used);
    assert_eq!(me.get("/people").status, 200);
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    let mut secrets = Vec::new();
    for table in ["session", "link", "known_browser"] {
        let sql = format!("SELECT lower(hex(token)) FROM {table}");
        let mut select = conn.prepare(&sql).expect("SQL that fits");
        let rows = select.query_map([], |row| row.get::<_, String>(0));
        secrets.extend(rows.expect("rows").map(|row| row.expect("a hash")));
    }
    assert!(secrets.len() >= 3, "{secrets:?}");
    let nobody = served.nobody();
    for secret in &secrets {
        assert_ne!(*secret, unused);
        let mut thief = nobody.clone();
        thief.cookie = Some(format!("citekeep={secret}; citekeep-known={secret}"));
        assert_eq!(thief.get("/people").status, 303);
        assert_eq!(nobody.post(&format!("/enter/{secret}"), &[]).status, 410);
    }
    served.end();
}

#[test]
fn fixated_session() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let mut victim = served.nobody();
    victim.cookie = Some("citekeep=chosen-by-an-attacker".to_owned());
    let entered = victim.post(&format!("/enter/{link}"), &[]);
    assert_eq!(entered.status, 303);
    let given = entered.cookie("citekeep").expect("a session");
    assert!(!given.contains("chosen"), "{given}");
    assert_eq!(
        victim.get("/claims").status,
        303,
        "what was chosen is worth nothing"
    );
    served.end();
}

#[test]
fn session_that_another_took_the_place_of() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    let stolen = me.clone();
    let again = me.post(&format!("/enter/{link}"), &[]);
    assert_eq!(again.status, 303, "{}", again.body);
    let me = me.with_session_of(&again);
    assert_eq!(me.get("/claims").status, 200);
    assert_eq!(stolen.get("/claims").status, 303, "the one before is over");
    served.end();
}

#[test]
fn session_of_somebody_else() {
    let desk = desk_of_today();
    let links = [desk.researcher, desk.editor].map(|who| desk.link(who));
    let served = desk.serve();
    let [me, other] = links.map(|link| served.enter(&link));
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    let sql = "SELECT name FROM session ORDER BY started_at DESC, person DESC";
    let mut select = conn.prepare(sql).expect("SQL that fits");
    let names = select
        .query_map([], |row| row.get::<_, String>(0))
        .expect("rows");
    let ended: Vec<u16> = names
        .map(|name| {
            me.post(&format!("/me/sessions/{}/end", name.expect("a name")), &[])
                .status
        })
        .collect();
    assert!(ended.contains(&404), "{ended:?}");
    assert_eq!(other.get("/claims").status, 200, "the other's goes on");
    served.end();
}

/// Lets a passkey of the reviewer's let them in.
fn allowed(desk: &TestDesk) -> Authenticator {
    let passkey = Authenticator::new(1);
    passkey
        .register(&desk.desk, desk.reviewer)
        .expect("a passkey");
    let me = desk.session(desk.reviewer);
    let known = signing::list(&desk.desk, me.person.id).expect("its list");
    let entry = known[0].entry;
    sign_in::allow(&desk.desk, &me, entry, Whence::default()).expect("it lets in");
    passkey
}

fn by_passkey(
    desk: &TestDesk,
    passkey: &Authenticator,
    signed: &str,
    sent: &str,
) -> Result<(), DeskError> {
    let answer = PasskeyAnswer {
        challenge: sent.to_owned(),
        answer: passkey.answer(&challenge(signed.as_bytes())),
    };
    let shown = (answer, String::new());
    sign_in::by_passkey(&desk.desk, shown, &site(), Whence::default()).map(|_| ())
}

#[test]
fn what_was_signed_for_something_else() {
    let desk = desk();
    let mut passkey = allowed(&desk);
    let draw = || desk.desk.challenge();
    let refused = |done: Result<(), DeskError>| {
        let is_refused = matches!(done, Err(DeskError::WrongFactor | DeskError::StepGone));
        assert!(is_refused, "{done:?}");
    };
    // A verdict's statement, or anything that the desk did not draw.
    let verdict = r#"{"after":7,"by":{"person":2},"event":{}}"#;
    refused(by_passkey(&desk, &passkey, verdict, verdict));
    let ours = draw();
    refused(by_passkey(&desk, &passkey, verdict, &ours));
    let mut later = ours.clone();
    later.replace_range(17..18, "9");
    refused(by_passkey(&desk, &passkey, &later, &later));
    // Without somebody recognised; on another page; for another site.
    passkey.flags = 0x01;
    let ours = draw();
    refused(by_passkey(&desk, &passkey, &ours, &ours));
    passkey.flags = 0x05;
    passkey.origin = "https://elsewhere.example".to_owned();
    refused(by_passkey(&desk, &passkey, &ours, &ours));
    passkey.origin = "https://desk.example".to_owned();
    passkey.rp_id = "elsewhere.example".to_owned();
    refused(by_passkey(&desk, &passkey, &ours, &ours));
    passkey.rp_id = "desk.example".to_owned();
    // Rightly, once.
    by_passkey(&desk, &passkey, &ours, &ours).expect("they are in");
    refused(by_passkey(&desk, &passkey, &ours, &ours));
    // Retired, it lets nobody in.
    let person = desk.reviewer.byline().expect("a person").person;
    let known = signing::list(&desk.desk, person).expect("its list");
    signing::retire(&desk.desk, desk.reviewer, known[0].entry).expect("it is retired");
    let ours = draw();
    refused(by_passkey(&desk, &passkey, &ours, &ours));
    desk.is_clean();
}

/// Somebody whom a provider named, by one factor.
fn arrived() -> Arrived {
    Arrived {
        hint: TOKEN.to_owned(),
        ..provider::arrived("https://id.example", "248289761001")
    }
}

const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFubkBuZXdzcm9vbS5leGFtcGxlIn0.x";

/// The files of a data directory that hold some letters.
fn files_with(data: &Path, letters: &str) -> usize {
    let all = std::fs::read_dir(data).expect("a directory");
    let bytes = all.filter_map(|entry| std::fs::read(entry.expect("an entry").path()).ok());
    let holds = |bytes: &Vec<u8>| {
        let mut windows = bytes.windows(letters.len());
        windows.any(|window| window == letters.as_bytes())
    };
    bytes.filter(holds).count()
}

#[test]
fn passkey_shown_in_another_browser_than_the_provider_led_to() {
    let test = desk();
    let person = test.reviewer.byline().expect("a person").person;
    let passkey = allowed(&test);
    // Nothing but single sign-on: a passkey is a second factor and no first.
    let policy = Policy {
        only: Some("boss".to_owned()),
        ..Policy::default()
    };
    let desk = test.desk.clone().with_policy(policy);
    let named = (person, "ann@newsroom.example");
    sign_in::name_address(&desk, Actor::Operator, named, Whence::default()).expect("named");
    let show = |step: &str| {
        let challenge_of = desk.challenge();
        let answer = PasskeyAnswer {
            answer: passkey.answer(&challenge(challenge_of.as_bytes())),
            challenge: challenge_of,
        };
        sign_in::by_passkey(&desk, (answer, step.to_owned()), &site(), Whence::default())
    };
    let kept_out = |done: Result<Begun, DeskError>| {
        let is_refused = matches!(done, Err(DeskError::NotLinked(_)));
        assert!(is_refused, "{done:?}");
    };
    kept_out(show(""));
    let entered = sign_in::by_provider(&desk, arrived(), Whence::default());
    let Ok(Entered::HalfWay(half)) = entered else {
        unreachable!("they have a passkey");
    };
    // Their person is half-way in, somewhere else.
    kept_out(show(""));
    kept_out(show("0000"));
    let begun = show(&half.step).expect("here they are");
    // It is the provider's session: it leads there on the way out, by a token that
    // the database does not tell, and ends with the account.
    let hint = |secret: &str| {
        let arrival = sign_in::arrival(&desk, secret).expect("a desk that answers");
        arrival.map(|arrival| (arrival.issuer, arrival.hint))
    };
    let wanted = Some(("https://id.example".to_owned(), TOKEN.to_owned()));
    assert_eq!(hint(&begun.secret), wanted);
    let renewed = sign_in::renew(&desk, &begun.secret).expect("a desk that answers");
    let secret = renewed.expect("a new secret");
    assert_eq!((hint(&begun.secret), hint(&secret)), (None, wanted));
    assert_eq!(files_with(&test.data(), TOKEN), 0, "a stolen database");
    let account = sign_in::linked(&desk, person).expect("a list").accounts[0].id;
    sign_in::unlink_of(&desk, Actor::Operator, (person, account), Whence::default())
        .expect("unlinked");
    assert_eq!(sign_in::who(&desk, &secret).expect("a desk"), None);
    test.is_clean();
}
