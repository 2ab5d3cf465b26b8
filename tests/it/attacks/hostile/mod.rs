//! Hostile words through every field and into every output.

pub(crate) mod fill;
pub(crate) mod look;
mod parsers;
pub(crate) mod words;

use std::collections::BTreeSet;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::domain::words::{BadWords, Statement};
use citekeep::web::api::{BASE, operations};
use citekeep::web::routes::TABLE;
use serde_json::Value;

use self::fill::{pages, publish, send_every_form, value};
use self::look::{amiss, archive};
use self::words::{ALL_IN_ONE, LET_IN, NEVER, NO_ADDRESS, REFUSED, SECOND_HEADER, long_and_deep};
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor, texts};

/// A desk that asks nobody outside for anything.
const NO_FETCH: &str = "[fetch]\nenabled = false\n";

/// The forms that bring documents.
const DOCUMENTS: [&str; 3] = [
    "post /articles",
    "post /articles/1/revisions",
    "post /sources/1/snapshots",
];

/// What was looked at, and what is wrong with it.
#[derive(Default)]
struct Looked {
    count: usize,
    faults: BTreeSet<String>,
}

impl Looked {
    fn at(&mut self, path: &str, answer: &Answer) {
        self.count += 1;
        let broke = (answer.status >= 500 && answer.status != 501).then(|| answer.body.clone());
        let faults = broke.into_iter().chain(amiss(answer));
        self.faults
            .extend(faults.map(|fault| format!("{path}: {fault}")));
    }

    /// Nothing is wrong with any of so many.
    fn is_well(&self, least: usize) {
        assert_eq!(self.faults, BTreeSet::new(), "of {}", self.count);
        assert!(self.count >= least, "{} were looked at", self.count);
    }
}

/// Every address that somebody can ask for, with the first things of the desk.
fn every_output(who: &Visitor, base: &str, claims: usize) -> Looked {
    let mut looked = Looked::default();
    for (_, pattern, _) in TABLE.iter().filter(|(method, _, _)| *method == "get") {
        if *pattern == "/events" {
            continue;
        }
        let many = if pattern.contains("/published/{claim}") {
            claims
        } else {
            2
        };
        let many = if pattern.contains('{') { many } else { 1 };
        for number in 1..=many {
            let number = number.to_string();
            let parts = pattern.split('/').map(|part| match part {
                part if part.starts_with('{') => number.as_str(),
                part => part,
            });
            let path = parts.collect::<Vec<_>>().join("/");
            let path = match *pattern {
                "/oembed" => format!("{path}?url={base}/published/1"),
                "/v1alpha1/claims:search" => format!("{path}?query=rained"),
                _ => path,
            };
            let (answer, bytes) = who.download(&path);
            looked.at(&path, &answer);
            for (name, text) in archive(&bytes) {
                let kind = match name.rsplit('.').next().unwrap_or_default() {
                    "html" => "text/html",
                    "json" => "application/json",
                    "csv" => "text/csv",
                    "jsonl" | "ndjson" => "application/x-ndjson",
                    _ => "text/plain",
                };
                // Snapshots are the bytes of strangers, as they came.
                if name.contains("snapshots/") || name.contains("texts/") {
                    continue;
                }
                let inside = Answer {
                    status: 200,
                    location: None,
                    headers: vec![("content-type".to_owned(), kind.to_owned())],
                    body: text,
                };
                looked.at(&format!("{path}: {name}"), &inside);
            }
        }
    }
    looked
}

#[test]
fn what_is_hostile_and_published_means_nothing_in_any_output() {
    let desk = desk_of_today();
    let claims = publish(&desk).len();
    let link = desk.link(desk.join(Role::Admin));
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let (me, nobody) = (served.enter(&link), served.nobody());
    every_output(&nobody, &served.base, claims).is_well(150);
    every_output(&me, &served.base, claims).is_well(200);
    let mut looked = Looked::default();
    let program = [("authorization", token.as_str())];
    for operation in operations().iter().filter(|it| it.method == "GET") {
        let parts = operation.path.split('/').map(|part| match part {
            part if part.starts_with('{') => "1",
            part => part,
        });
        let path = format!("{BASE}{}", parts.collect::<Vec<_>>().join("/"));
        looked.at(&path, &nobody.ask("GET", &path, &program));
    }
    looked.is_well(40);
    served.end();
}

#[test]
fn every_form_takes_hostile_words_for_words() {
    let desk = desk_of_today();
    publish(&desk);
    let link = desk.link(desk.join(Role::Admin));
    let served = desk.close().serve_with(NO_FETCH);
    let me = served.enter(&link);
    let mut looked = Looked::default();
    let mut look = |path: &str, answer: &Answer| looked.at(path, answer);
    let long = long_and_deep();
    let kinds = [
        ("never", NEVER),
        ("a second header", SECOND_HEADER),
        ("long", long.as_str()),
        ("all in one", ALL_IN_ONE),
    ];
    let sent = send_every_form(&me, &kinds, &mut look);
    let taken = |what: &str| sent.taken.get(what).cloned().unwrap_or_default();
    let (all, fine) = (sent.forms.len(), taken("all in one").len());
    assert!(all >= 30 && fine >= 4, "{fine} of {all} forms were taken");
    // Documents are kept as they are, whatever is in them.
    let documents = BTreeSet::from(DOCUMENTS.map(str::to_owned));
    for what in ["never", "long"] {
        let others: Vec<_> = taken(what).difference(&documents).cloned().collect();
        assert_eq!(others, Vec::<String>::new(), "{what}");
    }
    for (path, answer) in pages(&me, &["/claims", "/settings", "/about", "/log"]) {
        looked.at(&path, &answer);
    }
    looked.is_well(100);
    served.end();
}

