//! Earlier claims of similar wording. A suggestion and nothing more: it is
//! shown with its verdict, and people judge whether it helps.
//!
//! Each word weighs `ln(1 + N / (1 + n))`, where `n` of `N` claims have it, so
//! that "the" weighs next to nothing and "1932" much. Candidates are the claims
//! that have most of the rarer words; each is then measured by
//! the share that words of both have in the words of either, by weight. A word
//! that only the candidate has counts as much as a middling word of the
//! statement, so that no further words need to be looked up. Below
//! [`FLOOR`] nothing is shown.
//!
//! The cost is bounded: of a common word the newest [`LOOKED_AT`] claims tell
//! how common it is, and no more than about [`SCORED`] claims are scored, the
//! newest first.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use rusqlite::{Row, params};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::ids::ClaimId;
use crate::domain::time::Timestamp;
use crate::store::rows::{id, moment, moment_option, numbers};
use crate::store::{Db, StoreError};

use super::typed;

/// The least share that is shown, in percent.
const FLOOR: u8 = 35;
/// How many claims with a word are counted one by one. Of a word that more have,
/// its weight is known to a tenth by so many.
const LOOKED_AT: i64 = 50;
/// How many claims are scored, about.
const SCORED: f64 = 2_000.0;
/// How many of the best are measured.
const MEASURED: usize = 40;
/// Words of a statement beyond these are not looked at.
const MOST_WORDS: usize = 40;
/// How many of the rarest words are asked for.
const ASKED: usize = 10;

/// An earlier claim whose wording is similar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The claim.
    pub claim: ClaimId,
    /// Its wording.
    pub statement: String,
    /// Where it stands, as `ClaimState::as_str` writes it.
    pub state: String,
    /// Whether words under its verdict changed.
    pub stale: bool,
    /// The rating of its last verdict.
    pub rating: Option<String>,
    /// When that was given.
    pub judged_at: Option<Timestamp>,
    /// Whether that verdict stands.
    pub stands: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How much of both wordings is the same, in percent by weight.
    pub share: u8,
}

/// Finds claims of similar wording, the most similar first.
pub fn similar(
    db: &Db<'_>,
    statement: &str,
    but: Option<ClaimId>,
    limit: usize,
) -> Result<Vec<Similar>, StoreError> {
    let words = weighed(db, statement)?;
    if words.words.is_empty() {
        return Ok(Vec::new());
    }
    told(db, &nearest(db, &words, but, limit)?)
}

/// A word as it is compared: without case and marks.
fn folded(text: &str) -> Vec<String> {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let mut seen = HashSet::new();
    typed::words(&plain.to_lowercase())
        .filter(|word| seen.insert((*word).to_owned()))
        .take(MOST_WORDS)
        .map(str::to_owned)
        .collect()
}

struct Word {
    word: String,
    /// How many claims have it, about.
    among: f64,
    weight: f64,
}

/// The words of a statement, the rarest first.
struct Weighed {
    words: Vec<Word>,
    /// The highest number of a claim.
    newest: i64,
    middling: f64,
}

fn weighed(db: &Db<'_>, statement: &str) -> Result<Weighed, StoreError> {
    let newest: i64 = db
        .conn
        .prepare_cached("SELECT coalesce(max(id), 0) FROM claim")?
        .query_row([], |row| row.get(0))?;
    let sql = "SELECT count(*), coalesce(min(id), 1) FROM (SELECT rowid AS id FROM claim_search
               WHERE claim_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2)";
    let mut select = db.conn.prepare_cached(sql)?;
    let all = newest as f64;
    let mut words = Vec::new();
    for word in folded(statement) {
        let matching = typed::any_of("statement", std::slice::from_ref(&word));
        let (n, lowest): (i64, i64) = select.query_row(params![matching, LOOKED_AT], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        // Of a common word the newest claims are a sample of all.
        let among = if n < LOOKED_AT {
            n as f64
        } else {
            all * n as f64 / (newest - lowest + 1) as f64
        };
        let weight = (1.0 + all / (1.0 + among)).ln();
        words.push(Word {
            word,
            among,
            weight,
        });
    }
    words.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let sum: f64 = words.iter().map(|word| word.weight).sum();
    let middling = sum / words.len().max(1) as f64;
    Ok(Weighed {
        words,
        newest,
        middling,
    })
}

