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

/// A form of a page: how and where it is sent, and with what; none for a field
/// that takes words.
struct Form {
    method: String,
    action: String,
    fields: Vec<(String, Option<String>)>,
}

/// The forms of a page.
fn forms(path: &str, answer: &Answer) -> Vec<Form> {
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
                fields: fields(&form),
            }
        })
        .collect()
}

fn fields(form: &Selection<'_>) -> Vec<(String, Option<String>)> {
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
                let chosen = values.filter(|value| !value.is_empty()).last();
                Some(chosen.unwrap_or_default())
            }
            (_, "hidden" | "submit" | "button") | ("button", _) => Some(attr("value")),
            (_, "checkbox") => Some(attr("value")),
            (_, "radio") if !radios.insert(name.clone()) => continue,
            (_, "radio") => Some(attr("value")),
            (_, "file" | "password") => continue,
            (_, "url") => Some(ADDRESS.to_owned()),
            (_, "number") => Some("1".to_owned()),
            (_, "date") => Some("2026-03-01".to_owned()),
            (_, "datetime-local") => Some("2026-03-01T12:00".to_owned()),
            ("input" | "textarea", _) => None,
            _ => continue,
        };
        fields.push((name, value));
    }
    fields
}

/// What became of the forms of a desk.
#[derive(Default)]
pub(crate) struct Sent {
    /// Which there are, by their addresses without numbers.
    pub(crate) forms: BTreeSet<String>,
    /// Those of them that were taken with words in them, by the words.
    pub(crate) taken: BTreeMap<&'static str, BTreeSet<String>>,
}

/// Sends every form of the desk with words of each kind. What comes back is handed
/// over to be looked at.
pub(crate) fn send_every_form(
    me: &Visitor,
    kinds: &[(&'static str, &str)],
    look: &mut dyn FnMut(&str, &Answer),
) -> Sent {
    let mut sent = Sent::default();
    for (path, answer) in pages(me, &["/claims", "/settings", "/about"]) {
        for form in forms(&path, &answer) {
            let bare = form.action.split('?').next().unwrap_or_default();
            let kind = format!("{} {}", form.method, shape(bare));
            if SPARED.iter().any(|end| bare.ends_with(end)) || !sent.forms.insert(kind.clone()) {
                continue;
            }
            let has_words = form.fields.iter().any(|(_, value)| value.is_none());
            for (what, words) in kinds {
                let answer = send(me, &form, words);
                assert!(answer.status < 500, "{kind}, {what}: {}", answer.body);
                assert_ne!(answer.status, 403, "{kind}, {what}: {}", answer.body);
                if answer.status == 303 && has_words {
                    sent.taken.entry(*what).or_default().insert(kind.clone());
                }
                look(&form.action, &answer);
                if !has_words {
                    break;
                }
            }
        }
    }
    sent
}

fn send(me: &Visitor, form: &Form, words: &str) -> Answer {
    let fields = form.fields.iter();
    let fields: Vec<(&str, &str)> = fields
        .map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or(words)))
        .collect();
    if form.method == "post" {
        return me.send(&form.action, &fields, &[]).expect("an answer");
    }
    let bare = form.action.split('?').next().unwrap_or_default();
    // A client takes no address of any length.
    let short = fields
        .iter()
        .map(|(name, value)| (*name, value.get(..4_000).unwrap_or(value)));
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(short)
        .finish();
    me.get(&format!("{bare}?{query}"))
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
