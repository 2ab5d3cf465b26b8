//! Captures one after another into a file.

use core::net::IpAddr;

use crate::domain::snapshot::CaptureMethod;

use super::cdx::Indexed;
use super::fields::{Fields, one_line};
use super::member::member;
use super::record::{Draft, Kind, Record, sha256};
use super::{Capture, Heading, Packing, Text, http};

/// What a block of named fields is.
const WARC_FIELDS: &str = "application/warc-fields";

/// What the records are, for whoever opens the file in twenty years.
const ABOUT: &str = "Captures of a fact-checking desk. A response holds what a server sent: the \
    bytes with transfer and content coding undone, after a head that is written anew from the \
    status and the headers that were kept, cookies left out; headers that no longer hold have \
    x-orig- in front. A resource holds what somebody brought, under a name made of its SHA-256. \
    A metadata record says what else the desk knows of a capture, such as the redirects that led \
    to it, which were not kept whole. A conversion holds a text that a named extractor derived \
    from it.";

/// Writes a WARC into `sink`, record by record: [`Writer::begin`], then
/// [`Writer::add`] for each capture. Nothing is needed at the end.
///
/// ```
/// # use std::convert::Infallible;
/// # use citekeep::export::warc::{Heading, Packing, Writer};
/// let mut file = Vec::new();
/// let heading = Heading {
///     origin: "desk.example/log".to_owned(),
///     desk: "The desk".to_owned(),
///     at: "2021-08-27T14:03:00Z".parse().expect("a moment"),
/// };
/// let sink = |bytes: &[u8]| Ok::<(), Infallible>(file.extend_from_slice(bytes));
/// let Ok(writer) = Writer::begin(Packing::Plain, &heading, sink);
/// drop(writer);
/// assert!(file.starts_with(b"WARC/1.1\r\nWARC-Record-ID: <urn:uuid:"));
/// ```
pub struct Writer<S> {
    sink: S,
    packing: Packing,
    /// How many bytes of the file are written.
    written: u64,
    /// The name of the first record, which the others refer to.
    info: Option<String>,
}

impl<S, E> Writer<S>
where
    S: FnMut(&[u8]) -> Result<(), E>,
{
    /// Begins a file with a record about it.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn begin(packing: Packing, heading: &Heading, sink: S) -> Result<Self, E> {
        let mut about = Fields::default();
        about.add("software", super::wacz::SOFTWARE);
        about.add("format", "WARC File Format 1.1");
        let standard =
            "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/";
        about.add("conformsTo", standard);
        about.add("publisher", &heading.desk);
        about.add("isPartOf", &heading.origin);
        about.add("description", ABOUT);
        let record = Draft::new(Kind::Info, heading.at).block(WARC_FIELDS, [about.as_bytes(), b""]);
        let mut writer = Self {
            sink,
            packing,
            written: 0,
            info: None,
        };
        writer.put(&record)?;
        writer.info = Some(record.id);
        Ok(writer)
    }

    /// Writes the records of a capture, and returns where its bytes stand;
    /// nothing where they are not there.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn add(&mut self, capture: &Capture<'_>) -> Result<Option<Indexed>, E> {
        let mut indexed = Indexed::new(capture);
        let mut main = None;
        if let Ok(bytes) = capture.bytes {
            indexed.offset = self.written;
            main = Some(self.put_main(capture, &indexed, bytes)?);
            indexed.length = self.written - indexed.offset;
        }
        let about = about(capture);
        let about = Draft::new(Kind::Metadata, indexed.at)
            .with_maybe("WARC-Refers-To", main.as_ref())
            .block(WARC_FIELDS, [about.as_bytes(), b""]);
        self.put(&about)?;
        for text in capture.texts {
            if let Ok(bytes) = text.bytes {
                self.put(&conversion(text, &indexed, (main.as_deref(), bytes)))?;
            }
        }
        Ok(main.map(|_| indexed))
    }

    /// Writes the record of the bytes, and returns its name.
    fn put_main(
        &mut self,
        capture: &Capture<'_>,
        indexed: &Indexed,
        bytes: &[u8],
    ) -> Result<String, E> {
        let response = capture.response;
        let head = response.map(|response| http::head(response, bytes.len() as u64));
        let record = main(capture, indexed, (head.as_deref(), bytes));
        self.put(&record)?;
        Ok(record.id)
    }

    fn put(&mut self, record: &Record<'_>) -> Result<(), E> {
        let head = record.head(self.info.as_deref());
        let [first, second] = record.block;
        let pieces: [&[u8]; 4] = [head.as_bytes(), first, second, b"\r\n\r\n"];
        self.written += match self.packing {
            Packing::Gzip => member(&pieces, &mut self.sink)?,
            Packing::Plain => {
                for piece in pieces {
                    (self.sink)(piece)?;
                }
                pieces.iter().map(|piece| piece.len() as u64).sum()
            }
        };
        Ok(())
    }
}

