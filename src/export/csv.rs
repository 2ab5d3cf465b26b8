//! Comma-separated values (RFC 4180): UTF-8, CR LF, a row of names first.
//!
//! There are two tables, tied by the claim's number: one row a claim, and one
//! row a citation. A claim has any number of citations, so that one wide table
//! would either need as many columns as the best sourced claim has citations,
//! or several quotes in one cell; neither can be sorted, filtered or counted in
//! a spreadsheet. A pivot or a join on `claim` gives the wide table to those
//! who want it.
//!
//! **Formulas.** Spreadsheets run what begins with `=`, `+`, `-`, `@`, a tab or
//! a line break, or with the full-width forms of these. A cell of words that
//! begins so gets an apostrophe in front, which spreadsheets do not show.
//! Numbers, dates and hashes are the desk's own and stay as they are. Whoever
//! needs the words to the letter reads the desk's JSON.

use serde::{Serialize, Serializer};

use crate::domain::time::{PartialDate, Timestamp};

/// What tells programs of long ago that the file is UTF-8; Excel needs it.
pub const BOM: &str = "\u{feff}";

/// Words from people or sources, which no spreadsheet may take for a formula.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// Takes words as they are.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// Words that may be missing.
    pub fn maybe(words: Option<impl ToString>) -> Self {
        Self(words.map(|words| words.to_string()).unwrap_or_default())
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_formula(&self.0) {
            serializer.serialize_str(&format!("'{}", self.0))
        } else {
            serializer.serialize_str(&self.0)
        }
    }
}

/// Whether a spreadsheet would take a cell for a formula.
///
/// ```
/// use citekeep::export::csv::is_formula;
/// assert!(is_formula("=1+1") && is_formula("＝1") && is_formula("\t=1"));
/// assert!(!is_formula("1932 = the year") && !is_formula(""));
/// ```
pub fn is_formula(cell: &str) -> bool {
    let risky = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    cell.starts_with(risky)
}

/// A claim as a row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClaimRow {
    /// Its number, which ties the tables.
    pub claim: i64,
    /// Its wording: in public tables the one that was published.
    pub statement: Words,
    /// Who made it.
    pub claimant: Words,
    /// What that person or body is.
    pub claimant_role: Words,
    /// The article that it comes from.
    pub article: Option<i64>,
    /// That article's title.
    pub article_title: Words,
    /// Where it was made.
    pub appearance_url: Words,
    /// When it was made, as far as known.
    pub appearance_date: Option<PartialDate>,
    /// Where it stands: in public tables `published` or `retracted`.
    pub state: &'static str,
    /// Whether words under its verdict changed since.
    pub stale: bool,
    /// Whether a correction was ever published.
    pub corrected: bool,
    /// The rating's key.
    pub rating: Words,
    /// The rating as readers see it.
    pub rating_label: Words,
    /// The rating's number, where it has one.
    pub rating_value: Option<i64>,
    /// The best and the worst number of its scale.
    pub best_value: Option<i64>,
    /// The worst number of its scale.
    pub worst_value: Option<i64>,
    /// The key of the scale.
    pub scale: Words,
    /// The version of the scale.
    pub scale_version: Option<u32>,
    /// Whether the verdict stands; of a claim that was reopened it does not.
    pub verdict_stands: bool,
    /// Why.
    pub rationale: Words,
    /// Who gave the verdict.
    pub reviewer: Words,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// When it was published first.
    pub first_published_at: Option<Timestamp>,
    /// When it was published last.
    pub published_at: Option<Timestamp>,
    /// When it was corrected last.
    pub corrected_at: Option<Timestamp>,
    /// Its permanent public address, once it has one.
    pub url: Words,
    /// How many citations it rests on.
    pub citations: usize,
    /// How many independent origins they have.
    pub independent_origins: usize,
    /// Whether all of them are secondary.
    pub only_secondary: bool,
}

