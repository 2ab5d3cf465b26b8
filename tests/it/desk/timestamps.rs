//! Asking authorities for timestamps: when, whom, and what is kept.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use citekeep::capture::fetch::Fetcher;
use citekeep::capture::fetch::allow::AllowList;
use citekeep::capture::fetch::limits::FetchLimits;
use citekeep::desk::audit::report::{Kind, Report};
use citekeep::desk::timestamps::{Asked, Authority, Plan, Stamper};
use citekeep::desk::{Actor, Desk, audit, timestamps};
use citekeep::ledger::timestamp::{MAX_BYTES, Roots};
use citekeep::store::timestamps::{Kept, Turn, of_checkpoint};
use rusqlite::Connection;

use crate::capture::origin::{Origin, Request, Response};
use crate::support::authority::{Authority as Openssl, Key, STAMPS};
use crate::support::{Stopped, TestDesk, check, desk};

const HOUR: u64 = 3_600;

/// A desk by a clock that a test moves.
struct Asking {
    test: TestDesk,
    desk: Desk,
    clock: Arc<Stopped>,
}

fn asking() -> Asking {
    let (test, clock) = (desk(), Stopped::new());
    let desk = test.with_clock(clock.clone());
    Asking { test, desk, clock }
}

/// An authority that OpenSSL runs at an address of this machine, and its root.
fn stamping() -> (Origin, Roots) {
    let authority = Openssl::new(Key::P256);
    let roots = Roots::from_pem(&authority.root()).expect("a root");
    let signer = authority.signer(Key::P256, STAMPS);
    let origin = Origin::start(move |request| {
        assert_eq!(request.method, "POST");
        let kind = "application/timestamp-query";
        assert_eq!(request.header("content-type"), Some(kind));
        let reply = signer.reply(&request.body, "sha256", "sha256");
        Response::bytes("application/timestamp-reply", reply)
    });
    (origin, roots)
}

fn authority(name: &str, address: &str, roots: &Roots) -> Authority {
    Authority {
        name: name.parse().expect("a name"),
        address: address.parse().expect("an address"),
        roots: roots.clone(),
    }
}

impl Asking {
    fn stamper(&self, authorities: &[Authority]) -> (Stamper, Arc<Plan>) {
        let places = authorities.iter().map(|one| {
            let host = one.address.host_str().unwrap_or_default();
            format!("{host}:{}", one.address.port().unwrap_or(80))
        });
        let limits = FetchLimits {
            allow: AllowList::parse(&places.collect::<Vec<_>>()).expect("places"),
            gap: std::time::Duration::ZERO,
            ..FetchLimits::default()
        };
        let plan = Arc::new(Plan {
            every: HOUR,
            authorities: authorities.to_vec(),
        });
        let post = Arc::new(Fetcher::new(limits));
        let stamper = Stamper::new(self.desk.clone(), post, Arc::clone(&plan));
        (stamper, plan)
    }

    /// Opens a claim and signs the log; its size.
    fn grow(&self) -> u64 {
        self.test.claim("The bridge opened in 1932.");
        audit::checkpoint(&self.desk).expect("a checkpoint")
    }

    fn turn(&self, plan: &Plan) -> Turn {
        let standings = timestamps::standings(&self.desk, plan).expect("standings");
        standings[0].turn.clone().expect("it was asked")
    }

    fn kept(&self, size: u64) -> Vec<Kept> {
        let kept = self.desk.read(|db| Ok(of_checkpoint(db, size)?));
        kept.expect("timestamps")
    }

    fn verify(&self, plan: &Plan) -> Report {
        let mut report = check(&self.test.data());
        audit::timestamps::check(&self.test.data(), plan, &mut report).expect("a check");
        report
    }
}

fn is_stamped(asked: &Asked) -> bool {
    matches!(asked, Asked::Stamped(..))
}

fn words(asked: Asked) -> String {
    match asked {
        Asked::Failed(words) => words,
        other => unreachable!("it did not fail: {other:?}"),
    }
}

