//! Files of strangers: however hostile, they are given out so that no browser
//! runs them, and their markup is shown as words.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use crate::capture::pdf_builder::PdfBuilder;
use crate::support::desk_of_today;
use crate::support::http::{Answer, texts};

const HTML: &[u8] =
    b"<!doctype html><html><head><meta http-equiv=refresh content='0;url=https://evil.example/'>\
    <base href='https://evil.example/'></head><body onload=alert(1)><p>The bridge opened in 1932. \
    <script>alert(2)</script><img src=x onerror=alert(3)>It rained.</p></body></html>";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script>\
    <foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='alert(3)'/></foreignObject></svg>";

/// What keeps a file from running, wherever it is opened.
fn cannot_run(answer: &Answer, name: &str) {
    let header = |name: &str| answer.header(name).unwrap_or_default();
    assert_eq!(answer.status, 200, "{name}: {answer:?}");
    let how = header("content-disposition");
    assert!(how.starts_with("attachment; filename=\""), "{name}: {how}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
    let policy = header("content-security-policy");
    assert!(policy.ends_with("sandbox"), "{name}: {policy}");
    assert!(policy.starts_with("default-src 'none'"), "{name}: {policy}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    let kind = header("content-type");
    let is_inert = ["application/octet-stream", "text/plain; charset=utf-8"].contains(&kind);
    assert!(is_inert, "{name}: {kind}");
}

#[test]
fn a_file_of_a_stranger_runs_nowhere() {
    let desk = desk_of_today();
    let pdf = PdfBuilder::new()
        .title("<script>alert(1)</script>")
        .page(&[(60, 700, "The bridge opened in 1932.")])
        .bytes();
    let files: [(&str, &[u8]); 5] = [
        ("report.html", HTML),
        ("report.xhtml", HTML),
        ("report.svg", SVG),
        ("report.pdf", &pdf),
        ("\"; x=\"a.html", HTML),
    ];
    let mut taken = Vec::new();
    for (name, bytes) in files {
        let source = desk.source("A stranger's report");
        taken.push((name, desk.upload(source, name, bytes)));
    }
    let link = desk.link(desk.researcher);
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = served.enter(&link);
    let program = [("authorization", token.as_str())];
    for (name, snapshot) in &taken {
        cannot_run(&me.get(&format!("/snapshots/{snapshot}/raw")), name);
        let raw = format!("/api/v1/snapshots/{snapshot}/raw");
        cannot_run(&served.nobody().ask("GET", &raw, &program), name);
        let page = me.get(&format!("/snapshots/{snapshot}"));
        assert_eq!(page.status, 200, "{name}");
        for part in [
            "iframe",
            "object",
            "embed",
            "base",
            "[onload]",
            "[onerror]",
            "[srcdoc]",
        ] {
            assert_eq!(texts(&page, part).len(), 0, "{part} on the page of {name}");
        }
        let scripts = texts(&page, "script");
        assert!(scripts.iter().all(String::is_empty), "{name}: {scripts:?}");
        assert!(!page.body.contains("evil.example/'>"), "{name}");
    }
    served.end();
}
