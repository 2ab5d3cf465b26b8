//! The trail: the log in sentences, narrowed and paged, each entry with what
//! proves it, histories to be printed, the register of corrections, and the
//! evidence for an assessment.

use citekeep::desk::{Desk, erasures, publishing, seals, settings};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::{ClaimId, EntryIndex, SourceId};
use citekeep::domain::person::Role;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::scope::{Scope, Scopes};
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Name, Policy};
use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::hash::{Hash, commitment};
use citekeep::ledger::note::Note;
use citekeep::ledger::proof::verify_inclusion;
use citekeep::store::trail::told::{self, Filter, Part, Place};
use dom_query::Document;
use rusqlite::Connection;
use serde_json::Value;

use super::api::{Client, json};
use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today, note};

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
        format!("/people/1/history?to=%3Cb%3E"),
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

/// The entry that gave a verdict.
fn verdict(desk: &Desk) -> EntryIndex {
    let filter = Filter {
        part: Some(Part::Verdicts),
        ..Filter::default()
    };
    let place = Place::After(None);
    let found = desk.read(|db| Ok(told::list(db, &filter, place, 1)?));
    found.expect("the trail")[0].entry
}

#[test]
fn what_was_erased_leaves_a_hole_that_every_page_shows() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let entry = verdict(&desk.desk);
    let request = ErasureRequest {
        parts: vec![ErasurePart::Entry { entry }],
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    };
    let asked = erasures::ask(&desk.desk, desk.join(Role::Admin), request).expect("a request");
    let erased = erasures::consent(&desk.desk, desk.join(Role::Admin), asked).expect("it goes");
    let link = desk.link(desk.researcher);
    let token = desk.token(Role::Reader, Scopes::from_iter([Scope::Read]));
    let served = desk.serve();
    let me = served.enter(&link);
    let says = format!("<a href=\"/log/entries/{erased}\">entry {erased}</a> says so");
    for path in [
        "/log?part=verdicts".to_owned(),
        format!("/log?claim={claim}"),
        format!("/log/entries/{entry}"),
        format!("/claims/{claim}/history"),
    ] {
        let answer = me.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(
            answer.body.contains("What this entry said was erased"),
            "{path}"
        );
        assert!(answer.body.contains(&says), "{path}");
        assert!(!answer.body.contains("The report says so."), "{path}");
    }
    let told = me.get("/log?part=desk").body;
    assert!(told.contains("asked to have erased what <a href"), "{told}");
    assert!(
        told.contains("what 1 entry said, and 0 files or texts"),
        "{told}"
    );
    let page = Document::from(me.get(&format!("/log/entries/{entry}")).body);
    assert_eq!(page.select("[data-prove][data-body]").length(), 0);
    assert_eq!(
        page.select("[data-prove][data-path]").length(),
        1,
        "the tree still holds"
    );
    let whole = json(&Client::new(&served.base, &token).get(&format!("/log/entries/{entry}")));
    assert_eq!(
        (&whole["erased_by"], &whole["body"]),
        (&erased.get().into(), &Value::Null)
    );
    assert!(
        whole["proof"]["root"].is_string() && whole["salt"].is_null(),
        "{whole}"
    );
    served.end();
}

#[test]
fn a_body_that_somebody_took_is_missing_and_not_called_erased() {
    let desk = desk_of_today();
    desk.published();
    let entry = verdict(&desk.desk);
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let conn = Connection::open(closed.data.join("desk.db")).expect("the database");
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry'";
    let mut select = conn.prepare(sql).expect("a statement");
    let names = select.query_map([], |row| row.get::<_, String>(0));
    for name in names.expect("triggers").map(|name| name.expect("a name")) {
        let sql = format!("DROP TRIGGER {name}");
        conn.execute_batch(&sql).expect("it goes");
    }
    let sql = "UPDATE entry SET salt = NULL, body = NULL WHERE idx = ?1";
    conn.execute(sql, [entry.get() as i64]).expect("the theft");
    drop(select);
    drop(conn);
    let served = closed.serve();
    let page = served
        .enter(&link)
        .get(&format!("/log/entries/{entry}"))
        .body;
    assert!(page.contains("is missing, and no entry says why"), "{page}");
    assert!(!page.contains("was erased"), "{page}");
}

