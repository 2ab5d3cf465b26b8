//! A claim's page: the claim, what is thought of it and what can be done, and
//! beside it the snapshot that it rests on, with the words lit.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use crate::desk::blockers::Blocker;
use crate::desk::claim_reviews;
use crate::desk::dossier::{CitationFile, Dossier};
use crate::desk::{Desk, DeskError};
use crate::domain::claim::Reopening;
use crate::domain::ids::{ClaimId, EntryIndex, PersonId, VerdictId};
use crate::domain::person::Deed;
use crate::domain::plan::Priority;
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;
use crate::export::claim_review::lint::Advice;
use crate::store::claims::Claim;
use crate::store::other_checks::Noted;
use crate::store::people::Person;
use crate::store::{Db, scales, trail};
use crate::text::diff::Change;
use crate::text::selector;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::{DismissalView, RatingMark, dismissal_views, shown, state_words};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;

use super::chain::ChainPicture;
use super::history::{Day, days};
use super::look::{Look, Paths, View};
use super::near::{Near, near};
use super::pane::{Pane, SameWords, Switch, chosen, pane, switches};
use super::similar::{SimilarView, earlier};
use super::thread::{Strand, strands};
use super::verdict::{VerdictView, verdict_views};
use crate::web::pages::signing::Offer;

/// How many code points around a passage of the article are shown.
const AROUND: usize = 160;
/// How many steps of a claim's history are told with what was said.
const TOLD: usize = 500;

/// The passage of the article that the claim is from.
pub(super) struct PassageView {
    pub(super) article: i64,
    pub(super) title: String,
    pub(super) notice: Option<String>,
    pub(super) before: String,
    /// What the article says there now.
    pub(super) words: String,
    pub(super) after: String,
    /// What it said when the claim was marked, where that differs.
    pub(super) marked: Option<String>,
}

#[derive(Template)]
#[template(path = "claims/show.html")]
pub(in crate::web::pages) struct ShowPage {
    pub(super) frame: Frame,
    pub(super) claim: Claim,
    pub(super) state: &'static str,
    pub(super) seen: EntryIndex,
    pub(super) assignee: Option<String>,
    pub(super) passage: Option<PassageView>,
    pub(super) switches: Vec<Switch>,
    pub(super) pane: Option<Pane>,
    pub(super) chain: Option<ChainPicture>,
    pub(super) same: Option<SameWords>,
    pub(super) verdicts: Vec<VerdictView>,
    pub(super) corrections: Vec<(String, String, Timestamp)>,
    /// What other publishers found, newest first.
    pub(super) others: Vec<Noted>,
    pub(super) dismissals: Vec<DismissalView>,
    /// The newest snapshot that the verdict's words were held against.
    pub(super) compared: Option<i64>,
    /// Whether a figure or a negation is among the words that changed.
    pub(super) figures: bool,
    pub(super) is_public: bool,
    pub(super) blockers: Vec<Blocker>,
    /// What consumers of its ClaimReview may dislike, for those who publish.
    pub(super) advice: Vec<Advice>,
    /// How many approvals the desk asks for.
    pub(super) asked: u32,
    pub(super) origins: usize,
    pub(super) only_secondary: bool,
    pub(super) strands: Vec<Strand>,
    pub(super) days: Vec<Day>,
    pub(super) ratings: Vec<Rating>,
    pub(super) people: Vec<Person>,
    pub(super) form: Fields,
    pub(super) mine: bool,
    /// Whether the deadline has passed.
    pub(super) overdue: bool,
    pub(super) paths: Paths,
    pub(super) near: Near,
    /// Earlier claims of similar wording.
    pub(super) similar: Vec<SimilarView>,
    /// Whether whoever looks may sign, or must.
    pub(super) signing: Offer,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    look: web::Query<Look>,
) -> Answer {
    let look = look.into_inner();
    draw_looking(&app, me, *claim, (Fields::default(), look)).await
}

/// Draws a claim's page; what is wrong with a form stands beside its fields.
pub(in crate::web::pages) async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
) -> Answer {
    let look = Look::after(&form);
    draw_looking(app, me, claim, (form, look)).await
}

async fn draw_looking(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    (form, look): (Fields, Look),
) -> Answer {
    let status = form.status();
    let who = me.0.person.id;
    let frame = Frame::new(app, Some(me.0));
    let pictures = Arc::clone(app.pictures());
    let base = app.facts().base.clone();
    let is_drawn = look.view() == View::Page;
    let read = move |desk: &Desk| -> Result<ShowPage, DeskError> {
        let mut view = view((desk, &base), frame, (claim, who), (form, look))?;
        if let Some(pane) = &mut view.pane {
            pane.draw(desk, &pictures)?;
        }
        Ok(view)
    };
    let view = match is_drawn {
        true => app.drawn(read).await?,
        false => app.desk(read).await?,
    };
    page_with(status, &view)
}

