//! Captures as WARC and WACZ, held against warcio, which knows nothing of this
//! program, and against the rules of the two formats.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Command, Output};

use citekeep::desk::exchange::warc::{Format, Of, Plan};
use citekeep::desk::snapshots::{self, NewSnapshot};
use citekeep::desk::{erasures, seals};
use citekeep::domain::erasure::{ErasureRequest, Ground};
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::{SnapshotId, SourceId};
use citekeep::domain::person::Role;
use citekeep::domain::response::{Header, Hop, Response};
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::words::Address;
use citekeep::export::warc::Packing;
use serde_json::{Value, json};

use super::round_trip::{citekeep, succeeds};
use crate::capture::pdf_builder::PdfBuilder;
use crate::support::python::{installed, warcio};
use crate::support::{TestDesk, desk, desk_of_today, note};

const PAGE: &str = "<!doctype html><title>A report</title><main><h1>A report</h1>\
    <p>The bridge was opened in 1932. It is 503 metres long.</p></main>";

/// Prints each record with its headers and the hash of its content.
const RECORDS: &str = r"
import hashlib, io, json
from warcio.archiveiterator import ArchiveIterator
found = []
for record in ArchiveIterator(io.BytesIO(sys.stdin.buffer.read()), check_digests='raise'):
    content = record.content_stream().read()
    http = record.http_headers
    found.append({
        'fields': dict(record.rec_headers.headers),
        'status': http.statusline if http else None,
        'headers': http.headers if http else None,
        'sha256': hashlib.sha256(content).hexdigest(),
        'content': content.decode('utf-8', 'replace'),
    })
print(json.dumps(found))
";

/// Holds a WACZ against its specification, and prints what is in it.
const PACKAGE: &str = r"
import hashlib, io, json, re, zipfile
from warcio.archiveiterator import ArchiveIterator
from warcio.timeutils import iso_date_to_timestamp
package = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert package.testzip() is None
sha256 = lambda data: 'sha256:' + hashlib.sha256(data).hexdigest()
files = {entry.filename: package.read(entry) for entry in package.infolist()}
assert all(entry.compress_type == zipfile.ZIP_STORED for entry in package.infolist())
about = json.loads(files['datapackage.json'])
assert (about['profile'], about['wacz_version']) == ('data-package', '1.1.1')
digest = json.loads(files['datapackage-digest.json'])
assert digest == {'path': 'datapackage.json', 'hash': sha256(files['datapackage.json'])}
listed = {entry['path']: entry for entry in about['resources']}
assert set(files) - {'datapackage.json', 'datapackage-digest.json'} == set(listed)
names = [entry['name'] for entry in about['resources']]
assert len(set(names)) == len(names)
for path, entry in listed.items():
    assert re.fullmatch('[-a-z0-9._/]+', entry['name']), entry
    assert (entry['hash'], entry['bytes']) == (sha256(files[path]), len(files[path]))
archive = files['archive/data.warc.gz']
lines = files['indexes/index.cdxj'].decode().splitlines()
assert lines == sorted(lines)
index = []
for line in lines:
    key, moment, values = line.split(' ', 2)
    values = json.loads(values)
    assert all(isinstance(value, str) for value in values.values()), values
    begin, length = int(values['offset']), int(values['length'])
    records = list(ArchiveIterator(io.BytesIO(archive[begin:begin + length])))
    assert len(records) == 1
    fields = records[0].rec_headers
    assert fields.get_header('WARC-Target-URI') == values['url']
    assert fields.get_header('WARC-Payload-Digest') == values['digest']
    assert iso_date_to_timestamp(fields.get_header('WARC-Date')) == moment
    index.append({'key': key, 'moment': moment, **values})
head, *pages = [json.loads(line) for line in files['pages/pages.jsonl'].splitlines()]
assert head['format'] == 'json-pages-1.0'
known = {(line['url'], line['moment']) for line in index}
for page in pages:
    assert (page['url'], iso_date_to_timestamp(page['ts'])) in known, page
