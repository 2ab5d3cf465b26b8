//! Which of the desk's refusals has which status, and what it is called for
//! good.

use actix_web::http::StatusCode;

use crate::desk::DeskError;
use crate::desk::sign_in::NotLinked;
use crate::desk::signing::NotSigned;
use crate::store::StoreError;

/// A kind of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotAllowed,
    NoSuch,
    Refused,
    Changed,
    DoneBefore,
    NotRight,
    NotSignedIn,
    LinkSpent,
    Gone,
}

impl Refusal {
    /// Its status, its name for programs, and its title.
    pub(super) const fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotAllowed => (StatusCode::FORBIDDEN, "not-allowed", "You may not do this"),
            Self::NoSuch => (
                StatusCode::NOT_FOUND,
                "not-found",
                "There is no such thing here",
            ),
            Self::Refused => (
                StatusCode::CONFLICT,
                "refused",
                "The desk’s rules do not allow this",
            ),
            Self::Changed => (
                StatusCode::CONFLICT,
                "changed-meanwhile",
                "Somebody was quicker",
            ),
            Self::DoneBefore => (
                StatusCode::CONFLICT,
                "done-before",
                "This request was sent before",
            ),
            Self::NotRight => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "not-right",
                "Something here is not right yet",
            ),
            Self::NotSignedIn => (
                StatusCode::UNAUTHORIZED,
                "not-signed-in",
                "You are not signed in",
            ),
            Self::LinkSpent => (
                StatusCode::GONE,
                "link-spent",
                "This link does not work any more",
            ),
            Self::Gone => (StatusCode::GONE, "erased", "This was erased"),
        }
    }
}

/// The kind of a refusal; nothing for what is our own failure.
pub(super) fn kind(error: &DeskError) -> Option<Refusal> {
    Some(match error {
        DeskError::NotAllowed { .. } | DeskError::PeopleErase | DeskError::Sealed { .. } => {
            Refusal::NotAllowed
        }
        DeskError::Gone { .. } => Refusal::Gone,
        DeskError::NoSuch { .. } | DeskError::NoFilter(_) | DeskError::NoSession => Refusal::NoSuch,
        DeskError::Refused(_)
        | DeskError::RefusedFor { .. }
        | DeskError::OwnVerdict
        | DeskError::NothingCited
        | DeskError::OwnArticle
        | DeskError::LastAdmin
        | DeskError::OwnChange
        | DeskError::OtherWording
        | DeskError::CorrectedSince
        | DeskError::CaptureStage(_)
        | DeskError::QueueFull(_)
        | DeskError::NotDrifted
        | DeskError::TooManyTokens(_)
        | DeskError::TooManyHooks(_)
        | DeskError::TooManyFilters(_)
        | DeskError::BundleTooLarge(_)
        | DeskError::FilterThere(_)
        | DeskError::NoOpenQuestion
        | DeskError::QuestionsOpen(_)
        | DeskError::TooManyOtherChecks(_)
        | DeskError::TooManyAtOnce(_)
        | DeskError::WordsErased { .. }
        | DeskError::OwnErasure
        | DeskError::OthersErasure
        | DeskError::ErasureEnded(_)
        | DeskError::AskerGone
        | DeskError::NoFactor
        | DeskError::FactorNeeded
        | DeskError::TooManyCitations(_) => Refusal::Refused,
        DeskError::Conflict { .. }
        | DeskError::SourceConflict { .. }
        | DeskError::ScaleConflict(_)
        | DeskError::ChangedSince(_)
        | DeskError::RevisedSince { .. } => Refusal::Changed,
        DeskError::StepGone | DeskError::BytesGone => Refusal::Changed,
        DeskError::NotSigned(why) => unsigned(why),
        DeskError::NotLinked(why) => unlinked(*why),
        DeskError::DoneBefore => Refusal::DoneBefore,
        DeskError::NoReaders
        | DeskError::NotSealed
        | DeskError::Unerasable { .. }
        | DeskError::ErasureSize(_)
        | DeskError::NoRating(_)
        | DeskError::NotCited(_)
        | DeskError::NotSpokenFor(_)
        | DeskError::CircularChain
        | DeskError::NotLocated(_)
        | DeskError::Unreadable(_)
        | DeskError::Unclean(_)
        | DeskError::Unread(_)
        | DeskError::NoAddress
        | DeskError::SameText
        | DeskError::NoScale(_)
        | DeskError::SameScale
        | DeskError::TokenRole(_)
        | DeskError::TokenScope
        | DeskError::TokenDay
        | DeskError::HookKinds
        | DeskError::TooManyApprovals(_)
        | DeskError::WeakPassword
        | DeskError::CommonPassword
        | DeskError::NamedPassword
        | DeskError::WrongPassword
        | DeskError::WrongFactor
        | DeskError::BadSignIn => Refusal::NotRight,
        DeskError::NotSignedIn => Refusal::NotSignedIn,
        DeskError::LinkSpent => Refusal::LinkSpent,
        DeskError::Store(why) => return of_store(why),
        DeskError::NoDesk | DeskError::OlderLog { .. } | DeskError::Key { .. } => return None,
    })
}

/// The kind of what the store refuses; nothing for what is our own failure.
const fn of_store(why: &StoreError) -> Option<Refusal> {
    match why {
        StoreError::Sealed => Some(Refusal::NotAllowed),
        StoreError::Erased { .. } => Some(Refusal::Gone),
        _ => None,
    }
}

/// The kind of what was not signed.
const fn unsigned(why: &NotSigned) -> Refusal {
    match why {
        NotSigned::Changed | NotSigned::Gone => Refusal::Changed,
        _ => Refusal::Refused,
    }
}

/// The kind of what was not linked.
const fn unlinked(why: NotLinked) -> Refusal {
    match why {
        NotLinked::BadAddress => Refusal::NotRight,
        NotLinked::ProvidersOnly
        | NotLinked::ProvidersOrOne
        | NotLinked::OnlyWayIn
        | NotLinked::TooMany(_) => Refusal::Refused,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use actix_web::http::header::RETRY_AFTER;

    use crate::web::problem::Problem;

    use super::*;

    #[test]
    fn what_a_machine_withholds_is_said_with_when_to_come_back() {
        for (kind, words) in [
            (io::ErrorKind::OutOfMemory, "no memory left"),
            (io::ErrorKind::StorageFull, "disk is full"),
            (io::ErrorKind::ReadOnlyFilesystem, "may not be written to"),
        ] {
            let error = StoreError::file(Path::new("blobs/ab"), kind.into());
            let problem = Problem::from(DeskError::Store(error));
            let said = problem.to_string();
            assert!(
                said.contains("Nothing was saved.") && said.contains(words),
                "{said}"
            );
            assert!(!said.contains("blobs"), "{said}");
            let answer = problem.as_json();
            assert_eq!(answer.status(), 503);
            let wait = answer.headers().get(RETRY_AFTER).expect("a time");
            assert_eq!(wait, "10");
        }
    }
}
