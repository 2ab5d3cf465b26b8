//! The annotated draft in a real browser: an article of three hundred claims
//! opens at once and does not jump, words are marked by selecting them, and
//! the paper form has its notes.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::words::{Statement, Title};
use serde_json::json;

use crate::support::program::citekeep;
use crate::support::{TestDesk, check, desk_of_today};

use super::driver::Browser;

const CLAIMS: usize = 300;

/// An article of a hundred paragraphs with three claims and one other sentence
/// in each.
fn fill(desk: &TestDesk) {
    let paragraph = |at: usize| {
        let claims: Vec<String> = (0..3).map(|nth| sentence(3 * at + nth)).collect();
        format!(
            "{} Nobody looked at sentence {at} so far.",
            claims.join(" ")
        )
    };
    let text: Vec<String> = (0..CLAIMS / 3).map(paragraph).collect();
    let sheet = ArticleSheet {
        title: Title::parse("Three hundred bridges").expect("a title"),
        url: None,
        published: None,
        language: None,
        notice: None,
    };
    let new = NewArticle {
        sheet,
        bytes: text.join("\n\n").into_bytes(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    for at in 0..CLAIMS {
        let new = NewClaim {
            statement: Statement::parse(&sentence(at)).expect("a statement"),
            claimant: None,
            made: Made {
                passage: Some((article, sentence(at), None)),
                ..Made::default()
            },
        };
        let claim = claims::open(&desk.desk, desk.researcher, new).expect("a claim");
        if at % 5 == 0 {
            desk.decide(claim, "unproven", &[]).expect("a verdict");
        }
    }
}

fn sentence(at: usize) -> String {
    format!("Bridge number {at} was opened by the mayor of its town in 1932, after years of work.")
}

#[tokio::test]
async fn a_draft_of_three_hundred_claims_opens_at_once_and_keeps_still() {
    let desk = desk_of_today();
    fill(&desk);
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/articles/1")).await;
    browser.sees("60 of 300 checkable statements decided").await;
    browser.picture("draft").await;

    // Another window is another layout: what is measured is one that stays.
    browser
        .goto(&format!("{base}/articles/1?show=undecided"))
        .await;
    browser.goto(&format!("{base}/articles/1")).await;
    // The card that an address names is where it should be, and what is drawn
    // on the way there moves nothing.
    let jump = "const done = arguments[0];
        let shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        location.hash = 'claim-250';
        setTimeout(() => {
            const top = document.getElementById('claim-250').getBoundingClientRect().top;
            done([top > 0 && top < innerHeight, shift, performance.timing.loadEventEnd - performance.timing.navigationStart]);
        }, 500);";
    let found = browser.client.execute_async(jump, vec![]).await;
    let found = found.expect("a script that runs");
    assert_eq!(found[0], json!(true), "the card is in sight: {found}");
    let shift = found[1].as_f64().expect("a number");
    assert!(shift < 0.02, "the page moved by {shift}");
    browser.picture("draft-far").await;

    let select = "const words = document.querySelector('#draft .unseen').firstChild;
        getSelection().setBaseAndExtent(words, 0, words, words.data.length);
        requestAnimationFrame(() => setTimeout(arguments[0], 0));";
    browser
        .client
        .execute_async(select, vec![])
        .await
        .expect("selected");
    browser.click("//button[@data-pick='reason']").await;
    assert_eq!(
        browser.value("quote").await,
        "Nobody looked at sentence 0 so far."
    );
    browser.choose("reason", "opinion or judgement").await;
    browser.picture("draft-picked").await;
    browser.press("Set aside").await;
    browser
        .sees("99 sentences not looked at · 1 set aside")
        .await;
    browser.goto(&format!("{base}/articles/1/print")).await;
    browser.sees("Initials. R: Reviewer").await;
    browser.picture("draft-print").await;
    browser.end().await;
    served.end();
}

#[tokio::test]
async fn a_new_draft_is_gone_through_sentence_by_sentence_by_keys() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/articles/new")).await;
    browser.fill("title", "A bridge").await;
    let story = "The bridge was opened in 1932.\n\nEverybody loves it.\n\nIt is 503 metres long. So it goes.";
    browser.fill("text", story).await;
    browser.press("Add the article").await;
    browser.sees("4 sentences not looked at").await;

    let focused = "document.activeElement.getAttribute('href')";
    browser.keys("jj").await;
    browser.until(&format!("{focused} === '#s32'")).await;
    browser.keys("1").await;
    browser
        .sees("3 sentences not looked at · 1 set aside")
        .await;
    // The next sentence is at hand; its neighbours are not touched.
    browser.until("location.hash === '#s53'").await;
    browser.keys("m").await;
    browser.is_at("/claims/new").await;
    assert_eq!(browser.value("statement").await, "It is 503 metres long.");
    browser.press("Open it and go on with the draft").await;
    browser
        .sees("0 of 1 checkable statement decided · 2 sentences not looked at")
        .await;
    browser.until("location.hash === '#s76'").await;
    browser.keys("k").await;
    browser.until(&format!("{focused} === '#s0'")).await;
    browser.picture("draft-by-keys").await;
    browser.end().await;
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}

#[tokio::test]
async fn a_draft_needs_no_script() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::start(profile.path()).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/articles/new")).await;
    browser.fill("title", "A bridge").await;
    let story = "The bridge was opened in 1932.\n\nEverybody loves it.";
    browser.fill("text", story).await;
    browser.press("Add the article").await;
    browser.sees("2 sentences not looked at").await;
    browser.follow("Mark as claim").await;
    browser.press("Open the claim").await;
    browser.goto(&format!("{base}/articles/1")).await;
    browser.follow("not looked at 1").await;
    browser.press("opinion or judgement").await;
    browser.sees("1 set aside").await;
    browser.goto(&format!("{base}/articles/1")).await;
    browser.sees("0 of 1 checkable statement decided").await;
    browser.picture("draft-small").await;
    browser.follow("New revision").await;
    browser
        .fill(
            "text",
            "The bridge was opened in 1933.\n\nEverybody loves it.",
        )
        .await;
    browser.press("Save the revision").await;
    browser
        .sees("Altered: other words stand in their place")
        .await;
    browser.follow("compare").await;
    browser.picture("draft-passage").await;
    browser.press("The claim still says it").await;
    browser.sees("Revision 2").await;
    browser.end().await;
    served.end();
}
