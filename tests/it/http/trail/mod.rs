//! The trail: the log in sentences, narrowed and paged, each entry with what
//! proves it, histories to be printed, the register of corrections, and the
//! evidence for an assessment.

mod evidence;
mod gaps;
mod keys;

use citekeep::desk::publishing;
use citekeep::domain::ids::{ClaimId, SourceId};
use citekeep::domain::person::Role;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::scope::{Scope, Scopes};
use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::hash::{Hash, commitment};
use citekeep::ledger::note::Note;
use citekeep::ledger::proof::verify_inclusion;
use dom_query::Document;
use serde_json::Value;

use super::api::{Client, json};
use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{desk_of_today, note};

const HOSTILE: &str = "<script>alert(1)</script> & \"it\" <b>rained</b>";

/// A desk with a published claim, a correction, and a claim of hostile words.
struct Trail {
    me: Visitor,
    client: Client,
    served: Served,
    claim: ClaimId,
    source: SourceId,
    hostile: ClaimId,
}

fn trail() -> Trail {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    let why = note("The year was 1933, says the archive.");
    let seen = desk.seen(claim);
    let kind = CorrectionKind::Correction;
    publishing::correct(&desk.desk, desk.editor, seen, kind, why).expect("a correction");
    let hostile = desk.claim(HOSTILE);
    let token = desk.token(Role::Reader, Scopes::from_iter([Scope::Read]));
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    Trail {
        me: served.enter(&link),
        client: Client::new(&served.base, &token),
        served,
        claim,
        source,
        hostile,
    }
}

impl Trail {
    fn page(&self, path: &str) -> Document {
        let answer = self.me.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        Document::from(answer.body)
    }

    /// The sentences of a page of the log.
    fn told(&self, path: &str) -> Vec<String> {
        let page = self.page(path);
        let lines = page.select(".trail > li");
        let lines = lines.iter().map(|line| {
            let told = line.select("p").first();
            told.text().to_string()
        });
        lines.collect()
    }
}

#[test]
fn the_log_is_told_in_sentences_and_narrowed() {
    let trail = trail();
    let (claim, source) = (trail.claim, trail.source);
    let all = trail.told("/log");
    for expected in [
        format!("Reviewer rated claim {claim} True, resting on 1 citation."),
        format!("Editor published the verdict on claim {claim}, with 1 approval of 1 asked for."),
        format!(
            "Editor published a correction of claim {claim}: The year was 1933, says the archive."
        ),
    ] {
        assert!(all.contains(&expected), "{expected}\n{all:#?}");
    }
    let all_of_it = all.len();
    let narrowed = |query: &str| trail.told(&format!("/log?{query}"));
    for (query, least, word) in [
        (format!("claim={claim}"), 5, format!("claim {claim}")),
        (format!("source={source}"), 3, format!("source {source}")),
        ("part=verdicts".to_owned(), 2, "verdict".to_owned()),
        ("part=publications".to_owned(), 2, "published".to_owned()),
        ("part=people".to_owned(), 4, "to the desk as".to_owned()),
        ("by=desk".to_owned(), 3, "The desk".to_owned()),
    ] {
        let told = narrowed(&query);
        assert!(
            told.len() >= least && told.len() < all_of_it,
            "{query}: {told:#?}"
        );
        let fitting = told
            .iter()
            .filter(|told| told.contains(&word) || word == "verdict");
        assert_eq!(fitting.count(), told.len(), "{query}: {told:#?}");
    }
    let both = narrowed(&format!("claim={claim}&part=publications"));
    assert_eq!(both.len(), 2, "{both:#?}");
    assert_eq!(narrowed("from=2001&to=2001-02").len(), 0);
    assert_eq!(narrowed("from=2001").len(), all_of_it);
    trail.served.end();
}

