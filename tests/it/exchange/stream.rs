//! A desk as a stream of records: whole, in order, and never taken for whole
//! when it is not.

use std::io::{self, Write};
use std::path::Path;

use citekeep::desk::Actor;
use citekeep::desk::exchange::incoming::{Policy, import};
use citekeep::desk::exchange::outgoing::{self, ExportError, Scope};
use citekeep::desk::exchange::stream;
use citekeep::export::record::Holds;
use serde_json::{Value, json};

use crate::support::{TestDesk, desk_of_today};

fn written(desk: &TestDesk, holds: Holds) -> Vec<Value> {
    let mut out = Vec::new();
    stream::write(&desk.desk, holds, &mut out, &mut |_| {}).expect("a stream");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.ends_with('\n'));
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// A desk with so many claims, each tied to a sentence of one report.
pub(crate) fn filled(claims: u64) -> TestDesk {
    let desk = desk_of_today();
    let sentence = |claim: u64| format!("Finding {claim} is that the bridge opened.");
    let text: Vec<String> = (0..claims).map(sentence).collect();
    let claims: Vec<Value> = (0..claims)
        .map(|claim| {
            json!({
                "id": claim + 1, "statement": format!("Claim {claim}."),
                "citations": [{"id": claim + 1, "snapshot": 1, "stance": "supports",
                               "quote": sentence(claim)}],
            })
        })
        .collect();
    let file = json!({
        "format": "citekeep", "version": 1,
        "sources": [{"id": 1, "title": "Report", "kind": "report", "publisher": "City",
                     "directness": "primary",
                     "grade": {"reliability": "B", "credibility": "2"}}],
        "snapshots": [{"id": 1, "source": 1, "media_type": "text/plain",
                       "content": {"utf8": text.join("\n")}}],
        "claims": claims,
    });
    let file = file.to_string();
    let from = (file.as_bytes(), Path::new("."));
    import(&desk.desk, Actor::Operator, from, Policy::Whole, |_, _| {}).expect("imported");
    desk
}

#[test]
fn every_record_comes_once_and_in_order() {
    let desk = filled(730);
    let (claim, _) = desk.published();
    let stream = written(&desk, Holds::Desk);
    let (head, end) = (&stream[0], &stream[stream.len() - 1]);
    assert_eq!(head["record"], "head");
    assert_eq!(head["format"], "citekeep-stream");
    assert_eq!(head["holds"], "desk");
    assert_eq!(head["log_size"], head["desk"]["log_size"]);
    assert_eq!(end["record"], "end");
    let mut out = Vec::new();
    outgoing::write(&desk.desk, Scope::Desk, &mut out, &mut |_| {}).expect("a file");
    let file: Value = serde_json::from_slice(&out).expect("JSON");
    for (record, name, oldest_first) in [
        ("scale", "scales", true),
        ("article", "articles", false),
        ("source", "sources", false),
        ("snapshot", "snapshots", true),
        ("claim", "claims", false),
    ] {
        let mut wanted = file[name].as_array().expect(name).clone();
        if !oldest_first {
            wanted.reverse();
        }
        let own = stream.iter().filter(|line| line["record"] == record);
        let own: Vec<Value> = own
            .map(|line| {
                let mut line = line.clone();
                line.as_object_mut().expect("a record").remove("record");
                line
            })
            .collect();
        assert_eq!(own, wanted, "{record}");
        assert_eq!(end["counts"][record], wanted.len(), "{record}");
    }
    assert_eq!(end["counts"]["claim"], 731);
    assert_eq!(claim.get(), 731);
}

#[test]
fn the_public_stream_holds_what_readers_see_and_nothing_else() {
    let desk = filled(120);
    let (claim, source) = desk.published();
    let stream = written(&desk, Holds::Published);
    assert_eq!(stream.len(), 3, "{stream:?}");
    let published = &stream[1];
    assert_eq!(published["record"], "published");
    assert_eq!(published["claim"], claim.get());
    assert_eq!(published["path"], format!("/published/{claim}"));
    assert_eq!(published["rating"]["key"], "true");
    let evidence = &published["evidence"][0];
    assert_eq!(evidence["quote"], "The bridge was opened in 1932.");
    assert_eq!(evidence["chain"][0]["source"], source.get());
    assert_eq!(published["retracted"], false);
    let text = serde_json::to_string(&stream).expect("JSON");
    assert!(!text.contains("Claim 1."), "nobody published this");
    assert_eq!(stream[2]["counts"]["published"], 1);
    desk.is_clean();
}

/// Takes so many bytes and is gone then.
struct Leaves(usize);

impl Write for Leaves {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.checked_sub(bytes.len());
        self.0 = left.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_leaves_ends_the_work() {
    let desk = filled(1_000);
    for taken in [0, 1_000, 100_000, 400_000] {
        let mut told = 0;
        let mut out = Leaves(taken);
        let ended = stream::write(&desk.desk, Holds::Desk, &mut out, &mut |done| told = done);
        assert!(matches!(ended, Err(ExportError::Write(_))), "{taken}");
        assert!(told < 1_000, "{taken}: {told}");
    }
}

#[test]
fn a_stream_over_altered_words_is_broken_off() {
    let desk = filled(10);
    let (_, source) = desk.published();
    let newest = |db: &citekeep::store::Db<'_>| {
        Ok(citekeep::store::snapshots::newest(db, source)?.expect("a snapshot"))
    };
    let raw = desk
        .desk
        .read(newest)
        .expect("read")
        .snapshot
        .raw
        .to_string();
    let closed = desk.close();
    let blob = closed.data.join("blobs").join(&raw[..2]).join(&raw);
    std::fs::write(blob, "The bridge was opened in 1833.").expect("altered");
    let again = crate::support::open(&closed.data).expect("the desk");
    let mut out = Vec::new();
    let ended = stream::write(&again, Holds::Published, &mut out, &mut |_| {});
    assert!(matches!(ended, Err(ExportError::Desk(_))), "{ended:?}");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(!text.contains("\"record\":\"end\""), "{text}");
}
