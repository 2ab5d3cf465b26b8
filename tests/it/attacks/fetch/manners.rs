//! Whether the fetcher behaves: who it says it is, what it carries along, and
//! whether it leaves in peace whoever asks for that.

use std::time::{Duration, Instant};

use citekeep::capture::fetch::{
    Fetch, FetchTrouble, Fetched, Fetcher, Outcome, Request, Validators,
};

use super::{ask, fetch, fetcher, limits, limits_for};
use crate::capture::origin::{Origin, Response};

/// A server with a robots.txt, where every other path is a page.
fn with_robots(robots: Response) -> Origin {
    Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => robots.clone(),
        _ => Response::page("words"),
    })
}

/// Fetches as the desk does, robots.txt and all.
async fn polite(fetcher: &Fetcher, origin: &Origin, path: &str) -> Result<Fetched, FetchTrouble> {
    ask(fetcher, &Request::new(origin.url(path))).await
}

#[tokio::test]
async fn cookie_not_sent_back() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/" => Response::redirect(302, "/a").with("Set-Cookie", "session=7; Path=/"),
        _ => Response::page("words")
            .with("Set-Cookie", "session=8")
            .with("X-Kept", "yes"),
    });
    let fetcher = fetcher(&origin);
    let fetched = fetch(&fetcher, origin.url("/")).await.expect("a page");
    fetch(&fetcher, origin.url("/a")).await.expect("a page");
    for request in origin.requests() {
        for name in ["cookie", "authorization", "referer", "origin"] {
            assert_eq!(request.header(name), None);
        }
    }
    assert!(
        fetched
            .headers
            .contains(&("x-kept".to_owned(), "yes".to_owned()))
    );
    assert!(fetched.headers.iter().all(|(name, _)| name != "set-cookie"));
}

#[tokio::test]
async fn honest_name() {
    let origin = Origin::start(|_| Response::page("words"));
    let mut limits = limits_for(&origin);
    limits.user_agent = "Citekeep/0.1 (+https://desk.example)\r\nCookie: a=b".to_owned();
    fetch(&Fetcher::new(limits), origin.url("/a?b#c"))
        .await
        .expect("a page");
    let requests = origin.requests();
    let request = &requests[0];
    assert_eq!(
        request.header("user-agent"),
        Some("Citekeep/0.1 (+https://desk.example)Cookie: a=b")
    );
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", "/a?b")
    );
    assert_eq!(request.header("host"), Some(origin.place().as_str()));
    assert_eq!(request.header("accept-encoding"), Some("gzip, deflate"));
    assert_eq!(request.header("cookie"), None);
}

#[tokio::test]
async fn robots_disallow() {
    let origin = with_robots(Response::text("User-agent: *\nDisallow: /inside\n"));
    let fetcher = fetcher(&origin);
    let trouble = polite(&fetcher, &origin, "/inside/page").await;
    let trouble = trouble.expect_err("not wanted");
    assert!(matches!(trouble, FetchTrouble::Robots { .. }), "{trouble}");
    assert!(!trouble.is_worth_retrying());
    polite(&fetcher, &origin, "/page?inside")
        .await
        .expect("a page");
    polite(&fetcher, &origin, "/page").await.expect("a page");
    assert_eq!(origin.paths(), ["/robots.txt", "/page?inside", "/page"]);
}

#[tokio::test]
async fn robots_disallow_where_a_redirect_leads() {
    let closed = with_robots(Response::text("User-agent: citekeep\nDisallow: /\n"));
    let to = closed.url("/page").to_string();
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        _ => Response::redirect(302, &to),
    });
    let fetcher = Fetcher::new(limits(&[origin.place(), closed.place()]));
    let trouble = polite(&fetcher, &origin, "/").await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Robots { .. })),
        "{trouble:?}"
    );
    assert_eq!(closed.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn robots_overruled_by_an_editor() {
    let origin = with_robots(Response::text("User-agent: *\nDisallow: /\n"));
    fetch(&fetcher(&origin), origin.url("/page"))
        .await
        .expect("a page");
    assert_eq!(origin.paths(), ["/page"]);
}

#[tokio::test]
async fn robots_out_of_order() {
    for robots in [
        Response::status(500),
        Response::status(429),
        Response::redirect(302, "http://10.0.0.7/robots.txt"),
    ] {
        let origin = with_robots(robots);
        let fetcher = fetcher(&origin);
        for _ in 0..2 {
            let trouble = polite(&fetcher, &origin, "/page").await;
            let trouble = trouble.expect_err("nobody knows");
            assert!(
                matches!(trouble, FetchTrouble::RobotsUnclear { .. }),
                "{trouble}"
            );
            assert!(trouble.is_worth_retrying());
        }
        assert_eq!(origin.paths(), ["/robots.txt"]);
    }
}

#[tokio::test]
async fn robots_missing() {
    for robots in [
        Response::status(404),
        Response::status(403),
        Response::redirect(302, "/robots.txt"),
        Response::page("<html>no such page</html>"),
    ] {
        let origin = with_robots(robots);
        let fetched = polite(&fetcher(&origin), &origin, "/page").await;
        assert_eq!(fetched.expect("a page").body, b"words");
    }
}

#[tokio::test]
async fn endless_robots() {
    let lines = b"User-agent: *\nDisallow: /inside\n".repeat(100);
    let origin = with_robots(Response::endless(lines));
    let fetcher = fetcher(&origin);
    polite(&fetcher, &origin, "/page").await.expect("a page");
    let trouble = polite(&fetcher, &origin, "/inside").await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Robots { .. })),
        "{trouble:?}"
    );
}

