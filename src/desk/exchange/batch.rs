//! Claims as files hold them, read some at a time: one statement a table for
//! all of them, instead of a dozen for each. Every quote is held against its
//! text once more; one that does not stand there is an error.

use std::collections::btree_map::{BTreeMap, Entry};
use std::iter::Peekable;
use std::vec::IntoIter;

use crate::domain::ids::{ArticleId, ClaimId, PersonId, SnapshotId, SourceId, TextId};
use crate::domain::locator::Locators;
use crate::domain::snapshot::DerivedText;
use crate::export::json;
use crate::store::articles::{self, Article};
use crate::store::citations::{self, Cited};
use crate::store::claims::{self, Claim};
use crate::store::signatures::{self, Signed};
use crate::store::snapshots::{self, Taken};
use crate::store::sources::{self, Source};
use crate::store::{
    Db, StoreError, changes, other_checks, people, publications, remarks, trail, verdicts,
};

use super::super::DeskError;
use super::super::dossier;
use super::super::verdicts::check_words;
use super::{drafts, parts};

/// How many numbers of claims are looked at together.
pub(super) const AT_ONCE: i64 = 100;
/// How many citations are read together, as far as a claim does not have more:
/// what is in memory at one time depends on them.
const CITATIONS: u32 = 300;

/// Divides claims so that what is read together stays small.
pub(super) fn portions(claims: Vec<(ClaimId, u32)>) -> Vec<Vec<ClaimId>> {
    let mut portions = Vec::new();
    let (mut portion, mut citations) = (Vec::new(), 0);
    for (claim, cited) in claims {
        if citations + cited > CITATIONS && !portion.is_empty() {
            portions.push(std::mem::take(&mut portion));
            citations = 0;
        }
        portion.push(claim);
        citations += cited;
    }
    portions.push(portion);
    portions
}

/// Reads claims as files hold them, in the order of their numbers. What several
/// of them share is read once.
pub(super) fn claims(db: &Db<'_>, ids: &[ClaimId]) -> Result<Vec<json::Claim>, DeskError> {
    let mut around = Around::new(db)?;
    let mut rows = Rows::read(db, ids)?;
    let mut read = Vec::with_capacity(ids.len());
    for claim in claims::list_of(db, ids)? {
        read.push(record(db, claim, &mut rows, &mut around)?);
    }
    Ok(read)
}

/// Rows that belong to claims, ordered by the claims' numbers.
pub(super) struct ByClaim<T>(Peekable<IntoIter<(ClaimId, T)>>);

impl<T> ByClaim<T> {
    pub(super) fn new(rows: Vec<(ClaimId, T)>) -> Self {
        Self(rows.into_iter().peekable())
    }

    /// The rows of a claim; claims are asked for in the order of their numbers.
    pub(super) fn of(&mut self, claim: ClaimId) -> Vec<T> {
        let mut own = Vec::new();
        while let Some((_, row)) = self.0.next_if(|(of, _)| *of <= claim) {
            own.push(row);
        }
        own
    }
}

/// What the tables say of some claims.
struct Rows {
    citations: ByClaim<Cited>,
    verdicts: ByClaim<verdicts::Given>,
    opinions: ByClaim<(crate::domain::ids::VerdictId, verdicts::Voiced)>,
    publications: ByClaim<publications::Published>,
    corrections: ByClaim<publications::Corrected>,
    dismissals: ByClaim<changes::Dismissed>,
    others_checks: ByClaim<other_checks::Noted>,
    remarks: ByClaim<remarks::Made>,
    signed: ByClaim<Signed>,
    entries: ByClaim<crate::domain::ids::EntryIndex>,
}

impl Rows {
    fn read(db: &Db<'_>, ids: &[ClaimId]) -> Result<Self, StoreError> {
        Ok(Self {
            citations: ByClaim::new(citations::list_of(db, ids)?),
            verdicts: ByClaim::new(verdicts::list_of(db, ids)?),
            opinions: ByClaim::new(verdicts::opinions_of(db, ids)?),
            publications: ByClaim::new(publications::list_of(db, ids)?),
            corrections: ByClaim::new(publications::corrections_of(db, ids)?),
            dismissals: ByClaim::new(changes::dismissals_of(db, ids)?),
            others_checks: ByClaim::new(other_checks::list_of(db, ids)?),
            remarks: ByClaim::new(remarks::list_of(db, ids)?),
            signed: ByClaim::new(signatures::of(db, ids)?),
            entries: ByClaim::new(trail::entries_of(db, ids)?),
        })
    }
}

/// What stands around claims and is shared by several of them.
pub(super) struct Around {
    names: BTreeMap<PersonId, String>,
    articles: BTreeMap<ArticleId, Article>,
    sources: BTreeMap<SourceId, Source>,
    snapshots: BTreeMap<SnapshotId, Taken>,
    texts: BTreeMap<TextId, (DerivedText, Option<Locators>)>,
}

impl Around {
    pub(super) fn new(db: &Db<'_>) -> Result<Self, StoreError> {
        let everybody = people::list(db)?.into_iter();
        Ok(Self {
            names: everybody.map(|person| (person.id, person.name)).collect(),
            articles: BTreeMap::new(),
            sources: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            texts: BTreeMap::new(),
        })
    }

