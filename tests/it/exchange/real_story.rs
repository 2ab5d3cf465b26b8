//! The desk's main job on a real wire story, where it is at hand; where it is
//! not, `tests/all` says so. The story's words are read at run time; none of
//! them stand here.

use std::path::Path;

use citekeep::desk::exchange::outgoing::{self, Scope};
use citekeep::desk::{DeskError, articles, citations, claims};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::citation::{FoundBy, Stance};
use citekeep::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId};
use citekeep::domain::words::{Statement, Title};
use citekeep::store;
use citekeep::text::sentences::sentences;
use serde_json::Value;

use crate::support::node::all_fit;
use crate::support::{TestDesk, desk};

const STORY: &str = "../shared/inputs/article.txt";

/// The story, or nothing on a machine that does not have it.
fn story() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(STORY);
    std::fs::read_to_string(path).ok()
}

/// The one sentence of the story that holds all of the words.
fn sentence(story: &str, words: &[&str]) -> String {
    let chars: Vec<char> = story.chars().collect();
    let all = sentences(story).into_iter().map(|span| {
        let (start, end) = (span.start() as usize, span.end() as usize);
        chars[start..end].iter().collect::<String>()
    });
    let found: Vec<String> = all
        .filter(|sentence| words.iter().all(|word| sentence.contains(word)))
        .collect();
    assert_eq!(found.len(), 1, "{words:?}");
    found[0].clone()
}

/// As somebody would type it: plain spaces, straight marks, no long dashes.
fn typed(words: &str) -> String {
    words
        .replace('\u{a0}', " ")
        .replace(['“', '”'], "\"")
        .replace(['‘', '’'], "'")
        .replace('—', "-")
}

/// What stands between the first pair of curly quotation marks.
fn quoted(sentence: &str) -> &str {
    let (_, after) = sentence.split_once('“').expect("a quotation");
    after.split_once('”').expect("its end").0
}

struct Read {
    desk: TestDesk,
    article: citekeep::domain::ids::ArticleId,
    report: SourceId,
    assessment: SourceId,
    snapshot: SnapshotId,
}

/// The story under check, beside a report that says what the story says of
/// it, and the assessment that is known only through that report.
fn read(story: &str, report: &str) -> Read {
    let desk = desk();
    let new = articles::NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("The story").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: story.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    let source = desk.source("The inspector general's report");
    let assessment = desk.source_known_through("The agency's assessment", Some(source));
    let snapshot = desk.snapshot(source, report);
    Read {
        desk,
        article,
        report: source,
        assessment,
        snapshot,
    }
}

impl Read {
    fn open(&self, passage: &str) -> ClaimId {
        let new = claims::NewClaim {
            statement: Statement::parse(&typed(passage)).expect("a statement"),
            claimant: None,
            made: claims::Made {
                passage: Some((self.article, typed(passage), None)),
                ..claims::Made::default()
            },
        };
        claims::open(&self.desk.desk, self.desk.researcher, new).expect("a claim")
    }

    fn cite(
        &self,
        claim: ClaimId,
        source: SourceId,
        snapshot: SnapshotId,
        quote: &str,
    ) -> Result<CitationId, DeskError> {
        let new = citations::NewCitation {
            claim,
            source: Some(source),
            snapshot,
            quote: quote.to_owned(),
            text: None,
            near: None,
            stance: Stance::Supports,
        };
        citations::make(&self.desk.desk, self.desk.researcher, new)
    }

    fn export(&self, claim: ClaimId) -> Value {
        let mut out = Vec::new();
        outgoing::write(&self.desk.desk, Scope::Claim(claim), &mut out, &mut |_| {})
            .expect("an export");
        let file: Value = serde_json::from_slice(&out).expect("JSON");
        all_fit("desk-1.json", std::slice::from_ref(&file));
        file
    }
}

#[test]
fn a_wire_story_goes_from_its_words_to_published_verdicts() {
    let Some(story) = story() else {
        return;
    };
    let attack = sentence(&story, &["68", "165"]);
    let fear = sentence(&story, &["sectarian", "infrastructure"]);
    let count = sentence(&story, &["2016", "2017", "2018"]);
    let said = quoted(&fear).to_owned();
    assert!(attack.contains('\u{a0}') && fear.contains('’'));
    // A report in the words that the story gives of it.
    let read = read(
        &story,
        &format!("Summary.\n\n{attack}\n\n{said}\n\n{count}\n"),
    );
    let sides = [
        (attack, read.assessment),
        (said, read.report),
        (count, read.report),
    ];
    for (words, source) in sides {
        let claim = read.open(&words);
        let citation = read
            .cite(claim, source, read.snapshot, &typed(&words))
            .expect("found in spite of plain spaces and straight marks");
        let cited = read
            .desk
            .desk
            .read(|db| Ok(store::citations::get(db, citation)?))
            .expect("the citation");
        // The desk keeps the story's own letters, not the typed ones.
        assert_eq!(cited.citation.passage.quote, words);
        let folded = typed(&words) != words;
        assert_eq!(cited.citation.found == FoundBy::Folded, folded);
        read.desk
            .decide(claim, "true", &[citation])
            .expect("a verdict");
        read.desk.approve(claim).expect("an approval");
        read.desk.publish(claim).expect("a publication");
        check_export(&read.export(claim), &words, source);
    }
    read.desk.is_clean();
}

/// The exported span, cut from the exported text, is the quote; and the chain
/// leads from whose word it is to the source that somebody saw.
fn check_export(file: &Value, words: &str, source: SourceId) {
    let claim = &file["claims"][0];
    assert_eq!(claim["state"], "published");
    let citation = &claim["citations"][0];
    assert_eq!(citation["quote"], words);
    assert_eq!(citation["source"], source.get());
    let text = file["snapshots"][0]["content"]["utf8"].as_str();
    let chars: Vec<char> = text.expect("the report's text").chars().collect();
    let end = |name: &str| citation["span"][name].as_u64().expect("an offset") as usize;
    let cut: String = chars[end("start")..end("end")].iter().collect();
    assert_eq!(cut, words);
    let chain = citation["chain"].as_array().expect("a chain");
    let last = chain.last().expect("a link");
    assert_eq!(last["source"], file["snapshots"][0]["source"]);
    assert_eq!(claim["verdicts"][0]["evidence"][0]["quote"], words);
}

#[test]
fn a_wire_story_does_not_vouch_for_itself() {
    let Some(story) = story() else {
        return;
    };
    let words = sentence(&story, &["pine nuts"]);
    let read = read(&story, "Another text.");
    let claim = read.open(&words);
    let copy = read.desk.snapshot(read.report, &story);
    let own = read.cite(claim, read.report, copy, &words);
    assert!(matches!(own, Err(DeskError::OwnArticle)), "{own:?}");
    read.desk.is_clean();
}
