//! A stand-in for the Wayback Machine, honest and otherwise.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use citekeep::capture::wayback::{Archive, Attestation, WaybackTrouble, save};
use url::Url;

use super::fetcher;
use crate::capture::origin::{Origin, Response};

fn json(text: &str) -> Response {
    Response::bytes("application/json", text)
}

async fn attempt(origin: &Origin) -> Result<Attestation, WaybackTrouble> {
    let archive = Archive {
        endpoint: origin.url("/save"),
        keys: Some(("access".to_owned(), "secret".to_owned())),
        questions: 3,
        pause: Duration::from_millis(1),
    };
    let page = Url::parse("https://example.org/a?b=1&c=ü#d").expect("an address");
    save(&fetcher(origin), &archive, &page).await
}

const ACCEPTED: &str = r#"{"url":"https://example.org/a","job_id":"spn2-7f"}"#;

/// Accepts the task and then tells this of it.
fn telling(status: &'static str) -> Origin {
    Origin::start(move |request| match request.method.as_str() {
        "POST" => json(ACCEPTED),
        _ => json(status),
    })
}

#[tokio::test]
async fn a_copy_is_kept() {
    let asked = AtomicUsize::new(0);
    let origin = Origin::start(move |request| match request.method.as_str() {
        "POST" => json(ACCEPTED),
        _ if asked.fetch_add(1, Ordering::Relaxed) == 0 => {
            json(r#"{"status":"pending","job_id":"spn2-7f","resources":[]}"#)
        }
        _ => json(
            r#"{"status":"success","job_id":"spn2-7f","original_url":"https://example.org/a?b=1",
                "timestamp":"20260303101500","duration_sec":6.2,"resources":["https://example.org/a"]}"#,
        ),
    });
    let attestation = attempt(&origin).await.expect("a copy");
    assert_eq!(attestation.job, "spn2-7f");
    assert_eq!(attestation.at, "20260303101500");
    assert_eq!(
        attestation.archived,
        origin.url("/web/20260303101500/https://example.org/a?b=1")
    );
    assert_eq!(
        origin.paths(),
        ["/save", "/save/status/spn2-7f", "/save/status/spn2-7f"]
    );
    let requests = origin.requests();
    assert_eq!(
        requests[0].body,
        b"url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1%26c%3D%25C3%25BC%23d&skip_first_archive=1"
    );
    for request in &requests {
        assert_eq!(request.header("authorization"), Some("LOW access:secret"));
        assert_eq!(request.header("accept"), Some("application/json"));
    }
}

#[tokio::test]
async fn never_done() {
    let origin = telling(r#"{"status":"pending"}"#);
    let trouble = attempt(&origin).await.expect_err("not yet");
    assert!(matches!(&trouble, WaybackTrouble::NotYet { job } if job == "spn2-7f"));
    assert!(trouble.is_worth_retrying());
    assert_eq!(origin.requests().len(), 4);
}

#[tokio::test]
async fn the_archive_says_no() {
    let blocked = telling(
        r#"{"status":"error","status_ext":"error:blocked-url","message":"This URL is in the block list.\u0007"}"#,
    );
    let trouble = attempt(&blocked).await.expect_err("blocked");
    assert_eq!(
        trouble.to_string(),
        "the web archive did not keep the page: This URL is in the block list."
    );
    assert!(!trouble.is_worth_retrying());
    let busy = telling(
        r#"{"status":"error","status_ext":"error:too-many-requests","message":"Too many."}"#,
    );
    let trouble = attempt(&busy).await.expect_err("busy");
    assert!(matches!(trouble, WaybackTrouble::Busy { .. }), "{trouble}");
    let cannot = telling(
        r#"{"status":"error","status_ext":"error:gateway-timeout","message":"It did not answer."}"#,
    );
    let trouble = attempt(&cannot).await.expect_err("not now");
    assert!(trouble.is_worth_retrying(), "{trouble}");
}

#[tokio::test]
async fn the_archive_wants_keys_or_time() {
    let closed = Origin::start(|_| Response::status(401));
    let trouble = attempt(&closed).await.expect_err("unknown");
    assert!(matches!(trouble, WaybackTrouble::Keys), "{trouble}");
    assert!(!trouble.is_worth_retrying());
    let busy = Origin::start(|_| Response::status(429).with("Retry-After", "60"));
    let trouble = attempt(&busy).await.expect_err("busy");
    assert_eq!(trouble.retry_after(), Some(Duration::from_secs(60)));
}

#[tokio::test]
async fn job_that_climbs_out_of_its_path() {
    for job in ["../../account", "a?b", "", "a/b", "ü"] {
        let answer = format!(r#"{{"job_id":"{job}"}}"#);
        let origin = Origin::start(move |_| json(&answer));
        let trouble = attempt(&origin).await;
        assert!(
            matches!(trouble, Err(WaybackTrouble::Unreadable)),
            "{job}: {trouble:?}"
        );
        assert_eq!(origin.paths(), ["/save"]);
    }
}

#[tokio::test]
async fn keys_carried_elsewhere() {
    let other = Origin::start(|_| json(ACCEPTED));
    let to = other.url("/save").to_string();
    let origin = Origin::start(move |_| Response::redirect(307, &to));
    let trouble = attempt(&origin).await;
    assert!(
        matches!(trouble, Err(WaybackTrouble::Unreadable)),
        "{trouble:?}"
    );
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn copy_that_stands_nowhere() {
    for status in [
        r#"{"status":"success","timestamp":"2026","original_url":"https://example.org/"}"#,
        r#"{"status":"success","timestamp":"20260303101500"}"#,
        r#"{"status":"success","timestamp":"20260303101500","original_url":"javascript:alert(1)"}"#,
        r#"{"status":"success","timestamp":"../../../../..","original_url":"https://example.org/"}"#,
        r#"["success"]"#,
        "<html>out of order</html>",
    ] {
        let trouble = attempt(&telling(status)).await;
        assert!(
            matches!(trouble, Err(WaybackTrouble::Unreadable)),
            "{status}: {trouble:?}"
        );
    }
}
