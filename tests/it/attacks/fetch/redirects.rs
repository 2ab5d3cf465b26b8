//! Pages that send the desk elsewhere.

use std::time::Duration;

use citekeep::capture::fetch::{FetchTrouble, Fetcher};

use super::{fetch, fetcher, limits_for};
use crate::capture::origin::{Origin, Response};

/// A page at `/` sends us on; the rest is another page.
fn leading(to: &str) -> Origin {
    let to = to.to_owned();
    Origin::start(move |request| match request.path.as_str() {
        "/" => Response::redirect(302, &to),
        _ => Response::page("arrived"),
    })
}

async fn attempt(to: &str) -> (FetchTrouble, Origin) {
    let origin = leading(to);
    let trouble = fetch(&fetcher(&origin), origin.url("/")).await;
    let trouble = trouble.expect_err("refused");
    assert_eq!(origin.paths(), ["/"], "{to}");
    (trouble, origin)
}

#[tokio::test]
async fn redirect_to_private() {
    for to in [
        "http://10.0.0.7/",
        "//192.168.0.1/",
        "http://[::ffff:10.0.0.7]/",
        "http://0x0a000007/",
    ] {
        let (trouble, _) = attempt(to).await;
        assert!(
            matches!(trouble, FetchTrouble::NotPublic { .. }),
            "{to}: {trouble}"
        );
    }
}

#[tokio::test]
async fn redirect_to_metadata() {
    let (trouble, _) = attempt("http://169.254.169.254/latest/meta-data/").await;
    assert!(trouble.to_string().contains("secrets"), "{trouble}");
}

#[tokio::test]
async fn redirect_to_another_port_of_this_machine() {
    let inner = Origin::start(|_| Response::page("inner"));
    let (trouble, _) = attempt(inner.url("/").as_str()).await;
    assert!(matches!(trouble, FetchTrouble::Port { .. }), "{trouble}");
    assert_eq!(inner.requests().len(), 0);
}

#[tokio::test]
async fn redirect_to_file_scheme() {
    for to in ["file:///etc/passwd", "ftp://example.org/", "data:,words"] {
        let (trouble, _) = attempt(to).await;
        assert!(
            matches!(trouble, FetchTrouble::Scheme(_)),
            "{to}: {trouble}"
        );
    }
}

#[tokio::test]
async fn redirect_away_from_https_where_nothing_else_is_asked() {
    let origin = leading("http://example.org/");
    let mut limits = limits_for(&origin);
    limits.https_only = true;
    let trouble = fetch(&Fetcher::new(limits), origin.url("/")).await;
    let trouble = trouble.expect_err("refused");
    assert!(
        matches!(&trouble, FetchTrouble::Insecure { host } if host == "example.org"),
        "{trouble}"
    );
    assert_eq!(origin.paths(), ["/"], "the host on the list was asked");
}

#[tokio::test]
async fn redirect_with_credentials() {
    let (trouble, _) = attempt("http://me:secret@example.org/").await;
    assert!(
        matches!(trouble, FetchTrouble::Credentials { .. }),
        "{trouble}"
    );
}

#[tokio::test]
async fn redirect_to_nonsense() {
    for to in ["http://", "http://[::1", "http://a b/"] {
        let (trouble, _) = attempt(to).await;
        assert!(
            matches!(trouble, FetchTrouble::BadRedirect { .. }),
            "{to}: {trouble}"
        );
    }
}

#[tokio::test]
async fn redirect_without_a_place() {
    let origin = Origin::start(|_| Response::status(302));
    let trouble = fetch(&fetcher(&origin), origin.url("/")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Status { status: 302, .. })),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn redirect_with_line_breaks() {
    let origin = leading("/a%0d%0aX-Smuggled:%20yes%0d%0a%0d%0aGET%20/b");
    fetch(&fetcher(&origin), origin.url("/"))
        .await
        .expect("an odd path and no more");
    let requests = origin.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[1].path,
        "/a%0d%0aX-Smuggled:%20yes%0d%0a%0d%0aGET%20/b"
    );
    assert_eq!(requests[1].header("x-smuggled"), None);
}

#[tokio::test]
async fn redirect_with_bare_line_breaks() {
    let raw = "HTTP/1.1 302 Found\r\nLocation: /a\r\nX-Smuggled: yes\r\nContent-Length: 0\r\n\r\n";
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/" => Response::raw(raw),
        _ => Response::page("arrived"),
    });
    let fetched = fetch(&fetcher(&origin), origin.url("/")).await;
    assert_eq!(fetched.expect("a page").last, origin.url("/a"));
    assert_eq!(origin.requests()[1].header("x-smuggled"), None);
}

#[tokio::test]
async fn redirect_loop() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/" => Response::redirect(301, "/a"),
        "/a" => Response::redirect(307, "/b"),
        _ => Response::redirect(303, "/a"),
    });
    let trouble = fetch(&fetcher(&origin), origin.url("/")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Circle { .. })),
        "{trouble:?}"
    );
    assert_eq!(origin.paths(), ["/", "/a", "/b"]);
}

#[tokio::test]
async fn redirect_to_itself() {
    let (trouble, _) = attempt("/").await;
    assert!(matches!(trouble, FetchTrouble::Circle { .. }), "{trouble}");
}

#[tokio::test]
async fn redirects_without_end() {
    let origin = Origin::start(|request| Response::redirect(302, &format!("{}a", request.path)));
    let trouble = fetch(&fetcher(&origin), origin.url("/")).await;
    assert!(
        matches!(
            trouble,
            Err(FetchTrouble::TooManyRedirects { redirects: 10, .. })
        ),
        "{trouble:?}"
    );
    assert_eq!(origin.requests().len(), 11);
}

#[tokio::test]
async fn redirects_share_the_time() {
    let origin = Origin::start(|request| Response::redirect(302, &format!("{}?a", request.path)));
    let mut limits = limits_for(&origin);
    limits.redirects = usize::MAX;
    limits.total = Duration::from_millis(200);
    let trouble = fetch(&Fetcher::new(limits), origin.url("/")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Slow { .. })),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn honest_redirects_are_followed_and_told() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/old?page=2" => Response::redirect(301, "new/"),
        "/new/" => Response::redirect(308, "../newest?x=%C3%BC#part"),
        _ => Response::page("arrived"),
    });
    let fetched = fetch(&fetcher(&origin), origin.url("/old?page=2#top")).await;
    let fetched = fetched.expect("a page");
    assert_eq!(fetched.asked, origin.url("/old?page=2#top"));
    assert_eq!(fetched.last, origin.url("/newest?x=%C3%BC#part"));
    let hops: Vec<_> = fetched
        .hops
        .iter()
        .map(|hop| (hop.status, &hop.to))
        .collect();
    assert_eq!(
        hops,
        [
            (301, &origin.url("/new/#top")),
            (308, &origin.url("/newest?x=%C3%BC#part"))
        ]
    );
    assert_eq!(fetched.body, b"arrived");
}
