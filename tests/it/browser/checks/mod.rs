//! Every page held against what can be checked of any page: accessibility by
//! axe-core in light and dark on a desk and on a phone, valid HTML, a quiet
//! console, a layout that stays where it is and fits the screen.

mod axe;
mod faults;
mod settled;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::capture::origin::{Origin, Response};

use super::devtools::{DESKTOP, PHONE, Screen};
use super::driver::Browser;
use super::pages::{House, Page, Reader, house};
use super::tools;
use faults::Faults;
use settled::unsettled;

/// How often a page is opened that does not settle.
const OPENINGS: usize = 3;

/// Opens a page as this reader.
async fn open(browser: &Browser, reader: &Reader, page: &Page) {
    match &page.sent {
        None => browser.goto(&format!("{}{}", reader.base, page.path)).await,
        Some(fields) => {
            browser.goto(&format!("{}/about", reader.base)).await;
            browser.send(&page.path, fields).await;
        }
    }
}

fn place(reader: &Reader, page: &Page) -> String {
    let sent = if page.sent.is_some() {
        "the answer to a form at "
    } else {
        ""
    };
    format!("{sent}{} ({})", page.path, reader.name)
}

/// Finding the pages takes as long as looking at them, so that everything is
/// looked at in one test: the HTML of all of them, while one browser sits at a
/// desk and another one is a phone.
#[tokio::test]
async fn no_page_has_a_fault_that_can_be_found_of_any_page() {
    let house = house();
    let dir = tempfile::tempdir().expect("a directory");
    let (folder, places) = written(&house, dir.path());
    let html = std::thread::spawn(move || tools::html_faults(&folder));
    let at_a_desk = look(&house, DESKTOP, dir.path());
    let (mut faults, others) = tokio::join!(at_a_desk, look(&house, PHONE, dir.path()));
    faults.join(others);
    for (name, words) in html.join().expect("an answer of html-validate") {
        let number: Option<usize> = name.trim_end_matches(".html").parse().ok();
        let place = number.and_then(|number| places.get(number));
        faults.add(words, place.map_or(name.as_str(), String::as_str));
    }
    faults.none(places.len());
}

/// Every page as a file; the folder, and where each of them was.
fn written(house: &House, dir: &Path) -> (PathBuf, Vec<String>) {
    let folder = dir.join("pages");
    std::fs::create_dir(&folder).expect("a folder");
    let mut places = Vec::new();
    for reader in &house.readers {
        for page in &reader.pages {
            let name = format!("{}.html", places.len());
            std::fs::write(folder.join(name), &page.html).expect("written");
            places.push(place(reader, page));
        }
    }
    (folder, places)
}

/// Fetches the styles and scripts of all pages, as whoever has been here before
/// has them: one that comes late may move what a narrow screen shows already.
async fn know(browser: &Browser, reader: &Reader) {
    let mut files = BTreeSet::new();
    for page in &reader.pages {
        let parts = page
            .html
            .split('"')
            .filter(|part| part.starts_with("/static/"));
        files.extend(parts);
    }
    browser.goto(&format!("{}/about", reader.base)).await;
    let script = "
        const done = arguments[arguments.length - 1];
        Promise.all(arguments[0].map(file => fetch(file).then(it => it.blob()))).then(all => done(all.length));";
    let fetched = browser
        .client
        .execute_async(script, vec![json!(files)])
        .await;
    assert_eq!(
        fetched.expect("an answer from the page"),
        json!(files.len())
    );
}

/// Opens a page; what is wrong with how it settles, each time. A machine that is
/// busy may paint a page before its scripts have run, but seldom again.
async fn opened(
    browser: &Browser,
    reader: &Reader,
    page: &Page,
    screen: Screen,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for _ in 0..OPENINGS {
        open(browser, reader, page).await;
        found = unsettled(browser, screen).await;
        if found.is_empty() {
            break;
        }
    }
    found
}

/// Looks at the pages that stand out, on one screen.
async fn look(house: &House, screen: Screen, dir: &Path) -> Faults {
    let browser = Browser::with_scripts(&dir.join(screen.name)).await;
    browser.sit_at(screen).await;
    let axe = tools::axe();
    let mut faults = Faults::default();
    for reader in &house.readers {
        browser
            .become_holder_of(reader.cookie.as_deref(), &reader.base)
            .await;
        if screen.name == PHONE.name {
            know(&browser, reader).await;
        }
        for page in reader.choice() {
            browser.prefer("light").await;
            let place = format!("{} on a {}", place(reader, page), screen.name);
            for words in opened(&browser, reader, page, screen).await {
                faults.add(words, &place);
            }
            let brought = browser.client.execute(&axe, vec![]).await;
            brought.expect("axe-core is brought in");
            for (scheme, what) in [("light", axe::everything()), ("dark", axe::colours())] {
                browser.prefer(scheme).await;
                for words in axe::faults(&browser, &what).await {
                    faults.add(words, &format!("{place} in {scheme}"));
                }
            }
            // The browser says by itself that the answer is no success.
            let own = format!("status of {}", page.status);
            for words in browser.complaints().await {
                if page.status == 200 || !words.contains(&own) {
                    faults.add(("the console complains".to_owned(), words), &place);
                }
            }
        }
    }
    browser.end().await;
    faults
}

const BAD: &str = "<!doctype html><html lang=en><head><title>Bad</title>\
    <meta name=viewport content='width=device-width'></head><body><main><h1>Bad</h1>\
    <p id=same style='color: #999; width: 500px'>Pale words in a wide line.</p>\
    <p id=same>What is pushed away, once it is seen, by a line that comes late.</p></main>\
    <script>console.error('something is amiss');\
    new PerformanceObserver(() => {\
    document.querySelector('h1').style.paddingTop = '200px'; })\
    .observe({ type: 'paint', buffered: true });</script></body></html>";

#[tokio::test]
async fn a_page_that_was_made_badly_is_caught() {
    let origin = Origin::start(|_| Response::page(BAD));
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.sit_at(PHONE).await;
    browser.goto(origin.url("/").as_str()).await;
    let settled = unsettled(&browser, PHONE).await;
    let names: Vec<&str> = settled.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["the layout shifts", "the page is wider than the screen"];
    assert_eq!(names, expected, "{settled:?}");
    let complaints = browser.complaints().await;
    let is_amiss = complaints
        .iter()
        .any(|words| words.contains("something is amiss"));
    assert!(is_amiss, "{complaints:?}");
    let brought = browser.client.execute(&tools::axe(), vec![]).await;
    brought.expect("axe-core is brought in");
    let found = axe::faults(&browser, &json!({})).await;
    let is_pale = found
        .iter()
        .any(|(name, _)| name.starts_with("color-contrast:"));
    assert!(is_pale, "{found:?}");
    browser.end().await;

    let folder = dir.path().join("pages");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("0.html"), BAD).expect("written");
    let found = tools::html_faults(&folder);
    let is_twice = found.iter().any(|(_, (rule, _))| rule == "no-dup-id");
    assert!(is_twice, "{found:?}");
}
