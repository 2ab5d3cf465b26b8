//! The draft as one file: valid HTML that opens from a disk, asks nobody for
//! anything and holds the story, its notes and its sources.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::words::{Statement, Title};
use dom_query::Document;

use crate::support::desk_of_today;

use super::tools::html_faults;

#[test]
fn a_draft_taken_away_is_whole_and_asks_for_nothing() {
    let desk = desk_of_today();
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("A bridge").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: b"A bridge\n\nThe bridge opened in 1932. It is <503> metres long.".to_vec(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    let quote = "The bridge opened in 1932.";
    let new = NewClaim {
        statement: Statement::parse(quote).expect("a statement"),
        claimant: None,
        made: Made {
            passage: Some((article, quote.to_owned(), None)),
            ..Made::default()
        },
    };
    let claim = claims::open(&desk.desk, desk.researcher, new).expect("a claim");
    let text = "It says: the bridge was opened in 1932.";
    let snapshot = desk.snapshot(desk.source("The city's report"), text);
    let citation = desk.cite(claim, snapshot, "the bridge was opened in 1932");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    let link = desk.link(desk.reviewer);
    let served = desk.serve();
    let me = served.enter(&link);
    let answer = me.get(&format!("/articles/{article}/draft.html"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let name = answer.header("content-disposition");
    assert_eq!(name, Some("attachment; filename=\"article-1-draft.html\""));

    let page = Document::from(answer.body.as_str());
    let count = |selector: &str| page.select(selector).length();
    for outside in [
        "[src]",
        "link",
        "script",
        "form",
        "img",
        "iframe",
        "[style]",
        "a[href]:not([href^='#'])",
    ] {
        assert_eq!(count(outside), 0, "{outside}");
    }
    assert!(!answer.body.contains("url("), "a style asks for something");
    assert_eq!(page.select(".body .lit").text().to_string(), quote);
    for target in page.select("a[href]").iter() {
        let href = target.attr("href").expect("a target").to_string();
        assert_eq!(count(&format!("[id='{}']", &href[1..])), 1, "{href}");
    }
    let words = page.select("main").text().to_string();
    let hash = citekeep::domain::hash::ContentHash::of(text.as_bytes()).to_string();
    for said in [
        "It is <503> metres long.",
        "The city's report",
        &hash,
        "the bridge was opened in 1932",
        "Reviewer",
    ] {
        assert!(words.contains(said), "{said}");
    }

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("draft.html"), &answer.body).expect("a file");
    assert_eq!(html_faults(folder.path()), []);
    served.end();
}
