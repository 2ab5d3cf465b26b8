//! Which claims a queue holds, and in which order.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use crate::domain::choice::choice;
use crate::domain::ids::{ArticleId, ClaimId, PersonId};
use crate::domain::plan::Priority;
use crate::domain::time::Timestamp;
use crate::store::search;

choice! {
    /// A queue with a name. Those that are worked on leave out what is
    /// published or withdrawn.
    Queue {
        /// Everything that is worked on.
        Open = "open" / "All open",
        /// What is with the person who asks.
        Mine = "mine" / "Mine",
        /// What is with nobody.
        Unassigned = "unassigned" / "Unassigned",
        /// Verdicts that wait for a second pair of eyes: those of the person
        /// who asks, and those that this person has judged, are left out.
        Eyes = "eyes" / "Second pair of eyes",
        /// Words under a verdict changed.
        Stale = "stale" / "Stale",
        /// Stale, or with an open question, a dissent, or a draft that says
        /// something else now.
        Blocked = "blocked" / "Blocked",
        /// Wanted within two days.
        Due = "due" / "Due soon",
        /// Wanted before now.
        Overdue = "overdue" / "Overdue",
        /// Public.
        Published = "published" / "Published",
        /// Every claim there is.
        All = "all" / "Everything",
    }
}

choice! {
    /// The order of a queue.
    Order {
        /// Stale first, then by priority, then by deadline, then the oldest.
        Urgent = "urgent" / "most urgent first",
        /// The newest first.
        Newest = "newest" / "newest first",
        /// The lowest number first.
        Number = "number" / "by number",
    }
}

choice! {
    /// By when claims are wanted.
    Due {
        /// Before now.
        Overdue = "overdue" / "overdue",
        /// Within a day.
        Day = "day" / "within a day",
        /// Within a week.
        Week = "week" / "within a week",
        /// At any time that was named.
        Named = "named" / "any deadline",
        /// Without a deadline.
        Never = "never" / "no deadline",
    }
}

/// Whose claims are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Holder {
    /// Whoever has them.
    #[default]
    Anybody,
    /// Nobody has them.
    Nobody,
    /// One person has them.
    Person(PersonId),
}

/// Which claims a queue shows, to whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Who asks.
    pub me: PersonId,
    /// When.
    pub now: Timestamp,
    /// The queue.
    pub queue: Queue,
    /// Only those in this state, as `ClaimState::as_str` writes it.
    pub state: Option<String>,
    /// Only those whose standing verdict has this rating, by its key.
    pub rating: Option<String>,
    /// Only those of somebody.
    pub holder: Holder,
    /// Only those of this article.
    pub article: Option<ArticleId>,
    /// Only those that are so urgent.
    pub priority: Option<Priority>,
    /// Only those that are wanted by then.
    pub due: Option<Due>,
    /// Only those by somebody whose name has these words.
    pub claimant: Option<String>,
}

/// Where a claim stands in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its priority, below that of all stale ones.
    pub rank: i64,
    /// Its deadline in milliseconds since 1970; the greatest number for none.
    pub wanted: i64,
    /// Its number.
    pub id: ClaimId,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.rank, self.wanted, self.id)
    }
}

/// A text that is not a place in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in a queue looks like 6.1646092800000.7")]
pub struct BadKey;

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let parts: Vec<&str> = text.splitn(3, '.').collect();
        let [rank, wanted, id] = parts[..] else {
            return Err(BadKey);
        };
        Ok(Self {
            rank: rank.parse().map_err(|_| BadKey)?,
            wanted: wanted.parse().map_err(|_| BadKey)?,
            id: id.parse().map_err(|_| BadKey)?,
        })
    }
}

const DAY: i64 = 86_400_000;
/// What is wanted within so many milliseconds is due soon.
const SOON: i64 = 2 * DAY;

impl Filter {
    /// Everything that is worked on.
    pub const fn of(me: PersonId, now: Timestamp) -> Self {
        Self {
            me,
            now,
            queue: Queue::Open,
            state: None,
            rating: None,
            holder: Holder::Anybody,
            article: None,
            priority: None,
            due: None,
            claimant: None,
        }
    }

