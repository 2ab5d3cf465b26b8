//! The keyboard alone: the whole path, the palette, the help, and the switch
//! that puts single keys to sleep.

use serde_json::json;

use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

use super::driver::Browser;
use super::keyboard::{CONTROL, DOWN, ENTER, ESCAPE};

const REPORT: &str = "A report.\n\nThe bridge was opened in 1932, the city says.";

/// A desk with a claim and a snapshot, served, and a browser before it.
struct Scene {
    browser: Browser,
    served: Served,
    _profile: tempfile::TempDir,
}

async fn scene(desk: TestDesk) -> Scene {
    let served = desk.serve();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    Scene {
        browser,
        served,
        _profile: profile,
    }
}

#[tokio::test]
async fn from_a_claim_to_its_publication_by_keyboard() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city report");
    desk.snapshot(source, REPORT);
    let links = [desk.researcher, desk.reviewer, desk.second, desk.editor];
    let links = links.map(|person| desk.link(person));
    let scene = scene(desk).await;
    let (browser, base) = (&scene.browser, &scene.served.base);
    let [researcher, reviewer, second, editor] = links.map(|link| format!("{base}/enter/{link}"));

    browser.enter_by_keys(&researcher).await;
    browser.keys("jo").await;
    browser.is_at("/claims/1").await;
    cite(browser).await;

    browser.enter_by_keys(&reviewer).await;
    browser.goto(&format!("{base}/claims/1")).await;
    decide(browser).await;

    browser.enter_by_keys(&second).await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.keys("a").await;
    browser.tab_to("[name=opinion]").await;
    browser.keys("Read against the report.").await;
    browser
        .tab_to("form[action$='/approvals'] button:not([formaction])")
        .await;
    browser.keys(&ENTER.to_string()).await;
    browser.sees("approval").await;
    browser.is_at("/claims/1").await;

    browser.enter_by_keys(&editor).await;
    browser.goto(&format!("{base}/claims/1")).await;
    browser.keys("p").await;
    browser.tab_to("form[action$='/publications'] button").await;
    browser.keys(&ENTER.to_string()).await;
    browser
        .until("!!document.querySelector('a[href=\"/published/1\"]')")
        .await;
    let Scene {
        served, browser, ..
    } = scene;
    browser.end().await;
    served.end();
}

async fn cite(browser: &Browser) {
    browser.keys("c").await;
    browser.is_at("/claims/1/citations/new").await;
    browser.keys("j").await;
    browser.tab_to("a[href*='snapshot=1']").await;
    browser.keys(&ENTER.to_string()).await;
    browser
        .until("!!document.querySelector('[name=quote]')")
        .await;
    browser.tab_to("[name=quote]").await;
    browser.keys("The bridge was opened in 1932").await;
    browser.chord(CONTROL, ENTER).await;
    browser.sees("Found: exact").await;
    browser.tab_to("[name=stance]").await;
    browser.keys(" ").await;
    browser.tab_to("button[value=save]").await;
    browser.keys(&ENTER.to_string()).await;
    browser.is_at("/claims/1").await;
    browser.sees("the city says").await;
}

async fn decide(browser: &Browser) {
    browser.keys("d").await;
    browser.tab_to("[name=rating]").await;
    browser.keys(" ").await;
    browser.tab_to("[name=rationale]").await;
    browser.keys("The report says so.").await;
    browser.tab_to("[name=citation]").await;
    if browser.says("document.activeElement.checked").await == json!(false) {
        browser.keys(" ").await;
    }
    browser.chord(CONTROL, ENTER).await;
    browser.sees("0 of 1").await;
    browser.is_at("/claims/1").await;
}

