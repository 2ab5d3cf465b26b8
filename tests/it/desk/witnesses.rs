//! Witnesses of a growing log, of one that was put back, and those who answer
//! badly.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use citekeep::capture::fetch::Fetcher;
use citekeep::capture::fetch::allow::AllowList;
use citekeep::capture::fetch::limits::FetchLimits;
use citekeep::desk::audit::report::Kind;
use citekeep::desk::witnesses::{self, Asked, Asker};
use citekeep::desk::{Actor, Desk, audit, claims, keys};
use citekeep::domain::words::Statement;
use citekeep::ledger::cosignature::CosignerKey;
use citekeep::ledger::policy::{Policy, Witness};
use citekeep::store::cosignatures::{self, Standing};
use rusqlite::Connection;

use crate::capture::origin::Response;
use crate::support::{Stopped, TestDesk, check, desk, kinds, open};
use crate::witness::StandIn;

fn key() -> CosignerKey {
    StandIn::vkey().parse().expect("the stand-in's key")
}

/// Asks one witness.
fn asker(desk: &Desk, witness: &StandIn) -> (Asker, Asked) {
    let limits = FetchLimits {
        allow: AllowList::parse(&[witness.origin.place()]).expect("a host"),
        ..FetchLimits::default()
    };
    let asked = Asked::at(&witness.url(), key()).expect("an address");
    let post = Arc::new(Fetcher::new(limits));
    (Asker::new(desk.clone(), post, vec![asked.clone()]), asked)
}

/// A desk, its witness, and a clock that stands still.
struct Watched {
    test: TestDesk,
    desk: Desk,
    clock: Arc<Stopped>,
    witness: StandIn,
}

fn watched() -> Watched {
    let (test, clock) = (desk(), Stopped::new());
    let desk = test.with_clock(clock.clone());
    let witness = StandIn::of(&desk.verifier_key());
    Watched {
        test,
        desk,
        clock,
        witness,
    }
}

/// Something happens at a desk, and is signed for.
fn grow(desk: &Desk, times: usize) -> u64 {
    grow_by(desk, times, "The bridge opened in 1932.")
}

fn grow_by(desk: &Desk, times: usize, words: &str) -> u64 {
    for _ in 0..times {
        let new = claims::NewClaim {
            statement: Statement::parse(words).expect("a statement"),
            claimant: None,
            made: claims::Made::default(),
        };
        claims::open(desk, Actor::Operator, new).expect("an open claim");
    }
    audit::checkpoint(desk).expect("a checkpoint")
}

fn standing(desk: &Desk) -> Standing {
    let found = desk.read(|db| Ok(cosignatures::standing(db, &StandIn::vkey())?));
    found.expect("the database").expect("it was asked")
}

/// What the desk shows of its log.
fn shown(desk: &Desk) -> String {
    let note = desk.read(cosignatures::newest).expect("the database");
    note.expect("a checkpoint")
}

impl Watched {
    async fn step(&self) -> bool {
        let (asker, asked) = asker(&self.desk, &self.witness);
        asker.step(&asked).await.expect("a step")
    }

    fn instead(&self, response: Option<Response>) {
        let memory = self.witness.memory.lock();
        memory.expect("no test panicked here").instead = response;
    }
}

#[tokio::test]
async fn a_growing_log_is_cosigned_some_seconds_apart() {
    let watched = watched();
    let first = grow(&watched.desk, 1);
    assert!(watched.step().await);
    assert_eq!(watched.witness.size(), Some(first));
    let note = shown(&watched.desk);
    assert_eq!(
        note.matches("\u{2014} witness.example/w1 ").count(),
        1,
        "{note}"
    );
    assert!(!watched.step().await, "there is nothing new");

    // Of all that came meanwhile the newest is brought, once, and not at once.
    let sizes = [3, 1, 7].map(|times| grow(&watched.desk, times));
    assert!(
        !shown(&watched.desk).contains("witness.example"),
        "not yet cosigned"
    );
    watched.clock.pass(4);
    assert!(!watched.step().await, "it was asked four seconds ago");
    watched.clock.pass(1);
    assert!(watched.step().await);
    assert_eq!(watched.witness.size(), Some(sizes[2]));
    assert_eq!(watched.witness.origin.requests().len(), 2);
    assert!(shown(&watched.desk).contains("witness.example"));

    let report = check(&watched.test.data());
    assert_eq!((report.cosignatures, report.witnesses), (2, 1));
    watched.test.is_clean();
}

