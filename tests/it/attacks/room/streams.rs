//! Streams of events: how many one person takes, and how long they last.

use std::time::{Duration, Instant};

use citekeep::domain::person::Role;

use crate::support::desk_of_today;
use crate::support::http::{Listener, Visitor};

use super::Room;

/// A stream ends at once, and not only when it is looked at by and by.
const AT_ONCE: Duration = Duration::from_secs(10);

fn ends_at_once(mut stream: Listener, begun: Instant) {
    stream.hear("over");
    assert!(stream.next().is_none());
    let took = begun.elapsed();
    assert!(took < AT_ONCE, "the stream went on for {took:?}");
}

#[test]
fn somebody_signs_in_again_and_again_to_take_all_streams() {
    let desk = desk_of_today();
    let people = [desk.reviewer, desk.second];
    let room = Room::serve(desk, &people);
    let sessions: Vec<Visitor> = (0..4).map(|_| room.enter(0)).collect();
    let mut streams: Vec<Listener> = Vec::new();
    for session in &sessions[..3] {
        streams.extend((0..8).map(|_| session.listen("/events", None)));
    }
    for stream in &mut streams {
        stream.hear("counts");
    }
    let more = sessions[3].get("/events");
    assert_eq!(more.status, 503, "a fourth session has no more");
    room.enter(1).listen("/events", None).hear("counts");
    drop(streams);
    let freed = (0..1_000).any(|_| sessions[3].get("/events").status == 200);
    assert!(freed, "pages that are closed give their streams back");
}

#[test]
fn a_stream_of_a_session_that_a_new_link_ended() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    let people = [desk.reviewer, admin];
    let room = Room::serve(desk, &people);
    let mut stream = room.enter(0).listen("/events", None);
    stream.hear("counts");
    let person = people[0].byline().expect("a person").person;
    let begun = Instant::now();
    let answer = room.enter(1).post(&format!("/people/{person}/link"), &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    ends_at_once(stream, begun);
}

#[test]
fn a_stream_of_a_token_lasts_as_long_as_the_token() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    let people = [desk.reviewer, admin];
    let room = Room::serve(desk, &people);
    let admin = room.enter(1);
    let fields = [
        ("name", "Wall"),
        ("role", "reader"),
        ("scope", "read"),
        ("lasting", "30"),
    ];
    let page = admin.post("/settings/tokens", &fields).body;
    let (_, secret) = page.split_once("ckp_").expect("a token");
    let bearer = format!("Bearer ckp_{}", &secret[..64]);
    let program = [("authorization", bearer.as_str())];
    let mut stream = room.nobody.listen_with("/events", &program);
    stream.hear("counts");
    // What ends other sessions does not end it.
    let other = room.enter(0);
    assert_eq!(other.post("/sign-out", &[]).status, 303);
    let fields = [("statement", "The bridge opened in 1932.")];
    assert_eq!(admin.post("/claims", &fields).status, 303);
    stream.hear("change");
    let list = admin.get("/settings/tokens").body;
    let (_, id) = list.split_once("/settings/tokens/").expect("the token");
    let id = id.split('/').next().expect("its number");
    let begun = Instant::now();
    let revoked = admin.post(&format!("/settings/tokens/{id}/revocation"), &[]);
    assert_eq!(revoked.status, 303);
    ends_at_once(stream, begun);
}
