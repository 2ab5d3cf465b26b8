//! The rules of the states, over deeds in any order by anybody: whatever people
//! try, what stands and what is public keeps to them.

use std::collections::BTreeSet;

use citekeep::desk::snapshots;
use citekeep::desk::{Actor, DeskError, changes, citations, claims, publishing, verdicts};
use citekeep::domain::citation::Stance;
use citekeep::domain::claim::ClaimState;
use citekeep::domain::ids::{CitationId, ClaimId, PersonId, SnapshotId, SourceId};
use citekeep::domain::person::{Deed, Role};
use citekeep::domain::publication::{CorrectionKind, Opinion};
use citekeep::domain::words::{Rationale, Statement};
use citekeep::store;
use citekeep::store::claims::Claim;
use citekeep::store::verdicts::Given;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::{TestDesk, desk, note, pasted};

/// What somebody tries.
#[derive(Debug, Clone, Copy)]
enum Try {
    Cite,
    Uncite,
    Decide {
        cited: bool,
        proven: bool,
    },
    Approve,
    Dissent,
    Publish,
    Correct(CorrectionKind),
    Reword,
    Withdraw,
    Reconsider,
    /// The source is looked at again, and says what was cited, or not.
    Look {
        changed: bool,
    },
    Dismiss,
}

impl Try {
    /// What whoever tries it must be allowed.
    fn deed(self) -> Deed {
        match self {
            Self::Cite | Self::Uncite => Deed::Cite,
            Self::Decide { .. } => Deed::Decide,
            Self::Approve | Self::Dissent | Self::Dismiss => Deed::Judge,
            Self::Publish => Deed::Publish,
            Self::Correct(_) => Deed::Correct,
            Self::Reword => Deed::OpenClaim,
            Self::Withdraw | Self::Reconsider => Deed::Withdraw,
            Self::Look { .. } => Deed::AddSource,
        }
    }
}

fn tries() -> impl Strategy<Value = Vec<(usize, Try)>> {
    let kinds = [
        CorrectionKind::Correction,
        CorrectionKind::Clarification,
        CorrectionKind::Update,
        CorrectionKind::Retraction,
    ];
    let one = prop_oneof![
        3 => Just(Try::Cite),
        1 => Just(Try::Uncite),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(cited, proven)| Try::Decide { cited, proven }),
        4 => Just(Try::Approve),
        1 => Just(Try::Dissent),
        4 => Just(Try::Publish),
        2 => proptest::sample::select(kinds.to_vec()).prop_map(Try::Correct),
        1 => Just(Try::Reword),
        1 => Just(Try::Withdraw),
        1 => Just(Try::Reconsider),
        2 => any::<bool>().prop_map(|changed| Try::Look { changed }),
        1 => Just(Try::Dismiss),
    ];
    // Those who may do more try more often, so that much of it comes about.
    let who = proptest::sample::select(vec![0, 1, 1, 2, 3, 3, 3]);
    proptest::collection::vec((who, one), 6..24)
}

const SAME: &str = "It rained. The bridge was opened in 1932. It rained again.";
const OTHER: &str = "It rained. The bridge was opened in 1933. It rained again.";
const QUOTE: &str = "The bridge was opened in 1932.";

/// A desk with one claim, and what may be done about it.
struct Room {
    desk: TestDesk,
    people: [(Actor, Role); 4],
    claim: ClaimId,
    source: SourceId,
}

impl Room {
    fn new() -> Self {
        let desk = desk();
        let claim = desk.claim("The bridge opened in 1932.");
        let source = desk.source("The city's report");
        desk.snapshot(source, SAME);
        let people = [
            (desk.researcher, Role::Researcher),
            (desk.reviewer, Role::Reviewer),
            (desk.second, Role::Reviewer),
            (desk.editor, Role::Editor),
        ];
        Self {
            desk,
            people,
            claim,
            source,
        }
    }

    fn found(&self) -> Claim {
        let found = self
            .desk
            .desk
            .read(|db| Ok(store::claims::get(db, self.claim)?));
        found.expect("the claim")
    }

    fn cited(&self) -> Vec<store::citations::Cited> {
        let cited = self
            .desk
            .desk
            .read(|db| Ok(store::citations::list(db, self.claim)?));
        let cited = cited.expect("its citations");
        cited.into_iter().filter(|cited| !cited.removed).collect()
    }

    fn given(&self, state: ClaimState) -> Option<Given> {
        let verdict = state.verdict()?;
        let given = self
            .desk
            .desk
            .read(|db| Ok(store::verdicts::get(db, verdict)?));
        Some(given.expect("the verdict"))
    }

    /// Who approves of a verdict now.
    fn approvers(&self, given: &Given) -> BTreeSet<PersonId> {
        let voiced = self
            .desk
            .desk
            .read(|db| Ok(store::verdicts::opinions(db, given.verdict.id)?));
        let voiced = voiced.expect("what colleagues said");
        let approving = voiced
            .iter()
            .filter(|voiced| voiced.opinion == Opinion::Approval);
        approving.map(|voiced| voiced.person).collect()
    }

    fn newest(&self) -> SnapshotId {
        let newer = self
            .cited()
            .into_iter()
            .filter_map(|cited| cited.newer)
            .max();
        newer.unwrap_or(SnapshotId::FIRST)
    }

