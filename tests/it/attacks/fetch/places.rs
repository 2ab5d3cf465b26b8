//! Places that nobody should reach through the desk.

use citekeep::capture::fetch::{FetchTrouble, Fetcher};
use url::Url;

use super::{Names, fetch, fetcher, limits, limits_for};
use crate::capture::origin::{Origin, Response};

fn secret() -> Origin {
    Origin::start(|_| Response::page("the newsroom's own"))
}

/// Fetches an address with nothing allowed; the port is no hindrance.
async fn attempt(origin: &Origin, address: &str) -> FetchTrouble {
    let mut limits = limits::<&str>(&[]);
    limits.ports = vec![80, 443, origin.port()];
    let address = address.replace("PORT", &origin.port().to_string());
    let url = Url::parse(&address).expect("an address");
    let trouble = fetch(&Fetcher::new(limits), url).await;
    let trouble = trouble.expect_err("refused");
    assert!(!trouble.is_worth_retrying(), "{address}: {trouble}");
    trouble
}

/// An address is refused for what it is, and nobody was asked.
async fn check(address: &str, words: &str) {
    let origin = secret();
    let trouble = attempt(&origin, address).await;
    assert!(
        matches!(trouble, FetchTrouble::NotPublic { .. }),
        "{address}: {trouble}"
    );
    assert!(trouble.to_string().contains(words), "{address}: {trouble}");
    assert_eq!(origin.requests().len(), 0, "{address}");
}

#[tokio::test]
async fn loopback_address() {
    check(
        "http://127.0.0.1:PORT/",
        "127.0.0.1 is an address of this machine",
    )
    .await;
    check("http://127.255.255.254/", "an address of this machine").await;
    check("http://[::1]:PORT/", "an address of this machine").await;
    check("http://0.0.0.0:PORT/", "an address of this machine").await;
    check("http://[::]:PORT/", "an address of this machine").await;
}

#[tokio::test]
async fn ipv6_mapped_loopback() {
    check("http://[::ffff:127.0.0.1]:PORT/", "written as IPv6").await;
    check("http://[::ffff:7f00:1]:PORT/", "written as IPv6").await;
    check("http://[::127.0.0.1]:PORT/", "written in an old way").await;
}

#[tokio::test]
async fn nat64_of_private() {
    check("http://[64:ff9b::10.0.0.7]/", "written as IPv6").await;
    check("http://[64:ff9b::7f00:1]:PORT/", "written as IPv6").await;
    check("http://[64:ff9b:1::8.8.8.8]/", "way from IPv6 to IPv4").await;
}

#[tokio::test]
async fn wrapped_in_six_to_four_or_teredo() {
    check("http://[2002:7f00:1::]/", "wrapped in IPv6").await;
    check("http://[2001:0:53aa:64c::]/", "kept for protocols").await;
}

#[tokio::test]
async fn private_network() {
    check("http://10.0.0.7/", "10.0.0.7 is in a private network").await;
    check("http://172.31.0.1/", "in a private network").await;
    check("http://192.168.178.1/", "in a private network").await;
    check("http://[fd12:3456::1]/", "in a private network").await;
}

#[tokio::test]
async fn cgnat_address() {
    check("http://100.64.0.1/", "in a provider's inner network").await;
    check("http://100.127.255.254/", "in a provider's inner network").await;
}

#[tokio::test]
async fn link_local_metadata() {
    let secrets = "where a cloud keeps a machine's secrets";
    check("http://169.254.169.254/latest/meta-data/", secrets).await;
    check("http://[::ffff:169.254.169.254]/", secrets).await;
    check("http://[64:ff9b::a9fe:a9fe]/", secrets).await;
    check("http://[fd00:ec2::254]/", secrets).await;
    check("http://100.100.100.200/", secrets).await;
    check("http://169.254.1.1/", "one cable only").await;
    check("http://[fe80::1]/", "one cable only").await;
}

