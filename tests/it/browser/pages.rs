//! Pages to look at: of every kind that the desk has, those in which something
//! stands that the others of its kind do not have. They are found by following
//! links as a reader would, as an admin and as a stranger, on a desk with the
//! worked example and on an empty one; so a page that is added is looked at
//! without a line here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use citekeep::web::routes::TABLE;
use dom_query::Document;
use tempfile::TempDir;

use crate::capture::pdf_builder::PdfBuilder;
use crate::http::crawl::pattern;
use crate::support::http::Visitor;
use crate::support::program::{Program, citekeep};

/// More pages than the worked example has.
const MOST: usize = 3_000;
/// How many pages of one kind are looked at in a browser.
const MOST_OF_A_KIND: usize = 3;
/// How many entries of the log are looked at: each has a page, of one make.
const MOST_ENTRIES: usize = 12;
/// How often a capture that is on its way is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How many numbers are tried for a page to which no link leads.
const TRIES: usize = 8;

/// A page as it was served.
pub(super) struct Page {
    pub(super) path: String,
    /// What was sent to get it, where it answers a form.
    pub(super) sent: Option<Vec<(String, String)>>,
    pub(super) status: u16,
    pub(super) html: String,
    /// The route that it belongs to.
    route: &'static str,
    /// Whether it is one of those that show all of what its kind can show.
    pub(super) stands_out: bool,
}

/// Somebody who looks at a desk, and what they can see of it.
pub(super) struct Reader {
    pub(super) name: &'static str,
    pub(super) base: String,
    pub(super) cookie: Option<String>,
    pub(super) pages: Vec<Page>,
}

impl Reader {
    /// Those pages that show all of what their kind can show.
    pub(super) fn choice(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.stands_out)
    }
}

/// Desks that run, and those who look at them.
pub(super) struct House {
    pub(super) readers: Vec<Reader>,
    _desks: Vec<Program>,
    _dir: TempDir,
}

/// Forms as they come when something is wrong with them, for an admin: they
/// come back with what was typed and the reason beside it.
const WRONG: [(&str, &[(&str, &str)]); 14] = [
    ("/claims", &[("statement", "")]),
    ("/claims/1/verdicts", &[("rationale", "")]),
    (
        "/claims/1/wording",
        &[("statement", "Another."), ("seen", "0")],
    ),
    (
        "/claims/1/citations",
        &[
            ("snapshot", "1"),
            ("quote", "The report on what was found, and by whom"),
        ],
    ),
    ("/captures", &[("address", "ftp://example.org/")]),
    ("/sources", &[("title", "")]),
    ("/me", &[("sign_in", "no spaces"), ("password", "short")]),
    ("/me/passkeys", &[("passkey", "")]),
    ("/people", &[("name", "")]),
    ("/settings/desk", &[("name", ""), ("url", "nowhere")]),
    ("/settings/rules", &[("approvals", "10"), ("scale", "none")]),
    (
        "/settings/scales/preview",
        &[("key_1", "yes"), ("value_1", "five")],
    ),
    (
        "/settings/scales/preview",
        &[("json", include_str!("../../../db/scales/labels.json"))],
    ),
    (
        "/settings/tokens",
        &[
            ("name", "Story system"),
            ("lasting", "until"),
            ("until", "1999-01-01"),
        ],
    ),
];

