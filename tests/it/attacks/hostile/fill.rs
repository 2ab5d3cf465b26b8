//! Fills a desk with hostile words: through its deeds, so that they stand in
//! whatever is public; through every form that its pages show; and through every
//! operation that its document has. A field that is added is filled with no line
//! here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::{claims, publishing, settings, snapshots, sources, verdicts};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::claim::Claimant;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::person::Role;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::words::{
    Address, FileName, Name, Note, Notice, Origin, Policy, Position, Rationale, Statement, Title,
};
use citekeep::store;
use dom_query::{Document, Selection};
use serde_json::{Map, Value, json};

use super::words::{ADDRESS, CONTROLS, LET_IN, PLAIN};
use crate::http::crawl::pattern;
use crate::support::TestDesk;
use crate::support::http::{Answer, Visitor, links};

/// How many pages of a kind are looked at.
const OF_A_KIND: usize = 2;

/// What would end the walk itself, or takes away what was filled in.
const SPARED: [&str; 14] = [
    "/sign-out",
    "/me",
    "/departure",
    "/role",
    "/link",
    "/removal",
    "/revocation",
    "/withdrawal",
    "/retirement",
    "/consent",
    "/refusal",
    "/erasures",
    "/seal",
    "/corrections",
];

/// A published, corrected verdict whose every word is hostile, for each kind of
/// words; the claims.
pub(crate) fn publish(desk: &TestDesk) -> Vec<ClaimId> {
    let admin = desk.join(Role::Admin);
    let mut sheet = (*desk.desk.sheet()).clone();
    sheet.name = Name::parse(LET_IN[0].1).expect("a name");
    sheet.tagline = Position::parse(LET_IN[1].1).ok();
    sheet.contact = Policy::parse(LET_IN[2].1).ok();
    sheet.owner = Name::parse(LET_IN[8].1).ok();
    settings::describe(&desk.desk, admin, sheet).expect("a sheet");
    let written = LET_IN.iter().map(|(_, words)| (*words, *words));
    let all = written.chain([(PLAIN, CONTROLS)]);
    all.map(|(words, quote)| publish_one(desk, words, quote))
        .collect()
}

fn publish_one(desk: &TestDesk, words: &str, quote: &str) -> ClaimId {
    let before = desk.source("The city's report");
    let old = desk.desk.read(|db| Ok(store::sources::get(db, before)?));
    let old = old.expect("the source");
    let sheet = citekeep::domain::source::SourceSheet {
        title: Title::parse(words).expect("a title"),
        publisher: Name::parse(words).expect("a name"),
        author: Name::parse(words).ok(),
        origin: Origin::parse(&words.chars().take(90).collect::<String>()).ok(),
        url: Address::parse(ADDRESS).ok(),
        ..old.sheet
    };
    assert!(sheet.author.is_some() && sheet.url.is_some() && sheet.origin.is_some());
    sources::revise(&desk.desk, desk.researcher, (before, old.rev), sheet).expect("a sheet");
    let new = snapshots::NewSnapshot {
        source: before,
        bytes: format!("It rained. {quote} It rained.").into_bytes(),
        declared: Some("text/plain".to_owned()),
        how: CaptureMethod::Uploaded,
        url: Address::parse(ADDRESS).ok(),
        file_name: FileName::parse(words).ok(),
        notice: Notice::parse(words).ok(),
        response: None,
    };
    let snapshot = snapshots::take(&desk.desk, desk.researcher, new).expect("a snapshot");
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse(words).expect("a title"),
            url: Address::parse(&format!("{ADDRESS}-story")).ok(),
            published: None,
            language: None,
            notice: Notice::parse(words).ok(),
        },
        bytes: format!("The story says: {words} So it is.").into_bytes(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    let new = claims::NewClaim {
        statement: Statement::parse(words).expect("a statement"),
        claimant: Some(Claimant {
            name: Name::parse(words).expect("a name"),
            role: Position::parse(words).ok(),
        }),
        made: claims::Made {
            passage: Some((article, words.to_owned(), None)),
            ..claims::Made::default()
        },
    };
    let claim = claims::open(&desk.desk, desk.researcher, new).expect("a claim");
    let citation = desk.cite(claim, snapshot, quote);
    let draft = verdicts::Draft {
        rating: "true".to_owned(),
        rationale: Rationale::parse(words).expect("a rationale"),
        citations: vec![citation],
    };
    let note = |words| Note::parse(words).expect("a note");
    verdicts::give(&desk.desk, desk.reviewer, desk.seen(claim), draft).expect("a verdict");
    let seen = desk.seen(claim);
    verdicts::approve(&desk.desk, desk.second, seen, Some(note(words))).expect("an approval");
    desk.publish(claim).expect("a publication");
    let (seen, kind) = (desk.seen(claim), CorrectionKind::Clarification);
    publishing::correct(&desk.desk, desk.editor, seen, kind, note(words)).expect("so");
    claim
}

