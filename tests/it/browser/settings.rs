//! The settings and the style guide in a browser, on a desk and on a phone, in
//! light and in dark: forms that are wrong, a scale on its way, a token that is
//! shown this once.

use std::path::PathBuf;

use crate::support::check;
use crate::support::program::citekeep;

use super::devtools::{DESKTOP, PHONE};
use super::driver::Browser;

/// Takes pictures on each screen, in light and in dark.
async fn look(browser: &Browser, name: &str) {
    let screens = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screens");
    for screen in [DESKTOP, PHONE] {
        browser.sit_at(screen).await;
        for scheme in ["light", "dark"] {
            browser.prefer(scheme).await;
            let png = browser.client.screenshot().await.expect("a picture");
            let file = format!("{name}-{}-{scheme}.png", screen.name);
            std::fs::write(screens.join(file), png).expect("written");
        }
    }
    browser.sit_at(DESKTOP).await;
    browser.prefer("light").await;
}

#[tokio::test]
async fn an_admin_sets_the_desk_up() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let mut desk = citekeep(&data, &["serve"]);
    let link = desk.line_with("/set-up/").trim().to_owned();
    let base = link
        .split("/set-up/")
        .next()
        .expect("an address")
        .to_owned();
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&link).await;
    browser.fill("name", "First admin").await;
    browser.fill("sign_in", "admin").await;
    browser.fill("password", "a long enough password").await;
    browser.press("Set up the desk").await;

    browser.goto(&format!("{base}/settings")).await;
    browser.sees("10 things are missing for readers").await;
    look(&browser, "settings-overview").await;
    browser.follow("the organisation responsible").await;
    browser.fill("name", "Bridges Desk").await;
    browser.fill("owner", "The Example Newsroom Ltd").await;
    browser.fill("url", "nowhere").await;
    browser.press("Save the desk’s sheet").await;
    browser.sees("an address starts with http").await;
    look(&browser, "settings-desk").await;
    browser.fill("url", "https://newsroom.example").await;
    browser.choose("locale", "American").await;
    browser.press("Save the desk’s sheet").await;
    browser.sees("Saved.").await;
    browser.goto(&format!("{base}/settings/policies")).await;
    browser
        .fill("method", "Two people read every source.")
        .await;
    browser.press("Save the policies").await;
    look(&browser, "settings-policies").await;
    browser.goto(&format!("{base}/settings/rules")).await;
    browser.choose("approvals", "0: one person decides").await;
    browser.press("Set the rules").await;
    browser.sees("The rules hold from now on").await;
    look(&browser, "settings-rules").await;

    adopt(&browser, &base).await;
    browser.goto(&format!("{base}/settings/tokens")).await;
    look(&browser, "settings-tokens-none").await;
    browser.fill("name", "Story system").await;
    browser.press("Make the token").await;
    browser.sees("Copy this token now").await;
    look(&browser, "settings-token").await;
    browser.goto(&format!("{base}/people")).await;
    browser.fill("name", "Somebody new").await;
    browser.press("Add the person").await;
    browser.sees("Give this link to the person you added").await;
    look(&browser, "settings-people").await;
    browser.open("Make a new sign-in link").await;
    browser.press("Make the link").await;
    browser
        .sees("Older links and sessions of Somebody new have ended")
        .await;
    browser.goto(&format!("{base}/log")).await;
    browser.sees("set the rules: ").await;
    browser.sees(" UTC").await;
    guide(&browser, &base).await;
    // A form that is wrong comes back with 422, which browsers note.
    let complaints = browser.complaints().await.into_iter();
    let other: Vec<String> = complaints.filter(|line| !line.contains(" 422 ")).collect();
    assert_eq!(other, Vec::<String>::new());
    browser.end().await;
    drop(desk);
    assert_eq!(check(&data).findings, []);
}

async fn adopt(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/settings/scales")).await;
    look(browser, "settings-scales").await;
    browser.follow("Make a new version of Six-step").await;
    browser.fill("label_1", "").await;
    browser.press("Show the scale as it will be").await;
    browser.sees("this may not be empty").await;
    look(browser, "settings-scale").await;
    browser.fill("label_1", "Entirely correct").await;
    browser.press("Show the scale as it will be").await;
    browser.sees("changed: Entirely correct").await;
    look(browser, "settings-preview").await;
    browser.press("Adopt this version").await;
    browser.sees("Adopted.").await;
}

async fn guide(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/style")).await;
    for section in [
        "words", "times", "ratings", "fields", "notices", "lists", "quotes", "verdicts",
    ] {
        let script = "document.getElementById(arguments[0]).scrollIntoView()";
        let at = vec![serde_json::json!(section)];
        browser.client.execute(script, at).await.expect("a section");
        look(browser, &format!("style-{section}")).await;
    }
}
