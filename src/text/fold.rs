//! Folding: what a typist, a browser or a PDF does to words without changing
//! them. The folded text remembers where each of its bytes came from.

use super::folding::Folding;
use super::offset::ByteSpan;

/// A folded text with the way back.
///
/// Two texts are the same but for typography when their folded forms are equal
/// and their [seams](Folded::seams_agree) agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    key: String,
    runs: Vec<Run>,
    seams: Vec<Seam>,
}

/// From here to the next run, bytes of the key come from bytes of the text
/// one by one, or all from one piece of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) key: u32,
    pub(super) text: u32,
    /// The length of the piece in the text; 0 where bytes pair one by one.
    pub(super) piece: u32,
}

/// A place in the key at which something was left out that may matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seam {
    pub(super) key: u32,
    pub(super) kind: SeamKind,
    /// Whether the other text must have a seam here too.
    pub(super) firm: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SeamKind {
    /// A dash between letters: firm within a line; at a line's end it may be
    /// a division of the word as well.
    Dash,
    /// `ß` is firm: it may be `SS`, which is loose, but is not `ss`.
    Sharp,
}

impl Folded {
    /// Folds white space, quotation marks, dashes, ligatures, ellipses, case
    /// and line-end hyphens; drops soft hyphens and characters without width.
    /// No figure, sign before a figure or word is lost.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// let folded = Folded::new("“13\u{a0}U.S.\n troops” — 10² of −5");
    /// assert_eq!(folded.as_str(), "'13 u.s. troops'-10² of -5");
    /// ```
    pub fn new(text: &str) -> Self {
        let (key, runs, seams) = Folding::new(text).run();
        Self { key, runs, seams }
    }

    /// The folded text, without the dashes between letters.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// assert_eq!(Folded::new("ﬁne long-term govern-\nment").as_str(), "fine longterm government");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// Where folded bytes came from; nothing beyond the end.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// let folded = Folded::new("“no”");
    /// let span = folded.original(1, 3).expect("within");
    /// assert_eq!((span.start, span.end), (3, 5));
    /// ```
    pub fn original(&self, start: usize, end: usize) -> Option<ByteSpan> {
        if start >= end || end > self.key.len() {
            return None;
        }
        let (first, last) = (self.run_at(start)?, self.run_at(end - 1)?);
        let from = match first.piece {
            0 => first.text as usize + (start - first.key as usize),
            _ => first.text as usize,
        };
        let to = match last.piece {
            0 => last.text as usize + (end - last.key as usize),
            piece => (last.text + piece) as usize,
        };
        Some(ByteSpan {
            start: from,
            end: to,
        })
    }

    /// Whether a stretch starts or ends inside what one character or mark of
    /// the text stands for, as `no.` does in `no…`.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// let folded = Folded::new("no…");
    /// assert!(folded.cuts_a_piece(0, 3));
    /// assert!(!folded.cuts_a_piece(0, 5));
    /// ```
    pub fn cuts_a_piece(&self, start: usize, end: usize) -> bool {
        let inside = |at: usize| {
            at < self.key.len()
                && self
                    .run_at(at)
                    .is_some_and(|run| run.piece > 0 && run.key as usize != at)
        };
        inside(start) || inside(end)
    }

    /// The folded byte that a byte of the text became part of, or the next one.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// assert_eq!(Folded::new("“no”").place_of(3), 1);
    /// ```
    pub fn place_of(&self, byte: usize) -> usize {
        let after = self.runs.partition_point(|run| run.text as usize <= byte);
        let next = self
            .runs
            .get(after)
            .map_or(self.key.len(), |run| run.key as usize);
        let Some(run) = after.checked_sub(1).and_then(|at| self.runs.get(at)) else {
            return next;
        };
        let step = if run.piece == 0 {
            byte - run.text as usize
        } else {
            0
        };
        (run.key as usize + step).min(next)
    }

