//! Headers that every response carries.

use actix_web::http::header::HeaderName;
use actix_web::middleware::DefaultHeaders;

/// Nothing runs but our own script, nothing is framed, nothing is loaded from
/// elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// For the one page that anybody may show within a page of their own: it has a
/// style and links, and that is all it may have.
pub(super) const FRAMED: &str =
    "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'";

/// Who may load an answer into a page of another site.
pub(super) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// Anybody.
pub(super) const ANYWHERE: &str = "cross-origin";

pub(super) fn strict() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Content-Security-Policy", POLICY))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add((
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=()",
        ))
}