#[test]
fn every_operation_takes_hostile_words_for_words() {
    let desk = desk_of_today();
    publish(&desk);
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.close().serve_with(NO_FETCH);
    let nobody = served.nobody();
    let document: Value =
        serde_json::from_str(&nobody.get("/api/v1/openapi.json").body).expect("JSON");
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
        ("if-match", "\"0\""),
    ];
    let (mut looked, mut taken, mut never) = (Looked::default(), 0, BTreeSet::new());
    let long = long_and_deep();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let refused = [
        ("never", NEVER),
        ("a second header", SECOND_HEADER),
        ("long", &long),
    ];
    for (what, words) in refused.into_iter().chain(LET_IN) {
        for operation in operations().iter().filter(|it| it.method != "GET") {
            let method = operation.method.as_str().to_ascii_lowercase();
            let drawn = &document["paths"][operation.path][&method];
            let schema = &drawn["requestBody"]["content"]["application/json"]["schema"];
            if operation.path.ends_with("departure") || schema.is_null() {
                continue;
            }
            let parts = operation.path.split('/').map(|part| match part {
                part if part.starts_with('{') => "1",
                part => part,
            });
            let path = format!("{BASE}{}", parts.collect::<Vec<_>>().join("/"));
            let asked = (operation.method.as_str(), path.as_str());
            if what == "never" {
                looked.at(&path, &nobody.bring(asked, &headers, deep.as_bytes()));
            }
            let body = value(&document, schema, words, 0).to_string();
            let answer = nobody.bring(asked, &headers, body.as_bytes());
            looked.at(&path, &answer);
            let is_taken = answer.status < 300;
            taken += usize::from(is_taken);
            // What takes no words at all may be taken.
            let has_words = body.contains("Xipe") || body.contains("([{<b>>");
            if is_taken && has_words && ["never", "long"].contains(&what) {
                never.insert(operation.path);
            }
        }
        if !["markup", "templates", "queries", "formula", "letters"].contains(&what) {
            continue;
        }
        // Whatever can be asked for after `?` is asked for so, too.
        for (path, name) in queries(&document) {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair(&name, words)
                .finish();
            let path = format!("{path}?{query}");
            looked.at(&path, &nobody.ask("GET", &path, &headers[..1]));
        }
    }
    looked.is_well(300);
    assert!(taken >= 12, "{taken} were taken");
    // Documents are kept as they are, whatever is in them.
    let documents = ["/articles", "/articles/{article}/revisions"];
    let others: Vec<_> = never.iter().filter(|it| !documents.contains(it)).collect();
    assert_eq!(others, Vec::<&&str>::new());
    served.end();
}

/// Every part of an address after `?` that the document knows.
fn queries(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let parts = path.split('/').map(|part| match part {
            part if part.starts_with('{') => "1",
            part => part,
        });
        let path = format!("{BASE}{}", parts.collect::<Vec<_>>().join("/"));
        let known = operations["get"]["parameters"].as_array();
        for parameter in known.into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap_or_default();
                found.push((path.clone(), name.to_owned()));
            }
        }
    }
    found
}

#[test]
fn words_that_no_page_could_show_are_refused_and_nothing_of_them_is_kept() {
    for (what, words) in REFUSED {
        let refused = Statement::parse(words).expect_err(what);
        let is_said = matches!(refused, BadWords::Control { .. } | BadWords::LineBreak);
        assert!(is_said, "{what}: {refused}");
    }
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    let mut looked = Looked::default();
    for (what, words) in REFUSED {
        let answer = me.post("/claims", &[("statement", words)]);
        assert_eq!(answer.status, 422, "{what}: {}", answer.body);
        looked.at(what, &answer);
        let reasons = texts(&answer, ".wrong").join(" ");
        assert!(!reasons.is_empty(), "{what} is explained");
    }
    for address in NO_ADDRESS {
        let source = [
            ("title", "A report"),
            ("kind", "report"),
            ("publisher", "Somebody"),
            ("directness", "primary"),
            ("reliability", "B"),
            ("credibility", "2"),
            ("url", address),
        ];
        let answer = me.post("/sources", &source);
        assert_eq!(answer.status, 422, "{address}");
        looked.at(address, &answer);
    }
    looked.is_well(REFUSED.len() + NO_ADDRESS.len());
    let list = me.get("/claims");
    assert_eq!(
        texts(&list, ".claims tbody tr").len(),
        0,
        "nothing was kept"
    );
    served.end();
}
