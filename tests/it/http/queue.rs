//! The queue: who sees which claims, in which order, and what is done with
//! several at once.

use std::collections::BTreeSet;

use citekeep::desk::claims as deeds;
use citekeep::desk::remarks::{self, NewRemark};
use citekeep::desk::{Actor, verdicts};
use citekeep::domain::ids::{ClaimId, PersonId};
use citekeep::domain::plan::{Plan, Priority};
use citekeep::domain::remark::RemarkKind;
use citekeep::domain::time::Timestamp;
use citekeep::store::queue::{self, Filter, Key, Order, Queue};
use dom_query::Document;

use crate::support::http::{Answer, Visitor, texts};
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today, note};

const HOUR: i64 = 3_600_000;

fn person(actor: Actor) -> PersonId {
    actor.byline().expect("a person").person
}

fn give(desk: &TestDesk, claim: ClaimId, to: Actor) {
    deeds::assign(&desk.desk, desk.editor, claim, Some(person(to))).expect("assigned");
}

fn plan(desk: &TestDesk, claim: ClaimId, priority: Priority, due: Option<i64>) {
    let now = desk.desk.now().as_millis();
    let due = due.map(|hours| Timestamp::from_millis(now + hours * HOUR).expect("a moment"));
    deeds::plan(&desk.desk, desk.editor, vec![claim], Plan { priority, due }).expect("planned");
}

/// A desk with a claim for each queue, by the words that stand here.
fn filled() -> TestDesk {
    let desk = desk_of_today();
    desk.claim("Nobody has this one.");
    let mine = desk.claim("This is with the reviewer.");
    give(&desk, mine, desk.reviewer);
    let decided = desk.claim("This waits for a second pair of eyes.");
    desk.decide(decided, "unproven", &[]).expect("a verdict");
    let doubted = desk.claim("A colleague dissents from this.");
    desk.decide(doubted, "unproven", &[]).expect("a verdict");
    let seen = desk.seen(doubted);
    verdicts::dissent(&desk.desk, desk.second, seen, note("I read it otherwise."))
        .expect("a dissent");
    let asked = desk.claim("Somebody asks about this.");
    let question = NewRemark {
        claim: asked,
        kind: RemarkKind::Question,
        words: note("Since when?"),
        answers: None,
        citation: None,
    };
    remarks::make(&desk.desk, desk.researcher, question).expect("a question");
    let late = desk.claim("This is late.");
    plan(&desk, late, Priority::Normal, Some(-5));
    let soon = desk.claim("This is wanted tomorrow.");
    plan(&desk, soon, Priority::Urgent, Some(24));
    desk.published();
    let source = desk.source("The survey of the river");
    let stale = desk.claim("The river is 503 metres wide.");
    let snapshot = desk.snapshot(source, "The river is 503 metres wide. It rained.");
    let citation = desk.cite(stale, snapshot, "The river is 503 metres wide.");
    desk.decide(stale, "true", &[citation]).expect("a verdict");
    desk.snapshot(source, "The river is 530 metres wide. It rained.");
    let gone = desk.claim("This is off the desk.");
    let seen = desk.seen(gone);
    deeds::withdraw(&desk.desk, desk.editor, seen, note("Not ours.")).expect("withdrawn");
    desk
}

fn serve(desk: TestDesk, actors: &[Actor]) -> (Served, Vec<Visitor>) {
    let links: Vec<String> = actors.iter().map(|actor| desk.link(*actor)).collect();
    let served = desk.serve();
    let visitors = links.iter().map(|link| served.enter(link)).collect();
    (served, visitors)
}

fn rows(answer: &Answer) -> Vec<String> {
    texts(answer, "table.claims a.statement")
}