/// Opens a desk with the worked example, one that waits for its first admin and
/// one that has nothing yet, and walks through them.
pub(super) fn house() -> House {
    let dir = tempfile::tempdir().expect("a directory");
    let example = dir.path().join("example");
    let report = fill(&example, &dir.path().join("report.pdf"));
    // What waits is tried again at an address that is allowed, where nobody
    // listens.
    let config = dir.path().join("citekeep.toml").display().to_string();
    std::fs::write(&config, "[fetch]\nallow = [\"127.0.0.1:9\"]\n").expect("a configuration");
    let mut full = citekeep(&example, &["demo", "--config", &config]);
    let secret = secret(&full.line_with("(admin): "));
    let base = full.address();
    let me = Visitor::enter(&base, &secret);
    let choice = act(&me, &report);
    let begun = me.post("/me/passkeys", &[("passkey", "Blue key")]);
    let signing = begun.location.expect("a page that asks for a passkey");
    let stranger = Visitor::nobody(&base);
    let mut admin = read(
        "admin",
        &base,
        &me,
        &["/claims/999999", "/nowhere", &choice, &signing],
    );
    admin.answers(&me, &WRONG);
    let enter = format!("/enter/{secret}");
    let mut outsider = read("stranger", &base, &stranger, &[&enter, "/published/999999"]);
    outsider.answers(&stranger, &[("/sign-in", &[("sign_in", "nobody")])]);

    let (new_desk, base, set_up) = new_desk(&dir.path().join("new"));
    let newcomer = Visitor::nobody(&base);
    let first = read("newcomer", &base, &newcomer, &[&set_up]);
    let (bare, base, set_up) = self::new_desk(&dir.path().join("empty"));
    let newcomer = Visitor::nobody(&base);
    let words = "a long enough password";
    let fields = [
        ("name", "First admin"),
        ("sign_in", "admin"),
        ("password", words),
    ];
    let answer = newcomer.post(&set_up, &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let founder = newcomer.with_session_of(&answer);
    let second = read("admin of an empty desk", &base, &founder, &[]);
    House {
        readers: vec![admin, outsider, first, second],
        _desks: vec![full, new_desk, bare],
        _dir: dir,
    }
}

/// A desk without anything, its address, and where its first admin comes in.
fn new_desk(data: &Path) -> (Program, String, String) {
    let mut program = citekeep(data, &["serve"]);
    let secret = secret(&program.line_with("/set-up/"));
    let base = program.address();
    (program, base, format!("/set-up/{secret}"))
}

fn secret(line: &str) -> String {
    line.trim()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The worked example, and a report with pages; the number of its snapshot.
fn fill(data: &Path, report: &Path) -> String {
    let pdf = PdfBuilder::new()
        .title("Report on the bridges")
        .page(&[(60, 700, "A preface that says little of any bridge.")])
        .page(&[(60, 700, "The bridge was closed for the winter.")])
        .labels(&[(0, "r", ""), (1, "D", "A-")])
        .bytes();
    std::fs::write(report, pdf).expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
        let done = command.args(arguments).arg("--data").arg(data).output();
        let done = done.expect("the program runs");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{arguments:?}: {said}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    run(&["demo", "--fill-only"]);
    let report = report.display().to_string();
    let said = run(&["capture", &report, "--publisher", "The city"]);
    let mut words = said.split_whitespace();
    let number = words.nth(1).expect("the number of the snapshot");
    number.to_owned()
}

/// Reads what others found about a claim, and notes one of it; the page on
/// which that was chosen.
fn act_on_others(me: &Visitor, claim: &str) -> String {
    let review = |rating: &str| {
        format!(
            r#"{{"@type": "ClaimReview", "url": "https://checks.example/{rating}",
                 "claimReviewed": "The bridge was shut", "author": {{"name": "Checks Weekly"}},
                 "datePublished": "2026-01-31", "reviewRating": {{"alternateName": "{rating}"}}}}"#
        )
    };
    let text = format!("[{}, {}, 1]", review("True"), review("Mixed"));
    let readings = format!("{claim}/other-checks/readings");
    let read = me.post(&readings, &[("text", &text)]);
    let place = read.location.expect("a page to choose on");
    let reading = place.rsplit('/').next().unwrap_or_default();
    let chosen = [("reading", reading), ("chosen", "1")];
    let noted = me.post(&format!("{claim}/other-checks"), &chosen);
    assert_eq!(noted.status, 303, "{}", noted.body);
    place
}

/// What the example has none of: words cited from a page, a capture that
/// failed, and one that waits for its next try. The page of a choice that is open
/// comes back.
fn act(me: &Visitor, report: &str) -> String {
    let opened = me.post(
        "/claims",
        &[("statement", "The bridge was closed in winter.")],
    );
    let claim = opened.location.expect("a claim");
    let citation = [
        ("snapshot", report),
        ("quote", "The bridge was closed for the winter."),
        ("stance", "supports"),
        ("step", "save"),
    ];
    let cited = me.post(&format!("{claim}/citations"), &citation);
    assert_eq!(cited.status, 303, "{}", cited.body);
    let choice = act_on_others(me, &claim);
    for (place, words) in [("10", "Try again"), ("9", "Next try")] {
        let asked = me.post(
            "/captures",
            &[("address", &format!("http://127.0.0.1:{place}/"))],
        );
        let capture = asked.location.expect("a capture");
        let mut looks = 0;
        while !me.get(&capture).body.contains(words) {
            looks += 1;
            assert!(looks < 100, "{capture} does not say: {words}");
            std::thread::sleep(LOOK_EVERY);
        }
    }
    choice
}

/// Follows every link, and tries what no link leads to.
fn read(name: &'static str, base: &str, visitor: &Visitor, also: &[&str]) -> Reader {
    let whole = |route: &&str| !route.contains('{');
    let gets: Vec<&'static str> = TABLE
        .iter()
        .filter(|(method, _, _)| *method == "get")
        .map(|(_, route, _)| *route)
        .collect();
    let starts = gets
        .iter()
        .copied()
        .filter(whole)
        .chain(also.iter().copied());
    let mut walk = Walk::default();
    walk.from(visitor, starts.map(str::to_owned).collect());
    for route in &gets {
        if walk.pages.iter().any(|page| page.route == *route) {
            continue;
        }
        for guess in walk.guesses(route) {
            let before = walk.pages.len();
            walk.from(visitor, vec![guess]);
            if walk.pages.len() > before {
                break;
            }
        }
    }
    choose(&mut walk.pages);
    Reader {
        name,
        base: base.trim_end_matches('/').to_owned(),
        cookie: visitor.cookie.clone(),
        pages: walk.pages,
    }
}

