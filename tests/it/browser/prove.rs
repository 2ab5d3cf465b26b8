//! An entry of the log is proved in the browser, and one byte that differs is
//! shown as wrong.

use crate::support::desk_of_today;

use super::driver::Browser;

/// The oldest entry of a list, and the button on its page.
const FIRST: &str = "//ol[contains(@class, 'trail')]/li[last()]/a";
const BUTTON: &str = "//button[contains(., 'Prove it here')]";

/// How a page is spoilt, and the step that notices.
const SPOILT: [(&str, &str); 5] = [
    (
        "at.dataset.body = at.dataset.body.replace('true', 'trua')",
        "Salt and body",
    ),
    (
        "at.dataset.salt = at.dataset.salt.replace(/^./, c => c === '0' ? '1' : '0')",
        "Salt and body",
    ),
    (
        "at.dataset.path = at.dataset.path.replace(/[0-9a-f]$/, c => c === '0' ? '1' : '0')",
        "The top is the root",
    ),
    (
        "at.dataset.size = Number(at.dataset.size) + 1",
        "The checkpoint covers",
    ),
    (
        "at.dataset.note = at.dataset.note.replace(/^./, 'X')",
        "The desk’s key signed",
    ),
];

#[tokio::test]
async fn an_entry_is_proved_here_and_a_changed_one_is_not() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser
        .leave_by(async || browser.click("//main//form//button").await)
        .await;
    browser
        .goto(&format!("{base}/log?claim={claim}&part=verdicts"))
        .await;
    browser.leave_by(async || browser.click(FIRST).await).await;

    browser.click(BUTTON).await;
    browser
        .sees("Proved: this entry is in the log that the desk signed.")
        .await;
    browser.picture("prove").await;
    let steps = "return [...document.querySelectorAll('[data-result]')].map(it => it.dataset.result).join(' ')";
    let found = browser
        .client
        .execute(steps, vec![])
        .await
        .expect("the steps");
    let found = found.as_str().unwrap_or_default().to_owned();
    assert!(found.split(' ').all(|step| step == "right"), "{found}");
    assert!(found.split(' ').count() >= 6, "{found}");

    for (spoil, step) in SPOILT {
        browser.client.refresh().await.expect("the page again");
        let script = format!("const at = document.querySelector('[data-prove]'); {spoil};");
        browser.client.execute(&script, vec![]).await.expect(spoil);
        browser.click(BUTTON).await;
        browser.sees("Not proved: something was changed.").await;
        let wrong = "return [...document.querySelectorAll('[data-result=wrong]')].map(it => it.textContent).join('\\n')";
        let wrong = browser
            .client
            .execute(wrong, vec![])
            .await
            .expect("what is wrong");
        let wrong = wrong.as_str().unwrap_or_default().to_owned();
        assert!(wrong.contains(step), "{spoil}: {wrong}");
    }
    browser.end().await;
    served.end();
}