#[test]
fn each_queue_shows_what_waits_there_and_counts_it() {
    let desk = filled();
    let actors = [desk.reviewer, desk.second];
    let (_served, visitors) = serve(desk, &actors);
    let expected: [(&str, usize, &[&str]); 8] = [
        ("mine", 0, &["This is with the reviewer."]),
        ("eyes", 1, &["This waits for a second pair of eyes."]),
        ("eyes", 0, &[]),
        ("stale", 0, &["The river is 503 metres wide."]),
        (
            "blocked",
            0,
            &[
                "The river is 503 metres wide.",
                "A colleague dissents from this.",
                "Somebody asks about this.",
            ],
        ),
        ("due", 0, &["This is wanted tomorrow."]),
        ("overdue", 0, &["This is late."]),
        ("published", 0, &["The bridge opened in 1932."]),
    ];
    for (queue, who, claims) in expected {
        let answer = visitors[who].get(&format!("/claims?queue={queue}"));
        assert_eq!(answer.status, 200);
        assert_eq!(rows(&answer), claims, "{queue} of {who}");
    }
    let open = visitors[0].get("/claims");
    assert_eq!(
        rows(&open)[..2],
        ["The river is 503 metres wide.", "This is wanted tomorrow."],
        "stale first, then urgent"
    );
    assert!(!rows(&open).contains(&"This is off the desk.".to_owned()));
    // Every count is the length of its list.
    for queue in Queue::ALL {
        let answer = visitors[0].get(&format!("/claims?queue={}", queue.as_str()));
        let counted = texts(
            &answer,
            &format!("[data-live-text='count.queue.{}']", queue.as_str()),
        );
        assert_eq!(counted, [rows(&answer).len().to_string()], "{queue:?}");
        let lesson = texts(&answer, ".empty p");
        assert_eq!(lesson.is_empty(), !rows(&answer).is_empty(), "{queue:?}");
    }
}

#[test]
fn filters_are_combined_in_the_address_and_kept_under_a_name() {
    let desk = filled();
    let actors = [desk.reviewer, desk.second];
    let (_served, visitors) = serve(desk, &actors);
    let me = &visitors[0];
    let one = |query: &str| rows(&me.get(&format!("/claims?{query}")));
    assert_eq!(
        one("state=decided&order=number"),
        [
            "This waits for a second pair of eyes.",
            "A colleague dissents from this.",
        ]
    );
    assert_eq!(
        one("queue=open&assignee=me"),
        ["This is with the reviewer."]
    );
    assert_eq!(
        one("queue=open&priority=urgent"),
        ["This is wanted tomorrow."]
    );
    assert_eq!(
        one("queue=open&due=week"),
        ["This is wanted tomorrow.", "This is late."]
    );
    assert_eq!(one("queue=all&rating=true"), ["The bridge opened in 1932."]);
    assert_eq!(one("queue=all&claimant=nobody%22%20OR%20x"), [""; 0]);
    assert_eq!(one("stale=yes"), ["The river is 503 metres wide."]);

    let kept = [
        ("name", "For <today>"),
        ("query", "queue=open&due=week&x=1"),
    ];
    let answer = me.post("/filters", &kept);
    assert_eq!(
        answer.location.as_deref(),
        Some("/claims?queue=open&due=week")
    );
    let answer = me.get("/claims?queue=open&due=week");
    assert_eq!(
        texts(&answer, ".kept-filters a[aria-current]"),
        ["For <today>"]
    );
    assert_eq!(
        texts(&visitors[1].get("/claims"), ".kept-filters a"),
        [""; 0]
    );
    assert_eq!(
        me.post("/filters", &[("name", ""), ("query", "")]).status,
        422
    );
    me.post("/filters/removal", &[("name", "For <today>")]);
    assert_eq!(texts(&me.get("/claims"), ".kept-filters a"), [""; 0]);
}

#[test]
fn several_claims_are_arranged_all_or_none() {
    let desk = filled();
    let second = person(desk.second);
    let actors = [desk.editor, desk.reviewer];
    let (served, visitors) = serve(desk, &actors);
    let editor = &visitors[0];
    let to = second.to_string();
    let both = [
        ("claim", "1"),
        ("claim", "2"),
        ("from", "queue=open&due=never"),
    ];
    let given = editor.post(
        "/claims/assignments",
        &[
            &both[..],
            &[
                ("assignee", &to),
                ("priority", "high"),
                ("due", "2031-05-06T07:08"),
            ],
        ]
        .concat(),
    );
    let location = given.location.expect("the queue again");
    assert_eq!(
        location,
        format!("/claims?queue=open&due=never&done=2&holder={to}")
    );
    let again = editor.get(&location);
    assert_eq!(
        texts(&again, "[role=status]"),
        ["2 claims are with Second reviewer now."]
    );
    let theirs = editor.get(&format!("/claims?queue=open&assignee={to}&priority=high"));
    assert_eq!(
        rows(&theirs),
        ["Nobody has this one.", "This is with the reviewer."]
    );
    assert!(theirs.body.contains("6 May 2031, 07:08 UTC"));

    for nothing in [
        &[("assignee", "none")][..],
        &[("claim", "1")],
        &[("claim", "1"), ("due", "soon")],
    ] {
        assert_eq!(
            editor.post("/claims/assignments", nothing).status,
            422,
            "{nothing:?}"
        );
    }
    let answer = visitors[1].post("/claims/assignments", &both);
    assert_eq!(answer.status, 403, "a reviewer assigns nothing");
    assert!(
        !visitors[1]
            .get("/claims")
            .body
            .contains("/claims/assignments")
    );
    served.end();
}

