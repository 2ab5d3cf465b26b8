//! What changed between two revisions of an article, word by word, and what
//! became of its claims.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::drafts::Draft;
use crate::desk::{Desk, DeskError};
use crate::domain::citation::Reanchoring;
use crate::domain::ids::{ArticleId, ClaimId};
use crate::store::Db;
use crate::store::articles::{Article, Revised};
use crate::store::claims::Claim;
use crate::text::find::Searchable;
use crate::text::reanchor::reanchor_in;
use crate::web::auth::Visitor;
use crate::web::pages::comparing::{Comparison, Lighted, compare};
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

use super::revise::lit_in;

/// No more claims than this are looked up in a text that they were never held
/// against, and none in a text of more bytes than this.
const MOST_LOOKED_UP: usize = 20;
const LARGEST_LOOKED_UP: usize = 2_000_000;

/// What can become of a claim, in the order in which the page tells it.
const OUTCOMES: [(&str, &str); 5] = [
    ("altered", "Altered: other words stand in their place"),
    ("gone", "Gone from the text"),
    ("moved", "Moved, word for word"),
    ("unchanged", "Unchanged"),
    (
        "",
        "Not in the older text, or not held against the newer one",
    ),
];

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    from: Option<u32>,
    to: Option<u32>,
    #[serde(default)]
    view: String,
}

/// A claim in the list of what became of them.
struct Line {
    claim: ClaimId,
    statement: String,
    drifted: bool,
}

#[derive(Template)]
#[template(path = "articles/changes.html")]
struct ChangesPage {
    frame: Frame,
    article: Article,
    from: Revised,
    to: Revised,
    all: Vec<Revised>,
    is_inline: bool,
    compared: Comparison,
    groups: Vec<(&'static str, Vec<Line>)>,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let asked = asked.into_inner();
    let view = app.desk(move |desk| view(desk, frame, *article, &asked));
    page(&view.await?)
}

fn view(desk: &Desk, frame: Frame, id: ArticleId, asked: &Asked) -> Result<ChangesPage, DeskError> {
    desk.read(|db| {
        let draft = Draft::read(db, id)?;
        let to = asked.to.unwrap_or(draft.article.revision);
        let from = asked.from.unwrap_or(to.saturating_sub(1).max(1));
        let (from, to) = (draft.revision(from)?.clone(), draft.revision(to)?.clone());
        let side = |revised: &Revised| {
            let text = db.shelf().text(revised.text)?;
            let lit = lit_in(&draft, revised.number).into_iter();
            let in_bytes = lit.filter_map(|(span, link)| {
                Some((text.offsets().byte_span(text.as_str(), span)?, link))
            });
            let in_bytes = in_bytes.collect();
            Ok::<_, DeskError>(Lighted::new(text, in_bytes))
        };
        Ok(ChangesPage {
            compared: compare(&side(&from)?, &side(&to)?),
            groups: groups(db, &draft, &from, &to)?,
            all: draft.revisions.clone(),
            is_inline: asked.view == "inline",
            article: draft.article,
            frame,
            from,
            to,
        })
    })
}

/// The claims by what became of them.
fn groups(
    db: &Db<'_>,
    draft: &Draft,
    from: &Revised,
    to: &Revised,
) -> Result<Vec<(&'static str, Vec<Line>)>, DeskError> {
    let (old, new) = (db.shelf().text(from.text)?, db.shelf().text(to.text)?);
    let before = Searchable::new(old.as_str(), old.offsets());
    let after = Searchable::new(new.as_str(), new.offsets());
    let mut left = MOST_LOOKED_UP;
    if old.as_str().len().max(new.as_str().len()) > LARGEST_LOOKED_UP {
        left = 0;
    }
    let mut groups = OUTCOMES.map(|(_, words)| (words, Vec::new()));
    let marked = draft.marked.iter().map(|(_, marked)| marked);
    for marked in marked.chain(&draft.gone) {
        let claim = &marked.claim;
        let result = recorded(claim, from.number, to.number).or_else(|| {
            let span = claim.span_in(from.number).filter(|_| left > 0)?;
            left -= 1;
            Some(reanchor_in(&before, span, &after))
        });
        let outcome = result.as_ref().map_or("", Reanchoring::as_str);
        let at = OUTCOMES.iter().position(|(known, _)| *known == outcome);
        groups[at.unwrap_or(OUTCOMES.len() - 1)].1.push(Line {
            claim: claim.id,
            statement: claim.statement.clone(),
            drifted: crate::desk::drafts::has_drifted(claim),
        });
    }
    Ok(groups
        .into_iter()
        .filter(|(_, lines)| !lines.is_empty())
        .collect())
}

/// What the log says became of a claim, where it was held against the newer
/// text from the one just before.
fn recorded(claim: &Claim, from: u32, to: u32) -> Option<Reanchoring> {
    let placed = claim.placed.as_ref()?;
    let is_this = placed.revision == to && from + 1 == to;
    is_this.then(|| placed.result.clone())
}