#[tokio::test]
async fn the_newest_checkpoint_is_stamped_once_an_hour_while_the_log_grows() {
    let asking = asking();
    let (origin, roots) = stamping();
    let one = authority("first", origin.url("/tsr").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&one));
    let step = || async { stamper.step(&one).await.expect("a step") };
    let first = asking.grow();
    assert!(is_stamped(&step().await));
    assert_eq!(step().await, Asked::Nothing, "it is stamped already");
    asking.grow();
    let second = asking.grow();
    asking.clock.pass(3_599);
    assert_eq!(step().await, Asked::Nothing, "not before its time");
    asking.clock.pass(1);
    assert!(is_stamped(&step().await));
    asking.clock.pass(1_000_000);
    assert_eq!(step().await, Asked::Nothing, "the log has not grown");
    assert_eq!(origin.requests().len(), 2, "not one for each checkpoint");
    let listed = timestamps::list(&asking.desk, None, 10).expect("a list");
    let sizes: Vec<u64> = listed.iter().map(|one| one.checkpoint).collect();
    assert_eq!(sizes, [second, first]);
    let place = (second, one.name.clone());
    let rest = timestamps::list(&asking.desk, Some(&place), 10).expect("a list");
    assert_eq!(rest, listed[1..]);

    let report = asking.verify(&plan);
    assert_eq!((report.findings.len(), report.timestamps), (0, 2));
    let proven = report.proven.last().expect("something proven");
    assert!(
        proven.contains(&format!("the first {second} entries existed")),
        "{proven}"
    );
    // Whoever does not know the authority is told what they cannot know.
    let report = asking.verify(&Plan::none());
    assert_eq!((report.findings.len(), report.timestamps), (0, 0));
    let open = report.not_proven.join("\n");
    assert!(
        open.contains("when 2 timestamps by first were made"),
        "{open}"
    );
    asking.test.is_clean();
}

#[tokio::test]
async fn an_authority_that_is_down_is_asked_again_and_holds_up_no_other() {
    let asking = asking();
    let (origin, roots) = stamping();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = closed.local_addr().expect("an address");
    drop(closed);
    let down = authority("down", &format!("http://{place}/"), &roots);
    let up = authority("up", origin.url("/tsr").as_str(), &roots);
    let (stamper, plan) = asking.stamper(&[down.clone(), up.clone()]);
    let size = asking.grow();
    for pause in [30, 300, 1_800, 7_200, 14_400, 14_400] {
        let said = words(stamper.step(&down).await.expect("a step"));
        assert!(said.contains("127.0.0.1 cannot be reached"), "{said}");
        asking.clock.pass(pause - 1);
        let early = stamper.step(&down).await.expect("a step");
        assert_eq!(early, Asked::Nothing, "not before its time");
        asking.clock.pass(1);
    }
    let turn = asking.turn(&plan);
    assert_eq!(turn.tries, 6);
    assert!(is_stamped(&stamper.step(&up).await.expect("a step")));
    assert_eq!(asking.kept(size).len(), 1);

    // It comes back, and gets the newest checkpoint and no older one.
    let newest = asking.grow();
    let back = authority("down", origin.url("/tsr").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&back));
    let asked = stamper.step(&back).await.expect("a step");
    assert!(
        matches!(asked, Asked::Stamped(size, _) if size == newest),
        "{asked:?}"
    );
    let turn = asking.turn(&plan);
    assert_eq!((turn.tries, turn.words), (0, None));
    asking.test.is_clean();
}

#[tokio::test]
async fn what_is_wrong_is_told_in_plain_words_and_not_kept() {
    let asking = asking();
    let (right, roots) = stamping();
    let (other, _) = stamping();
    // An authority that repeats what it answered once.
    let stale = Arc::new(Mutex::new(Vec::new()));
    let size = asking.grow();
    let good = authority("good", right.url("/").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&good));
    assert!(is_stamped(&stamper.step(&good).await.expect("a step")));
    stale
        .lock()
        .expect("nobody failed")
        .clone_from(&asking.kept(size)[0].answer);

    let bad = Origin::start(move |request: &Request| match request.path.as_str() {
        "/large" => Response::bytes("application/timestamp-reply", vec![0x30; MAX_BYTES + 1]),
        "/page" => Response::page("<title>Please sign in to this network</title>"),
        "/refused" => Response::bytes("application/timestamp-reply", [0x30, 5, 0x30, 3, 2, 1, 2]),
        "/again" => {
            let stale = stale.lock().expect("nobody failed").clone();
            Response::bytes("application/timestamp-reply", stale)
        }
        "/busy" => Response::status(503).with("Retry-After", "1000"),
        "/moved" => Response::redirect(301, "/elsewhere"),
        _ => Response::status(404),
    });
    let at = |path: &str| bad.url(path).to_string();
    for (address, expected) in [
        (at("/large"), "more than 65536 bytes"),
        (at("/page"), "the answer is not in order"),
        (at("/refused"), "it rejects the request"),
        (at("/again"), "answers another question"),
        (at("/busy"), "status 503"),
        (at("/moved"), "status 301"),
        (other.url("/").to_string(), "the signer's certificate"),
    ] {
        let wrong = authority("wrong", &address, &roots);
        let (stamper, _) = asking.stamper(std::slice::from_ref(&wrong));
        let said = words(stamper.step_now(&wrong).await.expect("a step"));
        assert!(said.contains(expected), "{address}: {said}");
    }
    assert_eq!(asking.kept(size).len(), 1, "none of them is kept");
    assert!(
        !bad.paths().contains(&"/elsewhere".to_owned()),
        "nobody is followed"
    );
    assert_eq!(asking.verify(&plan).findings, []);
}