#[test]
fn where_one_claim_cannot_be_arranged_none_is() {
    let desk = filled();
    let back = person(desk.reviewer).to_string();
    let actors = [desk.editor];
    let (served, visitors) = serve(desk, &actors);
    let editor = &visitors[0];
    // One of three is withdrawn: none moves, and the form says which and why.
    let withdrawn = editor.get("/claims?queue=all&state=withdrawn");
    let page = Document::from(withdrawn.body.as_str());
    let gone = page
        .select("input[name=claim]")
        .attr("value")
        .expect("a box");
    let refused = editor.post(
        "/claims/assignments",
        &[
            ("claim", "1"),
            ("claim", &gone),
            ("claim", "2"),
            ("assignee", &back),
        ],
    );
    assert_eq!(refused.status, 422);
    let why = texts(&refused, "#claim-error");
    assert!(
        why[0].contains(&format!("laim {gone}")) && why[0].contains("nothing was changed"),
        "{why:?}"
    );
    assert_eq!(
        texts(&refused, "tr:has(input[checked]) a.statement").len(),
        2
    );
    let theirs = editor.get(&format!("/claims?queue=open&assignee={back}"));
    assert_eq!(rows(&theirs), ["This is with the reviewer."]);
    served.end();
}

#[test]
fn a_claim_is_walked_past_in_the_order_of_the_queue_it_was_opened_from() {
    let desk = filled();
    let me = person(desk.reviewer);
    let now = desk.desk.now();
    let read = |order, queue, claim: i64| {
        let filter = Filter {
            queue,
            ..Filter::of(me, now)
        };
        let claim = ClaimId::new(claim).expect("a number");
        let found = desk
            .desk
            .read(|db| Ok(queue::neighbours(db, &filter, order, claim)?));
        let (before, after) = found.expect("neighbours");
        (before.map(ClaimId::get), after.map(ClaimId::get))
    };
    let first = read(Order::Number, Queue::Open, 1);
    assert_eq!(first, (None, Some(2)));
    assert_eq!(read(Order::Newest, Queue::Open, 1), (Some(2), None));
    // A claim that left the queue still has its place there.
    assert_eq!(read(Order::Number, Queue::Blocked, 3), (None, Some(4)));
    assert_eq!(read(Order::Urgent, Queue::Open, 9), (None, Some(7)));
    assert_eq!(read(Order::Urgent, Queue::Open, 99), (None, None));
    desk.is_clean();
}

#[test]
fn every_page_of_every_order_is_visited_once() {
    let desk = filled();
    for at in 0..40 {
        let claim = desk.claim(&format!("Claim number {at}."));
        let priority = Priority::ALL[at % 4];
        plan(
            &desk,
            claim,
            priority,
            (at % 3 > 0).then_some((at % 5) as i64),
        );
    }
    let now = desk.desk.now();
    for order in Order::ALL {
        for queue in [Queue::Open, Queue::Unassigned, Queue::All, Queue::Due] {
            let filter = Filter {
                queue,
                ..Filter::of(person(desk.editor), now)
            };
            let read = |after: Option<Key>, limit| {
                let found = desk
                    .desk
                    .read(|db| Ok(queue::list(db, &filter, *order, after, limit)?));
                found.expect("rows")
            };
            let whole: Vec<ClaimId> = read(None, 1_000).iter().map(|row| row.claim.id).collect();
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let rows = read(after, 7);
                let Some(last) = rows.last() else { break };
                // As the address carries it.
                after = Some(last.key.to_string().parse().expect("a key"));
                paged.extend(rows.iter().map(|row| row.claim.id));
            }
            assert_eq!(paged, whole, "{queue:?} {order:?}");
            let once: BTreeSet<ClaimId> = paged.iter().copied().collect();
            assert_eq!(once.len(), paged.len());
            let counted = desk.desk.read(|db| Ok(queue::count(db, &filter)?));
            assert_eq!(counted.expect("a count"), whole.len() as u64);
        }
    }
    desk.is_clean();
}
