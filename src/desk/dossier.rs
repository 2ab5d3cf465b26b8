//! Dossiers: everything that a page or a file says about one claim, read at
//! one moment.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::citation::Reanchoring;
use crate::domain::ids::{ClaimId, EntryIndex, PersonId, VerdictId};
use crate::domain::publication::Opinion;
use crate::domain::snapshot::DerivedText;
use crate::domain::source::Directness;
use crate::store::Db;
use crate::store::articles::{self, Article};
use crate::store::changes::{self, Dismissed};
use crate::store::citations::{self, Cited};
use crate::store::claims::{self, Claim};
use crate::store::other_checks::{self, Noted};
use crate::store::people::{self, Person};
use crate::store::publications::{self, Corrected, Published};
use crate::store::remarks::{self, Made};
use crate::store::signatures::{self, Signed};
use crate::store::snapshots::{self, Taken};
use crate::store::sources::{self, Source};
use crate::store::trail::{self, Step};
use crate::store::verdicts::{self, Given, Voiced};
use crate::text::diff::{self, Change};
use crate::text::selector;

use super::blockers::{self, Blocker};
use super::verdicts::check_words;
use super::{DeskError, Rules};

/// How many code points around a quote a page shows on each side.
const CONTEXT: usize = 240;
/// How many steps of a claim's history a page shows.
const STEPS: usize = 500;
/// How many remarks on a claim a page shows.
const REMARKS: usize = 500;
/// How many verdicts of a claim a page shows.
const VERDICTS: usize = 50;

/// A citation with everything that stands behind it.
#[derive(Debug, Clone)]
pub struct CitationFile {
    /// The citation and what became of it.
    pub cited: Cited,
    /// From whose word it is to the source that was seen: the assessment, as
    /// cited by the report.
    pub chain: Vec<Source>,
    /// The capture in which the words stand.
    pub snapshot: Taken,
    /// The text in which they stand.
    pub text: DerivedText,
    /// What stands before them.
    pub before: String,
    /// What stands after them.
    pub after: String,
    /// What the newest snapshot says in their place, word by word.
    pub changes: Vec<Change>,
    /// Their place as the document names it: a page label or a time code.
    pub locator: Option<String>,
}

impl CitationFile {
    /// Whose word it is.
    pub fn origin(&self) -> Option<&Source> {
        self.chain.first()
    }
}

/// A verdict with what colleagues said of it.
#[derive(Debug, Clone)]
pub struct VerdictFile {
    /// The verdict.
    pub given: Given,
    /// What colleagues said.
    pub opinions: Vec<Voiced>,
}

impl VerdictFile {
    /// How many colleagues approve.
    pub fn approvals(&self) -> usize {
        self.opinions
            .iter()
            .filter(|voiced| voiced.opinion == Opinion::Approval)
            .count()
    }
}

/// Everything about one claim.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The claim.
    pub claim: Claim,
    /// The article that it comes from.
    pub article: Option<Article>,
    /// Its citations in the order in which they were made, removed ones too.
    pub citations: Vec<CitationFile>,
    /// Its verdicts, newest first.
    pub verdicts: Vec<VerdictFile>,
    /// Its publications, newest first.
    pub publications: Vec<Published>,
    /// Its corrections, newest first.
    pub corrections: Vec<Corrected>,
    /// Judgements that a change of cited words does not matter, newest first.
    pub dismissals: Vec<Dismissed>,
    /// What colleagues said about it, in the order in which they said it.
    pub remarks: Vec<Made>,
    /// What other publishers found about it, newest first.
    pub others_checks: Vec<Noted>,
    /// What happened to it, newest first.
    pub trail: Vec<Step>,
    /// The names of the people of the desk.
    pub names: BTreeMap<PersonId, String>,
    /// The people of the desk, those who left too.
    pub people: Vec<Person>,
    /// What stands between the claim and publication.
    pub blockers: Vec<Blocker>,
    /// What people signed with passkeys of their own, by entry.
    pub signed: BTreeMap<EntryIndex, Signed>,
}

impl Dossier {
    /// Reads a claim's dossier. Every cited word is held against its text.
    pub fn read(db: &Db<'_>, claim: ClaimId, rules: &Rules) -> Result<Self, DeskError> {
        let found = claims::find(db, claim)?.ok_or(DeskError::NoSuch {
            what: "claim",
            id: claim.get(),
        })?;
        let article = match &found.appearance.passage {
            Some(passage) => articles::find(db, passage.article)?,
            None => None,
        };
        let citations = citations::list(db, claim)?
            .into_iter()
            .map(|cited| citation_file(db, cited))
            .collect::<Result<_, _>>()?;
        let publications = publications::list(db, claim)?;
        let verdicts = shown_verdicts(db, claim, &publications)?;
        let everybody = people::list(db)?;
        let mut dossier = Self {
            claim: found,
            article,
            citations,
            verdicts,
            publications,
            corrections: publications::corrections(db, claim)?,
            dismissals: changes::dismissals(db, claim)?,
            remarks: remarks::list(db, claim, REMARKS)?,
            others_checks: other_checks::list(db, claim)?,
            trail: trail::of_claim(db, claim, STEPS)?,
            names: everybody
                .iter()
                .map(|person| (person.id, person.name.clone()))
                .collect(),
            people: everybody,
            blockers: Vec::new(),
            signed: signatures::of(db, &[claim])?
                .into_iter()
                .map(|(_, signed)| (signed.entry, signed))
                .collect(),
        };
        dossier.blockers = blockers::of(&dossier, rules);
        Ok(dossier)
    }

