//! How lists are paged: by the last thing seen, never by a count, so that what
//! is added meanwhile moves nothing.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::BASE;

/// How many things one page of a list holds: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16")]
pub(in crate::web) struct Limit(u16);

impl Limit {
    pub(super) fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u16> for Limit {
    type Error = &'static str;

    fn try_from(limit: u16) -> Result<Self, Self::Error> {
        if (1..=200).contains(&limit) {
            Ok(Self(limit))
        } else {
            Err("a page holds 1 to 200 things")
        }
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })
    }
}

/// The last thing of a page, where the list may go on after it.
pub(super) fn last<T>(found: &[T], limit: Limit) -> Option<&T> {
    found.last().filter(|_| found.len() == limit.get())
}

/// The address at which a list goes on.
pub(super) fn next(path: &str, wanted: &impl Serialize) -> String {
    let query = serde_urlencoded::to_string(wanted).unwrap_or_default();
    format!("{BASE}{path}?{query}")
}
