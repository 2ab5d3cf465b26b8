//! What cannot be answered, in the shape of Google's errors.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

/// Why a search was not made.
pub(super) enum Refusal {
    /// These parameters are wrong: each with what is wrong with it.
    Wrong(Vec<Violation>),
    /// The desk failed.
    Broken,
}

/// A parameter and what is wrong with it.
#[derive(Serialize)]
pub(super) struct Violation {
    pub(super) field: String,
    pub(super) description: String,
}

#[derive(Serialize)]
struct Answer {
    error: Error,
}

#[derive(Serialize)]
struct Error {
    code: u16,
    message: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<BadRequest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BadRequest {
    #[serde(rename = "@type")]
    kind: &'static str,
    field_violations: Vec<Violation>,
}

impl Refusal {
    pub(super) fn respond(self) -> HttpResponse {
        let (status, error) = match self {
            Self::Wrong(violations) => (StatusCode::BAD_REQUEST, wrong(violations)),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Error {
                    code: 500,
                    message: "The search could not be made. Please try again.".to_owned(),
                    status: "INTERNAL",
                    details: Vec::new(),
                },
            ),
        };
        HttpResponse::build(status).json(Answer { error })
    }
}

fn wrong(violations: Vec<Violation>) -> Error {
    let said = violations
        .iter()
        .map(|wrong| format!("{}: {}", wrong.field, wrong.description));
    Error {
        code: 400,
        message: said.collect::<Vec<_>>().join(" "),
        status: "INVALID_ARGUMENT",
        details: vec![BadRequest {
            kind: "type.googleapis.com/google.rpc.BadRequest",
            field_violations: violations,
        }],
    }
}