    /// Whether the dashes between letters, and `ß`, of a needle are where this
    /// text has them when the needle's `range` stands at `at`. A dash at the
    /// end of a line agrees with a dash and with none.
    ///
    /// ```
    /// use citekeep::text::fold::Folded;
    /// let (text, needle) = (Folded::new("to re-\nsign"), Folded::new("re-sign"));
    /// assert!(text.seams_agree(3, &needle, 0..6));
    /// assert!(!Folded::new("to resign").seams_agree(3, &needle, 0..6));
    /// ```
    pub fn seams_agree(&self, at: usize, needle: &Self, range: std::ops::Range<usize>) -> bool {
        let mut ours = self.seams_within(at, at + range.len()).iter().peekable();
        let mut theirs = needle
            .seams_within(range.start, range.end)
            .iter()
            .peekable();
        loop {
            let our_place = ours.peek().map(|seam| (seam.key as usize - at, seam.kind));
            let their_place = theirs
                .peek()
                .map(|seam| (seam.key as usize - range.start, seam.kind));
            let alone = match (our_place, their_place) {
                (None, None) => return true,
                (Some(our), Some(their)) if our == their => {
                    ours.next();
                    theirs.next();
                    continue;
                }
                (Some(our), Some(their)) if our.0 > their.0 => theirs.next(),
                (None, Some(_)) => theirs.next(),
                _ => ours.next(),
            };
            if alone.is_some_and(|seam| seam.firm) {
                return false;
            }
        }
    }

    fn seams_within(&self, start: usize, end: usize) -> &[Seam] {
        let from = self
            .seams
            .partition_point(|seam| seam.key as usize <= start);
        let to = self.seams.partition_point(|seam| (seam.key as usize) < end);
        self.seams.get(from..to).unwrap_or_default()
    }

    fn run_at(&self, key: usize) -> Option<Run> {
        let after = self.runs.partition_point(|run| run.key as usize <= key);
        self.runs.get(after.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Folded::new(text).as_str(), expected, "{text:?}");
    }

    #[test]
    fn typography_is_folded_and_words_are_not() {
        check("ISIS\u{2011}K’s \u{a0}\n\nmen", "isisk's men");
        check(
            "govern\u{ad}ment govern\u{ad}\nment",
            "government government",
        );
        check("govern-\nment", "government");
        check("long-\n  term", "longterm");
        check(
            "word — word -- word—word",
            "wordwordword word".replace(' ', "").as_str(),
        );
        check("18 attacks", "18 attacks");
        check("not 19", "not 19");
        check("page\u{c}break", "page break");
        check("wait . . . what… so", "wait...what...so");
        check("« non » et »ja« und", "'non' et 'ja' und");
        check("``so'' it's 5'10\"", "'so' it's 5'10\"");
        check("ＦＵＬＬ　１８", "full 18");
        check(
            "Straße STRASSE İstanbul ΛΟΓΟΣ λόγος",
            "strasse strasse istanbul λογοσ λόγοσ",
        );
    }

    #[test]
    fn figures_and_signs_are_kept() {
        check("1914-\n1918", "1914-1918");
        check("1914 – 1918", "1914-1918");
        check("rose −5 or –5", "rose -5 or -5");
        check("rose - 5", "rose-5");
        check("rose—−5, rose --- 5", "rose--5, rose-5");
        check("1914--1918", "1914-1918");
        check("10² ½ ±3 1,000 1.000", "10² ½ ±3 1,000 1.000");
        check("COVID-\n19", "covid-19");
        check("12-\nyear", "12-year");
        check("was… .5 or… 5", "was....5 or...5");
        check("about... .5, about...5", "about....5, about...5");
        check("1 . . . .75, 1…75", "1....75, 1...75");
    }

    proptest::proptest! {
        #[test]
        fn every_folded_stretch_has_an_origin(text in "[a-zA-Z0-9 \n.…'’“«»—–SßﬁİΣ\u{ad}\u{a0}\u{c}-]{0,80}", other in ".{0,40}") {
            for text in [text, other] {
                let folded = Folded::new(&text);
                let mut before = 0;
                for (at, c) in folded.as_str().char_indices() {
                    let span = folded.original(at, at + c.len_utf8()).expect("within");
                    proptest::prop_assert!(text.get(span.start..span.end).is_some());
                    proptest::prop_assert!(span.start >= before && span.end > span.start);
                    proptest::prop_assert!(folded.place_of(span.start) <= at);
                    before = span.start;
                }
            }
        }

        #[test]
        fn no_figure_is_lost(text in "[a-z0-9 \n.…'’“«»—–Sß²½,-]{0,80}") {
            let figures = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
            proptest::prop_assert_eq!(figures(Folded::new(&text).as_str()), figures(&text));
        }
    }
}
