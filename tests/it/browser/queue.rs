//! The queue and the search by keyboard, and on a phone.

use fantoccini::Locator;
use serde_json::{Value, json};

use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

use super::devtools::PHONE;
use super::driver::Browser;

const CLAIMS: [&str; 4] = [
    "The bridge opened in 1932.",
    "The river is 503 metres wide.",
    "A ferry crosses it every hour.",
    "The mayor rode on the first ferry.",
];

fn filled() -> TestDesk {
    let desk = desk_of_today();
    for statement in CLAIMS {
        desk.claim(statement);
    }
    desk
}

/// Presses keys where the focus is, as a person does who uses no mouse.
async fn type_(browser: &Browser, keys: &str) {
    let focused = browser.client.active_element().await.expect("a focus");
    focused.send_keys(keys).await.expect("typed");
}

async fn ask(browser: &Browser, script: &str) -> Value {
    let answer = browser.client.execute(script, vec![]).await;
    answer.expect("a script that runs")
}

async fn focused(browser: &Browser) -> String {
    let words = ask(browser, "return document.activeElement.textContent.trim()").await;
    words.as_str().unwrap_or_default().to_owned()
}

/// Waits until a page says of itself what a script asks.
async fn until(browser: &Browser, script: &str, expected: Value) {
    for _ in 0..100 {
        if ask(browser, script).await == expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(ask(browser, script).await, expected, "{script}");
}

async fn enter(browser: &Browser, base: &str, link: &str) {
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
}

fn serve(desk: TestDesk) -> (Served, String) {
    let link = desk.link(desk.editor);
    (desk.serve(), link)
}

#[tokio::test]
async fn claims_are_walked_ticked_and_given_away_by_keyboard() {
    let dir = tempfile::tempdir().expect("a directory");
    let (served, link) = serve(filled());
    let base = &served.base;
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    enter(&browser, base, &link).await;
    browser.goto(&format!("{base}/claims")).await;
    type_(&browser, "j").await;
    assert_eq!(focused(&browser).await, CLAIMS[0]);
    type_(&browser, "jxjx").await;
    assert_eq!(focused(&browser).await, CLAIMS[2]);
    browser.sees("to 2").await;
    type_(&browser, "k").await;
    assert_eq!(focused(&browser).await, CLAIMS[1]);
    let people = browser.client.find(Locator::Css("#b-assignee")).await;
    let people = people.expect("the people");
    people
        .select_by_label("Second reviewer")
        .await
        .expect("chosen");
    browser.picture("queue-ticked").await;
    browser.press("Apply").await;
    browser.sees("2 claims are with Second reviewer now.").await;
    browser.picture("queue").await;
    let all = browser.client.find(Locator::Css("[data-tick-all]")).await;
    all.expect("a button").click().await.expect("pressed");
    browser.sees("to 4").await;
    browser.follow("Unassigned").await;
    browser.misses(CLAIMS[1]).await;
    type_(&browser, "j").await;
    browser.leave_by(async || type_(&browser, "o").await).await;
    let at = ask(&browser, "return location.pathname + location.search").await;
    assert_eq!(at, json!("/claims/1?from=queue%3Dunassigned"));
    browser.end().await;
    served.end();
}

#[tokio::test]
async fn what_is_typed_is_searched_as_one_types() {
    let dir = tempfile::tempdir().expect("a directory");
    let (served, link) = serve(filled());
    let base = &served.base;
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    enter(&browser, base, &link).await;

    // From the bar of any page, into what was found and back.
    browser.goto(&format!("{base}/sources")).await;
    type_(&browser, "/").await;
    type_(&browser, "ferr").await;
    browser.sees(CLAIMS[3]).await;
    let found = "return [...document.querySelectorAll('.found [data-hit]')].length";
    assert_eq!(ask(&browser, found).await, json!(2));
    type_(&browser, "\u{e015}").await;
    assert!(focused(&browser).await.contains("ferry"));
    type_(&browser, "\u{e013}").await;
    type_(&browser, "\u{e00c}").await;
    until(
        &browser,
        "return document.querySelector('.found').hidden",
        json!(true),
    )
    .await;

    // On the page of the search the address follows.
    browser.goto(&format!("{base}/search")).await;
    browser.fill("q", "river").await;
    browser.sees(CLAIMS[1]).await;
    let address = "return location.search";
    until(&browser, address, json!("?q=river")).await;
    let said = "return [...document.querySelectorAll('[role=status]')].some(it => it.textContent === '1 result')";
    assert_eq!(ask(&browser, said).await, json!(true));
    browser.picture("search").await;
    browser.fill("q", "no such words").await;
    browser.sees("Nothing was found").await;
    browser.fill("q", "#3").await;
    browser.sees("Go to claim 3").await;
    type_(&browser, "\u{e015}").await;
    browser
        .leave_by(async || type_(&browser, "\u{e007}").await)
        .await;
    assert_eq!(
        ask(&browser, "return location.pathname").await,
        json!("/claims/3")
    );

    // Earlier claims appear while a new one is written, and stop nobody.
    browser.goto(&format!("{base}/claims/new")).await;
    browser
        .fill("statement", "In 1932 the bridge was opened.")
        .await;
    browser.sees("Earlier claims of similar wording").await;
    browser.sees(CLAIMS[0]).await;
    browser.picture("similar").await;
    browser.press("Open the claim").await;
    browser.sees("Claim 5").await;
    browser.end().await;
}

#[tokio::test]
async fn the_queue_fits_a_phone() {
    let dir = tempfile::tempdir().expect("a directory");
    let (served, link) = serve(filled());
    let base = &served.base;
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    enter(&browser, base, &link).await;
    browser.sit_at(PHONE).await;
    for path in [
        "/claims",
        "/claims?queue=mine",
        "/claims?queue=open&due=week",
        "/search?q=ferry",
        "/claims/new",
    ] {
        browser.goto(&format!("{base}{path}")).await;
        let wide = "return document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(ask(&browser, wide).await, json!(true), "{path}");
        let small = "return [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select')]
            .filter(it => it.checkVisibility() && !it.closest('p, td.article'))
            .map(it => [(it.closest('label') ?? it).getBoundingClientRect(), it.outerHTML])
            .filter(([box]) => box.height < 24).map(([, html]) => html.slice(0, 80))";
        assert_eq!(ask(&browser, small).await, json!([]), "{path}");
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.end().await;
}

/// What the list says of a claim's deadline, in UTC to the minute.
async fn due(browser: &Browser, claim: u32) -> Value {
    let script = format!(
        "return document.querySelector('tr:has([value=\"{claim}\"]) time[data-due]')?.dateTime.slice(0, 16)"
    );
    ask(browser, &script).await
}

/// Puts a moment into a field as a person's picker does, and tells the page.
async fn pick(browser: &Browser, field: &str, moment: &str) {
    let script = format!(
        "const field = document.querySelector('{field}');
         field.closest('details')?.setAttribute('open', '');
         field.value = '{moment}';
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));
         return field.value"
    );
    assert_eq!(ask(browser, &script).await, json!(moment), "{field}");
}