fn view(
    (desk, base): (&Desk, &str),
    frame: Frame,
    (claim, me): (ClaimId, PersonId),
    (form, look): (Fields, Look),
) -> Result<ShowPage, DeskError> {
    let rules = desk.rules();
    desk.read(|db| {
        let dossier = Dossier::read(db, claim, &rules)?;
        let paths = Paths::new(claim, look.from.clone());
        let file = chosen(&dossier, &look);
        let beside = Beside {
            advice: advice((desk, base), db, &dossier.claim, &frame)?,
            passage: passage(db, &dossier)?,
            near: near(db, &dossier.claim, (&look.from, me, desk.now()))?,
            similar: earlier(db, &dossier.claim.statement, Some(dossier.claim.id))?,
            switches: file.map_or(Vec::new(), |file| {
                switches(&dossier, file.cited.citation.id, &paths)
            }),
            pane: file
                .map(|file| pane(db, file, (&look, &paths)))
                .transpose()?,
            same: file.map(|file| SameWords::of(db, file)).transpose()?,
            days: days(&dossier, &trail::records_of_claim(db, claim, TOLD)?),
            ratings: scales::newest(db, &rules.scale)?
                .map(|scale| scale.sheet.ratings().to_vec())
                .unwrap_or_default(),
            chain: file.map(|file| ChainPicture::new(file, dossier.article.as_ref())),
            signing: Offer::of(db, &rules, me)?,
            asked: rules.approvals.0,
            now: desk.now(),
            paths,
        };
        Ok(compose(frame, dossier, form, beside))
    })
}

/// What a page shows beside the dossier.
struct Beside {
    advice: Vec<Advice>,
    passage: Option<PassageView>,
    near: Near,
    similar: Vec<SimilarView>,
    switches: Vec<Switch>,
    pane: Option<Pane>,
    chain: Option<ChainPicture>,
    same: Option<SameWords>,
    days: Vec<Day>,
    ratings: Vec<Rating>,
    signing: Offer,
    asked: u32,
    now: Timestamp,
    paths: Paths,
}

/// What consumers of the claim's review may dislike, for those who publish.
fn advice(
    (desk, base): (&Desk, &str),
    db: &Db<'_>,
    claim: &Claim,
    frame: &Frame,
) -> Result<Vec<Advice>, DeskError> {
    if !frame.may(Deed::Publish) {
        return Ok(Vec::new());
    }
    let publisher = claim_reviews::publisher(desk, base);
    claim_reviews::advice(db, &publisher, claim)
}

/// The claim's passage as it stands in its article's newest revision.
fn passage(db: &Db<'_>, dossier: &Dossier) -> Result<Option<PassageView>, DeskError> {
    let (Some(article), Some(found)) = (&dossier.article, &dossier.claim.appearance.passage) else {
        return Ok(None);
    };
    let text = db.shelf().text(article.text)?;
    let place = dossier.claim.span_in(article.revision);
    let around = place.and_then(|span| {
        let (before, after) = selector::around(text.as_str(), text.offsets(), span, AROUND)?;
        Some((
            opening(before),
            text.slice(span)?.to_owned(),
            closing(after),
        ))
    });
    let marked = found.passage.quote.clone();
    let (before, words, after) = around.unwrap_or_default();
    Ok(Some(PassageView {
        article: article.id.get(),
        title: article.sheet.title.to_string(),
        notice: article.sheet.notice.as_ref().map(ToString::to_string),
        marked: (words != marked).then_some(marked),
        before,
        words,
        after,
    }))
}

/// What stands before a passage: from the text's start, or from a whole word.
fn opening(before: &str) -> String {
    if before.chars().count() < AROUND {
        return shown(before).trim_start().to_owned();
    }
    let at = before.find(char::is_whitespace).unwrap_or_default();
    format!("… {}", shown(&before[at..]).trim_start())
}

/// What stands after a passage: to the text's end, or to a whole word.
fn closing(after: &str) -> String {
    if after.chars().count() < AROUND {
        return shown(after).trim_end().to_owned();
    }
    let at = after.rfind(char::is_whitespace).unwrap_or(after.len());
    format!("{} …", shown(&after[..at]).trim_end())
}

