//! An article and its claims' places in it, as the file holds them.

use crate::domain::ids::ArticleId;
use crate::export::json;
use crate::store::claims::Claim;
use crate::store::{Db, articles, people};

use super::super::DeskError;
use super::super::revising::MOST;
use super::outgoing::content;

/// An article with its revisions and what was set aside.
pub(super) fn article(db: &Db<'_>, article: articles::Article) -> Result<json::Article, DeskError> {
    Ok(json::Article {
        id: article.id.get(),
        title: article.sheet.title,
        url: article.sheet.url,
        published: article.sheet.published,
        language: article.sheet.language,
        notice: article.sheet.notice,
        content: content(db, article.text)?,
        revision: article.revision,
        text_sha256: article.text,
        revisions: articles::revisions(db, article.id, MOST)?
            .into_iter()
            .map(|revised| json::Revision {
                number: revised.number,
                text_sha256: revised.text,
                chars: revised.chars,
                at: revised.at,
                log_index: revised.entry,
            })
            .collect(),
        set_aside: set_aside(db, article.id)?,
    })
}

fn set_aside(db: &Db<'_>, article: ArticleId) -> Result<Vec<json::SetAside>, DeskError> {
    let all = articles::asides(db, article, MOST)?.into_iter();
    let written = all.map(|aside| {
        let person = match aside.by {
            Some(person) => people::get(db, person)?.name,
            None => "the desk".to_owned(),
        };
        Ok(json::SetAside {
            quote: aside.aside.passage.quote,
            span: aside.span,
            reason: aside.aside.reason,
            person,
            at: aside.at,
            log_index: aside.entry,
        })
    });
    written.collect()
}

/// Where a claim was made. What an import looks up are the words as they
/// stand in the newest revision, which is the one that the file holds.
pub(super) fn appearance(
    db: &Db<'_>,
    claim: &Claim,
    article: Option<&articles::Article>,
) -> Result<json::Appearance, DeskError> {
    let standing = match article {
        Some(article) => match claim.span_in(article.revision) {
            Some(span) => Some((article.id, db.shelf().text(article.text)?, span)),
            None => None,
        },
        None => None,
    };
    let marked = claim.appearance.passage.as_ref();
    Ok(json::Appearance {
        article: standing.as_ref().map(|(article, ..)| article.get()),
        quote: standing
            .as_ref()
            .and_then(|(_, text, span)| text.slice(*span).map(str::to_owned)),
        near: standing.as_ref().map(|(.., span)| span.start()),
        span: standing.as_ref().map(|(.., span)| *span),
        marked: marked.map(|marked| json::Marked {
            article: marked.article.get(),
            revision: marked.revision,
            quote: marked.passage.quote.clone(),
            span: marked.passage.span,
        }),
        placed: claim.placed.as_ref().map(|placed| json::Placed {
            revision: placed.revision,
            result: placed.result.clone(),
        }),
        drifted: claim.drifted,
        url: claim.appearance.url.clone(),
        date: claim.appearance.date.clone(),
    })
}