#[tokio::test]
async fn an_authority_that_asks_for_quiet_gets_it() {
    let asking = asking();
    let (_, roots) = stamping();
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let busy = Origin::start(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Response::status(503).with("Retry-After", "1000")
    });
    let one = authority("busy", busy.url("/").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&one));
    asking.grow();
    words(stamper.step(&one).await.expect("a step"));
    asking.clock.pass(999);
    assert_eq!(stamper.step(&one).await.expect("a step"), Asked::Nothing);
    // Somebody asks for it, or the clock was set back: it is asked at once.
    timestamps::hurry(&asking.desk, Actor::Operator, &plan).expect("hurried");
    words(stamper.step(&one).await.expect("a step"));
    asking.clock.pass(-1_000_000);
    words(stamper.step(&one).await.expect("a step"));
    assert_eq!(tries.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_desk_whose_clock_is_wrong_keeps_the_timestamp_and_says_so() {
    let asking = asking();
    let (origin, roots) = stamping();
    let one = authority("first", origin.url("/").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&one));
    // Into a year in which nobody stamps yet.
    asking.clock.pass(100 * 366 * 86_400);
    let claims = &asking.desk;
    let new = citekeep::desk::claims::NewClaim {
        statement: citekeep::domain::words::Statement::parse("Made in the future.")
            .expect("a statement"),
        claimant: None,
        made: citekeep::desk::claims::Made::default(),
    };
    citekeep::desk::claims::open(claims, asking.test.researcher, new).expect("a claim");
    audit::checkpoint(&asking.desk).expect("a checkpoint");
    assert!(is_stamped(&stamper.step(&one).await.expect("a step")));
    let standing = &timestamps::standings(&asking.desk, &plan).expect("standings")[0];
    let years = standing.apart().expect("apart") / (365 * 86_400);
    assert!((50..100).contains(&years), "{years}");
    let report = asking.verify(&plan);
    assert_eq!(report.findings, []);
    let open = report.not_proven.join("\n");
    assert!(open.contains("one of the two clocks was wrong"), "{open}");
}

#[tokio::test]
async fn timestamps_that_were_tampered_with_are_found() {
    let asking = asking();
    let (origin, roots) = stamping();
    let one = authority("first", origin.url("/").as_str(), &roots);
    let (stamper, plan) = asking.stamper(std::slice::from_ref(&one));
    let older = asking.grow();
    assert!(is_stamped(&stamper.step_now(&one).await.expect("a step")));
    let size = asking.grow();
    assert!(is_stamped(&stamper.step_now(&one).await.expect("a step")));
    assert_eq!(asking.verify(&plan).findings, []);
    let attack = |sql: &str, words: &str| {
        let conn = Connection::open(asking.test.data().join("desk.db")).expect("the database");
        let before = "CREATE TEMP TABLE kept AS SELECT * FROM timestamp";
        conn.execute_batch(before).expect("a copy");
        assert!(conn.execute(sql, []).expect("an attack") > 0, "{sql}");
        let report = asking.verify(&plan);
        let kinds: Vec<Kind> = report.findings.iter().map(|one| one.kind).collect();
        assert!(kinds.contains(&Kind::BadTimestamp), "{sql}: {kinds:?}");
        let said = format!("{:?}", report.findings);
        assert!(said.contains(words), "{sql}: {said}");
        assert!(report.proven.is_empty(), "{:?}", report.proven);
        conn.execute_batch("DELETE FROM timestamp; INSERT INTO timestamp SELECT * FROM kept")
            .expect("put back");
    };
    attack(
        "UPDATE timestamp SET stamped_at = stamped_at - 1000",
        "another time than was signed",
    );
    attack(
        "UPDATE timestamp SET nonce = x'0102030405060708'",
        "another question",
    );
    attack(
        &format!(
            "UPDATE timestamp SET answer = (SELECT answer FROM timestamp WHERE checkpoint = {older}),
               nonce = (SELECT nonce FROM timestamp WHERE checkpoint = {older})
             WHERE checkpoint = {size}"
        ),
        "about other bytes",
    );
    attack(
        "UPDATE timestamp SET answer = substr(answer, 1, 100)",
        "not in order",
    );
    // Another root in the configuration does not know the signer.
    let stranger = Openssl::new(Key::P256);
    let roots = Roots::from_pem(&stranger.root()).expect("a root");
    let other = Plan {
        every: HOUR,
        authorities: vec![authority("first", "http://stamp.example/", &roots)],
    };
    let report = asking.verify(&other);
    assert_eq!(report.findings.len(), 2);
    assert_eq!(asking.verify(&plan).findings, []);
}