print(json.dumps({'about': about, 'index': index, 'pages': pages}))
";

fn written(desk: &TestDesk, of: Of, format: Format) -> Vec<u8> {
    let plan = Plan::new(&desk.desk, of).expect("captures");
    let mut file = Vec::new();
    plan.write(&desk.desk, format, &mut file).expect("the file");
    file
}

/// Has `warcio check -v` look at a file.
fn check(name: &str, file: &[u8]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join(name);
    std::fs::write(&place, file).expect("a file");
    Command::new("python3")
        .args(["-m", "warcio.cli", "check", "-v"])
        .arg(&place)
        .env("PYTHONPATH", installed("warcio"))
        .output()
        .expect("Python starts")
}

fn passes(name: &str, file: &[u8]) -> bool {
    check(name, file).status.success()
}

/// What the check says: how often each of its findings.
fn checked(name: &str, file: &[u8]) -> BTreeMap<String, usize> {
    let output = check(name, file);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    let mut findings = BTreeMap::new();
    for line in said.lines().filter(|line| line.starts_with("    ")) {
        *findings.entry(line.trim().to_owned()).or_insert(0) += 1;
    }
    findings
}

fn address(text: &str) -> Address {
    Address::parse(text).expect("an address")
}

/// A page as it was fetched, over one redirect.
fn fetched(desk: &TestDesk, source: SourceId, page: &str) -> SnapshotId {
    let header = |name: &str, value: &str| Header {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let last = address("https://www.example.org/report?b=2&a=1");
    let response = Response {
        asked: address("http://example.org/old"),
        hops: vec![Hop {
            from: address("http://example.org/old"),
            status: 301,
            to: last.clone(),
        }],
        last: last.clone(),
        peer: "2001:db8::7".to_owned(),
        status: 200,
        headers: vec![
            header("content-type", "text/html; charset=utf-8"),
            header("content-encoding", "gzip"),
            header("x-hostile", "a\r\nset-cookie: b=c\r\n\r\n<script>"),
            header("last-modified", "Tue, 01 Mar 2022 00:00:00 GMT"),
        ],
        at: "2022-02-28T12:00:00Z".parse().expect("a moment"),
    };
    let new = NewSnapshot {
        source,
        bytes: page.as_bytes().to_vec(),
        declared: Some("text/html; charset=utf-8".to_owned()),
        how: CaptureMethod::Fetched,
        url: Some(last),
        file_name: None,
        notice: None,
        response: Some(response),
    };
    snapshots::take(&desk.desk, desk.researcher, new).expect("a snapshot")
}

#[test]
fn warcio_finds_every_digest_right_packed_and_plain() {
    let desk = desk();
    let source = desk.source("A report");
    let pdf = PdfBuilder::new().page(&[(72, 700, "The bridge was opened in 1932.")]);
    let snapshots = [
        (fetched(&desk, source, PAGE), 4),
        (desk.upload(source, "report.pdf", &pdf.bytes()), 4),
        (desk.snapshot(source, "Pasted: it opened in 1932. ü"), 4),
    ];
    for (snapshot, records) in snapshots {
        for (packing, name) in [(Packing::Gzip, "a.warc.gz"), (Packing::Plain, "a.warc")] {
            let format = Format::Warc(packing);
            let file = written(&desk, Of::Snapshot(snapshot), format);
            assert_eq!(file, written(&desk, Of::Snapshot(snapshot), format));
            let expected = BTreeMap::from([("digest pass".to_owned(), records)]);
            assert_eq!(checked(name, &file), expected, "{name} of {snapshot}");
            let year = file.windows(4).position(|four| four == b"1932");
            if let (Packing::Plain, Some(at)) = (packing, year) {
                let mut altered = file;
                altered[at] ^= 1;
                assert!(!passes(name, &altered), "one bit off");
            }
        }
    }
    desk.is_clean();
}

#[test]
fn a_fetched_page_is_a_response_with_what_was_kept_of_its_head() {
    let desk = desk();
    let snapshot = fetched(&desk, desk.source("A report"), PAGE);
    let file = written(&desk, Of::Snapshot(snapshot), Format::Warc(Packing::Gzip));
    let records = warcio(RECORDS, &file);
    let answer = &records[1];
    let field = |name: &str| answer["fields"][name].clone();
    assert_eq!(field("WARC-Type"), "response");
    assert_eq!(field("WARC-Date"), "2022-02-28T12:00:00.000Z");
    assert_eq!(
        field("WARC-Target-URI"),
        "https://www.example.org/report?b=2&a=1"
    );
    assert_eq!(field("WARC-IP-Address"), "2001:db8::7");
    assert_eq!(field("WARC-Identified-Payload-Type"), "text/html");
    let raw = ContentHash::of(PAGE.as_bytes()).to_string();
    assert_eq!(field("WARC-Payload-Digest"), format!("sha256:{raw}"));
    assert_eq!(answer["sha256"], raw, "the payload is the raw bytes");
    assert_eq!(answer["status"], "200 OK");
    assert_eq!(
        answer["headers"],
        json!([
            ["content-type", "text/html; charset=utf-8"],
            ["x-orig-content-encoding", "gzip"],
            ["x-hostile", "a  set-cookie: b=c    <script>"],
            ["last-modified", "Tue, 01 Mar 2022 00:00:00 GMT"],
            ["content-length", PAGE.len().to_string()],
        ])
    );
    let about = records[2]["content"].as_str().expect("fields");
    for line in [
        "via: http://example.org/old\r\n",
        "hopsFromSeed: R\r\n",
        "redirect: 301 http://example.org/old https://www.example.org/report?b=2&a=1\r\n",
        "how: fetched\r\n",
    ] {
        assert!(about.contains(line), "{line} is not in {about}");
    }
    let texts: Vec<&Value> = records.as_array().expect("records")[3..].iter().collect();
    assert!(!texts.is_empty(), "no text");
    for text in texts {
        assert_eq!(text["fields"]["WARC-Type"], "conversion");
        assert_eq!(
            text["fields"]["WARC-Refers-To"],
            answer["fields"]["WARC-Record-ID"]
        );
        let words = text["content"].as_str().expect("a text");
        assert!(words.contains("It is 503 metres long."), "{words}");
    }
    desk.is_clean();
}

#[test]
fn what_somebody_brought_is_a_resource_named_by_its_hash() {
    let desk = desk();
    let source = desk.source("A report");
    let pdf = PdfBuilder::new()
        .page(&[(72, 700, "It opened in 1932.")])
        .bytes();
    let uploaded = desk.upload(source, "über \"a\" report.pdf", &pdf);
    let pasted = desk.snapshot(source, "It rained. ü");
    let broken = desk.upload(source, "broken.pdf", b"%PDF-1.7 and nothing more");
    let record = |snapshot: SnapshotId| {
        let file = written(&desk, Of::Snapshot(snapshot), Format::Warc(Packing::Gzip));
        warcio(RECORDS, &file)
    };
    let records = record(uploaded);
    let raw = ContentHash::of(&pdf).to_string();
    assert_eq!(records[1]["fields"]["WARC-Type"], "resource");
    assert_eq!(
        records[1]["fields"]["WARC-Target-URI"],
        format!("urn:sha256:{raw}")
    );
    assert_eq!(records[1]["fields"]["Content-Type"], "application/pdf");
    assert_eq!(records[1]["sha256"], raw);
    let about = records[2]["content"].as_str().expect("fields");
    assert!(
        about.contains("file-name: über \"a\" report.pdf\r\n"),
        "{about}"
    );
    let records = record(pasted);
    let kind = &records[1]["fields"]["Content-Type"];
    assert_eq!(kind, "text/plain; charset=utf-8");
    assert_eq!(records[1]["content"], "It rained. ü");
    let records = record(broken);
    assert_eq!(records.as_array().map(Vec::len), Some(3), "it has no text");
    desk.is_clean();
}

#[test]
fn a_wacz_keeps_to_its_specification_and_holds_all_snapshots_of_a_source() {
    let desk = desk();
    let source = desk.source("A report on “bridges”");
    fetched(&desk, source, PAGE);
    fetched(&desk, source, &PAGE.replace("503", "504"));
    desk.snapshot(source, "It rained.");
    desk.upload(source, "notes.txt", b"It snowed.");
    desk.snapshot(desk.source("Another"), "Not this one.");
    let file = written(&desk, Of::Source(source), Format::Wacz);
    assert_eq!(file, written(&desk, Of::Source(source), Format::Wacz));
    let found = warcio(PACKAGE, &file);
    assert_eq!(found["about"]["title"], "A report on “bridges”");
    assert_eq!(found["about"]["created"], found["about"]["modified"]);
    let keys: Vec<&str> = found["index"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(|line| line["key"].as_str())
        .collect();
    let brought = ["It rained.", "It snowed."].map(|words| {
        let hash = ContentHash::of(words.as_bytes());
        format!("urn:sha256:{hash}")
    });
    let page = "org,example)/report?a=1&b=2";
    assert_eq!(keys[..2], [page, page]);
    assert!(
        brought
            .iter()
            .all(|name| keys[2..].contains(&name.as_str()))
    );
    assert_eq!(found["index"][0]["mime"], "text/html");
    assert_eq!(found["index"][0]["status"], "200");
    let pages = found["pages"].as_array().expect("pages");
    assert_eq!((keys.len(), pages.len()), (4, 4));
    assert_eq!(pages[2]["text"], "It rained.");
    assert_eq!(pages[2]["title"], "A report on “bridges”");
    assert_eq!(pages[2]["size"], 10);
    let file = "A report on “bridges” (notes.txt)";
    assert_eq!(pages[3]["title"], file);
    desk.is_clean();
}

#[test]
fn the_file_of_a_claim_has_what_it_rests_on_and_no_more() {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    desk.snapshot(source, "A newer text, which nobody cites.");
    let bare = desk.claim("Nothing is cited for this.");
    let text = "It rained. The bridge was opened in 1932. It rained again.";
    let plan = Plan::new(&desk.desk, Of::Claim(bare));
    assert!(plan.is_err(), "there is nothing to write");
    let file = written(&desk, Of::Claim(claim), Format::Wacz);
    let found = warcio(PACKAGE, &file);
    let url = format!("urn:sha256:{}", ContentHash::of(text.as_bytes()));
    assert_eq!(found["pages"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["pages"][0]["url"], url);
    assert_eq!(found["about"]["mainPageUrl"], url);
    desk.is_clean();
}

#[test]
fn the_same_bytes_come_from_the_command_line_and_from_the_pages() {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    let link = desk.link(desk.researcher);
    let mut packed = written(&desk, Of::Source(source), Format::Wacz);
    let served = desk.serve();
    let me = served.enter(&link);
    for (path, media_type, name) in [
        (
            "/snapshots/1/capture.warc.gz",
            "application/gzip",
            "snapshot-1.warc.gz",
        ),
        (
            "/snapshots/1/capture.wacz",
            "application/wacz",
            "snapshot-1.wacz",
        ),
        (
            "/sources/1/captures.wacz",
            "application/wacz",
            "source-1.wacz",
        ),
        (
            "/claims/1/captures.wacz",
            "application/wacz",
            "claim-1.wacz",
        ),
    ] {
        assert_eq!(served.nobody().get(path).status, 303, "{path}");
        let (answer, bytes) = me.download(path);
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        let kept = format!("attachment; filename=\"{name}\"");
        assert_eq!(answer.header("content-disposition"), Some(kept.as_str()));
        assert_eq!(answer.header("content-encoding"), None);
        let format = if name.ends_with(".gz") {
            "warc"
        } else {
            "wacz"
        };
        let number = path.split('/').nth(2).expect("a number");
        let of = format!("--{}", name.split('-').next().expect("a word"));
        let place = served.data.with_file_name(name);
        let to = place.display().to_string();
        let export = ["export", "--format", format, &of, number, "--out", &to];
        succeeds(&served.data, &export);
        let written = std::fs::read(&place).expect("the file");
        assert!(bytes == written, "{path} is another file");
        if name == "source-1.wacz" {
            assert!(packed == written, "the library makes another file");
            packed.clear();
        }
    }
    assert!(packed.is_empty());
    for path in ["/snapshots/9/capture.wacz", "/sources/9/captures.wacz"] {
        assert_eq!(me.get(path).status, 404, "{path}");
    }
    assert!(
        me.get("/snapshots/1")
            .body
            .contains("/snapshots/1/capture.wacz")
    );
    assert!(
        me.get("/sources/1")
            .body
            .contains("/sources/1/captures.wacz")
    );
    let page = me.get(&format!("/claims/{claim}")).body;
    assert!(page.contains("/claims/1/captures.wacz"));
    let plain = ["export", "--format", "warc", "--snapshot", "1"];
    assert!(succeeds(&served.data, &plain).starts_with("WARC/1.1\r\n"));
    let refused = citekeep(&served.data, &["export", "--format", "wacz"]);
    assert_eq!(refused.status.code(), Some(2));
    served.end();
}

#[test]
fn bytes_that_were_altered_are_not_written() {
    let desk = desk();
    let snapshot = desk.snapshot(desk.source("A report"), "It rained.");
    let plan = Plan::new(&desk.desk, Of::Snapshot(snapshot)).expect("a snapshot");
    let name = ContentHash::of(b"It rained.").to_string();
    let blob = desk.data().join("blobs").join(&name[..2]).join(&name);
    std::fs::write(&blob, b"It snowed.").expect("the blob");
    let mut file = Vec::new();
    let error = plan.write(&desk.desk, Format::Warc(Packing::Plain), &mut file);
    assert!(error.expect_err("a loud error").to_string().contains(&name));
    let mut words = String::new();
    file.as_slice().read_to_string(&mut words).expect("UTF-8");
    assert!(!words.contains("It snowed."));
}

#[test]
fn what_was_erased_is_in_no_file_but_by_its_hash_and_what_is_sealed_not_even_so() {
    let desk = desk();
    let source = desk.source("A leak");
    let erased = desk.upload(source, "names.txt", b"Secret names.");
    desk.snapshot(source, "It rained.");
    let request = ErasureRequest {
        parts: desk.whole(erased),
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    };
    let (one, other) = (desk.join(Role::Admin), desk.join(Role::Admin));
    let asked = erasures::ask(&desk.desk, one, request).expect("a request");
    let entry = erasures::consent(&desk.desk, other, asked).expect("a consent");
    let both = || {
        let package = written(&desk, Of::Source(source), Format::Wacz);
        let format = Format::Warc(Packing::Plain);
        let plain = written(&desk, Of::Source(source), format);
        assert!(passes("a.warc", &plain));
        let plain = String::from_utf8(plain).expect("UTF-8");
        (warcio(PACKAGE, &package), plain)
    };
    let (package, plain) = both();
    assert_eq!(package["pages"].as_array().map(Vec::len), Some(1));
    assert!(!plain.contains("Secret names") && plain.contains("It rained."));
    let hash = ContentHash::of(b"Secret names.");
    let hole = format!("missing: sha256:{hash} erased; entry {entry} of the log says why\r\n");
    assert!(plain.contains(&hole), "{plain}");
    seals::seal(&desk.desk, desk.editor, source, Vec::new()).expect("a seal");
    let (package, plain) = both();
    assert_eq!(package["pages"].as_array().map(Vec::len), Some(0));
    assert_eq!(package["about"]["title"], "Sealed source 1");
    for word in ["It rained.", "A leak", "names.txt"] {
        assert!(!plain.contains(word), "{word} is in {plain}");
    }
    assert!(!plain.contains(&ContentHash::of(b"It rained.").to_string()));
    let hash = ContentHash::WITHHELD;
    let hole = format!("missing: sha256:{hash} withheld; its source is sealed\r\n");
    assert!(plain.contains(&hole), "{plain}");
    desk.is_clean();
}
