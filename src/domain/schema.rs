//! How the plain values of the domain are described in JSON Schema (2020-12):
//! what files and the API hold is described by the types that hold it.
//!
//! Where the desk reads more than it writes (a typed text with white space
//! around it), the schema of what it reads is the wider one.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Describes a type by a function, in the place where it is used: each place
/// says in its own words what the value is there.
macro_rules! described {
    ($name:ident, $describe:expr) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let describe: fn(&schemars::SchemaGenerator) -> schemars::Schema = $describe;
                describe(generator)
            }
        }
    };
}
pub(super) use described;

/// A number that names something.
pub(super) fn id() -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": i64::MAX })
}

/// A place in the log.
pub(super) fn entry() -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": u64::MAX })
}

/// A number of days between two looks at a source.
pub(super) fn days() -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": 365 })
}

/// SHA-256, as `sha256sum` writes it.
pub(super) fn sha256() -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
}

/// A moment; what the desk writes has three decimals and a `Z`.
pub(super) fn moment(generator: &SchemaGenerator) -> Schema {
    if generator.contract().is_deserialize() {
        return json_schema!({ "type": "string", "format": "date-time" });
    }
    json_schema!({
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    })
}

/// A year, a month or a day.
pub(super) fn partial_date() -> Schema {
    json_schema!({
        "type": "string",
        "anyOf": [
            { "type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2]))?$" },
            { "type": "string", "format": "date" },
        ],
    })
}

/// White space and marks that nobody sees, as a class of ECMA 262.
const UNSEEN: &str = r"\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0";

/// A typed text; lengths are code points, as JSON Schema counts them too.
pub(super) fn words(generator: &SchemaGenerator, limit: usize) -> Schema {
    let mut schema = json_schema!({ "type": "string", "minLength": 1, "maxLength": limit });
    if generator.contract().is_deserialize() {
        // Something must be there to see.
        schema.insert("pattern".to_owned(), format!("[^{UNSEEN}]").into());
    }
    schema
}

/// A public address. What the desk writes is in the normal form of the URL
/// standard, which is not always a URI of RFC 3986: its query may hold `[`.
pub(super) fn address(generator: &SchemaGenerator) -> Schema {
    if generator.contract().is_deserialize() {
        return json_schema!({
            "type": "string",
            "format": "uri",
            "pattern": "^https?://",
            "maxLength": 2_000,
        });
    }
    json_schema!({ "type": "string", "pattern": "^https?://[!-~]+$" })
}