    /// A person's name, or words for nobody.
    pub fn name(&self, person: Option<PersonId>) -> &str {
        person
            .and_then(|person| self.names.get(&person))
            .map_or("the desk", String::as_str)
    }

    /// The fingerprint of the passkey that signed an entry, if one did.
    pub fn signed_by(&self, entry: EntryIndex) -> Option<String> {
        self.signed
            .get(&entry)
            .map(|signed| signed.passkey.fingerprint())
    }

    /// A verdict of the claim.
    pub fn verdict(&self, id: VerdictId) -> Option<&VerdictFile> {
        self.verdicts
            .iter()
            .find(|file| file.given.verdict.id == id)
    }

    /// The citations in use.
    pub fn in_use(&self) -> impl Iterator<Item = &CitationFile> {
        self.citations.iter().filter(|file| !file.cited.removed)
    }

    /// How many independent origins the citations in use have: what counts is
    /// who saw for themselves, not how many links there are.
    pub fn independent_origins(&self) -> usize {
        independent(self.in_use().filter_map(CitationFile::origin))
    }

    /// Whether every citation in use rests on a secondary source.
    pub fn only_secondary(&self) -> bool {
        all_secondary(self.in_use().filter_map(CitationFile::origin))
    }
}

/// How many independent origins some sources have.
pub(super) fn independent<'s>(sources: impl Iterator<Item = &'s Source>) -> usize {
    sources.map(Source::origin).collect::<BTreeSet<_>>().len()
}

/// Whether there are sources and all of them are secondary.
pub(super) fn all_secondary<'s>(sources: impl Iterator<Item = &'s Source>) -> bool {
    let mut sources = sources.peekable();
    sources.peek().is_some()
        && sources.all(|source| source.sheet.directness == Directness::Secondary)
}

/// The newest verdicts of a claim, and whatever older one was published: it is
/// not forgotten because others were given after it.
fn shown_verdicts(
    db: &Db<'_>,
    claim: ClaimId,
    publications: &[Published],
) -> Result<Vec<VerdictFile>, DeskError> {
    let mut all = verdicts::list(db, claim, VERDICTS)?;
    for published in publications {
        if all
            .iter()
            .all(|given| given.verdict.id != published.verdict)
        {
            all.push(verdicts::get(db, published.verdict)?);
        }
    }
    let files = all.into_iter().map(|given| {
        let opinions = verdicts::opinions(db, given.verdict.id)?;
        Ok(VerdictFile { given, opinions })
    });
    files.collect()
}

/// Reads everything that stands behind a citation, and checks its words.
pub fn citation_file(db: &Db<'_>, cited: Cited) -> Result<CitationFile, DeskError> {
    check_words(db, &cited)?;
    let citation = &cited.citation;
    let text = db.shelf().text(citation.text_hash)?;
    let span = citation.passage.span;
    let around = match text.is_notice() || cited.sealed {
        true => None,
        false => selector::around(text.as_str(), text.offsets(), span, CONTEXT),
    };
    let (before, after) = around.unwrap_or_default();
    let changed = match &cited.reanchored {
        Some(Reanchoring::Altered { now, .. }) if cited.erased.is_none() && !cited.sealed => {
            diff::words(&citation.passage.quote, now)
        }
        _ => Vec::new(),
    };
    Ok(CitationFile {
        chain: sources::chain(db, citation.source)?,
        snapshot: snapshots::get(db, citation.snapshot)?,
        text: snapshots::get_text(db, citation.text)?,
        locator: snapshots::locators(db, citation.text)?
            .and_then(|locators| locators.in_words(span)),
        before: trim_before(before).to_owned(),
        after: trim_after(after).to_owned(),
        changes: changed,
        cited,
    })
}

/// Cuts at the start of a word, so that a page does not begin within one.
fn trim_before(text: &str) -> &str {
    if text.chars().count() < CONTEXT {
        return text;
    }
    text.find(char::is_whitespace)
        .map_or(text, |at| &text[at..])
}

fn trim_after(text: &str) -> &str {
    if text.chars().count() < CONTEXT {
        return text;
    }
    text.rfind(char::is_whitespace)
        .map_or(text, |at| &text[..at])
}
