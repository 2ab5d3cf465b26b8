//! Search over everything, and earlier claims of similar wording.

use citekeep::domain::ids::ClaimId;
use citekeep::store::search::{self, Narrow, Shelfmark};
use dom_query::Document;

use crate::support::http::{Answer, texts};
use crate::support::{TestDesk, desk, desk_of_today};

fn hits(answer: &Answer) -> Vec<String> {
    texts(answer, "#hits [data-hit], body > .hits [data-hit]")
}

#[test]
fn one_page_finds_claims_verdicts_sources_and_texts() {
    let desk = desk_of_today();
    desk.published();
    desk.claim("A ferry crosses the river.");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);

    let answer = me.get("/search?q=report");
    assert_eq!(
        hits(&answer),
        ["The bridge opened in 1932.", "The city's report",]
    );
    let answer = me.get("/search?q=bridg");
    assert_eq!(texts(&answer, "#hits mark"), ["bridge", "bridge"]);
    assert_eq!(
        hits(&answer),
        [
            "The bridge opened in 1932.",
            "The city's report, snapshot 1"
        ]
    );
    assert_eq!(hits(&me.get("/search?q=bridg&in=texts")).len(), 1);
    assert_eq!(hits(&me.get("/search?q=bridg&state=open")), [""; 0]);
    assert_eq!(hits(&me.get("/search?q=bridg&state=published")).len(), 1);
    assert_eq!(
        hits(&me.get("/search?q=report&rating=true&in=verdicts")).len(),
        1
    );
    assert_eq!(hits(&me.get("/search?q=report&rating=false")), [""; 0]);
    assert_eq!(hits(&me.get("/search?q=report&kind=dataset")), [""; 0]);
    assert_eq!(hits(&me.get("/search?q=report&kind=report")).len(), 1);
    assert_eq!(hits(&me.get("/search?q=bridge&source=1")).len(), 1);
    assert_eq!(hits(&me.get("/search?q=bridge&source=2")), [""; 0]);
    assert_eq!(hits(&me.get("/search?q=bridge&to=2001-01-01")), [""; 0]);
    assert_eq!(hits(&me.get("/search?q=bridge&from=2001-01-01")).len(), 2);

    for typed in ["2", "%232", "%20%232%20"] {
        let answer = me.get(&format!("/search?q={typed}"));
        assert_eq!(
            hits(&answer)[0],
            "Go to claim 2: A ferry crosses the river."
        );
    }
    assert_eq!(hits(&me.get("/search?q=999")), [""; 0]);

    // What a script asks for while one types is the part alone.
    let part = me.get("/search?q=ferr&part=hits");
    assert!(!part.body.contains("<html"), "{}", part.body);
    assert!(part.body.contains("data-said=\"1 result\""));
    assert_eq!(texts(&part, "[data-hit]"), ["A ferry crosses the river."]);

    // Nobody else learns what is here.
    let nobody = served.nobody();
    for path in [
        "/search?q=bridge",
        "/search?q=bridge&part=hits",
        "/claims",
        "/claims/new?part=hits&statement=The+bridge+opened",
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(!answer.body.contains("bridge opened"), "{path}");
    }
}

