//! A claim's page: the statement, its citations, its verdicts and its history.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::dossier::{Blocker, CitationFile, Dossier};
use crate::desk::{Desk, DeskError};
use crate::domain::claim::{ClaimState, Reopening};
use crate::domain::ids::{ClaimId, EntryIndex, VerdictId};
use crate::domain::person::Deed;
use crate::domain::publication::Opinion;
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;
use crate::store::claims::Claim;
use crate::store::people::{self, Person};
use crate::store::scales;
use crate::text::diff::Change;
use crate::text::selector;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::{DismissalView, QuoteView, deed_words, dismissal_views, state_words};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;

/// What a colleague said, as the page shows it.
pub(in crate::web::pages) struct OpinionView {
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) is_approval: bool,
    pub(in crate::web::pages) note: Option<String>,
    pub(in crate::web::pages) at: Timestamp,
}

/// A verdict, as the pages show it.
pub(in crate::web::pages) struct VerdictView {
    pub(in crate::web::pages) rating: Rating,
    pub(in crate::web::pages) scale: String,
    pub(in crate::web::pages) rationale: String,
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) role: String,
    pub(in crate::web::pages) at: Timestamp,
    pub(in crate::web::pages) entry: u64,
    pub(in crate::web::pages) wording: u32,
    pub(in crate::web::pages) citations: Vec<i64>,
    pub(in crate::web::pages) opinions: Vec<OpinionView>,
    pub(in crate::web::pages) stands: bool,
}

/// A step of a claim's history.
pub(in crate::web::pages) struct StepView {
    pub(in crate::web::pages) entry: u64,
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) deed: String,
    pub(in crate::web::pages) at: Timestamp,
}

#[derive(Template)]
#[template(path = "claims/show.html")]
pub(in crate::web::pages) struct ShowPage {
    pub(in crate::web::pages) frame: Frame,
    pub(in crate::web::pages) claim: Claim,
    pub(in crate::web::pages) state: &'static str,
    pub(in crate::web::pages) seen: EntryIndex,
    pub(in crate::web::pages) assignee: Option<String>,
    pub(in crate::web::pages) article: Option<(i64, String, Option<String>)>,
    pub(in crate::web::pages) passage: Option<(String, String, String)>,
    pub(in crate::web::pages) quotes: Vec<QuoteView>,
    pub(in crate::web::pages) verdicts: Vec<VerdictView>,
    pub(in crate::web::pages) corrections: Vec<(String, String, Timestamp)>,
    pub(in crate::web::pages) dismissals: Vec<DismissalView>,
    /// The newest snapshot that the verdict's words were held against.
    pub(in crate::web::pages) compared: Option<i64>,
    /// Whether a figure or a negation is among the words that changed.
    pub(in crate::web::pages) figures: bool,
    pub(in crate::web::pages) is_public: bool,
    pub(in crate::web::pages) blockers: Vec<Blocker>,
    pub(in crate::web::pages) origins: usize,
    pub(in crate::web::pages) only_secondary: bool,
    pub(in crate::web::pages) steps: Vec<StepView>,
    pub(in crate::web::pages) ratings: Vec<Rating>,
    pub(in crate::web::pages) people: Vec<Person>,
    pub(in crate::web::pages) form: Fields,
    pub(in crate::web::pages) mine: bool,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
) -> Answer {
    draw(&app, me, *claim, Fields::default()).await
}

/// Draws a claim's page; what is wrong with a form stands beside its fields.
pub(in crate::web::pages) async fn draw(
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
        let dossier = Dossier::read(db, claim, &desk.rules())?;
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
    let judged = match &dossier.claim.reopening {
        Some(Reopening::Stale { verdict, .. }) => Some(*verdict),
        _ => stands,
    };
    let giver = judged
        .and_then(|id| dossier.verdict(id))
        .and_then(|file| file.given.by)
        .map(|by| by.person);
    let figures = dossier.in_use().any(changes_figures);
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
        dismissals: dismissal_views(&dossier, None),
        compared: compared(&dossier, judged),
        figures,
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

/// The newest snapshot that the words under a verdict were held against.
fn compared(dossier: &Dossier, verdict: Option<VerdictId>) -> Option<i64> {
    let evidence = &dossier.verdict(verdict?)?.given.verdict.evidence;
    let cited = dossier.citations.iter().filter(|file| {
        let id = file.cited.citation.id;
        evidence.iter().any(|evidence| evidence.citation == id)
    });
    cited
        .filter_map(|file| file.cited.newer)
        .max()
        .map(|id| id.get())
}

/// Words that turn a statement round.
const NEGATIONS: [&str; 8] = [
    "not", "no", "never", "none", "nobody", "nothing", "without", "neither",
];

/// Whether a figure or a negation is among the words that changed.
fn changes_figures(file: &CitationFile) -> bool {
    file.changes.iter().any(|change| match change {
        Change::Same(_) => false,
        Change::Gone(words) | Change::New(words) => {
            words.chars().any(char::is_numeric)
                || words
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| NEGATIONS.contains(&word.to_lowercase().as_str()))
                || words.contains("n't")
                || words.contains("n’t")
        }
    })
}

/// A claim's verdicts as pages show them, newest first.
pub(in crate::web::pages) fn verdict_views(dossier: &Dossier) -> Vec<VerdictView> {
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

pub(super) fn step_views(dossier: &Dossier) -> Vec<StepView> {
    let views = dossier.trail.iter().map(|step| StepView {
        entry: step.entry.get(),
        who: dossier.name(step.by.map(|by| by.person)).to_owned(),
        deed: deed_words(&step.kind).to_owned(),
        at: step.at,
    });
    views.collect()
}

impl ShowPage {
    /// The newest entry that the page shows.
    fn newest_entry(&self) -> Option<u64> {
        self.steps.first().map(|step| step.entry)
    }

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

    /// Whether whoever looks may judge that the change does not matter.
    fn may_dismiss(&self) -> bool {
        self.claim.stale && !self.is_withdrawn() && !self.mine && self.frame.may(Deed::Judge)
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
