//! Bundles that somebody made to deceive, or to cost whoever checks them dear.

use std::io::{Cursor, Write};

use citekeep::bundle::check::report::State;
use citekeep::bundle::check::{Known, check};
use citekeep::bundle::facts::{Facts, Presence};
use citekeep::desk::exchange::bundle::Kind;
use citekeep::domain::hash::ContentHash;
use citekeep::ledger::key::VerifierKey;
use zip::write::SimpleFileOptions;

use super::{bundle_of, files, is_found, is_ok, judged, remade, text};
use crate::support::desk;

fn good() -> Vec<u8> {
    let desk = desk();
    let (claim, _) = desk.published();
    bundle_of(&desk, claim, Kind::Desk)
}

/// Puts other bytes in the place of some, wherever they stand.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(
        old.len(),
        new.len(),
        "places in the archive stay as they are"
    );
    let mut changed = bytes.to_vec();
    let found: Vec<usize> = memchr::memmem::find_iter(bytes, old).collect();
    assert!(!found.is_empty(), "there is nothing to replace");
    for at in found {
        changed[at..at + new.len()].copy_from_slice(new);
    }
    changed
}

/// The number of an entry of a kind.
fn entry(bytes: &[u8], kind: &str) -> u64 {
    let facts: Facts = serde_json::from_str(&text(bytes, "data/bundle.json")).expect("facts");
    let found = facts.entries.iter().find(|listed| listed.kind == kind);
    found.expect(kind).entry.get()
}

#[test]
fn zip_slip() {
    let (old, new) = (b"data/page.html", b"../../evil.bat");
    is_found(
        &replaced(&good(), old, new),
        State::Altered,
        "../../evil.bat does not belong into a bundle",
    );
    let absolute = replaced(&good(), b"claim-1/data/page", b"/etc/cron.d/page1");
    is_found(&absolute, State::Altered, "does not belong into a bundle");
}

#[test]
fn duplicate_names() {
    let good = good();
    let blobs = files(&good).into_keys();
    let blobs: Vec<String> = blobs
        .filter(|name| name.starts_with("data/blobs/"))
        .collect();
    if let [one, other, ..] = blobs.as_slice() {
        let twice = replaced(&good, other.as_bytes(), one.as_bytes());
        is_found(&twice, State::Altered, "stands twice");
    } else {
        let leaf = |n: u64| format!("data/log/entries/{n}.leaf").into_bytes();
        let twice = replaced(&good, &leaf(1), &leaf(0));
        is_found(&twice, State::Altered, "stands twice");
    }
}

#[test]
fn symlink() {
    let mut bytes = good();
    let list = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a list of files");
    // The mode of the first file: 0o100644 becomes 0o120644.
    assert_eq!(bytes[list + 41], 0x81);
    bytes[list + 41] = 0xa1;
    is_found(&bytes, State::Altered, "its list of files");
}

#[test]
fn zip_bomb() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let options = options.compression_method(zip::CompressionMethod::Deflated);
    archive
        .start_file("claim-1/data/claim.json", options)
        .expect("a file");
    let nothing = vec![0; 1 << 20];
    for _ in 0..64 {
        archive.write_all(&nothing).expect("room");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    assert!(bytes.len() < 100_000, "it is no bomb");
    is_found(&bytes, State::Altered, "are not compressed");
}

#[test]
fn more_files_than_a_bundle_has() {
    let mut names: Vec<String> = (0..61_000)
        .map(|number| format!("claim-1/data/log/entries/{number}.leaf"))
        .collect();
    names.sort();
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend(header(&name, 0));
    }
    is_found(&bytes, State::Altered, "more files");
}

/// A header as a bundle has it.
fn header(name: &str, size: u32) -> Vec<u8> {
    let mut header = b"PK\x03\x04\x0a\x00\x00\x00\x00\x00\x00\x00\x21\x00".to_vec();
    header.extend(0_u32.to_le_bytes());
    header.extend(size.to_le_bytes());
    header.extend(size.to_le_bytes());
    header.extend((name.len() as u16).to_le_bytes());
    header.extend([0, 0]);
    header.extend(name.as_bytes());
    header
}

#[test]
fn huge_names_and_sizes() {
    let long = header(&"a".repeat(65_535), 0);
    is_found(&long, State::Altered, "a longer name");
    let large = header("claim-1/data/claim.json", u32::MAX);
    is_found(&large, State::Missing, "cut off");
    let list = header("claim-1/manifest-sha256.txt", u32::MAX);
    is_found(&list, State::Altered, "larger than it can be");
}

