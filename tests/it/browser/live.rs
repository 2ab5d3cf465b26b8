//! Two people at one claim: what one does appears to the other without a
//! reload and without moving what is being read.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::words::{Statement, Title};
use serde_json::{Value, json};

use crate::support::http::{Visitor, hidden};
use crate::support::program::citekeep;
use crate::support::{TestDesk, check, desk_of_today};

use super::driver::Browser;

/// Where things stand on the page: how far it is scrolled, where its heading
/// and its verdict form are, and what is typed there.
async fn places(browser: &Browser) -> Value {
    let script = "
        const top = (name) => document.querySelector(name).getBoundingClientRect().top;
        const words = document.querySelector('[name=rationale]');
        return [Math.round(scrollY), top('h1'), top('[name=rationale]'), words.value];";
    let found = browser.client.execute(script, vec![]).await;
    found.expect("a script that runs")
}

/// Gives the browser a window that the page does not fit into.
async fn make_short(browser: &Browser) {
    let done = browser.client.set_window_size(1280, 700).await;
    done.expect("another size");
}

async fn scroll(browser: &Browser, to: u32) {
    let script = "scrollTo(0, arguments[0]); return scrollY;";
    let done = browser.client.execute(script, vec![json!(to)]).await;
    assert_eq!(done.expect("a script that runs"), json!(to));
}

/// A claim with many citations, so that its page is long.
fn long_claim() -> TestDesk {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let text = "It rained. The bridge was opened in 1932. It rained again.";
    let snapshot = desk.snapshot(source, text);
    for words in [
        "It rained.",
        "opened in 1932",
        "The bridge was",
        "rained again",
    ] {
        desk.cite(claim, snapshot, words);
    }
    desk
}

/// An article of many paragraphs, each with a claim.
fn long_draft() -> TestDesk {
    let desk = desk_of_today();
    let sentence = |at: usize| format!("Bridge number {at} was opened by the mayor in 1932.");
    let text: Vec<String> = (1..=12).map(sentence).collect();
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("Twelve bridges").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: text.join("\n\n").into_bytes(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    for at in 1..=12 {
        let new = NewClaim {
            statement: Statement::parse(&sentence(at)).expect("a statement"),
            claimant: None,
            made: Made {
                passage: Some((article, sentence(at), None)),
                ..Made::default()
            },
        };
        claims::open(&desk.desk, desk.researcher, new).expect("a claim");
    }
    desk
}

/// Gives a verdict that needs no citation.
fn decide(who: &Visitor, claim: u32) {
    let seen = who.get(&format!("/claims/{claim}")).body;
    let verdict = [
        ("seen", hidden(&seen, "seen").expect("the entry")),
        ("rating", "unproven"),
        ("rationale", "Nobody could say."),
    ];
    let answer = who.post(&format!("/claims/{claim}/verdicts"), &verdict);
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn an_open_draft_tells_of_a_verdict_and_keeps_place_and_focus() {
    let dir = tempfile::tempdir().expect("a directory");
    let desk = long_draft();
    let links = [desk.reviewer, desk.second].map(|actor| desk.link(actor));
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let colleague = Visitor::enter(&base, &links[1]);
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{}", links[0])).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/articles/1")).await;
    browser.sees("0 of 12 checkable statements decided").await;
    make_short(&browser).await;
    // With keys to the seventh claim, which is not where the page begins.
    browser.keys("jjjjjjj").await;
    let focused = "document.activeElement.getAttribute('href')";
    browser.until(&format!("{focused} === '/claims/7'")).await;
    let at = "Math.round(document.activeElement.getBoundingClientRect().top)";
    let before = browser.says(at).await;

    decide(&colleague, 2);
    browser
        .sees("Second reviewer gave a verdict (claim 2).")
        .await;
    let badge = "document.querySelector('#claim-2 .badge').textContent";
    browser.until(&format!("{badge} === 'decided'")).await;
    assert_eq!(browser.says(at).await, before, "nothing moved");
    browser.sees("0 of 12 checkable statements decided").await;
    browser.picture("live-draft").await;

    make_short(&browser).await;
    let before = browser.says(at).await;
    browser.keys("r").await;
    browser.sees("1 of 12 checkable statements decided").await;
    browser.misses("Second reviewer gave a verdict").await;
    browser.until(&format!("{focused} === '/claims/7'")).await;
    assert_eq!(browser.says(at).await, before, "the place is kept");
    browser.end().await;
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}

