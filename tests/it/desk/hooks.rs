//! Hooks: what receivers get, in which order, and what becomes of what they do
//! not take.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use citekeep::capture::fetch::Fetcher;
use citekeep::capture::fetch::allow::AllowList;
use citekeep::capture::fetch::limits::FetchLimits;
use citekeep::desk::Desk;
use citekeep::desk::hooks::{self, Teller};
use citekeep::domain::hook::{About, HookSecret, Interest, KINDS, Kind};
use citekeep::domain::ids::{DeliveryId, HookId};
use citekeep::domain::words::{Address, Name};
use citekeep::store::local::deliveries::{Delivery, Stage};
use citekeep::store::local::hooks::{Hook, Sheet};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::capture::origin::{Origin, Request, Response};
use crate::support::{Stopped, TestDesk, desk};

/// A desk of which a receiver is told.
struct Told {
    test: TestDesk,
    desk: Desk,
    clock: Arc<Stopped>,
}

fn told() -> Told {
    let (test, clock) = (desk(), Stopped::new());
    let desk = test.with_clock(clock.clone());
    Told { test, desk, clock }
}

impl Told {
    fn teller(&self, places: &[String]) -> Teller {
        teller(self.desk.clone(), places)
    }

    fn hook(&self, url: &str, about: About, kinds: &[&str]) -> (HookId, HookSecret) {
        let kinds: Vec<Kind> = kinds
            .iter()
            .map(|kind| kind.parse().expect("a kind"))
            .collect();
        let sheet = Sheet {
            name: Name::parse("Story system").expect("a name"),
            url: Address::parse(url).expect("an address"),
            interest: Interest::new(about, kinds).expect("an interest"),
        };
        let admin = self.admin();
        hooks::make(&self.desk, admin, sheet).expect("a hook")
    }

    fn admin(&self) -> citekeep::desk::Actor {
        citekeep::desk::Actor::Operator
    }

    fn look(&self, hook: HookId) -> Hook {
        hooks::look(&self.desk, hook).expect("the hook")
    }

    /// The messages to a hook, the oldest first.
    fn messages(&self, hook: HookId) -> Vec<Delivery> {
        let mut found = hooks::deliveries(&self.desk, hook, None, 100).expect("messages");
        found.reverse();
        found
    }
}

fn teller(desk: Desk, places: &[String]) -> Teller {
    let limits = FetchLimits {
        allow: AllowList::parse(places).expect("hosts"),
        ..FetchLimits::default()
    };
    let post = Arc::new(Fetcher::new(limits));
    Teller::new(desk, post, "https://desk.example/api/v1/claims".to_owned())
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.header(name).expect(name)
}

/// Does for a hook all that there is to do now.
async fn work(teller: &Teller, hook: HookId) {
    while teller.step(hook).await.expect("a step") {}
}