fn compose(frame: Frame, dossier: Dossier, form: Fields, beside: Beside) -> ShowPage {
    let me = frame.me.as_ref().map(|me| me.person.id);
    let judged = match &dossier.claim.reopening {
        Some(Reopening::Stale { verdict, .. }) => Some(*verdict),
        _ => dossier.claim.state.verdict(),
    };
    let giver = judged
        .and_then(|id| dossier.verdict(id))
        .and_then(|file| file.given.by)
        .map(|by| by.person);
    let assignee = dossier.claim.assignee;
    let figures = dossier.in_use().any(changes_figures);
    let due = dossier.claim.plan.due;
    let here = |person: &Person| !person.gone;
    ShowPage {
        mine: me.is_some() && giver == me,
        overdue: due.is_some_and(|due| due < beside.now),
        state: dossier.claim.state.as_str(),
        seen: dossier.claim.rev,
        assignee: assignee.map(|person| dossier.name(Some(person)).to_owned()),
        verdicts: verdict_views(&dossier),
        corrections: corrections(&dossier),
        others: dossier.others_checks.clone(),
        dismissals: dismissal_views(&dossier, None),
        compared: compared(&dossier, judged),
        figures,
        is_public: !dossier.publications.is_empty(),
        origins: dossier.independent_origins(),
        only_secondary: dossier.only_secondary(),
        strands: strands(&dossier),
        blockers: dossier.blockers,
        advice: beside.advice,
        claim: dossier.claim,
        passage: beside.passage,
        near: beside.near,
        similar: beside.similar,
        switches: beside.switches,
        pane: beside.pane,
        chain: beside.chain,
        same: beside.same,
        days: beside.days,
        ratings: beside.ratings,
        people: dossier.people.into_iter().filter(here).collect(),
        signing: beside.signing,
        asked: beside.asked,
        paths: beside.paths,
        frame,
        form,
    }
}

fn corrections(dossier: &Dossier) -> Vec<(String, String, Timestamp)> {
    let corrections = dossier.corrections.iter().map(|correction| {
        let kind = correction.kind.label().to_owned();
        (kind, correction.note.clone(), correction.at)
    });
    corrections.collect()
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

impl ShowPage {
    /// Whether what there is to do is about a verdict, which then stands before
    /// it: nobody approves, publishes or corrects what they have not read.
    fn reads_verdict_first(&self) -> bool {
        self.claim.stale || self.claim.state.verdict().is_some()
    }

    /// The newest entry that the page shows.
    fn newest_entry(&self) -> Option<u64> {
        let newest = self.days.first()?;
        newest.steps.first().map(|step| step.entry)
    }

    fn state_words(&self) -> &str {
        state_words(self.state)
    }

    /// A rating's place on the desk's scale.
    fn mark(&self, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, &self.ratings)
    }

    /// Whether the claim is to be worked on out of turn.
    fn is_urgent(&self) -> bool {
        self.claim.plan.priority != Priority::Normal
    }

    /// Whether the form shows a priority as chosen: what was typed, where the
    /// form of the plan came back, else what holds.
    fn has_priority(&self, priority: &Priority) -> bool {
        match self.form.value("priority") {
            "" => *priority == self.claim.plan.priority,
            typed => typed == priority.as_str(),
        }
    }

    /// The deadline as the form shows it, in UTC.
    fn due_field(&self) -> String {
        if self.form.error("due").is_some() {
            return self.form.value("due").to_owned();
        }
        self.claim
            .plan
            .due
            .map_or(String::new(), Timestamp::in_field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surroundings_begin_and_end_with_whole_words() {
        let long = format!("made public {} The bridge, the re", "and so on ".repeat(20));
        let before = opening(&long[long.len() - AROUND..]);
        assert!(before.starts_with("… "), "{before}");
        assert!(before.ends_with("The bridge, the re"), "{before}");
        let after = closing(&long[..AROUND]);
        assert!(after.starts_with("made public and"), "{after}");
        assert!(after.ends_with(" …"), "{after}");
        for part in [&before, &after] {
            let words = part.split_whitespace().skip(1);
            assert!(words.clone().count() > 10, "{part}");
        }
    }

    #[test]
    fn surroundings_that_end_with_the_text_are_not_cut() {
        assert_eq!(opening("\n\nIt rained. "), "It rained. ");
        assert_eq!(closing(" It rained.\n"), " It rained.");
    }

    #[test]
    fn surroundings_without_a_space_are_shown_whole() {
        let words = "橋".repeat(AROUND);
        assert_eq!(opening(&words), format!("… {words}"));
        assert_eq!(closing(&words), format!("{words} …"));
    }
}
