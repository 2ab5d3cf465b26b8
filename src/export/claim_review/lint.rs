//! What would make a consumer refuse a ClaimReview, cut it or show less of it,
//! said to the editor while it can still be mended. Nothing here stands in the
//! way of publication: a true verdict that a search engine dislikes is a
//! verdict all the same.
//!
//! The limits are those that Google's documentation of fact-check markup names
//! in 2026, but for [`LONGEST_RATING`], which it only calls "a short word or
//! phrase".

mod address;

use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use super::{Facts, Judged, Published, compose};

/// The longest claim that is shown without a cut, in characters.
pub const LONGEST_CLAIM: usize = 75;
/// The longest words of a rating that are shown whole, in characters.
pub const LONGEST_RATING: usize = 40;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A consumer may refuse the review.
    Refused,
    /// A consumer may cut it, or leave a part out.
    Cut,
    /// A consumer shows or finds less than it could.
    Poorer,
}

impl Severity {
    /// What happens, in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Refused => "may be refused",
            Self::Cut => "may be cut",
            Self::Poorer => "shows less",
        }
    }
}

/// One thing that consumers may dislike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Advice {
    /// How bad it is.
    pub severity: Severity,
    /// The property of the ClaimReview.
    pub property: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Advice {
    fn new(
        severity: Severity,
        property: &'static str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            property,
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

/// Looks a claim over as consumers will, the worst first.
pub fn lint(facts: &Facts) -> Vec<Advice> {
    let mut advice = Vec::new();
    advice.extend(wording(facts));
    advice.extend(page(facts));
    advice.extend(maker(facts));
    advice.extend(places(facts));
    advice.extend(publisher(facts));
    if let Some(judged) = &facts.judged {
        advice.extend(rating(judged));
    }
    if let Some(public) = &facts.published {
        advice.extend(order(facts, public));
    }
    advice.sort_by_key(|advice| advice.severity);
    advice
}

fn wording(facts: &Facts) -> Vec<Advice> {
    let mut advice = Vec::new();
    let length = facts.claim.chars().count();
    if length > LONGEST_CLAIM {
        advice.push(Advice::new(
            Severity::Cut,
            "claimReviewed",
            format!("The claim has {length} characters; results show about {LONGEST_CLAIM}."),
            "Shorten the wording if it stays true to what was said.",
        ));
    }
    if let Some(twin) = facts.twins.first() {
        advice.push(Advice::new(
            Severity::Refused,
            "claimReviewed",
            format!("{twin} reviews a claim of the same wording; only one is shown."),
            "Say in the wording what tells the two apart, or retract one.",
        ));
    }
    advice
}

/// The page has to be found where the review says, by everybody.
fn page(facts: &Facts) -> Vec<Advice> {
    let own = |what: &str, remedy: &str| {
        let what = format!("The public page, {}, {what}.", facts.url);
        Advice::new(Severity::Refused, "url", what, remedy)
    };
    let Ok(url) = Url::parse(&facts.url) else {
        return vec![own(
            "has no address that can be read",
            "An admin sets the desk's base address in config.toml.",
        )];
    };
    let mut advice = Vec::new();
    if address::is_inner(&url) {
        advice.push(own(
            "cannot be reached from outside",
            "An admin sets the desk's base address in config.toml to its public one.",
        ));
    } else if url.scheme() != "https" {
        advice.push(own(
            "does not begin with https",
            "An admin serves the desk over https and sets its base address so.",
        ));
    }
    let base = Url::parse(&facts.desk.base).ok();
    if base.is_none_or(|base| base.host_str() != url.host_str()) {
        advice.push(own(
            "is not on the desk's own host",
            "An admin sets the desk's base address in config.toml.",
        ));
    }
    advice
}

fn maker(facts: &Facts) -> Vec<Advice> {
    let mut advice = Vec::new();
    if facts.claimant.is_none() {
        advice.push(Advice::new(
            Severity::Poorer,
            "itemReviewed.author",
            "Nobody is named who made the claim.",
            "Name the claimant when you change the wording.",
        ));
    }
    if facts.made.is_none() {
        advice.push(Advice::new(
            Severity::Poorer,
            "itemReviewed.datePublished",
            "No date says when the claim was made.",
            "Give the date when you open a claim.",
        ));
    }
    advice
}

fn places(facts: &Facts) -> Vec<Advice> {
    if facts.appearances.is_empty() {
        return vec![Advice::new(
            Severity::Poorer,
            "itemReviewed.firstAppearance",
            "No address says where the claim was made.",
            "Give the address when you open a claim, or to the article that it is from.",
        )];
    }
    let own: Vec<String> = [Some(&facts.desk.base), newsroom(facts).as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|address| address::site(address))
        .collect();
    let ours = facts.appearances.iter().find(|place| {
        let site = address::site(place.as_str());
        site.is_some_and(|site| own.contains(&site))
    });
    let advice = |place| {
        Advice::new(
            Severity::Refused,
            "itemReviewed.appearance",
            format!("The claim was made on your own site, {place}."),
            "Fact checks of what the publisher itself said are left out; name where it was said first.",
        )
    };
    ours.map(advice).into_iter().collect()
}

fn newsroom(facts: &Facts) -> Option<String> {
    facts.desk.sheet.url.as_ref().map(ToString::to_string)
}

fn publisher(facts: &Facts) -> Vec<Advice> {
    let sheet = &facts.desk.sheet;
    let mut advice = Vec::new();
    if sheet.url.is_none() {
        advice.push(Advice::new(
            Severity::Poorer,
            "author.sameAs",
            "The desk does not say which newsroom it belongs to.",
            "An admin gives the newsroom's address in Settings, Desk.",
        ));
    }
    let policies = &sheet.policies;
    let missing = [
        (policies.method.is_none(), "how claims are checked"),
        (policies.corrections.is_none(), "how mistakes are corrected"),
    ];
    let missing: Vec<&str> = missing
        .iter()
        .filter(|(missing, _)| *missing)
        .map(|(_, words)| *words)
        .collect();
    if !missing.is_empty() {
        advice.push(Advice::new(
            Severity::Refused,
            "author.publishingPrinciples",
            format!("The desk does not say {}.", missing.join(" and ")),
            "Search engines ask for both in public; an admin writes them in Settings, Policies.",
        ));
    }
    advice
}

/// A rating needs words, and its number a scale to stand on.
fn rating(judged: &Judged) -> Vec<Advice> {
    let mut advice = Vec::new();
    let mut say = |severity, property, what: String, remedy: &str| {
        advice.push(Advice::new(severity, property, what, remedy));
    };
    let label = judged.rating.label.as_str();
    let length = label.chars().count();
    if length > LONGEST_RATING {
        say(
            Severity::Cut,
            "reviewRating.alternateName",
            format!(
                "The rating “{label}” has {length} characters; a short word or phrase is shown."
            ),
            "An admin gives the step a shorter label in a new version of the scale.",
        );
    }
    let Some((worst, best)) = compose::bounds(&judged.ratings) else {
        say(
            Severity::Poorer,
            "reviewRating.bestRating",
            "No step of the scale has a number, so that the review says neither the best nor the worst.".to_owned(),
            "An admin numbers the steps in a new version of the scale.",
        );
        return advice;
    };
    if worst >= best {
        say(
            Severity::Refused,
            "reviewRating.bestRating",
            format!("The best number of the scale, {best}, is not above the worst, {worst}."),
            "An admin gives the steps different numbers in a new version of the scale.",
        );
    } else if worst < 1 {
        say(
            Severity::Refused,
            "reviewRating.worstRating",
            format!("The worst number of the scale is {worst}; it has to be 1 or more."),
            "An admin numbers the steps from 1 in a new version of the scale.",
        );
    }
    match judged.rating.value {
        None => say(
            Severity::Poorer,
            "reviewRating.ratingValue",
            format!("“{label}” has no place on the scale, so that the review has no number."),
            "Leave it so: the words are shown, and any number would say more than the verdict.",
        ),
        Some(value) if value < worst || value > best => say(
            Severity::Refused,
            "reviewRating.ratingValue",
            format!("The number of the rating, {value}, is not between {worst} and {best}."),
            "Decide again with the scale that the desk uses now.",
        ),
        Some(_) => {}
    }
    advice
}

/// A claim is made, then reviewed, then corrected.
fn order(facts: &Facts, public: &Published) -> Vec<Advice> {
    let mut advice = Vec::new();
    let made = facts.made.as_ref();
    let late = |from: i64| from > public.first.as_millis();
    if let Some(made) = made.filter(|made| made.starts_at().is_some_and(late)) {
        advice.push(Advice::new(
            Severity::Refused,
            "itemReviewed.datePublished",
            format!("The claim is dated {made}, which is after its review was published."),
            "Correct the date: open the claim again with the right one.",
        ));
    }
    if public.changed < public.first {
        advice.push(Advice::new(
            Severity::Refused,
            "dateModified",
            "The review was changed before it was published, which the clock of the desk must have got wrong.",
            "An admin checks the clock of the desk's machine.",
        ));
    }
    advice
}

#[cfg(test)]
mod tests;
