//! What lies over a text, as W3C Web Annotation and for Hypothesis, and what
//! comes back from there.

use citekeep::capture::hypothesis;
use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::desk::exchange::annotated::{self, Choice, Fate};
use citekeep::desk::exchange::annotations::{of_article, of_snapshot};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::citation::{FoundBy, Stance};
use citekeep::domain::ids::ArticleId;
use citekeep::domain::words::{Statement, Title};
use citekeep::export::annotation::w3c::{self, Collection};
use citekeep::store;
use serde_json::{Value, json};

use crate::support::python::python;
use crate::support::{TestDesk, desk};

const BASE: &str = "https://desk.example";

/// Two of its letters need two units each in UTF-16.
const STORY: &str = "😀 A bridge\n\nThe bridge 𝔬pened in 1932. It is 503 metres long.";

pub(super) fn article(desk: &TestDesk, quotes: &[&str]) -> ArticleId {
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("A bridge").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: STORY.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    for quote in quotes {
        let new = NewClaim {
            statement: Statement::parse(quote).expect("a statement"),
            claimant: None,
            made: Made {
                passage: Some((article, (*quote).to_owned(), None)),
                ..Made::default()
            },
        };
        claims::open(&desk.desk, desk.researcher, new).expect("a claim");
    }
    article
}

/// Holds an annotation against the text, as a program that knows the W3C's
/// model and not this desk would.
const ATTACH: &str = "
import json, sys
text, page = json.loads(sys.stdin.buffer.read())
found = []
for note in page['items']:
    assert note['type'] == 'Annotation' and note['id'] and note['motivation']
    target = note['target']
    quote, place = target['selector']
    assert (quote['type'], place['type']) == ('TextQuoteSelector', 'TextPositionSelector')
    # Python counts code points, as the W3C does.
    assert text[place['start']:place['end']] == quote['exact']
    assert text[:place['start']].endswith(quote['prefix'])
    assert text[place['end']:].startswith(quote['suffix'])
    found.append(quote['exact'])
print(json.dumps(found))
";

#[test]
fn annotations_of_an_article_attach_to_its_text() {
    let desk = desk();
    let quotes = ["The bridge 𝔬pened in 1932.", "It is 503 metres long."];
    let id = article(&desk, &quotes);
    let all = of_article(&desk.desk, id, BASE).expect("annotations");
    let of = Collection {
        id: format!("{BASE}/articles/{id}/annotations.jsonld"),
        label: "Claims".to_owned(),
    };
    let whole = w3c::collection(&of, &all.target, &all.notes);
    assert_eq!(whole["@context"][0], "http://www.w3.org/ns/anno.jsonld");
    assert_eq!(whole["type"], "AnnotationCollection");
    assert_eq!(whole["total"], 2);
    assert_eq!(whole["last"], format!("{}?page=0", of.id));
    let first = &whole["first"];
    assert_eq!(first["type"], "AnnotationPage");
    assert_eq!(first["startIndex"], 0);
    let found = python(ATTACH, json!([STORY, first]).to_string().as_bytes());
    assert_eq!(found, json!(quotes));
    let state = &first["items"][0]["target"]["state"];
    let hash = citekeep::domain::hash::ContentHash::of(STORY.as_bytes());
    assert_eq!(state["sha256"], hash.to_string());
    assert_eq!(first["items"][0]["motivation"], "questioning");
    desk.is_clean();
}