#[test]
fn what_cannot_be_read_is_left_out_and_said() {
    let trail = trail();
    let page = trail.page("/log?claim=seven&from=soon&part=nothing");
    let said = page.select(".notice").text().to_string();
    for words in [
        "“seven” is not the number of a claim",
        "“soon” is no date",
        "no kind “nothing”",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(page.select(".trail > li").length() > 5);
    let none = trail.page("/log?claim=999999");
    assert!(none.select(".empty").text().contains("No entry fits"));
    let older = trail.page("/log?before=0");
    assert!(older.select(".empty").text().contains("Nothing older"));
    trail.served.end();
}

#[test]
fn hostile_words_stay_words_wherever_the_log_is_told() {
    let trail = trail();
    let found = json(
        &trail
            .client
            .get(&format!("/log/entries?claim={}", trail.hostile)),
    );
    let entry = found["items"][0]["entry"].as_u64().expect("an entry");
    for path in [
        "/log".to_owned(),
        format!("/log?claim={}&from={}", trail.hostile, "%3Cscript%3E"),
        format!("/log/entries/{entry}"),
        format!("/claims/{}/history", trail.hostile),
        format!("/claims/{}/history?from=%22%3E%3Cscript%3E", trail.hostile),
        "/people/1/history?to=%3Cb%3E".to_owned(),
        "/corrections?when=%3Cscript%3E&kind=%22".to_owned(),
    ] {
        let answer = trail.me.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let own = Document::from(answer.body.as_str());
        assert_eq!(own.select("script:not([src])").length(), 0, "{path}");
        assert!(!answer.body.contains("<b>rained"), "{path}");
        assert!(!answer.body.contains("\"><script"), "{path}");
    }
    trail.served.end();
}

#[test]
fn a_long_log_is_read_page_by_page_with_nothing_missed_or_twice() {
    let trail = trail();
    let size = json(&trail.client.get("/log/entries?limit=1"))["items"][0]["entry"].as_u64();
    let mut seen = Vec::new();
    let mut next = Some("/log/entries?limit=7".to_owned());
    while let Some(path) = next {
        let page = json(&trail.client.get(&path));
        let items = page["items"].as_array().expect("entries");
        seen.extend(items.iter().filter_map(|item| item["entry"].as_u64()));
        let address = page["next"].as_str();
        next = address.map(|address| address.trim_start_matches("/api/v1").to_owned());
    }
    let all: Vec<u64> = (0..=size.expect("an entry")).rev().collect();
    assert_eq!(seen, all);
    let after = trail.told("/log?before=3");
    assert_eq!(after.len(), 3, "entries 2, 1 and 0");
    trail.served.end();
}

#[test]
fn an_entry_comes_with_all_that_proves_it() {
    let trail = trail();
    let list = json(&trail.client.get("/log/entries?part=verdicts&limit=50"));
    let verdict = list["items"]
        .as_array()
        .expect("entries")
        .last()
        .expect("a verdict");
    let entry = verdict["entry"].as_u64().expect("a number");
    let whole = json(&trail.client.get(&format!("/log/entries/{entry}")));
    let text = |value: &Value| value.as_str().expect("words").to_owned();

    let salt = hex(&text(&whole["salt"])).try_into().expect("16 bytes");
    let body = text(&whole["body"]);
    let bound = commitment(&salt, body.as_bytes());
    let leaf = text(&whole["leaf"]);
    assert_eq!(leaf, format!("{{\"body\":\"sha256:{bound}\",\"v\":1}}"));
    let leaf = Hash::leaf(leaf.as_bytes());
    assert_eq!(text(&whole["leaf_hash"]), leaf.to_string());

    let proof = &whole["proof"];
    let steps = proof["steps"].as_array().expect("steps").iter();
    let path: Vec<Hash> = steps
        .map(|step| text(&step["sibling"]).parse().expect("a hash"))
        .collect();
    let message = text(&proof["checkpoint"]);
    let signed = Note::parse(&message).expect("a note");
    let checkpoint: Checkpoint = signed.text().parse().expect("a checkpoint");
    assert_eq!(proof["size"], checkpoint.size());
    let proved = verify_inclusion(entry, checkpoint.size(), leaf, &path, checkpoint.root());
    assert_eq!(proved, Ok(()));

    let page = trail.page(&format!("/log/entries/{entry}"));
    let prove = page.select("[data-prove]");
    assert_eq!(prove.attr("data-body").expect("the body").to_string(), body);
    assert_eq!(
        prove.attr("data-note").expect("the note").to_string(),
        message
    );
    let rungs = page.select("tbody tr").length();
    assert_eq!(rungs, path.len());
    let shown = page.select("main").text().to_string();
    assert!(shown.contains(&checkpoint.root().to_string()), "{shown}");
    assert!(shown.contains("How to check it by hand"));
    let receipt = format!("a[href=\"/log/receipts/{entry}\"]");
    assert_eq!(page.select(&receipt).length(), 1);
    let missing = trail.me.get("/log/entries/999999");
    assert_eq!(missing.status, 404);
    trail.served.end();
}

fn hex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("digits");
    (0..text.len()).step_by(2).map(digits).collect()
}

#[test]
fn histories_are_printed_with_the_checkpoint_of_each_entry() {
    let trail = trail();
    let page = trail.page(&format!("/claims/{}/history", trail.claim));
    let first = page.select("tbody tr").first().text().to_string();
    assert!(first.contains("opened claim"), "the oldest first: {first}");
    let covered = page.select("tbody tr td:last-child");
    for cell in covered.iter() {
        assert!(cell.text().contains("entries"), "{}", cell.text());
    }
    assert!(
        page.select("pre").text().contains("— "),
        "the signed checkpoint"
    );
    let link = format!("a[href=\"/claims/{}/history\"]", trail.claim);
    let claim = trail.page(&format!("/claims/{}", trail.claim));
    assert_eq!(claim.select(&link).length(), 1);
    // The first person of a desk of tests is its researcher.
    let mine = trail.page("/people/1/history");
    assert!(mine.select("tbody tr").length() >= 3);
    let none = trail.page("/people/1/history?until=x&to=2001");
    assert!(none.select(".empty").text().contains("No entries"));
    assert_eq!(trail.me.get("/people/999999/history").status, 404);
    assert_eq!(trail.me.get("/claims/999999/history").status, 404);
    trail.served.end();
}
