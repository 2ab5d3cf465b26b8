//! The API: who may ask what, what is told of mistakes, and that the document
//! says just what the desk does.

mod articles;
mod captures;
mod claims;
mod contract;
mod desk;
mod feed;
mod finding;
mod hooks;
mod mistakes;
mod once;
mod paper;
mod published;
mod sources;
mod walk;

use serde_json::Value;

use crate::support::http::{Answer, Visitor};

/// A program with a token.
pub(super) struct Client {
    nobody: Visitor,
    token: String,
}

impl Client {
    pub(super) fn new(base: &str, token: &str) -> Self {
        Self {
            nobody: Visitor::nobody(base),
            token: token.to_owned(),
        }
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let own = [("authorization", self.token.as_str())];
        let path = format!("/api/v1{path}");
        self.nobody.ask(method, &path, &[&own, headers].concat())
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Sends JSON.
    pub(super) fn send(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let own = [
            ("authorization", self.token.as_str()),
            ("content-type", "application/json"),
        ];
        let path = format!("/api/v1{path}");
        let headers = [&own, headers].concat();
        self.nobody
            .bring((method, &path), &headers, body.to_string().as_bytes())
    }

    /// Fetches bytes: what they are, and themselves.
    pub(super) fn fetch(&self, path: &str) -> (String, Vec<u8>) {
        let own = [("authorization", self.token.as_str())];
        self.nobody.fetch(&format!("/api/v1{path}"), &own)
    }

    /// Sends bytes with headers of their own.
    pub(super) fn bring(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let own = [("authorization", self.token.as_str())];
        let path = format!("/api/v1{path}");
        self.nobody
            .bring((method, &path), &[&own, headers].concat(), body)
    }

    /// Sends JSON about something in the state that it is in now.
    pub(super) fn change(&self, method: &str, path: &str, body: &Value) -> Answer {
        let parts: Vec<&str> = path.splitn(4, '/').collect();
        let tag = self.tag(&format!("/{}/{}", parts[1], parts[2]));
        self.send((method, path), &[("if-match", tag.as_str())], body)
    }

    /// The tag of the state that something is in.
    pub(super) fn tag(&self, path: &str) -> String {
        let answer = self.get(path);
        answer.header("etag").expect("a tag").to_owned()
    }
}

pub(super) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| unreachable!("{answer:?}"))
}