    /// A person's name, or words for nobody.
    pub(super) fn name(&self, person: Option<PersonId>) -> &str {
        let known = person.and_then(|person| self.names.get(&person));
        known.map_or("the desk", String::as_str)
    }

    fn article(&mut self, db: &Db<'_>, id: ArticleId) -> Result<&Article, StoreError> {
        once(&mut self.articles, id, || articles::get(db, id))
    }

    pub(super) fn snapshot(&mut self, db: &Db<'_>, id: SnapshotId) -> Result<&Taken, StoreError> {
        once(&mut self.snapshots, id, || snapshots::get(db, id))
    }

    fn text(
        &mut self,
        db: &Db<'_>,
        id: TextId,
    ) -> Result<&(DerivedText, Option<Locators>), StoreError> {
        once(&mut self.texts, id, || {
            Ok((snapshots::get_text(db, id)?, snapshots::locators(db, id)?))
        })
    }

    /// The chain from a source to the one that can be seen.
    pub(super) fn chain(
        &mut self,
        db: &Db<'_>,
        source: SourceId,
    ) -> Result<Vec<&Source>, StoreError> {
        let mut ids = vec![source];
        let mut next = Some(source);
        while let Some(id) = next {
            let found = once(&mut self.sources, id, || sources::get(db, id))?;
            next = found.sheet.as_cited_by;
            if ids.len() >= sources::LONGEST_CHAIN {
                break;
            }
            ids.extend(next);
        }
        Ok(ids.iter().filter_map(|id| self.sources.get(id)).collect())
    }

    /// What a file says of a citation beside the citation itself.
    pub(super) fn behind(
        &mut self,
        db: &Db<'_>,
        cited: &Cited,
    ) -> Result<parts::Behind, DeskError> {
        check_words(db, cited)?;
        let citation = &cited.citation;
        let taken = self.snapshot(db, citation.snapshot)?;
        let (raw, notice) = (taken.snapshot.raw, taken.snapshot.notice.clone());
        let (text, locators) = self.text(db, citation.text)?;
        let extractor = text.extractor.clone();
        let locator = locators
            .as_ref()
            .and_then(|locators| locators.in_words(citation.passage.span));
        let chain = self.chain(db, citation.source)?;
        let link = |source: &&Source| json::Link {
            source: source.id.get(),
            title: source.sheet.title.clone(),
        };
        Ok(parts::Behind {
            raw,
            notice,
            extractor,
            locator,
            grade: chain.first().map(|source| source.sheet.grade.code()),
            chain: chain.iter().map(link).collect(),
        })
    }
}

/// Reads something unless it was read before.
fn once<K: Ord, V>(
    known: &mut BTreeMap<K, V>,
    key: K,
    read: impl FnOnce() -> Result<V, StoreError>,
) -> Result<&V, StoreError> {
    Ok(match known.entry(key) {
        Entry::Occupied(found) => found.into_mut(),
        Entry::Vacant(place) => place.insert(read()?),
    })
}

fn record(
    db: &Db<'_>,
    claim: Claim,
    rows: &mut Rows,
    around: &mut Around,
) -> Result<json::Claim, DeskError> {
    let id = claim.id;
    let mut written = Vec::new();
    let mut origins = Vec::new();
    for cited in rows.citations.of(id) {
        let behind = around.behind(db, &cited)?;
        if !cited.removed {
            origins.push(cited.citation.source);
        }
        written.push(parts::citation(cited, behind));
    }
    let appearance = match &claim.appearance.passage {
        Some(passage) => {
            drafts::appearance(db, &claim, Some(around.article(db, passage.article)?))?
        }
        None => drafts::appearance(db, &claim, None)?,
    };
    let origins = || origins.iter().filter_map(|id| around.sources.get(id));
    let (mut opinions, mut signed) = (rows.opinions.of(id), rows.signed.of(id));
    let verdicts = rows.verdicts.of(id).into_iter().map(|given| {
        let own = given.verdict.id;
        let voices = opinions.extract_if(.., |(of, _)| *of == own);
        let voices: Vec<_> = voices.map(|(_, voiced)| voiced).collect();
        parts::verdict(given, voices, (claim.state, &mut signed), around)
    });
    Ok(json::Claim {
        id: id.get(),
        appearance: Some(appearance),
        wording: claim.wording,
        state: claim.state.as_str(),
        stale: claim.stale,
        reopening: claim.reopening,
        independent_origins: dossier::independent(origins()),
        only_secondary: dossier::all_secondary(origins()),
        verdicts: verdicts.collect(),
        publications: parts::publications(rows.publications.of(id)),
        corrections: parts::corrections(rows.corrections.of(id)),
        dismissals: parts::dismissals(rows.dismissals.of(id), around),
        others_checks: parts::others_checks(rows.others_checks.of(id), around),
        plan: claim.plan,
        remarks: parts::remarks(rows.remarks.of(id), around),
        log_indexes: rows.entries.of(id),
        citations: written,
        statement: claim.statement,
        claimant: claim.claimant,
    })
}