#[test]
fn annotations_of_many_words_come_in_pages_that_name_each_other() {
    let desk = desk();
    let id = article(&desk, &["It is 503 metres long."]);
    let mut all = of_article(&desk.desk, id, BASE).expect("annotations");
    let one = all.notes[0].clone();
    all.notes = vec![one; 250];
    let of = Collection {
        id: "https://desk.example/a".to_owned(),
        label: "Claims".to_owned(),
    };
    assert_eq!(w3c::pages(&all.notes), 3);
    let page = |number| w3c::page(&of, &all.target, &all.notes, number);
    let counts: Vec<usize> = (0..3)
        .map(|n| page(n)["items"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(counts, [100, 100, 50]);
    assert_eq!(page(0)["next"], "https://desk.example/a?page=1");
    assert_eq!(page(2)["prev"], "https://desk.example/a?page=1");
    assert_eq!(
        (&page(0)["prev"], &page(2)["next"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(page(2)["startIndex"], 200);
}

#[test]
fn hypothesis_gets_utf16_and_gives_the_same_citations_back() {
    let desk = desk();
    let claim = desk.claim("It rained.");
    let text = "😀 It rained. 🌧 Much rain fell. It rained. “So” it was.";
    let snapshot = desk.snapshot(desk.source("The report"), text);
    desk.cite(claim, snapshot, "Much rain fell.");
    let all = of_snapshot(&desk.desk, snapshot, BASE).expect("annotations");
    let file = citekeep::export::annotation::hypothesis::write(&all.target, &all.notes);
    let json: Value = serde_json::from_slice(&file).expect("JSON");
    let place = &json["rows"][0]["target"][0]["selector"][0];
    assert_eq!(place["type"], "TextPositionSelector");
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = |name: &str| place[name].as_u64().expect("a number") as usize;
    let slice = String::from_utf16(&units[at("start")..at("end")]).expect("whole letters");
    assert_eq!(slice, "Much rain fell.");

    let back = hypothesis::read(&file).expect("annotations").quotes;
    let judged = annotated::rehearse(&desk.desk, snapshot, back.clone()).expect("a rehearsal");
    let span = all.notes[0].span;
    assert_eq!(
        judged[0].fate,
        Fate::Found {
            span,
            by: FoundBy::Exact
        }
    );
    let other = desk.claim("Rain fell.");
    let choices = vec![Choice {
        number: 1,
        claim: other,
        stance: Stance::Supports,
    }];
    let made = annotated::take(&desk.desk, desk.researcher, snapshot, back, choices);
    assert_eq!(made.expect("citations"), 1);
    let cited = desk
        .desk
        .read(|db| Ok(store::citations::list(db, other)?))
        .expect("citations");
    assert_eq!(cited[0].citation.passage.span, span);
    desk.is_clean();
}

/// What becomes of a quote with what the annotator's browser said of its place.
fn check(desk: &TestDesk, text: &str, row: Value, expected: &str) {
    let snapshot = desk.snapshot(desk.source("A page"), text);
    let selectors = json!([
        { "type": "TextQuoteSelector", "exact": row["exact"], "prefix": row["prefix"], "suffix": row["suffix"] },
        { "type": "TextPositionSelector", "start": row["start"].as_u64().unwrap_or(9_999), "end": 0 },
    ]);
    let file = json!([{ "uri": "", "target": [{ "selector": selectors }] }]).to_string();
    let quotes = hypothesis::read(file.as_bytes())
        .expect("annotations")
        .quotes;
    let judged = annotated::rehearse(&desk.desk, snapshot, quotes).expect("a rehearsal");
    let said = match judged[0].fate {
        Fate::Found { span, by } => format!("{} {}", span.start(), by.as_str()),
        Fate::Several(count) => format!("{count} times"),
        Fate::Nowhere => "nowhere".to_owned(),
        Fate::Unfit => "unfit".to_owned(),
    };
    assert_eq!(said, expected, "{row}");
}

#[test]
fn a_quote_is_found_where_it_stands_and_never_about_there() {
    let desk = desk();
    let text = "😀 no. yes. “No” it is. yes. no.";
    check(&desk, text, json!({ "exact": "“No” it" }), "11 exact");
    check(&desk, text, json!({ "exact": "\"No\" it" }), "11 folded");
    check(&desk, text, json!({ "exact": "yes, it" }), "nowhere");
    check(&desk, text, json!({ "exact": " " }), "unfit");
    check(&desk, text, json!({ "exact": "yes." }), "2 times");
    check(
        &desk,
        text,
        json!({ "exact": "yes.", "suffix": " no." }),
        "23 exact",
    );
    check(
        &desk,
        text,
        json!({ "exact": "yes.", "prefix": "no.\n" }),
        "6 exact",
    );
    // The position counts the first letter as two units.
    check(
        &desk,
        text,
        json!({ "exact": "yes.", "start": 7 }),
        "6 exact",
    );
    check(
        &desk,
        text,
        json!({ "exact": "yes.", "start": 6 }),
        "2 times",
    );
    desk.is_clean();
}
