//! The shelf: blobs, and in memory the texts that pages read again and again.
//!
//! A text is hashed when it comes from disk and kept with its index of
//! offsets; what is in memory was checked once and cannot change.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::domain::span::CharSpan;
use crate::text::offset::OffsetIndex;
use crate::text::sentences;

use super::StoreError;
use super::blobs::Blobs;

/// How many bytes of text are kept in memory.
const KEPT_BYTES: u64 = 64 * 1024 * 1024;

/// A text read from its blob, with its index of offsets.
pub struct ShelvedText {
    text: String,
    erased: Option<EntryIndex>,
    is_sealed: bool,
    offsets: OffsetIndex,
    sentences: OnceLock<Vec<CharSpan>>,
    headings: OnceLock<Vec<CharSpan>>,
}

impl ShelvedText {
    /// Indexes a text that is at hand.
    pub fn new(text: String) -> Self {
        Self {
            offsets: OffsetIndex::new(&text),
            sentences: OnceLock::new(),
            headings: OnceLock::new(),
            erased: None,
            is_sealed: false,
            text,
        }
    }

    /// What stands in the place of a text that was erased, so that no page
    /// fails for it.
    fn gone(erased: EntryIndex) -> Self {
        let notice = format!("[This text was erased; entry {erased} of the log says so.]");
        Self {
            erased: Some(erased),
            ..Self::new(notice)
        }
    }

    /// What stands in the place of a text that the reader may not see.
    fn sealed() -> Self {
        Self {
            is_sealed: true,
            ..Self::new("[This text belongs to a sealed source.]".to_owned())
        }
    }

    /// Whether this is only a notice in the place of a text.
    pub const fn is_notice(&self) -> bool {
        self.is_sealed || self.erased.is_some()
    }

    /// The entry that erased the text, where it is gone and this is only the
    /// notice in its place.
    pub const fn erased(&self) -> Option<EntryIndex> {
        self.erased
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The index that turns code points into bytes.
    pub const fn offsets(&self) -> &OffsetIndex {
        &self.offsets
    }

    /// Its sentences that may state something, which are looked for once.
    pub fn sentences(&self) -> &[CharSpan] {
        self.sentences
            .get_or_init(|| sentences::worded(&self.text, &self.offsets))
    }

    /// What in it looks like a heading, which is looked for once.
    pub fn headings(&self) -> &[CharSpan] {
        self.headings
            .get_or_init(|| sentences::headings(&self.text, &self.offsets))
    }

    /// The words at `span`, or nothing when the text is shorter.
    pub fn slice(&self, span: CharSpan) -> Option<&str> {
        self.offsets.slice(&self.text, span)
    }
}

/// Blobs, with a cache of texts in front.
pub struct Shelf {
    blobs: Blobs,
    texts: Arc<Cache<ContentHash, Arc<ShelvedText>, Bytes>>,
}

impl Shelf {
    /// Opens the directory of blobs.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Blobs::open(dir)?))
    }

    /// Takes the directory of blobs as it is, for reading.
    pub fn at(dir: &Path) -> Self {
        Self::over(Blobs::at(dir))
    }

    fn over(blobs: Blobs) -> Self {
        Self {
            blobs,
            texts: Arc::new(Cache::with_weighter(1_024, KEPT_BYTES, Bytes)),
        }
    }

    /// The same shelf for somebody who may not see some of it.
    pub(super) fn without(&self, sealed: BTreeSet<ContentHash>) -> Self {
        Self {
            blobs: self.blobs.without(sealed),
            texts: Arc::clone(&self.texts),
        }
    }

    /// The blobs themselves.
    pub const fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Takes an erased blob out of memory and off the disk.
    pub fn forget(&self, hash: ContentHash) -> Result<(), StoreError> {
        self.texts.remove(&hash);
        self.blobs.delete(hash)
    }

    /// Reads a text, from memory if it was read lately. In the place of one that
    /// was erased stands a notice.
    ///
    /// # Errors
    /// When the blob is missing, altered, or not UTF-8.
    pub fn text(&self, hash: ContentHash) -> Result<Arc<ShelvedText>, StoreError> {
        if let Some(erased) = self.blobs.erased(hash) {
            return Ok(Arc::new(ShelvedText::gone(erased)));
        }
        if self.blobs.is_sealed(hash) {
            return Ok(Arc::new(ShelvedText::sealed()));
        }
        if let Some(text) = self.texts.get(&hash) {
            return Ok(text);
        }
        let bytes = self.blobs.get(hash)?;
        let text = String::from_utf8(bytes).map_err(|error| StoreError::corrupt("text", error))?;
        let shelved = Arc::new(ShelvedText::new(text));
        self.texts.insert(hash, Arc::clone(&shelved));
        Ok(shelved)
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<ContentHash, Arc<ShelvedText>> for Bytes {
    fn weight(&self, _: &ContentHash, text: &Arc<ShelvedText>) -> u64 {
        text.text.len() as u64 + 64
    }
}