impl Reader {
    /// Sends forms and keeps what comes back.
    fn answers(&mut self, visitor: &Visitor, forms: &[(&str, &[(&str, &str)])]) {
        for (path, fields) in forms {
            let answer = visitor.post(path, fields);
            assert_ne!(answer.status, 303, "{path} took {fields:?}");
            let secret = [("csrf", visitor.secret())];
            let sent = secret.iter().chain(*fields);
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            self.pages.push(Page {
                path: (*path).to_owned(),
                sent: Some(sent.map(owned).collect()),
                status: answer.status,
                html: answer.body,
                route: "",
                stands_out: true,
            });
        }
    }
}

#[derive(Default)]
struct Walk {
    seen: BTreeSet<String>,
    /// How many pages of entries came up.
    entries: usize,
    pages: Vec<Page>,
    /// What stood in the place of each name in braces.
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Walk {
    fn from(&mut self, visitor: &Visitor, starts: Vec<String>) {
        let mut waiting = VecDeque::from(starts);
        while let Some(path) = waiting.pop_front() {
            assert!(self.seen.len() < MOST, "links without end: {path}");
            if !self.seen.insert(path.clone()) || self.is_one_entry_more(&path) {
                continue;
            }
            let Ok(answer) = visitor.try_get(&path) else {
                continue;
            };
            let kind = answer.header("content-type").unwrap_or_default();
            // What is to be kept on a disk is no page of the desk.
            let is_kept = answer.header("content-disposition").is_some();
            let is_page = kind.starts_with("text/html") && !is_kept;
            if let Some(location) = answer.location {
                waiting.push_back(location);
            }
            let bare = path.split('?').next().unwrap_or_default();
            let route = pattern(bare).unwrap_or("no route");
            self.learn(route, bare);
            if is_page && (answer.status == 200 || answer.status == 404) {
                waiting.extend(links(bare, &answer.body));
                self.pages.push(Page {
                    path,
                    sent: None,
                    status: answer.status,
                    html: answer.body,
                    route,
                    stands_out: false,
                });
            }
        }
    }

    /// Whether a page is that of an entry, or its receipt, beyond those that are
    /// looked at.
    fn is_one_entry_more(&mut self, path: &str) -> bool {
        let of_one = path.starts_with("/log/entries/") || path.starts_with("/log/receipts/");
        self.entries += usize::from(of_one);
        of_one && self.entries > MOST_ENTRIES
    }

    fn learn(&mut self, route: &'static str, path: &str) {
        for (name, value) in route.split('/').zip(path.split('/')) {
            let values = self.values.entry(name).or_default();
            if name.starts_with('{') && values.len() < TRIES && !values.iter().any(|v| v == value) {
                values.push(value.to_owned());
            }
        }
    }

    /// Paths that a route may have, made of what stood in others.
    fn guesses(&self, route: &str) -> Vec<String> {
        (0..TRIES)
            .filter_map(|at| {
                let parts = route.split('/').map(|name| match self.values.get(name) {
                    _ if !name.starts_with('{') => Some(name),
                    Some(values) => values.get(at).or(values.first()).map(String::as_str),
                    None => None,
                });
                Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
            })
            .collect()
    }
}

/// Where the links of a page lead within the desk.
fn links(bare: &str, html: &str) -> Vec<String> {
    let page = Document::from(html);
    let targets = page.select("a[href], iframe[src]");
    let target = |node: dom_query::Selection<'_>| {
        let href = node.attr("href").or(node.attr("src")).unwrap_or_default();
        let href = href.split('#').next().unwrap_or_default().to_owned();
        match href.starts_with('?') {
            true => format!("{bare}{href}"),
            false => href,
        }
    };
    let all = targets.iter().map(target);
    all.filter(|target| target.starts_with('/')).collect()
}

/// What stands on a page: each kind of element with what sets it apart.
fn elements(html: &str) -> BTreeSet<String> {
    let page = Document::from(html);
    let mut found = BTreeSet::new();
    for node in page.select("body *").iter() {
        let name = node.nodes().first().and_then(|node| node.node_name());
        let mut words = vec![name.map(|name| name.to_string()).unwrap_or_default()];
        for attribute in [
            "class",
            "type",
            "role",
            "aria-current",
            "aria-invalid",
            "open",
        ] {
            words.extend(
                node.attr(attribute)
                    .map(|value| format!("{attribute}={value}")),
            );
        }
        found.insert(words.join(" "));
    }
    found
}

/// Marks, of each route, the pages that together show the most.
fn choose(pages: &mut [Page]) {
    let mut routes: BTreeMap<&str, Vec<(usize, BTreeSet<String>)>> = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        let of_route = routes.entry(page.route).or_default();
        of_route.push((at, elements(&page.html)));
    }
    let mut chosen = Vec::new();
    for of_route in routes.values() {
        let mut shown: BTreeSet<&String> = BTreeSet::new();
        for _ in 0..MOST_OF_A_KIND {
            let adds = |(_, has): &&(usize, BTreeSet<String>)| {
                has.iter()
                    .filter(|element| !shown.contains(element))
                    .count()
            };
            let best = of_route.iter().rev().max_by_key(adds);
            let Some((at, has)) = best.filter(|page| adds(page) > 0) else {
                break;
            };
            chosen.push(*at);
            shown.extend(has);
        }
    }
    for at in chosen {
        pages[at].stands_out = true;
    }
}
