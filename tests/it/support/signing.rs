//! A desk whose reviewers sign with passkeys.

use citekeep::desk::signing::{self, Intent};
use citekeep::desk::{Actor, DeskError, settings, verdicts};
use citekeep::domain::ids::{CitationId, ClaimId};
use citekeep::domain::passkey::SigningRule;
use citekeep::domain::person::Role;
use citekeep::domain::words::{Note, Rationale};

use super::authenticator::{Authenticator, site};
use super::{TestDesk, desk};

/// A desk that wants signatures, with a claim that can be decided, and the
/// passkeys of its two reviewers.
pub(crate) struct Signing {
    pub(crate) desk: TestDesk,
    pub(crate) admin: Actor,
    pub(crate) claim: ClaimId,
    pub(crate) citation: CitationId,
    pub(crate) first: Authenticator,
    pub(crate) second: Authenticator,
}

pub(crate) fn signing_desk(rule: SigningRule) -> Signing {
    let desk = desk();
    let admin = desk.join(Role::Admin);
    settings::set_signing(&desk.desk, admin, rule).expect("the rule is set");
    let (first, second) = (Authenticator::new(1), Authenticator::new(2));
    first
        .register(&desk.desk, desk.reviewer)
        .expect("registered");
    second
        .register(&desk.desk, desk.second)
        .expect("registered");
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
    let citation = desk.cite(claim, snapshot, "The bridge was opened in 1932.");
    Signing {
        desk,
        admin,
        claim,
        citation,
        first,
        second,
    }
}

impl Signing {
    pub(crate) fn draft(&self) -> verdicts::Draft {
        verdicts::Draft {
            rating: "true".to_owned(),
            rationale: Rationale::parse("The report says so.").expect("a rationale"),
            citations: vec![self.citation],
        }
    }

    pub(crate) fn verdict(&self) -> Intent {
        let (claim, seen) = self.desk.seen(self.claim);
        let draft = self.draft();
        Intent::Verdict { claim, seen, draft }
    }

    pub(crate) fn approval(&self, words: &str) -> Intent {
        let (claim, seen) = self.desk.seen(self.claim);
        let note = Note::parse_optional(words).expect("a note");
        Intent::Approval { claim, seen, note }
    }

    pub(crate) fn prepare(&self, who: Actor, intent: Intent) -> Result<String, DeskError> {
        signing::prepare(&self.desk.desk, who, intent, &site())
    }

    /// The verdict, signed as it should be.
    pub(crate) fn decided(&self) {
        let id = self.prepare(self.desk.reviewer, self.verdict());
        self.first
            .sign(
                &self.desk.desk,
                self.desk.reviewer,
                &id.expect("written down"),
            )
            .expect("signed");
    }

    /// The approval, signed as it should be.
    pub(crate) fn approved(&self, words: &str) {
        let id = self.prepare(self.desk.second, self.approval(words));
        self.second
            .sign(
                &self.desk.desk,
                self.desk.second,
                &id.expect("written down"),
            )
            .expect("signed");
    }
}
