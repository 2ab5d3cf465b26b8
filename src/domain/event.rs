//! Events: what the log records. The shape of a variant is frozen once it has
//! landed; a new need is a new variant. `tests/it/golden` keeps one encoded
//! example of each.

use serde::{Deserialize, Serialize};

use super::article::{ArticleSheet, Aside, AsideKept, Revision};
use super::change::{ArchiveCopy, Confirmation, Dismissal, Interval};
use super::citation::{Citation, Reanchoring};
use super::claim::{Appearance, Approvals, Claimant, Reopening};
use super::erasure::{Erasure, ErasureRequest};
use super::ids::{
    ArticleId, CitationId, ClaimId, EntryIndex, OtherCheckId, PersonId, RemarkId, SnapshotId,
    SourceId, TextId,
};
use super::locator::Locators;
use super::other_check::OtherCheck;
use super::passkey::{Octets, Passkey, SigningRule};
use super::person::Role;
use super::plan::Plan;
use super::publication::{Correction, Publication, VerdictRef};
use super::remark::Remark;
use super::response::Response;
use super::scale::Scale;
use super::sheet::DeskSheet;
use super::snapshot::{DerivedText, Snapshot};
use super::source::SourceSheet;
use super::verdict::Verdict;
use super::words::{Key, Name, Note, Statement};

pub use super::record::{Record, statement};

