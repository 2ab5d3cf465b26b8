//! A text being written down block by block: what DOCX and Markdown share.
//!
//! Line ends, tabs and spaces are owed until a word follows, so that no text
//! begins or ends with them and no two readers count blank lines differently.

/// What stands between two blank lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph, a heading, a quotation.
    Words,
    /// An item of a list, under a hyphen.
    Item,
}

/// One row of a table that is being written.
#[derive(Debug)]
struct Row {
    /// Cells that began before the one that is being written.
    cells: usize,
    /// How long the text was when the row began.
    start: usize,
    /// How long the text was when the present cell began.
    cell: usize,
}

/// A text being written down.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    text: String,
    /// How many line ends are owed before the next word: 0, 1 or 2.
    owed: usize,
    /// Cell borders that are owed before the next word.
    tabs: usize,
    /// Blank characters that are kept only when a word follows on the line.
    blanks: String,
    /// The next word begins an item.
    bullet: bool,
    last: Option<Block>,
    rows: Vec<Row>,
}

impl Sheet {
    /// Begins a paragraph or an item. Neighbouring items stand on neighbouring
    /// lines; everything else has a blank line around it, except in a cell.
    pub(super) fn block(&mut self, block: Block) {
        let near = block == Block::Item && self.last == Some(Block::Item);
        match self.rows.last() {
            Some(row) if self.text.len() > row.cell => self.line(),
            Some(_) => self.blanks.clear(),
            None if near => self.line(),
            None => self.blank_line(),
        }
        self.bullet = block == Block::Item;
        self.last = Some(block);
    }

    /// Begins a new line.
    pub(super) fn line(&mut self) {
        self.owed = self.owed.max(1);
        self.blanks.clear();
    }

    /// Begins a new line after a blank one; inside a table only a new line.
    pub(super) fn blank_line(&mut self) {
        self.owed = self.owed.max(if self.rows.is_empty() { 2 } else { 1 });
        self.blanks.clear();
    }

    /// What follows is not a neighbour of the items before it.
    pub(super) fn end_list(&mut self) {
        self.last = None;
    }

    /// Begins or ends a table.
    pub(super) fn table_edge(&mut self) {
        self.blank_line();
        self.end_list();
    }

    /// Begins a row.
    pub(super) fn open_row(&mut self) {
        self.line();
        self.tabs = 0;
        let start = self.text.len();
        self.rows.push(Row {
            cells: 0,
            start,
            cell: start,
        });
    }

    /// Ends a row; the empty cells at its end leave nothing.
    pub(super) fn close_row(&mut self) {
        if self.rows.pop().is_some() {
            self.tabs = 0;
            self.line();
        }
    }

    /// Begins a cell; cells are divided by tabs, also around an empty one.
    pub(super) fn cell(&mut self) {
        self.blanks.clear();
        self.end_list();
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        if row.cells > 0 {
            self.tabs += 1;
            if self.text.len() > row.start {
                // The line end that a table inside the cell left behind.
                self.owed = 0;
            }
        }
        row.cells += 1;
        row.cell = self.text.len();
    }

    /// Writes words. White space at a line's edges is dropped; within a line
    /// it stays as it is. A line feed begins a new line.
    pub(super) fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '\n' => self.line(),
                ' ' | '\t' => self.blanks.push(c),
                _ => self.put(c),
            }
        }
    }

    /// Writes words whose white space counts only as a border between words.
    pub(super) fn flowing(&mut self, words: &str) {
        for c in words.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.blanks.clear();
                self.blanks.push(' ');
            } else {
                self.put(c);
            }
        }
    }

    /// Writes lines with their indents and blank lines as they are.
    pub(super) fn verbatim(&mut self, lines: &str) {
        for (index, line) in lines.lines().enumerate() {
            if index > 0 {
                self.owed += 1;
            }
            self.blanks.clear();
            for c in line.trim_end_matches([' ', '\t']).chars() {
                self.put(c);
            }
        }
    }

    fn put(&mut self, c: char) {
        if self.text.is_empty() {
            self.owed = 0;
        }
        let at_start = self.owed > 0 || self.text.is_empty();
        for _ in 0..std::mem::take(&mut self.owed) {
            self.text.push('\n');
        }
        let divided = self.tabs > 0;
        for _ in 0..std::mem::take(&mut self.tabs) {
            self.text.push('\t');
        }
        if std::mem::take(&mut self.bullet) {
            self.text.push_str("- ");
        } else if !at_start && !divided {
            self.text.push_str(&self.blanks);
        }
        self.blanks.clear();
        self.text.push(c);
    }

    /// The text, which ends with a line feed unless it is empty.
    pub(super) fn finish(mut self) -> String {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: impl FnOnce(&mut Sheet), expected: &str) {
        let mut sheet = Sheet::default();
        write(&mut sheet);
        assert_eq!(sheet.finish(), expected);
    }

    #[test]
    fn blocks_lines_and_blanks() {
        check(|_| {}, "");
        check(|sheet| sheet.words(" \n a  b \n\n c "), "a  b\nc\n");
        check(|sheet| sheet.flowing(" a \n b "), "a b\n");
        check(|sheet| sheet.verbatim("a\n\n  b"), "a\n\n  b\n");
        check(
            |sheet| {
                for (block, words) in [
                    (Block::Words, "a"),
                    (Block::Item, "b"),
                    (Block::Item, "c"),
                    (Block::Words, ""),
                    (Block::Words, "d"),
                ] {
                    sheet.block(block);
                    sheet.words(words);
                }
            },
            "a\n\n- b\n- c\n\nd\n",
        );
    }

    #[test]
    fn empty_cells_keep_the_columns() {
        check(
            |sheet| {
                sheet.words("before");
                sheet.table_edge();
                for row in [["a", "", "c"], ["", "b", ""], ["", "", ""], ["x", "y", "z"]] {
                    sheet.open_row();
                    for cell in row {
                        sheet.cell();
                        sheet.block(Block::Words);
                        sheet.words(cell);
                    }
                    sheet.close_row();
                }
                sheet.table_edge();
                sheet.words("after");
            },
            "before\n\na\t\tc\n\tb\nx\ty\tz\n\nafter\n",
        );
    }
}
