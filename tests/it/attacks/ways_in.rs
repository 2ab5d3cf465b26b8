//! Somebody tries what worked once a second time, or twice at once, keeps a
//! session over a change that should end it, or learns from the desk which names
//! there are.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::thread::Scope;
use std::time::{Duration, Instant};

use citekeep::desk::people::{self, SignedIn};
use citekeep::desk::sign_in::{self, Begun, Credentials, Entered, Proof, Whence};
use citekeep::desk::{Actor, Desk, DeskError};
use citekeep::domain::account::Happening;
use citekeep::domain::ids::PersonId;
use citekeep::domain::person::Role;

use crate::support::app::code;
use crate::support::{Stopped, TestDesk, desk};

const PASSWORD: &str = "a long enough password";

/// A desk at which the reviewer has a password.
struct House {
    desk: Desk,
    clock: Arc<Stopped>,
    person: PersonId,
    begun: Begun,
    test: TestDesk,
}

impl House {
    fn new() -> Self {
        let test = desk();
        // Somebody is left who looks after the desk when others go.
        test.join(Role::Admin);
        let clock = Stopped::new();
        let desk = test.with_clock(clock.clone());
        let person = test.reviewer.byline().expect("a person").person;
        let link = new_link(&desk, person);
        let entered = sign_in::by_link(&desk, &link, Whence::default());
        let begun = inside(entered.expect("a link that works"));
        let begun = choose(&desk, &begun, PASSWORD);
        Self {
            desk,
            clock,
            person,
            begun,
            test,
        }
    }

    fn who(&self, begun: &Begun) -> Option<SignedIn> {
        sign_in::who(&self.desk, &begun.secret).expect("a desk that answers")
    }

    fn by_password(&self) -> Entered {
        let typed = ("ann", PASSWORD);
        sign_in::by_password(&self.desk, typed, Whence::default()).expect("the right password")
    }

    /// The first step, where a second follows.
    fn step(&self) -> String {
        match self.by_password() {
            Entered::HalfWay(half) => half.step,
            Entered::In(_) => unreachable!("they have a second factor"),
        }
    }

    fn second(&self, step: &str, typed: &str) -> Result<Begun, DeskError> {
        sign_in::by_second_factor(&self.desk, step, typed.to_owned(), Whence::default())
    }

    /// The code that the app shows so many seconds from now.
    fn code(&self, app: &str, later: i64) -> String {
        code(app, (self.desk.now().as_millis() / 1_000 + later) as u64)
    }

    /// Sets an app up: its secret, and the recovery codes.
    fn set_up_app(&self) -> (String, Vec<String>) {
        let me = self.who(&self.begun).expect("signed in");
        let app = sign_in::propose_app(&self.desk, &me)
            .expect("an app")
            .secret;
        let typed = self.code(&app, 0);
        let codes = sign_in::confirm_app(&self.desk, &me, &typed, Whence::default());
        // Codes are taken once: the next is wanted from here on.
        self.clock.pass(30);
        (app, codes.expect("confirmed").expect("the right code"))
    }
}

fn new_link(desk: &Desk, person: PersonId) -> String {
    let made = people::make_sign_in_link(desk, Actor::Operator, person, Whence::default());
    made.expect("a link").1
}

fn inside(entered: Entered) -> Begun {
    match entered {
        Entered::In(begun) => begun,
        Entered::HalfWay(_) => unreachable!("they have no second factor"),
    }
}

fn choose(desk: &Desk, begun: &Begun, password: &str) -> Begun {
    let me = sign_in::who(desk, &begun.secret).expect("a desk that answers");
    let credentials = Credentials::choose("ann", password, &[]).expect("a fine password");
    let chosen = (credentials, PASSWORD);
    let who = me.expect("signed in");
    sign_in::choose(desk, &who, chosen, Whence::default()).expect("chosen")
}

/// How many of these are let in that are tried at once.
fn let_in<T: Send>(tries: Vec<Box<dyn FnOnce() -> Result<T, DeskError> + Send + '_>>) -> usize {
    let done: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = tries.into_iter().map(|one| scope.spawn(one)).collect();
        running
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    done.into_iter().filter(Result::is_ok).count()
}

