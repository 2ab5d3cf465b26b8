//! Problems as people and programs read them (RFC 9457). The only place that
//! knows which refusal has which status.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::DeskError;
use crate::domain::person::Deed;
use crate::domain::scope::Scope;
use crate::store::Hindrance;

use super::next::{self, NextPath};
use super::refusal;
use super::render::wants_json;
use super::request_id;

/// Something that could not be done, and what to do about it.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// Where to go from here, if not to the start.
    way: Option<Way>,
    /// The field that is wrong, and the rule that it breaks.
    wrong: Option<Box<Wrong>>,
    /// The whole page that people see, where it is one of its own.
    page: Option<Box<Drawn>>,
}

/// A page that is drawn already.
#[derive(Debug, Clone)]
struct Drawn(String);

/// A field that is wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Wrong {
    /// The field as a JSON pointer (RFC 6901) into the body, or the name of a
    /// header or of a part of the address after `?`.
    field: String,
    /// The rule that it breaks.
    rule: String,
}

/// A link out of a problem.
#[derive(Debug, Clone)]
struct Way {
    path: Cow<'static, str>,
    words: &'static str,
}

impl Way {
    const START: Self = Self {
        path: Cow::Borrowed("/"),
        words: "Back to the start",
    };
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            way: None,
            wrong: None,
            page: None,
        }
    }

    /// Shows people a page of its own.
    pub(super) fn shown_as(mut self, page: String) -> Self {
        self.page = Some(Box::new(Drawn(page)));
        self
    }

    /// Leads on from here to a page of the desk.
    pub(super) fn leading_to(mut self, path: &'static str, words: &'static str) -> Self {
        self.way = Some(Way {
            path: Cow::Borrowed(path),
            words,
        });
        self
    }

    /// Names the field that is wrong, and the rule that it breaks.
    pub(super) fn at(mut self, field: String, rule: impl Into<String>) -> Self {
        self.wrong = Some(Box::new(Wrong {
            field,
            rule: rule.into(),
        }));
        self
    }

    pub(super) fn closing() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "closing",
            "The desk is closing",
            "Nothing was saved. Please try again in a moment.",
        )
    }

    /// More is asked of the desk than it can do.
    pub(super) fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "The desk has more to do than it can",
            "Nothing was saved, and nothing is lost. Please try again in a few seconds.",
        )
    }

    /// As much is on its way to the desk as it has room for.
    pub(super) fn no_room() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no-room",
            "Too much is being sent to the desk just now",
            "Nothing was saved. Please send it again in a few seconds; send several large files one after the other. What is there can be read meanwhile.",
        )
    }

    /// Too many ask for the same at once.
    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too many ask for this just now",
            "Nothing is wrong with the address. Please try again in a minute.",
        )
    }

    /// One address of strangers asks too often.
    pub(super) fn too_often() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-often",
            "Too many requests come from your address",
            "Nothing was done. Wait a few seconds, and ask less often; a program with a token is not counted.",
        )
    }

    /// What a page of another site has a browser fetch for its own use.
    pub(super) fn drawn_elsewhere() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "drawn-elsewhere",
            "Another site may not show this",
            "Nothing was shown. Open the desk itself, in a window of its own.",
        )
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is no such page",
            "Check the address, or start again from the list of claims.",
        )
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "This request cannot be read",
            detail,
        )
    }

    /// A form without the session's secret: from another site, or drawn for
    /// a session that is over.
    pub(super) fn forged(request: &HttpRequest) -> Self {
        let problem = Self::new(
            StatusCode::FORBIDDEN,
            "forged-form",
            "This form does not belong to your session",
            "Nothing was saved. Open the page again and send the form from there.",
        );
        let way = NextPath::sender(request).map(|page| Way {
            path: page.as_str().to_owned().into(),
            words: "Open the page again",
        });
        Self { way, ..problem }
    }

    /// A form that was sent after its session had ended.
    pub(super) fn signed_out(request: &HttpRequest) -> Self {
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "You are signed out",
            "Nothing was saved. Sign in and send it again; with scripts on, what you wrote is kept in this browser.",
        );
        let way = Way {
            path: next::sign_in(NextPath::sender(request).as_ref()).into(),
            words: "Sign in and go on",
        };
        Self {
            way: Some(way),
            ..problem
        }
    }

    /// A program that sent no token.
    pub(super) fn token_needed() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "A token is needed",
            "Nothing was done. Send one as \"Authorization: Bearer ckp_…\"; an admin makes it in the desk’s settings.",
        )
    }

    /// A token that does not work, whatever the reason.
    pub(super) fn bad_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "bad-token",
            "This token does not work",
            "Nothing was done. It is wrong, expired or revoked, or whoever made it has left; ask an admin for a new one.",
        )
    }

    /// A program whose token is for other things.
    pub(super) fn out_of_scope(deed: Deed) -> Self {
        let scope = Scope::of(deed).as_str();
        Self::new(
            StatusCode::FORBIDDEN,
            "out-of-scope",
            "This token is for other things",
            format!(
                "Nothing was done. A token needs the scope \"{scope}\" to {}; an admin makes one in the settings.",
                deed.in_words()
            ),
        )
    }

    /// A program at a page that is about somebody's own way in.
    pub(super) fn for_people_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "for-people-only",
            "A token may not do this",
            "Nothing was done. Sessions, sign-in names, passwords and erasures are for people: sign in with a browser.",
        )
    }

    /// Something grave, and a proof of who one is that is too old.
    pub(super) fn confirm_first() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "confirm-first",
            "Show once more who you are",
            "Nothing was done. This is grave, and it is a while since you showed who you are: sign in again in the browser, then send it once more.",
        )
    }

    /// Somebody who must have a second factor and has none.
    pub(super) fn second_factor_needed() -> Self {
        let problem = Self::new(
            StatusCode::FORBIDDEN,
            "second-factor-needed",
            "You need a second factor here",
            "Nothing was done. This desk wants you to have a second factor; set one up first.",
        );
        let way = Way {
            path: "/me/security".into(),
            words: "Set one up",
        };
        Self {
            way: Some(way),
            ..problem
        }
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let detail = format!(
            "Nothing was saved. The limit is {limit} bytes; send a smaller file or paste the text."
        );
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "This is too large",
            detail,
        )
    }

    /// The machine withholds what the desk needs; it may give it again.
    fn hindered(hindrance: Hindrance) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "hindered",
            "The desk cannot do this just now",
            format!(
                "Nothing was saved. {}; then send it again. What is there can be read meanwhile.",
                hindrance.in_words()
            ),
        )
    }

    pub(super) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "broken",
            "Something went wrong here",
            "Nothing was saved. Please try again.",
        )
    }

    /// Answers as a page or as JSON, as the request asks.
    pub(super) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        if wants_json(request) || request.path().ends_with(".json") {
            self.as_json()
        } else {
            self.as_page()
        }
    }

    /// Answers a program, whatever it accepts.
    pub(super) fn as_json(&self) -> HttpResponse {
        let body = Wire {
            kind: format!("urn:citekeep:problem:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: self.wrong.iter().map(Box::as_ref).collect(),
            instance: self.id().map(|id| format!("urn:citekeep:request:{id}")),
        };
        self.begun()
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .body(serde_json::to_string(&body).unwrap_or_default())
    }

    /// The name of the request, where the failure is ours: whoever runs the desk
    /// finds the cause by it.
    fn id(&self) -> Option<String> {
        let is_ours = self.status == StatusCode::INTERNAL_SERVER_ERROR;
        is_ours.then(request_id::current).flatten()
    }

    /// A response with the status, and word of when it makes sense to come back.
    fn begun(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = match self.kind {
                "busy" => 60,
                "closing" | "hindered" | "no-room" => 10,
                _ => 2,
            };
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response
    }

    fn as_page(&self) -> HttpResponse {
        if let Some(Drawn(page)) = self.page.as_deref() {
            return self
                .begun()
                .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
                .body(page.clone());
        }
        let page = ProblemPage {
            title: self.title,
            detail: &self.detail,
            id: self.id(),
            way: self.way.as_ref().unwrap_or(&Way::START),
            // Strangers see this page too, and it needs no more than theirs do.
            style: super::assets::style_paths("", false)[0],
        };
        self.begun()
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .body(page.render().unwrap_or_else(|_| self.title.to_owned()))
    }
}

