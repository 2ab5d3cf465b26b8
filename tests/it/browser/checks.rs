//! Every page held against what can be checked of any page: accessibility by
//! axe-core in light and dark on a desk and on a phone, valid HTML, a quiet
//! console, a layout that stays where it is and fits the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::devtools::{DESKTOP, PHONE, Screen};
use super::driver::Browser;
use super::pages::{House, Page, Reader, house};
use super::tools;

/// How far the things on a page may move by themselves while it opens, as
/// browsers count it.
const MOST_SHIFT: f64 = 0.01;

/// What axe-core is asked to look for: WCAG 2.2 AA, and what its makers think
/// good besides.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// What is known and not mended yet: the rule, and how the element begins. To be
/// kept empty; each line says what takes it away.
const KNOWN: [(&str, &str); 0] = [];

/// How many examples of one fault are told, and how many pages of each.
const EXAMPLES: usize = 5;
const PLACES: usize = 4;

/// Faults by their name: what shows each, and the pages on which it was found.
#[derive(Default)]
struct Faults(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Faults {
    fn add(&mut self, (name, shown): (String, String), place: &str) {
        let shown = self.0.entry(name).or_default().entry(shown);
        shown.or_default().push(place.to_owned());
    }

    /// Tells them all.
    fn none(&self, looked_at: usize) {
        let mut told = String::new();
        for (name, examples) in &self.0 {
            write!(told, "\n{name}\n").expect("memory");
            for (shown, places) in examples.iter().take(EXAMPLES) {
                let places = few(places, PLACES);
                write!(told, "  - {shown}\n    on {places}\n").expect("memory");
            }
            if examples.len() > EXAMPLES {
                let rest = examples.values().skip(EXAMPLES).flatten();
                let rest: BTreeSet<&String> = rest.collect();
                let rest: Vec<String> = rest.into_iter().cloned().collect();
                let count = examples.len() - EXAMPLES;
                let places = few(&rest, 3 * PLACES);
                write!(told, "  - and {count} more like these\n    on {places}\n").expect("memory");
            }
        }
        let count = self.0.len();
        assert!(
            count == 0,
            "{count} kinds of fault on {looked_at} pages:\n{told}"
        );
    }
}

fn few(places: &[String], most: usize) -> String {
    let shown = places.iter().take(most).cloned().collect::<Vec<_>>();
    let more = match places.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    shown.join(", ") + &more
}

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

async fn axe(browser: &Browser, options: &Value) -> Vec<(String, String)> {
    let script = "
        const done = arguments[arguments.length - 1];
        axe.run(document, arguments[0]).then(
            found => done(found.violations.flatMap(fault => fault.nodes.map(node => [
                `${fault.id}: ${fault.help}`, node.html, node.failureSummary]))),
            error => done([['axe-core failed', '', String(error)]]));";
    let found = browser
        .client
        .execute_async(script, vec![options.clone()])
        .await;
    let found = found.expect("axe-core answers");
    let lines = found.as_array().cloned().unwrap_or_default();
    let is_known = |fault: &&Value| {
        let word = |at: usize| fault[at].as_str().unwrap_or_default();
        let is = |(rule, start): &(&str, &str)| {
            word(0).starts_with(&format!("{rule}:")) && word(1).starts_with(start)
        };
        KNOWN.iter().any(is)
    };
    lines
        .iter()
        .filter(|fault| !is_known(fault))
        .map(|fault| {
            let word = |at: usize| fault[at].as_str().unwrap_or_default();
            let advice = word(2).replace('\n', "\n    ");
            (word(0).to_owned(), format!("{}\n    {advice}", word(1)))
        })
        .collect()
}

#[tokio::test]
async fn no_page_has_a_fault_that_axe_can_find() {
    let source = tools::axe();
    let house = house();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    let with =
        |what: Value| json!({ "runOnly": what, "resultTypes": ["violations"], "preload": false });
    let everything = with(json!({ "type": "tag", "values": TAGS }));
    let colours =
        with(json!({ "type": "rule", "values": ["color-contrast", "link-in-text-block"] }));
    let looks = [
        ("light", DESKTOP, &everything),
        ("dark", DESKTOP, &everything),
        ("dark", PHONE, &colours),
        ("light", PHONE, &everything),
    ];
    let mut faults = Faults::default();
    let mut count = 0;
    for reader in &house.readers {
        browser
            .become_holder_of(reader.cookie.as_deref(), &reader.base)
            .await;
        for page in reader.choice() {
            count += 1;
            browser.sit_at(DESKTOP).await;
            browser.prefer("light").await;
            open(&browser, reader, page).await;
            let brought = browser.client.execute(&source, vec![]).await;
            brought.expect("axe-core is brought in");
            for (scheme, screen, what) in looks {
                browser.sit_at(screen).await;
                browser.prefer(scheme).await;
                let place = format!("{} in {scheme} on a {}", place(reader, page), screen.name);
                for words in axe(&browser, what).await {
                    faults.add(words, &place);
                }
            }
        }
    }
    browser.end().await;
    faults.none(count);
}

#[test]
fn every_page_is_valid_html() {
    let House { readers, .. } = &house();
    let folder = tempfile::tempdir().expect("a directory");
    let mut places = Vec::new();
    for reader in readers {
        for page in &reader.pages {
            let name = format!("{}.html", places.len());
            std::fs::write(folder.path().join(name), &page.html).expect("written");
            places.push(place(reader, page));
        }
    }
    let mut faults = Faults::default();
    for (name, words) in tools::html_faults(folder.path()) {
        let number: Option<usize> = name.trim_end_matches(".html").parse().ok();
        let place = number.and_then(|number| places.get(number));
        faults.add(words, place.map_or(name.as_str(), String::as_str));
    }
    faults.none(places.len());
}

/// What is wrong with how a page settles on a screen: what moved by itself,
/// and what stands beyond the edge.
async fn unsettled(browser: &Browser, screen: Screen) -> Vec<(String, String)> {
    let script = "
        const done = arguments[arguments.length - 1];
        const width = arguments[0], most = arguments[1];
        const name = node => {
            const element = node?.nodeType === 1 ? node : node?.parentElement;
            return element ? element.cloneNode(false).outerHTML : 'something that is gone';
        };
        let sum = 0;
        const moved = new Set();
        new PerformanceObserver(list => {
            for (const shift of list.getEntries()) {
                if (shift.hadRecentInput) continue;
                sum += shift.value;
                for (const source of shift.sources) moved.add(name(source.node));
            }
        }).observe({ type: 'layout-shift', buffered: true });
        let frames = 0;
        const look = () => {
            frames += 1;
            if (frames < 6) return requestAnimationFrame(look);
            const faults = [];
            if (sum >= most)
                faults.push(['the layout shifts', `by ${sum.toFixed(3)}: ${[...moved].slice(0, 3).join(' ')}`]);
            const root = document.scrollingElement;
            if (root.scrollWidth > width) {
                const beyond = [...document.body.querySelectorAll('*')].filter(node => {
                    if (node.getBoundingClientRect().right <= width + 1) return false;
                    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
                        if (getComputedStyle(up).overflowX !== 'visible') return false;
                    return true;
                });
                faults.push(['the page is wider than the screen', `${root.scrollWidth} pixels: ${beyond.slice(-3).map(name).join(' ')}`]);
            }
            done(faults);
        };
        requestAnimationFrame(look);";
    let asked = vec![json!(screen.width), json!(MOST_SHIFT)];
    let found = browser.client.execute_async(script, asked).await;
    let found = found.expect("an answer from the page");
    let faults = found.as_array().cloned().unwrap_or_default();
    let word = |fault: &Value, at: usize| fault[at].as_str().unwrap_or_default().to_owned();
    let pair = |fault: &Value| (word(fault, 0), word(fault, 1));
    faults.iter().map(pair).collect()
}

#[tokio::test]
async fn no_page_shifts_or_overflows_or_complains() {
    let house = house();
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    browser.prefer("light").await;
    let mut faults = Faults::default();
    let mut count = 0;
    for screen in [DESKTOP, PHONE] {
        browser.sit_at(screen).await;
        for reader in &house.readers {
            browser
                .become_holder_of(reader.cookie.as_deref(), &reader.base)
                .await;
            for page in reader.choice() {
                count += 1;
                open(&browser, reader, page).await;
                let place = format!("{} on a {}", place(reader, page), screen.name);
                for words in unsettled(&browser, screen).await {
                    faults.add(words, &place);
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
    }
    browser.end().await;
    faults.none(count);
}
