//! A desk on the eve of a large story: an article with 300 claims in every
//! state, and a source of 2 MB of text that most of them are cited from.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims;
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::ids::{ArticleId, ClaimId};
use citekeep::domain::words::{Statement, Title};

use crate::support::{TestDesk, desk_of_today};

/// Claims of the article.
pub(crate) const CLAIMS: usize = 300;
/// Bytes of the source's text.
pub(crate) const TEXT: usize = 2_000_000;

const WORDS: [&str; 24] = [
    "the", "bridge", "was", "opened", "by", "council", "over", "river", "after", "long", "survey",
    "of", "water", "and", "road", "that", "nobody", "had", "counted", "in", "a", "record", "which",
    "stands",
];

/// A sentence that stands nowhere else, of about a hundred characters.
fn sentence(subject: &str, number: usize) -> String {
    let words = (0..16).map(|at| WORDS[(number * 7 + at * at + at) % WORDS.len()]);
    let words: Vec<&str> = words.collect();
    format!("{subject} {number}: {}.", words.join(" "))
}

/// Sentences in paragraphs of five.
fn prose(sentences: &[String]) -> String {
    let paragraphs: Vec<String> = sentences.chunks(5).map(|some| some.join(" ")).collect();
    paragraphs.join("\n\n")
}

fn article(desk: &TestDesk, sentences: &[String]) -> ArticleId {
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("What the city counted").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: prose(sentences).into_bytes(),
        declared: Some("text/plain".to_owned()),
    };
    articles::add(&desk.desk, desk.researcher, new).expect("an article")
}

fn mark(desk: &TestDesk, article: ArticleId, words: &str) -> ClaimId {
    let new = claims::NewClaim {
        statement: Statement::parse(words).expect("a statement"),
        claimant: None,
        made: claims::Made {
            passage: Some((article, words.to_owned(), None)),
            ..claims::Made::default()
        },
    };
    claims::open(&desk.desk, desk.researcher, new).expect("a claim")
}

/// Four of five sentences are claims; of each five claims one is open, one
/// cited, one decided, one approved and one published.
pub(crate) fn desk() -> TestDesk {
    let desk = desk_of_today();
    let story: Vec<String> = (0..CLAIMS * 5 / 4)
        .map(|at| sentence("Statement", at))
        .collect();
    let mut report = Vec::new();
    let mut length = 0;
    while length < TEXT {
        report.push(sentence("Finding", report.len()));
        length += report.last().map_or(0, String::len) + 1;
    }
    let article = article(&desk, &story);
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, &prose(&report));
    let marked = story.iter().enumerate().filter(|(at, _)| at % 5 != 4);
    for (count, (_, words)) in marked.enumerate() {
        let claim = mark(&desk, article, words);
        let stage = count % 5;
        if stage == 0 {
            continue;
        }
        let quote = &report[count * report.len() / CLAIMS];
        let citation = desk.cite(claim, snapshot, quote);
        if stage > 1 {
            desk.decide(claim, "true", &[citation]).expect("a verdict");
        }
        if stage > 2 {
            desk.approve(claim).expect("an approval");
        }
        if stage > 3 {
            desk.publish(claim).expect("a publication");
        }
    }
    desk
}
