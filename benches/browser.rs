//! The editors' room in a real Chromium: how long large pages take to open and
//! whether they scroll smoothly, each beside the same bytes from a server that
//! does nothing but send them. `docs/benchmarks.md` has results.

#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/browser/devtools.rs"]
mod devtools;
#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/browser/driver.rs"]
mod driver;
#[path = "browser/room.rs"]
mod room;
#[path = "browser/speed.rs"]
mod speed;
#[path = "browser/still.rs"]
mod still;
#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Instant;

use devtools::DESKTOP;
use driver::Browser;
use speed::Opening;
use still::Still;
use support::http::Visitor;
use support::program::citekeep;

/// How often each page is opened; the first time warms the caches.
const TIMES: usize = 9;

/// The pages, and what they are called.
const PAGES: [(&str, &str); 4] = [
    ("the article, 300 claims", "/articles/1"),
    ("the snapshot, 2 MB of text", "/snapshots/1"),
    ("a claim cited from it", "/claims/3"),
    ("the list of claims", "/claims"),
];

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
fn say(line: &str) {
    println!("{line}");
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Opens a page again and again; the medians.
async fn open(browser: &Browser, address: &str) -> Opening {
    let mut all = Vec::new();
    for _ in 0..TIMES {
        all.push(browser.opening(address).await);
    }
    let middle = |of: fn(&Opening) -> f64| median(all.iter().skip(1).map(of).collect());
    Opening {
        server: middle(|one| one.server),
        paint: middle(|one| one.paint),
        load: middle(|one| one.load),
        drawn: middle(|one| one.drawn),
        bytes: middle(|one| one.bytes),
        shift: middle(|one| one.shift),
    }
}

/// What the desk needs for the whole answer, over a line that is kept open, in
/// milliseconds.
fn answered(me: &Visitor, path: &str) -> f64 {
    let times = (0..TIMES).map(|_| {
        let start = Instant::now();
        assert_eq!(me.get(path).status, 200, "{path}");
        start.elapsed().as_secs_f64() * 1_000.0
    });
    median(times.collect())
}

/// The same bytes as the desk serves, for a server that does nothing else.
fn copies(me: &Visitor) -> BTreeMap<String, Still> {
    let mut copies = BTreeMap::new();
    let mut keep = |path: &str| {
        let answer = me.get(path);
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        copies.insert(path.to_owned(), (kind, answer.body.clone().into_bytes()));
        answer.body
    };
    keep("/favicon.ico");
    for (_, path) in PAGES {
        let page = keep(path);
        let assets = page.split('"').filter(|part| part.starts_with("/static/"));
        for asset in assets {
            keep(asset);
        }
    }
    copies
}

async fn look(base: &str, me: &Visitor) {
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    browser.sit_at(DESKTOP).await;
    browser.become_holder_of(me.cookie.as_deref(), base).await;
    browser.watch().await;
    let still = still::serve(copies(me));
    say(
        "milliseconds; medians of 8 openings; limit: the same bytes from a server that only sends them",
    );
    say(&format!(
        "{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>10} {:>8} {:>8} {:>18}",
        "page",
        "answer",
        "1st byte",
        "paint",
        "load",
        "drawn",
        "limit",
        "ratio",
        "shift",
        "slow frames"
    ));
    for (name, path) in PAGES {
        let answer = answered(me, path);
        let here = open(&browser, &format!("{base}{path}")).await;
        let scroll = browser.scroll().await;
        let limit = open(&browser, &format!("{still}{path}")).await;
        say(&format!(
            "{name:<28} {answer:>8.1} {:>8.1} {:>8.0} {:>8.0} {:>8.0} {:>10.0} {:>8.2} {:>8.3} {:>18}",
            here.server,
            here.paint,
            here.load,
            here.drawn,
            limit.drawn,
            here.drawn / limit.drawn,
            here.shift,
            format!(
                "{} of {}, ≤ {:.0} ms",
                scroll.slow, scroll.frames, scroll.longest
            ),
        ));
        say(&format!("{:<28} {:.0} bytes", "", here.bytes));
    }
    browser.end().await;
}

fn main() {
    let start = Instant::now();
    let desk = room::desk();
    let link = desk.link(desk.editor);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let base = base.trim_end_matches('/');
    let me = Visitor::enter(base, &link);
    say(&format!(
        "a desk with {} claims of one article and {} bytes of text, made in {:.1} s",
        room::CLAIMS,
        room::TEXT,
        start.elapsed().as_secs_f64()
    ));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(look(base, &me));
}
