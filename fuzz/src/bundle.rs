//! Evidence bundles: as bytes, and made anew by somebody who knows the form.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::LazyLock;

use citekeep::bundle::check::report::State;
use citekeep::bundle::check::{Known, check, check_bag};
use citekeep::bundle::facts::{Facts, Presence};
use citekeep::bundle::layout::Part;
use citekeep::bundle::write::{Content, WriteError, write};
use citekeep::ledger::key::VerifierKey;

/// The bundle that everything here is held against.
pub const GOOD: &[u8] = include_bytes!("../seeds/bundle/good.zip");

/// What the good bundle carries, by name, without the folder; the facts apart.
struct Good {
    facts: Facts,
    parts: BTreeMap<String, Vec<u8>>,
    key: VerifierKey,
}

static PARTS: LazyLock<Good> = LazyLock::new(|| {
    let mut parts = members(GOOD);
    parts.retain(|name, _| name.starts_with("data/"));
    let facts = parts.remove("data/bundle.json").expect("what it holds");
    let key = String::from_utf8_lossy(&parts["data/keys/log.vkey"]).into_owned();
    Good {
        facts: serde_json::from_slice(&facts).expect("facts"),
        key: key.trim().parse().expect("a key"),
        parts,
    }
});

/// The files of an archive in which nothing is compressed.
fn members(mut bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    while let Some(rest) = bytes.strip_prefix(b"PK\x03\x04") {
        let number = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let (size, name) = (number(14) | number(16) << 16, number(22));
        let (name, rest) = rest[26..].split_at(name);
        let (content, rest) = rest.split_at(size);
        let name = String::from_utf8_lossy(name).into_owned();
        let (_, name) = name.split_once('/').expect("a folder");
        found.insert(name.to_owned(), content.to_vec());
        bytes = rest;
    }
    found
}

/// No archive but the good one is found in order.
pub fn bundle(bytes: &[u8]) {
    let bag = check_bag(Cursor::new(bytes)).expect("bytes in memory can be read");
    let known = Known {
        key: Some(&PARTS.key),
        ..Known::default()
    };
    let report = check(Cursor::new(bytes), known).expect("bytes in memory can be read");
    if report.result == State::Ok {
        assert_eq!(bag.result, State::Ok);
        assert!(report.findings.is_empty() && bytes == GOOD, "passed");
    } else {
        assert!(bytes != GOOD, "{:?}", report.findings);
        assert!(!report.findings.is_empty() && report.proven.is_empty());
    }
    let alone = check(Cursor::new(bytes), Known::default()).expect("bytes in memory");
    assert!(alone.result != State::Ok || bag.result == State::Ok);
}

/// The bytes of one change: where, how much goes, and what comes instead.
struct Change<'a> {
    part: usize,
    at: usize,
    out: usize,
    put: &'a [u8],
}

fn changes(mut bytes: &[u8]) -> Vec<Change<'_>> {
    let mut found = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<5>() {
        let put = usize::from(head[4]).min(rest.len());
        let (put, rest) = rest.split_at(put);
        found.push(Change {
            part: usize::from(head[0]),
            at: usize::from(u16::from_be_bytes([head[1], head[2]])),
            out: usize::from(head[3]),
            put,
        });
        bytes = rest;
    }
    found.truncate(16);
    found
}

/// Whoever changes parts and makes archive and bag anew around them is caught
/// by the log: what it is signed over cannot be another.
pub fn parts(bytes: &[u8]) {
    let good = &*PARTS;
    let mut parts = good.parts.clone();
    let names: Vec<String> = parts.keys().cloned().collect();
    let mut facts = serde_json::to_vec(&good.facts).expect("facts");
    for change in changes(bytes) {
        // The last number stands for the list of what the bundle holds.
        let name = names.get(change.part % (names.len() + 1));
        let content = match name {
            Some(name) => match parts.get_mut(name) {
                Some(content) => content,
                None => continue,
            },
            None => &mut facts,
        };
        let at = change.at % (content.len() + 1);
        let end = content.len().min(at + change.out);
        content.splice(at..end, change.put.iter().copied());
        if content.is_empty()
            && let Some(name) = name
        {
            parts.remove(name);
        }
    }
    let Ok(facts) = serde_json::from_slice::<Facts>(&facts) else {
        return;
    };
    let named = parts.iter().map(|(name, content)| {
        let part: Part = name.parse().expect("the name of a part");
        (part, Content::<WriteError>::Bytes(content.clone()))
    });
    let Ok(made) = write(Cursor::new(Vec::new()), &facts, named.collect()) else {
        return;
    };
    let known = Known {
        key: Some(&good.key),
        ..Known::default()
    };
    let report = check(Cursor::new(made.get_ref()), known).expect("bytes in memory");
    if report.result == State::Ok {
        check_same(good, &facts, &parts);
    }
}

/// Holds what passed against the good bundle. That nothing was left out is not
/// proven, and neither are words that explain; what is there is what was logged.
fn check_same(good: &Good, facts: &Facts, parts: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(
        (facts.kind, facts.claim),
        (good.facts.kind, good.facts.claim)
    );
    assert_eq!(
        (&facts.origin, facts.size),
        (&good.facts.origin, good.facts.size)
    );
    for (name, content) in parts.iter().filter(|(name, _)| is_bound(name)) {
        assert_eq!(good.parts.get(name), Some(content), "{name} passed");
    }
    for listed in &facts.entries {
        let known = good.facts.entries.iter();
        let mut known = known.filter(|known| known.entry == listed.entry);
        let known = known.next().expect("an entry that is in the good bundle");
        if listed.body == Presence::Here {
            assert_eq!(listed, known, "another kind passed");
        }
    }
    for kept in &facts.blobs {
        let mut known = good.facts.blobs.iter();
        assert!(
            known.any(|known| known.sha256 == kept.sha256),
            "another blob passed"
        );
    }
}

/// Whether the log says every byte of a part.
fn is_bound(name: &str) -> bool {
    let ends = [".leaf", ".salt", ".body"];
    name.starts_with("data/blobs/") || ends.iter().any(|end| name.ends_with(end))
}
