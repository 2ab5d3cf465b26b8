//! Headers that every response carries: pages, files, errors, redirections and
//! refusals alike. What a handler sets itself stays.
//!
//! Answers that the HTTP layer gives by itself, to what is no request at all
//! (400, 408, 431), never come here; they have no body and end the connection.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    PERMISSIONS_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::state::App;

/// For pages. Nothing runs but our own script, which may not turn a text into
/// markup; nothing is framed, nothing is loaded from elsewhere.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                    frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
                    require-trusted-types-for 'script'; trusted-types 'none'";

/// For what is no page: data that programs read, pictures, scripts and styles.
const DATA: &str =
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// For files to keep, among them the bytes of strangers: a browser that shows
/// one all the same shows it as nobody's page, and nothing in it runs.
const FILE: &str =
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

/// For the one page that anybody may show within a page of their own: it has a
/// style and links, and that is all it may have.
pub(super) const FRAMED: &str =
    "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'";

/// What no page of the desk uses, and so no script may.
const WITHOUT: &str = "camera=(), display-capture=(), geolocation=(), hid=(), \
                       microphone=(), midi=(), payment=(), serial=(), usb=()";

/// For two years HTTPS alone is spoken with this name and all below it.
const HTTPS_ALONE: &str = "max-age=63072000; includeSubDomains";

/// Who may load an answer into a page of another site.
pub(super) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// Anybody.
pub(super) const ANYWHERE: &str = "cross-origin";
/// Which other windows share a page's own.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Dresses every response.
pub(super) async fn dress<B: MessageBody>(
    request: ServiceRequest,
    inner: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let app = request.app_data::<web::Data<App>>();
    let is_secure = app.is_some_and(|app| app.is_secure());
    let mut response = inner.call(request).await?;
    let status = response.status();
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not less: a browser that says nothing of where a form comes from has it
    // refused.
    add(REFERRER_POLICY, "same-origin");
    add(OPENER_POLICY, "same-origin");
    add(RESOURCE_POLICY, "same-origin");
    add(PERMISSIONS_POLICY, WITHOUT);
    if is_secure {
        add(STRICT_TRANSPORT_SECURITY, HTTPS_ALONE);
    }
    let policy = policy(status, response.headers());
    let headers = response.headers_mut();
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    Ok(response)
}

/// The policy of an answer that has none of its own. "Not modified" does not
/// say what it is about, and a browser may take its headers for those of the
/// page that it kept.
fn policy(status: StatusCode, headers: &HeaderMap) -> &'static str {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_kept = text(CONTENT_DISPOSITION).is_some_and(|how| how.starts_with("attachment"));
    match text(CONTENT_TYPE) {
        _ if is_kept => FILE,
        Some(kind) if status != StatusCode::NOT_MODIFIED && !kind.starts_with("text/html") => DATA,
        _ => PAGE,
    }
}