#[tokio::test]
async fn many_machines_at_once() {
    check("http://224.0.0.1/", "many machines at once").await;
    check("http://255.255.255.255/", "every machine nearby").await;
    check("http://[ff02::1]/", "many machines at once").await;
}

#[tokio::test]
async fn decimal_host() {
    check("http://2130706433:PORT/", "127.0.0.1 is").await;
}

#[tokio::test]
async fn octal_host() {
    check("http://017700000001:PORT/", "127.0.0.1 is").await;
    check("http://0177.0.0.1:PORT/", "127.0.0.1 is").await;
}

#[tokio::test]
async fn hexadecimal_host() {
    check("http://0x7f.1:PORT/", "127.0.0.1 is").await;
    check("http://0xa9fea9fe/", "169.254.169.254 is").await;
}

#[tokio::test]
async fn wide_digits_host() {
    check("http://１２７.0.0.1:PORT/", "127.0.0.1 is").await;
    check("http://127。0。0。1:PORT/", "127.0.0.1 is").await;
}

#[tokio::test]
async fn localhost_name() {
    for address in [
        "http://localhost:PORT/",
        "http://LOCALHOST.:PORT/",
        "http://a.localhost:PORT/",
    ] {
        let origin = secret();
        let trouble = attempt(&origin, address).await;
        assert!(
            matches!(trouble, FetchTrouble::ThisMachine { .. }),
            "{trouble}"
        );
        assert_eq!(origin.requests().len(), 0);
    }
}

#[tokio::test]
async fn forbidden_port() {
    let origin = secret();
    let fetcher = Fetcher::new(limits(&["127.0.0.1"]));
    let trouble = fetch(&fetcher, origin.url("/")).await.expect_err("closed");
    let words = format!("not fetched from at port {}", origin.port());
    assert!(trouble.to_string().contains(&words), "{trouble}");
    assert_eq!(origin.requests().len(), 0);
}

#[tokio::test]
async fn allowed_host_at_another_port() {
    let (one, other) = (secret(), secret());
    let fetcher = fetcher(&one);
    fetch(&fetcher, one.url("/")).await.expect("allowed");
    let trouble = fetch(&fetcher, other.url("/")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Port { .. })),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn other_schemes() {
    for address in [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/_x",
        "data:text/html,words",
        "javascript:alert(1)",
    ] {
        let trouble = attempt(&secret(), address).await;
        assert!(matches!(trouble, FetchTrouble::Scheme(_)), "{trouble}");
    }
}

#[tokio::test]
async fn credentials_in_url() {
    let origin = secret();
    for user in ["me@", "me:secret@", ":secret@"] {
        let url = format!("http://{user}{}/", origin.place());
        let url = Url::parse(&url).expect("an address");
        let trouble = fetch(&fetcher(&origin), url).await.expect_err("refused");
        assert!(
            matches!(trouble, FetchTrouble::Credentials { .. }),
            "{trouble}"
        );
        assert!(!trouble.to_string().contains("secret@"), "{trouble}");
    }
    assert_eq!(origin.requests().len(), 0);
}

/// A fetcher for which the port of `origin` is one of those that are open to
/// everybody, with a name server of its own.
fn with_names(origin: &Origin, allow: &[&str], names: &std::sync::Arc<Names>) -> Fetcher {
    let mut limits = limits(allow);
    limits.ports = vec![origin.port()];
    Fetcher::new(limits).resolving(names.clone())
}

fn named(origin: &Origin, name: &str) -> Url {
    let text = format!("http://{name}:{}/", origin.port());
    Url::parse(&text).expect("an address")
}

#[tokio::test]
async fn name_of_loopback() {
    let origin = secret();
    let names = Names::say(&[("inside.example", &[&["127.0.0.1"]])]);
    let fetcher = with_names(&origin, &[], &names);
    let trouble = fetch(&fetcher, named(&origin, "inside.example")).await;
    let told = trouble.expect_err("refused").to_string();
    assert!(
        told.starts_with("inside.example is not a public host: 127.0.0.1 is an address of this machine; upload the file instead, or let the administrator add \"inside.example\""),
        "{told}"
    );
    assert_eq!(origin.requests().len(), 0);
}

