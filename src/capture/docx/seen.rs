//! What was met on the way through a document and must be told.

/// What was met.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) tracked: bool,
    pub(super) hidden: bool,
    pub(super) struck: bool,
    pub(super) chunks: bool,
    pub(super) open_field: bool,
    pub(super) comments: usize,
    pub(super) symbols: usize,
    pub(super) entities: usize,
    pub(super) missing_notes: usize,
}

impl Seen {
    /// The flaws in sentences.
    pub(super) fn flaws(&self) -> Vec<String> {
        let told = [
            (
                self.tracked,
                "tracked changes: text as if all were accepted",
            ),
            (self.hidden, "hidden text was left out"),
            (self.struck, "struck-through text stands like other text"),
            (self.chunks, "a document embedded in this one was left out"),
            (
                self.open_field,
                "a field never ends; its code stands in the text",
            ),
        ];
        let counted = [
            (self.comments, "comments were left out"),
            (
                self.symbols,
                "symbols of picture fonts are not known; each stands as U+FFFD",
            ),
            (
                self.entities,
                "references to entities are not known and stand as they are",
            ),
            (self.missing_notes, "notes are missing from the file"),
        ];
        let told = told.iter().filter(|(is, _)| *is);
        let counted = counted.iter().filter(|(count, _)| *count > 0);
        told.map(|(_, flaw)| (*flaw).to_owned())
            .chain(counted.map(|(count, flaw)| format!("{flaw} ({count})")))
            .collect()
    }
}
