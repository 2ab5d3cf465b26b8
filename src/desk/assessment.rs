//! Puts together what assessors of the IFCN code of principles ask for: the
//! desk's promises, and what was published and corrected in a span of time.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::claim::Claimant;
use crate::domain::ids::SourceId;
use crate::domain::sheet::DeskSheet;
use crate::domain::source::Directness;
use crate::domain::time::{PartialDate, Timestamp};
use crate::export::assessment::{
    Assessment, Check, Commitment, Corrected, Count, Counts, FORMAT, Statement,
};
use crate::store::public::{self, Shown};
use crate::store::sources::{self, Source};
use crate::store::veil::Eyes;
use crate::store::{Db, checkpoints, log, register, scales};

use super::{Desk, DeskError};

/// How many checks are read at a time, and how many one file has at most.
const CHUNK: usize = 200;
const MOST_CHECKS: usize = 20_000;
/// How many corrections one file has at most.
const MOST_CORRECTIONS: usize = 5_000;
/// How many claimants are counted by name at most.
const MOST_CLAIMANTS: usize = 200;

const DAY: i64 = 86_400_000;

/// The days that an assessment is about, the last one too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first day, or the first day of a month or a year.
    pub from: PartialDate,
    /// The last day, or the last day of a month or a year.
    pub until: PartialDate,
}

impl Span {
    /// The twelve months that end with a moment's day.
    pub fn year_until(now: Timestamp) -> Self {
        let until = PartialDate::day_of(now);
        Self {
            from: until.a_year_before(),
            until,
        }
    }

    /// Its first millisecond, and the first one after it.
    fn moments(&self) -> (i64, i64) {
        let from = self.from.starts_at().unwrap_or_default();
        (from, self.until.ends_at().unwrap_or(i64::MAX).max(from))
    }
}

/// Puts the evidence together; `base` is the desk's address without a final
/// slash. It leaves the desk, so nothing that is sealed is in it.
pub fn assess(desk: &Desk, base: &str, span: Span) -> Result<Assessment, DeskError> {
    let desk = &desk.seen_by(Eyes::Anybody);
    let (sheet, rules, made_at) = (desk.sheet(), desk.rules(), desk.now());
    desk.read(|db| {
        let mut tally = Tally::new(&span, base);
        let cut_off = tally.read_checks(db)?;
        let corrections = tally.corrections(db)?;
        let (counts, checks) = tally.done();
        Ok(Assessment {
            format: FORMAT,
            desk: sheet.name.to_string(),
            address: base.to_owned(),
            from: span.from.clone(),
            until: span.until.clone(),
            made_at,
            log_entries: log::size(db)?,
            checkpoint: checkpoints::newest(db)?.map(|(_, note)| note),
            commitments: commitments(&sheet, base),
            missing: sheet.missing(),
            approvals: rules.approvals.0,
            scale: scales::newest(db, &rules.scale)?,
            counts,
            cut_off: cut_off || corrections.len() == MOST_CORRECTIONS,
            corrections,
            checks,
        })
    })
}

/// What the desk says to each of the code's commitments.
fn commitments(sheet: &DeskSheet, base: &str) -> Vec<Commitment> {
    fn said(about: &'static str, words: Option<&impl ToString>) -> Statement {
        let words = words.map(ToString::to_string);
        Statement { about, words }
    }
    let policies = &sheet.policies;
    let commitment = |about, statements| Commitment { about, statements };
    let page = |path: &str| Some(format!("{base}{path}"));
    vec![
        commitment(
            "nonpartisanship and fairness",
            vec![
                said(
                    "how it keeps from taking sides",
                    policies.independence.as_ref(),
                ),
                said("how claims are chosen", policies.selection.as_ref()),
            ],
        ),
        commitment(
            "standards and transparency of sources",
            vec![said("which sources it accepts", policies.sources.as_ref())],
        ),
        commitment(
            "transparency of funding and organisation",
            vec![
                said("the organisation responsible", sheet.owner.as_ref()),
                said("the country it is registered in", sheet.country.as_ref()),
                said("its own site", sheet.url.as_ref()),
                said("who pays for it", policies.funding.as_ref()),
                said("how readers reach the desk", sheet.contact.as_ref()),
                said("who works there", page("/about/people").as_ref()),
            ],
        ),
        commitment(
            "standards and transparency of methodology",
            vec![
                said("how a claim is checked", policies.method.as_ref()),
                said("what readers find of it", page("/about").as_ref()),
                said("the scales in all their versions", page("/scales").as_ref()),
            ],
        ),
        commitment(
            "open and honest corrections",
            vec![
                said("how mistakes are corrected", policies.corrections.as_ref()),
                said("how to complain", policies.complaints.as_ref()),
                said("the register of corrections", page("/corrections").as_ref()),
            ],
        ),
    ]
}

