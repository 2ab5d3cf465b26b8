//! The queue of captures, against a server of the tests' own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use citekeep::capture::apart::Reading;
use citekeep::capture::fetch::Fetcher;
use citekeep::capture::fetch::allow::AllowList;
use citekeep::capture::fetch::limits::FetchLimits;
use citekeep::capture::wayback;
use citekeep::desk::capturing::{self, Archive, Found, MOST_TRIES, Worker};
use citekeep::desk::{Actor, Desk, DeskError, changes, sources};
use citekeep::domain::change::Interval;
use citekeep::domain::ids::SourceId;
use citekeep::domain::source::{Directness, Grade, SourceKind, SourceSheet};
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{Address, Name, Title};
use citekeep::store;
use citekeep::store::local::captures::{Queued, Stage};

use crate::capture::origin::{Origin, Request, Response};
use crate::support::{Stopped, TestDesk, desk, parse_limits};

fn worker(desk: &TestDesk, origin: &Origin, archive: Option<Archive>) -> Worker {
    worker_at(desk.desk.clone(), origin, archive)
}

fn worker_at(desk: Desk, origin: &Origin, archive: Option<Archive>) -> Worker {
    let limits = FetchLimits {
        allow: AllowList::parse(&[origin.place()]).expect("a host"),
        gap: Duration::from_millis(1),
        total: Duration::from_secs(5),
        bytes: 1_000_000,
        ..FetchLimits::default()
    };
    Worker::new(desk, Arc::new(Fetcher::new(limits)), archive)
}

fn address(origin: &Origin, path: &str) -> Address {
    Address::parse(origin.url(path).as_str()).expect("an address")
}

fn sheet(origin: &Origin, path: &str) -> SourceSheet {
    SourceSheet {
        title: Title::parse("A page").expect("a title"),
        kind: SourceKind::Article,
        publisher: Name::parse("Publisher").expect("a name"),
        author: None,
        published: None,
        directness: Directness::Primary,
        grade: Grade::UNJUDGED,
        origin: None,
        url: Some(address(origin, path)),
        as_cited_by: None,
    }
}

fn source(desk: &TestDesk, origin: &Origin, path: &str) -> SourceId {
    sources::add(&desk.desk, desk.researcher, sheet(origin, path)).expect("a source")
}

fn look(desk: &TestDesk, id: i64) -> Queued {
    capturing::look(&desk.desk, id).expect("the capture")
}

/// Asks for a source to be looked at, and works on it once.
async fn check(desk: &TestDesk, worker: &Worker, source: SourceId) -> Queued {
    let id = capturing::recheck(&desk.desk, desk.researcher, source).expect("a capture");
    assert!(worker.step().await.expect("a step"), "nothing was due");
    look(desk, id)
}

fn no_robots(request: &Request) -> Option<Response> {
    (request.path == "/robots.txt").then(|| Response::status(404))
}

fn taken(desk: &TestDesk, source: SourceId) -> Vec<store::snapshots::Taken> {
    let found = desk
        .desk
        .read(|db| Ok(store::snapshots::list(db, source, 100)?));
    found.expect("its snapshots")
}

#[tokio::test]
async fn an_address_becomes_a_proposed_sheet_and_then_a_source() {
    let origin = Origin::start(|request| {
        no_robots(request).unwrap_or_else(|| match request.path.as_str() {
            "/old" => Response::redirect(302, "/new"),
            _ => Response::page("<html><title>A bridge</title><p>It opened in 1932.")
                .with("Set-Cookie", "a=b")
                .with("ETag", "\"1\""),
        })
    });
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let asked = address(&origin, "/old");
    let id = capturing::ask(&desk.desk, desk.researcher, None, asked.clone()).expect("a capture");
    assert_eq!(look(&desk, id).stage, Stage::Waiting);
    assert!(worker.step().await.expect("a step"));
    let queued = look(&desk, id);
    assert_eq!(queued.stage, Stage::Read, "{:?}", queued.words);
    let found: Found = capturing::waiting_sheet(&queued).expect("what was found");
    assert_eq!(found.proposal.title.as_deref(), Some("A bridge"));
    let sheet = sheet(&origin, "/new");
    let source = capturing::adopt(&desk.desk, desk.researcher, id, (sheet.clone(), None));
    let source = source.expect("a source");
    let again = capturing::adopt(&desk.desk, desk.researcher, id, (sheet, None));
    assert!(matches!(again, Err(DeskError::CaptureStage("done"))));
    let taken = taken(&desk, source);
    let response = taken[0].response.as_ref().expect("an answer");
    assert_eq!(response.asked, asked);
    assert_eq!(response.last, address(&origin, "/new"));
    assert_eq!(response.hops.len(), 1);
    assert_eq!(response.header("etag"), Some("\"1\""));
    assert_eq!(response.header("set-cookie"), None);
    assert_eq!(taken[0].by, desk.researcher.byline().map(|by| by.person));
    desk.is_clean();
}