    fn is_plain(&self) -> bool {
        let plain = Self {
            queue: self.queue,
            ..Self::of(self.me, self.now)
        };
        *self == plain
    }

    /// The states that a queue holds whole, as a condition on the tally.
    pub(super) fn tallied(&self) -> Option<&'static str> {
        match self.queue {
            Queue::Open if self.is_plain() => Some("state NOT IN ('published', 'withdrawn')"),
            Queue::Published if self.is_plain() => Some("state = 'published'"),
            Queue::All if self.is_plain() => Some("1"),
            _ => None,
        }
    }

    /// The index to count by, where SQLite would choose a longer one.
    pub(super) fn index(&self) -> &'static str {
        match self.queue {
            Queue::Due | Queue::Overdue if self.is_plain() => "INDEXED BY claim_due",
            Queue::Stale if self.is_plain() => "INDEXED BY claim_by_stale",
            _ => "",
        }
    }

    /// The filter as SQL. Conditions that it does not name are not in the
    /// statement, so that SQLite can choose the index that fits.
    pub(super) fn conditions(&self) -> (Vec<&'static str>, Vec<(&'static str, Value)>) {
        let now = self.now.as_millis();
        let text = |text: &Option<String>| Value::Text(text.clone().unwrap_or_default());
        let holder = match self.holder {
            Holder::Person(person) => person.get(),
            Holder::Anybody | Holder::Nobody => 0,
        };
        let within = match self.due {
            Some(Due::Week) => 7 * DAY,
            _ => DAY,
        };
        let claimant = self.claimant.as_deref().and_then(search::claimant);
        let mut conditions = vec![self.queue_condition()];
        conditions.extend(self.due_condition());
        let others = [
            (self.state.is_some(), "state = :state"),
            (self.holder == Holder::Nobody, "assignee IS NULL"),
            (
                matches!(self.holder, Holder::Person(_)),
                "assignee = :holder",
            ),
            (self.article.is_some(), "article = :article"),
            (self.priority.is_some(), "priority = :priority"),
            (self.rating.is_some(), RATED),
            (claimant.is_some(), SAID_BY),
        ];
        conditions.extend(others.iter().filter(|(is, _)| *is).map(|(_, sql)| *sql));
        let number = Value::Integer;
        let values = vec![
            (":me", number(self.me.get())),
            (":now", number(now)),
            (":soon", number(now.saturating_add(SOON))),
            (":within", number(now.saturating_add(within))),
            (":state", text(&self.state)),
            (":rating", text(&self.rating)),
            (":holder", number(holder)),
            (":article", number(self.article.map_or(0, ArticleId::get))),
            (
                ":priority",
                number(i64::from(self.priority.map_or(0, Priority::rank))),
            ),
            (":claimant", text(&claimant)),
        ];
        (conditions, values)
    }

    const fn queue_condition(&self) -> &'static str {
        match self.queue {
            Queue::Open => "live = 1",
            Queue::Mine => "live = 1 AND assignee = :me",
            Queue::Unassigned => "live = 1 AND assignee IS NULL",
            Queue::Eyes => {
                "state = 'decided' AND decider IS NOT :me AND NOT EXISTS (
                   SELECT 1 FROM opinion
                   WHERE opinion.verdict = claim.verdict AND opinion.person = :me)"
            }
            Queue::Stale => "stale = 1 AND live = 1",
            Queue::Blocked => "blocked = 1",
            Queue::Due => "live = 1 AND due_at IS NOT NULL AND due_at >= :now AND due_at < :soon",
            Queue::Overdue => "live = 1 AND due_at IS NOT NULL AND due_at < :now",
            Queue::Published => "state = 'published'",
            Queue::All => "1",
        }
    }

    fn due_condition(&self) -> Option<&'static str> {
        self.due.map(|due| match due {
            Due::Overdue => "due_at < :now",
            Due::Day | Due::Week => "due_at < :within",
            Due::Named => "due_at IS NOT NULL",
            Due::Never => "due_at IS NULL",
        })
    }
}

const RATED: &str = "EXISTS (SELECT 1 FROM verdict
    WHERE verdict.id = claim.verdict AND verdict.rating = :rating)";

const SAID_BY: &str = "id IN (SELECT rowid FROM claim_search WHERE claim_search MATCH :claimant)";
