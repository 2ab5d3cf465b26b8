//! The draft as a desk files it: the text with a numbered note at each claim,
//! the notes, the sources, who checked what, and what is not covered.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web;
use askama::Template;

use crate::desk::drafts::{Draft, Papers};
use crate::desk::{Desk, DeskError};
use crate::domain::citation::Pages;
use crate::domain::ids::{ArticleId, ClaimId, PersonId, SourceId};
use crate::domain::publication::Opinion;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Evidence;
use crate::store::StoreError;
use crate::store::drafts::Marked;
use crate::store::sources::Source;
use crate::store::verdicts::Given;
use crate::text::segments::paragraphs;
use crate::web::assets;
use crate::web::auth::Visitor;
use crate::web::pages::snapshots::attachment;
use crate::web::pages::view::{RatingMark, SourceLine, state_words};
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

use super::initials::initials;
use super::look::{Look, rating_mark};
use super::rows::{AsideView, Row, Unseen, rows};

/// How much of a rationale and of a quote is printed, in characters.
const LONGEST_RATIONALE: usize = 700;
const LONGEST_QUOTE: usize = 500;

/// How many sentences that nobody looked at are printed.
const MOST_UNSEEN: usize = 500;

/// The note to a claim.
struct Note {
    /// Its number; none for a claim whose words are gone from the text.
    number: Option<usize>,
    claim: ClaimId,
    statement: String,
    claimant: Option<String>,
    state: &'static str,
    /// What else holds: stale, drifted, an open question.
    also: String,
    rating: Option<RatingMark>,
    stands: bool,
    rationale: String,
    /// Who gave the verdict, who approved and who dissented, by initials.
    by: Option<String>,
    approved: Vec<String>,
    dissented: Vec<String>,
    only_secondary: bool,
    quotes: Vec<Quote>,
}

/// Words that a verdict rests on.
struct Quote {
    source: usize,
    words: String,
    pages: String,
    stance: &'static str,
}

/// A source of the list.
struct Listed {
    number: usize,
    line: SourceLine,
    url: Option<String>,
    author: Option<String>,
    cited_by: Option<usize>,
    /// SHA-256 of each capture that was cited.
    raw: BTreeSet<String>,
}

#[derive(Template)]
#[template(path = "articles/print.html")]
struct PrintPage {
    frame: Frame,
    draft: Draft,
    rows: Vec<Row>,
    numbers: BTreeMap<ClaimId, usize>,
    notes: Vec<Note>,
    gone: Vec<Note>,
    unseen: Vec<Unseen>,
    more_unseen: usize,
    asides: Vec<AsideView>,
    sources: Vec<Listed>,
    /// Initials and the names that they stand for.
    key: Vec<(String, String)>,
    revised_at: Option<Timestamp>,
    now: Timestamp,
    log_size: u64,
    checkpoint: Option<(u64, String)>,
}

/// The same as one file that opens from a disk and asks for nothing.
#[derive(Template)]
#[template(path = "articles/alone.html")]
struct AlonePage {
    /// The element that holds the style; the strict policy is for what the desk
    /// serves, and this opens from a disk.
    style: String,
    page: PrintPage,
}

impl std::ops::Deref for AlonePage {
    type Target = PrintPage;

    fn deref(&self) -> &PrintPage {
        &self.page
    }
}

/// Writes the draft with its notes and sources as one file, to be kept and sent.
///
/// # Errors
/// When there is no such article.
pub fn file(desk: &Desk, article: ArticleId) -> Result<String, DeskError> {
    let page = view(desk, Frame::of_file(desk), article)?;
    let style = format!("<style>{}</style>", assets::paper_style());
    let written = AlonePage { style, page }.render();
    Ok(written.map_err(|error| StoreError::corrupt("draft", error))?)
}

pub(in crate::web) async fn alone(
    app: web::Data<App>,
    _: Visitor,
    article: web::Path<ArticleId>,
) -> Answer {
    let id = *article;
    let html = app.desk(move |desk| file(desk, id)).await?;
    let name = format!("article-{id}-draft.html");
    Ok(attachment(&name, "text/html; charset=utf-8").body(html))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, *article)).await?;
    page(&view)
}

