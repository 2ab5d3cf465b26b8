//! An article comes under check, and gets newer texts.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::articles::{self as deeds, NewArticle};
use crate::desk::revising;
use crate::domain::article::ArticleSheet;
use crate::domain::ids::ArticleId;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Language, Notice, Title};
use crate::web::api::BASE;
use crate::web::api::answer::Made;
use crate::web::api::asked::{Body, Seen};
use crate::web::api::claims::New;
use crate::web::api::problems::act;
use crate::web::api::sent::{Content, MediaType};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// An article, or a newer text of one with all that is said about it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewArticle")]
pub(in crate::web) struct Brought {
    /// The headline.
    title: Title,
    /// Where it was published, if it was.
    #[serde(default)]
    url: Option<Address>,
    /// When it was published, as far as known.
    #[serde(default)]
    published: Option<PartialDate>,
    /// The language it is written in (BCP 47).
    #[serde(default)]
    language: Option<Language>,
    /// A warning shown wherever the text is shown.
    #[serde(default)]
    notice: Option<Notice>,
    /// The text, or a document that holds it.
    content: Content,
    /// What the content is, where it does not show by itself; left out: plain
    /// text for `utf8`.
    #[serde(default)]
    media_type: Option<MediaType>,
}

impl Brought {
    fn into_new(self) -> NewArticle {
        let plain = matches!(self.content, Content::Utf8(_)).then(|| "text/plain".to_owned());
        NewArticle {
            sheet: ArticleSheet {
                title: self.title,
                url: self.url,
                published: self.published,
                language: self.language,
                notice: self.notice,
            },
            bytes: self.content.into_bytes(),
            declared: self.media_type.map(MediaType::into_string).or(plain),
        }
    }
}

pub(in crate::web) async fn add(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<Brought>,
) -> Result<Made<New<ArticleId>>, Problem> {
    let actor = me.0.actor();
    let id = act(&app, move |desk| deeds::add(desk, actor, new.into_new())).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/articles/{id}"),
    })
}

/// The number that a newer text got.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Revised {
    /// Counts the revisions of the article.
    revision: u32,
}

pub(in crate::web) async fn revise(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    seen: Seen,
    Body(new): Body<Brought>,
) -> Result<Made<Revised>, Problem> {
    let (article, actor, seen) = (*article, me.0.actor(), seen.revision());
    let revision = act(&app, move |desk| {
        revising::revise(desk, actor, (article, seen), new.into_new())
    })
    .await?;
    Ok(Made {
        value: Revised { revision },
        at: format!("{BASE}/articles/{article}/revisions/{revision}"),
    })
}