#[tokio::test]
async fn an_answer_that_got_lost_is_asked_for_again() {
    let watched = watched();
    let size = grow(&watched.desk, 2);
    assert!(watched.step().await);
    // What came back was never written: the witness alone knows of it.
    let conn = Connection::open(watched.test.data().join("desk.db")).expect("a database");
    let forget = "DELETE FROM cosignature; DELETE FROM witness;";
    conn.execute_batch(forget).expect("rows go");
    assert!(watched.step().await);
    assert_eq!(standing(&watched.desk).words, None);
    assert!(shown(&watched.desk).contains("witness.example"));
    // The same with a log that grew since.
    conn.execute_batch(forget).expect("rows go");
    let grown = grow(&watched.desk, 3);
    assert!(watched.step().await);
    assert_eq!((watched.witness.size(), grown > size), (Some(grown), true));
    watched.test.is_clean();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// A desk is put back to an older state, checkpoints and all, and grows again
/// by so many: what its witness, who saw it grow by five, makes of it.
async fn put_back(times: usize) -> (Standing, u64, String) {
    let closed = desk().close();
    let older = tempfile::tempdir().expect("a directory");
    copy(&closed.data, older.path());
    let desk = open(&closed.data).expect("the desk");
    let witness = StandIn::of(&desk.verifier_key());
    let size = grow(&desk, 5);
    let (asks, asked) = asker(&desk, &witness);
    assert!(asks.step(&asked).await.expect("a step"));
    assert_eq!(witness.size(), Some(size));

    let desk = open(older.path()).expect("the older desk");
    grow_by(&desk, times, "The bridge opened in 1933.");
    let (asks, asked) = asker(&desk, &witness);
    assert!(asks.step(&asked).await.expect("a step"));
    assert_eq!(witness.size(), Some(size), "nothing else was cosigned");
    (standing(&desk), size, shown(&desk))
}

#[tokio::test]
async fn a_log_that_was_put_back_is_not_cosigned() {
    for (times, words) in [
        (2, "an older copy was put back"),
        (5, "it has cosigned another history of the first"),
        (9, "does not continue what it cosigned before"),
    ] {
        let (standing, size, note) = put_back(times).await;
        let told = standing.words.expect("a reason");
        assert!(told.contains(words), "{told}");
        assert!(standing.is_serious);
        assert!(!note.contains("witness.example"), "{note}");
        assert!(times == 9 || told.contains(&size.to_string()), "{told}");
    }
}

#[tokio::test]
async fn what_else_a_witness_may_answer_is_told_in_words() {
    let watched = watched();
    grow(&watched.desk, 1);
    let other = {
        let memory = StandIn::of(&watched.desk.verifier_key());
        let (asks, asked) = asker(&watched.desk, &memory);
        assert!(asks.step(&asked).await.expect("a step"));
        let row = watched
            .desk
            .read(|db| Ok(cosignatures::newest_by(db, &StandIn::vkey())?));
        row.expect("the database").expect("a cosignature").line
    };
    grow(&watched.desk, 1);
    let empty_line = format!("{other}\n{other}");
    for (response, words) in [
        (Response::status(404), "it does not know this log"),
        (Response::status(403), "it trusts another key"),
        (
            Response::status(400),
            "it does not take what we send (status 400)",
        ),
        (Response::status(500), "it cannot cosign now (status 500)"),
        (Response::status(429), "it cannot cosign now (status 429)"),
        (
            Response::redirect(307, "https://elsewhere.example/"),
            "it sends us elsewhere",
        ),
        (Response::status(204), "it cannot cosign now (status 204)"),
        (Response::text(""), "is no cosignature of this checkpoint"),
        (
            Response::text("cosigned\n"),
            "is no cosignature of this checkpoint",
        ),
        (Response::text(&other), "does not belong to this checkpoint"),
        (Response::text(&empty_line), "it has an empty line"),
        (
            Response::bytes("text/plain", *b"\xff\xfe\n"),
            "it is not UTF-8",
        ),
        (
            Response::endless("\u{2014} somebody AAAAAAA=\n"),
            "larger than",
        ),
        (Response::raw("no HTTP at all\r\n\r\n"), "is not HTTP"),
        (
            Response::text("7").but(409),
            "it names another size each time",
        ),
        (
            Response::text("99999999\n").but(409),
            "an older copy was put back",
        ),
        (Response::text("many\n").but(409), "does not say which"),
        (Response::text("-1\n").but(409), "does not say which"),
        (
            Response::status(422),
            "does not continue what it cosigned before",
        ),
    ] {
        watched.instead(Some(response));
        watched.clock.pass(86_400);
        assert!(watched.step().await, "{words}");
        let told = standing(&watched.desk).words.expect("a reason");
        assert!(told.contains(words), "{told}: {words}");
    }
    // What it says of itself later is believed again.
    watched.instead(None);
    watched.clock.pass(86_400);
    assert!(watched.step().await);
    assert_eq!(standing(&watched.desk).words, None);
    watched.test.is_clean();
}

#[tokio::test]
async fn whoever_does_not_answer_is_asked_less_and_less() {
    let watched = watched();
    grow(&watched.desk, 1);
    watched.instead(Some(Response::status(503)));
    for pause in [5, 30, 120, 600, 1_800, 3_600, 3_600] {
        assert!(watched.step().await);
        watched.clock.pass(pause - 1);
        assert!(!watched.step().await, "{pause}");
        watched.clock.pass(1);
    }
    // It asks to be left alone for longer than that.
    let busy = Response::status(503).with("Retry-After", "7200");
    watched.instead(Some(busy));
    assert!(watched.step().await);
    watched.clock.pass(7_199);
    assert!(!watched.step().await);
    watched.clock.pass(1);
    watched.instead(None);
    assert!(watched.step().await);
    assert_eq!(standing(&watched.desk).failures, 0);
    // Nor does anybody wait for a clock that stood wrong and was set right.
    let year = 365 * 86_400;
    watched.clock.pass(year);
    grow(&watched.desk, 1);
    watched.instead(Some(Response::status(503)));
    assert!(watched.step().await);
    watched.clock.pass(-year);
    watched.instead(None);
    assert!(watched.step().await);
    assert_eq!(standing(&watched.desk).failures, 0);
}

#[tokio::test]
async fn rows_that_somebody_changed_are_found() {
    for sql in [
        "UPDATE cosignature SET time = time + 1",
        "UPDATE cosignature SET line = line || line",
        "UPDATE cosignature SET line = replace(line, 'w1', 'w2')",
        "UPDATE cosignature SET vkey = replace(vkey, 'w1', 'w2')",
        "UPDATE cosignature SET size = (SELECT min(size) FROM checkpoint)",
        "UPDATE cosignature SET line = ''",
    ] {
        let watched = watched();
        grow(&watched.desk, 3);
        assert!(watched.step().await);
        watched.test.is_clean();
        let data = watched.test.data();
        let conn = Connection::open(data.join("desk.db")).expect("a database");
        conn.execute_batch(sql).expect("the attack runs");
        assert_eq!(kinds(&check(&data)), [Kind::ForeignCosignature], "{sql}");
    }
}

#[tokio::test]
async fn readers_are_offered_a_policy_and_a_checkpoint_that_fits_it() {
    let watched = watched();
    let size = grow(&watched.desk, 1);
    let listed = |name: &str, key: CosignerKey| Witness {
        name: name.to_owned(),
        key,
        url: None,
    };
    let second = crate::ledger::cosignatures::witness(2).verifier();
    let both = vec![listed("first", key()), listed("second", second)];
    let [one, two] = [1, 2].map(|least| Policy::of(both.clone(), least).expect("a policy"));
    let offered = |policy: &Policy| {
        let base = "https://desk.example";
        witnesses::policy(&watched.desk, policy, base).expect("a policy")
    };
    let fitting = |policy: &Policy| {
        let policy = offered(policy);
        let found = watched
            .desk
            .read(|db| witnesses::newest_enough(db, &policy));
        found.expect("the database")
    };
    assert_eq!(fitting(&one), None, "nobody cosigned yet");
    assert!(watched.step().await);
    grow(&watched.desk, 1);
    let note = fitting(&one).expect("the first alone is enough");
    let text = offered(&one).to_string();
    assert!(text.contains(" https://desk.example/log\n"), "{text}");
    let read: Policy = text.parse().expect("a policy");
    let judged = read.judge(&note).expect("a checkpoint of this log");
    assert!(judged.is_enough);
    assert_eq!(
        judged.checkpoint.size(),
        size,
        "the newer one is not cosigned yet"
    );
    assert_eq!(fitting(&two), None);
    let nobody = Policy::of(Vec::new(), 1).expect("a policy");
    assert_eq!(fitting(&nobody), Some(shown(&watched.desk)));
    let seen = witnesses::overview(&watched.desk, &one).expect("the database");
    let newest: Vec<_> = seen
        .iter()
        .map(|seen| seen.newest.as_ref().map(|found| found.size))
        .collect();
    assert_eq!(newest, [Some(size), None]);
}

#[tokio::test]
async fn readers_have_a_cosigned_checkpoint_while_the_log_goes_over_to_a_new_key() {
    let watched = watched();
    let size = grow(&watched.desk, 1);
    assert!(watched.step().await);
    let listed = Witness {
        name: "first".to_owned(),
        key: key(),
        url: None,
    };
    let one = Policy::of(vec![listed], 1).expect("a policy");
    let base = "https://desk.example";
    let old = watched.desk.verifier_key();
    let earlier = witnesses::policy(&watched.desk, &one, base).expect("a policy");
    keys::rotate(&watched.desk, None).expect("a second key");
    let offered = witnesses::policy(&watched.desk, &one, base).expect("a policy");
    let named: Vec<String> = offered
        .logs()
        .iter()
        .map(|log| log.key.to_string())
        .collect();
    assert_eq!(named.len(), 1);
    assert_ne!(named[0], old, "the new key alone is offered");
    // What the witness saw of the old key stands until it saw the new one's.
    let found = || {
        let found = witnesses::newest_for_readers(&watched.desk, &one, base);
        found.expect("the database").expect("a cosigned checkpoint")
    };
    let judged = earlier.judge(&found()).expect("the old key signed it");
    assert!(judged.is_enough);
    assert_eq!(judged.checkpoint.size(), size);
    // Another witness has seen nothing.
    let stranger = Policy::of(
        vec![Witness {
            name: "second".to_owned(),
            key: crate::ledger::cosignatures::witness(2).verifier(),
            url: None,
        }],
        1,
    );
    let stranger = stranger.expect("a policy");
    let none = witnesses::newest_for_readers(&watched.desk, &stranger, base);
    assert_eq!(none.expect("the database"), None);
    // Without witnesses the log's own newest word is enough, by the new key.
    let nobody = Policy::of(Vec::new(), 1).expect("a policy");
    let newest = witnesses::newest_for_readers(&watched.desk, &nobody, base);
    assert_eq!(newest.expect("the database"), Some(shown(&watched.desk)));
    let by_new = witnesses::policy(&watched.desk, &nobody, base).expect("a policy");
    let judged = by_new.judge(&shown(&watched.desk)).expect("its own key");
    assert!(judged.is_enough && judged.checkpoint.size() > size);
}
