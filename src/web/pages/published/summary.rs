//! A published verdict in short: what cards, embeds and the heads of pages say.

use crate::desk::{Desk, DeskError};
use crate::domain::ids::ClaimId;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::export::card::Card;
use crate::store::{Db, public, publications, scales};

use super::super::view::RatingMark;
use super::not_public;

/// How many characters of the rationale a summary has.
const RATIONALE: usize = 220;

/// A published verdict in short.
pub(super) struct Summary {
    pub(super) claim: ClaimId,
    pub(super) statement: String,
    /// Who said it.
    pub(super) claimant: Option<String>,
    pub(super) mark: RatingMark,
    /// The first words of the rationale.
    pub(super) rationale: String,
    /// How many sources it rests on.
    pub(super) sources: usize,
    /// When the claim was published first, and when what is public changed.
    pub(super) first: Timestamp,
    pub(super) changed: Timestamp,
    pub(super) retracted: bool,
    pub(super) stale: bool,
    pub(super) corrected: bool,
    /// The desk's name and locale.
    pub(super) desk: String,
    pub(super) locale: &'static str,
}

impl Summary {
    /// Reads what is public of a claim.
    ///
    /// # Errors
    /// When nothing is.
    pub(super) fn read(desk: &Desk, db: &Db<'_>, claim: ClaimId) -> Result<Self, DeskError> {
        let shown = public::find(db, claim)?.ok_or_else(|| not_public(claim))?;
        let scale = scales::find(db, shown.verdict.scale.id)?;
        let ratings = scale
            .as_ref()
            .map_or(&[][..], |scale| scale.sheet.ratings());
        let publications = publications::list(db, claim)?;
        let corrections = publications::corrections(db, claim)?;
        let corrected_at = corrections.first().map(|correction| correction.at);
        let sheet = desk.sheet();
        Ok(Self {
            claim,
            statement: shown.verdict.statement.to_string(),
            claimant: shown.claimant.map(|claimant| claimant.name.to_string()),
            mark: RatingMark::new(&shown.verdict.rating, ratings),
            rationale: beginning(shown.verdict.rationale.as_str(), RATIONALE),
            sources: sources(&shown.verdict),
            first: publications.last().map_or(shown.at, |first| first.at),
            changed: corrected_at.map_or(shown.at, |at| at.max(shown.at)),
            retracted: shown.retracted,
            stale: shown.stale,
            corrected: shown.corrected,
            desk: sheet.name.to_string(),
            locale: sheet.locale.as_str(),
        })
    }

    /// The verdict in one line: never the rating alone once it was retracted.
    pub(super) fn description(&self) -> String {
        if self.retracted {
            return "Retracted: the desk no longer stands by this verdict.".to_owned();
        }
        let again = if self.stale {
            " (under review again)"
        } else {
            ""
        };
        format!("{}{again}. {}", self.mark.label, self.rationale)
    }

    /// The picture that goes with a link.
    pub(super) fn card(&self) -> Card {
        Card {
            statement: self.statement.clone(),
            claimant: self.claimant.clone(),
            rating: self.mark.label.clone(),
            place: self.mark.place.map(|place| (place, self.mark.of)),
            warning: self.stale.then_some("Under review again"),
            retracted: self.retracted,
            desk: self.desk.clone(),
        }
    }
}

/// How many sources a verdict cites.
fn sources(verdict: &Verdict) -> usize {
    let mut sources: Vec<_> = verdict.evidence.iter().map(|item| item.source).collect();
    sources.sort();
    sources.dedup();
    sources.len()
}

/// The first words of a text on one line, cut at the end of a word.
fn beginning(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(most) else {
        return line;
    };
    let kept = line[..end]
        .rfind(' ')
        .map_or(&line[..end], |at| &line[..at]);
    format!("{}…", kept.trim_end_matches([',', ';', ':', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, most: usize, expected: &str) {
        assert_eq!(beginning(text, most), expected, "{text}");
    }

    #[test]
    fn a_beginning_ends_with_a_whole_word() {
        check("The report says so.", 40, "The report says so.");
        check("The report\n\nsays so.", 40, "The report says so.");
        check("The report, it says", 12, "The report…");
        check("unbrokenwords", 5, "unbro…");
        check("größer als größer", 8, "größer…");
    }
}
