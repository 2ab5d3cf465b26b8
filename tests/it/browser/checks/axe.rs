//! Accessibility, by axe-core.

use serde_json::{Value, json};

use crate::browser::driver::Browser;

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

/// Whose outcome rests on colours.
const OF_COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// All that is looked for.
pub(super) fn everything() -> Value {
    with(&json!({ "type": "tag", "values": TAGS }))
}

/// What another set of colours can change, and nothing else of a page: see
/// `house::style::in_the_dark_only_colours_are_others`.
pub(super) fn colours() -> Value {
    with(&json!({ "type": "rule", "values": OF_COLOURS }))
}

fn with(what: &Value) -> Value {
    json!({ "runOnly": what, "resultTypes": ["violations"], "preload": false })
}

/// The faults of the page that is open, into which axe-core was brought.
pub(super) async fn faults(browser: &Browser, options: &Value) -> Vec<(String, String)> {
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
