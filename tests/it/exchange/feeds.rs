//! What is published and corrected, as Atom and as JSON Feed, read with
//! Python's XML reader and held against what the standards ask for.

use citekeep::desk::publishing;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::publication::CorrectionKind;
use serde_json::Value;

use crate::support::http::Visitor;
use crate::support::program::citekeep;
use crate::support::python::python;
use crate::support::{TestDesk, desk_of_today, note};

/// What RFC 4287 asks of a feed, as a reader of its own would see it.
const READ: &str = r#"
import json, re, sys, xml.etree.ElementTree as tree
A = '{http://www.w3.org/2005/Atom}'
feed = tree.fromstring(sys.stdin.buffer.read())
assert feed.tag == A + 'feed', feed.tag
moment = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$')
def one(node, name):
    found = node.findall(A + name)
    assert len(found) == 1, (name, len(found))
    return found[0].text
def links(node):
    return {link.get('rel'): link.get('href') for link in node.findall(A + 'link')}
entries = []
for node in [feed] + feed.findall(A + 'entry'):
    assert re.match(r'[a-z]+:\S+$', one(node, 'id')), one(node, 'id')
    assert one(node, 'title').strip()
    assert moment.match(one(node, 'updated'))
    if node is feed: continue
    assert moment.match(one(node, 'published'))
    content = node.find(A + 'content')
    assert content.get('type') == 'html'
    body = tree.fromstring('<div>' + content.text.replace('<br>', '<br/>') + '</div>')
    reply = node.find('{http://purl.org/syndication/thread/1.0}in-reply-to')
    entries.append(dict(
        id=one(node, 'id'), title=one(node, 'title'), updated=one(node, 'updated'),
        published=one(node, 'published'), url=links(node)['alternate'],
        words=''.join(body.itertext()), kind=node.find(A + 'category').get('term'),
        corrects=None if reply is None else reply.get('ref')))
assert feed.find(A + 'author/' + A + 'name').text
print(json.dumps(dict(id=one(feed, 'id'), updated=one(feed, 'updated'), links=links(feed), entries=entries)))
"#;

pub(super) fn correct(desk: &TestDesk, claim: ClaimId, kind: CorrectionKind, words: &str) {
    let seen = desk.seen(claim);
    publishing::correct(&desk.desk, desk.editor, seen, kind, note(words)).expect("corrected");
}

/// Publishes a claim that rests on one source's words.
pub(super) fn publish(desk: &TestDesk, statement: &str, rating: &str) -> ClaimId {
    let claim = desk.claim(statement);
    let snapshot = desk.snapshot(desk.source("A report"), &format!("It says: {statement}"));
    let citation = desk.cite(claim, snapshot, statement);
    desk.decide(claim, rating, &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    claim
}

#[test]
fn publications_and_corrections_are_entries_that_name_each_other() {
    let desk = desk_of_today();
    let sunk = publish(&desk, "The <ferry> & the \"barge\" sank.", "true");
    publish(&desk, "The bridge opened in 1932.", "false");
    correct(
        &desk,
        sunk,
        CorrectionKind::Clarification,
        "Only the ferry.\n\nNot the barge.",
    );
    correct(&desk, sunk, CorrectionKind::Retraction, "Neither sank.");
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let answer = nobody.get("/feed.atom");
    assert_eq!(
        answer.header("content-type"),
        Some("application/atom+xml; charset=utf-8")
    );
    let feed = python(READ, answer.body.as_bytes());
    let entries = feed["entries"].as_array().expect("entries");
    let column = |name: &str| {
        entries
            .iter()
            .map(|entry| entry[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        column("kind"),
        ["retraction", "clarification", "verdict", "verdict"]
    );
    let titles = [
        "Retraction: The <ferry> & the \"barge\" sank.",
        "Clarification: The <ferry> & the \"barge\" sank.",
        "False: The bridge opened in 1932.",
        "Retracted: The <ferry> & the \"barge\" sank.",
    ];
    assert_eq!(column("title"), titles);
    let corrected = &entries[3]["id"];
    let name = corrected.as_str().expect("a name");
    assert!(
        name.starts_with("tag:test.example,20") && name.ends_with(":desk/publications/1"),
        "{name}"
    );
    assert_eq!(
        column("corrects"),
        [
            corrected.clone(),
            corrected.clone(),
            Value::Null,
            Value::Null
        ]
    );
    assert_eq!(entries[3]["updated"], entries[0]["published"]);
    assert_eq!(feed["updated"], entries[0]["updated"]);
    let words = entries[3]["words"].as_str().expect("words");
    assert!(
        words.contains("no longer stands by this verdict"),
        "{words}"
    );
    assert!(
        entries[1]["words"]
            .as_str()
            .expect("words")
            .contains("Not the barge.")
    );
    is_json_feed(&nobody, &base, entries);
}

/// The JSON Feed has the same entries.
fn is_json_feed(nobody: &Visitor, base: &str, entries: &[Value]) {
    let answer = nobody.get("/feed.json");
    let json: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(answer.header("content-type"), Some("application/feed+json"));
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(
        json["feed_url"],
        format!("{}/feed.json", base.trim_end_matches('/'))
    );
    let items = json["items"].as_array().expect("items");
    let ids = |list: &[Value]| list.iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(items), ids(entries));
    assert_eq!(items[3]["_citekeep"]["retracted"], true);
    assert_eq!(items[0]["_citekeep"]["corrects"], entries[3]["id"]);
    assert_eq!(items[2]["authors"][0]["name"], "Reviewer");
    let tag = answer.header("etag").expect("a tag");
    let again = nobody.ask("GET", "/feed.json", &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
}

#[test]
fn a_long_feed_goes_on_page_after_page_and_tells_everything_once() {
    let desk = desk_of_today();
    let mut last = None;
    for number in 0..56 {
        let claim = publish(&desk, &format!("Claim number {number} is so."), "true");
        if number % 4 == 0 {
            correct(
                &desk,
                claim,
                CorrectionKind::Clarification,
                "In other words.",
            );
        }
        last = Some(claim);
    }
    assert_eq!(last.map(|claim| claim.get()), Some(56));
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let (mut path, mut names, mut pages) = (Some("/feed.atom".to_owned()), Vec::new(), 0);
    while let Some(here) = path {
        let feed = python(READ, nobody.get(&here).body.as_bytes());
        pages += 1;
        let entries = feed["entries"].as_array().expect("entries");
        names.extend(entries.iter().map(|entry| entry["id"].to_string()));
        let next = feed["links"]["next"].as_str();
        path = next
            .and_then(|next| next.split_once("/feed.atom"))
            .map(|(_, rest)| format!("/feed.atom{rest}"));
    }
    assert_eq!((pages, names.len()), (2, 70));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 70);
    for bad in ["x", "0-1", "1-"] {
        assert_eq!(
            nobody.get(&format!("/feed.json?before={bad}")).status,
            400,
            "{bad}"
        );
    }
}

#[test]
fn a_desk_that_published_nothing_has_an_empty_feed() {
    let desk = desk_of_today();
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let nobody = Visitor::nobody(&program.address());
    let feed = python(READ, nobody.get("/feed.atom").body.as_bytes());
    assert_eq!(feed["entries"], Value::Array(Vec::new()));
    let front = nobody.get("/published").body;
    for kind in ["application/atom+xml", "application/feed+json"] {
        assert!(
            front.contains(&format!("<link rel=\"alternate\" type=\"{kind}\"")),
            "{kind}"
        );
    }
}
