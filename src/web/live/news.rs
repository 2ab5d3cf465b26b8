//! What happened, as streams say it, and how the queue stands.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::desk::DeskError;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::store::trail::{self, Followed, Step};
use crate::store::{Db, claims, log, people};

use super::super::pages::view::{STATES, deed_words, state_words};

/// How many changes are told one by one; of more than that a page is better
/// drawn afresh.
pub(super) const MOST: usize = 100;

/// One change, as pages hear of it.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    pub(super) entry: u64,
    pub(super) kind: String,
    #[serde(skip)]
    pub(super) person: Option<PersonId>,
    who: String,
    /// Who did what, as a sentence without its stop.
    words: String,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<ClaimId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) article: Option<ArticleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<i64>,
    /// Where the claim stands by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_words: Option<&'static str>,
}

impl Change {
    /// Whether it concerns what somebody follows.
    pub(super) fn concerns(&self, followed: Followed) -> bool {
        match followed {
            Followed::Desk => true,
            Followed::Claim(claim) => self.claim == Some(claim),
            Followed::Article(article) => self.article == Some(article),
        }
    }
}

/// How many claims stand where, by the names that pages use.
pub(super) type Counts = BTreeMap<String, u64>;

/// What was new at one look.
#[derive(Debug)]
pub(super) struct News {
    /// How many entries the log has: the place of the next one.
    pub(super) size: u64,
    /// What happened; none when there was too much of it.
    pub(super) changes: Option<Vec<Change>>,
    pub(super) counts: Counts,
}

/// Reads what happened from a place of the log on.
pub(super) fn read(db: &Db<'_>, followed: Followed, from: u64) -> Result<News, DeskError> {
    let size = log::size(db)?;
    let steps = if from < size {
        trail::since(db, followed, EntryIndex::new(from), MOST + 1)?
    } else {
        Vec::new()
    };
    // Somebody who has seen more than there is has seen another log.
    let is_too_much = steps.len() > MOST || from > size;
    Ok(News {
        size,
        changes: if is_too_much {
            None
        } else {
            Some(told(db, steps)?)
        },
        counts: counts(db)?,
    })
}

/// How the queue stands.
fn counts(db: &Db<'_>) -> Result<Counts, DeskError> {
    let mut counts: Counts = STATES
        .iter()
        .map(|state| ((*state).to_owned(), 0))
        .collect();
    counts.extend(claims::tally(db)?);
    counts.insert("stale".to_owned(), claims::count_stale(db)?);
    Ok(counts)
}

/// Puts steps into words; whoever and whatever they name is looked up once.
fn told(db: &Db<'_>, steps: Vec<Step>) -> Result<Vec<Change>, DeskError> {
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut standing: HashMap<ClaimId, Standing> = HashMap::new();
    let mut changes = Vec::with_capacity(steps.len());
    for step in steps {
        let person = step.by.map(|by| by.person);
        let who = match person {
            None => "The desk".to_owned(),
            Some(person) => match names.get(&person) {
                Some(name) => name.clone(),
                None => {
                    let name = people::get(db, person)?.name;
                    names.insert(person, name.clone());
                    name
                }
            },
        };
        if let Some(claim) = step.claim
            && !standing.contains_key(&claim)
            && let Some(found) = claims::find(db, claim)?
        {
            let passage = found.appearance.passage;
            let stands = (found.state.as_str(), passage.map(|passage| passage.article));
            standing.insert(claim, stands);
        }
        let claim = step.claim.and_then(|claim| standing.get(&claim));
        changes.push(change(step, who, claim.copied()));
    }
    Ok(changes)
}

/// A claim's state, and its article.
type Standing = (&'static str, Option<ArticleId>);

fn change(step: Step, who: String, claim: Option<Standing>) -> Change {
    let state = claim.map(|(state, _)| state);
    Change {
        entry: step.entry.get(),
        words: format!("{who} {}", deed_words(&step.kind)),
        person: step.by.map(|by| by.person),
        kind: step.kind,
        who,
        at: step.at,
        claim: step.claim,
        article: step.article.or(claim.and_then(|(_, article)| article)),
        source: step.source.map(|source| source.get()),
        state,
        state_words: state.map(state_words),
    }
}
