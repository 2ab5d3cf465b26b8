//! Claims and the life of a claim: which act may follow which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::Standing;
use super::citation::Passage;
use super::ids::{ArticleId, CitationId, PublicationId, SnapshotId, VerdictId};
use super::publication::CorrectionKind;
use super::time::PartialDate;
use super::words::{Address, Name, Position};

/// Who made a statement (schema.org `Claim.author`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claimant {
    /// The person or body.
    pub name: Name,
    /// What that person or body is.
    pub role: Option<Position>,
}

/// Where a claim was made (schema.org `Claim.appearance`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appearance {
    /// The passage of an article under check, where it was made in one.
    pub passage: Option<ArticlePassage>,
    /// An address at which it was made.
    pub url: Option<Address>,
    /// When it was made, as far as known.
    pub date: Option<PartialDate>,
}

/// A passage in one revision of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticlePassage {
    /// The article.
    pub article: ArticleId,
    /// Its revision.
    pub revision: u32,
    /// The words.
    pub passage: Passage,
}

/// Where a claim stands, with the facts that make it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    /// Nobody has taken it up.
    Open,
    /// Somebody works on it: it is assigned, cited or reopened.
    InReview,
    /// A verdict stands and waits for a second pair of eyes.
    Decided {
        /// The verdict that stands.
        verdict: VerdictId,
    },
    /// The verdict has the approvals that the desk asks for.
    Approved {
        /// The verdict that was approved.
        verdict: VerdictId,
    },
    /// The verdict is public.
    Published {
        /// The verdict that is public.
        verdict: VerdictId,
        /// The act that made it so.
        publication: PublicationId,
    },
    /// The desk does not check it any more.
    Withdrawn,
}

/// Why an act is refused, in words that say what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The claim is withdrawn.
    #[error("this claim is withdrawn; an editor can take it up again first")]
    Withdrawn,
    /// The claim is not withdrawn.
    #[error("this claim is not withdrawn; there is nothing to take up again")]
    NotWithdrawn,
    /// The verdict is public already.
    #[error(
        "this verdict is published; publish a correction or an update first, which reopens the claim"
    )]
    Published,
    /// There is no verdict to act on.
    #[error("there is no verdict yet; a reviewer decides first")]
    NoVerdict,
    /// Approvals are missing.
    #[error("this verdict is not approved yet; somebody other than its reviewer approves it first")]
    NotApproved,
    /// Nothing is public.
    #[error("nothing is published for this claim, so there is nothing to correct")]
    NothingPublished,
    /// No changed words wait for a judgement.
    #[error("no changed words wait for a judgement on this claim; look at it again")]
    NothingChanged,
    /// A public verdict would be left behind.
    #[error("a verdict is public; retract it before withdrawing the claim")]
    StillPublic,
}

impl ClaimState {
    /// Every state as files, tables and filters write it.
    pub const NAMES: [&'static str; 6] = [
        "open",
        "in_review",
        "decided",
        "approved",
        "published",
        "withdrawn",
    ];

    /// The state as files, tables and filters write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Decided { .. } => "decided",
            Self::Approved { .. } => "approved",
            Self::Published { .. } => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The verdict that stands, if one does.
    pub const fn verdict(self) -> Option<VerdictId> {
        match self {
            Self::Decided { verdict }
            | Self::Approved { verdict }
            | Self::Published { verdict, .. } => Some(verdict),
            Self::Open | Self::InReview | Self::Withdrawn => None,
        }
    }

    /// Somebody takes the claim up: it is assigned or gets a citation.
    pub fn take_up(self) -> Result<Self, Refusal> {
        match self {
            Self::Open => Ok(Self::InReview),
            Self::Withdrawn => Err(Refusal::Withdrawn),
            other => Ok(other),
        }
    }

    /// The wording changes: whatever stood, stood for other words.
    pub fn reword(self) -> Result<Self, Refusal> {
        match self {
            Self::Open => Ok(Self::Open),
            Self::Withdrawn => Err(Refusal::Withdrawn),
            _ => Ok(Self::InReview),
        }
    }

