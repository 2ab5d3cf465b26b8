//! What whoever looks at a claim may do with it now, and what comes next.

use crate::desk::blockers::{Blocker, Way};
use crate::domain::claim::ClaimState;
use crate::domain::person::Deed;
use crate::web::pages::view::QuoteView;

use super::show::ShowPage;

/// The deeds of the page, each with the fields of its form: one of them wrong
/// opens it.
const DEEDS: [(&str, &[&str]); 10] = [
    ("dismiss", &["dismissal", "compared"]),
    ("publish", &["publish"]),
    ("judge", &["opinion"]),
    ("cite", &[]),
    ("decide", &["rating", "rationale"]),
    ("correct", &["kind", "correction"]),
    ("take_up", &[]),
    ("plan", &["assignee", "priority", "due"]),
    ("reword", &["statement", "claimant", "claimant_role"]),
    ("withdraw", &["reason"]),
];

/// A deed that the page offers.
pub(super) struct Offer {
    pub(super) key: &'static str,
    pub(super) open: bool,
}

impl ShowPage {
    /// What can be done, the most likely next deed first and open.
    pub(super) fn offers(&self) -> Vec<Offer> {
        let first = self.likely();
        let mut offers: Vec<Offer> = DEEDS
            .iter()
            .filter(|(key, _)| self.may_do(key))
            .map(|(key, fields)| {
                let wrong = fields.iter().any(|field| self.form.error(field).is_some());
                Offer {
                    key,
                    open: wrong || first == Some(*key),
                }
            })
            .collect();
        offers.sort_by_key(|offer| Some(offer.key) != first);
        offers
    }

    /// The deed that most likely comes next.
    fn likely(&self) -> Option<&'static str> {
        let order: &[&'static str] = match self.claim.state {
            _ if self.claim.stale => &["dismiss", "decide"],
            ClaimState::Open | ClaimState::InReview if self.claim.cited == 0 => &["cite"],
            ClaimState::Open | ClaimState::InReview => &["decide", "cite"],
            ClaimState::Decided { .. } if self.asked == 0 => &["publish", "judge"],
            ClaimState::Decided { .. } => &["judge", "publish"],
            ClaimState::Approved { .. } => &["publish", "judge"],
            ClaimState::Published { .. } => &["correct"],
            ClaimState::Withdrawn => &["take_up"],
        };
        order.iter().copied().find(|deed| self.may_do(deed))
    }

    fn may_do(&self, deed: &str) -> bool {
        match deed {
            "dismiss" => self.may_dismiss(),
            "publish" => self.may_publish(),
            "judge" => self.may_judge(),
            "cite" => self.may_cite(),
            "decide" => self.may_decide(),
            "correct" => self.claim.published.is_some() && self.frame.may(Deed::Correct),
            "take_up" => self.is_withdrawn() && self.frame.may(Deed::Withdraw),
            "plan" => !self.is_withdrawn() && self.frame.may(Deed::Assign),
            "reword" => !self.is_withdrawn() && self.frame.may(Deed::OpenClaim),
            _ => self.may_withdraw(),
        }
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        self.claim.state == ClaimState::Withdrawn
    }

    fn may_decide(&self) -> bool {
        let decidable = !matches!(
            self.claim.state,
            ClaimState::Published { .. } | ClaimState::Withdrawn
        );
        decidable && self.frame.may(Deed::Decide)
    }

    fn may_judge(&self) -> bool {
        let open = matches!(
            self.claim.state,
            ClaimState::Decided { .. } | ClaimState::Approved { .. }
        );
        open && !self.mine && self.frame.may(Deed::Judge)
    }

    /// Whether whoever looks may judge that the change does not matter.
    fn may_dismiss(&self) -> bool {
        self.claim.stale && !self.is_withdrawn() && !self.mine && self.frame.may(Deed::Judge)
    }

    fn may_publish(&self) -> bool {
        matches!(
            self.claim.state,
            ClaimState::Approved { .. } | ClaimState::Decided { .. }
        ) && self.frame.may(Deed::Publish)
    }

    pub(super) fn may_cite(&self) -> bool {
        !self.is_withdrawn() && self.frame.may(Deed::Cite)
    }

    fn may_withdraw(&self) -> bool {
        !self.is_withdrawn() && self.claim.published.is_none() && self.frame.may(Deed::Withdraw)
    }

    pub(super) fn may_discuss(&self) -> bool {
        self.frame.may(Deed::Discuss)
    }

    /// The citations in use.
    pub(super) fn used(&self) -> impl Iterator<Item = &QuoteView> {
        let views = self.switches.iter().map(|switch| &switch.view);
        views.filter(|quote| !quote.removed)
    }

    /// Whether a citation is ticked in the form that decides: those in use
    /// are, until somebody chose.
    pub(super) fn rests_on(&self, id: &i64) -> bool {
        let sent = self.form.all("rationale").next().is_some();
        !sent || self.form.chose("citation", &id.to_string())
    }

    /// Where a rule is met, for whoever may meet it here and now.
    pub(super) fn way(&self, blocker: &Blocker) -> Option<(String, &'static str)> {
        let way = blocker.way?;
        if !self.frame.may(way.deed()) {
            return None;
        }
        let here = |deed: &str, words| {
            let offered = self.may_do(deed).then(|| format!("#{deed}"));
            offered.map(|path| (path, words))
        };
        match way {
            Way::Cite => Some((self.paths.citing(None), "Cite a source")),
            Way::Decide => here("decide", "Decide"),
            Way::Judge => here("judge", "Approve or dissent"),
            Way::Publish => here("publish", "Publish"),
            Way::Dismiss => here("dismiss", "Judge the change"),
            Way::TakeUp => here("take_up", "Take it up again"),
            Way::Thread => Some((format!("#{}", self.thread_anchor()), "To the thread")),
            Way::Passage => Some(("#passage".to_owned(), "To the passage")),
            Way::Compare { source, from, to } => Some((
                format!("/sources/{source}/changes?from={from}&to={to}"),
                "Compare both",
            )),
            Way::Snapshot(id) => Some((format!("/snapshots/{id}"), "Look at it")),
        }
    }

    /// The first open question, or the thread.
    fn thread_anchor(&self) -> String {
        let open = self.strands.iter().find_map(|strand| {
            let mut all = std::iter::once(&strand.first).chain(&strand.answers);
            all.find(|remark| remark.is_open)
        });
        open.map_or("thread".to_owned(), |remark| {
            format!("remark-{}", remark.id)
        })
    }

    /// Whether something keeps the claim from being published, or only wants
    /// to be looked at.
    pub(super) fn is_blocked(&self) -> bool {
        self.blockers.iter().any(|blocker| blocker.blocks)
    }
}
