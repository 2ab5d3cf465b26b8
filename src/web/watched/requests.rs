//! What is counted of requests: by the route's pattern, never by the address
//! that was asked for, so that there are not more counts than routes.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::store::gauges::{Tally, Timed};

use super::super::api;
use super::super::routes;

/// How many methods and statuses are told apart.
const KINDS: usize = 8;
const CODES: usize = 32;

/// The methods that are told apart; any other is the last.
static METHODS: [&str; KINDS] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
];

/// The statuses that are told apart; any other is the last, 0.
static STATUSES: [u16; CODES] = [
    101, 200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408,
    409, 410, 412, 413, 415, 416, 421, 422, 428, 429, 500, 503, 0,
];

/// What no route stands behind.
const NONE: &str = "none";

/// Counts requests.
pub(in super::super) struct Requests {
    places: HashMap<String, usize>,
    routes: Vec<Route>,
}

struct Route {
    pattern: String,
    by_method: [OnceLock<Series>; KINDS],
}

#[derive(Default)]
struct Series {
    timed: Timed,
    by_status: [AtomicU64; CODES],
}

/// What was counted of one route and one method.
pub(super) struct Counted<'r> {
    pub(super) route: &'r str,
    pub(super) method: &'static str,
    pub(super) tally: Tally,
    pub(super) by_status: Vec<(String, u64)>,
}

impl Requests {
    pub(in super::super) fn new() -> Self {
        let pages = routes::TABLE.iter().map(|(_, path, _)| (*path).to_owned());
        let operations = api::operations().iter();
        let operations = operations.map(|it| format!("{}{}", api::BASE, it.path));
        let all: BTreeSet<String> = pages.chain(operations).collect();
        let all = all.into_iter().chain([NONE.to_owned()]);
        let routes: Vec<Route> = all
            .map(|pattern| Route {
                pattern,
                by_method: Default::default(),
            })
            .collect();
        let places = routes.iter().enumerate();
        Self {
            places: places
                .map(|(place, route)| (route.pattern.clone(), place))
                .collect(),
            routes,
        }
    }

    /// Counts a request that was answered after so long.
    pub(in super::super) fn answered(
        &self,
        (method, route): (&str, Option<&str>),
        status: u16,
        time: Duration,
    ) {
        let place = route.and_then(|route| self.places.get(route)).copied();
        let Some(route) = self.routes.get(place.unwrap_or(self.routes.len() - 1)) else {
            return;
        };
        let series = route.by_method[position(&METHODS, &method)].get_or_init(Series::default);
        series.timed.took(time);
        series.by_status[position(&STATUSES, &status)].fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted until now, of what was asked at all.
    pub(super) fn counted(&self) -> impl Iterator<Item = Counted<'_>> {
        self.routes.iter().flat_map(|route| {
            let methods = METHODS.iter().zip(&route.by_method);
            methods.filter_map(move |(method, series)| {
                let series = series.get()?;
                let counts = STATUSES.iter().zip(&series.by_status);
                let by_status = counts
                    .map(|(status, count)| (*status, count.load(Ordering::Relaxed)))
                    .filter(|(_, count)| *count > 0);
                let word = |status: u16| match status {
                    0 => "other".to_owned(),
                    status => status.to_string(),
                };
                Some(Counted {
                    route: &route.pattern,
                    method,
                    tally: series.timed.tally(),
                    by_status: by_status.map(|(it, count)| (word(it), count)).collect(),
                })
            })
        })
    }
}

/// The place of a value among those that are told apart, or the last.
fn position<T: PartialEq>(known: &[T], value: &T) -> usize {
    let found = known.iter().position(|it| it == value);
    found.unwrap_or(known.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_there_are_not_more_counts_than_routes() {
        let requests = Requests::new();
        for n in 0..1_000 {
            let path = format!("/claims/{n}");
            let method = format!("BREW{n}");
            requests.answered((&method, Some(&path)), 600 + n, Duration::from_millis(1));
        }
        let took = Duration::from_millis(30);
        requests.answered(("GET", Some("/claims/{claim}")), 200, took);
        requests.answered(("GET", None), 404, took);
        let counted: Vec<_> = requests.counted().collect();
        let found: Vec<_> = counted
            .iter()
            .map(|it| (it.route, it.method, it.by_status.clone()))
            .collect();
        let count = |status: &str, count| vec![(status.to_owned(), count)];
        assert_eq!(
            found,
            [
                ("/claims/{claim}", "GET", count("200", 1)),
                ("none", "GET", count("404", 1)),
                ("none", "other", count("other", 1_000)),
            ]
        );
        assert_eq!(counted[0].tally.within[4], 0);
        assert_eq!(counted[0].tally.within[5], 1, "within 50 ms");
    }
}