/// Lets others check a message against secrets, the newest first.
fn check(request: &Request, secrets: &[&HookSecret]) {
    let told = json!({
        "secrets": secrets.iter().map(|secret| secret.written()).collect::<Vec<_>>(),
        "id": header(request, "webhook-id"),
        "timestamp": header(request, "webhook-timestamp"),
        "signature": header(request, "webhook-signature"),
        "body": String::from_utf8(request.body.clone()).expect("UTF-8"),
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/python/webhooks");
    assert!(
        library.exists(),
        "standardwebhooks is not installed: run tests/tools/install once, as tests/all does"
    );
    let mut python = Command::new("python3")
        .arg(root.join("tests/tools/webhook.py"))
        .env("PYTHONPATH", library)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python 3 is needed");
    let mut stdin = python.stdin.take().expect("its input");
    write!(stdin, "{told}").expect("written");
    drop(stdin);
    let said = python.wait_with_output().expect("an end");
    let words = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.stdout, b"ok\n", "{words}");
}

#[tokio::test]
async fn a_message_says_what_happened_and_others_can_check_who_says_it() {
    let told = told();
    let origin = Origin::start(|_| Response::status(204));
    let url = origin.url("/hooks?desk=1").to_string();
    told.test.claim("Opened before the hook was made.");
    let (hook, secret) = told.hook(&url, About::Everything, &[]);
    let claim = told.test.claim("The bridge opened in 1932.");
    let teller = told.teller(&[origin.place()]);
    work(&teller, hook).await;
    let requests = origin.requests();
    let [request] = &requests[..] else {
        unreachable!("one thing happened: {requests:?}")
    };
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/hooks?desk=1")
    );
    assert_eq!(header(request, "content-type"), "application/json");
    let said = body(request);
    assert_eq!(said["type"], "claim_opened");
    assert_eq!(said["data"]["claim"], claim.get());
    assert_eq!(
        said["data"]["url"],
        format!("https://desk.example/api/v1/claims/{claim}")
    );
    let words = said.to_string();
    assert!(
        !words.contains("bridge"),
        "no words leave the desk: {words}"
    );
    check(request, &[&secret]);

    // Both secrets sign for a day, then the new one alone.
    let newer = hooks::rotate(&told.desk, told.admin(), hook).expect("a secret");
    for (seconds, secrets) in [(0, vec![&newer, &secret]), (86_400, vec![&newer])] {
        told.clock.pass(seconds);
        hooks::test(&told.desk, told.admin(), hook).expect("a test");
        work(&teller, hook).await;
        let requests = origin.requests();
        let last = requests.last().expect("a test");
        assert_eq!(body(last)["type"], "test");
        check(last, &secrets);
    }
    told.test.is_clean();
}

#[tokio::test]
async fn a_hook_is_told_of_what_it_wants_to_hear_of() {
    let told = told();
    let origin = Origin::start(|_| Response::status(200));
    let at = |path: &str| origin.url(path).to_string();
    let (readers, _) = told.hook(&at("/readers"), About::Public, &[]);
    let (chosen, _) = told.hook(
        &at("/chosen"),
        About::Chosen,
        &["verdict_given", "source_added"],
    );
    told.test.published();
    let teller = told.teller(&[origin.place()]);
    work(&teller, readers).await;
    work(&teller, chosen).await;
    let heard: Vec<(String, Value)> = origin
        .requests()
        .iter()
        .map(|request| (request.path.clone(), body(request)["type"].clone()))
        .collect();
    let expected = [
        ("/readers", "verdict_published"),
        ("/chosen", "source_added"),
        ("/chosen", "verdict_given"),
    ];
    let expected = expected.map(|(path, kind)| (path.to_owned(), json!(kind)));
    assert_eq!(heard, expected);
}

#[test]
fn every_kind_of_event_can_be_chosen() {
    let golden = include_str!("../golden/events.jsonl");
    for line in golden.lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let kind = record["event"]["kind"].as_str().expect("a kind");
        assert!(KINDS.contains(&kind), "{kind}");
    }
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_and_again_and_then_the_hook_is_paused() {
    let told = told();
    let status = Arc::new(AtomicU16::new(500));
    let answer = Arc::clone(&status);
    let origin = Origin::start(move |_| Response::status(answer.load(Ordering::Relaxed)));
    let (hook, _) = told.hook(origin.url("/").as_str(), About::Everything, &[]);
    told.test.claim("The bridge opened in 1932.");
    let teller = told.teller(&[origin.place()]);
    let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (tries, pause) in pauses.into_iter().enumerate() {
        work(&teller, hook).await;
        assert_eq!(origin.requests().len(), tries + 1);
        told.clock.pass(pause - 1);
        work(&teller, hook).await;
        assert_eq!(origin.requests().len(), tries + 1, "not before its time");
        assert_eq!(told.look(hook).paused, None);
        told.clock.pass(1);
    }
    work(&teller, hook).await;
    let paused = told.look(hook).paused.expect("a reason");
    assert!(paused.contains("status 500"), "{paused}");
    told.clock.pass(1_000_000);
    work(&teller, hook).await;
    assert_eq!(origin.requests().len(), 10, "a paused hook is left alone");

    status.store(200, Ordering::Relaxed);
    hooks::resume(&told.desk, told.admin(), hook).expect("resumed");
    work(&teller, hook).await;
    let mut names: Vec<String> = origin
        .requests()
        .iter()
        .map(|request| header(request, "webhook-id").to_owned())
        .collect();
    assert_eq!(names.len(), 11);
    names.dedup();
    assert_eq!(names.len(), 1, "each try has the same name");
    assert_eq!(told.messages(hook)[0].stage, Stage::Delivered);
}

