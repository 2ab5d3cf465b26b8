//! Both versions when somebody was quicker, side by side, to choose from.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::dossier::Dossier;
use crate::domain::ids::ClaimId;
use crate::domain::scale::Rating;
use crate::store::claims::Claim;
use crate::store::scales;
use crate::text::diff::{self, Change};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;

use super::history::{StepView, step_views};
use super::look::Paths;
use super::verdict::{VerdictView, verdict_views};

#[derive(Template)]
#[template(path = "claims/conflict.html")]
struct ConflictPage {
    frame: Frame,
    claim: Claim,
    /// The verdict that is saved, where verdicts are what both are about.
    verdict: Option<VerdictView>,
    rows: Vec<Row>,
    steps: Vec<StepView>,
    form: Fields,
    action: String,
    paths: Paths,
}

/// One field as it is saved and as it was typed.
struct Row {
    label: &'static str,
    changes: Vec<Change>,
    is_saved: bool,
}

impl Row {
    fn new(label: &'static str, saved: Option<String>, typed: &str) -> Self {
        let changes = match &saved {
            Some(saved) => diff::words(saved, typed),
            None => vec![Change::Same(typed.to_owned())],
        };
        Self {
            label,
            changes,
            is_saved: saved.is_some(),
        }
    }

    /// The words of the saved side, each run with whether only it has them.
    fn saved(&self) -> impl Iterator<Item = (&str, bool)> {
        self.changes.iter().filter_map(|change| match change {
            Change::Same(words) => Some((words.as_str(), false)),
            Change::Gone(words) => Some((words.as_str(), true)),
            Change::New(_) => None,
        })
    }

    /// The words of the typed side, likewise.
    fn typed(&self) -> impl Iterator<Item = (&str, bool)> {
        self.changes.iter().filter_map(|change| match change {
            Change::Same(words) => Some((words.as_str(), false)),
            Change::New(words) => Some((words.as_str(), true)),
            Change::Gone(_) => None,
        })
    }
}

/// The fields that people write, in the order in which they are compared.
const FIELDS: [(&str, &str); 11] = [
    ("statement", "Claim"),
    ("claimant", "Who says so"),
    ("claimant_role", "As what"),
    ("rating", "Rating"),
    ("rationale", "Rationale"),
    ("citation", "Rests on"),
    ("opinion", "Note"),
    ("dismissal", "Why the change does not matter"),
    ("kind", "Kind"),
    ("correction", "What changed and why"),
    ("reason", "Reason"),
];

pub(super) async fn conflict(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
    part: &str,
) -> Answer {
    let (dossier, ratings) = app
        .desk(move |desk| {
            desk.read(|db| {
                let scale = scales::newest(db, &desk.rules().scale)?;
                let ratings = scale.map(|scale| scale.sheet.ratings().to_vec());
                let dossier = Dossier::read(db, claim, &desk.rules())?;
                Ok((dossier, ratings.unwrap_or_default()))
            })
        })
        .await?;
    let seen = form.value("seen").parse().unwrap_or(0_u64);
    let steps = step_views(&dossier)
        .into_iter()
        .filter(|step| step.entry > seen)
        .collect();
    let verdict = (part == "verdicts")
        .then(|| verdict_views(&dossier).into_iter().next())
        .flatten();
    let view = ConflictPage {
        frame: Frame::new(app, Some(me.0)),
        rows: rows(&dossier.claim, verdict.as_ref(), &ratings, &form),
        verdict,
        claim: dossier.claim,
        steps,
        paths: Paths::after(claim, &form),
        form,
        action: format!("/claims/{claim}/{part}"),
    };
    page_with(StatusCode::CONFLICT, &view)
}

fn rows(
    claim: &Claim,
    verdict: Option<&VerdictView>,
    ratings: &[Rating],
    form: &Fields,
) -> Vec<Row> {
    let claimant = claim.claimant.as_ref();
    let of_verdict = |part: fn(&VerdictView) -> String| verdict.map(part);
    let typed = FIELDS
        .iter()
        .filter(|(name, _)| form.all(name).next().is_some());
    let rows = typed.map(|(name, label)| {
        let words = match *name {
            "rating" => rating_words(ratings, form.value("rating")),
            "citation" => citation_words(form.all("citation")),
            name => form.value(name).to_owned(),
        };
        let saved = match *name {
            "statement" => Some(claim.statement.clone()),
            "claimant" => Some(claimant.map_or_else(String::new, |by| by.name.to_string())),
            "claimant_role" => {
                let role = claimant.and_then(|by| by.role.as_ref());
                Some(role.map_or_else(String::new, ToString::to_string))
            }
            "rating" => of_verdict(|verdict| verdict.rating.label.to_string()),
            "rationale" => of_verdict(|verdict| verdict.rationale.clone()),
            "citation" => of_verdict(|verdict| citation_words(verdict.citations.iter())),
            _ => None,
        };
        Row::new(label, saved, &words)
    });
    rows.collect()
}

fn rating_words(ratings: &[Rating], key: &str) -> String {
    let found = ratings.iter().find(|rating| rating.key.as_str() == key);
    found.map_or_else(|| key.to_owned(), |rating| rating.label.to_string())
}

fn citation_words(ids: impl Iterator<Item = impl ToString>) -> String {
    let words: Vec<String> = ids
        .map(|id| format!("citation {}", id.to_string()))
        .collect();
    words.join(", ")
}
