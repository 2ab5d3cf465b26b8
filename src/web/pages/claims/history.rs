//! The history of a claim as a line of time: who did what, day by day, with
//! what was said where the desk has it at hand.

use std::collections::BTreeMap;

use crate::desk::dossier::Dossier;
use crate::domain::event::{Event, Record};
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::text::diff::{self, Change};
use crate::web::pages::view::deed_words;

/// How many characters of a note the line shows.
const SHOWN: usize = 160;

/// A step of a claim's history.
pub(in crate::web::pages) struct StepView {
    pub(in crate::web::pages) entry: u64,
    pub(in crate::web::pages) who: String,
    pub(in crate::web::pages) deed: String,
    pub(in crate::web::pages) at: Timestamp,
    /// What was said, in short.
    pub(in crate::web::pages) said: Option<String>,
    /// How a wording changed.
    pub(in crate::web::pages) changes: Vec<Change>,
}

/// The steps of one day.
pub(super) struct Day {
    pub(super) name: String,
    pub(super) steps: Vec<StepView>,
}

/// The steps of a claim as a page without a line of time shows them.
pub(super) fn step_views(dossier: &Dossier) -> Vec<StepView> {
    let views = dossier.trail.iter().map(|step| StepView {
        entry: step.entry.get(),
        who: dossier.name(step.by.map(|by| by.person)).to_owned(),
        deed: deed_words(&step.kind).to_owned(),
        at: step.at,
        said: None,
        changes: Vec::new(),
    });
    views.collect()
}

/// The line of time, newest first.
pub(super) fn days(dossier: &Dossier, records: &[(EntryIndex, Record)]) -> Vec<Day> {
    let said = said(dossier, records);
    let mut rewordings = rewordings(records);
    let mut days: Vec<Day> = Vec::new();
    for mut step in step_views(dossier) {
        step.said = said.get(&step.entry).map(|words| shorten(words));
        step.changes = rewordings.remove(&step.entry).unwrap_or_default();
        let name = step.at.day_written(crate::web::here::locale());
        match days.last_mut() {
            Some(day) if day.name == name => day.steps.push(step),
            _ => days.push(Day {
                name,
                steps: vec![step],
            }),
        }
    }
    days
}

/// What each entry says, as far as it is short.
fn said(dossier: &Dossier, records: &[(EntryIndex, Record)]) -> BTreeMap<u64, String> {
    let mut said: BTreeMap<u64, String> = records
        .iter()
        .filter_map(|(entry, record)| Some((entry.get(), own_life(dossier, &record.event)?)))
        .collect();
    for file in &dossier.citations {
        let citation = &file.cited.citation;
        let title = file.origin().map(|source| source.sheet.title.to_string());
        let words = format!(
            "citation {}, {}: {}",
            citation.id,
            citation.stance.label(),
            title.unwrap_or_default()
        );
        said.insert(file.cited.entry.get(), words);
    }
    for file in &dossier.verdicts {
        let rating = file.given.verdict.rating.label.to_string();
        said.insert(file.given.entry.get(), rating);
        let noted = file.opinions.iter();
        said.extend(noted.filter_map(|voiced| Some((voiced.entry.get(), voiced.note.clone()?))));
    }
    for correction in &dossier.corrections {
        let words = format!("{}: {}", correction.kind.label(), correction.note);
        said.insert(correction.entry.get(), words);
    }
    for judged in &dossier.dismissals {
        said.insert(judged.entry.get(), judged.dismissal.reason.to_string());
    }
    for made in &dossier.remarks {
        let words = format!("{}: {}", made.remark.kind.label(), made.remark.words);
        said.insert(made.entry.get(), words);
    }
    said
}

/// What an event of the claim's own life says.
fn own_life(dossier: &Dossier, event: &Event) -> Option<String> {
    let name = |person: Option<PersonId>| match person {
        Some(person) => format!("to {}", dossier.name(Some(person))),
        None => "to nobody".to_owned(),
    };
    Some(match event {
        Event::ClaimAssigned { assignee, .. } => name(*assignee),
        Event::ClaimPlanned { plan, .. } => match plan.due {
            Some(due) => format!(
                "{}, by {}",
                plan.priority.label(),
                crate::web::dates::written(due)
            ),
            None => format!("{}, no deadline", plan.priority.label()),
        },
        Event::ClaimWithdrawn { reason, .. } => reason.to_string(),
        Event::OtherCheckNoted { check } => {
            format!(
                "{}: {}",
                check.review.publisher,
                check.review.rating.shown()
            )
        }
        Event::OtherCheckRemoved { check, reason, .. } => format!("check {check}: {reason}"),
        Event::QuestionSettled { remark, .. } => format!("question {remark}"),
        Event::CitationRemoved { citation, .. } => format!("citation {citation}"),
        Event::CitationReanchored {
            citation, result, ..
        } => format!("citation {citation}: {}", result.as_str()),
        _ => return None,
    })
}

/// How the wording changed, by the entry that changed it.
fn rewordings(records: &[(EntryIndex, Record)]) -> BTreeMap<u64, Vec<Change>> {
    let mut changes = BTreeMap::new();
    let mut before: Option<String> = None;
    for (entry, record) in records.iter().rev() {
        let now = match &record.event {
            Event::ClaimOpened { statement, .. } | Event::ClaimReworded { statement, .. } => {
                statement.to_string()
            }
            _ => continue,
        };
        if let Some(before) = before.replace(now.clone()) {
            changes.insert(entry.get(), diff::words(&before, &now));
        }
    }
    changes
}

fn shorten(words: &str) -> String {
    match words.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", words[..at].trim_end()),
        None => words.to_owned(),
    }
}
