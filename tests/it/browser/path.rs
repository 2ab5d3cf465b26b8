//! A claim goes from a story to a published verdict.

use std::path::Path;

use crate::support::check;
use crate::support::program::citekeep;

use super::driver::Browser;

const STORY: &str =
    "The bridge over the river was opened in 1932, the city says.\n\nIt is 503 metres long.";

/// Adds a colleague and returns the link that lets them in.
async fn add(browser: &Browser, base: &str, name: &str, role: &str) -> String {
    browser.goto(&format!("{base}/people")).await;
    browser.fill("name", name).await;
    let path = format!("//form[@action='/people']//option[.='{role}']");
    let option = browser
        .client
        .find(fantoccini::Locator::XPath(&path))
        .await
        .expect("the role");
    option.click().await.expect("chosen");
    browser.press("Add the person").await;
    browser.sees("Give this link to the person you added").await;
    let text = browser.text().await;
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/enter/"))
        .expect("a link");
    link.to_owned()
}

async fn become_(browser: &Browser, link: &str) {
    browser.press("Sign out").await;
    browser.goto(link).await;
    browser.press("Sign in as").await;
}

#[tokio::test]
async fn from_a_story_to_a_published_verdict() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let mut desk = citekeep(&data, &["serve"]);
    let link = desk.line_with("/set-up/").trim().to_owned();
    let base = link
        .split("/set-up/")
        .next()
        .expect("an address")
        .to_owned();
    let browser = Browser::start(&dir.path().join("profile")).await;

    browser.goto(&link).await;
    browser.fill("name", "First admin").await;
    browser.fill("sign_in", "admin").await;
    browser.fill("password", "short").await;
    browser.press("Set up the desk").await;
    browser
        .sees("Choose a password of 12 to 256 characters")
        .await;
    browser.fill("password", "a long enough password").await;
    browser.press("Set up the desk").await;
    let researcher = add(&browser, &base, "Researcher", "researcher").await;
    let reviewer = add(&browser, &base, "Reviewer", "reviewer").await;
    let second = add(&browser, &base, "Second reviewer", "reviewer").await;
    let editor = add(&browser, &base, "Editor", "editor").await;
    browser.picture("people").await;

    become_(&browser, &researcher).await;
    research(&browser, &base, dir.path()).await;
    become_(&browser, &reviewer).await;
    decide(&browser, &base).await;
    become_(&browser, &second).await;
    browser.goto(&format!("{base}/claims?state=decided")).await;
    browser.follow("The bridge opened in 1932.").await;
    browser.fill("opinion", "Read against the report.").await;
    browser.press("Approve").await;
    browser.sees("approved").await;
    become_(&browser, &editor).await;
    publish(&browser, &base).await;
    browser.end().await;
    drop(desk);
    assert_eq!(check(&data).findings, []);
}

async fn research(browser: &Browser, base: &str, dir: &Path) {
    browser.goto(&format!("{base}/articles/new")).await;
    browser.press("Add the article").await;
    browser.sees("this may not be empty").await;
    browser.fill("title", "A bridge").await;
    browser.fill("text", STORY).await;
    browser.press("Add the article").await;
    browser.fill("quote", "opened in 1932").await;
    browser
        .fill("statement", "The bridge opened in 1932.")
        .await;
    browser.fill("claimant", "The city").await;
    browser.press("Mark as claim").await;
    browser.sees("0 of 1 checkable statement decided").await;
    browser.picture("article").await;
    browser.follow("Mark as claim").await;
    browser.press("Open the claim").await;
    browser.sees("It is 503 metres long.").await;

    add_source(browser, base, "The city report", None).await;
    browser.follow("Take a snapshot").await;
    let page = dir.join("report.html");
    std::fs::write(
        &page,
        "<h1>Report</h1><p>The assessment says: &ldquo;the bridge was opened in 1932&rdquo;.</p>",
    )
    .expect("a page to upload");
    browser.fill("file", &page.display().to_string()).await;
    browser.press("Take the snapshot").await;
    browser.sees("the bridge was opened in 1932").await;
    browser.picture("snapshot").await;
    add_source(browser, base, "The assessment", Some("The city report")).await;
    browser.sees("Nobody here has seen this source.").await;

    browser
        .goto(&format!("{base}/claims/1/citations/new"))
        .await;
    browser.follow("The city report").await;
    browser
        .fill("quote", "\"the bridge was opened in 1933\"")
        .await;
    browser.press("Find the words").await;
    browser.sees("These words are not in the text").await;
    browser.sees("The most similar words").await;
    browser
        .fill("quote", "\"the bridge was opened in 1932\"")
        .await;
    browser.choose("source", "The assessment").await;
    browser.choose("stance", "supports").await;
    browser.press("Find the words").await;
    browser.sees("Found: same words, other typography").await;
    browser.picture("cite").await;
    browser.press("Save this citation").await;
    browser.sees("as cited by The city report").await;
}

async fn add_source(browser: &Browser, base: &str, title: &str, known_through: Option<&str>) {
    browser.goto(&format!("{base}/sources/new")).await;
    browser.fill("title", title).await;
    browser.fill("publisher", "The city").await;
    browser.fill("published", "1931-13").await;
    browser.press("Add the source").await;
    browser.sees("write the date as far as it is known").await;
    browser.fill("published", "1932").await;
    browser.choose("reliability", "B, usually reliable").await;
    browser.choose("credibility", "2, probably true").await;
    browser.fill("origin", "city").await;
    if let Some(citing) = known_through {
        browser.choose("as_cited_by", citing).await;
    }
    browser.press("Add the source").await;
}

async fn decide(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/claims")).await;
    browser.picture("claims").await;
    browser.follow("The bridge opened in 1932.").await;
    browser
        .fill("rationale", "The report quotes the assessment.")
        .await;
    browser.choose("rating", "Mostly true").await;
    // What is in use is ticked; a verdict that rests on nothing is refused.
    browser.choose("citation", "Citation 1").await;
    browser.press("Give the verdict").await;
    browser.sees("needs at least one citation").await;
    browser.choose("citation", "Citation 1").await;
    browser.press("Give the verdict").await;
    browser.sees("The verdict has 0 of 1 approvals.").await;
    browser.picture("claim").await;
}

async fn publish(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/claims/1")).await;
    browser.press("Publish the verdict").await;
    browser.follow("public page").await;
    for words in [
        "Check this yourself",
        "Mostly true",
        "The assessment",
        "as cited by",
        "Second reviewer",
    ] {
        browser.sees(words).await;
    }
    browser.picture("published").await;
    browser
        .goto(&format!("{base}/search?q=assess&in=texts"))
        .await;
    browser.sees("The city report, snapshot 1").await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.fill("correction", "We had the wrong month.").await;
    browser
        .choose("kind", "correction: something was wrong")
        .await;
    browser.press("Publish the correction").await;
    browser.sees("There is no verdict yet.").await;
    browser.goto(&format!("{base}/published/1")).await;
    browser.sees("We had the wrong month.").await;
    browser.goto(&format!("{base}/claims/2")).await;
    browser.open("Withdraw").await;
    browser.fill("reason", "Not ours to check.").await;
    browser.press("Withdraw the claim").await;
    browser.sees("The claim is withdrawn.").await;
}
