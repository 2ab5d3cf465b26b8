//! How a server answered when a source was fetched: the facts that a WARC
//! response record keeps beside the bytes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::time::Timestamp;
use super::words::Address;

/// A server's answer, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The address that was asked for.
    pub asked: Address,
    /// The redirections that were followed, in order.
    pub hops: Vec<Hop>,
    /// The address that answered in the end.
    pub last: Address,
    /// The IP address that was connected to.
    pub peer: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The headers of the answer in their order, cookies left out.
    pub headers: Vec<Header>,
    /// When the answer was complete.
    pub at: Timestamp,
}

/// One redirection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// Who redirected.
    pub from: Address,
    /// With which HTTP status.
    pub status: u16,
    /// Where to.
    pub to: Address,
}

/// One header of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name in lower case.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Response {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.name == name);
        found.map(|header| header.value.as_str())
    }
}
