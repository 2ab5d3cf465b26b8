//! More is sent than a desk has memory for: it says so and keeps none of it, goes
//! on with everything else, and has room again by itself.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};
use crate::support::served::Served;

/// As long as the longest that may be sent at a desk that takes no long files.
const LONGEST: usize = 8 << 20;

/// A long form of which nothing but the head has come.
fn begun(served: &Served, me: &Visitor, path: &str) -> TcpStream {
    let host = served.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("a desk");
    let cookie = me.cookie.as_deref().unwrap_or_default();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {LONGEST}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

/// Begins one long form after the other until somebody has no room for another.
fn fill((served, me): (&Served, &Visitor), path: &str, held: &mut Vec<TcpStream>) -> Answer {
    let begun_at = Instant::now();
    loop {
        held.push(begun(served, me, path));
        let answer = me.post(path, &[("text", &"It rained. ".repeat(8_000))]);
        if answer.status == 503 {
            return answer;
        }
        assert!(begun_at.elapsed() < Duration::from_secs(20), "{answer:?}");
    }
}

/// Sends a long form until it is answered so.
fn until(me: &Visitor, path: &str, status: u16) -> Answer {
    let begun = Instant::now();
    for number in 0.. {
        let words = format!("It rained on day {number}. ").repeat(4_000);
        let answer = me.post(path, &[("text", &words)]);
        if answer.status == status {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{answer:?}");
    }
    unreachable!("the time is over")
}

fn refused(answer: &Answer) {
    assert!(answer.body.contains("Nothing was saved"), "{}", answer.body);
    assert!(answer.body.contains("can be read meanwhile"));
    assert_eq!(answer.header("retry-after"), Some("10"));
}

#[test]
fn more_than_there_is_room_for_is_refused_and_everything_else_goes_on() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("A report");
    let path = format!("/sources/{source}/snapshots");
    let links = [desk.researcher, desk.reviewer, desk.editor].map(|who| desk.link(who));
    let served = desk.close().serve_with("[limits]\nupload = 100000\n");
    let [one, other, third] = links.map(|link| served.enter(&link));
    // One person takes half of the room and no more.
    let mut held = Vec::new();
    refused(&fill((&served, &one), &path, &mut held));
    assert_eq!(until(&other, &path, 303).status, 303);
    // Two take all of it: a third has to come back, and does all else meanwhile.
    fill((&served, &other), &path, &mut held);
    refused(&until(&third, &path, 503));
    for me in [&one, &third] {
        assert_eq!(me.get(&format!("/claims/{claim}")).status, 200);
        let remark = [("remark_kind", "note"), ("words", "So it is.")];
        let said = me.post(&format!("/claims/{claim}/remarks"), &remark);
        assert_eq!(said.status, 303, "{}", said.body);
    }
    let nobody = served.nobody();
    assert_eq!(nobody.get("/published").status, 200);
    let typed = [("sign_in", "somebody"), ("password", "b")];
    assert_eq!(nobody.post("/sign-in", &typed).status, 401);
    // Nobody of those who filled it up is there any more.
    drop(held);
    assert_eq!(until(&third, &path, 303).status, 303);
    served.end();
}