/// The record of the bytes.
fn main<'a>(
    capture: &Capture<'_>,
    indexed: &Indexed,
    (head, bytes): (Option<&'a str>, &'a [u8]),
) -> Record<'a> {
    let snapshot = capture.snapshot;
    let kind = head.map_or(Kind::Resource, |_| Kind::Response);
    // What an import file gave for an address need not be one.
    let peer = capture.response.map(|response| &response.peer);
    let peer = peer.and_then(|peer| peer.parse::<IpAddr>().ok());
    let draft = Draft::new(kind, indexed.at)
        .with("WARC-Target-URI", &indexed.url)
        .with_maybe("WARC-IP-Address", peer)
        .with_maybe(
            "WARC-Identified-Payload-Type",
            head.map(|_| &snapshot.media_type),
        )
        .with("WARC-Payload-Digest", sha256(snapshot.raw))
        .with("Citekeep-Snapshot", snapshot.id)
        .with("Citekeep-Entry", capture.entry);
    match head {
        Some(head) => draft.block(
            "application/http; msgtype=response",
            [head.as_bytes(), bytes],
        ),
        None => draft.block_with(&media_type(capture), snapshot.raw, [b"", bytes]),
    }
}

/// What somebody brought; pasted words are UTF-8.
fn media_type(capture: &Capture<'_>) -> String {
    let snapshot = capture.snapshot;
    match snapshot.how {
        CaptureMethod::Pasted => format!("{}; charset=utf-8", snapshot.media_type),
        _ => snapshot.media_type.clone(),
    }
}

fn conversion<'a>(
    text: &Text<'_>,
    indexed: &Indexed,
    (from, bytes): (Option<&str>, &'a [u8]),
) -> Record<'a> {
    let about = text.text;
    Draft::new(Kind::Conversion, text.at)
        .with("WARC-Target-URI", &indexed.url)
        .with_maybe("WARC-Refers-To", from)
        .with("WARC-Payload-Digest", sha256(about.hash))
        .with("Citekeep-Text", about.id)
        .with("Citekeep-Entry", text.entry)
        .with("Citekeep-Extractor", &about.extractor)
        .with("Citekeep-Normal-Form", &about.normal_form)
        .block_with("text/plain; charset=utf-8", about.hash, [b"", bytes])
}

/// What else the desk knows of a capture.
fn about(capture: &Capture<'_>) -> Fields {
    let snapshot = capture.snapshot;
    let mut fields = Fields::default();
    if let Some(response) = capture.response {
        // The two names of others: where the way began, and how long it was.
        if !response.hops.is_empty() {
            fields.add("via", &response.asked);
            fields.add("hopsFromSeed", "R".repeat(response.hops.len()));
        }
        for hop in &response.hops {
            fields.add(
                "redirect",
                format!("{} {} {}", hop.status, hop.from, hop.to),
            );
        }
    }
    fields.add("snapshot", snapshot.id);
    fields.add("source", snapshot.source);
    fields.add("log-entry", capture.entry);
    fields.add("logged-at", capture.at);
    fields.add("how", snapshot.how.as_str());
    if let Err(hole) = capture.bytes {
        fields.add("missing", format!("{} {hole}", sha256(snapshot.raw)));
    }
    for text in capture.texts {
        if let Err(hole) = text.bytes {
            let hash = sha256(text.text.hash);
            fields.add("missing-text", format!("{hash} {hole}"));
        }
    }
    if capture.response.is_none() {
        fields.maybe("said-to-be-from", snapshot.url.as_ref());
    }
    fields.maybe("file-name", snapshot.file_name.as_ref());
    fields.maybe("notice", snapshot.notice.as_ref());
    if let Some(copy) = capture.archived {
        let (archive, at) = (one_line(copy.archive.as_str()), one_line(copy.at.as_str()));
        fields.add("copy-elsewhere", format!("{} {archive}, {at}", copy.url));
    }
    fields
}
