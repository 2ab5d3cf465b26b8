//! Reads the register of corrections: what was wrong, what changed, and what
//! became of it.

use rusqlite::{Row, named_params};

use crate::domain::ids::{ClaimId, CorrectionId, EntryIndex, PublicationId};
use crate::domain::publication::CorrectionKind;
use crate::domain::time::Timestamp;

use super::rows::{id, moment, moment_option, parsed};
use super::{Db, StoreError};

/// Which corrections are wanted; an empty filter wants all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of a kind.
    pub kind: Option<CorrectionKind>,
    /// Only those of what was published of a claim.
    pub claim: Option<ClaimId>,
    /// Only those made at this moment or later.
    pub from: Option<Timestamp>,
    /// Only those made before this moment.
    pub to: Option<Timestamp>,
}

/// A correction with what it corrects and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The correction.
    pub id: CorrectionId,
    /// Its entry in the log.
    pub entry: EntryIndex,
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// Who corrected.
    pub who: Option<String>,
    /// What it corrects.
    pub publication: PublicationId,
    /// The claim.
    pub claim: ClaimId,
    /// The wording that was published.
    pub statement: String,
    /// The rating that was published.
    pub rating: String,
    /// When that was published.
    pub published_at: Timestamp,
    /// The entry of that publication.
    pub published_entry: EntryIndex,
    /// What was published of the claim next.
    pub next: Option<Next>,
}

/// What was published after a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The rating.
    pub rating: String,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub entry: EntryIndex,
}

/// Lists corrections of what is or was public, newest first, that come before
/// `before`.
pub fn list(
    db: &Db<'_>,
    filter: &Filter,
    before: Option<CorrectionId>,
    limit: usize,
) -> Result<Vec<Change>, StoreError> {
    let sql = "SELECT r.id, r.entry, r.kind, r.note, r.at, r.claim, r.publication,
           person.name AS who, v.verdict ->> 'statement' AS statement,
           v.verdict ->> '$.rating.label' AS rating,
           p.at AS published_at, p.entry AS published_entry,
           w.verdict ->> '$.rating.label' AS next_rating, n.at AS next_at, n.entry AS next_entry
         FROM correction AS r
         JOIN publication AS p ON p.id = r.publication
         JOIN verdict AS v ON v.id = p.verdict
         LEFT JOIN person ON person.id = r.person
         LEFT JOIN publication AS n ON n.id = (SELECT min(later.id) FROM publication AS later
           WHERE later.claim = r.claim AND later.id > r.publication AND later.entry > r.entry)
         LEFT JOIN verdict AS w ON w.id = n.verdict
         WHERE r.id < :before AND (:kind IS NULL OR r.kind = :kind)
           AND (:claim IS NULL OR r.claim = :claim)
           AND (:from IS NULL OR r.at >= :from) AND (:to IS NULL OR r.at < :to)
         ORDER BY r.id DESC LIMIT :limit";
    let mut select = db.conn.prepare_cached(sql)?;
    let values = named_params! {
        ":before": before.map_or(i64::MAX, CorrectionId::get),
        ":kind": filter.kind.map(CorrectionKind::as_str),
        ":claim": filter.claim.map(ClaimId::get),
        ":from": filter.from.map(Timestamp::as_millis),
        ":to": filter.to.map(Timestamp::as_millis),
        ":limit": limit as i64,
    };
    let rows = select.query_map(values, change)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn change(row: &Row<'_>) -> rusqlite::Result<Change> {
    let entry =
        |column| Ok::<_, rusqlite::Error>(EntryIndex::new(row.get::<_, i64>(column)? as u64));
    let next_at = moment_option(row, "next_at")?;
    let next = next_at.map(|at| {
        Ok::<_, rusqlite::Error>(Next {
            rating: row.get("next_rating")?,
            at,
            entry: entry("next_entry")?,
        })
    });
    Ok(Change {
        id: id(row, "id")?,
        entry: entry("entry")?,
        kind: parsed(row, "kind")?,
        note: row.get("note")?,
        at: moment(row, "at")?,
        who: row.get("who")?,
        publication: id(row, "publication")?,
        claim: id(row, "claim")?,
        statement: row.get("statement")?,
        rating: row.get("rating")?,
        published_at: moment(row, "published_at")?,
        published_entry: entry("published_entry")?,
        next: next.transpose()?,
    })
}
