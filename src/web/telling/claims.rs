//! Sentences about articles, claims, and what stands beside a claim.

use crate::domain::article::{Aside, AsideReason};
use crate::domain::citation::{Citation, Reanchoring, Stance};
use crate::domain::claim::Reopening;
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, PersonId, SnapshotId};
use crate::domain::plan::Plan;
use crate::domain::remark::{Remark, RemarkKind};

use super::Teller;
use super::sentence::counted;

impl Teller<'_> {
    pub(super) fn article_event(&mut self, event: &Event) {
        match event {
            Event::ArticleAdded {
                article,
                sheet,
                revision,
            } => {
                self.say("brought ");
                self.titled(*article, sheet);
                let length = counted(revision.chars, "character", "characters");
                self.say(format!(", a text of {length}"));
            }
            Event::ArticleRevised {
                article,
                sheet,
                revision,
                asides,
            } => {
                self.say(format!("brought revision {} of ", revision.number));
                self.titled(*article, sheet);
                let length = counted(revision.chars, "character", "characters");
                self.say(format!(", {length}"));
                let kept = asides.len() as u64;
                if kept > 0 {
                    let kept = counted(kept, "passage", "passages");
                    self.say(format!("; {kept} set aside before still stood there"));
                }
            }
            Event::PassageSetAside { aside } => self.set_aside(aside),
            Event::PassageTakenUp { article, aside } => {
                self.say("took up again a passage of ");
                self.article(*article);
                self.say(" that ");
                self.entry(*aside);
                self.say(" had set aside");
            }
            Event::PassageReanchored {
                claim,
                article,
                revision,
                result,
            } => {
                self.say("looked for the passage of ");
                self.claim(*claim);
                self.say(format!(" in revision {revision} of "));
                self.article(*article);
                self.say(match result {
                    Reanchoring::Unchanged { .. } => ": it is unchanged",
                    Reanchoring::Moved { .. } => ": it moved",
                    Reanchoring::Altered { .. } => ": its words changed",
                    Reanchoring::Gone => ": it is gone",
                    Reanchoring::Unreadable => ": the text cannot be read",
                });
            }
            Event::PassageAccepted {
                claim,
                article,
                revision,
            } => {
                self.say("confirmed that ");
                self.claim(*claim);
                self.say(format!(
                    " still says what its passage says in revision {revision} of "
                ));
                self.article(*article);
            }
            _ => {}
        }
    }

    fn set_aside(&mut self, aside: &Aside) {
        self.say("set aside, as ");
        self.name(match aside.reason {
            AsideReason::Nothing => "stating nothing to check",
            reason => reason.label(),
        });
        self.say(", a passage of ");
        self.article(aside.article);
        self.because(&aside.passage.quote);
    }

    pub(super) fn claim_event(&mut self, event: &Event) {
        match event {
            Event::ClaimOpened {
                claim,
                statement,
                claimant,
                ..
            } => {
                self.say("opened ");
                self.claim(*claim);
                self.because(statement.as_str());
                self.said_by(claimant.as_ref());
            }
            Event::ClaimReworded {
                claim,
                wording,
                statement,
                claimant,
            } => {
                self.say("gave ");
                self.claim(*claim);
                self.say(format!(" its wording {wording}"));
                self.because(statement.as_str());
                self.said_by(claimant.as_ref());
            }
            Event::ClaimAssigned { claim, assignee } => self.assigned(*claim, *assignee),
            Event::ClaimPlanned { claim, plan } => self.planned(*claim, plan),
            Event::RemarkMade { remark } => self.remarked(remark),
            Event::QuestionSettled { claim, .. } => {
                self.say("settled a question about ");
                self.claim(*claim);
            }
            Event::ClaimWithdrawn { claim, reason } => {
                self.say("withdrew ");
                self.claim(*claim);
                self.because(reason.as_str());
            }
            Event::ClaimReopened { claim, reopening } => self.reopened(*claim, reopening),
            _ => {}
        }
    }

    fn assigned(&mut self, claim: ClaimId, assignee: Option<PersonId>) {
        match assignee {
            Some(person) if self.by.is_some_and(|by| by.person == person) => {
                self.say("took ");
                self.claim(claim);
            }
            Some(person) => {
                self.say("gave ");
                self.claim(claim);
                self.say(" to ");
                self.person(person);
            }
            None => {
                self.say("gave ");
                self.claim(claim);
                self.say(" to nobody");
            }
        }
    }

    fn planned(&mut self, claim: ClaimId, plan: &Plan) {
        self.say("planned ");
        self.claim(claim);
        self.say(format!(" with {} priority", plan.priority.label()));
        match plan.due {
            Some(due) => {
                let due = crate::web::dates::written(due);
                self.say(format!(", wanted by {due}"));
            }
            None => self.say(", without a deadline"),
        }
    }

    fn remarked(&mut self, remark: &Remark) {
        let how = match (remark.kind, remark.answers) {
            (_, Some(_)) => "answered in the thread of ",
            (RemarkKind::Question, None) => "asked about ",
            (RemarkKind::Note, None) => "noted on ",
        };
        self.say(how);
        self.claim(remark.claim);
        if let Some(citation) = remark.citation {
            self.say(format!(", about citation {citation}"));
        }
        self.because(remark.words.as_str());
    }

    fn reopened(&mut self, claim: ClaimId, reopening: &Reopening) {
        match reopening {
            Reopening::Stale {
                snapshot,
                citations,
                ..
            } => {
                self.say("reopened ");
                self.claim(claim);
                let cited = counted(citations.len() as u64, "citation", "citations");
                self.say(format!(": the words of {cited} changed in "));
                self.snapshot(*snapshot);
            }
            Reopening::Reconsidered => {
                self.say("took ");
                self.claim(claim);
                self.say(" up again, which had been withdrawn");
            }
        }
    }

    pub(super) fn beside_claim(&mut self, event: &Event) {
        match event {
            Event::OtherCheckNoted { check } => {
                self.say("noted beside ");
                self.claim(check.claim);
                self.say(" what ");
                self.name(&check.review.publisher);
                self.say(" found: ");
                self.quote(check.review.rating.shown());
            }
            Event::OtherCheckRemoved { claim, reason, .. } => {
                self.say("took a check by others away from ");
                self.claim(*claim);
                self.because(reason.as_str());
            }
            Event::CitationMade { citation } => self.cited(citation),
            Event::CitationRemoved { claim, citation } => {
                self.say(format!("took citation {citation} of "));
                self.claim(*claim);
                self.say(" out of use");
            }
            Event::CitationReanchored {
                claim,
                citation,
                snapshot,
                result,
                ..
            } => {
                self.reanchored((*citation, *claim), *snapshot, result);
            }
            _ => {}
        }
    }

    fn cited(&mut self, citation: &Citation) {
        self.say("cited ");
        self.named_source(citation.source);
        self.say(match citation.stance {
            Stance::Supports => " in support of ",
            Stance::Refutes => " against ",
            Stance::Context => " as context for ",
        });
        self.claim(citation.claim);
        self.because(&citation.passage.quote);
    }

    fn reanchored(
        &mut self,
        (citation, claim): (CitationId, ClaimId),
        snapshot: SnapshotId,
        result: &Reanchoring,
    ) {
        self.say(format!("looked for the words of citation {citation} of "));
        self.claim(claim);
        self.say(" in ");
        self.snapshot(snapshot);
        match result {
            Reanchoring::Unchanged { .. } => self.say(" and found them unchanged"),
            Reanchoring::Moved { .. } => self.say(" and found them in another place"),
            Reanchoring::Altered { now, .. } => {
                self.say(" and found them changed");
                self.because(now);
            }
            Reanchoring::Gone => self.say(", and they are gone"),
            Reanchoring::Unreadable => self.say(", which cannot be read"),
        }
    }
}