/// The times between requests, all of them made at once by several callers.
async fn pauses(fetcher: &Fetcher, origin: &Origin) -> Vec<Duration> {
    let (one, two, three) = tokio::join!(
        fetch(fetcher, origin.url("/1")),
        fetch(fetcher, origin.url("/2")),
        fetch(fetcher, origin.url("/3")),
    );
    for fetched in [one, two, three] {
        fetched.expect("a page");
    }
    let requests = origin.requests();
    requests
        .windows(2)
        .map(|pair| pair[1].at.duration_since(pair[0].at))
        .collect()
}

#[tokio::test]
async fn host_politeness() {
    let origin = Origin::start(|_| Response::page("words"));
    let mut limits = limits_for(&origin);
    limits.gap = Duration::from_millis(100);
    let pauses = pauses(&Fetcher::new(limits), &origin).await;
    assert_eq!(pauses.len(), 2);
    // The server may be told late that somebody has come, so half will do.
    assert!(
        pauses
            .iter()
            .all(|pause| *pause > Duration::from_millis(50)),
        "{pauses:?}"
    );
}

#[tokio::test]
async fn crawl_delay() {
    let origin = with_robots(Response::text("User-agent: *\nCrawl-delay: 0.2\n"));
    let fetcher = fetcher(&origin);
    polite(&fetcher, &origin, "/1").await.expect("a page");
    polite(&fetcher, &origin, "/2").await.expect("a page");
    let requests = origin.requests();
    let pause = requests[2].at.duration_since(requests[1].at);
    assert!(pause > Duration::from_millis(100), "{pause:?}");
}

#[tokio::test]
async fn long_queue_at_a_host() {
    let origin = Origin::start(|_| Response::page("words"));
    let mut limits = limits_for(&origin);
    limits.gap = Duration::from_secs(3600);
    let fetcher = Fetcher::new(limits);
    fetch(&fetcher, origin.url("/1")).await.expect("a page");
    let start = Instant::now();
    let trouble = fetch(&fetcher, origin.url("/2")).await;
    let trouble = trouble.expect_err("an hour is too long");
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(trouble.retry_after() > Some(Duration::from_secs(3000)));
    assert_eq!(origin.paths(), ["/1"]);
}

#[tokio::test]
async fn retry_after() {
    for status in [429, 503] {
        let origin = Origin::start(move |_| Response::status(status).with("Retry-After", "120"));
        let fetcher = fetcher(&origin);
        for _ in 0..2 {
            let trouble = fetch(&fetcher, origin.url("/")).await;
            let trouble = trouble.expect_err("not now");
            let after = trouble.retry_after().expect("a time");
            assert!(trouble.is_worth_retrying());
            assert!(after > Duration::from_secs(110), "{after:?}");
            assert!(after <= Duration::from_secs(120), "{after:?}");
        }
        assert_eq!(origin.requests().len(), 1, "the host is left alone");
    }
}

/// A page that says when it was changed, and says nothing more if it was not.
fn dated() -> Origin {
    Origin::start(|request| match request.path.as_str() {
        "/" => Response::redirect(302, "/page"),
        _ if request.header("if-none-match") == Some("\"7\"") => Response::status(304),
        _ => Response::page("words")
            .with("ETag", "\"7\"")
            .with("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT"),
    })
}

#[tokio::test]
async fn conditional_not_modified() {
    let origin = dated();
    let fetcher = fetcher(&origin);
    let fetched = fetch(&fetcher, origin.url("/")).await.expect("a page");
    let again = Request {
        known: fetched.validators(),
        respect_robots: false,
        ..Request::new(origin.url("/"))
    };
    let outcome = fetcher.fetch(&again).await.expect("an answer");
    let Outcome::NotModified(unchanged) = outcome else {
        unreachable!("it has not changed: {outcome:?}");
    };
    assert_eq!(unchanged.last, origin.url("/page"));
    assert_eq!(unchanged.hops, fetched.hops);
    let requests = origin.requests();
    assert_eq!(requests[2].header("if-none-match"), None);
    assert_eq!(
        requests[3].header("if-modified-since"),
        Some("Tue, 03 Mar 2026 10:00:00 GMT")
    );
}

#[tokio::test]
async fn validators_of_another_page() {
    let origin = dated();
    let elsewhere = Validators {
        url: origin.url("/elsewhere"),
        etag: Some("\"7\"".to_owned()),
        last_modified: None,
    };
    let request = Request {
        known: Some(elsewhere),
        respect_robots: false,
        ..Request::new(origin.url("/page"))
    };
    let fetched = ask(&fetcher(&origin), &request).await;
    assert_eq!(fetched.expect("a page").body, b"words");
}

#[tokio::test]
async fn not_modified_without_being_asked() {
    let origin = Origin::start(|_| Response::status(304));
    let trouble = fetch(&fetcher(&origin), origin.url("/")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Status { status: 304, .. })),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn pauses_that_add_up() {
    let origin = Origin::start(|request| Response::redirect(302, &format!("{}a", request.path)));
    let mut limits = limits_for(&origin);
    limits.gap = Duration::from_millis(60);
    limits.patience = Duration::from_millis(150);
    let trouble = fetch(&Fetcher::new(limits), origin.url("/")).await;
    let trouble = trouble.expect_err("two pauses and no third one");
    assert!(
        matches!(trouble, FetchTrouble::TryLater { .. }),
        "{trouble}"
    );
    assert!(origin.requests().len() <= 4);
}