/// What notes are written from.
struct Desktop<'d> {
    draft: &'d Draft,
    papers: &'d Papers,
    given: BTreeMap<ClaimId, &'d Given>,
    numbers: BTreeMap<SourceId, usize>,
    initials: BTreeMap<PersonId, String>,
}

fn view(desk: &Desk, frame: Frame, id: ArticleId) -> Result<PrintPage, DeskError> {
    let (draft, papers) = desk.read(|db| Ok((Draft::read(db, id)?, Papers::read(db, id)?)))?;
    let mut rows = rows(&draft, &paragraphs(draft.text.as_str()), |_| true);
    let ends = rows
        .iter()
        .flat_map(|row| &row.runs)
        .flat_map(|run| &run.marks);
    let mut numbers = BTreeMap::new();
    for mark in ends {
        let next = numbers.len() + 1;
        numbers.entry(mark.claim).or_insert(next);
    }
    let table = Desktop::new(&draft, &papers);
    let mut notes: Vec<Note> = draft
        .marked
        .iter()
        .map(|(_, one)| table.note(one))
        .collect();
    for note in &mut notes {
        note.number = numbers.get(&note.claim).copied();
    }
    notes.sort_by_key(|note| note.number);
    let gone: Vec<Note> = draft.gone.iter().map(|one| table.note(one)).collect();
    let key = table.key(notes.iter().chain(&gone), &draft);
    let unseen = rows
        .iter_mut()
        .flat_map(|row| std::mem::take(&mut row.unseen));
    let unseen = unseen.take(MOST_UNSEEN).collect();
    let asides = rows
        .iter_mut()
        .flat_map(|row| std::mem::take(&mut row.aside));
    let asides = asides.collect();
    let sources = table.sources();
    let revised_at = draft.revisions.first().map(|newest| newest.at);
    Ok(PrintPage {
        more_unseen: draft.coverage.open.saturating_sub(MOST_UNSEEN),
        frame,
        rows,
        numbers,
        notes,
        gone,
        unseen,
        asides,
        sources,
        key,
        revised_at,
        now: desk.now(),
        log_size: papers.log_size,
        checkpoint: papers.checkpoint,
        draft,
    })
}

impl<'d> Desktop<'d> {
    fn new(draft: &'d Draft, papers: &'d Papers) -> Self {
        let given = papers.verdicts.iter();
        // Only those who checked something, so that no number stands beside
        // initials that nobody else on the paper has.
        let givers = papers.verdicts.iter().filter_map(|given| given.by);
        let voices = papers.opinions.iter().map(|(_, said)| said.person);
        let busy: BTreeSet<PersonId> = givers.map(|by| by.person).chain(voices).collect();
        let people = draft.names.iter().filter(|(id, _)| busy.contains(id));
        let people = people.map(|(id, name)| (*id, name.as_str()));
        let numbered = papers.sources.iter().zip(1..);
        Self {
            given: given.map(|given| (given.verdict.claim, given)).collect(),
            numbers: numbered.map(|(source, at)| (source.id, at)).collect(),
            initials: initials(people),
            draft,
            papers,
        }
    }