/// Pages by their addresses, a few of each kind.
pub(crate) fn pages(me: &Visitor, starts: &[&str]) -> BTreeMap<String, Answer> {
    let mut seen: BTreeSet<String> = starts.iter().map(|path| (*path).to_owned()).collect();
    let mut waiting: VecDeque<String> = seen.iter().cloned().collect();
    let mut of_a_kind: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        let bare = path.split('?').next().unwrap_or_default().to_owned();
        let kind = pattern(&bare).unwrap_or("none").to_owned();
        let count = of_a_kind.entry(kind).or_default();
        *count += 1;
        if *count > OF_A_KIND || bare == "/events" {
            continue;
        }
        let answer = me.get(&path);
        if let Some(to) = &answer.location
            && seen.insert(to.clone())
        {
            waiting.push_back(to.clone());
        }
        if answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
        {
            let page = Document::from(answer.body.as_str());
            for target in links(&page, &bare) {
                let is_ours = target.starts_with('/') && !target.starts_with("//");
                if is_ours && seen.insert(target.clone()) {
                    waiting.push_back(target);
                }
            }
        }
        found.insert(path, answer);
    }
    found
}

/// A form of a page: how and where it is sent, and with what.
struct Form {
    method: String,
    action: String,
    fields: Vec<(String, String)>,
}

/// The forms of a page with words in every field that takes some.
fn forms(path: &str, answer: &Answer, words: &str) -> Vec<Form> {
    let page = Document::from(answer.body.as_str());
    let all = page.select("form");
    all.iter()
        .map(|form| {
            let attr = |name: &str| form.attr(name).unwrap_or_default().to_string();
            let action = attr("action");
            Form {
                method: attr("method").to_lowercase(),
                action: if action.is_empty() {
                    path.to_owned()
                } else {
                    action
                },
                fields: fields(&form, words),
            }
        })
        .collect()
}

fn fields(form: &Selection<'_>, words: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut radios = BTreeSet::new();
    for field in form.select("[name]").iter() {
        let attr = |name: &str| field.attr(name).unwrap_or_default().to_string();
        let (name, kind) = (attr("name"), attr("type"));
        let tag = field.nodes().first().and_then(|node| node.node_name());
        let tag = tag.map(|tag| tag.to_string()).unwrap_or_default();
        let value = match (tag.as_str(), kind.as_str()) {
            ("select", _) => {
                let options = field.select("option");
                let values = options
                    .iter()
                    .map(|it| it.attr("value").unwrap_or_default().to_string());
                values
                    .filter(|value| !value.is_empty())
                    .last()
                    .unwrap_or_default()
            }
            (_, "hidden" | "submit" | "button") | ("button", _) => attr("value"),
            (_, "checkbox") => attr("value"),
            (_, "radio") if !radios.insert(name.clone()) => continue,
            (_, "radio") => attr("value"),
            (_, "file" | "password") => continue,
            (_, "url") => ADDRESS.to_owned(),
            (_, "number") => "1".to_owned(),
            (_, "date") => "2026-03-01".to_owned(),
            (_, "datetime-local") => "2026-03-01T12:00".to_owned(),
            ("input" | "textarea", _) => words.to_owned(),
            _ => continue,
        };
        fields.push((name, value));
    }
    fields
}

/// Sends every form of the desk with some words; how many were sent, and how
/// many were taken. What comes back is handed over to be looked at.
pub(crate) fn send_every_form(
    me: &Visitor,
    words: &str,
    look: &mut dyn FnMut(&str, &Answer),
) -> (usize, usize) {
    let mut sent = BTreeSet::new();
    let mut taken = 0;
    for (path, answer) in pages(me, &["/claims", "/settings", "/about"]) {
        for form in forms(&path, &answer, words) {
            let bare = form.action.split('?').next().unwrap_or_default();
            let kind = format!("{} {}", form.method, shape(bare));
            if SPARED.iter().any(|end| bare.ends_with(end)) || !sent.insert(kind) {
                continue;
            }
            let fields: Vec<(&str, &str)> = form
                .fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let answer = if form.method == "post" {
                me.send(&form.action, &fields, &[]).expect("an answer")
            } else {
                let query: String = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(&fields)
                    .finish();
                me.get(&format!("{bare}?{query}"))
            };
            assert!(
                answer.status < 500,
                "{} {fields:?}: {}",
                form.action,
                answer.body
            );
            assert_ne!(
                answer.status, 403,
                "{} {fields:?}: {}",
                form.action, answer.body
            );
            taken += usize::from(answer.status == 303);
            look(&form.action, &answer);
        }
    }
    (sent.len(), taken)
}

/// An address without its numbers.
fn shape(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.parse::<u64>() {
        Ok(_) => "1",
        Err(_) => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A value that a schema of the document describes, with words in every text.
pub(super) fn value(document: &Value, schema: &Value, words: &str, depth: usize) -> Value {
    if let Some(to) = schema["$ref"].as_str() {
        let to = document.pointer(to.trim_start_matches('#'));
        return to.map_or(Value::Null, |to| value(document, to, words, depth + 1));
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let choices = schema[several].as_array();
        let is_something = |choice: &&Value| choice["type"] != "null";
        if let Some(first) = choices.and_then(|choices| choices.iter().find(is_something)) {
            return value(document, first, words, depth + 1);
        }
    }
    if let Some(choice) = schema["enum"].get(0).or(schema.get("const")) {
        return choice.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") if schema["format"] == "uri" => json!(ADDRESS),
        Some("string") if schema.get("format").is_some() => json!("2026-03-01"),
        Some("string") => json!(words),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") if depth < 8 => json!([value(document, &schema["items"], words, depth + 1)]),
        Some("object") if depth < 8 => {
            let empty = Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&empty);
            let filled = properties
                .iter()
                .map(|(name, schema)| (name.clone(), value(document, schema, words, depth + 1)));
            Value::Object(filled.collect())
        }
        _ => Value::Null,
    }
}
