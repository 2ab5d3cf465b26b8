//! Claims: the list, and the page on which a claim is worked on.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::claims::{self as deeds, Made, NewClaim};
use crate::desk::dossier::{Blocker, Dossier};
use crate::desk::{Desk, DeskError};
use crate::domain::claim::{ClaimState, Claimant};
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::domain::publication::Opinion;
use crate::domain::scale::Rating;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, Name, Note, Position, Statement};
use crate::store::claims::{self as rows, Claim, Filter};
use crate::store::people::{self, Person};
use crate::store::{articles, scales};
use crate::text::selector;

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page, page_with, see};
use super::super::state::App;
use super::view::{ClaimRow, PAGE, QuoteView, STATES, deed_words, state_words};

#[derive(Deserialize)]
pub(in super::super) struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    stale: String,
    #[serde(default)]
    article: String,
    before: Option<ClaimId>,
}

impl Wanted {
    fn filter(&self, me: PersonId) -> Filter {
        Filter {
            state: Some(self.state.clone()).filter(|state| STATES.contains(&state.as_str())),
            assignee: if self.assignee == "me" {
                Some(me)
            } else {
                self.assignee.parse().ok()
            },
            unassigned: self.assignee == "none",
            stale: self.stale == "yes",
            article: self.article.parse().ok(),
        }
    }

    /// The same filters as a query, for the link to the next page.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("state", &self.state),
            ("assignee", &self.assignee),
            ("stale", &self.stale),
            ("article", &self.article),
        ];
        for (name, value) in pairs {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[derive(Template)]
#[template(path = "claims/list.html")]
struct ListPage {
    frame: Frame,
    wanted: Wanted,
    claims: Vec<ClaimRow>,
    tally: BTreeMap<String, u64>,
    stale: u64,
    people: Vec<Person>,
    next: Option<String>,
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    me: Visitor,
    wanted: web::Query<Wanted>,
) -> Answer {
    let wanted = wanted.into_inner();
    let (filter, before) = (wanted.filter(me.0.person.id), wanted.before);
    let frame = Frame::new(&app, Some(me.0));
    let (claims, tally, stale, people) = app
        .desk(move |desk| {
            desk.read(|db| {
                Ok((
                    rows::list(db, &filter, before, PAGE)?,
                    rows::tally(db)?.into_iter().collect(),
                    rows::count_stale(db)?,
                    people::list(db)?,
                ))
            })
        })
        .await?;
    let last = claims
        .last()
        .filter(|_| claims.len() == PAGE)
        .map(|claim| claim.id);
    let next = last.map(|id| format!("?{}&before={id}", wanted.query()));
    let claims = claims
        .into_iter()
        .map(|claim| row(claim, &people))
        .collect();
    page(&ListPage {
        frame,
        wanted,
        claims,
        tally,
        stale,
        people,
        next,
    })
}

fn row(claim: Claim, people: &[Person]) -> ClaimRow {
    let assignee = people
        .iter()
        .find(|person| Some(person.id) == claim.assignee)
        .map(|person| person.name.clone());
    ClaimRow::new(claim, assignee)
}

#[derive(Template)]
#[template(path = "claims/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
}

#[derive(Deserialize)]
pub(in super::super) struct Marked {
    article: Option<ArticleId>,
    start: Option<u64>,
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    marked: web::Query<Marked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let marked = marked.into_inner();
    let form = app.desk(move |desk| proposed(desk, &marked)).await?;
    page(&NewPage { frame, form })
}

/// Proposes the sentence that was marked in an article as the claim.
fn proposed(desk: &Desk, marked: &Marked) -> Result<Fields, DeskError> {
    let Some(id) = marked.article else {
        return Ok(Fields::default());
    };
    desk.read(|db| {
        let article = articles::find(db, id)?.ok_or(DeskError::NoSuch {
            what: "article",
            id: id.get(),
        })?;
        let text = db.shelf().text(article.text)?;
        let spans = crate::text::sentences::sentences(text.as_str());
        let span = spans
            .into_iter()
            .find(|span| Some(span.start()) == marked.start);
        let words = span.and_then(|span| text.slice(span)).unwrap_or_default();
        let statement: Vec<&str> = words.split_whitespace().collect();
        let near = marked
            .start
            .map(|start| start.to_string())
            .unwrap_or_default();
        Ok(Fields::proposed(&[
            ("article", &id.to_string()),
            ("quote", words),
            ("near", &near),
            ("statement", &statement.join(" ")),
        ]))
    })
}

