//! The published JSON Schemas (2020-12) of what the desk writes, generated from
//! the types that are written.
//!
//! A copy is kept in `docs/schema`; a test fails when it differs, and
//! `CITEKEEP_UPDATE=1 cargo test --test it schema` renews it.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::assessment::Assessment;
use super::json::{Claim, File};
use super::record::Record;

/// The names of the schemas: what each describes, and the version of the format.
pub const NAMES: [&str; 4] = [
    "assessment-1.json",
    "claim-1.json",
    "desk-1.json",
    "record-1.json",
];

/// A schema by its name, as it is kept and served.
///
/// ```
/// use citekeep::export::schema;
/// let schema = schema::named("desk-1.json").expect("a schema");
/// assert!(schema.contains("\"$id\": \"desk-1.json\""));
/// assert!(schema::named("desk-9.json").is_none());
/// ```
pub fn named(name: &str) -> Option<String> {
    match name {
        "assessment-1.json" => Some(written::<Assessment>(name)),
        "claim-1.json" => Some(written::<Claim>(name)),
        "desk-1.json" => Some(written::<File>(name)),
        "record-1.json" => Some(written::<Record>(name)),
        _ => None,
    }
}

/// How schemas of what the desk writes are made. For what it reads, add
/// [`SchemaSettings::for_deserialize`].
pub fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(bound_numbers))
}

fn written<T: JsonSchema>(name: &str) -> String {
    let mut schema = settings().into_generator().into_root_schema_for::<T>();
    // A reference that is relative to wherever the schema was read: every desk
    // serves it at an address of its own, and no name is taken that belongs to
    // somebody else.
    schema.insert("$id".to_owned(), name.into());
    format!("{:#}\n", schema.to_value())
}

/// Says in keywords of JSON Schema itself what widths of integers mean: their
/// names as formats are known to few validators.
fn bound_numbers(schema: &mut Schema) {
    let format = schema.get("format").and_then(Value::as_str);
    let most = match format {
        Some("uint8") => Some(u64::from(u8::MAX)),
        Some("uint16") => Some(u64::from(u16::MAX)),
        Some("uint32") => Some(u64::from(u32::MAX)),
        Some("uint64" | "uint" | "int64" | "int32") => None,
        _ => return,
    };
    schema.remove("format");
    if let Some(most) = most {
        schema.insert("maximum".to_owned(), most.into());
    }
}
