//! What is being written survives a crash, a sign-out and a conflict, and is
//! let go when it is saved.

use serde_json::json;

use crate::support::desk_of_today;
use crate::support::http::hidden;
use crate::support::program::citekeep;

use super::driver::Browser;

const KEPT: &str = "Object.keys(localStorage).some((key) => key.startsWith('draft:') && localStorage[key].includes('Words')) === true";
const NONE_KEPT: &str = "!Object.keys(localStorage).some((key) => key.startsWith('draft:'))";

#[tokio::test]
async fn what_is_written_is_there_again_until_it_is_saved() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let (reviewer, again) = (desk.link(desk.reviewer), desk.link(desk.reviewer));
    let (second, other) = (desk.link(desk.second), desk.link(desk.second));
    let served = desk.serve();
    let base = &served.base;
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    let page = format!("{base}/claims/{claim}");
    browser.goto(&format!("{base}/enter/{reviewer}")).await;
    browser.press("Sign in as").await;

    browser.goto(&page).await;
    browser.fill("rationale", "Words of mine.").await;
    browser.until(KEPT).await;
    crash(&browser).await;
    browser.goto(&page).await;
    browser.sees("Restored what you wrote on").await;
    assert_eq!(browser.value("rationale").await, "Words of mine.");
    browser.picture("drafts-restored").await;

    // A form that is sent after the session ended elsewhere.
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("signed out");
    browser.choose("rating", "Unproven").await;
    browser.press("Give the verdict").await;
    browser.sees("You are signed out").await;
    browser.follow("Sign in and go on").await;
    let next = "new URLSearchParams(location.search).get('next')";
    assert_eq!(browser.says(next).await, json!(format!("/claims/{claim}")));
    browser.picture("drafts-sign-in").await;

    // Somebody else at the same browser does not see it.
    browser.goto(&format!("{base}/enter/{second}")).await;
    browser.press("Sign in as").await;
    browser.goto(&page).await;
    assert_eq!(browser.value("rationale").await, "");
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("signed out");
    browser.goto(&format!("{base}/enter/{again}")).await;
    browser.press("Sign in as").await;
    browser.goto(&page).await;
    assert_eq!(browser.value("rationale").await, "Words of mine.");

    // A colleague is quicker.
    let colleague = served.enter(&other);
    let drawn = colleague.get(&format!("/claims/{claim}")).body;
    let seen = hidden(&drawn, "seen").expect("the entry");
    let fields = [
        ("seen", seen),
        ("rating", "unproven"),
        ("rationale", "Theirs."),
    ];
    let answer = colleague.post(&format!("/claims/{claim}/verdicts"), &fields);
    assert_eq!(answer.status, 303);
    browser.press("Give the verdict").await;
    browser
        .sees("Somebody changed this claim while you worked")
        .await;
    browser.picture("drafts-conflict").await;
    browser.until(KEPT).await;
    browser.press("Save mine on top").await;
    browser.is_at(&format!("/claims/{claim}")).await;
    browser.sees("Words of mine.").await;
    browser.until(NONE_KEPT).await;
    browser.end().await;
}

#[tokio::test]
async fn a_form_with_errors_keeps_its_draft_and_a_discarded_one_is_gone() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims/new")).await;
    browser.fill("statement", "Words of a claim.").await;
    browser.fill("date", "never").await;
    browser.press("Open the claim").await;
    browser.sees("write the date as far as it is known").await;
    browser.until(KEPT).await;
    browser.goto(&format!("{base}/claims/new")).await;
    browser.sees("Restored what you wrote on").await;
    assert_eq!(browser.value("statement").await, "Words of a claim.");
    browser.fill("date", "1932").await;
    browser.press("Open the claim").await;
    browser.is_at("/claims/1").await;
    browser.until(NONE_KEPT).await;

    browser.goto(&format!("{base}/claims/new")).await;
    assert_eq!(browser.value("statement").await, "");
    browser.fill("statement", "Words to discard.").await;
    browser.until(KEPT).await;
    browser.goto(&format!("{base}/claims/new")).await;
    browser.sees("Restored what you wrote on").await;
    let discard = fantoccini::Locator::XPath("//button[.='Discard']");
    let discard = browser.client.find(discard).await.expect("a button");
    discard.click().await.expect("pressed");
    browser.until(NONE_KEPT).await;
    assert_eq!(browser.value("statement").await, "");
    browser.end().await;
}

#[tokio::test]
async fn whoever_leaves_a_shared_computer_lets_go_of_what_they_wrote() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims/new")).await;
    browser.fill("statement", "Words of a source.").await;
    browser.until(KEPT).await;
    let others = "localStorage.setItem('draft:999:/claims:/claims', '{\"at\":9e12}') === undefined";
    browser.until(others).await;
    browser.goto(&format!("{base}/me")).await;
    browser.picture("drafts-let-go").await;
    browser.click("//button[@data-forget-all]").await;
    browser.sees("Nothing that you wrote is kept").await;
    let left = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).join()";
    assert_eq!(browser.says(left).await, json!("draft:999:/claims:/claims"));
    browser.end().await;
}

#[tokio::test]
async fn a_desk_that_wants_nothing_kept_in_browsers_keeps_nothing() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.close().serve_with("[desk]\ndrafts = false\n");
    let base = &served.base;
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    let old = "localStorage.setItem('draft:999:/claims:/claims', '{\"at\":9e12}') === undefined";
    browser.until(old).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/claims/new")).await;
    browser.until(NONE_KEPT).await;
    browser.fill("statement", "Words of a source.").await;
    // Leaving a page writes down at once what waits to be.
    browser.goto(&format!("{base}/me")).await;
    browser.sees("nothing of what you write is kept").await;
    let all = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes('Words')";
    assert_eq!(browser.says(all).await, json!(false));
    browser.goto(&format!("{base}/claims/new")).await;
    assert_eq!(browser.value("statement").await, "");
    browser.end().await;
}

/// The page's process ends as in a crash: nothing is told that it ends.
async fn crash(browser: &Browser) {
    let tab = browser.client.window().await.expect("a tab");
    let other = browser.client.new_window(true).await.expect("another tab");
    browser
        .client
        .switch_to_window(tab)
        .await
        .expect("the first");
    let gone = browser.client.goto("chrome://crash").await;
    assert!(gone.is_err(), "the tab crashes");
    browser
        .client
        .switch_to_window(other.handle)
        .await
        .expect("the other tab");
}
