//! What is refused before it is seen who asks: a request for another house,
//! and one that a page of another site made a browser send.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_LENGTH, LOCATION, ORIGIN, TRANSFER_ENCODING};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use super::api;
use super::peer;
use super::problem::Problem;
use super::render::wants_json;
use super::routes::{self, Need};

/// Those that watch over the desk ask by whatever name they know.
const WATCHED: [&str; 2] = ["/healthz", "/readyz"];

/// Refuses a request that names another host than the desk's own: a site that
/// points its name at this machine would have browsers read the desk as its
/// own pages (DNS rebinding). Numbers and `localhost` are nobody's name.
pub(super) fn wrong_house(base: &str, request: &ServiceRequest) -> Option<Problem> {
    if WATCHED.contains(&request.path()) {
        return None;
    }
    let own = host(authority(base));
    let asked = peer::host(request.request());
    let target = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let is_ours = |named: &str| host(named).eq_ignore_ascii_case(own) || is_nobodys(named);
    let names_ours = asked.as_deref().is_some_and(is_ours) && target.is_none_or(is_ours);
    (!names_ours).then(|| {
        Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "other-host",
            "The desk is not known by this name",
            "Nothing was done. Open it by its own address; whoever runs it names that in the configuration, as public_url.",
        )
    })
}

/// Refuses a request that says twice how long it is, by `Content-Length` and by
/// `Transfer-Encoding`: a proxy that believes the other of the two would take what
/// follows for somebody else's request (RFC 9112, 6.1). The connection ends.
pub(super) fn two_lengths(request: &HttpRequest) -> Option<HttpResponse> {
    let has = |name| request.headers().contains_key(name);
    if !(has(CONTENT_LENGTH) && has(TRANSFER_ENCODING)) {
        return None;
    }
    let words = "Nothing was done. It says twice how long it is; send one of Content-Length and Transfer-Encoding.";
    let mut answer = Problem::bad_request(words).respond(request);
    answer.head_mut().set_connection_type(ConnectionType::Close);
    Some(answer)
}

/// Whether a host is named by its number or as `localhost`, which nobody can have
/// lead here who has a site of their own.
pub(super) fn is_nobodys(authority: &str) -> bool {
    let name = host(authority);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

/// Browsers say where a form comes from; one of another site is refused even
/// if it knew the session's secret.
pub(super) fn is_from_elsewhere(base: &str, request: &ServiceRequest) -> bool {
    if let Some(site) = header(request, "sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return true;
    }
    let Some(origin) = header(request, ORIGIN.as_str()) else {
        return false;
    };
    if origin.eq_ignore_ascii_case(base) {
        return false;
    }
    // By another of its names, such as its number; never from a page without
    // HTTPS on a desk that has it.
    let (scheme, bare) = origin.split_once("://").unwrap_or(("", origin));
    let is_plain = base.starts_with("https://") && scheme != "https";
    is_plain || peer::host(request.request()).as_deref() != Some(bare)
}

/// What a trusted proxy was asked for without HTTPS, at a desk that has it: a
/// page is led there. A program is told, and not led: what it sent has gone over
/// the wire for all to read, and it is to notice.
pub(super) fn without_https(base: &str, request: &HttpRequest) -> Option<HttpResponse> {
    let is_plain = base.starts_with("https://") && peer::of(request).is_plain;
    if !is_plain || WATCHED.contains(&request.path()) {
        return None;
    }
    let is_page = request.method().is_safe() && !routes::path(request).starts_with(api::BASE);
    if is_page && !wants_json(request) {
        let path = request.uri().path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let mut answer = HttpResponse::PermanentRedirect();
        return Some(
            answer
                .insert_header((LOCATION, format!("{base}{path}")))
                .finish(),
        );
    }
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "https-only",
        "The desk speaks HTTPS alone",
        "Nothing was done. Use the address that begins with https://. A password or token that was just sent could be read on its way: change it.",
    );
    Some(problem.respond(request))
}

/// Whether a page of another site has a browser fetch what only those see who
/// are signed in, as a picture, a script or within a frame. Whoever follows a
/// link from there comes in.
pub(super) fn is_drawn_elsewhere(request: &ServiceRequest, need: Need) -> bool {
    let from = header(request, "sec-fetch-site");
    let is_elsewhere = matches!(from, Some("cross-site" | "same-site"));
    if need == Need::Nobody || !is_elsewhere {
        return false;
    }
    let is_followed = header(request, "sec-fetch-mode") == Some("navigate")
        && header(request, "sec-fetch-dest") == Some("document")
        && *request.method() == Method::GET;
    !is_followed
}

