//! Answers that are too large, too slow, too much or not HTTP at all.

use std::io::Write;
use std::time::{Duration, Instant};

use citekeep::capture::fetch::{FetchTrouble, Fetched, Fetcher};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{fetch, fetcher, limits_for};
use crate::capture::origin::{Origin, Response};

/// Fetches what a server answers.
async fn take(response: Response) -> Result<Fetched, FetchTrouble> {
    take_within(Duration::from_secs(10), response).await
}

/// Fetches what a server answers for as long as it is waited for, which is
/// not long.
async fn take_quickly(response: Response) -> Result<Fetched, FetchTrouble> {
    let start = Instant::now();
    let taken = take_within(Duration::from_millis(300), response).await;
    assert!(start.elapsed() < Duration::from_secs(5), "{taken:?}");
    taken
}

async fn take_within(total: Duration, response: Response) -> Result<Fetched, FetchTrouble> {
    let origin = Origin::start(move |_| response.clone());
    let mut limits = limits_for(&origin);
    limits.total = total;
    fetch(&Fetcher::new(limits), origin.url("/")).await
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

#[tokio::test]
async fn endless_stream() {
    let taken = take(Response::endless([b'a'; 10_000])).await;
    assert!(
        matches!(taken, Err(FetchTrouble::TooLarge { limit: 100_000, .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn endless_chunks() {
    let response = Response::endless(b"5\r\nwords\r\n".repeat(1000));
    let taken = take(response.with("Transfer-Encoding", "chunked")).await;
    assert!(
        matches!(taken, Err(FetchTrouble::TooLarge { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn slow_drip() {
    let taken = take_quickly(Response::drip(b"a".as_slice(), Duration::from_millis(20))).await;
    let trouble = taken.expect_err("too slow");
    assert!(matches!(trouble, FetchTrouble::Slow { .. }), "{trouble}");
    assert!(trouble.is_worth_retrying());
    assert!(
        trouble.to_string().contains("within 0.3 seconds"),
        "{trouble}"
    );
}

#[tokio::test]
async fn slow_head() {
    let drip = Response::drip(b"X-A: b\r\n".as_slice(), Duration::from_millis(20));
    let head = b"HTTP/1.1 200 OK\r\n".as_slice();
    let taken = take_quickly(drip.headed(head)).await;
    assert!(matches!(taken, Err(FetchTrouble::Slow { .. })), "{taken:?}");
}

#[tokio::test]
async fn silence() {
    let silent = Response::drip(b"".as_slice(), Duration::from_secs(5)).headed(b"".as_slice());
    let taken = take_quickly(silent).await;
    assert!(matches!(taken, Err(FetchTrouble::Slow { .. })), "{taken:?}");
}

#[tokio::test]
async fn header_flood() {
    let lines = "X-Flood: yes\r\n".repeat(60);
    let many = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(40_000));
    for head in [many, long] {
        let taken = take(Response::raw(head)).await;
        assert!(
            matches!(taken, Err(FetchTrouble::HeadTooLarge { .. })),
            "{taken:?}"
        );
    }
}

#[tokio::test]
async fn endless_head() {
    let endless = Response::endless(b"X-Flood: yes\r\n".repeat(100));
    let taken = take(endless.headed(b"HTTP/1.1 200 OK\r\n".as_slice())).await;
    assert!(
        matches!(taken, Err(FetchTrouble::HeadTooLarge { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn endless_early_hints() {
    let hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let taken = take_quickly(Response::endless(hint.repeat(20)).headed(b"".as_slice())).await;
    assert!(taken.is_err(), "{taken:?}");
}

#[tokio::test]
async fn declared_gigabyte() {
    let response = Response::bytes("text/html", "small").with("Content-Length", "1073741824");
    let taken = take(response).await;
    let trouble = taken.expect_err("too large");
    assert!(
        matches!(trouble, FetchTrouble::TooLarge { .. }),
        "{trouble}"
    );
    assert!(!trouble.is_worth_retrying());
}

#[tokio::test]
async fn declared_more_than_any_number() {
    let response = Response::bytes("text/html", "small");
    let taken = take(response.with("Content-Length", "99999999999999999999999")).await;
    assert!(taken.is_err(), "{taken:?}");
}

#[tokio::test]
async fn gzip_bomb() {
    let bomb = zipped(&vec![0; 20_000_000]);
    assert!(bomb.len() < 100_000);
    for (coding, body) in [("gzip", bomb.clone()), ("gzip, gzip", zipped(&bomb))] {
        let response = Response::bytes("text/html", body).with("Content-Encoding", coding);
        let taken = take(response).await;
        assert!(
            matches!(taken, Err(FetchTrouble::TooLarge { .. })),
            "{taken:?}"
        );
    }
}

#[tokio::test]
async fn gzip_that_is_cut_off() {
    let mut half = zipped(b"words and words and other words");
    half.truncate(25);
    let response = Response::bytes("text/html", half).with("Content-Encoding", "gzip");
    let trouble = take(response).await.expect_err("half of it");
    assert!(
        matches!(trouble, FetchTrouble::BrokenOff { .. }),
        "{trouble}"
    );
    assert!(trouble.is_worth_retrying());
}

#[tokio::test]
async fn coding_that_was_not_asked_for() {
    for coding in ["br", "compress", "gzip, gzip, gzip", "🦀"] {
        let response = Response::bytes("text/html", zipped(b"words"));
        let taken = take(response.with("Content-Encoding", coding)).await;
        assert!(
            matches!(taken, Err(FetchTrouble::Coding { .. })),
            "{coding}: {taken:?}"
        );
    }
}

#[tokio::test]
async fn length_that_is_too_long() {
    let response = Response::bytes("text/html", "words").with("Content-Length", "50");
    let trouble = take(response).await.expect_err("half of it");
    assert!(
        matches!(trouble, FetchTrouble::BrokenOff { .. }),
        "{trouble}"
    );
    assert!(trouble.is_worth_retrying());
}

#[tokio::test]
async fn two_lengths() {
    let response = Response::bytes("text/html", "words");
    let response = response
        .with("Content-Length", "3")
        .with("Content-Length", "5");
    let taken = take(response).await;
    assert!(
        matches!(taken, Err(FetchTrouble::NotHttp { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn not_http() {
    for bytes in [
        b"SSH-2.0-OpenSSH_9.9\r\n".as_slice(),
        b"220 mail.example ESMTP\r\n",
        b"<html>words</html>",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ] {
        let taken = take(Response::raw(bytes)).await;
        assert!(taken.is_err(), "{taken:?}");
    }
}

#[tokio::test]
async fn closed_without_a_word() {
    let trouble = take(Response::raw(b"".as_slice())).await;
    let trouble = trouble.expect_err("nothing came");
    assert!(
        matches!(trouble, FetchTrouble::BrokenOff { .. }),
        "{trouble}"
    );
    assert!(trouble.is_worth_retrying());
}

#[tokio::test]
async fn nobody_listens() {
    let origin = Origin::start(|_| Response::page("words"));
    let (fetcher, url) = (fetcher(&origin), origin.url("/"));
    drop(origin);
    let trouble = fetch(&fetcher, url).await.expect_err("nobody there");
    assert!(
        matches!(trouble, FetchTrouble::Unreachable { .. }),
        "{trouble}"
    );
    assert!(trouble.is_worth_retrying());
}

#[tokio::test]
async fn statuses_that_bring_no_page() {
    for (status, again) in [
        (404, false),
        (410, false),
        (403, false),
        (500, true),
        (503, true),
    ] {
        let taken = take(Response::status(status)).await;
        let trouble = taken.expect_err("no page");
        assert!(trouble.to_string().contains(&format!("(status {status})")));
        assert_eq!(trouble.is_worth_retrying(), again, "{status}");
    }
}

#[tokio::test]
async fn honest_bodies_arrive_whole() {
    let words = "words ".repeat(10_000).into_bytes();
    let plain = Response::bytes("text/plain; charset=latin1", words.clone());
    let packed = Response::bytes("text/plain; charset=latin1", zipped(&words));
    let chunks = format!("ea60\r\n{}\r\n0\r\n\r\n", "words ".repeat(10_000));
    for response in [
        plain,
        packed.with("Content-Encoding", "gzip"),
        Response::unmeasured(words.clone()).with("Content-Type", "text/plain; charset=latin1"),
        Response::unmeasured(chunks)
            .with("Transfer-Encoding", "chunked")
            .with("Content-Type", "text/plain; charset=latin1"),
    ] {
        let fetched = take(response).await.expect("a body");
        assert_eq!(fetched.body, words);
        assert_eq!(fetched.status, 200);
        assert_eq!(
            fetched.media_type.as_deref(),
            Some("text/plain; charset=latin1")
        );
    }
}
