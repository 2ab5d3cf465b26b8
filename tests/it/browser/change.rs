//! A source changes between captures: from its address to a cited claim, then
//! page furniture that must not alarm, a figure that must, the comparison, and
//! a reviewer who judges that it does not matter.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::capture::origin::{Origin, Response};
use crate::support::program::citekeep_with;
use crate::support::{TestDesk, check, desk_of_today};

use super::driver::Browser;

/// What the page says, time after time: only the furniture changes at first,
/// then a figure, then words that say the same.
const DATES: [&str; 4] = ["1 March", "2 March", "3 March", "4 March"];
const WORDS: [&str; 4] = [
    "The bridge was opened in 1932 and is 503 metres long.",
    "The bridge was opened in 1932 and is 503 metres long.",
    "The bridge was opened in 1933 and is 503 metres long.",
    "The bridge was opened in 1933, and it is 503 metres long.",
];

fn page(at: usize) -> String {
    let (date, words) = (DATES[at], WORDS[at]);
    let filler = "The city keeps a record of its bridges, with the year of each and its length. ";
    format!(
        "<!doctype html><html lang=en><head><title>Bridges of the city | The City Gazette</title>\
         <meta property='og:site_name' content='The City Gazette'>\
         <meta property='article:published_time' content='2022-02-01T10:00:00Z'></head>\
         <body><nav>Today is {date}. {at} readers online. Menu: Home, News, Sport</nav>\
         <article><h1>Bridges of the city</h1><p>{filler}{filler}</p><p>{words}</p><p>{filler}{filler}</p></article>\
         <aside>Advertisement {at}</aside></body></html>"
    )
}

/// Starts a server whose page is what `at` says.
fn origin(at: &Arc<AtomicUsize>) -> Origin {
    let at = Arc::clone(at);
    Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        "/old" => Response::redirect(301, "/bridges"),
        _ => Response::page(&page(at.load(Ordering::SeqCst))),
    })
}

async fn enter(browser: &Browser, base: &str, link: &str) {
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
}

async fn leave(browser: &Browser) {
    browser.press("Sign out").await;
}

#[tokio::test]
async fn a_figure_that_changes_reopens_the_claim_and_furniture_does_not() {
    let at = Arc::new(AtomicUsize::new(0));
    let origin = origin(&at);
    let desk = desk_of_today();
    let links = links(&desk);
    let closed = desk.close();
    let config = format!("[fetch]\nallow = [\"{}\"]\ngap = 1\n", origin.place());
    let mut program = citekeep_with(&closed.data, &config);
    let base = program.address();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;

    enter(&browser, &base, &links[0]).await;
    capture_and_cite(&browser, &base, &origin).await;
    leave(&browser).await;
    publish(&browser, &base, &links).await;

    enter(&browser, &base, &links[1]).await;
    at.store(1, Ordering::SeqCst);
    look_again(&browser, &base).await;
    browser.sees("cited passage unchanged").await;
    browser.goto(&format!("{base}/published/1")).await;
    assert!(!browser.text().await.contains("Under review again"));

    at.store(2, Ordering::SeqCst);
    look_again(&browser, &base).await;
    browser.sees("cited passage altered").await;
    browser.picture("timeline").await;
    browser.follow("What changed since snapshot 2").await;
    browser.sees("one stretch differs").await;
    browser.picture("changes").await;
    browser.choose("view", "in one column").await;
    browser.press("Compare").await;
    browser.picture("changes-inline").await;
    browser.goto(&format!("{base}/claims")).await;
    browser.sees("stale").await;
    browser.picture("stale-first").await;
    browser.goto(&format!("{base}/published/1")).await;
    browser.sees("Under review again").await;
    leave(&browser).await;

    enter(&browser, &base, &links[4]).await;
    dismiss(&browser, &base).await;
    at.store(3, Ordering::SeqCst);
    leave(&browser).await;
    enter(&browser, &base, &links[5]).await;
    look_again(&browser, &base).await;
    browser.sees("cited passage altered").await;
    browser.goto(&format!("{base}/published/1")).await;
    browser.sees("Under review again").await;
    browser.end().await;
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}

/// Links for the researcher twice, and for everybody who comes later.
fn links(desk: &TestDesk) -> Vec<String> {
    desk.claim("The bridge opened in 1932.");
    [
        desk.researcher,
        desk.researcher,
        desk.reviewer,
        desk.second,
        desk.second,
        desk.researcher,
        desk.editor,
    ]
    .map(|actor| desk.link(actor))
    .to_vec()
}

async fn capture_and_cite(browser: &Browser, base: &str, origin: &Origin) {
    browser.goto(&format!("{base}/sources/new")).await;
    browser.fill("address", "ftp://example.org/").await;
    browser.press("Fetch it").await;
    browser.sees("an address starts with http").await;
    browser.fill("address", origin.url("/old").as_str()).await;
    browser.press("Fetch it").await;
    browser.sees("Proposed from the document itself").await;
    assert_eq!(browser.value("title").await, "Bridges of the city");
    assert_eq!(browser.value("publisher").await, "The City Gazette");
    assert_eq!(browser.value("published").await, "2022-02-01");
    browser.picture("proposed").await;
    browser.press("Save the source").await;
    browser.sees("fetched, text/html").await;
    browser.follow("Snapshot 1").await;
    browser.sees("301 to").await;
    let text = browser.text().await;
    assert!(!text.contains("readers online"), "{text}");
    browser.follow("everything visible").await;
    browser.sees("readers online").await;
    browser.follow("main text").await;
    browser.select(WORDS[0]).await;
    assert_eq!(browser.value("quote").await, WORDS[0]);
    browser.picture("reader").await;
    browser.fill("claim", "1").await;
    browser.press("Find them").await;
    browser.sees("Found: exact").await;
    browser.press("Save this citation").await;
    browser.sees("Choose what the words do to the claim.").await;
    browser.choose("stance", "supports").await;
    browser.press("Save this citation").await;
    browser.sees("Citation 1").await;
}

async fn publish(browser: &Browser, base: &str, links: &[String]) {
    enter(browser, base, &links[2]).await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.choose("rating", "True").await;
    browser.fill("rationale", "The record says so.").await;
    browser.press("Give the verdict").await;
    browser.sees("stands").await;
    leave(browser).await;
    enter(browser, base, &links[3]).await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.press("Approve").await;
    browser.sees("approved").await;
    leave(browser).await;
    enter(browser, base, &links[6]).await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.press("Publish the verdict").await;
    browser.sees("public page").await;
    leave(browser).await;
}

async fn look_again(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/sources/1")).await;
    browser.press("Fetch it now").await;
    browser.sees("Bridges of the city, snapshot").await;
    browser.goto(&format!("{base}/sources/1")).await;
}

async fn dismiss(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/claims/1")).await;
    browser.sees("Does the change matter?").await;
    browser.picture("stale-claim").await;
    browser
        .fill(
            "dismissal",
            "Opened on new year's night; both years are right.",
        )
        .await;
    browser.press("The change does not matter").await;
    browser.sees("change judged not to matter").await;
    browser.goto(&format!("{base}/published/1")).await;
    browser.sees("both years are right").await;
    assert!(!browser.text().await.contains("Under review again"));
    browser.picture("dismissed").await;
}
