//! What colleagues do reaches those who have a page open.

use citekeep::desk::Actor;
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::domain::person::Role;
use citekeep::domain::words::Statement;
use serde_json::json;

use crate::support::http::{Listener, Visitor, hidden};
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

/// A running desk with a claim or more, and those who came in.
struct Open {
    served: Served,
    people: Vec<Visitor>,
}

fn open(desk: TestDesk, people: &[Actor]) -> Open {
    let links: Vec<String> = people.iter().map(|actor| desk.link(*actor)).collect();
    let served = desk.serve();
    let people = links.iter().map(|link| served.enter(link));
    Open {
        people: people.collect(),
        served,
    }
}

/// A desk with one claim, at which two reviewers are.
fn two_reviewers() -> (Open, Visitor, Visitor) {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let people = [desk.reviewer, desk.second];
    let open = open(desk, &people);
    let (one, two) = (open.people[0].clone(), open.people[1].clone());
    (open, one, two)
}

/// Gives a verdict that needs no citation.
fn decide(who: &Visitor, claim: u32) {
    let page = who.get(&format!("/claims/{claim}")).body;
    let seen = hidden(&page, "seen").expect("the entry");
    let fields = [
        ("seen", seen),
        ("rating", "unproven"),
        ("rationale", "Nobody could say."),
    ];
    let answer = who.post(&format!("/claims/{claim}/verdicts"), &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// The names of those who are said to be here.
fn names(stream: &mut Listener) -> Vec<String> {
    let event = stream.hear("present");
    let people = event.told["people"].as_array().expect("a list");
    let names = people.iter().map(|person| person["name"].as_str());
    names.map(|name| name.expect("a name").to_owned()).collect()
}

#[test]
fn what_one_does_reaches_the_other_and_is_marked_as_own_for_oneself() {
    let (_open, one, two) = two_reviewers();
    let mut ours = one.listen("/events?claim=1", None);
    let mut theirs = two.listen("/events?claim=1", None);
    let mut queue = one.listen("/events", None);
    assert_eq!(queue.hear("counts").told["decided"], json!(0));
    ours.hear("counts");
    theirs.hear("counts");
    decide(&two, 1);
    let heard = ours.hear("change");
    assert_eq!(heard.told["words"], json!("Second reviewer gave a verdict"));
    assert_eq!(heard.told["kind"], json!("verdict_given"));
    assert_eq!(heard.told["claim"], json!(1));
    assert_eq!(heard.told["state"], json!("decided"));
    assert_eq!(heard.told["own"], json!(false));
    assert_eq!(heard.told["entry"].as_u64(), heard.id);
    assert_eq!(theirs.hear("change").told["own"], json!(true));
    assert_eq!(queue.hear("change").told["claim"], json!(1));
    assert_eq!(queue.hear("counts").told["decided"], json!(1));
}

#[test]
fn what_was_not_done_by_a_form_is_noticed_too() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let (people, researcher) = ([desk.reviewer], desk.researcher);
    let open = open(desk, &people);
    let mut stream = open.people[0].listen("/events", None);
    stream.hear("counts");
    // The desk's own work and its command line write without a request.
    let beside = crate::support::open(&open.served.data).expect("the desk beside");
    let new = NewClaim {
        statement: Statement::parse("It is 503 metres long.").expect("a statement"),
        claimant: None,
        made: Made::default(),
    };
    claims::open(&beside, researcher, new).expect("a claim");
    let heard = stream.hear("change");
    assert_eq!(heard.told["words"], json!("Researcher opened the claim"));
    assert_eq!(stream.hear("counts").told["open"], json!(2));
}

#[test]
fn a_page_hears_of_its_own_claim_only() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    desk.claim("It is 503 metres long.");
    let people = [desk.reviewer, desk.second];
    let open = open(desk, &people);
    let mut stream = open.people[0].listen("/events?claim=2", None);
    stream.hear("counts");
    decide(&open.people[1], 1);
    decide(&open.people[1], 2);
    assert_eq!(stream.hear("change").told["claim"], json!(2));
}

#[test]
fn somebody_is_here_once_as_long_as_one_of_their_pages_is_open() {
    let (_open, one, two) = two_reviewers();
    let mut ours = one.listen("/events?claim=1", None);
    assert!(names(&mut ours).is_empty());
    let mut theirs = two.listen("/events?claim=1", None);
    assert_eq!(names(&mut theirs), ["Reviewer"]);
    assert_eq!(names(&mut ours), ["Second reviewer"]);
    let mut more = two.listen("/events?claim=1", None);
    assert_eq!(names(&mut more), ["Reviewer"]);
    drop(theirs);
    drop(more);
    // A second page made no difference to the others, so that the next they
    // hear is that both are closed.
    assert!(names(&mut ours).is_empty());
}

