//! Tables that people bring, as comma-separated values of any dialect: the
//! encoding is found out as for any text, the delimiter from the row of names.

use thiserror::Error;

use super::decode::decode;

/// The largest table, in bytes.
pub const MOST_BYTES: usize = 5 << 20;
/// The most rows of a table.
pub const MOST_ROWS: usize = 5_000;
/// The most columns of a table.
pub const MOST_COLUMNS: usize = 200;

/// A table, its names apart from its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its rows that are not empty.
    pub rows: Vec<Row>,
    /// What parts its cells.
    pub delimiter: char,
    /// The table as text.
    pub text: String,
    /// What was odd about its bytes.
    pub flaws: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells, without space around them.
    pub cells: Vec<String>,
}

/// Why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadTable {
    /// It is too large.
    #[error("the table has {0} bytes; the limit is {MOST_BYTES}. Split it into several files")]
    TooLarge(usize),
    /// It has too many rows.
    #[error("the table has more than {MOST_ROWS} rows; split it into several files")]
    TooManyRows,
    /// It has too many columns.
    #[error("the table has {0} columns; the limit is {MOST_COLUMNS}")]
    TooManyColumns(usize),
    /// It has no row of names.
    #[error("the table is empty; its first row must name its columns")]
    Empty,
    /// A row cannot be read.
    #[error("line {line} cannot be read as comma-separated values: {why}")]
    Row {
        /// Where.
        line: u64,
        /// Why.
        why: String,
    },
}

/// Reads a table.
pub fn read(bytes: &[u8]) -> Result<Table, BadTable> {
    if bytes.len() > MOST_BYTES {
        return Err(BadTable::TooLarge(bytes.len()));
    }
    let decoded = decode(bytes, None);
    // Old programs end a line with CR alone, which the reader of rows does not
    // count as one: every row would stand on line 1.
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut names, mut rows) = (None, Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| bad(&error))?;
        let line = record.position().map_or(0, |at| begins(&text, at));
        let cells: Vec<String> = record.iter().map(|cell| plain(cell.trim())).collect();
        if cells.len() > MOST_COLUMNS {
            return Err(BadTable::TooManyColumns(cells.len()));
        }
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if names.is_none() {
            names = Some(cells);
        } else if rows.len() == MOST_ROWS {
            return Err(BadTable::TooManyRows);
        } else {
            rows.push(Row { line, cells });
        }
    }
    Ok(Table {
        names: names.ok_or(BadTable::Empty)?,
        rows,
        delimiter: char::from(delimiter),
        flaws: decoded.flaws,
        text,
    })
}

/// The line on which a row begins: the reader takes empty lines before it for
/// a part of it.
fn begins(text: &str, at: &csv::Position) -> u64 {
    let rest = text
        .as_bytes()
        .get(at.byte() as usize..)
        .unwrap_or_default();
    let empty = rest.iter().take_while(|byte| **byte == b'\n').count();
    at.line() + empty as u64
}

fn bad(error: &csv::Error) -> BadTable {
    BadTable::Row {
        line: error.position().map_or(0, csv::Position::line),
        why: error.to_string(),
    }
}

/// The delimiter that stands most often in the first line, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            other if !is_quoted => {
                let known = counts.iter_mut().find(|(byte, _)| *byte == other);
                if let Some((_, count)) = known {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals the first is taken: a comma, if there is none at all.
    let best = counts.iter().rev().max_by_key(|(_, count)| *count);
    best.map_or(b',', |(byte, _)| *byte)
}

/// A cell as it was before an export of ours kept spreadsheets from running it.
fn plain(cell: &str) -> String {
    const RISKY: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(RISKY) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], delimiter: char, expected: &[&[&str]]) {
        let table = read(bytes).expect("a table");
        let rows = table.rows.iter().map(|row| &row.cells);
        let all: Vec<&Vec<String>> = std::iter::once(&table.names).chain(rows).collect();
        assert_eq!(all, expected, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(table.delimiter, delimiter);
    }

    #[test]
    fn tables_are_read_in_every_common_dialect() {
        check(b"a,b\r\n1,2\r\n", ',', &[&["a", "b"], &["1", "2"]]);
        check(
            b"a;b;c\n\"1,5\";2;3",
            ';',
            &[&["a", "b", "c"], &["1,5", "2", "3"]],
        );
        check(b"a\tb\n1\t2\n\n", '\t', &[&["a", "b"], &["1", "2"]]);
        check(b"\"a,b\";c\n1;2\n", ';', &[&["a,b", "c"], &["1", "2"]]);
        check(
            "\u{feff}a,b\nä,'=1\n".as_bytes(),
            ',',
            &[&["a", "b"], &["ä", "=1"]],
        );
        check(
            b"name,x\nM\xfcller,1\n",
            ',',
            &[&["name", "x"], &["Müller", "1"]],
        );
        check(
            b"\xff\xfea\0,\0b\0\n\x001\0,\x002\0",
            ',',
            &[&["a", "b"], &["1", "2"]],
        );
        check(
            b"only\n\"two\nlines\"\n",
            ',',
            &[&["only"], &["two\nlines"]],
        );
    }

    #[test]
    fn a_row_knows_the_line_on_which_it_begins() {
        for (bytes, expected) in [
            (&b"a,b\n1,2\n3,4\n"[..], [2, 3]),
            (b"a,b\r\n1,2\r\n3,4", [2, 3]),
            (b"a,b\r1,2\r3,4\r", [2, 3]),
            (b"a,b\n\n1,2\r\n\n\n3,4", [3, 6]),
            (b"\n\na,b\r1,\"2\r\r\"\r3,4", [4, 7]),
        ] {
            let table = read(bytes).expect("a table");
            let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
            assert_eq!(lines, expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(read(b""), Err(BadTable::Empty));
        assert_eq!(read(b"\n , \n"), Err(BadTable::Empty));
        let wide = ",".repeat(MOST_COLUMNS);
        let most = MOST_COLUMNS + 1;
        assert_eq!(read(wide.as_bytes()), Err(BadTable::TooManyColumns(most)));
        let long = "a\n".repeat(MOST_ROWS + 2);
        assert_eq!(read(long.as_bytes()), Err(BadTable::TooManyRows));
        let large = vec![b'a'; MOST_BYTES + 1];
        assert_eq!(read(&large), Err(BadTable::TooLarge(MOST_BYTES + 1)));
    }
}
