//! Why a claim is not published yet: each rule that is not met, and where it
//! is met. What does not stand in the way but should be looked at is told too.

use crate::domain::citation::Reanchoring;
use crate::domain::claim::{ClaimState, Reopening};
use crate::domain::ids::{PersonId, SnapshotId, SourceId, VerdictId};
use crate::domain::person::Deed;
use crate::domain::publication::Opinion;
use crate::store::people::Person;

use super::Rules;
use super::dossier::{CitationFile, Dossier, VerdictFile};

/// How many colleagues are named who may approve.
const NAMED: usize = 5;

/// Where a rule is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Where a source is cited.
    Cite,
    /// Where a verdict is given.
    Decide,
    /// Where a colleague approves or dissents.
    Judge,
    /// Where the verdict is published.
    Publish,
    /// Where the claim is talked about.
    Thread,
    /// Where the claim's passage of its article is shown.
    Passage,
    /// Where a reviewer says that a change does not matter.
    Dismiss,
    /// Where a withdrawn claim is taken up again.
    TakeUp,
    /// Where two snapshots of a source are compared.
    Compare {
        /// The source.
        source: SourceId,
        /// The snapshot in which the words stand.
        from: SnapshotId,
        /// The newer one.
        to: SnapshotId,
    },
    /// A snapshot.
    Snapshot(SnapshotId),
}

impl Way {
    /// What one must be allowed to do to go this way.
    pub const fn deed(self) -> Deed {
        match self {
            Self::Cite => Deed::Cite,
            Self::Decide => Deed::Decide,
            Self::Judge | Self::Dismiss => Deed::Judge,
            Self::Publish => Deed::Publish,
            Self::Thread => Deed::Discuss,
            Self::Passage => Deed::OpenClaim,
            Self::TakeUp => Deed::Withdraw,
            Self::Compare { .. } | Self::Snapshot(_) => Deed::Read,
        }
    }
}

/// One rule that keeps a claim from being published, or that should be looked
/// at before it is, and how to meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// What is missing.
    pub rule: String,
    /// What to do.
    pub remedy: String,
    /// Where it is done.
    pub way: Option<Way>,
    /// Whether publication is refused until it is done.
    pub blocks: bool,
}

impl Blocker {
    fn block(rule: impl Into<String>, remedy: impl Into<String>, way: Way) -> Self {
        Self {
            rule: rule.into(),
            remedy: remedy.into(),
            way: Some(way),
            blocks: true,
        }
    }

    fn notice(rule: impl Into<String>, remedy: impl Into<String>, way: Way) -> Self {
        Self {
            blocks: false,
            ..Self::block(rule, remedy, way)
        }
    }
}

/// What stands between a claim and publication; what blocks comes first.
pub(super) fn of(dossier: &Dossier, rules: &Rules) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    if dossier.claim.stale {
        blockers.extend(changed_words(dossier));
    }
    blockers.extend(open_questions(dossier));
    blockers.extend(next_step(dossier, rules));
    blockers.extend(notices(dossier));
    blockers
}

/// The verdict that stands, or the one that stood until its words changed.
fn judged(dossier: &Dossier) -> Option<VerdictId> {
    match &dossier.claim.reopening {
        Some(Reopening::Stale { verdict, .. }) => Some(*verdict),
        _ => dossier.claim.state.verdict(),
    }
}

fn changed_words(dossier: &Dossier) -> Vec<Blocker> {
    let evidence = judged(dossier)
        .and_then(|id| dossier.verdict(id))
        .map(|file| file.given.verdict.evidence.as_slice())
        .unwrap_or_default();
    let rests = |file: &&CitationFile| {
        let id = file.cited.citation.id;
        evidence.iter().any(|evidence| evidence.citation == id)
    };
    let changed: Vec<Blocker> = dossier
        .citations
        .iter()
        .filter(rests)
        .filter_map(changed)
        .collect();
    if changed.is_empty() {
        return vec![Blocker::block(
            "The words under the last verdict changed in a newer snapshot.",
            "Cite words that stand and decide again.",
            Way::Decide,
        )];
    }
    changed
}

/// What happened to the words of one citation since.
fn changed(file: &CitationFile) -> Option<Blocker> {
    let (id, newer) = (file.cited.citation.id, file.cited.newer?);
    let compare = Way::Compare {
        source: file.snapshot.snapshot.source,
        from: file.cited.citation.snapshot,
        to: newer,
    };
    match file.cited.reanchored.as_ref()? {
        Reanchoring::Altered { .. } => Some(Blocker::block(
            format!("The words of citation {id} changed in a newer snapshot."),
            "Compare them. If the change matters, cite the newer words and decide again; if not, a reviewer says so on record.",
            compare,
        )),
        Reanchoring::Gone => Some(Blocker::block(
            format!("The words of citation {id} are gone from the newest snapshot."),
            "Compare both. Cite other words and decide again, or a reviewer says on record that it does not matter.",
            compare,
        )),
        Reanchoring::Unreadable => Some(Blocker::block(
            format!("The newest snapshot under citation {id} cannot be read."),
            "Look at why, and upload a readable copy; or decide again on other words.",
            Way::Snapshot(newer),
        )),
        Reanchoring::Unchanged { .. } | Reanchoring::Moved { .. } => None,
    }
}

