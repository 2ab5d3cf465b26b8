//! Ways in that a program of an earlier schema left let the same people in after
//! an upgrade: a password, an app, recovery codes, a passkey, a session, a browser
//! that is known, a first step, an account at a provider.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use citekeep::desk::people::{self, SignedIn};
use citekeep::desk::set_up;
use citekeep::desk::sign_in::{self, Begun, Credentials, Entered, PasskeyAnswer, Whence};
use citekeep::desk::single_sign_on::{Arrived, Purpose};
use citekeep::desk::{Actor, Clock, Desk, Rng, Rules, World, signing};
use citekeep::domain::account::SecondFactorAt;
use citekeep::domain::ids::PersonId;
use citekeep::domain::person::Role;
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::Name;
use citekeep::ledger::assertion::challenge;
use citekeep::store::people as person_rows;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::{data_directory, identity};
use crate::support::app::code;
use crate::support::authenticator::{Authenticator, site};
use crate::support::{check, provider, world};

/// When the ways in were made, in seconds: 27 November 2026, 04:00.
const MADE: i64 = 1_795_752_000;
/// How many seconds later they are tried.
const LATER: i64 = 300;
const PASSWORD: &str = "a long enough password";
/// An address that an admin named for somebody else.
const ADDRESS: &str = "kim@newsroom.example";
/// What whoever made the fixtures knows of them.
const KNOWN: &str = "tests/it/upgrades/ways-in.json";

/// What somebody has of their ways in.
#[derive(Serialize, Deserialize)]
struct Known {
    /// The secret of a session.
    session: String,
    /// What a browser is known by.
    browser: String,
    /// The secret of a first step that waits for the second.
    step: String,
    /// What the app shares with the desk.
    app: String,
    /// A recovery code.
    recovery: String,
    /// The passkey's key (PKCS #8).
    passkey: Vec<u8>,
}

/// A clock that stands, and chance that nobody repeats.
struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0 * 1_000).expect("a moment")
    }
}

impl Rng for At {
    fn fill(&self, buffer: &mut [u8]) {
        SystemRandom::new().fill(buffer).expect("chance");
    }
}

fn open(dir: &Path, second: i64) -> Desk {
    let at = Arc::new(At(second));
    let world = World {
        clock: Arc::clone(&at) as Arc<dyn Clock>,
        rng: at,
        ..world()
    };
    let desk = set_up::open(dir, &identity(), Rules::default(), world, &mut |_| {});
    desk.expect("a desk")
}

/// The first admin of the desk.
fn admin(desk: &Desk) -> PersonId {
    let all = desk.read(|db| Ok(person_rows::list(db)?)).expect("people");
    let mut admins = all.iter().filter(|one| one.role == Role::Admin);
    admins.next().expect("an admin").id
}

fn inside(entered: Entered) -> Begun {
    match entered {
        Entered::In(begun) => begun,
        Entered::HalfWay(_) => unreachable!("they have no second factor yet"),
    }
}

/// The first step, after which a second is asked for.
fn step(desk: &Desk) -> String {
    let entered = sign_in::by_password(desk, ("ann", PASSWORD), Whence::default());
    match entered.expect("the right password") {
        Entered::HalfWay(half) => half.step,
        Entered::In(_) => unreachable!("they have a second factor"),
    }
}

fn who(desk: &Desk, session: &str) -> SignedIn {
    let found = sign_in::who(desk, session).expect("a desk that answers");
    found.expect("a session that goes on")
}

/// Gives the admin every way in that schema 10 knows.
fn give(dir: &Path) -> Known {
    let desk = open(dir, MADE);
    let whence = Whence::default;
    let (person, actor) = (admin(&desk), Actor::Operator);
    let link = people::make_sign_in_link(&desk, actor, person, whence()).expect("a link");
    let begun = inside(sign_in::by_link(&desk, &link.1, whence()).expect("a link that works"));
    let credentials = Credentials::choose("ann", PASSWORD, &[]).expect("a fine password");
    let me = who(&desk, &begun.secret);
    let begun = sign_in::choose(&desk, &me, (credentials, ""), whence()).expect("chosen");
    let me = who(&desk, &begun.secret);
    let app = sign_in::propose_app(&desk, &me).expect("an app").secret;
    let codes = sign_in::confirm_app(&desk, &me, &code(&app, MADE as u64), whence());
    let codes = codes.expect("confirmed").expect("the right code");
    let passkey = Authenticator::draw_key();
    let authenticator = Authenticator::with_key(1, &passkey);
    authenticator
        .register(&desk, me.actor())
        .expect("a passkey");
    let entry = signing::list(&desk, person).expect("its list")[0].entry;
    sign_in::allow(&desk, &me, entry, whence()).expect("it lets in");
    Known {
        step: step(&desk),
        session: begun.secret,
        browser: begun.known,
        app,
        recovery: codes[0].clone(),
        passkey,
    }
}

