//! What every answer carries, pages and errors alike.

use crate::support::desk_of_today;

#[test]
fn every_answer_carries_the_strict_headers() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let me = served.enter(&link);
    let nobody = served.nobody();
    let answers = [
        me.get(&format!("/claims/{claim}")),
        me.get("/claims/999999"),
        me.get("/no/such/page"),
        me.get("/snapshots/1/raw"),
        nobody.get(&format!("/published/{claim}")),
        nobody.get("/claims"),
        nobody.post("/claims", &[]),
        nobody.get("/log/checkpoint"),
    ];
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{answer:?}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    }
    let page = me.get(&format!("/claims/{claim}"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let raw = me.get("/snapshots/1/raw");
    let how = raw.header("content-disposition").unwrap_or_default();
    assert!(how.starts_with("attachment"), "{raw:?}");
}

#[test]
fn a_page_can_be_asked_for_without_its_body() {
    let served = desk_of_today().serve();
    let nobody = served.nobody();
    assert_eq!(nobody.head("/published"), (200, 0));
    assert_eq!(nobody.head("/published/9"), (404, 0));
    assert_eq!(nobody.head("/claims").0, 303);
}
