//! Articles come under check.

use crate::capture::Unreadable;
use crate::capture::apart::Reading;
use crate::domain::article::{ArticleSheet, Revision};
use crate::domain::event::Event;
use crate::domain::ids::ArticleId;
use crate::domain::person::Deed;
use crate::store::articles;
use crate::store::blobs::Blobs;

use super::{Actor, Desk, DeskError, Pen};

/// An article on its way in: what is said about it, and its bytes.
#[derive(Debug, Clone)]
pub struct NewArticle {
    /// What is said about it.
    pub sheet: ArticleSheet,
    /// The text, or an HTML page.
    pub bytes: Vec<u8>,
    /// The media type or file name that came with the bytes.
    pub declared: Option<String>,
}

/// An article whose text is on the shelf.
pub(super) struct Prepared {
    sheet: ArticleSheet,
    revision: Revision,
}

impl Prepared {
    pub(super) fn into_parts(self) -> (ArticleSheet, Revision) {
        (self.sheet, self.revision)
    }
}

/// Brings an article under check.
///
/// # Errors
/// When the bytes hold no text.
pub fn add(desk: &Desk, actor: Actor, new: NewArticle) -> Result<ArticleId, DeskError> {
    actor.must(Deed::OpenClaim)?;
    let prepared = prepare(desk.reading(), desk.store().shelf().blobs(), new)?;
    desk.act(actor, Deed::OpenClaim, move |pen| record(pen, prepared))
}

/// Derives the text and makes it durable before the entry that names it.
pub(super) fn prepare(
    reading: &Reading,
    blobs: &Blobs,
    new: NewArticle,
) -> Result<Prepared, DeskError> {
    let read = reading.read(&new.bytes, new.declared.as_deref())?;
    let main = read.main().ok_or(Unreadable::Wordless)?;
    let text = blobs.put(main.text.as_bytes())?;
    let chars = main.text.chars().count() as u64;
    Ok(Prepared {
        sheet: new.sheet,
        revision: Revision {
            number: 1,
            text,
            chars,
        },
    })
}

/// Logs a prepared article.
pub(super) fn record(pen: &Pen<'_, '_>, prepared: Prepared) -> Result<ArticleId, DeskError> {
    let article = articles::next(pen)?;
    pen.log(Event::ArticleAdded {
        article,
        sheet: prepared.sheet,
        revision: prepared.revision,
    })?;
    Ok(article)
}
