//! What somebody wants to see of the queue, as the address says it. The same
//! words stand in bookmarks, in saved filters and behind `?from=` of a claim.

use std::str::FromStr;

use serde::Deserialize;

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::queue::{Due, Filter, Holder, Key, Order, Queue};
use crate::web::pages::view::STATES;

/// The query of the queue's address. What it says and we do not know, it does
/// not say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    pub(super) queue: String,
    pub(super) state: String,
    pub(super) rating: String,
    pub(super) assignee: String,
    pub(super) article: String,
    pub(super) priority: String,
    pub(super) due: String,
    pub(super) claimant: String,
    pub(super) order: String,
    /// As addresses of an earlier version said it.
    stale: String,
    pub(super) after: String,
    /// How many claims were just arranged,
    pub(super) done: String,
    /// and with whom they are now.
    pub(super) holder: String,
}

/// The longest value that a page carries along: no name is longer.
const LONGEST: usize = Name::LIMIT;

fn known<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

impl Wanted {
    /// Reads a query that a page carried along.
    pub(in crate::web) fn from_query(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(20) {
            if let Some((_, field)) = wanted.fields().into_iter().find(|(n, _)| *n == name) {
                *field = value.chars().take(LONGEST).collect();
            }
        }
        wanted
    }

    fn fields(&mut self) -> [(&'static str, &mut String); 10] {
        [
            ("queue", &mut self.queue),
            ("state", &mut self.state),
            ("rating", &mut self.rating),
            ("assignee", &mut self.assignee),
            ("article", &mut self.article),
            ("priority", &mut self.priority),
            ("due", &mut self.due),
            ("claimant", &mut self.claimant),
            ("order", &mut self.order),
            ("stale", &mut self.stale),
        ]
    }

    /// The queue that is named, or the one that what else is said belongs to.
    pub(super) fn queue(&self) -> Queue {
        if let Some(queue) = known(&self.queue) {
            queue
        } else if self.stale == "yes" {
            Queue::Stale
        } else if STATES.contains(&self.state.as_str()) {
            Queue::All
        } else {
            Queue::Open
        }
    }

    pub(in crate::web) fn order(&self) -> Order {
        known(&self.order).unwrap_or(Order::Urgent)
    }

    pub(super) fn after(&self) -> Option<Key> {
        known(&self.after)
    }

    /// The filter, for somebody at some moment.
    pub(in crate::web) fn filter(&self, me: PersonId, now: Timestamp) -> Filter {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Filter {
            queue: self.queue(),
            state: filled(&self.state).filter(|state| STATES.contains(&state.as_str())),
            rating: filled(&self.rating),
            holder: match self.assignee.as_str() {
                "me" => Holder::Person(me),
                "none" => Holder::Nobody,
                person => known(person).map_or(Holder::Anybody, Holder::Person),
            },
            article: known(&self.article),
            priority: known(&self.priority),
            due: known::<Due>(&self.due),
            claimant: filled(&self.claimant),
            ..Filter::of(me, now)
        }
    }

    /// The same as a query, without the place in it.
    pub(in crate::web) fn query(&self) -> String {
        let mut clean = self.clone();
        clean.queue = self.queue().as_str().to_owned();
        clean.stale.clear();
        if self.order() == Order::Urgent {
            clean.order.clear();
        }
        clean.written()
    }

    /// Another queue, with the other filters as they are.
    pub(super) fn in_queue(&self, queue: Queue) -> String {
        let mut other = self.clone();
        other.queue = queue.as_str().to_owned();
        other.query()
    }

    /// The same queue without any filter.
    pub(super) fn bare(&self) -> String {
        let bare = Self {
            queue: self.queue().as_str().to_owned(),
            order: self.order.clone(),
            ..Self::default()
        };
        bare.query()
    }

    /// Whether more is asked for than a queue.
    pub(super) fn is_narrow(&self) -> bool {
        self.query() != self.bare()
    }

    fn written(mut self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            if !value.trim().is_empty() {
                query.append_pair(name, value.trim());
            }
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        assert_eq!(Wanted::from_query(query).query(), expected, "{query}");
    }

    #[test]
    fn a_query_is_written_one_way() {
        check("", "queue=open");
        check("queue=mine", "queue=mine");
        check("order=urgent&queue=mine&after=1.2.3", "queue=mine");
        check("state=decided", "queue=all&state=decided");
        check("stale=yes", "queue=stale");
        check("queue=nonsense&order=newest", "queue=open&order=newest");
        check(
            "claimant=%20A%26B%20&queue=open",
            "queue=open&claimant=A%26B",
        );
        check("x=<script>", "queue=open");
        let long = "a".repeat(LONGEST);
        let query = format!("claimant={long}{long}&queue=open");
        check(&query, &format!("queue=open&claimant={long}"));
    }
}
