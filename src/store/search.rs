//! Full-text search over claims, sources and texts (SQLite FTS5).

use super::{Db, StoreError};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelfmark {
    /// Wordings and claimants.
    Claims,
    /// Titles, publishers and authors.
    Sources,
    /// The texts of snapshots.
    Texts,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The number of the claim, source or text.
    pub id: i64,
    /// Words around the hit; what matched stands between [`OPEN`] and [`CLOSE`].
    pub snippet: String,
}

/// Stands before words that matched: a character that no text holds.
pub const OPEN: char = '\u{E000}';
/// Stands after words that matched.
pub const CLOSE: char = '\u{E001}';

/// Finds up to `limit` hits after the first `skip`, best first. Every word of
/// the query must occur; the last one may be the beginning of a word. A query
/// without a word finds nothing.
pub fn find(
    db: &Db<'_>,
    place: Shelfmark,
    query: &str,
    (skip, limit): (usize, usize),
) -> Result<Vec<Hit>, StoreError> {
    let Some(matching) = fts_query(query) else {
        return Ok(Vec::new());
    };
    let (table, column) = match place {
        Shelfmark::Claims => ("claim_search", 0),
        Shelfmark::Sources => ("source_search", -1),
        Shelfmark::Texts => ("text_search", 0),
    };
    let sql = format!(
        "SELECT rowid, snippet({table}, {column}, char(57344), char(57345), '…', 24)
         FROM {table} WHERE {table} MATCH ?1 ORDER BY rank, rowid DESC LIMIT ?2 OFFSET ?3"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map(
        rusqlite::params![matching, limit as i64, skip as i64],
        |row| {
            Ok(Hit {
                id: row.get(0)?,
                snippet: row.get(1)?,
            })
        },
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Turns what somebody typed into an FTS5 expression in which nothing is an
/// operator: every word is quoted.
fn fts_query(typed: &str) -> Option<String> {
    let words: Vec<String> = words(typed)
        .take(20)
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() {
        return None;
    }
    Some(words.join(" ") + "*")
}

/// The words that somebody typed.
pub(super) fn words(typed: &str) -> impl Iterator<Item = &str> {
    let words = typed.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(fts_query(typed).as_deref(), expected, "{typed}");
    }

    #[test]
    fn nothing_that_is_typed_is_an_operator() {
        check("school attack", Some("\"school\" \"attack\"*"));
        check(
            "a OR b\" NEAR(x)",
            Some("\"a\" \"OR\" \"b\" \"NEAR\" \"x\"*"),
        );
        check("ISIS-K", Some("\"ISIS\" \"K\"*"));
        check(" \"*() ", None);
    }
}
