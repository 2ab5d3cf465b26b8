//! Asking for an erasure: what is to go, and everything that repeats it.

use std::collections::BTreeSet;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::desk::erasures as deeds;
use crate::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use crate::domain::ids::{ArticleId, EntryIndex, PersonId, SnapshotId};
use crate::domain::words::{Note, Title};
use crate::store::{Db, erasures as rows, snapshots, trail};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::deed_words;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

/// How many entries are proposed at once.
const PROPOSED: usize = 200;

#[derive(Template)]
#[template(path = "erasures/new.html")]
struct AskPage {
    frame: Frame,
    form: Fields,
    proposed: Vec<Proposed>,
    /// Whether the proposals are what a search found.
    searched: bool,
}

/// Something that could go, with what it is.
struct Proposed {
    part: ErasurePart,
    /// What the entry did, for an entry.
    deed: Option<String>,
    chosen: bool,
}

impl AskPage {
    const fn grounds() -> &'static [Ground] {
        Ground::ALL
    }
}

/// What the page that led here was about.
#[derive(Default, Deserialize)]
pub(in crate::web) struct About {
    entry: Option<u64>,
    person: Option<PersonId>,
    snapshot: Option<SnapshotId>,
    article: Option<ArticleId>,
    revision: Option<u32>,
}

impl About {
    /// The parts that this page is about.
    fn parts(&self, db: &Db<'_>) -> Result<Vec<ErasurePart>, DeskError> {
        let mut parts = Vec::new();
        parts.extend(self.entry.map(|entry| ErasurePart::Entry {
            entry: EntryIndex::new(entry),
        }));
        parts.extend(self.person.map(|person| ErasurePart::Name { person }));
        if let Some(snapshot) = self.snapshot {
            parts.push(ErasurePart::Bytes { snapshot });
            let texts = snapshots::texts(db, snapshot)?.into_iter();
            parts.extend(texts.map(|text| ErasurePart::Text { text: text.id }));
            let taken = snapshots::find(db, snapshot)?;
            parts.extend(taken.map(|taken| ErasurePart::Entry { entry: taken.entry }));
        }
        if let (Some(article), Some(number)) = (self.article, self.revision) {
            parts.push(ErasurePart::Revision { article, number });
        }
        Ok(parts)
    }
}

pub(in crate::web) async fn form(
    app: web::Data<App>,
    me: Visitor,
    about: web::Query<About>,
) -> Answer {
    let proposed = app
        .desk(move |desk| {
            desk.read(|db| {
                let mut parts = about.parts(db)?;
                let repeated = deeds::repeated(db, &parts, PROPOSED)?.into_iter();
                parts.extend(repeated.map(|entry| ErasurePart::Entry { entry }));
                described(db, parts, |_| true)
            })
        })
        .await?;
    draw(&app, me, Fields::default(), (proposed, false))
}

/// Finds the entries that hold some words. They come in a form's body and not
/// in an address, so that no list of addresses repeats them.
pub(in crate::web) async fn find(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let Some(words) = form.parse("words", Title::parse) else {
        return draw(&app, me, form, (Vec::new(), false));
    };
    let proposed = app
        .desk(move |desk| {
            desk.read(|db| {
                let found = rows::holding(db, words.as_str(), PROPOSED)?.into_iter();
                let parts = found.map(|entry| ErasurePart::Entry { entry });
                described(db, parts.collect(), |_| false)
            })
        })
        .await?;
    draw(&app, me, Fields::default(), (proposed, true))
}

fn described(
    db: &Db<'_>,
    parts: Vec<ErasurePart>,
    is_chosen: impl Fn(&ErasurePart) -> bool,
) -> Result<Vec<Proposed>, DeskError> {
    let parts: BTreeSet<ErasurePart> = parts.into_iter().collect();
    let described = parts.into_iter().map(|part| {
        let deed = match part {
            ErasurePart::Entry { entry } => trail::find(db, entry)?,
            _ => None,
        };
        Ok(Proposed {
            chosen: is_chosen(&part),
            deed: deed.map(|step| deed_words(&step.kind).to_owned()),
            part,
        })
    });
    described.collect()
}

pub(in crate::web) async fn ask(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let Some((request, chosen)) = read(&mut form) else {
        return again(&app, me, form).await;
    };
    let actor = me.0.actor();
    match app
        .attempt(move |desk| deeds::ask(desk, actor, request))
        .await?
    {
        Ok(asked) => see(&format!("/erasures/{asked}")),
        Err(
            error @ (DeskError::Unerasable { .. }
            | DeskError::NoSuch { .. }
            | DeskError::ErasureSize(_)),
        ) => {
            form.refuse("more", sentence(&error));
            form.set("more", &chosen.join("\n"));
            again(&app, me, form).await
        }
        Err(error) => Err(Problem::from(error)),
    }
}

/// The form once more, with what was chosen.
async fn again(app: &web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let chosen: Vec<ErasurePart> = form
        .all("part")
        .filter_map(|line| line.parse().ok())
        .collect();
    let proposed = app
        .desk(move |desk| desk.read(|db| described(db, chosen, |_| true)))
        .await?;
    draw(app, me, form, (proposed, false))
}

/// The request, and the lines of the field for other things.
fn read(form: &mut Fields) -> Option<(ErasureRequest, Vec<String>)> {
    let lines: Vec<String> = form
        .value("more")
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    let mut parts = Vec::new();
    let named: Vec<String> = form.all("part").map(str::to_owned).collect();
    for line in named.iter().chain(&lines) {
        match line.parse() {
            Ok(part) => parts.push(part),
            Err(error) => form.refuse("more", error),
        }
    }
    let ground = form.parse("ground", str::parse::<Ground>);
    let reference = form.parse("reference", Title::parse_optional);
    let reason = form.parse("reason", Note::parse);
    if form.is_wrong() {
        return None;
    }
    let request = ErasureRequest {
        parts,
        ground: ground?,
        reference: reference?,
        reason: reason?,
    };
    Some((request, lines))
}

fn draw(
    app: &App,
    me: Visitor,
    form: Fields,
    (proposed, searched): (Vec<Proposed>, bool),
) -> Answer {
    let status = form.status();
    let frame = Frame::new(app, Some(me.0));
    page_with(
        status,
        &AskPage {
            frame,
            form,
            proposed,
            searched,
        },
    )
}