    fn attempt(&self, actor: Actor, what: Try) -> Result<(), DeskError> {
        let (desk, seen) = (&self.desk.desk, self.desk.seen(self.claim));
        let claim = self.claim;
        match what {
            Try::Cite => {
                let new = citations::NewCitation {
                    claim,
                    source: None,
                    snapshot: SnapshotId::FIRST,
                    quote: QUOTE.to_owned(),
                    text: None,
                    near: None,
                    stance: Stance::Supports,
                };
                citations::make(desk, actor, new).map(|_| ())
            }
            Try::Uncite => {
                let first = self.cited().first().map(|cited| cited.citation.id);
                let first = first.unwrap_or(CitationId::FIRST);
                citations::remove(desk, actor, claim, first)
            }
            Try::Decide { cited, proven } => {
                let all = self.cited().into_iter().map(|cited| cited.citation.id);
                let draft = verdicts::Draft {
                    rating: if proven { "true" } else { "unproven" }.to_owned(),
                    rationale: Rationale::parse("The report says so.").expect("a rationale"),
                    citations: all.filter(|_| cited).collect(),
                };
                verdicts::give(desk, actor, seen, draft).map(|_| ())
            }
            Try::Approve => verdicts::approve(desk, actor, seen, None),
            Try::Dissent => verdicts::dissent(desk, actor, seen, note("I doubt it.")),
            Try::Publish => publishing::publish(desk, actor, seen).map(|_| ()),
            Try::Correct(kind) => {
                publishing::correct(desk, actor, seen, kind, note("So it is.")).map(|_| ())
            }
            Try::Reword => {
                let version = self.found().wording + 1;
                let words = format!("The bridge opened in 1932, they said {version} times.");
                let words = Statement::parse(&words).expect("a statement");
                claims::reword(desk, actor, seen, words, None)
            }
            Try::Withdraw => claims::withdraw(desk, actor, seen, note("It is settled.")),
            Try::Reconsider => claims::reconsider(desk, actor, seen),
            Try::Look { changed } => {
                let words = if changed { OTHER } else { SAME };
                snapshots::take(desk, actor, pasted(self.source, words)).map(|_| ())
            }
            Try::Dismiss => {
                let seen = (seen.0, seen.1, self.newest());
                changes::dismiss(desk, actor, seen, note("It does not matter."))
            }
        }
    }

    /// What holds after every try, done or refused.
    fn holds(&self, was_public: &mut bool) {
        let found = self.found();
        let public = self
            .desk
            .desk
            .read(|db| Ok(store::public::find(db, self.claim)?));
        let public = public.expect("what is public");
        if let Some(given) = self.given(found.state) {
            assert_eq!(
                given.verdict.wording, found.wording,
                "a verdict is about the words as they stand"
            );
            assert!(
                !found.stale,
                "what stands does not rest on words that changed"
            );
            self.is_well_founded(&given);
        }
        if let ClaimState::Approved { .. } | ClaimState::Published { .. } = found.state {
            let given = self.given(found.state).expect("a verdict");
            self.has_four_eyes(&given);
        }
        if let ClaimState::Published { verdict, .. } = found.state {
            let shown = public.as_ref().expect("what is published is shown");
            assert_eq!(shown.verdict.id, verdict, "what is shown is what stands");
            assert!(!shown.retracted, "what was taken back does not stand");
        }
        assert!(public.is_some() || found.published.is_none());
        assert!(
            public.is_some() || !*was_public,
            "nothing public disappears"
        );
        *was_public = public.is_some();
        if let Some(shown) = public {
            let given = self
                .desk
                .desk
                .read(|db| Ok(store::verdicts::get(db, shown.verdict.id)?));
            self.has_four_eyes(&given.expect("the verdict"));
        }
    }

    /// A verdict has words under it, unless its rating says that there are none,
    /// and they stand where it says.
    fn is_well_founded(&self, given: &Given) {
        let verdict = &given.verdict;
        assert!(verdict.rating.uncited || !verdict.evidence.is_empty());
        for evidence in &verdict.evidence {
            let text = self.desk.desk.read(|db| {
                let cited = store::citations::get(db, evidence.citation)?;
                Ok(db
                    .shelf()
                    .text(cited.citation.text_hash)?
                    .slice(evidence.span)
                    .map(str::to_owned))
            });
            assert_eq!(
                text.expect("its text").as_deref(),
                Some(evidence.quote.as_str())
            );
        }
    }

    /// Somebody other than its reviewer approved it.
    fn has_four_eyes(&self, given: &Given) {
        let approvers = self.approvers(given);
        let by = given.by.expect("a reviewer").person;
        assert!(
            !approvers.contains(&by),
            "nobody approves their own verdict"
        );
        assert!(!approvers.is_empty(), "somebody approved it");
    }
}

/// Whether a refusal is one that a rule of the desk gives, and no breakdown.
fn is_a_rule(error: &DeskError) -> bool {
    !matches!(
        error,
        DeskError::Store(_) | DeskError::NoDesk | DeskError::Key { .. }
    )
}

proptest! {
    #![proptest_config(Config { cases: 32, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_order_of_deeds_leads_around_the_rules(tries in tries()) {
        let room = Room::new();
        let mut was_public = false;
        for (who, what) in tries {
            let (actor, role) = room.people[who];
            let before = room.found();
            let done = room.attempt(actor, what);
            match &done {
                Ok(()) => prop_assert!(role.may(what.deed()), "{role} did {what:?}"),
                Err(error) => prop_assert!(is_a_rule(error), "{what:?}: {error}"),
            }
            let after = room.found();
            if done.is_err() {
                prop_assert_eq!(before.rev, after.rev, "what is refused leaves no trace");
            }
            if before.state == ClaimState::Withdrawn && after.state != ClaimState::Withdrawn {
                prop_assert!(matches!(what, Try::Reconsider), "{:?} brought it back", what);
            }
            if after.corrected && !before.corrected {
                prop_assert!(before.published.is_some(), "only what was public is corrected");
            }
            room.holds(&mut was_public);
        }
        room.desk.is_clean();
    }
}
