//! The API's document as a page for people: drawn from the same document, it
//! needs no script and nothing from elsewhere.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde_json::Value;

use crate::export::schema;
use crate::web::auth::Guest;
use crate::web::cached::public_page;
use crate::web::render::{Answer, Frame};
use crate::web::state::App;

use super::BASE;
use super::openapi::document;

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    frame: Frame,
    base: String,
    groups: Vec<(String, Vec<Entry>)>,
    schemas: Vec<Shape>,
}

impl DocsPage {
    /// The schemas that the desk gives out by themselves.
    const fn schemas_kept() -> &'static [&'static str] {
        &schema::NAMES
    }
}

/// An operation.
struct Entry {
    id: String,
    method: String,
    path: String,
    summary: String,
    notes: String,
    parameters: Vec<Row>,
    body: Option<(String, Kind)>,
    answers: Vec<(String, String, Option<Kind>)>,
}

/// A named schema.
struct Shape {
    name: String,
    words: String,
    fields: Vec<Row>,
    kind: Kind,
}

/// A parameter or a field.
struct Row {
    name: String,
    place: String,
    needed: bool,
    kind: Kind,
    words: String,
}

/// What kind a value is: words, and the name of a schema to look up.
struct Kind {
    words: String,
    link: Option<String>,
}

pub(in crate::web) async fn docs(app: web::Data<App>, me: Guest, request: HttpRequest) -> Answer {
    let frame = Frame::new(&app, me.0);
    let document = document();
    let view = DocsPage {
        groups: groups(document),
        schemas: schemas(document),
        base: format!("{}{BASE}", app.facts().base),
        frame,
    };
    public_page(&request, &view.frame, &view)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn groups(document: &Value) -> Vec<(String, Vec<Entry>)> {
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    let paths = document["paths"].as_object();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, drawn) in operations.as_object().into_iter().flatten() {
            let tag = text(&drawn["tags"][0]);
            let entry = entry(path, method, drawn);
            match groups.iter_mut().find(|(name, _)| *name == tag) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((tag, vec![entry])),
            }
        }
    }
    groups
}

fn entry(path: &str, method: &str, drawn: &Value) -> Entry {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let content = |value: &Value| {
        let content = value["content"].as_object()?.iter().next()?;
        Some((content.0.clone(), kind(&content.1["schema"])))
    };
    let answers = drawn["responses"].as_object();
    Entry {
        id: text(&drawn["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&drawn["summary"]),
        notes: text(&drawn["description"]),
        parameters: list(&drawn["parameters"]).iter().map(parameter).collect(),
        body: content(&drawn["requestBody"]),
        answers: answers
            .into_iter()
            .flatten()
            .map(|(status, answer)| {
                let shape = content(answer).map(|(_, kind)| kind);
                (status.clone(), text(&answer["description"]), shape)
            })
            .collect(),
    }
}

fn parameter(drawn: &Value) -> Row {
    Row {
        name: text(&drawn["name"]),
        place: text(&drawn["in"]),
        needed: drawn["required"].as_bool().unwrap_or_default(),
        kind: kind(&drawn["schema"]),
        words: text(&drawn["description"]),
    }
}

fn schemas(document: &Value) -> Vec<Shape> {
    let all = document["components"]["schemas"].as_object();
    let shapes = all.into_iter().flatten().map(|(name, schema)| Shape {
        name: name.clone(),
        words: text(&schema["description"]),
        fields: fields(schema),
        kind: kind(schema),
    });
    shapes.collect()
}

fn fields(schema: &Value) -> Vec<Row> {
    let needed = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object();
    let rows = properties.into_iter().flatten().map(|(name, field)| Row {
        name: name.clone(),
        place: String::new(),
        needed: needed.iter().any(|other| other == name),
        kind: kind(field),
        words: text(&field["description"]),
    });
    rows.collect()
}

/// The words for a schema: "integer", "text", "list of Citation or null".
fn kind(schema: &Value) -> Kind {
    let mut link = None;
    let words = words(schema, &mut link);
    Kind { words, link }
}

fn words(schema: &Value, link: &mut Option<String>) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        *link = Some(name.to_owned());
        return name.to_owned();
    }
    if let Some(constant) = schema.get("const") {
        return constant.to_string();
    }
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
        return format!("one of {}", choices.join(", "));
    }
    for any in ["anyOf", "oneOf", "allOf"] {
        if let Some(choices) = schema[any].as_array() {
            let choices: Vec<String> = choices.iter().map(|choice| words(choice, link)).collect();
            return choices.join(" or ");
        }
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        _ => vec!["anything".to_owned()],
    };
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|kind| match kind.as_str() {
            "array" => format!("list of {}", words(&schema["items"], link)),
            "string" => schema["format"].as_str().unwrap_or("text").to_owned(),
            other => other.to_owned(),
        })
        .collect();
    kinds.join(" or ")
}
