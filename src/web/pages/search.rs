//! Search over claims, verdicts, sources and the texts of snapshots: the best
//! of each together, or one of them page by page.

mod hits;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ArticleId, ClaimId, SourceId};
use crate::domain::scale::Rating;
use crate::domain::time::PartialDate;
use crate::domain::words::Title;
use crate::store::search::{Narrow, Shelfmark};
use crate::store::{Db, articles, claims, scales, sources};

use self::hits::{Section, section};
use super::super::auth::Visitor;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::view::{PAGE, STATES};

/// What is asked for, as the address says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    q: String,
    #[serde(rename = "in")]
    place: String,
    state: String,
    rating: String,
    article: String,
    kind: String,
    source: String,
    from: String,
    to: String,
    skip: usize,
    /// `hits`: only what was found, for a page that shows it already.
    part: String,
}

/// What can be searched, as the form offers it.
const KINDS: [(&str, &str); 5] = [
    ("", "everything"),
    ("claims", "claims"),
    ("verdicts", "verdicts"),
    ("sources", "sources"),
    ("texts", "texts of snapshots"),
];

#[derive(Template)]
#[template(path = "desk/search.html")]
struct SearchPage {
    frame: Frame,
    asked: Asked,
    place: &'static str,
    narrowed: bool,
    ratings: Vec<Rating>,
    articles: Vec<(ArticleId, Title)>,
    source: Option<(SourceId, Title)>,
    q: String,
    number: Option<(ClaimId, String)>,
    sections: Vec<Section>,
    said: String,
    nothing: bool,
}

impl SearchPage {
    fn is_in(&self, place: &str) -> bool {
        self.place == place
    }
}

#[derive(Template)]
#[template(path = "desk/hits_part.html")]
struct HitsPart {
    narrowed: bool,
    q: String,
    number: Option<(ClaimId, String)>,
    sections: Vec<Section>,
    said: String,
    nothing: bool,
}

pub(in super::super) async fn search(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let asked = asked.into_inner();
    if asked.part == "hits" {
        let part = app.desk(move |desk| desk.read(|db| look(db, &frame, &asked)));
        return page(&part.await?);
    }
    let view = app.desk(move |desk| view(desk, frame, asked)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, asked: Asked) -> Result<SearchPage, DeskError> {
    desk.read(|db| {
        let found = look(db, &frame, &asked)?;
        let scale = scales::newest(db, &desk.rules().scale)?;
        let newest = articles::list(db, None, PAGE)?.into_iter();
        let source = match asked.narrow().source {
            Some(source) => sources::find(db, source)?,
            None => None,
        };
        Ok(SearchPage {
            place: asked.place(),
            narrowed: found.narrowed,
            ratings: scale.map_or_else(Vec::new, |scale| scale.sheet.ratings().to_vec()),
            articles: newest.map(|found| (found.id, found.sheet.title)).collect(),
            source: source.map(|source| (source.id, source.sheet.title)),
            q: found.q,
            number: found.number,
            sections: found.sections,
            said: found.said,
            nothing: found.nothing,
            frame,
            asked,
        })
    })
}

fn look(db: &Db<'_>, frame: &Frame, asked: &Asked) -> Result<HitsPart, DeskError> {
    let narrow = asked.narrow();
    let mut sections = Vec::new();
    for (place, mark) in PLACES {
        let wanted = asked.place();
        if (wanted.is_empty() || wanted == place) && narrow.fits(mark) {
            sections.push(section(db, frame, asked, (place, mark))?);
        }
    }
    let number = match asked.number() {
        Some(claim) => claims::find(db, claim)?.map(|found| (claim, found.statement)),
        None => None,
    };
    let many = sections.iter().map(|section| section.ranked).sum::<usize>();
    let many = many + usize::from(number.is_some());
    let said = match many {
        0 => "Nothing was found".to_owned(),
        1 => "1 result".to_owned(),
        n => format!("{} results", frame.number(n)),
    };
    Ok(HitsPart {
        narrowed: narrow != Narrow::default(),
        q: asked.q.clone(),
        nothing: number.is_none() && sections.iter().all(|section| section.hits.is_empty()),
        number,
        sections,
        said,
    })
}

/// The places in the order in which a page shows them.
const PLACES: [(&str, Shelfmark); 4] = [
    ("claims", Shelfmark::Claims),
    ("verdicts", Shelfmark::Verdicts),
    ("sources", Shelfmark::Sources),
    ("texts", Shelfmark::Texts),
];

impl Asked {
    /// The place that is asked for; empty for all.
    fn place(&self) -> &'static str {
        let known = KINDS.iter().find(|(kind, _)| *kind == self.place);
        known.map_or("", |(kind, _)| kind)
    }

    /// The claim whose number was typed.
    fn number(&self) -> Option<ClaimId> {
        let typed = self.q.trim();
        typed.strip_prefix('#').unwrap_or(typed).parse().ok()
    }

    fn narrow(&self) -> Narrow {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| PartialDate::parse(text).ok();
        Narrow {
            state: filled(&self.state).filter(|state| STATES.contains(&state.as_str())),
            rating: filled(&self.rating),
            article: self.article.parse().ok(),
            kind: self.kind.parse().ok(),
            source: self.source.parse().ok(),
            from: day(&self.from),
            to: day(&self.to),
        }
    }

    /// The same search elsewhere: in another place, or further on.
    fn query(&self, place: &str, source: Option<SourceId>, skip: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let source = source.map_or_else(|| self.source.clone(), |source| source.to_string());
        let pairs = [
            ("q", self.q.as_str()),
            ("in", place),
            ("state", &self.state),
            ("rating", &self.rating),
            ("article", &self.article),
            ("kind", &self.kind),
            ("source", &source),
            ("from", &self.from),
            ("to", &self.to),
        ];
        for (name, value) in pairs {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if skip > 0 {
            query.append_pair("skip", &skip.to_string());
        }
        query.finish()
    }
}