#[test]
fn session_kept_over_a_change() {
    let house = House::new();
    let (desk, person) = (&house.desk, house.person);
    // A new password.
    let other = inside(house.by_password());
    assert!(house.who(&other).is_some());
    let mine = choose(desk, &house.begun, "another long password");
    assert!(house.who(&other).is_none(), "all others end");
    assert!(house.who(&house.begun).is_none(), "the secret is a new one");
    assert!(house.who(&mine).is_some());
    // Another role holds from the next request on, and the secret changes.
    people::change_role(desk, Actor::Operator, person, Role::Reader).expect("changed");
    let me = house.who(&mine).expect("signed in");
    assert_eq!(me.person.role, Role::Reader);
    assert!(me.session.expect("a session").renew);
    let renewed = sign_in::renew(desk, &mine.secret).expect("a desk that answers");
    assert!(house.who(&mine).is_none());
    let mine = Begun {
        secret: renewed.expect("a new secret"),
        ..mine
    };
    assert!(house.who(&mine).is_some());
    // Second factors that an admin removes.
    let removed = sign_in::remove_factors(desk, Actor::Operator, person, Whence::default());
    removed.expect("removed");
    assert!(house.who(&mine).is_none());
    // A way out for good.
    let link = new_link(desk, person);
    let entered = sign_in::by_link(desk, &link, Whence::default());
    let mine = inside(entered.expect("a link that works"));
    people::leave(desk, Actor::Operator, person).expect("gone");
    assert!(house.who(&mine).is_none());
    let typed = ("ann", "another long password");
    assert!(sign_in::by_password(desk, typed, Whence::default()).is_err());
    house.test.is_clean();
}

#[test]
fn code_typed_again() {
    let house = House::new();
    let (app, recovery) = house.set_up_app();
    let typed = house.code(&app, 0);
    let begun = house.second(&house.step(), &typed).expect("the right code");
    let again = |typed: &str| {
        matches!(
            house.second(&house.step(), typed),
            Err(DeskError::WrongFactor)
        )
    };
    assert!(again(&typed), "at once");
    assert!(again(&house.code(&app, -30)), "one of before it");
    house.clock.pass(30);
    assert!(again(&typed), "while it would still stand");
    // Nor is it a proof of who somebody is before something grave.
    let me = house.who(&begun).expect("signed in");
    let proof = |typed: &str| {
        let shown = (Proof::Code(typed.to_owned()), Whence::default());
        sign_in::confirm(&house.desk, &me, &begun.secret, shown)
    };
    assert!(matches!(proof(&typed), Err(DeskError::WrongFactor)));
    // A recovery code works once, for whatever it is shown.
    assert!(house.second(&house.step(), &recovery[0]).is_ok());
    assert!(again(&recovery[0]));
    assert!(matches!(proof(&recovery[0]), Err(DeskError::WrongFactor)));
    let renewed = proof(&recovery[1]).expect("a fresh one");
    assert!(again(&recovery[1]), "used as a proof");
    assert!(house.who(&begun).is_none(), "a proof renews the secret");
    let told = sign_in::happened(&house.desk, house.person, None).expect("what happened");
    let used = told
        .iter()
        .filter(|event| event.kind == Happening::RecoveryUsed);
    assert_eq!(used.count(), 2);
    // The step of before is worth nothing once somebody has a new password.
    let step = house.step();
    let begun = Begun {
        secret: renewed,
        ..begun
    };
    choose(&house.desk, &begun, "another long password");
    let late = house.second(&step, &recovery[2]);
    assert!(matches!(late, Err(DeskError::StepGone)), "{late:?}");
    house.test.is_clean();
}

#[test]
fn one_way_in_for_two_at_once() {
    let house = House::new();
    let (app, recovery) = house.set_up_app();
    let at_once = |pairs: [(&str, &str); 4]| {
        let tries = pairs.map(|(step, typed)| -> Box<dyn FnOnce() -> _ + Send> {
            let (step, typed, house) = (step.to_owned(), typed.to_owned(), &house);
            Box::new(move || house.second(&step, &typed))
        });
        let_in(Vec::from(tries))
    };
    let steps = [0; 4].map(|_| house.step());
    let typed = house.code(&app, 0);
    assert_eq!(
        at_once(steps.each_ref().map(|step| (step.as_str(), typed.as_str()))),
        1
    );
    let steps = [0; 4].map(|_| house.step());
    assert_eq!(
        at_once(
            steps
                .each_ref()
                .map(|step| (step.as_str(), recovery[0].as_str()))
        ),
        1
    );
    // One step, with four codes that are all right.
    let step = house.step();
    assert_eq!(
        at_once([1, 2, 3, 4].map(|n| (step.as_str(), recovery[n].as_str()))),
        1
    );
    // One link.
    let link = new_link(&house.desk, house.person);
    let tries = [0; 4].map(|_| -> Box<dyn FnOnce() -> _ + Send> {
        Box::new(|| sign_in::by_link(&house.desk, &link, Whence::default()))
    });
    assert_eq!(let_in(Vec::from(tries)), 1);
    house.test.is_clean();
}

