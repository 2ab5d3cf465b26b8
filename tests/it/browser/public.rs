//! What strangers see, without scripts: a verdict, the index, the method, and
//! the verdict within somebody else's page.

use citekeep::desk::publishing;
use citekeep::domain::publication::CorrectionKind;
use fantoccini::Locator;
use serde_json::{Value, json};

use crate::support::host::Host;
use crate::support::{TestDesk, desk_of_today, note};

use super::driver::Browser;

/// Two published verdicts, one of them retracted.
fn some_public(desk: &TestDesk) {
    let (_, _) = desk.published();
    let (wrong, _) = desk.published();
    let seen = desk.seen(wrong);
    let why = note("We had read the wrong year.");
    let kind = CorrectionKind::Retraction;
    publishing::correct(&desk.desk, desk.editor, seen, kind, why).expect("retracted");
}

#[tokio::test]
async fn a_reader_finds_a_verdict_and_what_was_taken_back() {
    let desk = desk_of_today();
    some_public(&desk);
    let served = desk.serve();
    let base = &served.base;
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::start(&dir.path().join("profile")).await;

    browser.goto(&format!("{base}/published")).await;
    browser.sees("retracted").await;
    browser.fill("q", "bridge 1932").await;
    browser.choose("rating", "True").await;
    browser.press("Show").await;
    browser.sees("The bridge opened in 1932.").await;
    browser.picture("public-list").await;
    browser.fill("q", "a word that nobody published").await;
    browser.press("Show").await;
    browser.sees("Nothing published fits").await;

    browser.goto(&format!("{base}/published/1")).await;
    browser.sees("The report says so.").await;
    browser.sees("Check this yourself").await;
    browser.open("Show this on another page").await;
    browser.sees("Code to embed").await;
    browser.picture("public-verdict").await;
    browser.goto(&format!("{base}/published/2")).await;
    browser.sees("We had read the wrong year.").await;
    browser.sees("Was rated").await;
    browser.picture("public-retracted").await;
    browser.follow("Corrections").await;
    browser.sees("We had read the wrong year.").await;
    browser.picture("public-corrections").await;
    browser.follow("Method").await;
    browser.sees("What this desk has not stated yet").await;
    browser.picture("public-method").await;
    browser.follow("People").await;
    browser.sees("Second reviewer").await;
    browser.picture("public-people").await;
    browser.follow("Scales").await;
    browser.sees("used for new verdicts").await;
    browser.end().await;
}

#[tokio::test]
async fn a_verdict_is_shown_within_a_foreign_page_and_leaves_it_alone() {
    let desk = desk_of_today();
    some_public(&desk);
    let served = desk.serve();
    let base = &served.base;
    let nobody = served.nobody();
    let code = |claim: u32, wide: u32| {
        let query = format!("/oembed?url={base}/published/{claim}&maxwidth={wide}");
        let told: Value = serde_json::from_str(&nobody.get(&query).body).expect("JSON");
        told["html"].as_str().expect("HTML").to_owned()
    };
    let host = Host::serve(format!(
        "<!DOCTYPE html><html lang=\"en\"><title>A newspaper</title>\
         <style>* {{ color: #b00020 }} a {{ display: none }} .thin {{ width: 280px }}</style>\
         <h1>A newspaper</h1><p>Words of the host.</p>{}<div class=\"thin\">{}</div>{}\
         <p>More words of the host.</p></html>",
        code(1, 600),
        code(1, 280),
        code(2, 600),
    ));
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::start(&dir.path().join("profile")).await;
    let address = format!("http://{}/", host.address);
    browser.goto(&address).await;
    browser.sees("More words of the host.").await;
    let frames = browser.client.find_all(Locator::Css("iframe"));
    let frames = frames.await.expect("frames");
    assert_eq!(frames.len(), 3);
    for (at, words) in [(0, "True"), (1, "True"), (2, "Retracted.")] {
        let frame = browser.client.find_all(Locator::Css("iframe")).await;
        let frame = frame.expect("frames").remove(at);
        frame.enter_frame().await.expect("a frame");
        browser.sees("The bridge opened in 1932.").await;
        browser.sees(words).await;
        let fits = "const page = document.documentElement;
            return [page.scrollWidth <= page.clientWidth, page.scrollHeight <= page.clientHeight,
                getComputedStyle(document.querySelector('h1 a')).display,
                getComputedStyle(document.querySelector('main')).display];";
        let fits = browser.client.execute(fits, Vec::new()).await;
        let expected = json!([true, true, "inline", "flex"]);
        assert_eq!(
            fits.expect("measured"),
            expected,
            "frame {at}: styled, and not scrolled"
        );
        browser.client.enter_parent_frame().await.expect("the host");
    }
    browser.picture("public-embedded").await;

    let frame = browser.client.find(Locator::Css("iframe")).await;
    frame.expect("a frame").enter_frame().await.expect("within");
    let link = browser.client.find(Locator::Css("h1 a")).await;
    link.expect("a link").click().await.expect("clicked");
    let mut windows = browser.client.windows().await.expect("windows");
    assert_eq!(windows.len(), 2, "the whole check opens elsewhere");
    let here = browser.client.window().await.expect("this window");
    windows.retain(|window| *window != here);
    browser.client.enter_parent_frame().await.expect("the host");
    let still = browser.client.current_url().await.expect("an address");
    assert_eq!(still.as_str(), address, "the host stays where it is");
    let other = windows.remove(0);
    browser.client.switch_to_window(other).await.expect("there");
    browser.sees("Check this yourself").await;
    browser.end().await;
}
