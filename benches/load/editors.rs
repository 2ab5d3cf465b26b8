//! Editors at work by the API: each takes one claim after another from its
//! words to its publication, with remarks on the way.

use citekeep::domain::ids::CitationId;
use citekeep::store::citations;
use serde_json::{Value, json};

use crate::support::TestDesk;
use crate::wire::Line;

/// What editors work with.
pub(crate) struct Material {
    /// Two who may do everything, as four eyes are needed.
    tokens: [String; 2],
    quoted: Vec<Quoted>,
}

impl Material {
    pub(crate) fn of(desk: &TestDesk, tokens: [String; 2]) -> Self {
        let read = |id: i64| {
            let id = CitationId::new(id * 97 + 1).expect("a number");
            let cited = desk.desk.read(|db| Ok(citations::get(db, id)?));
            let citation = cited.expect("a citation").citation;
            Quoted {
                snapshot: citation.snapshot.get(),
                quote: citation.passage.quote.to_string(),
            }
        };
        Self {
            tokens,
            quoted: (0..500).map(read).collect(),
        }
    }
}

/// Words of a source that a claim can be tied to.
struct Quoted {
    snapshot: i64,
    quote: String,
}

/// One of them.
pub(crate) struct Editor<'a> {
    material: &'a Material,
    number: u64,
    done: u64,
    claim: i64,
    citation: Value,
}

/// How many acts a claim takes.
const ACTS: u64 = 10;

impl<'a> Editor<'a> {
    pub(crate) fn new(material: &'a Material, number: u64) -> Self {
        Self {
            material,
            number,
            done: 0,
            claim: 0,
            citation: Value::Null,
        }
    }

    /// Does the next act; returns the status of the answer.
    pub(crate) fn act(&mut self, line: &mut Line) -> std::io::Result<u16> {
        let step = self.done % ACTS;
        let status = match step {
            0 => self.open(line)?,
            1 => self.cite(line)?,
            6 => {
                let citations = [&self.citation];
                let verdict = json!({ "rating": "true", "rationale": "The report says so, word for word.", "citations": citations });
                self.change(line, ("verdicts", 0), &verdict)?
            }
            7 => self.change(line, ("approvals", 1), &json!({}))?,
            8 => self.change(line, ("publications", 0), &json!({}))?,
            _ => {
                let words = format!("Remark {step}: the figure is the one of the report.");
                let remark = json!({ "kind": "note", "words": words });
                self.send(line, ("remarks", 0), "", &remark)?
            }
        };
        self.done += 1;
        Ok(status)
    }

    fn path(&self, part: &str) -> String {
        format!("/api/v1/claims/{}/{part}", self.claim)
    }

    fn headers(&self, who: usize) -> String {
        format!(
            "Authorization: {}\r\nContent-Type: application/json\r\n",
            self.material.tokens[who]
        )
    }

    fn send(
        &self,
        line: &mut Line,
        (part, who): (&str, usize),
        more: &str,
        body: &Value,
    ) -> std::io::Result<u16> {
        let headers = self.headers(who) + more;
        let head = line.ask(("POST", &self.path(part)), &headers, &body.to_string())?;
        Ok(head.status)
    }

    /// Changes the claim as it is now.
    fn change(
        &self,
        line: &mut Line,
        (part, who): (&str, usize),
        body: &Value,
    ) -> std::io::Result<u16> {
        let path = format!("/api/v1/claims/{}", self.claim);
        let head = line.ask(("GET", &path), &self.headers(who), "")?;
        let Some(tag) = head.tag else {
            return Ok(head.status);
        };
        self.send(line, (part, who), &format!("If-Match: {tag}\r\n"), body)
    }

    fn open(&mut self, line: &mut Line) -> std::io::Result<u16> {
        let once = format!("{}-{}", self.number, self.done);
        let new = json!({
            "statement": format!("Claim {once}: the council opened the road in that year."),
            "claimant": { "name": "The council", "role": null },
        });
        let headers = self.headers(0) + &format!("Idempotency-Key: {once}\r\n");
        let head = line.ask(("POST", "/api/v1/claims"), &headers, &new.to_string())?;
        let made: Value = serde_json::from_slice(line.body()).unwrap_or_default();
        self.claim = made["id"].as_i64().unwrap_or(0);
        Ok(head.status)
    }

    fn cite(&mut self, line: &mut Line) -> std::io::Result<u16> {
        let at = (self.number * 31 + self.done) as usize % self.material.quoted.len();
        let quoted = &self.material.quoted[at];
        let cited =
            json!({ "snapshot": quoted.snapshot, "quote": quoted.quote, "stance": "supports" });
        let status = self.send(line, ("citations", 0), "", &cited)?;
        let made: Value = serde_json::from_slice(line.body()).unwrap_or_default();
        self.citation = made["id"].clone();
        Ok(status)
    }
}