#[tokio::test]
async fn a_receiver_that_was_down_gets_everything_in_its_order_and_once() {
    let told = told();
    let status = Arc::new(AtomicU16::new(503));
    let answer = Arc::clone(&status);
    let origin = Origin::start(move |_| Response::status(answer.load(Ordering::Relaxed)));
    let (hook, _) = told.hook(origin.url("/").as_str(), About::Everything, &[]);
    let teller = told.teller(&[origin.place()]);
    let mut claims = Vec::new();
    for number in 1..=5 {
        claims.push(told.test.claim(&format!("Claim number {number}.")).get());
        work(&teller, hook).await;
        told.clock.pass(2);
    }
    let before = origin.requests().len();
    status.store(200, Ordering::Relaxed);
    told.clock.pass(300);
    work(&teller, hook).await;
    let taken = &origin.requests()[before..];
    let told_of: Vec<i64> = taken
        .iter()
        .filter_map(|request| body(request)["data"]["claim"].as_i64())
        .collect();
    assert_eq!(told_of, claims);
    work(&teller, hook).await;
    assert_eq!(origin.requests().len(), before + 5, "nothing is told twice");
}

#[tokio::test]
async fn a_message_does_not_wait_for_a_clock_that_was_wrong() {
    let told = told();
    let status = Arc::new(AtomicU16::new(503));
    let answer = Arc::clone(&status);
    let origin = Origin::start(move |_| Response::status(answer.load(Ordering::Relaxed)));
    let (hook, _) = told.hook(origin.url("/").as_str(), About::Everything, &[]);
    let teller = told.teller(&[origin.place()]);
    let year = 365 * 86_400;
    told.clock.pass(year);
    told.test.claim("The bridge opened in 1932.");
    work(&teller, hook).await;
    assert_eq!(told.messages(hook)[0].stage, Stage::Waiting);
    told.clock.pass(-year);
    status.store(200, Ordering::Relaxed);
    work(&teller, hook).await;
    assert_eq!(told.messages(hook)[0].stage, Stage::Delivered);
}

#[tokio::test]
async fn a_slow_receiver_holds_up_nobody_else() {
    let told = told();
    // It takes the call and never answers.
    let slow = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = slow.local_addr().expect("an address").to_string();
    let (say, mut heard) = mpsc::unbounded_channel();
    let fast = Origin::start(move |request| {
        say.send(body(request)).expect("somebody listens");
        Response::status(200)
    });
    told.hook(&format!("http://{place}/"), About::Everything, &[]);
    told.hook(fast.url("/").as_str(), About::Everything, &[]);
    for number in 1..=3 {
        told.test.claim(&format!("Claim number {number}."));
    }
    let teller = told.teller(&[place, fast.place()]);
    let running = tokio::spawn(async move { teller.run().await });
    for _ in 1..=3 {
        // Sooner than the slow one is given up.
        let next = tokio::time::timeout(Duration::from_secs(15), heard.recv());
        assert!(next.await.expect("in time").is_some());
    }
    running.abort();
}