#[tokio::test]
async fn a_deadline_is_typed_in_the_readers_own_zone() {
    let dir = tempfile::tempdir().expect("a directory");
    let (served, link) = serve(filled());
    let base = &served.base;
    let browser = Browser::with_scripts(&dir.path().join("profile")).await;
    let zone = json!({ "timezoneId": "America/New_York" });
    browser
        .devtools("Emulation.setTimezoneOverride", zone)
        .await;
    enter(&browser, base, &link).await;

    // Summer time is that of the day which is typed, whatever today is.
    for (typed, meant) in [
        ("2031-01-15T14:00", "2031-01-15T19:00"),
        ("2031-07-15T14:00", "2031-07-15T18:00"),
    ] {
        browser.goto(&format!("{base}/claims/2")).await;
        pick(&browser, "#due", typed).await;
        browser.sees("date and time in your time zone").await;
        browser.press("Set the plan").await;
        until(
            &browser,
            "return document.querySelector('#due').value",
            json!(typed),
        )
        .await;
        browser.goto(&format!("{base}/claims")).await;
        assert_eq!(due(&browser, 2).await, json!(meant));
    }

    // Several claims at once, first with none ticked: the form comes back with
    // what was typed.
    browser.goto(&format!("{base}/claims")).await;
    pick(&browser, "#b-due", "2031-03-01T23:30").await;
    browser.press("Apply").await;
    browser.sees("Tick the claims that this is for.").await;
    let shown = "return document.querySelector('#b-due').value";
    until(&browser, shown, json!("2031-03-01T23:30")).await;
    browser.click("//input[@name='claim'][@value='3']").await;
    browser.press("Apply").await;
    browser.sees("1 claim").await;
    assert_eq!(due(&browser, 3).await, json!("2031-03-02T04:30"));
    browser.end().await;
    served.end();
}