/// A citation as a row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CitationRow {
    /// The claim's number.
    pub claim: i64,
    /// The citation's number.
    pub citation: i64,
    /// What it does to the claim.
    pub stance: &'static str,
    /// Whether it is in use.
    pub in_use: bool,
    /// Whose word it is.
    pub source: i64,
    /// That source's title.
    pub source_title: Words,
    /// What kind of thing it is.
    pub source_kind: &'static str,
    /// Who wrote or said it.
    pub source_author: Words,
    /// Who published it.
    pub source_publisher: Words,
    /// When it was published, as far as known.
    pub source_date: Option<PartialDate>,
    /// Whether it saw for itself.
    pub source_directness: &'static str,
    /// Its Admiralty code.
    pub source_grade: String,
    /// Sources with the same origin count as one witness.
    pub source_origin: Words,
    /// Where it can be found.
    pub source_url: Words,
    /// The sources through which it is known, the nearest first.
    pub as_cited_by: Words,
    /// The exact words.
    pub quote: Words,
    /// The words before them.
    pub prefix: Words,
    /// The words after them.
    pub suffix: Words,
    /// Their page or time code, where the document has such.
    pub place: Words,
    /// Where they start in the text, in code points.
    pub start: u64,
    /// Where they end.
    pub end: u64,
    /// What became of them in the newest snapshot.
    pub outcome: &'static str,
    /// The capture in which they stand.
    pub snapshot: i64,
    /// When it was taken.
    pub captured_at: Option<Timestamp>,
    /// From where.
    pub captured_from: Words,
    /// A copy that somebody else keeps.
    pub archived_url: Words,
    /// SHA-256 of the captured bytes.
    pub raw_sha256: String,
    /// SHA-256 of the text in which the words stand.
    pub text_sha256: String,
    /// What derived that text.
    pub extractor: Words,
}

/// A correction as a row of the register.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CorrectionRow {
    /// Its number.
    pub correction: i64,
    /// Its entry in the log.
    pub entry: u64,
    /// When it was made.
    pub at: Option<Timestamp>,
    /// What kind it is.
    pub kind: &'static str,
    /// What changed and why.
    pub note: Words,
    /// Who corrected.
    pub corrected_by: Words,
    /// The claim's number.
    pub claim: i64,
    /// The wording that was published.
    pub statement: Words,
    /// The rating that was published.
    pub published_rating: Words,
    /// When that was published.
    pub published_at: Option<Timestamp>,
    /// The entry of that publication.
    pub published_entry: u64,
    /// The rating that was published next.
    pub next_rating: Words,
    /// When that was published.
    pub next_at: Option<Timestamp>,
    /// The entry of that publication.
    pub next_entry: Option<u64>,
    /// The claim's permanent public address.
    pub url: Words,
}

/// The row of names of a table.
pub fn head<R: Serialize + Default>() -> Vec<u8> {
    // A row without facts brings the names with it, so that a table that is
    // empty still says what it would hold.
    let mut both = written(&[R::default()], true);
    let end = both.windows(2).position(|pair| pair == b"\r\n");
    both.truncate(end.map_or(0, |end| end + 2));
    both
}

/// Rows, each ended by CR LF.
pub fn rows<R: Serialize>(rows: &[R]) -> Vec<u8> {
    written(rows, false)
}

fn written<R: Serialize>(rows: &[R], with_names: bool) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .has_headers(with_names)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .serialize(row)
            .expect("a row holds nothing but words and numbers");
    }
    writer
        .into_inner()
        .expect("memory takes whatever is written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &str) {
        let row = (Words::new(words), -5_i64);
        let file = rows(&[row]);
        let expected = format!("{expected},-5\r\n");
        assert_eq!(String::from_utf8_lossy(&file), expected, "{words:?}");
    }

    #[test]
    fn words_are_never_formulas_and_numbers_stay_numbers() {
        check("It rained.", "It rained.");
        check("a, b", "\"a, b\"");
        check("he said \"no\"", "\"he said \"\"no\"\"\"");
        check("two\nlines", "\"two\nlines\"");
        check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        check("+1", "'+1");
        check("-1 or less", "'-1 or less");
        check("@here", "'@here");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
        check("＝1", "'＝1");
        check("＠1", "'＠1");
        check("'quoted'", "'quoted'");
        check("1-2", "1-2");
    }

    #[test]
    fn an_empty_table_still_names_its_columns() {
        let names = String::from_utf8(head::<ClaimRow>()).expect("UTF-8");
        assert!(names.starts_with("claim,statement,claimant,"), "{names}");
        assert!(names.ends_with("only_secondary\r\n"), "{names}");
        let names = String::from_utf8(head::<CitationRow>()).expect("UTF-8");
        assert!(names.ends_with("text_sha256,extractor\r\n"), "{names}");
        assert_eq!(rows::<ClaimRow>(&[]), b"");
    }
}