/// Somebody whom a provider named, and whose second factor there is believed.
fn arrived(purpose: Purpose) -> Arrived {
    let mut arrived = provider::arrived("https://accounts.newsroom.example", "ann-1");
    arrived.provider.second_factor = SecondFactorAt::Believed;
    arrived.identity.shown_at = Some(MADE);
    Arrived { purpose, ..arrived }
}

/// Gives the admin what schema 11 adds: an account, and a session that began with
/// it; and names an address for somebody else.
fn give_account(dir: &Path, known: &Known) {
    let desk = open(dir, MADE);
    let me = who(&desk, &known.session);
    let asked = me.session_name().to_owned();
    let brought = arrived(Purpose::Link(asked.clone()));
    sign_in::link(&desk, (&me, &asked), brought, Whence::default()).expect("linked");
    let name = Name::parse("Kim").expect("a name");
    let (kim, _) = people::join(&desk, me.actor(), name, Role::Reader).expect("somebody");
    let named = (kim, ADDRESS);
    sign_in::name_address(&desk, me.actor(), named, Whence::default()).expect("named");
}

/// Tries every way in that schema 10 knows.
fn let_in(desk: &Desk, known: &Known) {
    let me = who(desk, &known.session);
    let (person, whence) = (admin(desk), Whence::default);
    assert_eq!(me.person.id, person);
    assert!(sign_in::knows(desk, &known.browser, person).expect("an answer"));
    let second = |step: &str, typed: &str| {
        sign_in::by_second_factor(desk, step, typed.to_owned(), whence()).map(|begun| begun.secret)
    };
    let typed = code(&known.app, (MADE + LATER) as u64);
    let session = second(&known.step, &typed).expect("the first step was taken before");
    assert_eq!(who(desk, &session).person.id, person);
    assert!(second(&step(desk), &typed).is_err(), "a code works once");
    second(&step(desk), &known.recovery).expect("a recovery code");
    assert!(second(&step(desk), &known.recovery).is_err(), "once too");
    let drawn = desk.challenge();
    let passkey = Authenticator::with_key(1, &known.passkey);
    let answer = PasskeyAnswer {
        answer: passkey.answer(&challenge(drawn.as_bytes())),
        challenge: drawn,
    };
    let begun =
        sign_in::by_passkey(desk, (answer, String::new()), &site(), whence()).expect("a passkey");
    assert_eq!(who(desk, &begun.secret).person.id, person);
    let happened = sign_in::happened(desk, person, None).expect("what happened");
    assert!(happened.len() >= 4, "{happened:?}");
}

/// Tries what schema 11 adds.
fn let_in_by_account(desk: &Desk) {
    let entered = sign_in::by_provider(desk, arrived(Purpose::Enter(None)), Whence::default());
    let begun = inside(entered.unwrap_or_else(|trouble| unreachable!("{trouble}")));
    assert_eq!(who(desk, &begun.secret).person.id, admin(desk));
    let everybody = desk.read(|db| Ok(person_rows::list(db)?)).expect("people");
    let kim = everybody.iter().find(|one| one.name == "Kim");
    let linked = sign_in::linked(desk, kim.expect("somebody").id).expect("an answer");
    assert_eq!(linked.addresses, [ADDRESS]);
}

#[test]
fn ways_in_of_earlier_schemas_let_the_same_people_in() {
    let known = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(KNOWN));
    let known: Known = serde_json::from_slice(&known.expect("a file")).expect("what is known");
    for schema in [10, 11] {
        let dir = data_directory(schema);
        let desk = open(dir.path(), MADE + LATER);
        let_in(&desk, &known);
        if schema >= 11 {
            let_in_by_account(&desk);
        }
        drop(desk);
        assert_eq!(check(dir.path()).findings, [], "schema {schema}");
    }
}

/// The same with what is made today. With `CITEKEEP_WAYS_IN=DIR` it makes a
/// fixture (make.py): DIR has the data directory `data` of a demonstration.
#[test]
fn ways_in_that_are_made_today_let_the_same_people_in() {
    let temporary = tempfile::tempdir().expect("a directory");
    let wanted = std::env::var_os("CITEKEEP_WAYS_IN");
    let place = wanted.as_ref().map_or(temporary.path(), Path::new);
    let data = place.join("data");
    if wanted.is_none() {
        let name = Name::parse("Ann").expect("a name");
        let desk = open(&data, MADE);
        people::join(&desk, Actor::Operator, name, Role::Admin).expect("somebody");
    }
    let known = give(&data);
    if wanted.is_some() {
        copy(&data, &place.join("before-accounts"));
        let known = serde_json::to_vec_pretty(&known).expect("plain values");
        fs::write(place.join("ways-in.json"), known).expect("written");
    }
    give_account(&data, &known);
    if wanted.is_some() {
        return;
    }
    let desk = open(&data, MADE + LATER);
    let_in(&desk, &known);
    let_in_by_account(&desk);
    drop(desk);
    assert_eq!(check(&data).findings, []);
}

fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status();
    assert!(copied.expect("cp runs").success());
}