#[test]
fn bytes_between_and_around_the_files() {
    let good = good();
    let list = memchr::memmem::find(&good, b"PK\x01\x02").expect("a list of files");
    let mut between = good.clone();
    between.splice(list..list, *b"more");
    // The end says where the list begins now, as the format asks for.
    let end = between.len() - 6;
    between[end..end + 4].copy_from_slice(&(list as u32 + 4).to_le_bytes());
    is_found(&between, State::Altered, "does not belong into a bundle");
    let behind = [good.as_slice(), b"more"].concat();
    is_found(&behind, State::Altered, "behind its end");
    let before = [b"more", good.as_slice()].concat();
    is_found(&before, State::Unverifiable, "no evidence bundle");
    let mut comment = good.clone();
    let last = comment.len();
    comment[last - 2] = 4;
    comment.extend(b"more");
    is_found(&comment, State::Altered, "its list of files");
}

#[test]
fn what_is_no_bundle_is_told_apart() {
    is_found(b"", State::Unverifiable, "no evidence bundle");
    is_found(b"A letter.", State::Unverifiable, "no evidence bundle");
    let mut newer = text(&good(), "data/bundle.json").into_bytes();
    let at = memchr::memmem::find(&newer, b"\"version\":1").expect("a version");
    newer[at + 10] = b'2';
    let newer = String::from_utf8(newer).expect("text");
    let facts = replaced(
        &good(),
        text(&good(), "data/bundle.json").as_bytes(),
        newer.as_bytes(),
    );
    let report = judged(&facts);
    let words = "a newer citekeep wrote this bundle; check it with that one";
    assert!(report.findings.iter().any(|finding| finding.words == words));
}

#[test]
fn another_key() {
    let good = good();
    let other = citekeep::ledger::key::SigningKey::from_seed(
        "test.example/desk".parse().expect("a name"),
        &[9; 32],
    );
    let own: VerifierKey = text(&good, "data/keys/log.vkey")
        .trim()
        .parse()
        .expect("a key");
    let with = |key: &VerifierKey| {
        let known = Known {
            key: Some(key),
            ..Known::default()
        };
        check(Cursor::new(good.as_slice()), known).expect("bytes in memory")
    };
    let report = with(&own);
    assert_eq!(report.result, State::Ok);
    assert!(report.key.is_some_and(|key| key.given));
    assert_eq!(with(&other.verifier()).result, State::Altered);
    // A forger's key in the bundle does not fit the checkpoint either.
    let forged = remade(&good, |_, files| {
        let key = format!("{}\n", other.verifier());
        files.insert("data/keys/log.vkey".to_owned(), key.into_bytes());
    });
    is_found(&forged, State::Altered, "data/log/checkpoint");
}

#[test]
fn a_body_is_left_out() {
    let good = good();
    let number = entry(&good, "verdict_given");
    let body = format!("data/log/entries/{number}.body");
    let gone = remade(&good, |_, files| {
        files.remove(&body);
    });
    is_found(&gone, State::Missing, &body);
    // The desk cannot call it withheld: nothing is, in its own bundle.
    let withheld = remade(&good, |facts, files| {
        files.remove(&body);
        files.remove(&format!("data/log/entries/{number}.salt"));
        let listed = facts.entries.iter_mut();
        let mut listed = listed.filter(|listed| listed.entry.get() == number);
        listed.next().expect("it").body = Presence::Withheld;
    });
    is_found(&withheld, State::Missing, "nothing is withheld");
    // Nor erased: no erasure names it.
    let erased = remade(&withheld, |facts, _| {
        let listed = facts.entries.iter_mut();
        let mut listed = listed.filter(|listed| listed.entry.get() == number);
        listed.next().expect("it").body = Presence::Erased;
    });
    is_found(&erased, State::Missing, "no erasure in the bundle names it");
}

#[test]
fn an_entry_is_left_out() {
    let good = good();
    let number = entry(&good, "verdict_approved");
    let without = remade(&good, |facts, files| {
        facts.entries.retain(|listed| listed.entry.get() != number);
        files.retain(|name, _| !name.starts_with(&format!("data/log/entries/{number}.")));
    });
    is_found(&without, State::Missing, "names this entry about the claim");
    is_found(&without, State::Missing, "among its opinions");
}

