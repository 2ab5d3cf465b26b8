//! Whether a page stays where it is while it opens, and fits the screen.

use serde_json::{Value, json};

use crate::browser::devtools::Screen;
use crate::browser::driver::Browser;

/// How far the things on a page may move by themselves while it opens, as
/// browsers count it.
const MOST_SHIFT: f64 = 0.01;

/// What is wrong with how a page settles on a screen: what moved by itself,
/// and what stands beyond the edge. Browsers leave out what moves soon after
/// somebody did something; here nobody does, but they take the phone's screen for
/// a window that changed, so everything counts.
pub(super) async fn unsettled(browser: &Browser, screen: Screen) -> Vec<(String, String)> {
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
                sum += shift.value;
                for (const source of shift.sources) moved.add(name(source.node));
            }
        }).observe({ type: 'layout-shift', buffered: true });
        let frames = 0;
        const look = () => {
            if (performance.getEntriesByName('first-contentful-paint').length) frames += 1;
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