fn header<'r>(request: &'r ServiceRequest, name: &str) -> Option<&'r str> {
    let value = request.headers().get(name)?;
    value.to_str().ok()
}

/// The host with its port that an address names.
fn authority(base: &str) -> &str {
    let after = base.split_once("://").map_or(base, |(_, rest)| rest);
    after.split('/').next().unwrap_or_default()
}

/// A host without its port.
fn host(authority: &str) -> &str {
    if authority.starts_with('[') {
        return authority
            .find(']')
            .map_or(authority, |end| &authority[..=end]);
    }
    authority.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const HTTPS: &str = "https://desk.example.org";

    fn request(uri: &str, headers: &[(&'static str, &str)]) -> ServiceRequest {
        let request = TestRequest::with_uri(uri);
        let request = headers
            .iter()
            .fold(request, |request, header| request.insert_header(*header));
        request.to_srv_request()
    }

    #[test]
    fn only_the_desks_own_name_and_names_of_nobody_lead_here() {
        let check = |base: &str, host: &str, is_let_in: bool| {
            let refused = wrong_house(base, &request("/claims", &[("host", host)]));
            assert_eq!(refused.is_none(), is_let_in, "{host} at {base}");
        };
        for host in [
            "desk.example.org",
            "Desk.Example.org:443",
            "127.0.0.1:8080",
            "192.0.2.7",
            "[::1]:8080",
            "localhost:8080",
        ] {
            check(HTTPS, host, true);
        }
        for host in [
            "evil.example",
            "desk.example.org.evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "desk.example.org@evil.example",
            "localhost.evil.example",
            "",
        ] {
            check(HTTPS, host, false);
        }
        check("http://127.0.0.1:8080", "evil.example:8080", false);
        check("http://[::1]:8080/", "[::1]:8080", true);
        assert!(wrong_house(HTTPS, &request("/claims", &[])).is_some());
        let target = request(
            "http://evil.example/claims",
            &[("host", "desk.example.org")],
        );
        assert!(wrong_house(HTTPS, &target).is_some());
        let watched = request("/healthz", &[("host", "evil.example")]);
        assert!(wrong_house(HTTPS, &watched).is_none());
    }

    #[test]
    fn a_form_of_another_site_is_known_by_what_the_browser_says() {
        let check = |base: &str, headers: &[(&'static str, &str)], is_foreign: bool| {
            let host = [("host", "desk.example.org")];
            let request = request("/claims", &[&host, headers].concat());
            let found = is_from_elsewhere(base, &request);
            assert_eq!(found, is_foreign, "{headers:?}");
        };
        check(HTTPS, &[], false);
        check(HTTPS, &[("origin", HTTPS)], false);
        check(HTTPS, &[("sec-fetch-site", "same-origin")], false);
        check(HTTPS, &[("sec-fetch-site", "none")], false);
        check(HTTPS, &[("origin", "http://desk.example.org")], true);
        check(HTTPS, &[("origin", "https://evil.example")], true);
        check(HTTPS, &[("origin", "null")], true);
        check(HTTPS, &[("sec-fetch-site", "same-site")], true);
        check(HTTPS, &[("sec-fetch-site", "cross-site")], true);
        let plain = "http://127.0.0.1:8080";
        check(plain, &[("origin", "http://desk.example.org")], false);
    }

    #[test]
    fn what_another_site_draws_is_not_what_somebody_follows() {
        let check = |site: &'static str, mode: &'static str, dest: &'static str| {
            let headers = [
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            let read = Need::Deed(crate::domain::person::Deed::Read);
            is_drawn_elsewhere(&request("/claims", &headers), read)
        };
        assert!(!check("same-origin", "no-cors", "image"));
        assert!(!check("cross-site", "navigate", "document"));
        assert!(check("cross-site", "navigate", "iframe"));
        assert!(check("cross-site", "no-cors", "image"));
        assert!(check("same-site", "no-cors", "script"));
        assert!(check("cross-site", "cors", "empty"));
    }
}
