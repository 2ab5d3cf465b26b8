//! What the veil adds to a page while a source is sealed, for those who may not
//! see it and for those who may, over HTTP from the real program.

use std::time::Duration;

use citekeep::desk::seals;
use citekeep::domain::ids::SourceId;
use citekeep::domain::person::Role;

use super::filling;
use super::measure::{millis, quantile, say, timed};
use super::support::http::Visitor;
use super::support::program::citekeep;

/// How many claims are published; fifty of them rest on each source.
const CLAIMS: u64 = 100_000;
/// How often the source is sealed and unsealed.
const ROUNDS: usize = 5;
/// How often a page is asked for each time.
const REQUESTS: u64 = 100;

/// Pages that have nothing to do with the sealed source, and some that have.
const PAGES: [(&str, &str); 8] = [
    ("a claim that rests on another source", "/claims/70000"),
    ("a claim that rests on the sealed one", "/claims/30"),
    ("the list of claims", "/claims"),
    ("the list of sources", "/sources"),
    ("the sealed source", "/sources/1"),
    ("a search that finds one claim", "/search?q=51234"),
    ("the log", "/log"),
    ("a published verdict, for anybody", "/published/70000"),
];

pub(crate) fn measure() {
    let desk = filling::published_desk(CLAIMS);
    let (named, other) = (desk.join(Role::Editor), desk.join(Role::Editor));
    let links = [desk.link(other), desk.link(named)];
    let mut program = citekeep(&desk.data(), &["serve"]);
    let base = program.address();
    let visitors = links.map(|link| Visitor::enter(&base, &link));
    let reader = named.byline().expect("a person").person;
    let source = SourceId::new(1).expect("a number");
    let mut times = vec![<[Vec<Duration>; 3]>::default(); PAGES.len()];
    for _ in 0..ROUNDS {
        take(&visitors[0], &mut times, 0);
        seals::seal(&desk.desk, named, source, vec![reader]).expect("a seal");
        take(&visitors[0], &mut times, 1);
        take(&visitors[1], &mut times, 2);
        let opened = seals::unseal(&desk.desk, named, source);
        opened.expect("an open source");
    }
    say("pages: nothing sealed; one source sealed, for who may not see it; for who may");
    for ((name, _), states) in PAGES.iter().zip(&mut times) {
        let medians = states.each_mut().map(|all| quantile(all, 500));
        let told: Vec<String> = medians
            .iter()
            .map(|median| {
                let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
                format!("{:>7.2} ms ({ratio:.2})", millis(*median))
            })
            .collect();
        say(&format!("  {name:<40} {}", told.join("  ")));
    }
    program.stop();
}

/// Asks for every page, again and again.
fn take(visitor: &Visitor, times: &mut [[Vec<Duration>; 3]], state: usize) {
    for ((_, path), times) in PAGES.iter().zip(times) {
        for _ in 0..REQUESTS {
            let (answer, took) = timed(|| visitor.get(path));
            assert!(answer.status < 500, "{path}");
            times[state].push(took);
        }
    }
}
