//! Public answers are kept in memory, and never a moment too long.

use super::*;

const ADDRESSES: [&str; 8] = [
    "/published/1",
    "/published/1/embed",
    "/published/1/claim-review.json",
    "/published",
    "/corrections",
    "/feed.atom",
    "/feed.json",
    "/published/claim-reviews.json",
];

/// What strangers get under each address, and its tag.
fn all(desk: &Open) -> Vec<(String, String)> {
    let ask = |path: &&str| {
        let answer = desk.nobody.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let tag = answer.header("etag").expect("a tag").to_owned();
        (answer.body, tag)
    };
    ADDRESSES.iter().map(ask).collect()
}

#[test]
fn what_is_kept_is_sent_again_until_a_public_word_changes() {
    let desk = desk_of_today();
    let claim = desk.publish_said("The bridge opened in 1932.", "The city", "true");
    let other = desk.publish_said("It rained.", "The city", "true");
    let editor = desk.link(desk.editor);
    let (seen, seen_other) = (desk.seen(claim).1, desk.seen(other).1);
    citekeep::desk::audit::checkpoint(&desk.desk).expect("signed");
    let open = Open::serve(desk);
    let editor = open.served.enter(&editor);
    let first = all(&open);
    assert_eq!(all(&open), first);
    for (path, (_, tag)) in ADDRESSES.iter().zip(&first) {
        let again = open.ask(path, &[("if-none-match", tag)]);
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(header(&again, "etag"), tag, "{path}");
    }
    // Whoever is signed in sees the room's menu, and leaves nothing of it behind.
    assert!(editor.get("/published/1").body.contains("Sign out"));
    assert_eq!(all(&open), first);
    let remark = [
        ("seen", &*seen.to_string()),
        ("remark_kind", "note"),
        ("words", "Look."),
    ];
    assert_eq!(editor.post("/claims/1/remarks", &remark).status, 303);
    assert_eq!(all(&open), first, "a remark is not public");

    let correction = [
        ("seen", &*seen_other.to_string()),
        ("kind", "clarification"),
        ("correction", "It rained a little."),
    ];
    assert_eq!(
        editor.post("/claims/2/corrections", &correction).status,
        303
    );
    let second = all(&open);
    let changed = first.iter().zip(&second).map(|(a, b)| a != b);
    let changed: Vec<&str> = ADDRESSES
        .iter()
        .zip(changed)
        .filter(|it| it.1)
        .map(|it| *it.0)
        .collect();
    assert_eq!(
        changed,
        [
            "/published",
            "/corrections",
            "/feed.atom",
            "/feed.json",
            "/published/claim-reviews.json"
        ],
        "the other claim's pages say what they said"
    );
    open.served.end();
}
