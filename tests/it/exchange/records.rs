//! The records of a WARC hold what is put into them, whatever it is.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Read;

use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::{EntryIndex, SnapshotId, SourceId, TextId};
use citekeep::domain::response::{Header, Response};
use citekeep::domain::snapshot::{CaptureMethod, DerivedText, Snapshot};
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{Address, FileName};
use citekeep::export::warc::{Capture, Heading, Hole, Packing, Text, Writer, whole};
use flate2::bufread::GzDecoder;
use proptest::prelude::*;

/// One record as the test reads it.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    fields: BTreeMap<String, String>,
    block: Vec<u8>,
}

impl Record {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// Reads a file as WARC 1.1, section 4, has it; panics where it is none.
fn read(mut file: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    while !file.is_empty() {
        let end = file.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, rest) = file.split_at(end.expect("the end of a head"));
        let head = std::str::from_utf8(head).expect("UTF-8");
        let mut lines = head.split("\r\n");
        assert_eq!(lines.next(), Some("WARC/1.1"));
        let mut fields = BTreeMap::new();
        for line in lines {
            assert!(!line.contains(['\r', '\n']), "{line:?}");
            let (name, value) = line.split_once(": ").expect("a field");
            let again = fields.insert(name.to_owned(), value.to_owned());
            assert_eq!(again, None, "{name} stands twice");
        }
        let length: usize = fields["Content-Length"].parse().expect("a length");
        let (block, rest) = rest[4..].split_at(length);
        file = rest.strip_prefix(b"\r\n\r\n").expect("the end of a block");
        records.push(Record {
            fields,
            block: block.to_vec(),
        });
    }
    records
}

/// Unpacks gzip members one by one.
fn members(mut file: &[u8]) -> Vec<Vec<u8>> {
    let mut members = Vec::new();
    while !file.is_empty() {
        let mut member = Vec::new();
        let mut decoder = GzDecoder::new(file);
        decoder.read_to_end(&mut member).expect("a gzip member");
        file = decoder.into_inner();
        members.push(member);
    }
    members
}

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn heading(desk: &str) -> Heading {
    Heading {
        origin: "desk.example/log".to_owned(),
        desk: desk.to_owned(),
        at: moment("2022-03-01T00:00:00Z"),
    }
}

/// What a capture is made of.
#[derive(Debug, Clone)]
struct Made {
    bytes: Vec<u8>,
    text: String,
    media_type: String,
    extractor: String,
    file_name: String,
    /// Who answered, with which status and headers, where anybody did.
    sent: Option<(String, u16, Headers)>,
    /// Why the bytes, and the text, are not there.
    hole: Option<Hole>,
    text_hole: Option<Hole>,
}

type Headers = Vec<(String, String)>;

