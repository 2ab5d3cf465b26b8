//! Edit distance between a pattern and every stretch of a text, 64 rows of
//! the table at a time: Myers (1999), in Hyyrö's form for long patterns, with
//! Ukkonen's cut of the rows that can no longer matter.

/// A pattern made ready for scanning.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Its length in characters.
    length: usize,
    blocks: usize,
    /// For each known character, one word a block: where the pattern has it.
    masks: Vec<u64>,
    /// The row of `masks` of each ASCII character; row 0 is empty.
    ascii: [u16; 128],
    others: Vec<(char, u16)>,
}

/// Where a scan may begin to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// Anywhere.
    Anywhere,
    /// At the first character.
    Start,
}

impl Pattern {
    pub(super) fn new(pattern: impl Iterator<Item = char>) -> Self {
        let pattern: Vec<char> = pattern.collect();
        let blocks = pattern.len().div_ceil(64).max(1);
        let mut ready = Self {
            length: pattern.len(),
            blocks,
            masks: vec![0; blocks],
            ascii: [0; 128],
            others: Vec::new(),
        };
        let mut known: Vec<char> = pattern.clone();
        known.sort_unstable();
        known.dedup();
        // A pattern has far fewer than 65,536 characters.
        for (row, c) in known.iter().enumerate() {
            let row = (row + 1) as u16;
            match ready.ascii.get_mut(*c as usize) {
                Some(place) => *place = row,
                None => ready.others.push((*c, row)),
            }
        }
        ready.masks.resize((known.len() + 1) * blocks, 0);
        for (at, c) in pattern.iter().enumerate() {
            let row = ready.row(*c);
            ready.masks[row * blocks + at / 64] |= 1 << (at % 64);
        }
        ready
    }

    pub(super) const fn length(&self) -> usize {
        self.length
    }

    pub(super) const fn blocks(&self) -> usize {
        self.blocks
    }

    fn row(&self, c: char) -> usize {
        let row = match self.ascii.get(c as usize) {
            Some(row) => *row,
            None => self
                .others
                .binary_search_by_key(&c, |(other, _)| *other)
                .map_or(0, |at| self.others[at].1),
        };
        row as usize
    }

    /// Reads `text` and tells `see` the place of every character up to which
    /// the whole pattern stands with at most `limit` edits, and how many.
    /// `see` answers with the limit from then on, which may only fall.
    pub(super) fn scan(
        &self,
        text: impl Iterator<Item = (usize, char)>,
        from: From,
        mut limit: u32,
        mut see: impl FnMut(usize, u32) -> u32,
    ) {
        if self.blocks == 1 {
            self.scan_one_block(text, from, limit, see);
            return;
        }
        let mut column = Column::new(self, limit);
        let top = i32::from(from == From::Start);
        for (place, c) in text {
            let row = self.row(c) * self.blocks;
            let masks = &self.masks[row..row + self.blocks];
            let distance = column.advance(masks, top, limit as i32);
            if distance <= limit {
                limit = see(place, distance).min(limit);
            }
        }
    }

    /// The same for a pattern of one block, whose column stays in registers.
    fn scan_one_block(
        &self,
        text: impl Iterator<Item = (usize, char)>,
        from: From,
        mut limit: u32,
        mut see: impl FnMut(usize, u32) -> u32,
    ) {
        let Some(mut block) = Column::new(self, limit).blocks.pop() else {
            return;
        };
        let top = i32::from(from == From::Start);
        let mask = |row: usize| self.masks.get(row).copied().unwrap_or(0);
        let ascii: [u64; 128] = std::array::from_fn(|c| mask(self.ascii[c] as usize));
        for (place, c) in text {
            let mask = match ascii.get(c as usize) {
                Some(mask) => *mask,
                None => mask(self.row(c)),
            };
            block.step(mask, top);
            let distance = block.bottom.max(0) as u32;
            if distance <= limit {
                limit = see(place, distance).min(limit);
            }
        }
    }

    /// The edits between the pattern and the whole of `text`.
    #[cfg(test)]
    fn distance(&self, text: &str) -> u32 {
        let (mut found, most) = (u32::MAX, (self.length + text.len()) as u32);
        self.scan(text.char_indices(), From::Start, most, |_, distance| {
            found = distance;
            most
        });
        found
    }
}

/// 64 rows of one column of the table: the differences from row to row as
/// bits, and the number in the last row.
#[derive(Clone, Copy)]
struct Block {
    up: u64,
    down: u64,
    bottom: i32,
    /// How many rows are in use; all but in the last block.
    rows: i32,
}

/// One column of the table.
struct Column {
    blocks: Vec<Block>,
    /// How many blocks are kept up.
    live: usize,
}

