//! What can stand in the way of a deed.

use crate::capture::Unreadable;
use crate::capture::scan::Unclean;
use crate::domain::claim::Refusal;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, SourceId};
use crate::domain::person::{Deed, Role};
use crate::store::{Hindrance, StoreError};
use crate::text::anchor::NotLocated;

use super::sign_in::NotLinked;
use super::signing::NotSigned;

/// So many questions, in words.
fn questions(open: u32) -> String {
    match open {
        1 => "1 question".to_owned(),
        many => format!("{many} questions"),
    }
}

/// Why a deed was not done. Nothing of it was saved.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DeskError {
    /// The actor's role may not do this.
    #[error("your role may not {}; ask somebody who is at least {}", deed.in_words(), deed.least_role())]
    NotAllowed {
        /// What was tried.
        deed: Deed,
    },
    /// What the deed is about is not there.
    #[error("there is no {what} {id}")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// The claim's life does not allow it now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The life of one claim of several does not allow it now.
    #[error("claim {claim}: {why}; nothing was changed")]
    RefusedFor {
        /// Which.
        claim: ClaimId,
        /// Why.
        why: Refusal,
    },
    /// Somebody changed the claim since the actor saw it.
    #[error("somebody changed claim {claim} since you opened it; compare both versions and choose")]
    Conflict {
        /// The claim.
        claim: ClaimId,
        /// The entry that changed it last.
        now: EntryIndex,
    },
    /// Somebody changed the source since the actor saw it.
    #[error("somebody changed source {source_id} since you opened it; open it again and compare")]
    SourceConflict {
        /// The source.
        source_id: SourceId,
    },
    /// The reviewer would approve of a verdict of their own.
    #[error("whoever gave a verdict cannot approve it; ask a colleague")]
    OwnVerdict,
    /// The reviewer would judge a change under a verdict of their own.
    #[error(
        "whoever gave a verdict cannot judge that a change under it does not matter; ask a colleague"
    )]
    OwnChange,
    /// The claim was reworded since the verdict.
    #[error("the claim was reworded since this verdict; decide on its new wording")]
    OtherWording,
    /// The publication was corrected since the words changed.
    #[error("what was published was corrected since; decide again")]
    CorrectedSince,
    /// A source without an address cannot be fetched.
    #[error("this source has no address; write it into the source's sheet first, or upload a file")]
    NoAddress,
    /// A snapshot has no text that could be cited.
    #[error("no text could be read from this snapshot: {0}")]
    Unread(String),
    /// A capture is not where the deed needs it.
    #[error("this capture is {0} by now; look at it again")]
    CaptureStage(&'static str),
    /// Too many captures wait already.
    #[error("{0} captures wait already; let some of them end first")]
    QueueFull(u64),
    /// The verdict rests on nothing.
    #[error(
        "a verdict with this rating needs at least one citation; choose the words that it rests on"
    )]
    NothingCited,
    /// The scale has no such rating.
    #[error("the scale has no rating '{0}'; choose one of its ratings")]
    NoRating(String),
    /// A citation does not belong to the claim, or was taken out of use.
    #[error("citation {0} is not in use for this claim; choose among the claim's citations")]
    NotCited(i64),
    /// The article would support itself.
    #[error("a claim may not be supported by the article that it comes from; cite another source")]
    OwnArticle,
    /// The source does not speak for the one that was named.
    #[error(
        "this snapshot does not speak for source {0}; choose its own source or one that it cites"
    )]
    NotSpokenFor(i64),
    /// A chain of "as cited by" would lead back to its start.
    #[error("a source cannot be known through itself; choose another source as the citing one")]
    CircularChain,
    /// The claim has as many citations as it may have.
    #[error("this claim has {0} citations already, which is the most it may have")]
    TooManyCitations(usize),
    /// The claim has as many checks of others as it may have.
    #[error("a claim may have {0} checks of others at most; remove some first")]
    TooManyOtherChecks(usize),
    /// More claims were chosen for one act than it may have.
    #[error("one act arranges {0} claims at most; choose fewer, and do the rest after them")]
    TooManyAtOnce(usize),
    /// The quote has no place in the text.
    #[error(transparent)]
    NotLocated(#[from] NotLocated),
    /// The bytes hold no text.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The bytes are malware, or might be.
    #[error(transparent)]
    Unclean(#[from] Unclean),
    /// The sign-in name or the password is wrong; which, is not told.
    #[error("this sign-in name and password do not fit; check both and try again")]
    NotSignedIn,
    /// A link was used before, has expired or never was.
    #[error("a link works once, and for three days; ask an admin for a new one")]
    LinkSpent,
    /// The password is too weak.
    #[error("choose a password of 12 to 256 characters; several words are easy to keep in mind")]
    WeakPassword,
    /// The password is one that many people have.
    #[error(
        "this password, or one very like it, is among the most common ones; choose another, such as several words that do not belong together"
    )]
    CommonPassword,
    /// The password says the name of the desk or the person and little else.
    #[error("this password is made of the desk’s name or yours; choose one without them")]
    NamedPassword,
    /// The password that is to be replaced was not given.
    #[error("this is not the password that you have now; type it once more")]
    WrongPassword,
    /// A password, a code or a passkey does not show who somebody is.
    #[error("this is not right, or was used before; try again")]
    WrongFactor,
    /// Somebody waited too long between two steps.
    #[error("you waited too long, or this was done already; begin again")]
    StepGone,
    /// There is no second factor.
    #[error("recovery codes stand in for a second factor; set one up first")]
    NoFactor,
    /// The desk wants a second factor.
    #[error("at this desk you need a second factor; set up another before you give this one up")]
    FactorNeeded,
    /// An account of single sign-on is not linked or unlinked, or it is the only
    /// way in.
    #[error(transparent)]
    NotLinked(#[from] NotLinked),
    /// There is no such session.
    #[error("this session is over already")]
    NoSession,
    /// The sign-in name is taken or not usable.
    #[error(
        "choose another sign-in name: 2 to 64 letters, digits, dots, hyphens, underscores or @, not in use yet"
    )]
    BadSignIn,
    /// The last admin would go.
    #[error("the desk needs an admin; make somebody else an admin first")]
    LastAdmin,
    /// The data directory holds no desk.
    #[error(
        "there is no desk in this data directory; name the right one with --data, or run `citekeep serve` once to make one"
    )]
    NoDesk,
    /// The database is older than its newest checkpoint.
    #[error(
        "this database has {have} entries, but a checkpoint was signed for {signed}: it is an older copy. \
         Put the newer copy back, or run `citekeep accept-older-log --reason …` to go on without the lost entries"
    )]
    OlderLog {
        /// How many entries there are.
        have: u64,
        /// How many were once signed for.
        signed: u64,
    },
    /// The signing key cannot be used.
    #[error("the key in {path} cannot be used: {why}")]
    Key {
        /// The key file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// An article has a newer revision than the one that was seen.
    #[error(
        "somebody brought revision {now} of article {article} since you opened it; compare it with yours first"
    )]
    RevisedSince {
        /// The article.
        article: ArticleId,
        /// Its newest revision.
        now: u32,
    },
    /// A newer text of an article is the one that is there.
    #[error("this is the text that the article has already; nothing changed")]
    SameText,
    /// A claim's passage says what it said.
    #[error("the passage of this claim did not change; there is nothing to confirm")]
    NotDrifted,
    /// A remark is no open question.
    #[error("this is no open question; look at the thread again")]
    NoOpenQuestion,
    /// A question in the claim's thread is open.
    #[error("the thread of this claim has {} open; answer and settle before publishing", questions(*_0))]
    QuestionsOpen(u32),
    /// No scale has this key.
    #[error("there is no scale '{0}'; choose one of the desk's scales")]
    NoScale(String),
    /// Too many approvals are asked for.
    #[error("ask for {0} approvals at most")]
    TooManyApprovals(u32),
    /// Somebody adopted another version of a scale since the preview.
    #[error(
        "somebody adopted another version of the scale '{0}' meanwhile; compare it with yours first"
    )]
    ScaleConflict(String),
    /// The newest version of a scale says the same.
    #[error("the newest version of this scale says the same already; nothing changed")]
    SameScale,
    /// A token would be allowed more than tokens may be.
    #[error("a token may be {0} at most; choose a lesser role")]
    TokenRole(Role),
    /// A token would be good for nothing.
    #[error("choose at least one thing that the token may be used for")]
    TokenScope,
    /// A request with the same key was done, or is being done.
    #[error(
        "a request with this key was sent before and its answer is not known here: look whether it was done, in the changes of the last minutes; send a new key only if it was not"
    )]
    DoneBefore,
    /// A token would last too short or too long.
    #[error("choose a day from tomorrow to a year from now")]
    TokenDay,
    /// There are as many tokens as there may be.
    #[error("the desk has {0} tokens in use, which is the most it may have; revoke one first")]
    TooManyTokens(u64),
    /// A hook would be told nothing.
    #[error("choose at least one kind of event that it is told of")]
    HookKinds,
    /// There are as many hooks as there may be.
    #[error("the desk has {0} hooks, which is the most it may have; let one go first")]
    TooManyHooks(u64),
    /// Somebody changed something since the actor saw it.
    #[error("somebody changed this {0} since you opened it; open it again and compare")]
    ChangedSince(&'static str),
    /// Somebody keeps no filter of that name.
    #[error("you keep no filter called '{0}'")]
    NoFilter(String),
    /// Somebody keeps a filter of that name already.
    #[error("you keep a filter called '{0}' already; change that one, or choose another name")]
    FilterThere(String),
    /// Somebody keeps as many filters as they may.
    #[error("you keep {0} filters already, which is the most; let one go first")]
    TooManyFilters(usize),
    /// A signature is missing, or not what it should be.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// The evidence of a claim is larger than a bundle can be.
    #[error("{0}")]
    BundleTooLarge(String),
    /// Words that were to be used are erased.
    #[error("these words were erased; entry {erased} of the log says why. Choose others")]
    WordsErased {
        /// The entry that says so.
        erased: EntryIndex,
    },
    /// What was to be read is erased.
    #[error("this was erased for good; entry {erased} of the log says why")]
    Gone {
        /// The entry that says so.
        erased: EntryIndex,
    },
    /// What was brought was deleted before it was saved.
    #[error(
        "something was erased at this moment, and what you sent went with all that nothing named yet; send it again"
    )]
    BytesGone,
    /// An erasure was asked for that cannot be.
    #[error("{what} cannot be erased: {why}")]
    Unerasable {
        /// What was asked for.
        what: String,
        /// Why not.
        why: &'static str,
    },
    /// Nothing, or too much, was asked to be erased.
    #[error("choose from 1 to {0} things to erase at once")]
    ErasureSize(usize),
    /// Whoever asked for an erasure would decide on it alone.
    #[error("whoever asked for an erasure cannot decide on it; another admin consents or refuses")]
    OwnErasure,
    /// Somebody else asked for the erasure.
    #[error("only whoever asked for an erasure takes it back; refuse it instead, and say why")]
    OthersErasure,
    /// An erasure is not where the deed needs it.
    #[error("this erasure is {0} by now; look at it again")]
    ErasureEnded(&'static str),
    /// Whoever asked for the erasure is no admin of the desk any more.
    #[error("whoever asked for this is no admin of the desk any more; ask for it anew")]
    AskerGone,
    /// A program would ask for an erasure or decide on one.
    #[error("people ask for erasures and decide on them, programs never; sign in")]
    PeopleErase,
    /// Somebody would work with a sealed source that they may not see.
    #[error(
        "source {source_id} is sealed, and you are not among those who may see it; ask an editor"
    )]
    Sealed {
        /// The source.
        source_id: SourceId,
    },
    /// A source would be sealed for nobody.
    #[error("name at least one person of the desk who may see the source")]
    NoReaders,
    /// A source is not sealed.
    #[error("this source is not sealed")]
    NotSealed,
    /// Disk or database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    /// What of the machine stands in the way, where it is that.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Store(error) => error.hindrance(),
            _ => None,
        }
    }
}

/// Passes over what the machine does not take just now, of notes that are written
/// while somebody only reads.
pub(super) fn unless_hindered<T: Default>(done: Result<T, DeskError>) -> Result<T, DeskError> {
    match done {
        Err(error) if error.hindrance().is_some() => Ok(T::default()),
        done => done,
    }
}