#[test]
fn entries_about_a_sealed_source_say_nothing_to_others() {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    let reader = desk.reviewer.byline().expect("somebody").person;
    seals::seal(&desk.desk, desk.editor, source, vec![reader]).expect("a seal");
    let entry = verdict(&desk.desk);
    // Whoever added it sees it too: that was the researcher.
    let links = [desk.link(desk.second), desk.link(desk.reviewer)];
    let served = desk.serve();
    let [outside, inside] = links.map(|link| served.enter(&link));
    for path in [
        format!("/log?source={source}"),
        format!("/log/entries/{entry}"),
        format!("/claims/{claim}/history"),
    ] {
        let hidden = outside.get(&path).body;
        assert!(
            hidden.contains("This is about a sealed source"),
            "{path}: {hidden}"
        );
        for words in [
            "city&#39;s report",
            "city's report",
            "resting on",
            "The bridge was opened in 1932.",
        ] {
            assert!(!hidden.contains(words), "{path}: {words}");
        }
        let shown = inside.get(&path).body;
        assert!(!shown.contains("This is about a sealed source"), "{path}");
    }
    assert!(
        inside
            .get(&format!("/log/entries/{entry}"))
            .body
            .contains("resting on 1 citation")
    );
    served.end();
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
    // The second person of a desk of tests is its researcher.
    let mine = trail.page("/people/2/history");
    assert!(mine.select("tbody tr").length() >= 3);
    let none = trail.page("/people/2/history?until=x&to=2001");
    assert!(none.select(".empty").text().contains("No entries"));
    assert_eq!(trail.me.get("/people/999999/history").status, 404);
    assert_eq!(trail.me.get("/claims/999999/history").status, 404);
    trail.served.end();
}

#[test]
fn the_register_says_what_was_wrong_and_what_came_of_it() {
    let trail = trail();
    let nobody = trail.served.nobody();
    let page = Document::from(nobody.get("/corrections").body);
    let row = page.select(".list > li").text().to_string();
    for words in [
        "The year was 1933",
        "Published as True",
        "Not published again since",
    ] {
        assert!(row.contains(words), "{row}");
    }
    assert_eq!(page.select("a[href^=\"/log/receipts/\"]").length(), 2);
    assert_eq!(
        trail
            .page("/corrections")
            .select("a[href^=\"/log/entries/\"]")
            .length(),
        2
    );
    for (query, rows) in [
        ("kind=correction", 1),
        ("kind=retraction", 0),
        ("when=2001", 0),
        ("claim=1", 1),
        ("claim=2&kind=correction", 0),
        ("kind=nonsense", 1),
    ] {
        let page = Document::from(nobody.get(&format!("/corrections?{query}")).body);
        assert_eq!(page.select(".list > li").length(), rows, "{query}");
        let file = nobody.get(&format!("/corrections.csv?{query}"));
        assert_eq!(
            file.body.lines().count(),
            rows + 1,
            "{query}: {}",
            file.body
        );
    }
    let file = nobody.get("/corrections.csv").body;
    assert!(file.starts_with("correction,entry,at,kind,note,"), "{file}");
    assert!(
        file.contains(",correction,\"The year was 1933, says the archive.\","),
        "{file}"
    );
    let listed = json(&nobody.get("/api/v1/corrections?kind=correction"));
    assert_eq!(listed["items"][0]["next"], Value::Null);
    assert!(listed["items"][0]["entry"].is_u64(), "{listed}");
    trail.served.end();
}

/// Says that the desk promises one thing and nothing else.
fn promise(desk: &TestDesk) {
    let mut sheet = DeskSheet::named(Name::parse("The bridge desk").expect("a name"));
    sheet.policies.corrections = Some(Policy::parse(HOSTILE).expect("a policy"));
    let admin = desk.join(Role::Admin);
    settings::describe(&desk.desk, admin, sheet).expect("a sheet");
}

