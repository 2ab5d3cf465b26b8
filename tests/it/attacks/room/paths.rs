//! Addresses that are written in another way than the table of routes has them.

use citekeep::domain::person::{Deed, Role};
use citekeep::domain::scope::Scopes;
use citekeep::web::api::{BASE, operations};
use citekeep::web::routes::{Need, TABLE};

use crate::support::desk_of_today;
use crate::support::http::Visitor;

use super::Room;

/// A path with one of its letters written as its code.
fn disguised(pattern: &str, at: usize) -> String {
    let parts = pattern.split('/').map(|part| match part {
        part if part.starts_with('{') => "1",
        part => part,
    });
    let path = parts.collect::<Vec<_>>().join("/");
    let letters = path.char_indices().filter(|(_, c)| c.is_ascii_lowercase());
    let letters: Vec<(usize, char)> = letters.collect();
    let (place, letter) = letters[at.min(letters.len() - 1)];
    let code = format!("%{:02X}", u32::from(letter));
    format!("{}{code}{}", &path[..place], &path[place + 1..])
}

/// Every route that needs more than reading: its method and its pattern.
fn guarded() -> Vec<(String, String)> {
    let pages = TABLE
        .iter()
        .map(|(method, path, need)| (method.to_uppercase(), (*path).to_owned(), *need));
    let api = operations().iter().map(|it| {
        let path = format!("{BASE}{}", it.path);
        (it.method.to_string(), path, it.need)
    });
    let guarded = pages.chain(api).filter(|(_, _, need)| match need {
        Need::Nobody => false,
        Need::Deed(deed) => *deed != Deed::Read,
    });
    guarded.map(|(method, path, _)| (method, path)).collect()
}

#[test]
fn an_address_with_a_letter_in_disguise() {
    let desk = desk_of_today();
    let reader = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let nobody = Visitor::nobody(&served.base);
    let header = [
        ("authorization", reader.as_str()),
        ("accept", "application/json"),
        ("content-type", "application/json"),
    ];
    for (method, pattern) in guarded() {
        // In the first part, and beyond the API's own.
        for at in [0, 4, 99] {
            let path = disguised(&pattern, at);
            let answer = nobody.bring((&method, &path), &header, b"{}");
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.body);
            let stranger = nobody.bring((&method, &path), &header[1..], b"{}");
            assert_eq!(stranger.status, 401, "{method} {path}: {}", stranger.body);
        }
    }
    served.end();
}

#[test]
fn an_address_in_disguise_and_a_session_without_its_secret() {
    let desk = desk_of_today();
    let people = [desk.editor];
    let room = Room::serve(desk, &people);
    let me = room.enter(0);
    let json = [("content-type", "application/json")];
    let claim = br#"{"statement":"A forged claim."}"#;
    for path in ["/api/v1/claims", "/%61pi/v1/claims", "/api/v1/%63laims"] {
        let answer = me.bring(("POST", path), &json, claim);
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert!(answer.body.contains("forged-form"), "{}", answer.body);
    }
    assert!(!me.get("/claims").body.contains("A forged claim."));
}