    /// A reviewer gives a verdict; one that is not public yet is replaced.
    pub fn decide(self, verdict: VerdictId) -> Result<Self, Refusal> {
        match self {
            Self::Published { .. } => Err(Refusal::Published),
            Self::Withdrawn => Err(Refusal::Withdrawn),
            _ => Ok(Self::Decided { verdict }),
        }
    }

    /// A colleague approves; `enough` says whether the desk asks for no more.
    pub fn approve(self, enough: Enough) -> Result<Self, Refusal> {
        match (self, enough) {
            (Self::Decided { verdict }, Enough::Yes) => Ok(Self::Approved { verdict }),
            (Self::Decided { .. } | Self::Approved { .. }, _) => Ok(self),
            (other, _) => Err(other.no_open_verdict()),
        }
    }

    /// A colleague takes an approval back; `enough` says whether those that are
    /// left are all that the desk asks for.
    pub fn take_back(self, enough: Enough) -> Result<Self, Refusal> {
        match (self, enough) {
            (Self::Approved { verdict }, Enough::NotYet) => Ok(Self::Decided { verdict }),
            (Self::Decided { .. } | Self::Approved { .. }, _) => Ok(self),
            (other, _) => Err(other.no_open_verdict()),
        }
    }

    /// A colleague dissents; the verdict stands, the dissent stands beside it.
    pub fn dissent(self) -> Result<Self, Refusal> {
        match self {
            Self::Decided { .. } | Self::Approved { .. } => Ok(self),
            other => Err(other.no_open_verdict()),
        }
    }

    /// An editor publishes. A verdict that was approved stays so when the desk
    /// asks for more later on; one that was decided may have enough by now.
    pub fn publish(self, publication: PublicationId, enough: Enough) -> Result<Self, Refusal> {
        match self {
            Self::Approved { verdict } => Ok(Self::Published {
                verdict,
                publication,
            }),
            Self::Decided { verdict } if enough == Enough::Yes => Ok(Self::Published {
                verdict,
                publication,
            }),
            Self::Decided { .. } => Err(Refusal::NotApproved),
            other => Err(other.no_open_verdict()),
        }
    }

    /// An editor corrects what is public. A clarification leaves the verdict
    /// standing; any other kind reopens the claim.
    pub fn correct(self, kind: CorrectionKind) -> Result<Self, Refusal> {
        match (self, kind) {
            (Self::Withdrawn, _) => Err(Refusal::Withdrawn),
            (_, CorrectionKind::Clarification) => Ok(self),
            (Self::Published { .. }, _) => Ok(Self::InReview),
            (other, _) => Ok(other),
        }
    }

    /// The words of the standing verdict changed or vanished.
    pub fn go_stale(self) -> Self {
        match self {
            Self::Decided { .. } | Self::Approved { .. } | Self::Published { .. } => Self::InReview,
            other => other,
        }
    }

    /// A reviewer judged that the changed words do not matter: the verdict
    /// stands again where it stood.
    pub fn stand_again(
        self,
        verdict: VerdictId,
        standing: Standing,
        published: Option<PublicationId>,
    ) -> Result<Self, Refusal> {
        match (self, standing, published) {
            (Self::Withdrawn, ..) => Err(Refusal::Withdrawn),
            (Self::InReview, Standing::Decided, _) => Ok(Self::Decided { verdict }),
            (Self::InReview, Standing::Approved, _) => Ok(Self::Approved { verdict }),
            (Self::InReview, Standing::Published, Some(publication)) => Ok(Self::Published {
                verdict,
                publication,
            }),
            (Self::InReview, Standing::Published, None) => Err(Refusal::NothingPublished),
            _ => Err(Refusal::NothingChanged),
        }
    }

    /// An editor takes the claim off the desk.
    pub fn withdraw(self) -> Result<Self, Refusal> {
        match self {
            Self::Withdrawn => Err(Refusal::Withdrawn),
            Self::Published { .. } => Err(Refusal::StillPublic),
            _ => Ok(Self::Withdrawn),
        }
    }