pub(in super::super) async fn open(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    if let Some(new) = read_claim(&mut form) {
        let actor = me.0.actor();
        match app
            .attempt(move |desk| deeds::open(desk, actor, new))
            .await?
        {
            Ok(claim) => return see(&format!("/claims/{claim}")),
            Err(error @ DeskError::NotLocated(_)) => form.refuse("quote", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &NewPage {
            frame: Frame::new(&app, Some(me.0)),
            form,
        },
    )
}

fn read_claim(form: &mut Fields) -> Option<NewClaim> {
    let statement = form.parse("statement", Statement::parse);
    let claimant = read_claimant(form);
    let url = form.parse("url", Address::parse_optional);
    let date = form.parse_optional("date", PartialDate::parse);
    let article = form.parse_optional("article", str::parse::<ArticleId>);
    let near = form.value("near").trim().parse().ok();
    let quote = form.value("quote").to_owned();
    if form.is_wrong() {
        return None;
    }
    let passage = article.map(|article| (article, quote, near));
    Some(NewClaim {
        statement: statement?,
        claimant: claimant?,
        made: Made {
            passage,
            url: url?,
            date,
        },
    })
}

/// Reads who made the statement; nobody named is nobody known.
fn read_claimant(form: &mut Fields) -> Option<Option<Claimant>> {
    let name = form.parse("claimant", Name::parse_optional)?;
    let role = form.parse("claimant_role", Position::parse_optional)?;
    Some(name.map(|name| Claimant { name, role }))
}

/// What a colleague said, as the page shows it.
pub(super) struct OpinionView {
    pub(super) who: String,
    pub(super) is_approval: bool,
    pub(super) note: Option<String>,
    pub(super) at: Timestamp,
}

/// A verdict, as the pages show it.
pub(super) struct VerdictView {
    pub(super) rating: Rating,
    pub(super) scale: String,
    pub(super) rationale: String,
    pub(super) who: String,
    pub(super) role: String,
    pub(super) at: Timestamp,
    pub(super) entry: u64,
    pub(super) wording: u32,
    pub(super) citations: Vec<i64>,
    pub(super) opinions: Vec<OpinionView>,
    pub(super) stands: bool,
}

/// A step of a claim's history.
pub(super) struct StepView {
    pub(super) entry: u64,
    pub(super) who: String,
    pub(super) deed: String,
    pub(super) at: Timestamp,
}

#[derive(Template)]
#[template(path = "claims/show.html")]
pub(super) struct ShowPage {
    pub(super) frame: Frame,
    pub(super) claim: Claim,
    pub(super) state: &'static str,
    pub(super) seen: EntryIndex,
    pub(super) assignee: Option<String>,
    pub(super) article: Option<(i64, String, Option<String>)>,
    pub(super) passage: Option<(String, String, String)>,
    pub(super) quotes: Vec<QuoteView>,
    pub(super) verdicts: Vec<VerdictView>,
    pub(super) corrections: Vec<(String, String, Timestamp)>,
    pub(super) is_public: bool,
    pub(super) blockers: Vec<Blocker>,
    pub(super) origins: usize,
    pub(super) only_secondary: bool,
    pub(super) steps: Vec<StepView>,
    pub(super) ratings: Vec<Rating>,
    pub(super) people: Vec<Person>,
    pub(super) form: Fields,
    pub(super) mine: bool,
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
) -> Answer {
    draw(&app, me, *claim, Fields::default()).await
}

/// Draws a claim's page; what is wrong with a form stands beside its fields.
pub(super) async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
) -> Answer {
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let frame = Frame::new(app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, claim, form)).await?;
    page_with(status, &view)
}

fn view(desk: &Desk, frame: Frame, claim: ClaimId, form: Fields) -> Result<ShowPage, DeskError> {
    desk.read(|db| {
        let dossier = Dossier::read(db, claim, desk.rules())?;
        let ratings = scales::newest(db, &desk.rules().scale)?;
        let passage = match (&dossier.article, &dossier.claim.appearance.passage) {
            (Some(article), Some(found)) => {
                let text = db.shelf().text(article.text)?;
                let around =
                    selector::around(text.as_str(), text.offsets(), found.passage.span, 160);
                around.map(|(before, after)| {
                    (
                        before.to_owned(),
                        found.passage.quote.clone(),
                        after.to_owned(),
                    )
                })
            }
            _ => None,
        };
        let people = people::list(db)?
            .into_iter()
            .filter(|person| !person.gone)
            .collect();
        let ratings = ratings
            .map(|scale| scale.sheet.ratings().to_vec())
            .unwrap_or_default();
        Ok(compose(frame, dossier, (ratings, people, passage, form)))
    })
}