#[test]
fn two_bodies_change_places() {
    let good = good();
    let (one, other) = (entry(&good, "claim_opened"), entry(&good, "source_added"));
    let swapped = remade(&good, |_, files| {
        for kind in ["body", "salt"] {
            let name = |number| format!("data/log/entries/{number}.{kind}");
            let first = files.remove(&name(one)).expect("a file");
            let second = files.insert(name(other), first).expect("a file");
            files.insert(name(one), second);
        }
    });
    is_found(&swapped, State::Altered, "salt and body are not those");
}

#[test]
fn a_text_is_exchanged_or_gone() {
    let good = good();
    let words = b"It rained. The bridge was opened in 1932. It rained again.";
    let (old, lie) = (ContentHash::of(words), b"The bridge never opened.");
    let new = ContentHash::of(lie);
    let exchanged = remade(&good, |facts, files| {
        let kept = facts.blobs.iter_mut().find(|kept| kept.sha256 == old);
        kept.expect("the text").sha256 = new;
        files.remove(&format!("data/blobs/{old}"));
        files.insert(format!("data/blobs/{new}"), lie.to_vec());
    });
    is_found(
        &exchanged,
        State::Missing,
        "rests on it, and the bundle does not list it",
    );
    let renamed = remade(&good, |_, files| {
        files.insert(format!("data/blobs/{old}"), lie.to_vec());
    });
    is_found(&renamed, State::Altered, "its bytes are not those");
    let gone = remade(&good, |_, files| {
        files.remove(&format!("data/blobs/{old}"));
    });
    is_found(&gone, State::Missing, &old.to_string());
}

#[test]
fn the_dossier_lies() {
    let good = good();
    let lies = [
        ("\"The report says so.\"", "\"The report denies it.\""),
        ("\"key\":\"true\"", "\"key\":\"false\""),
        (
            "\"statement\":\"The bridge opened in 1932.\"",
            "\"statement\":\"The bridge opened in 1933.\"",
        ),
        (
            "\"quote\":\"The bridge was opened in 1932.\"",
            "\"quote\":\"The bridge was opened in 1933.\"",
        ),
        ("\"stance\":\"supports\"", "\"stance\":\"refutes\""),
        ("\"opinion\":\"approval\"", "\"opinion\":\"dissent\""),
        ("\"verdicts\":[{", "\"verdicts\":[{\"id\":9},{"),
    ];
    for (truth, lie) in lies {
        let lied = remade(&good, |_, files| {
            let dossier = files.get_mut("data/claim.json").expect("the dossier");
            let text = String::from_utf8(std::mem::take(dossier)).expect("text");
            assert!(text.contains(truth), "{truth} is not in it");
            *dossier = text.replace(truth, lie).into_bytes();
        });
        is_found(&lied, State::Altered, "data/claim.json");
    }
    let desk = desk();
    let (claim, _) = desk.published();
    let public = bundle_of(&desk, claim, Kind::Public);
    let lied = remade(&public, |_, files| {
        let told = files
            .get_mut("data/published.json")
            .expect("what is published");
        let text = String::from_utf8(std::mem::take(told)).expect("text");
        *told = text
            .replace("The report says so.", "It is so.")
            .into_bytes();
    });
    is_found(&lied, State::Altered, "data/published.json");
}

#[test]
fn the_page_proves_nothing_and_the_check_says_so() {
    let lied = remade(&good(), |_, files| {
        files.insert("data/page.html".to_owned(), b"<p>False</p>".to_vec());
    });
    let report = is_ok(&lied);
    let open = "that the public page, the WARC files and the README say what the entries say";
    assert!(report.not_proven.iter().any(|words| words == open));
}

#[test]
fn a_receipt_of_another_entry() {
    let good = good();
    let (one, other) = (entry(&good, "claim_opened"), entry(&good, "source_added"));
    let name = |number| format!("data/log/entries/{number}.tlog-proof");
    let lied = remade(&good, |_, files| {
        let receipt = files[&name(other)].clone();
        files.insert(name(one), receipt);
    });
    is_found(&lied, State::Altered, "the receipt of another entry");
}

#[test]
fn an_extra_file() {
    let extra = remade(&good(), |_, files| {
        let hash = ContentHash::of(b"more");
        files.insert(format!("data/blobs/{hash}"), b"more".to_vec());
    });
    is_found(&extra, State::Altered, "the bundle does not list it");
}