#[test]
fn a_page_that_connects_again_hears_what_it_missed() {
    let (_open, one, two) = two_reviewers();
    let mut stream = one.listen("/events?claim=1", None);
    let seen = stream.hear("counts").id.expect("a place in the log");
    drop(stream);
    decide(&two, 1);
    let mut again = one.listen("/events?claim=1", Some(seen));
    let missed = again.hear("change");
    assert_eq!(missed.told["kind"], json!("verdict_given"));
    let reached = missed.id.expect("its place");
    let mut by_query = one.listen(&format!("/events?after={seen}"), None);
    assert_eq!(by_query.hear("change").id, Some(reached));
    let mut up_to_date = one.listen("/events?claim=1", Some(reached));
    let first = up_to_date.next().expect("words");
    assert_eq!(first.name, "counts", "nothing is told twice");
}

#[test]
fn whoever_missed_too_much_is_told_to_start_afresh() {
    let desk = desk_of_today();
    for number in 0..101 {
        desk.claim(&format!("Claim number {number}."));
    }
    let people = [desk.reviewer, desk.second];
    let open = open(desk, &people);
    let me = &open.people[0];
    let mut stream = me.listen("/events", Some(0));
    let reset = stream.next().expect("words");
    assert_eq!(reset.name, "reset");
    assert!(reset.id.expect("where it stands now") > 100);
    decide(&open.people[1], 7);
    assert_eq!(stream.hear("change").told["claim"], json!(7));
    let mut one_claim = me.listen("/events?claim=7", Some(0));
    assert_eq!(one_claim.hear("change").told["kind"], json!("claim_opened"));
    let mut elsewhere = me.listen("/events?claim=7", Some(u64::MAX));
    assert_eq!(elsewhere.next().expect("words").name, "reset");
}

#[test]
fn a_stream_carries_its_headers_and_needs_a_session() {
    let (open, one, _) = two_reviewers();
    let answer = one.get("/events?claim=1");
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert_eq!(one.get("/events?claim=seven").status, 400);
    let nobody = open.served.nobody().get("/events?claim=1");
    let location = nobody.location.unwrap_or_default();
    assert!(location.starts_with("/sign-in"), "{location}");
}

#[test]
fn a_session_has_no_more_than_eight_streams() {
    let (_open, one, two) = two_reviewers();
    let mut streams: Vec<Listener> = (0..8).map(|_| one.listen("/events", None)).collect();
    for stream in &mut streams {
        stream.hear("counts");
    }
    let ninth = one.get("/events");
    assert_eq!(ninth.status, 503);
    assert_eq!(ninth.header("retry-after"), Some("30"));
    two.listen("/events", None).hear("counts");
    streams.pop();
    let freed = (0..1_000).any(|_| one.get("/events").status == 200);
    assert!(freed, "a page that is closed gives its stream back");
}

#[test]
fn a_stream_ends_with_its_session() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let admin = desk.join(Role::Admin);
    let people = [desk.reviewer, desk.second, admin];
    let open = open(desk, &people);
    let [one, two, admin] = &open.people[..] else {
        unreachable!("three came in")
    };
    let mut leaves = one.listen("/events?claim=1", None);
    let mut stays = two.listen("/events?claim=1", None);
    names(&mut stays);
    assert_eq!(one.post("/sign-out", &[]).status, 303);
    leaves.hear("over");
    assert!(leaves.next().is_none());
    let person = people[1].byline().expect("a person").person;
    let answer = admin.post(&format!("/people/{person}/departure"), &[]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    stays.hear("over");
    assert!(stays.next().is_none());
}

#[test]
fn streams_do_not_hold_up_the_desk_when_it_stops() {
    let (mut open, one, two) = two_reviewers();
    let mut streams = [
        one.listen("/events?claim=1", None),
        two.listen("/events", None),
    ];
    for stream in &mut streams {
        stream.hear("counts");
    }
    let begun = std::time::Instant::now();
    assert!(open.served.stop().success());
    let took = begun.elapsed();
    assert!(took.as_secs() < 5, "the desk took {took:?} to stop");
    for stream in &mut streams {
        // What was said before the stop may still be read; then it is over.
        while stream.next().is_some() {}
    }
}