impl Made {
    fn lend<T>(&self, take: impl FnOnce(&Capture<'_>) -> T) -> T {
        let address = Address::parse("https://example.org/a?b=c").expect("an address");
        let response = self.sent.clone().map(|(peer, status, headers)| Response {
            asked: address.clone(),
            hops: Vec::new(),
            last: address.clone(),
            peer,
            status,
            headers: headers
                .into_iter()
                .map(|(name, value)| Header { name, value })
                .collect(),
            at: moment("2022-02-28T23:59:59.5Z"),
        });
        let snapshot = Snapshot {
            id: SnapshotId::FIRST,
            source: SourceId::FIRST,
            raw: ContentHash::of(&self.bytes),
            bytes: self.bytes.len() as u64,
            media_type: self.media_type.clone(),
            how: CaptureMethod::Imported,
            url: None,
            file_name: FileName::parse(&self.file_name).ok(),
            notice: None,
        };
        let text = DerivedText {
            id: TextId::FIRST,
            snapshot: SnapshotId::FIRST,
            hash: ContentHash::of(self.text.as_bytes()),
            extractor: self.extractor.clone(),
            normal_form: "text/1".to_owned(),
            chars: 0,
            flaws: Vec::new(),
        };
        let texts = [Text {
            text: &text,
            at: moment("2022-03-01T00:00:00Z"),
            entry: EntryIndex::new(8),
            bytes: self.text_hole.map_or(Ok(self.text.as_bytes()), Err),
        }];
        take(&Capture {
            snapshot: &snapshot,
            at: moment("2022-03-01T00:00:00Z"),
            entry: EntryIndex::new(7),
            response: response.as_ref(),
            archived: None,
            bytes: self.hole.map_or(Ok(&self.bytes), Err),
            texts: &texts,
        })
    }
}

/// Holds what the writer made of a capture against the capture.
fn check(made: &Made, desk: &str) {
    let heading = heading(desk);
    let plain = made.lend(|capture| whole(Packing::Plain, &heading, &[*capture, *capture]));
    let packed = made.lend(|capture| whole(Packing::Gzip, &heading, &[*capture, *capture]));
    let members = members(&packed);
    assert_eq!(members.concat(), plain, "packed and plain differ");
    let records = read(&plain);
    assert_eq!(members.len(), records.len(), "a member a record");
    let kinds: Vec<&str> = records.iter().map(|one| one.field("WARC-Type")).collect();
    let main = if made.sent.is_some() {
        "response"
    } else {
        "resource"
    };
    let capture = [main, "metadata", "conversion"];
    assert_eq!(kinds[0], "warcinfo");
    assert_eq!(kinds[1..], [capture, capture].concat());
    for record in &records {
        let digest = format!("sha256:{}", ContentHash::of(&record.block));
        assert_eq!(record.field("WARC-Block-Digest"), digest);
    }
    let payload = match &made.sent {
        None => records[1].block.clone(),
        Some((_, _, headers)) => payload(&records[1].block, headers),
    };
    assert_eq!(payload, made.bytes);
    let digest = format!("sha256:{}", ContentHash::of(&made.bytes));
    assert_eq!(records[1].field("WARC-Payload-Digest"), digest);
    assert_eq!(records[3].block, made.text.as_bytes());
    assert_eq!(
        records[3].field("WARC-Refers-To"),
        records[1].field("WARC-Record-ID")
    );
    // The same capture has the same records, wherever it stands.
    assert_eq!(records[1..4], records[4..]);
}

/// Takes an answer apart: the bytes after a head that has no more headers than
/// were put into it.
fn payload(block: &[u8], headers: &[(String, String)]) -> Vec<u8> {
    let end = block.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = block.split_at(end.expect("the end of a head"));
    let head = std::str::from_utf8(head).expect("UTF-8");
    let lines: Vec<&str> = head.split("\r\n").collect();
    assert!(lines[0].starts_with("HTTP/1.1 "), "{}", lines[0]);
    assert!(lines.len() <= headers.len() + 2, "{head}");
    let lengths = lines.iter().filter(|line| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("content-length")
    });
    assert_eq!(lengths.count(), 1, "{head}");
    body[4..].to_vec()
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u{85}",
        "\u{2028}",
        ":",
        " ",
        "WARC/1.1",
        "content-length: 0",
        "Content-Length",
        "x-a",
        "ü",
        "é\t",
        "%0d%0a",
        "",
    ]);
    prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