#[tokio::test]
async fn only_public_addresses_are_told_anything() {
    let told = told();
    let inside = Origin::start(|_| Response::status(200));
    let closed = [
        inside.url("/").to_string(),
        "http://localhost/".to_owned(),
        "http://10.0.0.7/".to_owned(),
        "https://[::1]/".to_owned(),
        "http://169.254.169.254/latest".to_owned(),
        "http://name:word@hooks.example/".to_owned(),
    ];
    let teller = told.teller(&[]);
    for url in closed {
        let (hook, _) = told.hook(&url, About::Everything, &[]);
        told.test.claim("The bridge opened in 1932.");
        work(&teller, hook).await;
        let paused = told.look(hook).paused;
        assert!(paused.is_some(), "{url}");
        assert_eq!(told.messages(hook)[0].tries, 1, "{url}");
    }
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn what_a_crash_leaves_open_is_sent_again_under_its_name() {
    let told = told();
    let (say, mut heard) = mpsc::unbounded_channel();
    let origin = Origin::start(move |_| {
        let _ = say.send(());
        Response::status(200)
    });
    let (hook, _) = told.hook(origin.url("/").as_str(), About::Everything, &[]);
    told.test.claim("The bridge opened in 1932.");
    told.test.claim("It is 503 metres long.");
    let first = told.teller(&[origin.place()]);
    tokio::select! {
        biased;
        _ = heard.recv() => {}
        _ = first.step(hook) => unreachable!("it ends before it can note the answer"),
    }
    drop(first);
    let again = teller(told.test.with_clock(told.clock.clone()), &[origin.place()]);
    work(&again, hook).await;
    let requests = origin.requests();
    let names: Vec<&str> = requests.iter().map(|it| header(it, "webhook-id")).collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names[0], names[1], "it is known again");
    assert_ne!(names[1], names[2]);
    assert_eq!(requests[0].body, requests[1].body);
}

#[tokio::test]
async fn what_somebody_sends_by_hand_is_tried_once_and_never_pauses() {
    let told = told();
    let origin = Origin::start(|request| match request.path.as_str() {
        "/moved" => Response::redirect(301, "/elsewhere"),
        "/gone" => Response::status(410),
        _ => Response::status(200),
    });
    let admin = told.admin();
    let teller = told.teller(&[origin.place()]);
    let (hook, _) = told.hook(origin.url("/moved").as_str(), About::Everything, &[]);
    hooks::test(&told.desk, admin, hook).expect("a test");
    work(&teller, hook).await;
    let test = &told.messages(hook)[0];
    assert_eq!((test.stage, test.status), (Stage::Failed, Some(301)));
    assert_eq!(told.look(hook).paused, None);
    assert_eq!(origin.paths(), ["/moved"], "nobody is followed elsewhere");

    let (gone, _) = told.hook(origin.url("/gone").as_str(), About::Everything, &[]);
    told.test.claim("The bridge opened in 1932.");
    work(&teller, gone).await;
    let paused = told.look(gone).paused.expect("a reason");
    assert!(paused.contains("gone for good"), "{paused}");

    let (fine, _) = told.hook(origin.url("/fine").as_str(), About::Everything, &[]);
    told.test.claim("It is 503 metres long.");
    work(&teller, fine).await;
    let sent = told.messages(fine)[0].clone();
    hooks::pause(&told.desk, admin, fine).expect("paused");
    hooks::send_again(&told.desk, admin, fine, sent.id).expect("sent again");
    work(&teller, fine).await;
    let requests = origin.requests();
    let [.., before, after] = &requests[..] else {
        unreachable!("two were sent")
    };
    assert_eq!(header(before, "webhook-id"), header(after, "webhook-id"));
    let none = DeliveryId::new(99_999).expect("a number");
    assert!(hooks::send_again(&told.desk, admin, fine, none).is_err());
    let seen = told.look(fine).rev;
    assert!(hooks::remove(&told.desk, admin, (fine, seen + 1)).is_err());
    hooks::remove(&told.desk, admin, (fine, seen)).expect("let go");
    assert!(hooks::look(&told.desk, fine).is_err());
    told.test.is_clean();
}
