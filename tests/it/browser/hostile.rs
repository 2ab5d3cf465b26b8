//! Hostile words in a real browser: no page opens a dialog, asks anybody outside
//! for anything, runs a script that is not the desk's, or makes the console
//! complain.

use std::collections::BTreeMap;

use citekeep::domain::person::Role;
use serde_json::{Value, json};

use crate::attacks::hostile::fill::{pages, publish};
use crate::attacks::hostile::words::LET_IN;
use crate::http::crawl::pattern;
use crate::support::desk_of_today;
use crate::support::host::Host;
use crate::support::http::{Answer, Visitor};

use super::driver::Browser;

/// What a page asked for elsewhere, and what ran in it that it does not say.
const FOUND: &str = "
    const asked = performance.getEntriesByType('resource').map((it) => it.name);
    const foreign = asked.filter((name) => !name.startsWith(location.origin) && !name.startsWith('data:'));
    const frames = [...document.querySelectorAll('iframe, object, embed, base')].map((it) => it.outerHTML);
    const handlers = [...document.querySelectorAll('*')].filter((it) =>
        [...it.attributes].some((attribute) => attribute.name.startsWith('on'))).map((it) => it.outerHTML);
    return [...foreign, ...frames, ...handlers];";

/// One page of each kind that shows hostile words: the longest, in which the most
/// stands.
fn one_of_each_kind(me: &Visitor, starts: &[&str]) -> Vec<String> {
    let mut longest: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (path, answer) in pages(me, starts) {
        let bare = path.split('?').next().unwrap_or_default();
        // Pages that show none of the words have nothing to show here.
        if !is_page(&answer) || !answer.body.contains("alert(") {
            continue;
        }
        let kind = pattern(bare).unwrap_or("none").to_owned();
        let size = answer.body.len();
        let best = longest.entry(kind).or_default();
        if size > best.0 {
            *best = (size, path);
        }
    }
    longest.into_values().map(|(_, path)| path).collect()
}

fn is_page(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    answer.status == 200
        && kind.starts_with("text/html")
        && answer.header("content-disposition").is_none()
}

/// What is wrong with the page that is open.
async fn amiss(browser: &Browser, place: &str) -> Vec<String> {
    // With a dialog open the driver refuses to do anything else.
    let found = browser.client.execute(FOUND, vec![]).await;
    let found = found.unwrap_or_else(|error| json!([format!("a dialog: {error}")]));
    let found = found.as_array().cloned().unwrap_or_default();
    let found = found
        .iter()
        .map(|it: &Value| it.as_str().unwrap_or_default().to_owned());
    let complaints = browser.complaints().await;
    let all = found.chain(complaints);
    all.map(|what| format!("{place}: {what}")).collect()
}

#[tokio::test]
async fn hostile_words_do_nothing_in_a_browser() {
    let desk = desk_of_today();
    publish(&desk);
    let link = desk.link(desk.join(Role::Admin));
    let served = desk.serve();
    let (me, nobody) = (served.enter(&link), served.nobody());
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&profile.path().join("profile")).await;
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for (who, starts) in [
        (&me, ["/claims", "/settings", "/articles"]),
        (&nobody, ["/published", "/about", "/corrections"]),
    ] {
        let cookie = who.cookie.as_deref();
        browser.become_holder_of(cookie, &served.base).await;
        for path in one_of_each_kind(who, &starts) {
            browser.goto(&format!("{}{path}", served.base)).await;
            faults.extend(amiss(&browser, &path).await);
            looked_at += 1;
        }
    }
    faults.extend(while_typing(&browser, &me, &served.base).await);
    faults.extend(kept_and_framed(&browser, &me, &served.base, profile.path()).await);
    browser.end().await;
    assert_eq!(faults, Vec::<String>::new(), "on {looked_at} pages");
    assert!(looked_at > 20, "{looked_at} pages");
    served.end();
}

/// What the scripts draw of what the desk finds while one types.
async fn while_typing(browser: &Browser, me: &Visitor, base: &str) -> Vec<String> {
    let mut faults = Vec::new();
    browser.become_holder_of(me.cookie.as_deref(), base).await;
    browser.goto(&format!("{base}/search")).await;
    for (what, words) in [LET_IN[0], LET_IN[3]] {
        browser.fill("q", words).await;
        browser
            .until("document.querySelectorAll('#hits [data-hit]').length > 0")
            .await;
        faults.extend(amiss(browser, &format!("the search for {what}")).await);
    }
    faults
}

/// Pages that are kept on a disk, and the one that others frame.
async fn kept_and_framed(
    browser: &Browser,
    me: &Visitor,
    base: &str,
    folder: &std::path::Path,
) -> Vec<String> {
    let mut faults = Vec::new();
    for path in ["/articles/1/draft.html", "/settings/assessment.html"] {
        let answer = me.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let file = folder.join(path.replace('/', "_"));
        std::fs::write(&file, &answer.body).expect("a file");
        browser.goto(&format!("file://{}", file.display())).await;
        faults.extend(amiss(browser, &format!("{path} on a disk")).await);
    }
    let frame = format!(
        "<!doctype html><title>A paper</title><iframe src='{base}/published/1/embed'></iframe>"
    );
    let host = Host::serve(frame);
    browser.goto(&format!("http://{}/", host.address)).await;
    let complaints = browser.complaints().await;
    faults.extend(
        complaints
            .into_iter()
            .map(|what| format!("in a frame: {what}")),
    );
    faults
}