fn made() -> impl Strategy<Value = Made> {
    let headers = prop::collection::vec((hostile(), hostile()), 0..6);
    let sent = prop::option::of((hostile(), any::<u16>(), headers));
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    (bytes, hostile(), hostile(), hostile(), hostile(), sent).prop_map(
        |(bytes, text, media_type, extractor, file_name, sent)| Made {
            bytes,
            text,
            media_type,
            extractor,
            file_name,
            sent,
            hole: None,
            text_hole: None,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(made in made(), desk in hostile()) {
        check(&made, &desk);
    }
}

#[test]
fn header_injection() {
    let sent = [
        ("content-type", "text/html\r\nset-cookie: a=b\r\n\r\n<p>"),
        ("x-a\r\nset-cookie", "a=b"),
        ("x b", "c"),
        ("", "empty"),
        ("Content-Encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-length", "99"),
        ("x-last", "1"),
    ];
    let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let made = Made {
        bytes: b"<p>words</p>".to_vec(),
        text: "words".to_owned(),
        media_type: "text/html\r\nWARC-Type: warcinfo".to_owned(),
        extractor: "html-visible/1".to_owned(),
        file_name: String::new(),
        sent: Some(("127.0.0.1\r\nx: y".to_owned(), 200, sent.to_vec())),
        hole: None,
        text_hole: None,
    };
    check(&made, "The desk\r\n\r\nWARC/1.1");
    let file = made.lend(|capture| whole(Packing::Plain, &heading("The desk"), &[*capture]));
    let answer = &read(&file)[1];
    assert_eq!(answer.field("WARC-IP-Address"), "", "it is no address");
    let expected = "HTTP/1.1 200 OK\r\n\
        content-type: text/html  set-cookie: a=b    <p>\r\n\
        x-orig-Content-Encoding: gzip\r\n\
        x-orig-transfer-encoding: chunked\r\n\
        x-orig-content-length: 99\r\n\
        x-last: 1\r\n\
        content-length: 12\r\n\r\n\
        <p>words</p>";
    assert_eq!(String::from_utf8_lossy(&answer.block), expected);
}

#[test]
fn a_large_capture_is_packed_in_pieces_and_stands_where_the_index_says() {
    let made = Made {
        bytes: (0..3_000_000_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect(),
        text: String::new(),
        media_type: "application/octet-stream".to_owned(),
        extractor: "plain/1".to_owned(),
        file_name: "figures.bin".to_owned(),
        sent: None,
        hole: None,
        text_hole: None,
    };
    let (mut file, mut largest) = (Vec::new(), 0);
    let sink = |bytes: &[u8]| {
        largest = largest.max(bytes.len());
        file.extend_from_slice(bytes);
        Ok::<(), Infallible>(())
    };
    let Ok(mut writer) = Writer::begin(Packing::Gzip, &heading("The desk"), sink);
    let Ok(placed) = made.lend(|capture| writer.add(capture));
    let placed = placed.expect("the bytes are there");
    drop(writer);
    assert!(largest <= 64 * 1024, "{largest} bytes at once");
    let (from, length) = (placed.offset as usize, placed.length as usize);
    let alone = members(&file[from..from + length]);
    assert_eq!(alone.len(), 1);
    let record = &read(&alone[0])[0];
    assert_eq!(record.block, made.bytes);
    assert_eq!(record.field("WARC-Target-URI"), placed.url);
}

#[test]
fn what_was_erased_or_is_sealed_leaves_its_hash_and_why() {
    let mut made = Made {
        bytes: b"secret bytes".to_vec(),
        text: "secret words".to_owned(),
        media_type: "text/plain".to_owned(),
        extractor: "plain/1".to_owned(),
        file_name: String::new(),
        sent: None,
        hole: Some(Hole::Erased(EntryIndex::new(99))),
        text_hole: None,
    };
    let written = |made: &Made| {
        let file = made.lend(|capture| whole(Packing::Plain, &heading("The desk"), &[*capture]));
        assert!(!String::from_utf8_lossy(&file).contains("secret bytes"));
        read(&file)
    };
    let records = written(&made);
    let kinds: Vec<&str> = records.iter().map(|one| one.field("WARC-Type")).collect();
    assert_eq!(kinds, ["warcinfo", "metadata", "conversion"]);
    let hash = ContentHash::of(b"secret bytes");
    let said = String::from_utf8_lossy(&records[1].block).into_owned();
    let expected = format!("missing: sha256:{hash} erased; entry 99 of the log says why\r\n");
    assert!(said.contains(&expected), "{said}");
    (made.hole, made.text_hole) = (Some(Hole::Sealed), Some(Hole::Sealed));
    let records = written(&made);
    assert_eq!(records.len(), 2);
    let said = String::from_utf8_lossy(&records[1].block).into_owned();
    let hash = ContentHash::of(b"secret words");
    let expected = format!("missing-text: sha256:{hash} withheld; its source is sealed\r\n");
    assert!(said.contains(&expected), "{said}");
}