type Beside = (
    Vec<Rating>,
    Vec<Person>,
    Option<(String, String, String)>,
    Fields,
);

fn compose(frame: Frame, dossier: Dossier, (ratings, people, passage, form): Beside) -> ShowPage {
    let me = frame.me.as_ref().map(|me| me.person.id);
    let stands = dossier.claim.state.verdict();
    let giver = stands
        .and_then(|id| dossier.verdict(id))
        .and_then(|file| file.given.by)
        .map(|by| by.person);
    ShowPage {
        mine: me.is_some() && giver == me,
        state: dossier.claim.state.as_str(),
        seen: dossier.claim.rev,
        assignee: dossier
            .claim
            .assignee
            .map(|person| dossier.name(Some(person)).to_owned()),
        article: dossier.article.as_ref().map(|article| {
            let notice = article.sheet.notice.as_ref().map(ToString::to_string);
            (article.id.get(), article.sheet.title.to_string(), notice)
        }),
        verdicts: verdict_views(&dossier),
        corrections: dossier
            .corrections
            .iter()
            .map(|correction| {
                (
                    correction.kind.label().to_owned(),
                    correction.note.clone(),
                    correction.at,
                )
            })
            .collect(),
        is_public: !dossier.publications.is_empty(),
        origins: dossier.independent_origins(),
        only_secondary: dossier.only_secondary(),
        steps: step_views(&dossier),
        blockers: dossier.blockers,
        claim: dossier.claim,
        quotes: dossier.citations.into_iter().map(QuoteView::new).collect(),
        frame,
        passage,
        ratings,
        people,
        form,
    }
}

/// A claim's verdicts as pages show them, newest first.
pub(super) fn verdict_views(dossier: &Dossier) -> Vec<VerdictView> {
    let stands = dossier.claim.state.verdict();
    let views = dossier.verdicts.iter().map(|file| {
        let verdict = &file.given.verdict;
        VerdictView {
            rating: verdict.rating.clone(),
            scale: format!("{} v{}", verdict.scale.key, verdict.scale.version),
            rationale: verdict.rationale.to_string(),
            who: dossier.name(file.given.by.map(|by| by.person)).to_owned(),
            role: file
                .given
                .by
                .map(|by| by.role.to_string())
                .unwrap_or_default(),
            at: file.given.at,
            entry: file.given.entry.get(),
            wording: verdict.wording,
            citations: verdict
                .evidence
                .iter()
                .map(|evidence| evidence.citation.get())
                .collect(),
            opinions: file
                .opinions
                .iter()
                .map(|voiced| OpinionView {
                    who: dossier.name(Some(voiced.person)).to_owned(),
                    is_approval: voiced.opinion == Opinion::Approval,
                    note: voiced.note.clone(),
                    at: voiced.at,
                })
                .collect(),
            stands: stands == Some(verdict.id),
        }
    });
    views.collect()
}

fn step_views(dossier: &Dossier) -> Vec<StepView> {
    let views = dossier.trail.iter().map(|step| StepView {
        entry: step.entry.get(),
        who: dossier.name(step.by.map(|by| by.person)).to_owned(),
        deed: deed_words(&step.kind).to_owned(),
        at: step.at,
    });
    views.collect()
}

impl ShowPage {
    fn state_words(&self) -> &str {
        state_words(self.state)
    }

    fn is_withdrawn(&self) -> bool {
        self.claim.state == ClaimState::Withdrawn
    }

    fn may_decide(&self) -> bool {
        let decidable = !matches!(
            self.claim.state,
            ClaimState::Published { .. } | ClaimState::Withdrawn
        );
        decidable && self.frame.may(Deed::Decide)
    }

    fn may_judge(&self) -> bool {
        let open = matches!(
            self.claim.state,
            ClaimState::Decided { .. } | ClaimState::Approved { .. }
        );
        open && !self.mine && self.frame.may(Deed::Judge)
    }

