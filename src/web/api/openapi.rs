//! The document of the API (OpenAPI 3.1), drawn from the table of operations
//! and the types in their signatures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use actix_web::body::BoxBody;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, Responder};
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::domain::scope::Scope;
use crate::web::cached;
use crate::web::problem::{Problem, Wire};
use crate::web::routes::Need;

use super::answer::etag;
use super::operation::Operation;
use super::sketch::{Describe, Sketch};
use super::{BASE, table};

const SCHEMAS: &str = "/components/schemas/";

static DOCUMENT: LazyLock<Value> = LazyLock::new(draw);
static WRITTEN: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());

/// The document, drawn once.
pub(super) fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as it is served.
pub(in crate::web) struct Document(HttpResponse);

impl Responder for Document {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Describe for Document {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.gives::<Map<String, Value>>(200, "The document.", etag());
        sketch.gives_nothing(304, "It is as the tag says.", etag());
    }
}

pub(in crate::web) async fn show(request: HttpRequest) -> Result<Document, Problem> {
    cached::public(&request, "application/json", WRITTEN.as_bytes()).map(Document)
}

/// The name by which programs call an operation: `get_claims_claim`.
pub(super) fn name(operation: &Operation) -> String {
    let words = operation
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_matches(['{', '}']).replace(['.', ':', '-'], "_"));
    let mut parts = vec![operation.method.as_str().to_ascii_lowercase()];
    parts.extend(words);
    parts.join("_")
}

fn generator(is_given: bool) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = SCHEMAS.into();
        settings.meta_schema = None;
    });
    if is_given {
        settings.for_serialize().into_generator()
    } else {
        settings.for_deserialize().into_generator()
    }
}

fn draw() -> Value {
    let (mut taken, mut given) = (generator(false), generator(true));
    let problem = given.subschema_for::<Wire<'static>>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for operation in table::operations() {
        let mut sketch = Sketch {
            taken: &mut taken,
            given: &mut given,
            parts: Vec::new(),
            query: None,
            headers: Vec::new(),
            body: BTreeMap::new(),
            answers: BTreeMap::new(),
        };
        operation.describe(&mut sketch);
        let drawn = one(operation, sketch, &problem);
        let path = paths.entry(operation.path.to_owned()).or_default();
        path.insert(operation.method.as_str().to_ascii_lowercase(), drawn);
    }
    let mut paths = serde_json::to_value(paths).unwrap_or_default();
    let mut schemas = joined(&mut paths, (taken, given));
    bound(&mut paths);
    bound(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Citekeep",
            "version": "1",
            "summary": "A fact-checking desk: claims, their sources, verdicts and the log.",
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": BASE }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of the desk; an admin makes it in the settings.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "citekeep",
                    "description": "A browser's session (over HTTPS the cookie is called __Host-citekeep). Changes also carry the session's secret as X-CSRF-Token.",
                },
            },
        },
    })
}

const ABOUT: &str = "Times are RFC 3339 in UTC. Places in texts are counted in Unicode code points, the start within and the end without. Lists are paged: follow `next`, or the Link header. Problems are RFC 9457 documents whose `type` never changes. A change of something takes the ETag of a read as If-Match; what makes something new takes an Idempotency-Key, so that it may be sent again.";

fn tags() -> Vec<Value> {
    let names: BTreeSet<&str> = table::operations().iter().map(tag).collect();
    names
        .into_iter()
        .map(|name| json!({ "name": name }))
        .collect()
}

/// What the operation is about: the first part of its address.
pub(super) fn tag(operation: &Operation) -> &'static str {
    let first = operation.path.trim_start_matches('/').split('/').next();
    match first {
        None | Some("" | "openapi.json" | "me") => "start",
        Some(first) => first,
    }
}