    /// An editor takes a withdrawn claim up again.
    pub fn reconsider(self) -> Result<Self, Refusal> {
        match self {
            Self::Withdrawn => Ok(Self::InReview),
            _ => Err(Refusal::NotWithdrawn),
        }
    }

    fn no_open_verdict(self) -> Refusal {
        match self {
            Self::Published { .. } => Refusal::Published,
            Self::Withdrawn => Refusal::Withdrawn,
            _ => Refusal::NoVerdict,
        }
    }
}

/// Whether a verdict has all the approvals that the desk asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    /// It has.
    Yes,
    /// More are needed.
    NotYet,
}

/// How many approvals something has or needs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Approvals(pub u32);

impl Approvals {
    /// None at all: a one-person desk.
    pub const NONE: Self = Self(0);

    /// Compares what is there with what is asked for.
    pub fn enough_for(self, asked: Self) -> Enough {
        if self >= asked {
            Enough::Yes
        } else {
            Enough::NotYet
        }
    }
}

/// Why a claim was reopened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reopening {
    /// Cited words changed or vanished in a newer snapshot.
    Stale {
        /// The verdict that rested on them.
        verdict: VerdictId,
        /// The newer snapshot.
        snapshot: SnapshotId,
        /// The citations whose words changed.
        citations: Vec<CitationId>,
    },
    /// An editor took a withdrawn claim up again.
    Reconsidered,
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: VerdictId = VerdictId::FIRST;
    const P: PublicationId = PublicationId::FIRST;
    const DECIDED: ClaimState = ClaimState::Decided { verdict: V };
    const APPROVED: ClaimState = ClaimState::Approved { verdict: V };
    const PUBLISHED: ClaimState = ClaimState::Published {
        verdict: V,
        publication: P,
    };
    const ALL: [ClaimState; 6] = [
        ClaimState::Open,
        ClaimState::InReview,
        DECIDED,
        APPROVED,
        PUBLISHED,
        ClaimState::Withdrawn,
    ];

    /// One line an act: the states after it, in the order of `ALL`; `-` is a refusal.
    fn check(act: impl Fn(ClaimState) -> Result<ClaimState, Refusal>, expected: &str) {
        let after: Vec<&str> = ALL
            .iter()
            .map(|state| act(*state).map_or("-", ClaimState::as_str))
            .collect();
        assert_eq!(after.join(" "), expected);
    }

    #[test]
    fn the_names_are_those_of_the_states() {
        assert_eq!(ALL.map(ClaimState::as_str), ClaimState::NAMES);
    }

    #[test]
    fn every_act_in_every_state() {
        check(
            ClaimState::take_up,
            "in_review in_review decided approved published -",
        );
        check(
            ClaimState::reword,
            "open in_review in_review in_review in_review -",
        );
        check(|s| s.decide(V), "decided decided decided decided - -");
        check(|s| s.approve(Enough::Yes), "- - approved approved - -");
        check(|s| s.approve(Enough::NotYet), "- - decided approved - -");
        check(|s| s.take_back(Enough::Yes), "- - decided approved - -");
        check(|s| s.take_back(Enough::NotYet), "- - decided decided - -");
        check(ClaimState::dissent, "- - decided approved - -");
        check(|s| s.publish(P, Enough::NotYet), "- - - published - -");
        check(|s| s.publish(P, Enough::Yes), "- - published published - -");
        check(
            |s| s.correct(CorrectionKind::Correction),
            "open in_review decided approved in_review -",
        );
        check(
            |s| s.correct(CorrectionKind::Clarification),
            "open in_review decided approved published -",
        );
        check(
            |s| Ok(s.go_stale()),
            "open in_review in_review in_review in_review withdrawn",
        );
        check(
            ClaimState::withdraw,
            "withdrawn withdrawn withdrawn withdrawn - -",
        );
        check(ClaimState::reconsider, "- - - - - in_review");
        check(
            |s| s.stand_again(V, Standing::Approved, None),
            "- approved - - - -",
        );
        check(
            |s| s.stand_again(V, Standing::Published, Some(P)),
            "- published - - - -",
        );
        check(
            |s| s.stand_again(V, Standing::Published, None),
            "- - - - - -",
        );
    }
}