/// A problem as programs read it (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct Wire<'a> {
    /// What kind of problem it is; it stays the same for good.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What happened, and what to do.
    detail: &'a str,
    /// The fields that are wrong, and the rules that they break.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<&'a Wrong>,
    /// The name of the request, where the failure is the desk's own: whoever
    /// runs the desk finds the cause in its log by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    title: &'a str,
    detail: &'a str,
    /// The name of the request, for whoever asks those who run the desk.
    id: Option<String>,
    way: &'a Way,
    style: &'a str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.as_page()
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        if let DeskError::Store(store) = &error
            && let Some(hindrance) = store.hindrance()
        {
            tracing::error!(%error, "the machine hinders the desk");
            return Self::hindered(hindrance);
        }
        let Some(refusal) = refusal::kind(&error) else {
            tracing::error!(%error, "a request failed");
            return Self::broken();
        };
        let (status, kind, title) = refusal.facts();
        Self {
            status,
            kind,
            title,
            detail: sentence(&error),
            way: None,
            wrong: None,
            page: None,
        }
    }
}

/// An error's words as a sentence for a page.
pub(super) fn sentence(error: &DeskError) -> String {
    as_sentence(&error.to_string())
}

/// Words of the kind that errors are written in, as a sentence for a page.
pub(super) fn as_sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
