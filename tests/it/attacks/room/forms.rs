//! Forms that are too large, too long or too many, and ways back that lead
//! elsewhere.

use std::io::Write;
use std::net::TcpStream;

use citekeep::desk::DeskError;
use citekeep::desk::arranging::{Arrangement, arrange};
use citekeep::domain::ids::ClaimId;
use citekeep::domain::person::Role;
use citekeep::domain::plan::Priority;

use crate::support::desk_of_today;
use crate::support::http::{Visitor, texts};

use super::Room;

#[test]
fn a_stranger_sends_a_large_form() {
    let room = Room::serve(desk_of_today(), &[]);
    let name = "a".repeat(20_000);
    let fields = [("sign_in", name.as_str()), ("password", "b")];
    assert_eq!(room.nobody.post("/sign-in", &fields).status, 413);
    let fields = [("sign_in", "somebody"), ("password", "b")];
    assert_eq!(room.nobody.post("/sign-in", &fields).status, 401);
}

/// Begins a form as long as the longest upload, of which the rest never comes.
fn endless(room: &Room, me: &Visitor) -> TcpStream {
    let host = room
        .base
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let cookie = me.cookie.as_deref().unwrap_or_default();
    let head = format!(
        "POST /filters HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\ncsrf=",
        20 << 20
    );
    let mut stream = TcpStream::connect(host).expect("a desk");
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

#[test]
fn one_reader_has_the_desk_keep_large_forms_without_end() {
    let desk = desk_of_today();
    let people = [desk.join(Role::Reader), desk.editor];
    let room = Room::serve(desk, &people);
    let me = room.enter(0);
    let large = "x".repeat(300_000);
    let fields = [("name", "Mine"), ("query", large.as_str())];
    let is_refused = || me.post("/filters", &fields).status == 503;
    assert!(!is_refused());
    // One that begins while a form before it still counts is refused, so there are more
    // of them than the four that fill one's share.
    let mut streams = Vec::new();
    let fill = |_| {
        streams.push(endless(&room, &me));
        is_refused()
    };
    assert!((0..100).any(fill), "they fill one's share");
    // What is small goes on, and so does everybody else.
    let small = [("name", "Mine"), ("query", "state=open")];
    assert_eq!(me.post("/filters", &small).status, 303);
    assert_ne!(room.enter(1).post("/filters", &fields).status, 503);
    drop(streams);
    let freed = (0..1_000).any(|_| !is_refused());
    assert!(freed, "who hangs up gives back what was kept");
}

#[test]
fn more_claims_than_one_act_arranges() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let to = Arrangement {
        priority: Some(Priority::Urgent),
        ..Arrangement::default()
    };
    let many: Vec<ClaimId> = vec![claim; 501];
    let refused = arrange(&desk.desk, desk.editor, many, to);
    assert!(
        matches!(refused, Err(DeskError::TooManyAtOnce(500))),
        "{refused:?}"
    );
    let people = [desk.editor];
    let room = Room::serve(desk, &people);
    let editor = room.enter(0);
    let mut fields = vec![("claim", "1"); 501];
    fields.push(("priority", "urgent"));
    let answer = editor.post("/claims/assignments", &fields);
    assert_eq!(answer.status, 422);
    let reasons = texts(&answer, ".bulk .wrong").join(" ");
    assert!(reasons.contains("500 claims at most"), "{reasons}");
    // More fields than a form has are not cut off in silence either.
    let many = vec![("claim", "1"); 1_001];
    assert_eq!(editor.post("/claims/assignments", &many).status, 400);
    let urgent = editor.get("/claims?priority=urgent");
    assert_eq!(texts(&urgent, ".claims tbody tr").len(), 0, "none planned");
}

#[test]
fn a_scale_with_more_rows_than_can_be_counted() {
    let desk = desk_of_today();
    let people = [desk.join(Role::Admin)];
    let room = Room::serve(desk, &people);
    let rows = u64::MAX.to_string();
    let fields = [("rows", rows.as_str()), ("step", "more")];
    let answer = room.enter(0).post("/settings/scales/preview", &fields);
    assert!(answer.status < 500, "{}", answer.status);
    let rows = texts(&answer, "input[name^=key_]").len();
    assert!((1..=50).contains(&rows), "{rows} rows");
}

#[test]
fn a_way_back_that_leads_elsewhere_or_has_no_end() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let people = [desk.editor];
    let room = Room::serve(desk, &people);
    let editor = room.enter(0);
    let endless = "x".repeat(300_000);
    let claimant = format!("claimant={endless}");
    let ways = [
        "//evil.example/",
        "https://evil.example/",
        "\r\nSet-Cookie: a=b",
        &endless,
        &claimant,
    ];
    for way in ways {
        let note = [("from", way), ("remark_kind", "note"), ("words", "So.")];
        let plan = [("from", way), ("claim", "1"), ("priority", "urgent")];
        let kept = [("query", way), ("name", "Mine")];
        let answers = [
            editor.post("/claims/1/remarks", &note),
            editor.post("/claims/assignments", &plan),
            editor.post("/filters", &kept),
            editor.post("/filters/removal", &kept),
        ];
        for answer in answers {
            assert_eq!(answer.status, 303, "{}", answer.body);
            let location = answer.location.as_deref().unwrap_or_default();
            assert!(location.starts_with("/claims"), "{location}");
            assert!(location.len() < 1_000, "{} bytes", location.len());
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
}