fn one(operation: &Operation, sketch: Sketch<'_>, problem: &Schema) -> Value {
    let mut drawn = json!({
        "operationId": name(operation),
        "summary": operation.summary,
        "tags": [tag(operation)],
        "parameters": parameters(operation, &sketch),
        "responses": responses(operation, &sketch, problem),
        "security": security(operation),
    });
    let mut notes = operation.notes.to_owned();
    if let Need::Deed(deed) = operation.need {
        let scope = Scope::of(deed).as_str();
        let role = deed.least_role();
        notes.push_str(&format!(" Needs the role {role} and the scope {scope}."));
    }
    drawn["description"] = notes.trim().into();
    if !sketch.body.is_empty() {
        drawn["requestBody"] = json!({ "required": true, "content": sketch.body });
    }
    drawn
}

fn security(operation: &Operation) -> Value {
    match operation.need {
        Need::Nobody => json!([]),
        Need::Deed(_) if operation.for_people => json!([{ "session": [] }]),
        Need::Deed(_) => json!([{ "token": [] }, { "session": [] }]),
    }
}

fn parameters(operation: &Operation, sketch: &Sketch<'_>) -> Vec<Value> {
    let varying = operation.path.split('/').filter_map(|part| {
        let (_, name) = part.split_once('{')?;
        name.split('}').next()
    });
    let in_path = varying.zip(&sketch.parts).map(
        |(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema }),
    );
    let mut all: Vec<Value> = in_path.collect();
    let query = sketch.query.as_ref().map(Schema::as_value);
    let fields = query.and_then(|query| query["properties"].as_object());
    let required = query
        .map(|query| query["required"].clone())
        .unwrap_or_default();
    for (name, schema) in fields.into_iter().flatten() {
        let needed = required
            .as_array()
            .is_some_and(|names| names.contains(&json!(name)));
        let mut schema = schema.clone();
        let words = schema
            .as_object_mut()
            .and_then(|it| it.remove("description"));
        all.push(json!({
            "name": name, "in": "query", "required": needed,
            "description": words.unwrap_or_default(), "schema": without_null(schema),
        }));
    }
    let once = (
        "Idempotency-Key",
        false,
        "A key of the sender's own choice: the same request sent again within a day gets the same answer and is not done again.",
    );
    let once =
        (operation.method == Method::POST && operation.need != Need::Nobody).then_some(&once);
    for (name, needed, why) in sketch.headers.iter().chain(once) {
        let schema = match *name {
            "If-Match" => {
                json!({ "type": "string", "pattern": "^\"[0-9]{1,15}(\\.[0-9a-f]+)?\"$" })
            }
            "Content-Disposition" => {
                json!({ "type": "string", "pattern": "^attachment; filename=\"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}\"$" })
            }
            "Idempotency-Key" => json!({ "type": "string", "pattern": "^[!-~]{1,255}$" }),
            _ => json!({ "type": "string" }),
        };
        all.push(json!({
            "name": name, "in": "header", "required": needed, "description": why, "schema": schema,
        }));
    }
    all
}

/// What stands after `?` is there or not; it cannot be null.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if kinds.len() == 1 {
            schema["type"] = kinds[0].clone();
        }
    }
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice["type"] != "null");
        if choices.len() == 1 {
            return choices[0].clone();
        }
    }
    schema
}

/// What may be answered instead, each with its reason.
const REFUSALS: [(u16, &str); 13] = [
    (400, "The request cannot be read."),
    (401, "No token, or one that does not work."),
    (403, "The token or the person may not do this."),
    (404, "There is no such thing."),
    (
        409,
        "The desk's rules or somebody else's change stand against it.",
    ),
    (410, "It is gone."),
    (412, "It is not in the state that If-Match names any more."),
    (413, "It is too large."),
    (415, "It is not of a media type that is taken here."),
    (422, "A field is not right."),
    (428, "If-Match is missing."),
    (429, "There were too many tries; wait."),
    (503, "The desk is closing or has too much to do; try again."),
];

