//! Nobody but a trusted proxy says where a request came from, and a proxy says
//! it of nothing but the last stretch. What is believed is seen in the log, which
//! names the address of a request that was refused.

use super::{lines, start};
use crate::support::desk_of_today;
use crate::support::http::Visitor;

type Headers<'a> = &'a [(&'a str, &'a str)];

/// Has a request refused for each set of headers; the addresses that the log
/// names for them.
fn addresses(config: &str, all: &[Headers<'_>]) -> Vec<String> {
    let closed = desk_of_today().close();
    let config = format!("[log]\nformat = \"json\"\n{config}");
    let mut program = start(&closed.data, &config, "info");
    let nobody = Visitor::nobody(&program.address());
    for headers in all {
        let elsewhere = [("host", "evil.example")];
        let answer = nobody.ask("GET", "/published", &[&elsewhere, *headers].concat());
        assert_eq!(answer.status, 421, "{headers:?}");
    }
    let lines = lines(&program.last_words());
    let refused = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "a request was refused");
    refused
        .map(|line| line["fields"]["address"].as_str().unwrap_or("").to_owned())
        .collect()
}

const FOR: &str = "x-forwarded-for";

#[test]
fn a_stranger_cannot_say_where_they_are() {
    let attempts: [Headers<'_>; 4] = [
        &[(FOR, "203.0.113.9")],
        &[("forwarded", "for=203.0.113.9;host=127.0.0.1")],
        &[("x-real-ip", "203.0.113.9"), (FOR, "::1")],
        &[("x-forwarded-host", "127.0.0.1"), (FOR, "127.0.0.1")],
    ];
    assert_eq!(addresses("", &attempts), ["127.0.0.1"; 4]);
    let others = "[proxy]\ntrusted = [\"10.0.0.0/8\", \"::1\"]\n";
    assert_eq!(addresses(others, &attempts), ["127.0.0.1"; 4]);
}

#[test]
fn a_proxy_is_believed_about_the_last_stretch_alone() {
    let config = "[proxy]\ntrusted = [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]\n";
    let cases: [(Headers<'_>, &str); 9] = [
        (&[(FOR, "203.0.113.9")], "203.0.113.9"),
        (&[(FOR, "127.0.0.1, 203.0.113.9")], "203.0.113.9"),
        (
            &[(FOR, "1.1.1.1"), (FOR, "203.0.113.9, 10.1.2.3")],
            "203.0.113.9",
        ),
        (
            &[(FOR, "1.1.1.1, [2001:db8::7]:4711, fd00::1")],
            "2001:db8::7",
        ),
        (&[(FOR, "::ffff:203.0.113.9")], "203.0.113.9"),
        (&[(FOR, "203.0.113.9, garbage, 10.0.0.1")], "10.0.0.1"),
        (&[(FOR, "garbage")], "127.0.0.1"),
        (&[], "127.0.0.1"),
        // Of the two headers one is believed.
        (
            &[("forwarded", "for=1.1.1.1"), (FOR, "203.0.113.9")],
            "203.0.113.9",
        ),
    ];
    let headers = cases.map(|(headers, _)| headers);
    let expected = cases.map(|(_, address)| address);
    assert_eq!(addresses(config, &headers), expected);

    let config = format!("{config}header = \"forwarded\"\n");
    let cases: [(Headers<'_>, &str); 4] = [
        (
            &[("forwarded", "for=1.1.1.1, for=\"[2001:db8::7]:1\"")],
            "2001:db8::7",
        ),
        (
            &[("forwarded", "for=1.1.1.1"), ("forwarded", "for=10.0.0.1")],
            "1.1.1.1",
        ),
        (&[("forwarded", "for=1.1.1.1, for=_secret")], "127.0.0.1"),
        (
            &[("forwarded", "for=203.0.113.9"), (FOR, "1.1.1.1")],
            "203.0.113.9",
        ),
    ];
    let headers = cases.map(|(headers, _)| headers);
    let expected = cases.map(|(_, address)| address);
    assert_eq!(addresses(&config, &headers), expected);
}

#[test]
fn what_a_proxy_was_asked_for_counts_and_strangers_are_counted_apart() {
    let closed = desk_of_today().close();
    let config = "[server]\npublic_url = \"https://desk.example.org\"\n\
        [limits]\nstrangers = 1\n[proxy]\ntrusted = [\"127.0.0.1\"]\n";
    let mut program = start(&closed.data, config, "error");
    let nobody = Visitor::nobody(&program.address());
    let ask = |path: &str, headers: Headers<'_>| nobody.ask("GET", path, headers);
    let host = |host| ("x-forwarded-host", host);
    let proto = |scheme| ("x-forwarded-proto", scheme);
    // By the name of the proxy's own address for us, whatever that is.
    let inner = ("host", "citekeep:8080");
    let ours = [inner, host("desk.example.org"), proto("https")];
    assert_eq!(ask("/published", &ours).status, 200);
    let foreign = [host("evil.example"), proto("https")];
    assert_eq!(ask("/published", &foreign).status, 421);

    let led = ask("/published?search=bridge", &[proto("http")]);
    let there = "https://desk.example.org/published?search=bridge";
    assert_eq!((led.status, led.location.as_deref()), (308, Some(there)));
    for (method, path) in [("POST", "/sign-in"), ("GET", "/api/v1/claims")] {
        let refused = nobody.ask(method, path, &[proto("http")]);
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.body.contains("HTTPS alone"), "{}", refused.body);
    }
    assert_eq!(ask("/healthz", &[proto("http")]).status, 200);

    let flood = |from: &str| {
        let all = (0..40).map(|_| ask("/healthz", &[(FOR, from)]).status);
        all.filter(|status| *status == 429).count()
    };
    assert!(flood("203.0.113.9") > 10, "one address asks without end");
    assert_eq!(ask("/healthz", &[(FOR, "203.0.113.10")]).status, 200);
    let spoofed = (0..5).map(|n| ask("/healthz", &[(FOR, &format!("192.0.2.{n}, 203.0.113.9"))]));
    assert!(spoofed.filter(|answer| answer.status == 429).count() >= 3);
}

#[test]
fn a_session_is_from_where_its_person_is_and_not_from_the_proxy() {
    let desk = desk_of_today();
    let links = [desk.link(desk.editor), desk.link(desk.reviewer)];
    let closed = desk.close();
    let config = "[proxy]\ntrusted = [\"127.0.0.1\"]\n\
        [server]\npublic_url = \"https://desk.example.org\"\n";
    let mut program = start(&closed.data, config, "error");
    let nobody = Visitor::nobody(&program.address());
    let page = |link: &str, headers: Headers<'_>| {
        let entered = nobody.send(&format!("/enter/{link}"), &[], headers);
        let me = nobody.with_session_of(&entered.expect("an answer"));
        me.get("/me/security").body
    };
    let told = page(&links[0], &[(FOR, "192.0.2.1, 203.0.113.9")]);
    assert!(told.contains("From 203.0.113.9"), "{told}");
    let untold = page(&links[1], &[]);
    let proxy = "From 127.0.0.1";
    assert!(!untold.contains(proxy), "it is nobody's: {untold}");
}
