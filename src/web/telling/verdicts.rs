//! Sentences about verdicts, what colleagues said of them, and what was made of
//! them in public.

use crate::domain::change::Standing;
use crate::domain::claim::Approvals;
use crate::domain::event::Event;
use crate::domain::publication::{Correction, CorrectionKind};
use crate::domain::verdict::Verdict;

use super::Teller;
use super::sentence::counted;

/// How many approvals a verdict has, of those that the desk asks for.
fn approvals(has: Approvals, asked: Approvals) -> String {
    let has = counted(u64::from(has.0), "approval", "approvals");
    match asked.0 {
        0 => format!("{has}, where the desk asks for none"),
        asked => format!("{has} of {asked} asked for"),
    }
}

impl Teller<'_> {
    pub(super) fn verdict_event(&mut self, event: &Event) {
        match event {
            Event::VerdictGiven { verdict } => self.rated(verdict),
            Event::VerdictApproved {
                claim,
                note,
                approvals: has,
                asked,
                ..
            } => {
                self.say("approved the verdict on ");
                self.claim(*claim);
                self.say(format!(", which has {}", approvals(*has, *asked)));
                if let Some(note) = note {
                    self.because(note.as_str());
                }
            }
            Event::ApprovalTakenBack {
                claim,
                approvals: has,
                asked,
                ..
            } => {
                self.say("took back the approval of the verdict on ");
                self.claim(*claim);
                self.say(format!(", which has {} now", approvals(*has, *asked)));
            }
            Event::VerdictDissented { claim, note, .. } => {
                self.say("dissented from the verdict on ");
                self.claim(*claim);
                self.because(note.as_str());
            }
            Event::ChangeDismissed { claim, dismissal } => {
                self.say("judged that the changed words of ");
                self.snapshot(dismissal.snapshot);
                self.say(" do not matter to ");
                self.claim(*claim);
                self.say(match dismissal.restores {
                    Standing::Decided => ", whose verdict stands again",
                    Standing::Approved => ", whose approved verdict stands again",
                    Standing::Published => ", whose published verdict stands again",
                });
                self.because(dismissal.reason.as_str());
            }
            Event::VerdictPublished { publication } => {
                self.say("published the verdict on ");
                self.claim(publication.claim);
                let has = approvals(publication.approvals, publication.asked);
                self.say(format!(", with {has}"));
            }
            Event::PublicationCorrected { correction } => self.corrected(correction),
            _ => {}
        }
    }

    fn rated(&mut self, verdict: &Verdict) {
        self.say("rated ");
        self.claim(verdict.claim);
        self.say(" ");
        self.name(&verdict.rating.label);
        match verdict.evidence.len() as u64 {
            0 => self.say(", resting on no citation"),
            count => {
                let cited = counted(count, "citation", "citations");
                self.say(format!(", resting on {cited}"));
            }
        }
    }

    fn corrected(&mut self, correction: &Correction) {
        self.say(match correction.kind {
            CorrectionKind::Correction => "published a correction of ",
            CorrectionKind::Clarification => "published a clarification of ",
            CorrectionKind::Update => "published an update of ",
            CorrectionKind::Retraction => "retracted the published verdict on ",
        });
        self.claim(correction.claim);
        self.because(correction.note.as_str());
    }
}