fn responses(operation: &Operation, sketch: &Sketch<'_>, problem: &Schema) -> Value {
    let heeds = |name: &str| sketch.headers.iter().any(|(header, ..)| *header == name);
    let writes = operation.method != Method::GET;
    let content = json!({ "application/problem+json": { "schema": problem } });
    let mut all: BTreeMap<String, Value> = sketch
        .answers
        .iter()
        .map(|(status, answer)| (status.to_string(), answer.clone()))
        .collect();
    for (status, words) in REFUSALS {
        let can = match status {
            400 => sketch.query.is_some() || writes,
            401 | 403 => operation.need != Need::Nobody,
            404 => !sketch.parts.is_empty() || writes,
            409 => writes,
            412 | 428 => heeds("If-Match"),
            413 | 415 => !sketch.body.is_empty(),
            422 => writes,
            429 | 503 => true,
            _ => false,
        };
        if can && !all.contains_key(&status.to_string()) {
            let answer = json!({ "description": words, "content": content });
            all.insert(status.to_string(), answer);
        }
    }
    let answer = json!({ "description": "Something went wrong at the desk.", "content": content });
    all.insert("500".to_owned(), answer);
    json!(all)
}

/// Joins the schemas of what is taken and given. Where both have a name and
/// mean something else by it, that of what is taken is called `…Input`.
fn joined(paths: &mut Value, (taken, given): (SchemaGenerator, SchemaGenerator)) -> Value {
    let definitions = |mut generator: SchemaGenerator| generator.take_definitions(true);
    let (mut inputs, mut all) = (definitions(taken), definitions(given));
    let mut others: BTreeSet<String> = BTreeSet::new();
    loop {
        let more: Vec<String> = inputs
            .iter()
            .filter(|(name, schema)| {
                let differs = all.get(*name).is_some_and(|given| given != *schema);
                differs || (all.contains_key(*name) && refers(schema, &others))
            })
            .map(|(name, _)| name.clone())
            .filter(|name| !others.contains(name))
            .collect();
        if more.is_empty() {
            break;
        }
        others.extend(more);
    }
    for (name, mut schema) in std::mem::take(&mut inputs) {
        rename(&mut schema, &others);
        let name = if others.contains(&name) {
            format!("{name}Input")
        } else {
            name
        };
        all.insert(name, schema);
    }
    let operations = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in operations
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
    {
        for part in ["requestBody", "parameters"] {
            if let Some(part) = operation.get_mut(part) {
                rename(part, &others);
            }
        }
    }
    Value::Object(all)
}

/// Says how large a number can be, which schemars leaves to its format.
fn bound(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let most = match map.get("format").and_then(Value::as_str) {
                Some("uint8") => Some(u64::from(u8::MAX)),
                Some("uint16") => Some(u64::from(u16::MAX)),
                Some("uint32") => Some(u64::from(u32::MAX)),
                Some("uint64" | "uint") => Some(u64::MAX),
                Some("int64") => Some(i64::MAX.unsigned_abs()),
                _ => None,
            };
            if let Some(most) = most.filter(|_| !map.contains_key("maximum")) {
                map.insert("maximum".to_owned(), most.into());
            }
            map.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn refers(schema: &Value, names: &BTreeSet<String>) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(key, value)| {
            let named = value
                .as_str()
                .and_then(|to| to.strip_prefix("#/components/schemas/"));
            (key == "$ref" && named.is_some_and(|name| names.contains(name)))
                || refers(value, names)
        }),
        Value::Array(items) => items.iter().any(|item| refers(item, names)),
        _ => false,
    }
}

fn rename(schema: &mut Value, names: &BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                let named = value
                    .as_str()
                    .and_then(|to| to.strip_prefix("#/components/schemas/"));
                match named {
                    Some(name) if key == "$ref" && names.contains(name) => {
                        *value = format!("#/components/schemas/{name}Input").into();
                    }
                    _ => rename(value, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}