fn open_questions(dossier: &Dossier) -> Option<Blocker> {
    let rule = match dossier.claim.questions {
        0 => return None,
        1 => "A question in the thread is open.".to_owned(),
        open => format!("{open} questions in the thread are open."),
    };
    let remedy = "Somebody answers in the thread and settles it.";
    Some(Blocker::block(rule, remedy, Way::Thread))
}

/// What the claim's state waits for.
fn next_step(dossier: &Dossier, rules: &Rules) -> Vec<Blocker> {
    let publish = || {
        Blocker::block(
            "The verdict is not published yet.",
            "An editor publishes it.",
            Way::Publish,
        )
    };
    match dossier.claim.state {
        ClaimState::Open | ClaimState::InReview => undecided(dossier),
        ClaimState::Decided { verdict } => match approvals_missing(dossier, verdict, rules) {
            Some(missing) => vec![missing],
            None => vec![publish()],
        },
        ClaimState::Approved { .. } => vec![publish()],
        ClaimState::Withdrawn => vec![Blocker::block(
            "The claim is withdrawn.",
            "An editor can take it up again.",
            Way::TakeUp,
        )],
        ClaimState::Published { .. } => Vec::new(),
    }
}

fn undecided(dossier: &Dossier) -> Vec<Blocker> {
    let mut missing = Vec::new();
    if dossier.in_use().next().is_none() {
        missing.push(Blocker::block(
            "Nothing is cited yet.",
            "Cite the words of a source, or choose a rating that needs none.",
            Way::Cite,
        ));
    }
    if !dossier.claim.stale {
        missing.push(Blocker::block(
            "There is no verdict yet.",
            "A reviewer decides.",
            Way::Decide,
        ));
    }
    missing
}

/// Four eyes: whoever gave a verdict cannot approve it.
fn approvals_missing(dossier: &Dossier, verdict: VerdictId, rules: &Rules) -> Option<Blocker> {
    let file = dossier.verdict(verdict);
    let (have, asked) = (
        file.map_or(0, VerdictFile::approvals),
        rules.approvals.0 as usize,
    );
    if have >= asked {
        return None;
    }
    let giver = file.and_then(|file| file.given.by).map(|by| by.person);
    let who = may_approve(file, giver, &dossier.people);
    let by = dossier.name(giver);
    let remedy = if who.is_empty() {
        format!("A reviewer other than {by} approves it, but there is none; an admin adds one.")
    } else {
        format!("A reviewer other than {by} reads it and approves: {who}.")
    };
    Some(Blocker::block(
        format!("The verdict has {have} of {asked} approvals."),
        remedy,
        Way::Judge,
    ))
}

/// The names of those who may approve and have not yet.
fn may_approve(file: Option<&VerdictFile>, giver: Option<PersonId>, people: &[Person]) -> String {
    let approved = |person: PersonId| {
        file.is_some_and(|file| {
            file.opinions
                .iter()
                .any(|voiced| voiced.person == person && voiced.opinion == Opinion::Approval)
        })
    };
    let able: Vec<&str> = people
        .iter()
        .filter(|person| !person.gone && person.role.may(Deed::Judge))
        .filter(|person| Some(person.id) != giver && !approved(person.id))
        .map(|person| person.name.as_str())
        .collect();
    match able.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] if able.len() <= NAMED => format!("{} or {last}", all.join(", ")),
        many => format!(
            "{} or one of {} others",
            many[..NAMED].join(", "),
            many.len() - NAMED
        ),
    }
}

/// What does not stand in the way, but should be known before publication.
fn notices(dossier: &Dossier) -> Vec<Blocker> {
    let mut notices = Vec::new();
    let waits = !matches!(
        dossier.claim.state,
        ClaimState::Published { .. } | ClaimState::Withdrawn
    );
    if dossier.claim.drifted && waits {
        notices.push(Blocker::notice(
            "The article says something else now than when this claim was marked.",
            "Compare the passage. Change the wording, or confirm in the article that the claim still says it.",
            Way::Passage,
        ));
    }
    if dossier.claim.dissents > 0 && waits && dossier.claim.state.verdict().is_some() {
        let rule = match dossier.claim.dissents {
            1 => "A colleague dissents from the verdict.".to_owned(),
            many => format!("{many} colleagues dissent from the verdict."),
        };
        let remedy = "Read why before you publish; the dissent stays on record.";
        notices.push(Blocker::notice(rule, remedy, Way::Judge));
    }
    if dossier.only_secondary() && waits {
        notices.push(Blocker::notice(
            "Everything cited is a secondary source.",
            "Cite the first source if you can get it; otherwise the public page says so.",
            Way::Cite,
        ));
    }
    notices
}
