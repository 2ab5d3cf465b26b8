//! Every page of the worked example, found by following links as a reader
//! would: each one opens, is well made, and has no script but our own file.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use citekeep::web::routes::TABLE;
use dom_query::Document;

use crate::support::http::{Answer, Visitor, links};
use crate::support::program::citekeep;

/// More pages than the worked example has; a crawl that grows beyond it has
/// found links without end.
const MOST: usize = 4_000;

/// The pattern of the table that a path belongs to.
pub(crate) fn pattern(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &str| {
        let wanted: Vec<&str> = pattern.split('/').collect();
        wanted.len() == parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(want, part)| want.starts_with('{') || want == part)
    };
    let gets = TABLE.iter().filter(|(method, _, _)| *method == "get");
    let mut found: Vec<_> = gets
        .map(|(_, pattern, _)| *pattern)
        .filter(|p| fits(p))
        .collect();
    // A word of the table goes before a name that anything may fill.
    found.sort_by_key(|pattern| pattern.matches('{').count());
    let of_programs = path.starts_with("/api/v1/").then_some("/api/v1");
    found.first().copied().or(of_programs)
}

/// What is wrong with a page as HTML.
fn faults(page: &Document, body: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let count = |selector: &str| page.select(selector).length();
    for (selector, least, most) in [
        ("html[lang]", 1, 1),
        ("head > title", 1, 1),
        ("main#main", 1, 1),
        ("h1", 1, 1),
        ("script[src]", 0, 2),
        ("script[type='application/ld+json']", 0, 1),
        (
            "script:not([src^='/static/']):not([type='application/ld+json'])",
            0,
            0,
        ),
        ("style", 0, 0),
        ("[style]", 0, 0),
        ("img:not([alt])", 0, 0),
    ] {
        let found = count(selector);
        if found < least || found > most {
            faults.push(format!("{found} of {selector}"));
        }
    }
    if body.contains(" onclick=") || body.contains("javascript:") {
        faults.push("a script in an attribute".to_owned());
    }
    let mut ids = BTreeSet::new();
    for node in page.select("[id]").iter() {
        let id = node.attr("id").unwrap_or_default().to_string();
        if !ids.insert(id.clone()) {
            faults.push(format!("the id {id} stands twice"));
        }
    }
    let selector =
        "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea";
    for field in page.select(selector).iter() {
        let id = field.attr("id").unwrap_or_default();
        if count(&format!("label[for=\"{id}\"]")) == 0 {
            faults.push(format!("no label for {}", field.html()));
        }
    }
    for form in page.select("form[method=post]").iter() {
        if form.select("input[name=csrf]").length() != 1
            && form.select("input[type=password]").is_empty()
        {
            faults.push(format!(
                "no secret in the form to {:?}",
                form.attr("action")
            ));
        }
    }
    faults
}

/// Follows every link of the desk from its front page; the number of pages of
/// each pattern.
fn crawl(me: &Visitor, start: &str) -> BTreeMap<&'static str, usize> {
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut waiting = VecDeque::from([start.to_owned()]);
    let mut drawn = BTreeMap::new();
    while let Some(path) = waiting.pop_front() {
        assert!(seen.len() < MOST, "links without end: {path}");
        let answer = follow(me, &path);
        assert_eq!(answer.status, 200, "{path}");
        let bare = path.split('?').next().unwrap_or_default();
        let pattern = pattern(bare).unwrap_or_else(|| unreachable!("{path} is in no table"));
        *drawn.entry(pattern).or_insert(0) += 1;
        // What is to be kept on a disk is no page of the desk.
        let is_page = answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"));
        if !is_page || answer.header("content-disposition").is_some() {
            continue;
        }
        let page = Document::from(answer.body.as_str());
        assert_eq!(faults(&page, &answer.body), Vec::<String>::new(), "{path}");
        // What the style guide draws from samples leads nowhere in particular.
        page.select(".specimen").remove();
        for target in links(&page, bare) {
            if target.starts_with('/') && seen.insert(target.clone()) {
                waiting.push_back(target);
            }
        }
    }
    drawn
}

fn follow(me: &Visitor, path: &str) -> Answer {
    let answer = me.get(path);
    match answer.location.as_deref() {
        Some(location) if answer.status == 303 => me.get(location),
        _ => answer,
    }
}

#[test]
fn every_link_of_the_worked_example_leads_to_a_page_that_is_well_made() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut program = citekeep(&dir.path().join("data"), &["demo"]);
    let line = program.line_with("(admin): ");
    let secret = line.trim().rsplit('/').next().expect("a secret").to_owned();
    let base = program.address();
    let me = Visitor::enter(&base, &secret);
    let inside = crawl(&me, "/");
    let outside = crawl(&Visitor::nobody(&base), "/published");
    assert!(inside["/claims/{claim}"] >= 15, "{inside:?}");
    assert!(outside["/published/{claim}"] >= 5, "{outside:?}");
    // What programs ask for, what people reach by a link that was sent or by a
    // form, and what needs a fetched source or a PDF, which the example has
    // none of: `capturing` and `browser` look at those.
    let unlinked = [
        "/cite",
        "/signatures/{id}",
        "/events",
        "/erasures/{asked}",
        "/settings/hooks/{hook}",
        "/captures/{capture}",
        "/claims/{claim}/other-checks/readings/{reading}",
        "/snapshots/{snapshot}/pages/{page}",
        "/snapshots/{snapshot}/pages/{page}/picture",
        "/published/{claim}/citations/{id}/page",
        "/published/{claim}/citations/{id}/picture",
        "/published/{claim}/card.png",
        "/log/checkpoints/{size}",
        "/log/timestamps/{size}/{file}",
        "/style/cards/{n}",
        "/log/tile/{tile:.*}",
        "/log/cosigned",
        "/oembed",
        "/v1alpha1/claims:search",
        "/favicon.ico",
        "/healthz",
        "/readyz",
        "/.well-known/security.txt",
        "/sign-in",
        "/sign-in/{provider}/return",
        "/set-up/{secret}",
        "/enter/{secret}",
    ];
    let missed: Vec<_> = TABLE
        .iter()
        .filter(|(method, pattern, _)| *method == "get" && !unlinked.contains(pattern))
        .map(|(_, pattern, _)| *pattern)
        .filter(|pattern| !inside.contains_key(pattern) && !outside.contains_key(pattern))
        .collect();
    assert!(missed.is_empty(), "no link leads to {missed:?}");
}
