//! The reviewing view: the claim beside the words that it rests on, on a desk
//! and on a phone, with and without scripts; and a long text.

use serde_json::json;

use citekeep::desk::remarks::{self, NewRemark};
use citekeep::domain::ids::{CitationId, ClaimId};
use citekeep::domain::remark::RemarkKind;

use crate::support::served::Served;
use crate::support::{desk_of_today, note};

use super::driver::Browser;

const WORDS: &str = "The bridge was opened on 19 March 1932 by the premier.";

/// A text of about two million characters with the words far down in it, and
/// three more on the way.
fn long_text() -> String {
    let line = "The record tells of piers, cables, tolls and ferries, year after year. ";
    let paragraph = format!("{}\n\n", line.repeat(6));
    let half = paragraph.repeat(2_300);
    format!("{half}{WORDS} It rained.\n\n{paragraph}It is 503 metres long.\n\n{half}")
}

/// A desk with a claim that rests on two sources, one of them long.
fn serve() -> (Served, Vec<String>) {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened on 19 March 1932.");
    let report = desk.source("The city's report on its bridges, their piers, cables and tolls");
    let snapshot = desk.snapshot(report, &long_text());
    desk.cite(claim, snapshot, WORDS);
    let diary = desk.source("A ferryman's diary");
    let other = desk.snapshot(diary, "It rained. They opened it today. It rained again.");
    desk.cite(claim, other, "They opened it today.");
    let second = desk.claim("The premier opened the bridge.");
    desk.cite(second, snapshot, WORDS);
    desk.cite(second, snapshot, "It is 503 metres long.");
    ask(&desk, claim);
    let links = (0..4).map(|_| desk.link(desk.reviewer)).collect();
    (desk.serve(), links)
}

fn ask(desk: &crate::support::TestDesk, claim: ClaimId) {
    let new = NewRemark {
        claim,
        kind: RemarkKind::Question,
        words: note("Is the ferryman's year the same calendar?"),
        answers: None,
        citation: CitationId::try_from(2).ok(),
    };
    remarks::make(&desk.desk, desk.second, new).expect("a question");
}

async fn number(browser: &Browser, script: &str) -> f64 {
    let script = format!("return Number({script});");
    let value = browser.client.execute(&script, vec![]).await;
    value.expect("a script that runs").as_f64().unwrap_or(-1.0)
}

/// Whether the lit words are in sight within their pane, and the page itself
/// has not moved.
async fn words_are_in_sight(browser: &Browser) {
    let script = "(() => {
        const own = document.querySelector('mark.own').getBoundingClientRect();
        const box = document.querySelector('.reading').getBoundingClientRect();
        return own.top >= box.top && own.bottom <= box.bottom && own.bottom <= innerHeight && scrollY === 0;
    })()";
    assert_eq!(
        number(browser, script).await,
        1.0,
        "{}",
        browser.text().await
    );
}

async fn size(browser: &Browser, width: u32, height: u32) {
    let done = browser.client.set_window_size(width, height).await;
    done.expect("another size");
}

async fn enter(browser: &Browser, base: &str, link: &str) {
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
}

#[tokio::test]
async fn the_words_are_in_sight_beside_the_claim_with_and_without_scripts() {
    let (served, links) = serve();
    let base = &served.base;
    let dir = tempfile::tempdir().expect("a directory");
    for (scripts, link) in links.iter().enumerate().take(2) {
        let profile = dir.path().join(format!("profile-{scripts}"));
        let browser = match scripts {
            0 => Browser::start(&profile).await,
            _ => Browser::with_scripts(&profile).await,
        };
        enter(&browser, base, link).await;
        size(&browser, 1280, 1000).await;
        browser.goto(&format!("{base}/claims/1")).await;
        browser.sees("A question in the thread is open.").await;
        words_are_in_sight(&browser).await;
        browser.picture(&format!("review-{scripts}")).await;
        browser.follow("Later").await;
        browser.follow("Back to the words").await;
        browser.goto(&format!("{base}/claims/1?citation=2")).await;
        browser.sees("It rained again.").await;
        words_are_in_sight(&browser).await;
        browser.follow("raw").await;
        browser.sees("Download").await;
        on_a_phone(&browser, base).await;
        browser.end().await;
    }
    served.end();
}

/// One below the other; a link leads to the words, and nothing is too wide.
async fn on_a_phone(browser: &Browser, base: &str) {
    size(browser, 500, 900).await;
    browser.goto(&format!("{base}/claims/1")).await;
    let wide = number(browser, "document.documentElement.scrollWidth - innerWidth").await;
    assert!(wide <= 0.0, "the page is {wide} pixels too wide");
    let jump = browser
        .client
        .find(fantoccini::Locator::LinkText("Read the source"));
    jump.await.expect("a jump").click().await.expect("jumped");
    let script = "document.querySelector('mark.own').getBoundingClientRect().top < innerHeight";
    assert_eq!(number(browser, script).await, 1.0);
}

#[tokio::test]
async fn a_text_of_two_megabytes_opens_soon_and_its_anchors_hold() {
    let (served, links) = serve();
    let base = &served.base;
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    enter(&browser, base, &links[2]).await;
    size(&browser, 1280, 1000).await;
    for _ in 0..2 {
        browser.goto(&format!("{base}/snapshots/1?text=1")).await;
    }
    let script = "performance.getEntriesByType('navigation')[0].loadEventEnd";
    let took = number(&browser, script).await;
    // Ten times what a machine needs that has nothing else to do.
    assert!(took < 3_000.0, "{took} ms");
    browser
        .goto(&format!("{base}/snapshots/1?text=1&again=1#citation-1"))
        .await;
    let top =
        "document.getElementById('citation-1').nextElementSibling.getBoundingClientRect().top";
    let top = number(&browser, top).await;
    assert!((0.0..900.0).contains(&top), "the words are at {top}");
    browser.picture("long-text").await;

    browser.select("It is 503 metres long.").await;
    assert_eq!(browser.value("quote").await, "It is 503 metres long.");
    let text = long_text();
    let at = text.find("It is 503").expect("the words");
    let at = text[..at].chars().count();
    assert_eq!(browser.value("near").await, at.to_string());
    let scrolled = browser
        .client
        .execute(
            "scrollTo(0, document.body.scrollHeight / 3); return document.querySelectorAll('.stretch').length;",
            vec![json!(0)],
        )
        .await
        .expect("scrolled");
    assert!(
        scrolled.as_u64().is_some_and(|blocks| blocks > 100),
        "{scrolled}"
    );
    browser.end().await;
    served.end();
}