#[tokio::test]
async fn mixed_dns_answers() {
    let origin = secret();
    for answer in [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]] {
        let names = Names::say(&[("half.example", &[&answer])]);
        let fetcher = with_names(&origin, &[], &names);
        let trouble = fetch(&fetcher, named(&origin, "half.example")).await;
        assert!(
            matches!(trouble, Err(FetchTrouble::NotPublic { .. })),
            "{trouble:?}"
        );
    }
    assert_eq!(origin.requests().len(), 0);
}

/// 127.0.0.1 stands for the public address, 127.0.0.2 for the private one.
#[tokio::test]
async fn dns_rebinding() {
    let origin = secret();
    let names = Names::say(&[("moving.example", &[&["127.0.0.1"], &["127.0.0.2"]])]);
    let fetcher = with_names(&origin, &["127.0.0.1/32"], &names);
    let url = named(&origin, "moving.example");
    let fetched = fetch(&fetcher, url.clone())
        .await
        .expect("the first answer");
    assert_eq!(fetched.peer.to_string(), "127.0.0.1");
    assert_eq!(
        names.asked(),
        ["moving.example"],
        "a name is asked for once"
    );
    let host = format!("moving.example:{}", origin.port());
    assert_eq!(origin.requests()[0].header("host"), Some(host.as_str()));
    let trouble = fetch(&fetcher, url).await.expect_err("it has moved");
    assert!(trouble.to_string().contains("127.0.0.2 is"), "{trouble}");
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn rebinding_between_redirects() {
    let origin = Origin::start(|_| Response::redirect(302, "/again"));
    let names = Names::say(&[("moving.example", &[&["127.0.0.1"], &["127.0.0.2"]])]);
    let fetcher = with_names(&origin, &["127.0.0.1/32"], &names);
    let trouble = fetch(&fetcher, named(&origin, "moving.example")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::NotPublic { .. })),
        "{trouble:?}"
    );
    assert_eq!(origin.paths(), ["/"]);
}

#[tokio::test]
async fn name_without_addresses() {
    let origin = secret();
    let names = Names::say(&[("empty.example", &[&[]])]);
    let fetcher = with_names(&origin, &[], &names);
    for name in ["empty.example", "unknown.example"] {
        let trouble = fetch(&fetcher, named(&origin, name)).await;
        let trouble = trouble.expect_err("nobody there");
        assert!(matches!(trouble, FetchTrouble::Unknown { .. }), "{trouble}");
        assert!(trouble.is_worth_retrying());
    }
}

#[tokio::test]
async fn allowed_name_led_to_metadata() {
    let origin = secret();
    let names = Names::say(&[
        ("wiki.example", &[&["127.0.0.1"]]),
        ("led.example", &[&["169.254.169.254"]]),
    ]);
    let fetcher = with_names(&origin, &["wiki.example", "led.example"], &names);
    let fetched = fetch(&fetcher, named(&origin, "wiki.example")).await;
    assert_eq!(fetched.expect("allowed").body, b"the newsroom's own");
    let trouble = fetch(&fetcher, named(&origin, "led.example")).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::NotPublic { .. })),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn second_address_where_the_first_is_dead() {
    let origin = secret();
    let names = Names::say(&[("two.example", &[&["127.0.0.9", "127.0.0.1"]])]);
    let mut limits = limits_for(&origin);
    limits.ports = vec![origin.port()];
    limits.allow =
        citekeep::capture::fetch::allow::AllowList::parse(&["127.0.0.0/8"]).expect("a list");
    let fetcher = Fetcher::new(limits).resolving(names);
    let fetched = fetch(&fetcher, named(&origin, "two.example")).await;
    assert_eq!(fetched.expect("the second").peer.to_string(), "127.0.0.1");
}