fn find(desk: &TestDesk, typed: &str) -> Vec<i64> {
    let narrow = Narrow::default();
    let found = desk.desk.read(|db| {
        Ok(search::find(
            db,
            Shelfmark::Claims,
            typed,
            &narrow,
            (0, 50),
        )?)
    });
    let found = found.unwrap_or_else(|error| unreachable!("{typed}: {error}"));
    let mut ids: Vec<i64> = found.hits.iter().map(|hit| hit.id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn operators_that_are_typed_are_words() {
    let desk = desk();
    desk.claim("The bridge or the ferry closed in March.");
    desk.claim("The bridge closed.");
    desk.claim("Zürich opened a statement of near matches.");
    let check = |typed: &str, expected: &[i64]| assert_eq!(find(&desk, typed), expected, "{typed}");
    check("bridge", &[1, 2]);
    check("bridge OR ferry", &[1]);
    check("bridge NOT ferry", &[]);
    check("\"bridge closed\"", &[2]);
    check("\"bridge closed", &[2]);
    check("\"bridge clos", &[2]);
    check("zurich", &[3]);
    check("NEAR(statement matches, 1)", &[]);
    check("near statement matches", &[3]);
    for typed in [
        "\"",
        "\"\"",
        "*",
        "bri*",
        "statement:bridge",
        "{statement} : bridge",
        "-bridge",
        "^bridge",
        "(bridge",
        "bridge)",
        "'; DROP TABLE claim",
        "a AND",
        "\u{0}",
        "“",
        "+",
        "rank",
        "a\"b\"c\"",
        "हिन्दी",
        "\u{301}",
        "²",
    ] {
        find(&desk, typed);
    }
    desk.is_clean();
}

fn like(desk: &TestDesk, statement: &str, but: Option<i64>) -> Vec<i64> {
    let but = but.map(|id| ClaimId::new(id).expect("a number"));
    let found = desk
        .desk
        .read(|db| Ok(search::similar(db, statement, but, 5)?));
    let found = found.expect("an answer");
    found.iter().map(|found| found.claim.get()).collect()
}

#[test]
fn a_rewording_is_similar_and_another_claim_is_not() {
    let desk = desk();
    for statement in [
        "The bridge over the river was opened in 1932.",
        "The drone strike of 29 August 2021 in Kabul killed ten civilians.",
        "Unemployment fell to 4.1 percent in the second quarter.",
        "The minister said that the hospital would be built in the north of the city.",
        "The inspector general found no violation of law in the strike.",
    ] {
        desk.claim(statement);
    }
    let check = |statement: &str, expected: &[i64]| {
        assert_eq!(like(&desk, statement, None), expected, "{statement}");
    };
    check("In 1932 the river bridge was opened.", &[1]);
    check(
        "Ten civilians were killed by a drone strike in Kabul on 29 August 2021.",
        &[2],
    );
    check(
        "In the second quarter, unemployment fell to 4.1 percent.",
        &[3],
    );
    check(
        "The hospital will be built in the north, the minister said.",
        &[4],
    );
    check(
        "The mayor said that the school was closed in the spring.",
        &[],
    );
    check("Wages rose in the third quarter of the year.", &[]);
    check("The of in and to.", &[]);
    check("", &[]);
    assert_eq!(
        like(
            &desk,
            "The bridge over the river was opened in 1932.",
            Some(1)
        ),
        [0; 0]
    );
    desk.is_clean();
}

#[test]
fn earlier_claims_are_shown_while_one_is_opened() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    let typed = [
        ("statement", "In 1932 the bridge opened."),
        ("claimant", "The city"),
        ("look", "yes"),
    ];
    let answer = me.post("/claims", &typed);
    assert_eq!(answer.status, 200);
    assert_eq!(
        texts(&answer, "#earlier .statement"),
        ["The bridge opened in 1932."]
    );
    assert_eq!(texts(&answer, "#earlier .badge"), ["published"]);
    assert_eq!(texts(&answer, "#earlier strong"), ["True"]);
    assert_eq!(texts(&answer, "textarea"), ["In 1932 the bridge opened."]);
    assert!(
        answer.body.contains("value=\"The city\""),
        "what was typed is kept"
    );
    let part = me.get("/claims/new?part=hits&statement=The+bridge+opened+in+1932");
    assert_eq!(texts(&part, ".statement"), ["The bridge opened in 1932."]);
    // It never stands in the way.
    assert_eq!(me.post("/claims", &typed[..2]).status, 303);
    let other = [("statement", "A ferry sank."), ("look", "yes")];
    assert!(me.post("/claims", &other).body.contains("No earlier claim"));
}

#[test]
fn what_is_found_in_a_text_leads_to_the_words() {
    let desk = desk_of_today();
    let source = desk.source("The survey of the river");
    let filler = "Piers & cables, year after year — und Brücken.\n\n".repeat(2_000);
    let text = format!("{filler}A ferry crosses; the ferry rests.\n\n{filler}");
    let snapshot = desk.snapshot(source, &text);
    let claim = desk.claim("A ferry crosses.");
    desk.cite(claim, snapshot, "A ferry crosses");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    let found = me.get("/search?q=ferry&in=texts");
    let page = Document::from(found.body.as_str());
    let path = page.select("[data-hit]").attr_or("href", "").to_string();
    let start = filler.chars().count() + 2;
    let places = format!("{start}-{},{}-{}", start + 5, start + 19, start + 24);
    assert_eq!(path, format!("/snapshots/1?text=1&lit={places}#found"));

    let shown = me.get(path.trim_end_matches("#found"));
    assert_eq!(texts(&shown, "mark.own"), ["ferry", "ferry"]);
    let page = Document::from(shown.body.as_str());
    let named = page.select("#found ~ mark.own").length();
    assert_eq!(named, 2, "the first of them is where the address leads");
    assert_eq!(
        texts(&shown, "a.lit"),
        ["A", "crosses"],
        "cited words stay lit"
    );
    assert_eq!(&*page.select("#text").text(), text.as_str());
    for nonsense in [
        "x",
        "0-999999999",
        "5-5",
        "7-3,,-1",
        "18446744073709551615-1",
    ] {
        assert_eq!(
            me.get(&format!("/snapshots/1?lit={nonsense}")).status,
            200,
            "{nonsense}"
        );
    }
    served.end();
}