#[tokio::test]
async fn what_did_not_change_is_confirmed_and_what_did_is_captured() {
    let at = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&at);
    let origin = Origin::start(move |request| {
        let answer = || match now.load(Ordering::SeqCst) {
            0 => Response::page("<p>It opened in 1932.").with("ETag", "\"a\""),
            1 if request.header("if-none-match") == Some("\"a\"") => Response::status(304),
            2 => Response::page("<p>It opened in 1932."),
            _ => Response::page("<p>It opened in 1933."),
        };
        no_robots(request).unwrap_or_else(answer)
    });
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    for (step, stage, snapshots) in [
        (0, Stage::Done, 1),
        (1, Stage::Same, 1),
        (2, Stage::Same, 1),
        (3, Stage::Done, 2),
    ] {
        at.store(step, Ordering::SeqCst);
        let queued = check(&desk, &worker, source).await;
        assert_eq!(queued.stage, stage, "step {step}: {:?}", queued.words);
        let taken = taken(&desk, source);
        assert_eq!(taken.len(), snapshots, "step {step}");
        assert_eq!(taken[0].confirmed.is_some(), stage == Stage::Same);
    }
    desk.is_clean();
}

#[tokio::test]
async fn a_server_out_of_order_is_tried_again_and_then_given_up() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::status(503)));
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    let first = check(&desk, &worker, source).await;
    assert_eq!((first.stage, first.tries), (Stage::Waiting, 1));
    assert!(first.due_at > desk.desk.now(), "it is tried at once again");
    assert!(!worker.step().await.expect("a step"), "it was not due yet");
    for _ in 1..MOST_TRIES {
        // Somebody is impatient; the clock of tests does not jump.
        let waiting = look(&desk, first.id);
        assert_eq!(waiting.stage, Stage::Waiting);
        assert!(worker.step_on(first.id).await.expect("a step"));
    }
    let last = look(&desk, first.id);
    assert_eq!((last.stage, last.tries), (Stage::Failed, MOST_TRIES));
    assert!(last.words.expect("words").contains("503"));
    assert_eq!(taken(&desk, source).len(), 0);
    capturing::retry(&desk.desk, desk.researcher, first.id).expect("another try");
    assert_eq!(look(&desk, first.id).stage, Stage::Waiting);
    desk.is_clean();
}

#[tokio::test]
async fn what_cannot_be_kept_fails_in_words() {
    let long = format!("/{}", "a".repeat(3_000));
    let origin = Origin::start(move |request| {
        let answer = || match request.path.as_str() {
            "/empty" => Response::page(""),
            "/long" => Response::redirect(302, &long),
            _ => Response::page("<p>x"),
        };
        no_robots(request).unwrap_or_else(answer)
    });
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    for (path, expected) in [("/empty", "without any content"), ("/long", "too long")] {
        let source = source(&desk, &origin, path);
        let ended = check(&desk, &worker, source).await;
        assert_eq!(ended.stage, Stage::Failed, "{path}");
        let words = ended.words.expect("words");
        assert!(words.contains(expected), "{path}: {words}");
    }
    desk.is_clean();
}

#[tokio::test]
async fn a_reader_that_does_not_start_changes_nothing() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::page("<p>x")));
    let desk = desk();
    let broken = desk.with_reading(Reading::Apart {
        program: "/nowhere/citekeep".into(),
        limits: parse_limits(),
        scanner: None,
    });
    let limits = FetchLimits {
        allow: AllowList::parse(&[origin.place()]).expect("a host"),
        gap: Duration::from_millis(1),
        ..FetchLimits::default()
    };
    let worker = Worker::new(broken, Arc::new(Fetcher::new(limits)), None);
    let source = source(&desk, &origin, "/page");
    let id = capturing::recheck(&desk.desk, desk.researcher, source).expect("a capture");
    assert!(worker.step_on(id).await.expect("a step"));
    assert_eq!(look(&desk, id).stage, Stage::Waiting, "it is tried again");
    assert_eq!(taken(&desk, source).len(), 0);
    desk.is_clean();
}

#[tokio::test]
async fn a_page_that_is_not_there_is_no_change() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::status(404)));
    let desk = desk();
    let (claim, _) = desk.published();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    let ended = check(&desk, &worker, source).await;
    assert_eq!(ended.stage, Stage::Failed);
    assert_eq!(desk.state(claim), "published");
    desk.is_clean();
}

