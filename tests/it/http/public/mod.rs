//! The public side: what strangers see and find, how others show it, and that
//! nothing unpublished comes out anywhere.

mod fact_checks;
mod kept;
mod pages;
mod reviews;
mod sharing;
mod validators;

use std::io::Read;

use citekeep::desk::{Actor, claims, publishing, settings};
use citekeep::domain::claim::Claimant;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Name, Policy, Statement};
use dom_query::Document;
use ureq::http::Response;

use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today, note};

/// A desk that runs, for strangers.
struct Open {
    nobody: Visitor,
    served: Served,
}

impl Open {
    fn serve(desk: TestDesk) -> Self {
        let served = desk.serve();
        Self {
            nobody: served.nobody(),
            served,
        }
    }

    fn page(&self, path: &str) -> Document {
        let answer = self.nobody.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        Document::from(answer.body)
    }

    /// Asks with headers of one's own.
    fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let mut request = agent.get(format!("{}{path}", self.served.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.call().expect("an answer")
    }
}

fn header<'a>(answer: &'a Response<ureq::Body>, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn said(statement: &str, who: &str) -> claims::NewClaim {
    claims::NewClaim {
        statement: Statement::parse(statement).expect("a statement"),
        claimant: Some(Claimant {
            name: Name::parse(who).expect("a name"),
            role: None,
        }),
        made: claims::Made::default(),
    }
}

impl TestDesk {
    /// A published claim with whoever made it.
    fn publish_said(&self, statement: &str, who: &str, rating: &str) -> ClaimId {
        let new = said(statement, who);
        let claim = claims::open(&self.desk, self.researcher, new).expect("an open claim");
        let source = self.source("A report");
        let snapshot = self.snapshot(source, &format!("Page of {statement}"));
        let citation = self.cite(claim, snapshot, statement);
        self.decide(claim, rating, &[citation]).expect("a verdict");
        self.approve(claim).expect("an approval");
        self.publish(claim).expect("a publication");
        claim
    }

    fn correct(&self, claim: ClaimId, kind: CorrectionKind, words: &str) {
        let seen = self.seen(claim);
        publishing::correct(&self.desk, self.editor, seen, kind, note(words)).expect("corrected");
    }

    fn reword(&self, claim: ClaimId, statement: &str) {
        let statement = Statement::parse(statement).expect("a statement");
        let seen = self.seen(claim);
        claims::reword(&self.desk, self.researcher, seen, statement, None).expect("reworded");
    }
}

/// Width and height of a PNG whose pixels can be read, and how many different
/// rows it has.
fn decoded(png: &[u8]) -> (u32, u32, usize) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let (width, height) = (number(16), number(20));
    let mut packed = Vec::new();
    let mut at = 8;
    while at + 8 <= png.len() {
        let length = number(at) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut pixels = Vec::new();
    let mut reader = flate2::read::ZlibDecoder::new(packed.as_slice());
    reader.read_to_end(&mut pixels).expect("pixels");
    assert_eq!(pixels.len() % height as usize, 0);
    let rows: std::collections::BTreeSet<&[u8]> =
        pixels.chunks(pixels.len() / height as usize).collect();
    (width, height, rows.len())
}