impl Column {
    fn new(pattern: &Pattern, limit: u32) -> Self {
        let block = |at: usize| {
            let bottom = ((at + 1) * 64).min(pattern.length);
            Block {
                up: !0,
                down: 0,
                bottom: bottom as i32,
                rows: (bottom - at * 64) as i32,
            }
        };
        Self {
            blocks: (0..pattern.blocks).map(block).collect(),
            live: (limit as usize / 64 + 1).min(pattern.blocks),
        }
    }

    /// Goes on by one character of the text; gives the distance of the whole
    /// pattern, or the most there is where it is beyond the limit.
    #[inline]
    fn advance(&mut self, masks: &[u64], top: i32, limit: i32) -> u32 {
        let mut carry = top;
        let (live, rest) = self.blocks.split_at_mut(self.live);
        let (known, ahead) = masks.split_at(live.len());
        for (block, mask) in live.iter_mut().zip(known) {
            carry = block.step(*mask, carry);
        }
        let Some(last) = live.last() else {
            return u32::MAX;
        };
        let (Some(next), Some(mask)) = (rest.first_mut(), ahead.first()) else {
            // All blocks are kept up, so the distance is known.
            let distance = last.bottom.max(0) as u32;
            if last.bottom >= limit + last.rows {
                self.let_go(limit);
            }
            return distance;
        };
        let before = last.bottom - carry;
        if before <= limit && (mask & 1 == 1 || carry < 0) {
            // Before this column nothing in the next block was within the
            // limit, so the worst may be taken for what stood there.
            (next.up, next.down, next.bottom) = (!0, 0, before + next.rows);
            next.step(*mask, carry);
            self.live += 1;
            if rest.len() == 1 {
                return self
                    .blocks
                    .last()
                    .map_or(u32::MAX, |last| last.bottom.max(0) as u32);
            }
        } else {
            self.let_go(limit);
        }
        u32::MAX
    }

    /// Gives up the last blocks while nothing in them is within the limit.
    #[inline]
    fn let_go(&mut self, limit: i32) {
        while self.live > 1
            && self
                .blocks
                .get(self.live - 1)
                .is_some_and(|last| last.bottom >= limit + last.rows)
        {
            self.live -= 1;
        }
    }
}

impl Block {
    /// Goes on by one column; `carry` is the difference in the row above, and
    /// the answer the difference in the last row.
    #[inline(always)]
    fn step(&mut self, mask: u64, carry: i32) -> i32 {
        let fell = u64::from(carry < 0);
        let rose = u64::from(carry > 0);
        let vertical = mask | self.down;
        let mask = mask | fell;
        let diagonal = ((mask & self.up).wrapping_add(self.up) ^ self.up) | mask;
        let plus = self.down | !(diagonal | self.up);
        let minus = self.up & diagonal;
        let high = (self.rows - 1) & 63;
        let out = (plus >> high & 1) as i32 - (minus >> high & 1) as i32;
        let plus = plus << 1 | rose;
        let minus = minus << 1 | fell;
        self.up = minus | !(vertical | plus);
        self.down = plus & vertical;
        self.bottom += out;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of Sellers, row by row, as the measure of the quick one.
    fn plainly(pattern: &[char], text: &[char], anywhere: bool) -> Vec<u32> {
        let mut column: Vec<u32> = (0..=pattern.len() as u32).collect();
        let mut last = Vec::new();
        for (at, c) in text.iter().enumerate() {
            let mut next = vec![if anywhere { 0 } else { at as u32 + 1 }];
            for (row, p) in pattern.iter().enumerate() {
                let same = column[row] + u32::from(p != c);
                next.push(same.min(column[row + 1] + 1).min(next[row] + 1));
            }
            last.push(next[pattern.len()]);
            column = next;
        }
        last
    }

    #[test]
    fn distances() {
        let distance = |a: &str, b: &str| Pattern::new(a.chars()).distance(b);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("été", "ete"), 2);
        assert_eq!(distance(&"ab".repeat(100), &"ab".repeat(98)), 4);
    }

    proptest::proptest! {
        #[test]
        fn the_quick_table_is_the_plain_table(
            pattern in "[abcé]{1,150}", text in "[abcé]{0,300}", limit in 0u32..150, anywhere: bool,
        ) {
            let from = if anywhere { From::Anywhere } else { From::Start };
            let wanted: Vec<char> = pattern.chars().collect();
            let read: Vec<char> = text.chars().collect();
            let plain = plainly(&wanted, &read, anywhere);
            let expected: Vec<(usize, u32)> =
                plain.into_iter().enumerate().filter(|(_, d)| *d <= limit).collect();
            let mut found = Vec::new();
            Pattern::new(pattern.chars()).scan(read.into_iter().enumerate(), from, limit, |at, d| {
                found.push((at, d));
                limit
            });
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
