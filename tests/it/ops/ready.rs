//! Whether requests should be sent to a desk.

use std::time::{Duration, Instant};

use super::start;
use crate::support::http::Visitor;
use crate::support::{check, desk_of_today};

#[test]
fn a_desk_is_ready_until_it_is_told_to_stop_and_then_finishes() {
    let closed = desk_of_today().close();
    let mut program = start(&closed.data, "[server]\ndrain = 2\n", "error");
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let ready = nobody.ask("GET", "/readyz", &[("host", "10-0-0-7.cluster.example")]);
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
    assert_eq!(nobody.get("/healthz").body, "ok\n");

    let told = Instant::now();
    let stopping = std::thread::spawn(move || program.stop());
    let left = loop {
        let answer = Visitor::nobody(&base).get("/readyz");
        if answer.status == 503 {
            break answer;
        }
        assert!(told.elapsed() < Duration::from_secs(2), "{answer:?}");
    };
    assert_eq!(left.body, "not ready: stopping\n");
    assert_eq!(left.header("cache-control"), Some("no-store"));
    // Whoever is sent here all the same is served, and the process is well.
    let nobody = Visitor::nobody(&base);
    assert_eq!(nobody.get("/published").status, 200);
    assert_eq!(nobody.get("/healthz").status, 200);
    let status = stopping.join().expect("its end");
    assert!(status.success(), "{status}");
    assert!(told.elapsed() >= Duration::from_secs(2), "it waited");
    assert_eq!(check(&closed.data).findings, []);
}
