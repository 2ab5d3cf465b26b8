//! How long a page takes in a browser, as the browser itself tells it.

use serde_json::{Value, json};

use crate::driver::Browser;

/// How a page opened; milliseconds since the address was typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// From the request to the first byte of the answer; a span, not a moment.
    pub(crate) server: f64,
    /// Something is on the screen.
    pub(crate) paint: f64,
    /// Everything is loaded.
    pub(crate) load: f64,
    /// The first frame that shows the whole page is laid out and painted.
    pub(crate) drawn: f64,
    /// What came, uncompressed.
    pub(crate) bytes: f64,
    /// How far things moved by themselves meanwhile.
    pub(crate) shift: f64,
}

/// How a page scrolled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scroll {
    pub(crate) frames: f64,
    /// Frames that came more than 50 milliseconds after the one before.
    pub(crate) slow: f64,
    /// The longest wait for a frame, in milliseconds.
    pub(crate) longest: f64,
}

/// Notes when the first frame after the load is done: a message that is sent
/// while a frame is made arrives when it is painted.
const WATCH: &str = "
    addEventListener('load', () => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => { window.drawnAt = performance.now(); };
        channel.port2.postMessage(0);
    }));
    window.shifted = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) window.shifted += shift.value;
    }).observe({ type: 'layout-shift', buffered: true });";

const OPENING: &str = "
    const done = arguments[arguments.length - 1];
    const look = () => {
        const paint = performance.getEntriesByName('first-contentful-paint')[0];
        if (!window.drawnAt || !paint) return requestAnimationFrame(look);
        const way = performance.getEntriesByType('navigation')[0];
        done([way.responseStart - way.requestStart, paint.startTime, way.loadEventEnd,
              window.drawnAt, way.decodedBodySize, window.shifted]);
    };
    look();";

/// Scrolls as a hand on a wheel does, then jumps to the end, the middle and the
/// start, as the keys do.
const SCROLL: &str = "
    const done = arguments[arguments.length - 1];
    const most = arguments[0];
    const deltas = [];
    let before, at = 0;
    const step = now => {
        if (before !== undefined) deltas.push(now - before);
        before = now;
        at += 1;
        const height = document.scrollingElement.scrollHeight;
        if (at <= most) scrollBy(0, 150);
        else if (at <= most + 30) { if (at % 10 === 0) scrollTo(0, height * [1, 0.5, 0][(at - most) / 10 - 1]); }
        else return done([deltas.length, deltas.filter(d => d > 50).length, Math.max(...deltas)]);
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);";

/// Frames that are scrolled by a wheel.
const STEPS: u32 = 240;

fn numbers<const N: usize>(found: &Value) -> [f64; N] {
    std::array::from_fn(|at| found[at].as_f64().unwrap_or(f64::NAN))
}

impl Browser {
    /// Takes the time of every page that is opened from now on.
    pub(crate) async fn watch(&self) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WATCH }),
        )
        .await;
    }

    /// Opens a page and waits until it is drawn whole.
    pub(crate) async fn opening(&self, address: &str) -> Opening {
        self.goto(address).await;
        let found = self.client.execute_async(OPENING, vec![]).await;
        let [server, paint, load, drawn, bytes, shift] = numbers(&found.expect("times"));
        Opening {
            server,
            paint,
            load,
            drawn,
            bytes,
            shift,
        }
    }

    /// Scrolls through the page that is open.
    pub(crate) async fn scroll(&self) -> Scroll {
        let found = self.client.execute_async(SCROLL, vec![json!(STEPS)]).await;
        let [frames, slow, longest] = numbers(&found.expect("frames"));
        Scroll {
            frames,
            slow,
            longest,
        }
    }
}