#[test]
fn an_assessor_gets_promises_counts_and_what_is_missing() {
    let desk = desk_of_today();
    promise(&desk);
    let (claim, _) = desk.published();
    let (wrong, _) = desk.published();
    let (seen, why) = (desk.seen(wrong), note("We had read the wrong year."));
    publishing::correct(
        &desk.desk,
        desk.editor,
        seen,
        CorrectionKind::Retraction,
        why,
    )
    .expect("retracted");
    let admin = desk.join(Role::Admin);
    let (link, other) = (desk.link(admin), desk.link(desk.editor));
    let served = desk.serve();
    let me = served.enter(&link);
    let file = me.get("/settings/assessment.json");
    assert!(
        file.header("content-disposition")
            .is_some_and(|how| how.starts_with("attachment"))
    );
    let found = json(&file);
    let counts = &found["counts"];
    assert_eq!(
        (&counts["checks"], &counts["citations"]),
        (&2.into(), &2.into())
    );
    assert_eq!(
        counts["by_rating"][0],
        serde_json::json!({ "of": "True", "count": 2 })
    );
    assert_eq!(counts["one_origin"], 2);
    assert_eq!(counts["by_correction"][0]["of"], "retraction");
    let months = counts["by_month"].as_array().expect("months");
    let sum: u64 = months
        .iter()
        .filter_map(|month| month["count"].as_u64())
        .sum();
    assert_eq!((months.len() >= 12, sum), (true, 2), "{months:?}");
    assert_eq!(found["commitments"].as_array().map(Vec::len), Some(5));
    let missing = found["missing"].as_array().expect("what is missing");
    assert!(missing.contains(&"who pays for it".into()), "{missing:?}");
    assert!(
        !missing.contains(&"how mistakes are corrected".into()),
        "{missing:?}"
    );
    let check = &found["checks"][1];
    assert_eq!(
        (&check["claim"], &check["sources"]),
        (&claim.get().into(), &1.into())
    );
    assert_eq!(found["checks"][0]["retracted"], true);

    let html = me.get("/settings/assessment.html").body;
    assert!(
        html.contains("Not said yet:") && html.contains("who pays for it"),
        "{html}"
    );
    assert!(
        html.contains("We had read the wrong year.") && !html.contains("<b>rained"),
        "{html}"
    );
    assert_eq!(
        Document::from(html.as_str())
            .select("script, link, img")
            .length(),
        0
    );
    let earlier = json(&me.get("/settings/assessment.json?from=2001&until=2001"));
    assert_eq!(
        (
            &earlier["counts"]["checks"],
            earlier["counts"]["by_month"].as_array().map(Vec::len)
        ),
        (&0.into(), Some(12))
    );
    let page = me.get("/settings/assessment?from=never");
    assert!(
        page.status == 200 && page.body.contains("“never” is no date"),
        "{}",
        page.body
    );
    assert_eq!(served.enter(&other).get("/settings/assessment").status, 403);
    let data = served.data.clone();
    served.end();
    drop(data);
}

#[test]
fn the_command_line_writes_the_same_evidence() {
    let desk = desk_of_today();
    desk.published();
    let closed = desk.close();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citekeep"));
        let done = command
            .arg("export")
            .args(arguments)
            .arg("--data")
            .arg(&closed.data)
            .output();
        let done = done.expect("the program runs");
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned(),
        )
    };
    let (code, file) = run(&[
        "--format",
        "assessment-json",
        "--from",
        "2001",
        "--until",
        "2001-12-31",
    ]);
    let found: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!((code, &found["counts"]["checks"]), (Some(0), &0.into()));
    let (code, file) = run(&["--format", "assessment"]);
    assert!(
        code == Some(0) && file.starts_with("<!DOCTYPE html>"),
        "{file}"
    );
    assert!(file.contains("/published/1\""), "{file}");
    let (code, file) = run(&["--format", "corrections-csv"]);
    assert_eq!((code, file.lines().count()), (Some(0), 1));
    assert_eq!(run(&["--format", "json", "--from", "2001"]).0, Some(2));
    assert_eq!(run(&["--format", "assessment", "--claim", "1"]).0, Some(2));
}