impl Weighed {
    /// The share of what both say in what either says, in percent.
    fn share(&self, other: &str) -> u8 {
        let theirs: HashSet<String> = folded(other).into_iter().collect();
        let all: f64 = self.words.iter().map(|word| word.weight).sum();
        let in_both = self.words.iter().filter(|word| theirs.contains(&word.word));
        let (count, both) = in_both.fold((0, 0.0), |(count, sum), word| {
            (count + 1, sum + word.weight)
        });
        let only_theirs = (theirs.len() - count) as f64 * self.middling;
        (100.0 * both / (all + only_theirs)).round() as u8
    }

    /// The words to ask for, and the lowest claim to look at, so that no more
    /// claims are scored than [`SCORED`].
    fn asked(&self) -> (&[Word], i64) {
        let mut sum = 0.0;
        let mut asked = 0;
        for word in self.words.iter().take(ASKED) {
            let would_be = sum + word.among;
            if would_be > SCORED && asked >= 2 {
                break;
            }
            sum = would_be;
            asked += 1;
        }
        let reach = if sum > SCORED { SCORED / sum } else { 1.0 };
        let lowest = self.newest as f64 * (1.0 - reach);
        (&self.words[..asked], lowest as i64)
    }
}

/// The claims that have most of the rarer words, by weight. FTS5's own ranking
/// would read every claim that has any of the words to learn how common each
/// is; that is known here already.
fn best(db: &Db<'_>, words: &Weighed, but: i64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT rowid FROM claim_search
               WHERE claim_search MATCH ?1 AND rowid > ?2 ORDER BY rowid DESC LIMIT ?3";
    let (asked, lowest) = words.asked();
    let mut select = db.conn.prepare_cached(sql)?;
    let mut scores: HashMap<i64, f64> = HashMap::new();
    for word in asked {
        let matching = typed::any_of("statement", std::slice::from_ref(&word.word));
        let mut rows = select.query(params![matching, lowest, SCORED as i64])?;
        while let Some(row) = rows.next()? {
            *scores.entry(row.get(0)?).or_default() += word.weight;
        }
    }
    scores.remove(&but);
    let mut best: Vec<(i64, f64)> = scores.into_iter().collect();
    // Of claims that are equally near, the newest.
    let order = |(id, score): &(i64, f64), (other, theirs): &(i64, f64)| {
        theirs.total_cmp(score).then(other.cmp(id))
    };
    if best.len() > MEASURED {
        best.select_nth_unstable_by(MEASURED, order);
        best.truncate(MEASURED);
    }
    Ok(best.into_iter().map(|(id, _)| id).collect())
}

/// The claims whose wording is near enough, the nearest first, each with the share
/// that is the same.
fn nearest(
    db: &Db<'_>,
    words: &Weighed,
    but: Option<ClaimId>,
    limit: usize,
) -> Result<Vec<(i64, u8)>, StoreError> {
    let sql = "SELECT claim.id, claim.statement FROM json_each(?1) AS best
               CROSS JOIN claim ON claim.id = best.value";
    let best = best(db, words, but.map_or(0, ClaimId::get))?;
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query([numbers(best.into_iter())])?;
    let mut near = Vec::new();
    while let Some(row) = rows.next()? {
        let share = words.share(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
        if share >= FLOOR {
            near.push((row.get(0)?, share));
        }
    }
    near.sort_by_key(|(id, share)| (Reverse(*share), *id));
    near.truncate(limit);
    Ok(near)
}

/// Reads what is shown of some claims. Most that are measured are not near enough,
/// and a verdict is long: so it is read of the few that are.
fn told(db: &Db<'_>, near: &[(i64, u8)]) -> Result<Vec<Similar>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT claim.id, claim.statement, claim.state, claim.stale, claim.opened_at,
                verdict.verdict ->> '$.rating.label' AS rating, verdict.at AS judged_at,
                verdict.id IS NOT NULL AND verdict.id IS claim.verdict AS stands
         FROM claim LEFT JOIN verdict ON verdict.id =
           (SELECT max(id) FROM verdict AS given WHERE given.claim = claim.id)
         WHERE claim.id = ?1",
    )?;
    let told = near
        .iter()
        .map(|(id, share)| Ok(select.query_row([id], |row| earlier(row, *share))?));
    told.collect()
}

fn earlier(row: &Row<'_>, share: u8) -> rusqlite::Result<Similar> {
    Ok(Similar {
        claim: id(row, "id")?,
        statement: row.get("statement")?,
        state: row.get("state")?,
        stale: row.get("stale")?,
        rating: row.get("rating")?,
        judged_at: moment_option(row, "judged_at")?,
        stands: row.get("stands")?,
        opened_at: moment(row, "opened_at")?,
        share,
    })
}
