//! Where somebody who has to sign in was going, so that they come back there.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, REFERER};
use url::Url;

/// No address of the desk is longer.
const LONGEST: usize = 2_000;

/// A path of this desk that a browser cannot take for another site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NextPath(String);

impl NextPath {
    /// Takes a path with its query; nothing for what leads elsewhere, or back
    /// to where one signs in or out.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Browsers read `\` as `/`, skip control characters, and take what
        // follows `//` for a host.
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        if !plain || !text.starts_with('/') || text.starts_with("//") || text.len() > LONGEST {
            return None;
        }
        let base = Url::parse("http://desk.invalid/").ok()?;
        let url = base.join(text).ok()?;
        let doors = ["/sign-in", "/sign-out", "/enter/", "/set-up/"];
        let is_door = doors.iter().any(|door| url.path().starts_with(door));
        let is_ours = url.origin() == base.origin() && !url.path().starts_with("//");
        (is_ours && !is_door).then(|| Self(text.to_owned()))
    }

    /// The page of this desk that sent a form, as the browser names it.
    pub(super) fn sender(request: &HttpRequest) -> Option<Self> {
        let header = |name| request.headers().get(name)?.to_str().ok();
        let url = Url::parse(header(REFERER)?).ok()?;
        let (_, host) = url.as_str().split_once("://")?;
        let path = host.strip_prefix(header(HOST)?)?;
        Self::parse(path.split('#').next().unwrap_or_default())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The page to sign in on, from which one goes on to a path.
pub(super) fn sign_in(next: Option<&NextPath>) -> String {
    let Some(next) = next else {
        return "/sign-in".to_owned();
    };
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next.as_str())
        .finish();
    format!("/sign-in?{query}")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(text: &str, is_taken: bool) {
        let taken = NextPath::parse(text);
        assert_eq!(taken.is_some(), is_taken, "{text:?}");
    }

    #[test]
    fn only_paths_of_this_desk_are_taken() {
        for path in [
            "/",
            "/claims/7",
            "/claims?state=open&q=a%20b",
            "/articles/3?from=//x",
        ] {
            check(path, true);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for path in [
            "",
            "claims",
            "//evil",
            "//evil.example/claims",
            "/\\evil",
            "\\\\evil",
            "/\\/evil",
            "http:",
            "http://evil.example",
            "https:/claims",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil",
            " /claims",
            "/.//evil.example",
            "/..//evil.example",
            "/claims\r\nset-cookie: a=b",
            "/ä",
            "/sign-in",
            "/sign-in?next=/claims",
            "/sign-out",
            "/claims/../sign-out",
            "/enter/0000",
        ] {
            check(path, false);
        }
        check(&format!("/{}", "a".repeat(LONGEST)), false);
    }

    #[test]
    fn the_page_that_sent_a_form_is_ours_or_none() {
        let sender = |referer: &str| {
            let request = TestRequest::default()
                .insert_header((HOST, "desk.example:8080"))
                .insert_header((REFERER, referer))
                .to_http_request();
            NextPath::sender(&request).map(|path| path.0)
        };
        let ours = "http://desk.example:8080/claims/7?all=yes#decide";
        assert_eq!(sender(ours).as_deref(), Some("/claims/7?all=yes"));
        assert_eq!(sender("http://desk.example:80801/claims/7"), None);
        assert_eq!(sender("http://evil.example/claims/7"), None);
        assert_eq!(sender("http://desk.example:8080@evil.example/"), None);
        assert_eq!(sender("nonsense"), None);
    }

    #[test]
    fn the_way_back_is_carried_in_the_address() {
        let back = NextPath::parse("/claims?state=open&with=me");
        let address = sign_in(back.as_ref());
        assert_eq!(
            address,
            "/sign-in?next=%2Fclaims%3Fstate%3Dopen%26with%3Dme"
        );
        assert_eq!(sign_in(None), "/sign-in");
    }
}
