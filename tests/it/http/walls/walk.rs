//! One request of somebody, and what became of it.

use std::fmt;

use citekeep::web::Need;

use super::super::headers::dressed;
use super::house::House;
use super::people::Somebody;
use crate::support::http::Answer;

/// A route or an operation.
pub(super) struct Row {
    pub(super) method: String,
    pub(super) pattern: String,
    pub(super) need: Need,
    pub(super) for_people: bool,
}

/// What somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    /// They are shown it.
    Yes,
    /// They are let in: it is done, or they are told why it is not.
    In,
    /// They are asked who they are.
    Unknown,
    /// They may not.
    No,
    /// There is no such thing, for them at least.
    None,
    /// It was erased.
    Gone,
    /// The desk failed.
    Broken,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::In => "let in",
            Self::Unknown => "who?",
            Self::No => "no",
            Self::None => "none",
            Self::Gone => "gone",
            Self::Broken => "broken",
        })
    }
}

/// Addresses about somebody's own way in, own signature and erasures, written
/// out once more by hand: no program may ask them.
const FOR_PEOPLE: [&str; 30] = [
    "/me",
    "/me/security",
    "/me/app",
    "/me/app/confirmation",
    "/me/app/removal",
    "/me/recovery-codes",
    "/me/sessions/end",
    "/me/sessions/{session}/end",
    "/me/notices",
    "/me/passkeys/{entry}/sign-in",
    "/me/providers/{provider}/link",
    "/me/providers/{provider}/proof",
    "/me/accounts/{account}/removal",
    "/people/{person}/accounts/{account}/removal",
    "/people/{person}/addresses",
    "/people/{person}/addresses/removal",
    "/people/{person}/link",
    "/people/{person}/sign-in",
    "/people/{person}/sessions/end",
    "/people/{person}/factors/removal",
    "/people/{person}/passkeys/{entry}/retirement",
    "/settings/tokens/{token}/revocation",
    "/me/passkeys",
    "/me/passkeys/{entry}/retirement",
    "/signatures/{id}",
    "/sign-out",
    "/erasures/findings",
    "/erasures/{asked}/consent",
    "/erasures/{asked}/refusal",
    "/erasures/{asked}/withdrawal",
];

impl Row {
    /// Whether only people may ask.
    pub(super) fn is_for_people(&self) -> bool {
        let sent_by_people = ["/erasures", "/people", "/settings/tokens"];
        let is_sent = self.method == "POST" && sent_by_people.contains(&self.pattern.as_str());
        self.for_people || is_sent || FOR_PEOPLE.contains(&self.pattern.as_str())
    }

    /// Whether others would find less after it: such rows are walked last.
    pub(super) fn ends_something(&self) -> bool {
        let ends = [
            "/removal",
            "/departure",
            "/revocation",
            "/sign-out",
            "/withdrawal",
            "/refusal",
        ];
        self.method == "DELETE" || ends.iter().any(|end| self.pattern.ends_with(end))
    }

    /// Whether it seals or unseals: what is sealed is asked for before that.
    pub(super) fn seals(&self) -> bool {
        let ends = ["/seal", "/unsealing"];
        ends.iter().any(|end| self.pattern.ends_with(end))
    }

    /// The kinds of things that it is asked about.
    pub(super) fn kinds(&self) -> &'static [&'static str] {
        let about = ["{claim}", "{source}", "{snapshot}", "/log/entries/{entry}"];
        let is_about = about.iter().any(|part| self.pattern.contains(part));
        if is_about {
            &["open", "public", "sealed", "erased"]
        } else {
            &[""]
        }
    }

    fn is_api(&self) -> bool {
        self.pattern.starts_with("/api/")
    }
}

/// Asks once.
pub(super) fn ask(house: &House, row: &Row, path: &str, one: &Somebody) -> Cell {
    if row.pattern == "/sign-out" && one.token.is_none() && one.rights.is_some() {
        // Their sessions are needed for what comes after.
        return leave(house, one);
    }
    let answer = answer(row, path, one);
    let what = || format!("{}: {} {path}", one.name, row.method);
    let dress = dressed(&what(), &answer);
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(answer.body.is_empty() || !kind.is_empty(), "{}", what());
    // A stream of events is in UTF-8 whatever it says.
    let names_letters = kind.contains("charset=utf-8") || kind == "text/event-stream";
    assert!(
        names_letters || !kind.starts_with("text/"),
        "{}: {kind}",
        what()
    );
    let may_be_framed = row.pattern == "/published/{claim}/embed";
    assert!(dress != "framed" || may_be_framed, "{}", what());
    if row.need != Need::Nobody {
        // What is for some is kept by nobody but their own browser.
        let kept = answer.header("cache-control").unwrap_or("as it likes");
        let is_theirs = kept == "no-store" || kept.starts_with("private, ");
        assert!(is_theirs, "{} is kept: {kept}", what());
    }
    cell(row, &answer)
}

fn answer(row: &Row, path: &str, one: &Somebody) -> Answer {
    let mut headers: Vec<(&str, &str)> = Vec::new();
    if let Some(token) = &one.token {
        headers.push(("authorization", token));
    }
    if row.method == "GET" {
        return one.visitor.ask("GET", path, &headers);
    }
    if !row.is_api() {
        let fields = [("csrf", one.visitor.secret())];
        let answer = one.visitor.send(path, &fields, &headers);
        return answer.expect("an answer");
    }
    headers.extend([
        ("content-type", "application/json"),
        ("x-csrf-token", one.visitor.secret()),
        // Nothing is in this state.
        ("if-match", "\"0\""),
    ]);
    one.visitor.bring((&row.method, path), &headers, b"{}")
}

/// Signs somebody out of a session that is there for nothing else.
fn leave(house: &House, one: &Somebody) -> Cell {
    let link = &house.spare[one.name];
    let session = house.served.enter(link);
    let answer = session.post("/sign-out", &[]);
    assert_eq!(answer.location.as_deref(), Some("/sign-in"), "{}", one.name);
    assert_eq!(session.get("/me").status, 303, "{} is out", one.name);
    Cell::In
}

fn cell(row: &Row, answer: &Answer) -> Cell {
    let status = answer.status;
    let to = answer.location.as_deref().unwrap_or_default();
    match status {
        303 if to.starts_with("/sign-in?next=") => Cell::Unknown,
        // Whether it is in a state for the deed is not asked here, and changes
        // while others try.
        200..=399 if row.method != "GET" => Cell::In,
        200..=399 => Cell::Yes,
        // The form comes back: the name or the password is wrong.
        401 if answer.body.contains("name=\"password\"") => Cell::In,
        401 => Cell::Unknown,
        403 => Cell::No,
        404 => Cell::None,
        410 => Cell::Gone,
        501 => Cell::In,
        500.. => Cell::Broken,
        _ => Cell::In,
    }
}