    fn may_publish(&self) -> bool {
        matches!(
            self.claim.state,
            ClaimState::Approved { .. } | ClaimState::Decided { .. }
        ) && self.frame.may(Deed::Publish)
    }

    fn may_correct(&self) -> bool {
        self.claim.published.is_some() && self.frame.may(Deed::Correct)
    }

    fn may_cite(&self) -> bool {
        !self.is_withdrawn() && self.frame.may(Deed::Cite)
    }

    fn may_reword(&self) -> bool {
        !self.is_withdrawn() && self.frame.may(Deed::OpenClaim)
    }

    fn may_assign(&self) -> bool {
        !self.is_withdrawn() && self.frame.may(Deed::Assign)
    }

    fn may_withdraw(&self) -> bool {
        self.claim.published.is_none() && self.frame.may(Deed::Withdraw)
    }

    fn used(&self) -> impl Iterator<Item = &QuoteView> {
        self.quotes.iter().filter(|quote| !quote.removed)
    }
}

/// Both versions when somebody was quicker, to choose from.
#[derive(Template)]
#[template(path = "claims/conflict.html")]
struct ConflictPage {
    frame: Frame,
    claim: Claim,
    theirs: Option<VerdictView>,
    steps: Vec<StepView>,
    form: Fields,
    action: String,
}

/// Answers a deed that was done on a claim's page: look at the claim again,
/// or choose between two versions, or mend the form.
pub(super) async fn after<T>(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    (done, mut form): (Result<T, DeskError>, Fields),
    (part, field): (&str, &str),
) -> Answer {
    match done {
        Ok(_) => see(&format!("/claims/{claim}")),
        Err(DeskError::Conflict { .. }) => conflict(app, me, claim, form, part).await,
        Err(
            error @ (DeskError::Store(_) | DeskError::NotAllowed { .. } | DeskError::NoSuch { .. }),
        ) => Err(Problem::from(error)),
        Err(error) => {
            form.refuse(field, sentence(&error));
            draw(app, me, claim, form).await
        }
    }
}

async fn conflict(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
    part: &str,
) -> Answer {
    let dossier = app
        .desk(move |desk| desk.read(|db| Dossier::read(db, claim, desk.rules())))
        .await?;
    let seen = form.value("seen").parse().unwrap_or(0_u64);
    let steps = step_views(&dossier)
        .into_iter()
        .filter(|step| step.entry > seen)
        .collect();
    let view = ConflictPage {
        frame: Frame::new(app, Some(me.0)),
        theirs: verdict_views(&dossier).into_iter().next(),
        claim: dossier.claim,
        steps,
        form,
        action: format!("/claims/{claim}/{part}"),
    };
    page_with(StatusCode::CONFLICT, &view)
}

/// Reads the entry that the page was drawn at.
pub(super) fn seen(form: &Fields) -> Result<EntryIndex, Problem> {
    let typed = form.value("seen").parse();
    typed.map_err(|_| {
        Problem::bad_request("the form does not say which version of the claim it was drawn from")
    })
}

pub(in super::super) async fn reword(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let statement = form.parse("statement", Statement::parse);
    let claimant = read_claimant(&mut form);
    let (Some(statement), Some(claimant)) = (statement, claimant) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::reword(desk, actor, (claim, seen), statement, claimant))
        .await?;
    after(&app, me, claim, (done, form), ("wording", "statement")).await
}

pub(in super::super) async fn assign(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    form: Fields,
) -> Answer {
    let (claim, actor) = (*claim, me.0.actor());
    let assignee = form.value("assignee").parse::<PersonId>().ok();
    let done = app
        .attempt(move |desk| deeds::assign(desk, actor, claim, assignee))
        .await?;
    after(&app, me, claim, (done, form), ("assignee", "assignee")).await
}

pub(in super::super) async fn withdraw(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let Some(reason) = form.parse("reason", Note::parse) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::withdraw(desk, actor, (claim, seen), reason))
        .await?;
    after(&app, me, claim, (done, form), ("withdrawal", "reason")).await
}

pub(in super::super) async fn reconsider(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    form: Fields,
) -> Answer {
    let (claim, seen, actor) = (*claim, seen(&form)?, me.0.actor());
    let done = app
        .attempt(move |desk| deeds::reconsider(desk, actor, (claim, seen)))
        .await?;
    after(&app, me, claim, (done, form), ("reconsideration", "reason")).await
}