    fn note(&self, marked: &Marked) -> Note {
        let claim = &marked.claim;
        let given = self.given.get(&claim.id).copied();
        let look = Look::new(self.draft, marked);
        let signs = look.label.split(", ").skip(1);
        let also: Vec<&str> = signs.filter(|sign| !sign.contains("rated ")).collect();
        let said = |wanted: Opinion| {
            let of = given.map(|given| given.verdict.id);
            let all = self.papers.opinions.iter();
            let these = all.filter(|(id, said)| Some(*id) == of && said.opinion == wanted);
            these
                .map(|(_, said)| self.initials_of(Some(said.person)))
                .collect::<Vec<String>>()
        };
        let evidence = given.map_or(&[][..], |given| &given.verdict.evidence);
        Note {
            number: None,
            claim: claim.id,
            statement: claim.statement.clone(),
            claimant: claim.claimant.as_ref().map(|by| by.name.to_string()),
            state: state_words(claim.state.as_str()),
            also: also.join(", "),
            rating: given.map(|given| {
                let verdict = &given.verdict;
                rating_mark(&self.draft.scales, verdict.scale.id, &verdict.rating)
            }),
            stands: look.stands,
            rationale: given.map_or_else(String::new, |given| {
                shortened(given.verdict.rationale.as_str(), LONGEST_RATIONALE)
            }),
            by: given.map(|given| self.initials_of(given.by.map(|by| by.person))),
            approved: said(Opinion::Approval),
            dissented: said(Opinion::Dissent),
            only_secondary: given.is_some_and(|given| self.papers.only_secondary(given)),
            quotes: evidence.iter().map(|found| self.quote(found)).collect(),
        }
    }

    fn quote(&self, evidence: &Evidence) -> Quote {
        Quote {
            source: self
                .numbers
                .get(&evidence.source)
                .copied()
                .unwrap_or_default(),
            words: shortened(&evidence.quote, LONGEST_QUOTE),
            pages: evidence.pages.map_or_else(String::new, page_words),
            stance: evidence.stance.label(),
        }
    }

    fn initials_of(&self, person: Option<PersonId>) -> String {
        let known = person.and_then(|person| self.initials.get(&person));
        known.cloned().unwrap_or_else(|| "the desk".to_owned())
    }

    /// The initials that the notes use, with the names.
    fn key<'n>(
        &self,
        notes: impl Iterator<Item = &'n Note>,
        draft: &Draft,
    ) -> Vec<(String, String)> {
        let used: BTreeSet<&String> = notes
            .flat_map(|note| note.by.iter().chain(&note.approved).chain(&note.dissented))
            .collect();
        let all = self.initials.iter().filter(|(_, own)| used.contains(own));
        let mut key: Vec<(String, String)> = all
            .map(|(person, own)| (own.clone(), draft.name(Some(*person)).to_owned()))
            .collect();
        key.sort();
        key
    }

    fn sources(&self) -> Vec<Listed> {
        let mut raw: BTreeMap<SourceId, BTreeSet<String>> = BTreeMap::new();
        for found in self
            .papers
            .verdicts
            .iter()
            .flat_map(|given| &given.verdict.evidence)
            .filter(|found| !found.raw.is_withheld())
        {
            raw.entry(found.source)
                .or_default()
                .insert(found.raw.to_string());
        }
        let mut listed = |source: &Source| Listed {
            number: self.numbers.get(&source.id).copied().unwrap_or_default(),
            line: SourceLine::new(source),
            url: source.sheet.url.as_ref().map(ToString::to_string),
            author: source.sheet.author.as_ref().map(ToString::to_string),
            cited_by: source
                .sheet
                .as_cited_by
                .and_then(|citing| self.numbers.get(&citing).copied()),
            raw: raw.remove(&source.id).unwrap_or_default(),
        };
        self.papers.sources.iter().map(&mut listed).collect()
    }
}

fn page_words(pages: Pages) -> String {
    match (pages.first, pages.last) {
        (first, last) if first == last => format!("p. {first}"),
        (first, last) => format!("pp. {first}–{last}"),
    }
}

/// The beginning of a text, up to the end of a word.
fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let kept = &text[..end];
    let kept = kept
        .rfind(char::is_whitespace)
        .map_or(kept, |at| &kept[..at]);
    format!("{} […]", kept.trim_end())
}

impl PrintPage {
    fn number(&self, claim: &ClaimId) -> usize {
        self.numbers.get(claim).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_between_two() {
        assert_eq!(shortened("It rained.", 40), "It rained.");
        assert_eq!(shortened("It rained again.", 12), "It rained […]");
        assert_eq!(shortened("Überraschung", 4), "Über […]");
    }
}