#[tokio::test]
async fn what_had_the_focus_has_it_again_when_the_page_is_shown_anew() {
    let dir = tempfile::tempdir().expect("a directory");
    let desk = long_claim();
    let links = [desk.reviewer, desk.second].map(|actor| desk.link(actor));
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let colleague = Visitor::enter(&base, &links[1]);
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{}", links[0])).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.fill("rationale", "Half a thought").await;
    let caret = "document.querySelector('[name=rationale]').setSelectionRange(4, 4)";
    browser.says(caret).await;

    let seen = colleague.get("/claims/1").body;
    let fields = [
        ("seen", hidden(&seen, "seen").expect("the entry")),
        ("statement", "The bridge opened in May 1932."),
    ];
    assert_eq!(colleague.post("/claims/1/wording", &fields).status, 303);
    browser.sees("Second reviewer reworded the claim").await;
    browser.press("Show").await;
    browser.sees("wording 2").await;
    let focused = "[document.activeElement.name, document.activeElement.value, document.activeElement.selectionStart].join()";
    browser
        .until(&format!("{focused} === 'rationale,Half a thought,4'"))
        .await;
    browser.end().await;
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}

#[tokio::test]
async fn a_colleagues_verdict_is_announced_and_moves_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let desk = long_claim();
    let links = [desk.reviewer, desk.reviewer, desk.second].map(|actor| desk.link(actor));
    let served = desk.serve();
    let base = &served.base;
    let [elsewhere, colleague] = [&links[1], &links[2]].map(|link| served.enter(link));
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{}", links[0])).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims/1")).await;

    let early = colleague.listen("/events?claim=1", None);
    browser.sees("Also here: Second reviewer").await;
    browser.picture("present").await;
    drop(early);
    browser.misses("Also here").await;

    make_short(&browser).await;
    browser.fill("rationale", "Half a thought").await;
    scroll(&browser, 200).await;
    let before = places(&browser).await;
    let page = colleague.listen("/events?claim=1", None);
    browser.sees("Also here: Second reviewer").await;
    let seen = colleague.get("/claims/1").body;
    let fields = [
        ("seen", hidden(&seen, "seen").expect("the entry")),
        ("statement", "The bridge opened in May 1932."),
    ];
    // What one does oneself, in another window, is no news.
    let own = elsewhere.post("/claims/1/wording", &fields);
    assert_eq!(own.status, 303, "{}", own.body);
    decide(&colleague, 1);
    browser.sees("Second reviewer gave a verdict.").await;
    assert_eq!(places(&browser).await, before, "nothing moved");
    assert!(!browser.text().await.contains("Nobody could say."));
    drop(page);
    browser.misses("Also here").await;
    assert_eq!(places(&browser).await, before, "nothing moved");
    browser.picture("live").await;

    make_short(&browser).await;
    scroll(&browser, 200).await;
    let before = places(&browser).await;
    browser.press("Show").await;
    browser.sees("Nobody could say.").await;
    browser.misses("Second reviewer gave a verdict.").await;
    assert_eq!(places(&browser).await[0], before[0], "the place is kept");
    browser.end().await;
    served.end();
}

#[tokio::test]
async fn the_queue_counts_while_one_looks_at_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let links = [desk.reviewer, desk.second].map(|actor| desk.link(actor));
    let served = desk.serve();
    let base = &served.base;
    let colleague = served.enter(&links[1]);
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{}", links[0])).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims")).await;
    browser.sees("Second pair of eyes\n0").await;
    let mark = "document.querySelector('h1').dataset.mark = 'the same page';";
    browser
        .client
        .execute(mark, vec![])
        .await
        .expect("a script that runs");
    decide(&colleague, 1);
    browser.sees("Second pair of eyes\n1").await;
    let script = "
        const badge = document.querySelector('.badge');
        return [document.querySelector('h1').dataset.mark, badge.textContent, badge.className,
                document.querySelector('.live').textContent];";
    let found = browser.client.execute(script, vec![]).await;
    let expected = json!(["the same page", "decided", "badge decided", ""]);
    assert_eq!(found.expect("a script that runs"), expected);
    browser.picture("live-queue").await;
    browser.end().await;
    served.end();
}