#[test]
fn notice_silenced_by_whoever_caused_it() {
    let house = House::new();
    let untold = |begun: &Begun| {
        let me = house.who(begun).expect("signed in");
        me.session
            .expect("a session")
            .untold
            .map(|event| event.kind)
    };
    let me = house.who(&house.begun).expect("signed in");
    sign_in::know(&house.desk, &me, i64::MAX).expect("noted");
    assert_eq!(untold(&house.begun), None);
    let thief = inside(house.by_password());
    let asks = house.who(&thief).expect("signed in");
    sign_in::know(&house.desk, &asks, i64::MAX).expect("noted");
    assert_eq!(untold(&house.begun), Some(Happening::NewBrowser));
    sign_in::know(&house.desk, &me, i64::MAX).expect("noted");
    assert_eq!(untold(&house.begun), None);
    house.test.is_clean();
}

/// The least time that each of two tries takes of some, taken in turns.
fn least(mut tries: [Box<dyn FnMut() + '_>; 2]) -> [Duration; 2] {
    let mut found = [Duration::MAX; 2];
    for _ in 0..6 {
        for (one, least) in tries.iter_mut().zip(&mut found) {
            let start = Instant::now();
            one();
            *least = start.elapsed().min(*least);
        }
    }
    found
}

#[test]
fn names_told_by_time() {
    let house = House::new();
    let names = ["ann", "nobody-has-this"];
    let [known, unknown] = least(names.map(|name| -> Box<dyn FnMut()> {
        let house = &house;
        Box::new(move || {
            let typed = (name, "not the password");
            let refused = sign_in::by_password(&house.desk, typed, Whence::default());
            assert!(
                matches!(refused, Err(DeskError::NotSignedIn)),
                "{refused:?}"
            );
        })
    }));
    // A hash is most of it; without one a try takes a hundredth. Other tests run
    // beside this one, so that nothing finer can be told here.
    let is_alike = known < unknown * 8 && unknown < known * 8;
    assert!(is_alike, "{known:?} and {unknown:?}");
    house.test.is_clean();
}

/// Does things one after the other in the writer, each asked for while those
/// before it still wait, so that nobody reads what they wrote.
fn in_turn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    desk: &'scope Desk,
    deeds: Vec<Box<dyn FnOnce() + Send + 'scope>>,
) {
    let (go, held) = sync_channel::<()>(1);
    let wait_for = |waiting: usize| {
        while desk.store().writes().waiting.load(Ordering::Relaxed) < waiting {
            std::thread::yield_now();
        }
    };
    scope.spawn(move || {
        let hold = desk.store().write(move |_| {
            held.recv().expect("a word");
            Ok::<_, DeskError>(())
        });
        hold.expect("held");
    });
    for (before, deed) in deeds.into_iter().enumerate() {
        wait_for(before + 1);
        scope.spawn(deed);
        wait_for(before + 2);
    }
    go.send(()).expect("somebody waits");
}

#[test]
fn password_changed_while_it_is_looked_at() {
    let house = House::new();
    let (desk, person) = (&house.desk, house.person);
    let kept_out = std::sync::OnceLock::new();
    let thief = || {
        let typed = ("ann", PASSWORD);
        let done = sign_in::by_password(desk, typed, Whence::default());
        kept_out.set(done.is_err()).expect("once");
    };
    std::thread::scope(|scope| {
        let chosen = || drop(choose(desk, &house.begun, "another long password"));
        in_turn(scope, desk, vec![Box::new(chosen), Box::new(thief)]);
    });
    assert_eq!(kept_out.get(), Some(&true), "with the password of before");
    // A session that an admin ends just now chooses no password and goes on with it.
    let link = new_link(desk, person);
    let entered = sign_in::by_link(desk, &link, Whence::default());
    let begun = inside(entered.expect("a link that works"));
    let me = house.who(&begun).expect("signed in");
    let kept_out = std::sync::OnceLock::new();
    let thief = || {
        let chosen = Credentials::choose("ann", "the password of a thief", &[]);
        let chosen = (chosen.expect("a fine password"), "");
        let done = sign_in::choose(desk, &me, chosen, Whence::default());
        kept_out
            .set(matches!(done, Err(DeskError::NoSession)))
            .expect("once");
    };
    std::thread::scope(|scope| {
        let ended = || {
            let all = (Actor::Operator, person);
            sign_in::end_all(desk, all.0, all.1, None, Whence::default()).expect("ended");
        };
        in_turn(scope, desk, vec![Box::new(ended), Box::new(thief)]);
    });
    assert_eq!(kept_out.get(), Some(&true), "in a session that was ended");
    let typed = ("ann", "the password of a thief");
    assert!(sign_in::by_password(desk, typed, Whence::default()).is_err());
    house.test.is_clean();
}