#[tokio::test]
async fn the_palette_and_the_help_know_the_page_and_single_keys_can_sleep() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    desk.claim("The bridge is 503 metres long.");
    let link = desk.link(desk.editor);
    let scene = scene(desk).await;
    let (browser, base) = (&scene.browser, &scene.served.base);
    browser.enter_by_keys(&format!("{base}/enter/{link}")).await;

    palette(browser).await;

    browser.goto(&format!("{base}/claims/1")).await;
    browser.keys("?").await;
    browser
        .until("!!document.querySelector('dialog[open]')")
        .await;
    for words in [
        "Keys on this page",
        "Decide",
        "Cite a source",
        "Go to Articles",
    ] {
        browser.sees(words).await;
    }
    browser.picture("keys-help").await;
    browser.tab_to("dialog input[type=checkbox]").await;
    browser.keys(" ").await;
    browser.keys(&ESCAPE.to_string()).await;
    browser.until("!document.querySelector('dialog')").await;
    let is_idle =
        "document.activeElement === document.body || !document.activeElement.closest('form')";
    browser.keys("d").await;
    assert_eq!(
        browser.says(is_idle).await,
        json!(true),
        "single keys sleep"
    );
    browser.goto(&format!("{base}/claims/1")).await;
    browser.keys("ga").await;
    browser.keys("?").await;
    assert_eq!(
        browser.says("!document.querySelector('dialog')").await,
        json!(true)
    );
    assert_eq!(browser.says("location.pathname").await, json!("/claims/1"));
    browser.chord(CONTROL, 'k').await;
    browser.keys(&format!("help{ENTER}")).await;
    browser
        .until("!!document.querySelector('dialog input[type=checkbox]')")
        .await;
    browser.tab_to("dialog input[type=checkbox]").await;
    browser.keys(&format!(" {ESCAPE}")).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.keys("ga").await;
    browser.is_at("/articles").await;
    scene.browser.end().await;
}

async fn palette(browser: &Browser) {
    let choices =
        "[...document.querySelectorAll('#palette-list li')].map((row) => row.innerText).join('|')";
    browser.chord(CONTROL, 'k').await;
    browser
        .until("!!document.querySelector('dialog.palette[open]')")
        .await;
    browser.picture("keys-palette").await;
    browser.keys("503 metres").await;
    browser
        .until(&format!(
            "{choices}.includes('The bridge is 503 metres long.')"
        ))
        .await;
    browser.keys(&ENTER.to_string()).await;
    browser.is_at("/claims/2").await;
    browser.chord(CONTROL, 'k').await;
    browser.keys(&format!("1{ENTER}")).await;
    browser.is_at("/claims/1").await;
    browser.chord(CONTROL, 'k').await;
    browser.keys("go to").await;
    let first = "document.querySelector('[role=combobox]').getAttribute('aria-activedescendant')";
    assert_eq!(browser.says(first).await, json!("choice-0"));
    browser.keys(&DOWN.to_string()).await;
    assert_eq!(browser.says(first).await, json!("choice-1"));
    let chosen = "document.querySelector('[role=option][aria-selected=true]').id";
    assert_eq!(browser.says(chosen).await, json!("choice-1"));
    browser.keys(&ENTER.to_string()).await;
    browser.is_at("/articles").await;
}

#[tokio::test]
async fn times_stand_in_the_reader_s_zone_with_the_exact_utc_beside() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let link = desk.link(desk.editor);
    let scene = scene(desk).await;
    let (browser, base) = (&scene.browser, &scene.served.base);
    browser.enter_by_keys(&format!("{base}/enter/{link}")).await;
    let zone = json!({ "timezoneId": "Asia/Kathmandu" });
    browser
        .devtools("Emulation.setTimezoneOverride", zone)
        .await;
    browser.goto(&format!("{base}/log")).await;
    // Kathmandu is five and three quarter hours ahead.
    let right = "[...document.querySelectorAll('time[datetime]')].length > 0
        && [...document.querySelectorAll('time[datetime]')].every((time) => {
            const there = new Date(Date.parse(time.dateTime) + 345 * 60000).toISOString();
            return time.title === time.dateTime && time.dateTime.endsWith('Z')
                && time.textContent.includes(there.slice(11, 16))
                && time.textContent.includes(String(Number(there.slice(8, 10))));
        })";
    browser.until(right).await;
    scene.browser.end().await;
}