/// Counts by what is counted.
type Table = BTreeMap<String, u64>;

/// What is counted while checks are read.
struct Tally<'s> {
    span: &'s Span,
    base: &'s str,
    counts: Counts,
    checks: Vec<Check>,
    months: Table,
    weeks: BTreeSet<i64>,
    ratings: Table,
    claimants: Table,
    stances: Table,
    directness: Table,
    kinds: Table,
}

impl<'s> Tally<'s> {
    fn new(span: &'s Span, base: &'s str) -> Self {
        Self {
            span,
            base,
            counts: Counts::default(),
            checks: Vec::new(),
            months: months(span),
            weeks: BTreeSet::new(),
            ratings: Table::new(),
            claimants: Table::new(),
            stances: Table::new(),
            directness: Table::new(),
            kinds: Table::new(),
        }
    }

    /// Reads what was published in the span, and tells whether there was more
    /// than it holds.
    fn read_checks(&mut self, db: &Db<'_>) -> Result<bool, DeskError> {
        let (from, to) = self.span.moments();
        let filter = public::Filter {
            since: Timestamp::from_millis(from).ok(),
            ..public::Filter::default()
        };
        let mut before = None;
        loop {
            let found = public::list(db, &filter, before, CHUNK)?;
            before = found.last().map(|shown| shown.id);
            let is_last = found.len() < CHUNK;
            let inside = found.into_iter().filter(|shown| shown.at.as_millis() < to);
            self.take(db, inside.collect())?;
            if is_last || self.checks.len() >= MOST_CHECKS {
                return Ok(!is_last);
            }
        }
    }

    fn take(&mut self, db: &Db<'_>, shown: Vec<Shown>) -> Result<(), DeskError> {
        let evidence = shown.iter().flat_map(|shown| &shown.verdict.evidence);
        let wanted: BTreeSet<SourceId> = evidence.map(|found| found.source).collect();
        let wanted: Vec<SourceId> = wanted.into_iter().collect();
        let known = sources::list_named(db, &wanted)?.into_iter();
        let known: BTreeMap<SourceId, Source> = known.map(|source| (source.id, source)).collect();
        for shown in shown {
            self.count(shown, &known);
        }
        Ok(())
    }

    fn count(&mut self, shown: Shown, known: &BTreeMap<SourceId, Source>) {
        let verdict = shown.verdict;
        let ids: BTreeSet<SourceId> = verdict.evidence.iter().map(|found| found.source).collect();
        let used: Vec<&Source> = ids.iter().filter_map(|id| known.get(id)).collect();
        let origins: BTreeSet<String> = used.iter().map(|source| source.origin()).collect();
        let primary = |source: &&&Source| source.sheet.directness == Directness::Primary;
        let primary = used.iter().filter(primary).count() as u64;
        for source in &used {
            add(&mut self.directness, source.sheet.directness.label());
            add(&mut self.kinds, source.sheet.kind.label());
        }
        for found in &verdict.evidence {
            add(&mut self.stances, found.stance.label());
        }
        add(&mut self.ratings, verdict.rating.label.as_str());
        add(
            &mut self.months,
            &PartialDate::day_of(shown.at).as_str()[..7],
        );
        self.weeks
            .insert((shown.at.as_millis() - self.span.moments().0) / (7 * DAY));
        match &shown.claimant {
            Some(claimant) => add(&mut self.claimants, &called(claimant)),
            None => self.counts.claimant_unknown += 1,
        }
        let check = Check {
            claim: shown.claim,
            address: format!("{}/published/{}", self.base, shown.claim),
            statement: verdict.statement.into(),
            claimant: shown.claimant,
            rating: verdict.rating.label.to_string(),
            published_at: shown.at,
            retracted: shown.retracted,
            corrected: shown.corrected,
            citations: verdict.evidence.len() as u64,
            sources: used.len() as u64,
            primary_sources: primary,
            independent_origins: origins.len() as u64,
        };
        self.counts.checks += 1;
        self.counts.citations += check.citations;
        self.counts.one_origin += u64::from(check.independent_origins == 1);
        self.counts.without_citation += u64::from(check.citations == 0);
        self.counts.only_secondary += u64::from(check.sources > 0 && primary == 0);
        self.checks.push(check);
    }