/// One thing that was decided. It holds whole new values, never differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The desk was set up.
    DeskOpened {
        /// The desk's name.
        name: Name,
        /// The key that signs its checkpoints, as a C2SP verifier key.
        verifier_key: String,
    },
    /// An older copy of the log was put back knowingly: entries that a signed
    /// checkpoint once covered are lost.
    OlderLogAccepted {
        /// The newest checkpoint that covers entries which are lost, as it was
        /// signed.
        lost: String,
        /// Why.
        reason: Note,
    },
    /// The desk says something else about itself.
    DeskDescribed {
        /// All that it says.
        sheet: DeskSheet,
    },
    /// The desk works by other rules from here on.
    RulesSet {
        /// How many approvals a verdict needs.
        approvals: Approvals,
        /// The key of the scale that verdicts use.
        scale: Key,
    },
    /// A scale, or a new version of one, was taken into use.
    ScaleAdopted {
        /// The scale.
        scale: Scale,
    },
    /// Somebody joined the desk.
    PersonJoined {
        /// Names the person.
        person: PersonId,
        /// The person's name as pages show it.
        name: Name,
        /// What the person may do.
        role: Role,
    },
    /// Somebody's role changed.
    RoleChanged {
        /// The person.
        person: PersonId,
        /// The new role.
        role: Role,
    },
    /// Somebody left the desk and can no longer sign in.
    PersonLeft {
        /// The person.
        person: PersonId,
    },
    /// An article came under check.
    ArticleAdded {
        /// Names the article.
        article: ArticleId,
        /// What is said about it.
        sheet: ArticleSheet,
        /// Its first text.
        revision: Revision,
    },
    /// An article has a newer text.
    ArticleRevised {
        /// The article.
        article: ArticleId,
        /// What is said about it now.
        sheet: ArticleSheet,
        /// The newer text.
        revision: Revision,
        /// The passages set aside whose words still stand; the others are to
        /// be looked at again.
        asides: Vec<AsideKept>,
    },
    /// Somebody judged that a passage of an article needs no check.
    PassageSetAside {
        /// The passage.
        aside: Aside,
    },
    /// A passage is to be checked after all.
    PassageTakenUp {
        /// The article.
        article: ArticleId,
        /// The entry that had set it aside.
        aside: EntryIndex,
    },
    /// A claim's passage was looked for in a newer revision of its article.
    PassageReanchored {
        /// The claim.
        claim: ClaimId,
        /// The article.
        article: ArticleId,
        /// The newer revision.
        revision: u32,
        /// What became of the words.
        result: Reanchoring,
    },
    /// Somebody judged that a claim still says what its changed passage says.
    PassageAccepted {
        /// The claim.
        claim: ClaimId,
        /// The article.
        article: ArticleId,
        /// The revision in which the passage changed.
        revision: u32,
    },
    /// A checkable statement was marked.
    ClaimOpened {
        /// Names the claim.
        claim: ClaimId,
        /// Its first wording.
        statement: Statement,
        /// Who made it.
        claimant: Option<Claimant>,
        /// Where it was made.
        appearance: Appearance,
    },
    /// A claim got a new wording.
    ClaimReworded {
        /// The claim.
        claim: ClaimId,
        /// Counts the wordings of the claim, from 1.
        wording: u32,
        /// The new wording.
        statement: Statement,
        /// Who made it.
        claimant: Option<Claimant>,
    },
    /// A claim was given to somebody, or to nobody.
    ClaimAssigned {
        /// The claim.
        claim: ClaimId,
        /// Who works on it now.
        assignee: Option<PersonId>,
    },
    /// It was said how urgent a claim is and by when it is wanted.
    ClaimPlanned {
        /// The claim.
        claim: ClaimId,
        /// What was said.
        plan: Plan,
    },
    /// Somebody wrote a remark into a claim's thread.
    RemarkMade {
        /// The remark.
        remark: Remark,
    },
    /// A question in a claim's thread is answered.
    QuestionSettled {
        /// The claim.
        claim: ClaimId,
        /// The question.
        remark: RemarkId,
    },
    /// A claim was taken off the desk.
    ClaimWithdrawn {
        /// The claim.
        claim: ClaimId,
        /// Why.
        reason: Note,
    },
    /// A claim was reopened.
    ClaimReopened {
        /// The claim.
        claim: ClaimId,
        /// Why.
        reopening: Reopening,
    },
    /// A source was added.
    SourceAdded {
        /// Names the source.
        source: SourceId,
        /// What is said about it.
        sheet: SourceSheet,
    },
    /// What is said about a source changed.
    SourceRevised {
        /// The source.
        source: SourceId,
        /// Counts the sheets of the source, from 1.
        version: u32,
        /// The new sheet.
        sheet: SourceSheet,
    },
    /// A source was captured.
    SnapshotTaken {
        /// The capture.
        snapshot: Snapshot,
    },
    /// A text was derived from a capture.
    TextDerived {
        /// The text.
        text: DerivedText,
    },
    /// A captured source was fetched from its server, which answered so.
    SnapshotFetched {
        /// The capture.
        snapshot: SnapshotId,
        /// The answer.
        response: Response,
    },
    /// No text could be derived from a capture; its bytes are kept.
    SnapshotUnread {
        /// The capture.
        snapshot: SnapshotId,
        /// Why not.
        reason: Note,
    },
    /// A document's own places were found in a text derived from it.
    TextLocated {
        /// The text.
        text: TextId,
        /// The places.
        locators: Locators,
    },
    /// A source was looked at again and still says the same.
    SnapshotConfirmed {
        /// Its newest capture.
        snapshot: SnapshotId,
        /// How that is known.
        how: Confirmation,
    },
    /// An archive elsewhere keeps a copy of what was captured.
    SnapshotArchived {
        /// The capture.
        snapshot: SnapshotId,
        /// The copy.
        copy: ArchiveCopy,
    },
    /// A source is to be looked at again regularly, or not any more.
    RecheckScheduled {
        /// The source.
        source: SourceId,
        /// How often; nothing: not any more.
        every: Option<Interval>,
    },
    /// A reviewer judged that a change of cited words does not matter.
    ChangeDismissed {
        /// The claim.
        claim: ClaimId,
        /// The judgement.
        dismissal: Dismissal,
    },
    /// A claim was tied to words.
    CitationMade {
        /// The citation.
        citation: Citation,
    },
    /// A citation was taken out of use; verdicts that rest on it keep it.
    CitationRemoved {
        /// The claim.
        claim: ClaimId,
        /// The citation.
        citation: CitationId,
    },
    /// A citation's words were looked for in a newer text of their source.
    CitationReanchored {
        /// The claim.
        claim: ClaimId,
        /// The citation.
        citation: CitationId,
        /// The newer snapshot.
        snapshot: SnapshotId,
        /// Its text, where it has a readable one.
        text: Option<TextId>,
        /// What became of the words.
        result: Reanchoring,
    },
    /// A reviewer gave a verdict.
    VerdictGiven {
        /// The verdict.
        verdict: Verdict,
    },
    /// A colleague approved a verdict.
    VerdictApproved {
        /// The claim.
        claim: ClaimId,
        /// The verdict.
        verdict: VerdictRef,
        /// What the colleague said.
        note: Option<Note>,
        /// How many approvals it has, this one counted.
        approvals: Approvals,
        /// How many the desk asks for.
        asked: Approvals,
    },
    /// Whoever approved a verdict took that back, by the dissent that follows.
    ApprovalTakenBack {
        /// The claim.
        claim: ClaimId,
        /// The verdict.
        verdict: VerdictRef,
        /// How many approvals it has without this one.
        approvals: Approvals,
        /// How many the desk asked for then.
        asked: Approvals,
    },
    /// A colleague dissented from a verdict.
    VerdictDissented {
        /// The claim.
        claim: ClaimId,
        /// The verdict.
        verdict: VerdictRef,
        /// Why.
        note: Note,
    },
    /// An editor made a verdict public.
    VerdictPublished {
        /// The publication.
        publication: Publication,
    },
    /// An editor corrected something public.
    PublicationCorrected {
        /// The correction.
        correction: Correction,
    },
    /// Somebody else's check of a claim was noted beside it.
    OtherCheckNoted {
        /// The check.
        check: OtherCheck,
    },
    /// Somebody else's check is not shown beside a claim any more.
    OtherCheckRemoved {
        /// The claim.
        claim: ClaimId,
        /// The check.
        check: OtherCheckId,
        /// Why.
        reason: Note,
    },
    /// The desk signs with another key from here on, and the old one vouches
    /// for it.
    KeyRotated {
        /// The key that signed until then, as a C2SP verifier key.
        previous: String,
        /// The signed note that names both keys and this place in the log.
        statement: String,
        /// The key that signs from here on, as a C2SP verifier key.
        verifier_key: String,
    },
    /// The desk signs with another key from here on, because the old one was
    /// lost: nothing but the log's own word ties the new one to it.
    KeyReplaced {
        /// The key that was lost, as a C2SP verifier key.
        previous: String,
        /// Why.
        reason: Note,
        /// The note that names both keys and this place, signed by the new one
        /// alone.
        statement: String,
        /// The key that signs from here on, as a C2SP verifier key.
        verifier_key: String,
    },
    /// It was set whether reviewers sign with passkeys.
    SigningRuled {
        /// The rule from here on.
        rule: SigningRule,
    },
    /// Somebody registered a passkey of their own.
    PasskeyRegistered {
        /// The passkey.
        passkey: Passkey,
    },
    /// A passkey signs no more.
    PasskeyRetired {
        /// Whose it was.
        person: PersonId,
        /// The passkey.
        credential: Octets,
    },
    /// An admin asked to have something erased.
    ErasureAsked {
        /// What, and why.
        request: ErasureRequest,
    },
    /// Whoever asked for an erasure took that back.
    ErasureWithdrawn {
        /// The entry that asked.
        asked: EntryIndex,
    },
    /// Another admin refused an erasure.
    ErasureRefused {
        /// The entry that asked.
        asked: EntryIndex,
        /// Why.
        reason: Note,
    },
    /// Another admin consented, and something was erased.
    Erased {
        /// What went, and what is left of it.
        erasure: Erasure,
    },
    /// A source is confidential from here on, or its readers changed.
    SourceSealed {
        /// The source.
        source: SourceId,
        /// Who may see it, in the order of their numbers.
        readers: Vec<PersonId>,
    },
    /// A source is confidential no longer.
    SourceUnsealed {
        /// The source.
        source: SourceId,
    },
}