#[tokio::test]
async fn a_capture_that_is_stopped_leaves_nothing() {
    let origin = Origin::start(|request| {
        let slow = Response::drip("x", Duration::from_millis(20));
        no_robots(request).unwrap_or(slow)
    });
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    let id = capturing::recheck(&desk.desk, desk.researcher, source).expect("a capture");
    let stop = async {
        while desk.desk.queue().bytes(id).is_none_or(|bytes| bytes == 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        capturing::cancel(&desk.desk, desk.researcher, id).expect("stopped");
    };
    let (done, ()) = tokio::join!(worker.step(), stop);
    assert!(done.expect("a step"));
    assert_eq!(look(&desk, id).stage, Stage::Cancelled);
    assert_eq!(taken(&desk, source).len(), 0);
    desk.is_clean();
}

#[tokio::test]
async fn what_ran_when_the_program_ended_starts_anew() {
    let origin = Origin::start(|request| {
        let slow = Response::drip(vec![b'x'; 150_000], Duration::from_millis(20));
        no_robots(request).unwrap_or(slow)
    });
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    let id = capturing::recheck(&desk.desk, desk.researcher, source).expect("a capture");
    // The program ends half-way: the future is let go.
    let _ = tokio::time::timeout(Duration::from_millis(60), worker.step()).await;
    worker.wake_up().expect("woken");
    assert_eq!(look(&desk, id).stage, Stage::Waiting);
    // A body without an end is cut at the limit, in words.
    assert!(worker.step().await.expect("a step"));
    let ended = look(&desk, id);
    assert_eq!(ended.stage, Stage::Failed);
    assert!(ended.words.expect("words").contains("1000000"));
    desk.is_clean();
}

#[tokio::test]
async fn what_waits_does_not_wait_for_a_clock_that_was_wrong() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::page("<p>x")));
    let (test, clock) = (desk(), Stopped::new());
    let desk = test.with_clock(clock.clone());
    let worker = worker_at(desk.clone(), &origin, None);
    let year = 365 * 86_400;
    clock.pass(year);
    let asked = address(&origin, "/page");
    let id = capturing::ask(&desk, test.researcher, None, asked).expect("a capture");
    clock.pass(-year);
    assert!(worker.step().await.expect("a step"), "it is due");
    let queued = capturing::look(&desk, id).expect("the capture");
    assert_eq!(queued.stage, Stage::Read, "{:?}", queued.words);
}

#[tokio::test]
async fn schedules_queue_what_is_due() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::page("<p>x")));
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    let without = desk.source("Without an address");
    let every = |days| Interval::try_from(days).ok();
    let refused = changes::schedule(&desk.desk, desk.researcher, without, every(7));
    assert!(matches!(refused, Err(DeskError::NoAddress)));
    changes::schedule(&desk.desk, desk.researcher, source, every(7)).expect("a schedule");
    assert_eq!(capturing::queue_due(&desk.desk).expect("queued"), 1);
    assert_eq!(
        capturing::queue_due(&desk.desk).expect("queued"),
        0,
        "it waits already"
    );
    assert!(worker.step().await.expect("a step"));
    assert_eq!(taken(&desk, source)[0].by, None, "the desk itself asked");
    let due_after = |days: i64| {
        let now = desk.desk.now().as_millis() + days * 86_400_000;
        let now = Timestamp::from_millis(now).expect("a moment");
        let due = desk
            .desk
            .read(|db| Ok(store::changes::list_due(db, now, 10)?));
        due.expect("what is due")
    };
    assert_eq!(due_after(6), []);
    assert_eq!(due_after(7), [source]);
    // A clock that stood wrong when it was looked at was set back since.
    assert_eq!(due_after(-365), [source]);
    changes::schedule(&desk.desk, desk.researcher, source, None).expect("no schedule");
    assert_eq!(due_after(7), []);
    desk.is_clean();
}

#[tokio::test]
async fn an_archive_is_asked_and_its_answer_is_kept() {
    let origin = Origin::start(|request| {
        let answer = || match request.path.as_str() {
            "/page" => Response::page("<p>It opened in 1932."),
            "/save" => Response::bytes("application/json", r#"{"url":"x","job_id":"spn2-abc"}"#),
            _ => Response::bytes(
                "application/json",
                r#"{"status":"success","job_id":"spn2-abc","timestamp":"20220301120000","original_url":"http://example.org/page"}"#,
            ),
        };
        no_robots(request).unwrap_or_else(answer)
    });
    let desk = desk();
    let archive = Archive {
        name: "A stand-in".to_owned(),
        service: wayback::Archive {
            endpoint: origin.url("/save"),
            keys: Some(("key".to_owned(), "secret".to_owned())),
            pause: Duration::from_millis(1),
            ..wayback::Archive::default()
        },
        always: true,
    };
    let worker = worker(&desk, &origin, Some(archive));
    let source = source(&desk, &origin, "/page");
    check(&desk, &worker, source).await;
    assert!(worker.step().await.expect("a step"), "the archive waits");
    let copy = taken(&desk, source)[0].archived.clone().expect("a copy");
    assert_eq!(copy.archive.as_str(), "A stand-in");
    assert_eq!(copy.at.as_str(), "20220301120000");
    assert!(copy.url.as_str().contains("20220301120000"));
    desk.is_clean();
}

#[tokio::test]
async fn without_an_archive_nothing_is_lost() {
    let origin = Origin::start(|request| no_robots(request).unwrap_or(Response::page("<p>x")));
    let desk = desk();
    let worker = worker(&desk, &origin, None);
    let source = source(&desk, &origin, "/page");
    check(&desk, &worker, source).await;
    let snapshot = taken(&desk, source)[0].snapshot.id;
    let id = capturing::archive(&desk.desk, Actor::Operator, snapshot).expect("asked");
    assert!(worker.step().await.expect("a step"));
    assert_eq!(look(&desk, id).stage, Stage::Failed);
    assert_eq!(taken(&desk, source).len(), 1);
    desk.is_clean();
}