    /// Reads what was corrected in the span, and counts it by kind.
    fn corrections(&mut self, db: &Db<'_>) -> Result<Vec<Corrected>, DeskError> {
        let (from, to) = self.span.moments();
        let filter = register::Filter {
            from: Timestamp::from_millis(from).ok(),
            to: Timestamp::from_millis(to).ok(),
            ..register::Filter::default()
        };
        let found = register::list(db, &filter, None, MOST_CORRECTIONS)?;
        let mut kinds = Table::new();
        let corrected = found.into_iter().map(|change| {
            add(&mut kinds, change.kind.label());
            Corrected {
                entry: change.entry,
                at: change.at,
                kind: change.kind,
                note: change.note,
                claim: change.claim,
                statement: change.statement,
                rating: change.rating,
                next_rating: change.next.map(|next| next.rating),
                address: format!("{}/published/{}", self.base, change.claim),
            }
        });
        let corrected = corrected.collect();
        self.counts.by_correction = ranked(kinds);
        Ok(corrected)
    }

    fn done(self) -> (Counts, Vec<Check>) {
        let (from, to) = self.span.moments();
        let mut by_claimant = ranked(self.claimants);
        by_claimant.truncate(MOST_CLAIMANTS);
        let by_month = self.months.into_iter();
        let counts = Counts {
            by_month: by_month.map(|(of, count)| Count { of, count }).collect(),
            weeks: (to - from)
                .max(0)
                .unsigned_abs()
                .div_ceil(7 * DAY.unsigned_abs()),
            weeks_with_a_check: self.weeks.len() as u64,
            by_rating: ranked(self.ratings),
            by_claimant,
            by_stance: ranked(self.stances),
            by_directness: ranked(self.directness),
            by_source_kind: ranked(self.kinds),
            ..self.counts
        };
        (counts, self.checks)
    }
}

fn add(table: &mut Table, of: &str) {
    *table.entry(of.to_owned()).or_default() += 1;
}

/// The most frequent first; of the same number, by name.
fn ranked(table: Table) -> Vec<Count> {
    let counts = table.into_iter().map(|(of, count)| Count { of, count });
    let mut counts: Vec<Count> = counts.collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.count));
    counts
}

/// A claimant by name and by what that person or body is.
fn called(claimant: &Claimant) -> String {
    match &claimant.role {
        Some(role) => format!("{}, {role}", claimant.name),
        None => claimant.name.to_string(),
    }
}

/// Every month of a span, with nothing counted yet; at most a hundred years.
fn months(span: &Span) -> Table {
    let (from, to) = span.moments();
    let day = |millis: i64| {
        let moment = Timestamp::from_millis(millis).ok();
        let day = moment.map(PartialDate::day_of)?;
        let mut parts = day.as_str().splitn(3, '-').map(str::parse::<u32>);
        Some(parts.next()?.ok()? * 12 + parts.next()?.ok()? - 1)
    };
    let (Some(first), Some(last)) = (day(from), day(to - 1)) else {
        return Table::new();
    };
    let months = (first..=last).take(1_200);
    let named = months.map(|month| format!("{:04}-{:02}", month / 12, month % 12 + 1));
    named.map(|month| (month, 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, until: &str) -> Span {
        let date = |text| PartialDate::parse(text).expect("a date");
        Span {
            from: date(from),
            until: date(until),
        }
    }

    #[test]
    fn a_span_has_all_of_its_months() {
        let named =
            |from, until| -> Vec<String> { months(&span(from, until)).into_keys().collect() };
        let year = named("2025-11-27", "2026-11-26");
        assert_eq!(year.len(), 13);
        assert_eq!(
            (year[0].as_str(), year[12].as_str()),
            ("2025-11", "2026-11")
        );
        assert_eq!(named("2025-12", "2026-01"), ["2025-12", "2026-01"]);
        assert_eq!(named("2026", "2026").len(), 12);
        assert!(named("2026-02", "2026-01").is_empty());
    }
}
