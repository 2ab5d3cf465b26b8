//! The log as strangers' programs fetch it: checkpoint, tiles, receipts.

use citekeep::desk::{audit, tiles};
use citekeep::ledger::checkpoint;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::VerifierKey;
use citekeep::ledger::receipt::Receipt;
use citekeep::ledger::tile::{TilePath, decode_bundle};
use citekeep::store::{checkpoints, log, tiles as rows};

use crate::support::http::Answer;
use crate::support::{TestDesk, desk, desk_of_today};

/// A desk with more entries than a tile has places.
fn grown() -> TestDesk {
    let desk = desk_of_today();
    grow(&desk, 260);
    desk
}

fn grow(desk: &TestDesk, size: u64) {
    while desk.desk.read(|db| Ok(log::size(db)?)).expect("a size") < size {
        desk.claim("It rained.");
    }
}

/// What every answer below `/log/` says to pages of other sites.
fn is_for_everybody(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let policy = answer.header("cross-origin-resource-policy");
    assert_eq!(policy, Some("cross-origin"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[test]
fn strangers_fetch_the_checkpoint_tiles_and_entries_with_the_right_headers() {
    let desk = grown();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let key: VerifierKey = desk.desk.verifier_key().parse().expect("a key");
    let (hashes, leaves) = desk
        .desk
        .read(|db| Ok((rows::nodes(db, 0, 0..260)?, rows::leaves(db, 0..260)?)))
        .expect("the log");
    let served = desk.serve();
    let nobody = served.nobody();

    let answer = nobody.get("/log/checkpoint");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=5"));
    is_for_everybody(&answer);
    let signed = checkpoint::open(&answer.body, &key).expect("a signed checkpoint");
    assert_eq!(signed.size(), 260);
    let tag = answer.header("etag").expect("a tag");
    let again = nobody.ask("GET", "/log/checkpoint", &[("if-none-match", tag)]);
    assert_eq!((again.status, again.body.as_str()), (304, ""));

    let bytes = |from: usize, to: usize| -> Vec<u8> {
        hashes[from..to]
            .iter()
            .flat_map(|hash| *hash.as_bytes())
            .collect()
    };
    for (path, expected) in [
        ("/log/tile/0/000", bytes(0, 256)),
        ("/log/tile/0/001.p/4", bytes(256, 260)),
        // Partial tiles of checkpoints before this one.
        ("/log/tile/0/000.p/255", bytes(0, 255)),
        ("/log/tile/0/001.p/1", bytes(256, 257)),
    ] {
        let (kind, body) = nobody.fetch(path, &[]);
        assert_eq!(kind, "application/octet-stream", "{path}");
        assert_eq!(body, expected, "{path}");
    }
    let (_, top) = nobody.fetch("/log/tile/1/000.p/1", &[]);
    let (_, full) = nobody.fetch("/log/tile/0/000", &[]);
    assert_eq!(
        citekeep::ledger::tile::parent_hash(&full).map(|hash| hash.as_bytes().to_vec()),
        Some(top)
    );

    let (kind, bundle) = nobody.fetch("/log/tile/entries/001.p/4", &[]);
    assert_eq!(kind, "application/octet-stream");
    let entries = decode_bundle(&bundle).expect("entries");
    let expected: Vec<&[u8]> = leaves[256..].iter().map(|leaf| leaf.as_bytes()).collect();
    assert_eq!(entries, expected);
    let (_, bundle) = nobody.fetch("/log/tile/entries/000", &[]);
    let entries = decode_bundle(&bundle).expect("entries");
    let found: Vec<Hash> = entries.into_iter().map(Hash::leaf).collect();
    assert_eq!(found, hashes[..256]);
    served.end();
}

#[test]
fn tiles_are_kept_for_good_and_what_is_not_there_is_not_remembered() {
    let served = grown().serve();
    let nobody = served.nobody();
    for path in ["/log/tile/1/000.p/1", "/log/tile/entries/001.p/4"] {
        let answer = nobody.ask("HEAD", path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        let kept = answer.header("cache-control");
        assert_eq!(kept, Some("public, max-age=31536000, immutable"), "{path}");
        is_for_everybody(&answer);
        let tag = answer.header("etag").expect("a tag");
        let again = nobody.ask("GET", path, &[("if-none-match", tag)]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        is_for_everybody(&again);
        assert_eq!(again.header("cache-control"), kept);
    }
    for path in [
        "/log/tile/0/001",
        "/log/tile/0/001.p/5",
        "/log/tile/0/002.p/1",
        "/log/tile/1/000",
        "/log/tile/1/000.p/2",
        "/log/tile/2/000.p/1",
        "/log/tile/entries/001",
        "/log/tile/entries/001.p/5",
        "/log/tile/8/000",
        "/log/tile/0/0",
        "/log/tile/0/x000/000",
        "/log/tile/0/000.p/256",
        "/log/tile/0/000.p/0",
        "/log/tile/00/000",
        "/log/tile/",
        "/log/tile/0/%30%30%30",
        "/log/tile/entries/000/",
        "/log/tile/0/000.p/",
        "/log/tile/0",
        "/log/tile/0/x018/x446/x744/x073/x709/x551/615",
        "/log/receipts/260",
        "/log/receipts/18446744073709551615",
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        is_for_everybody(&answer);
    }
    for path in [
        "/log/receipts/words",
        "/log/receipts/-1",
        "/log/receipts/18446744073709551616",
    ] {
        assert_eq!(nobody.get(path).status, 404, "{path}");
    }
    served.end();
}

#[test]
fn entries_are_made_smaller_for_those_who_like_that_and_hashes_never() {
    let served = grown().serve();
    let nobody = served.nobody();
    let plain = nobody.fetch("/log/tile/entries/000", &[]).1;
    let small = [("accept-encoding", "gzip")];
    let answer = nobody.ask("HEAD", "/log/tile/entries/000", &small);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    let sent = nobody.fetch("/log/tile/entries/000", &small).1;
    assert!(
        sent.len() * 10 < plain.len() * 7,
        "{} of {}",
        sent.len(),
        plain.len()
    );
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(sent.as_slice());
    std::io::Read::read_to_end(&mut decoder, &mut read).expect("gzip");
    assert_eq!(read, plain);
    let hashes = nobody.ask("HEAD", "/log/tile/0/000", &small);
    assert_eq!(hashes.header("content-encoding"), None);
    served.end();
}

#[test]
fn nothing_is_shown_that_no_checkpoint_is_signed_for() {
    let desk = desk();
    grow(&desk, 20);
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    grow(&desk, 30);
    let find = |path: &str| {
        let path: TilePath = path.parse().expect("a path");
        desk.desk
            .read(|db| tiles::find(db, path))
            .expect("a desk that answers")
    };
    assert!(find("tile/0/000.p/20").is_some());
    assert!(find("tile/entries/000.p/20").is_some());
    assert_eq!(find("tile/0/000.p/21"), None);
    assert_eq!(find("tile/entries/000.p/30"), None);
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    assert!(find("tile/0/000.p/30").is_some());
    desk.is_clean();
}

#[test]
fn a_receipt_is_a_file_that_proves_its_entry() {
    let desk = desk_of_today();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let first = desk.desk.read(|db| Ok(log::size(db)?)).expect("a size");
    grow(&desk, first + 5);
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let key: VerifierKey = desk.desk.verifier_key().parse().expect("a key");
    let leaf = desk
        .desk
        .read(|db| Ok(rows::leaves(db, 2..3)?))
        .expect("a leaf");
    // The desk signed when it was opened, over what it had then.
    let covering = desk
        .desk
        .read(|db| Ok(checkpoints::covering(db, 3)?))
        .expect("a checkpoint");
    let (covering, _) = covering.expect("a checkpoint");
    let served = desk.serve();
    let nobody = served.nobody();
    for (path, size) in [
        ("/log/receipts/2", covering),
        ("/log/receipts/2?under=first", covering),
        ("/log/receipts/2?under=newest", first + 5),
        ("/api/v1/log/entries/2/receipt", covering),
        ("/api/v1/log/entries/2/receipt?under=newest", first + 5),
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8"),
            "{path}"
        );
        let name = answer.header("content-disposition");
        assert_eq!(
            name,
            Some("attachment; filename=\"entry-2.tlog-proof\""),
            "{path}"
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=60"),
            "{path}"
        );
        let receipt: Receipt = answer.body.parse().expect("a receipt");
        assert_eq!(receipt.extra(), Some(leaf[0].as_bytes()));
        let signed = receipt.verify(leaf[0].as_bytes(), &key).expect("a proof");
        assert_eq!((receipt.index(), signed.size()), (2, size), "{path}");
        let tag = answer.header("etag").expect("a tag");
        assert_eq!(
            nobody.ask("GET", path, &[("if-none-match", tag)]).status,
            304,
            "{path}"
        );
    }
    is_for_everybody(&nobody.get("/log/receipts/2"));
    assert_eq!(nobody.get("/log/receipts/2?under=oldest").status, 400);
    assert_eq!(nobody.get("/api/v1/log/entries/99999/receipt").status, 404);
    served.end();
}
