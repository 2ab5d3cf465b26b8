//! From facts to a ClaimReview.

use crate::domain::scale;
use crate::domain::sheet::{DeskSheet, Locale};
use crate::domain::time::Timestamp;

use super::shape::{Claim, Correction, Organization, Party, Place, Rating, Review};
use super::{CONTEXT, Corrected, Facts, Judged, Published, Publisher, claimant, works};

/// The ClaimReview of a verdict that is public and stands, as a document of
/// its own; nothing for one that is not public yet or was taken back.
pub fn document(facts: &Facts) -> Option<Result<String, serde_json::Error>> {
    let review = Review {
        context: Some(CONTEXT),
        ..review(facts)?
    };
    Some(serde_json::to_string_pretty(&review))
}

/// The same on one line.
pub fn compact(facts: &Facts) -> Option<Result<String, serde_json::Error>> {
    let review = Review {
        context: Some(CONTEXT),
        ..review(facts)?
    };
    Some(serde_json::to_string(&review))
}

/// The ClaimReview as a part of something that names the context.
pub(super) fn review(facts: &Facts) -> Option<Review> {
    let judged = facts.judged.as_ref()?;
    let public = facts
        .published
        .as_ref()
        .filter(|public| !public.retracted)?;
    Some(Review {
        context: None,
        kind: "ClaimReview",
        url: facts.url.clone(),
        claim_reviewed: facts.claim.clone(),
        review_rating: rating(judged),
        author: organization(&facts.desk),
        date_published: moment(public.first),
        date_modified: moment(public.changed),
        in_language: language(&facts.desk.sheet),
        review_body: judged.rationale.clone(),
        creative_work_status: public.stale.then_some("Under review again"),
        item_reviewed: claim(facts),
        citation: works::cited(facts, judged),
        correction: corrections(public),
    })
}

/// The rating on its scale. A rating that has no place on the scale, such as
/// "unproven", has no number: any number would say that the claim is more or
/// less true. The bounds of the scale and the words are there all the same.
fn rating(judged: &Judged) -> Rating {
    let (worst, best) = bounds(&judged.ratings).unzip();
    Rating {
        kind: "Rating",
        rating_value: judged.rating.value,
        best_rating: best,
        worst_rating: worst,
        alternate_name: judged.rating.label.to_string(),
        rating_explanation: judged.rating.meaning.to_string(),
    }
}

/// The lowest and the highest number of a scale, if any of its steps has one.
pub(super) fn bounds(ratings: &[scale::Rating]) -> Option<(i64, i64)> {
    let values = || ratings.iter().filter_map(|rating| rating.value);
    Some((values().min()?, values().max()?))
}

/// The desk as an organisation. Its address is where readers find it, because
/// consumers hold that against the address of the review.
pub(super) fn organization(desk: &Publisher) -> Organization {
    let sheet = &desk.sheet;
    let corrections = sheet.policies.corrections.as_ref();
    Organization {
        kind: "Organization",
        name: sheet.name.to_string(),
        url: Some(format!("{}/", desk.base)),
        same_as: sheet.url.as_ref().map(ToString::to_string),
        // The page always says how verdicts come about.
        publishing_principles: Some(format!("{}/about", desk.base)),
        corrections_policy: corrections.map(|_| format!("{}/about#corrections", desk.base)),
        parent_organization: sheet.owner.as_ref().map(|owner| Party {
            kind: "Organization",
            name: owner.to_string(),
            job_title: None,
            description: None,
        }),
    }
}

/// The language in which the desk writes.
pub(super) const fn language(sheet: &DeskSheet) -> &'static str {
    match sheet.locale {
        Locale::British => "en-GB",
        Locale::American => "en-US",
        // An international way of writing dates says nothing of a country.
        Locale::International => "en",
    }
}

fn claim(facts: &Facts) -> Claim {
    let places = facts.appearances.iter().map(|url| Place {
        kind: "CreativeWork",
        url: url.to_string(),
    });
    let appearance: Vec<Place> = places.collect();
    Claim {
        kind: "Claim",
        author: facts.claimant.as_ref().map(claimant::party),
        date_published: facts.made.as_ref().map(ToString::to_string),
        in_language: facts.language.as_ref().map(ToString::to_string),
        first_appearance: appearance.first().cloned(),
        appearance,
    }
}

fn corrections(public: &Published) -> Vec<Correction> {
    let comment = |corrected: &Corrected| Correction {
        kind: "CorrectionComment",
        name: corrected.kind.label(),
        text: corrected.note.clone(),
        date_published: moment(corrected.at),
    };
    public.corrections.iter().map(comment).collect()
}

/// A moment as the vocabulary writes it (ISO 8601).
pub(super) fn moment(at: Timestamp) -> String {
    at.to_string()
}
