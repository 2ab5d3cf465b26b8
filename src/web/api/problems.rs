//! What stands in the way of a program's request, with the field where the
//! desk's refusal is about one.

use actix_web::http::StatusCode;

use crate::desk::{Desk, DeskError};
use crate::web::problem::{Problem, as_sentence};
use crate::web::state::App;

/// Does a deed for a program.
pub(super) async fn act<T: Send + 'static>(
    app: &App,
    deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, Problem> {
    app.attempt(deed).await?.map_err(of)
}

/// A field of the body that is not right.
pub(super) fn not_right(field: &str, rule: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "not-right",
        "Something here is not right yet",
        as_sentence(&format!("nothing was done; {rule}")),
    )
    .at(field.to_owned(), rule)
}

/// A refusal as a program reads it.
pub(super) fn of(error: DeskError) -> Problem {
    if matches!(
        error,
        DeskError::Conflict { .. }
            | DeskError::SourceConflict { .. }
            | DeskError::RevisedSince { .. }
            | DeskError::ChangedSince(_)
    ) {
        return Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "other-state",
            "Somebody was quicker",
            "Nothing was done. It changed since the state that If-Match names; read it again and look what changed.",
        )
        .at("If-Match".to_owned(), "the ETag of a read of what it is now");
    }
    let field = field(&error);
    let rule = error.to_string();
    let problem = Problem::from(error);
    match field {
        Some(field) => problem.at(field.to_owned(), rule),
        None => problem,
    }
}

/// The field of the body that a refusal is about.
const fn field(error: &DeskError) -> Option<&'static str> {
    match error {
        DeskError::NoRating(_) => Some("/rating"),
        DeskError::NotCited(_) | DeskError::TooManyCitations(_) | DeskError::NothingCited => {
            Some("/citations")
        }
        DeskError::NotSpokenFor(_) => Some("/source"),
        DeskError::CircularChain => Some("/as_cited_by"),
        DeskError::NotLocated(_) => Some("/quote"),
        DeskError::Unreadable(_) | DeskError::Unclean(_) | DeskError::SameText => Some("/content"),
        DeskError::NoAddress => Some("/url"),
        DeskError::Unread(_) => Some("/snapshot"),
        DeskError::NoScale(_) => Some("/scale"),
        DeskError::TokenRole(_) => Some("/role"),
        DeskError::TokenScope => Some("/scopes"),
        DeskError::TokenDay => Some("/days"),
        DeskError::FilterThere(_) => Some("/name"),
        DeskError::HookKinds => Some("/kinds"),
        DeskError::ScaleConflict(_) => Some("/version"),
        DeskError::SameScale => Some("/sheet"),
        DeskError::TooManyApprovals(_) => Some("/approvals"),
        _ => None,
    }
}
