//! Erasures as people meet them: forms, notices, and what is gone.

use std::io::{Cursor, Read};

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::web::routes::TABLE;
use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::{EntryIndex, all_of, request};
use crate::support::desk_of_today;
use crate::support::http::Visitor;

/// An address of the table with numbers of things that are there.
fn path(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        "{hash}" => "0000000000000000000000000000000000000000000000000000000000000000",
        "{name}" | "{secret}" => "nothing",
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is in a file, packed or not: the files of an archive one after another,
/// and packed ones in it unpacked too.
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut inside = Vec::new();
    if bytes.starts_with(b"PK") {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).expect("a file");
            let mut held = Vec::new();
            file.read_to_end(&mut held).expect("its bytes");
            inside.extend(file.name().expect("a name").as_bytes());
            inside.extend(unpacked(&held));
        }
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpack = MultiGzDecoder::new(bytes);
        unpack.read_to_end(&mut inside).expect("its bytes");
    } else {
        inside.extend(bytes);
    }
    inside
}

/// No page fails; each is asked for as it stands and with what it may need.
pub(super) fn every_page_is_drawn(who: &Visitor) -> Vec<(String, String)> {
    let gets = TABLE.iter().filter(|(method, _, _)| *method == "get");
    // A stream of events has no end.
    let pages = gets.filter(|(_, pattern, _)| *pattern != "/events");
    let mut drawn = Vec::new();
    for (_, pattern, _) in pages {
        let path = path(pattern);
        let asked = match *pattern {
            "/search" => format!("{path}?q=Quetzalcoatl"),
            "/sources/{source}/changes" => format!("{path}?from=1&to=2"),
            "/claims/{claim}/citations/new" => format!("{path}?snapshot=1&quote=it"),
            "/articles/{article}/changes" => format!("{path}?from=1&to=1"),
            "/oembed" => format!("{path}?url=http://x/published/1"),
            _ => path,
        };
        let (answer, bytes) = who.download(&asked);
        assert!(answer.status < 500, "{asked}: {}", answer.body);
        let words = String::from_utf8_lossy(&unpacked(&bytes)).into_owned();
        drawn.push((asked, words));
    }
    drawn
}

/// A stream of records that came to its end: whole lines of JSON, and as many
/// of a kind as the desk has.
fn whole_stream(drawn: &[(String, String)], kind: &str) -> usize {
    let stream = drawn
        .iter()
        .find(|(path, _)| path == "/exports/desk.ndjson");
    let (_, body) = stream.expect("the stream");
    assert!(body.ends_with('\n'), "it broke off: {body}");
    let records = body.lines().map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).expect(line);
        record["record"] == kind
    });
    records.filter(|is_one| *is_one).count()
}

#[test]
fn two_admins_erase_a_snapshot_with_forms() {
    let desk = desk_of_today();
    desk.published();
    let [one, other] = [desk.join(Role::Admin), desk.join(Role::Admin)];
    let links = [one, other, desk.join(Role::Reader)].map(|who| desk.link(who));
    let served = desk.serve();
    let [one, other, reader] = links.map(|link| served.enter(&link));
    assert_eq!(reader.get("/erasures/new").status, 403);
    let form = one.get("/erasures/new?snapshot=1");
    assert!(form.body.contains("value=\"bytes 1\""), "{}", form.body);
    assert!(form.body.contains("value=\"text 1\""));
    assert!(form.body.contains("(cited a source)"), "{}", form.body);
    assert!(form.body.contains("(gave a verdict)"));
    let wrong = one.post(
        "/erasures",
        &[("ground", "order"), ("reason", "x"), ("more", "claim 1")],
    );
    assert_eq!(wrong.status, 422);
    let fields = [
        ("part", "bytes 1"),
        ("part", "text 1"),
        ("ground", "order"),
        ("reference", "Case 12/2026"),
        ("reason", "A court ordered it."),
    ];
    let asked = one.post("/erasures", &fields);
    assert_eq!(asked.status, 303, "{}", asked.body);
    let place = asked.location.expect("its page");
    assert_eq!(reader.get(&place).status, 403, "it is only asked for");
    assert!(one.get(&place).body.contains("Take it back"));
    assert_eq!(
        one.post(&format!("{place}/consent"), &[("sure", "yes")])
            .status,
        409
    );
    assert_eq!(other.post(&format!("{place}/consent"), &[]).status, 422);
    let page = other.get(&place);
    assert!(page.body.contains("repeat words of it"), "{}", page.body);
    let done = other.post(&format!("{place}/consent"), &[("sure", "yes")]);
    assert_eq!(done.status, 303, "{}", done.body);
    for gone in ["/snapshots/1/raw", "/snapshots/1/text"] {
        assert_eq!(reader.get(gone).status, 410, "{gone}");
    }
    let snapshot = reader.get("/snapshots/1");
    assert!(snapshot.body.contains("was erased"), "{}", snapshot.body);
    assert!(reader.get(&place).body.contains("Case 12/2026"));
    every_page_is_drawn(&one);
    every_page_is_drawn(&reader);
    every_page_is_drawn(&served.nobody());
    served.end();
}

#[test]
fn every_page_is_drawn_over_holes_of_everything() {
    let desk = desk_of_today();
    desk.published();
    let [one, other] = [desk.join(Role::Admin), desk.join(Role::Admin)];
    let snapshot = citekeep::domain::ids::SnapshotId::FIRST;
    let mut parts = all_of(&desk.desk, snapshot);
    // Every entry that may go goes.
    let size = desk
        .desk
        .read(|db| Ok(citekeep::store::log::size(db)?))
        .expect("the size");
    let mark = citekeep::domain::redaction::ErasureMark::new(desk.desk.now(), EntryIndex::new(0));
    for index in 0..size {
        let part = super::entry(index);
        let planned = desk.desk.read(|db| {
            let wanted = request(&[part]);
            citekeep::desk::erasures::plan(db, EntryIndex::new(0), &wanted, &mark)
        });
        if planned.is_ok() {
            parts.push(part);
        }
    }
    assert!(parts.len() >= 6, "{parts:?}");
    let asked = citekeep::desk::erasures::ask(&desk.desk, one, request(&parts)).expect("a request");
    citekeep::desk::erasures::consent(&desk.desk, other, asked).expect("a consent");
    let links = [one, desk.join(Role::Reader)].map(|who| desk.link(who));
    let served = desk.serve();
    for link in links {
        let drawn = every_page_is_drawn(&served.enter(&link));
        assert_eq!(whole_stream(&drawn, "claim"), 1);
    }
    every_page_is_drawn(&served.nobody());
    served.end();
}

#[test]
fn a_token_of_an_admin_neither_asks_nor_decides() {
    let desk = desk_of_today();
    desk.published();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let nobody = served.nobody();
    let bearer = [("authorization", token.as_str())];
    for path in [
        "/erasures",
        "/erasures/findings",
        "/erasures/1/consent",
        "/erasures/1/refusal",
        "/erasures/1/withdrawal",
    ] {
        let answer = nobody.ask("POST", path, &bearer);
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    let list = nobody.ask("GET", "/api/v1/erasures", &bearer);
    assert_eq!(list.status, 200, "{}", list.body);
    served.end();
}
