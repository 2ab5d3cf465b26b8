//! How browsers name the desk when a passkey is made for it or signs.

use url::{Host, Url};

use crate::desk::signing::Site;

/// The site at an address of the desk; nothing where it is reached by a number
/// that passkeys cannot be made for. A desk that listens on this machine alone
/// is reached as `localhost`.
pub(super) fn of(base: &str) -> Option<Site> {
    let url = Url::parse(base).ok()?;
    let rp_id = match url.host()? {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) if address.is_loopback() => "localhost".to_owned(),
        Host::Ipv6(address) if address.is_loopback() => "localhost".to_owned(),
        Host::Ipv4(_) | Host::Ipv6(_) => return None,
    };
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    Some(Site {
        origin: format!("{}://{rp_id}{port}", url.scheme()),
        rp_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, expected: Option<(&str, &str)>) {
        let site = of(base);
        let site = site.as_ref();
        let found = site.map(|site| (site.rp_id.as_str(), site.origin.as_str()));
        assert_eq!(found, expected, "{base}");
    }

    #[test]
    fn a_site_has_a_name() {
        check(
            "https://desk.example.org/",
            Some(("desk.example.org", "https://desk.example.org")),
        );
        check(
            "https://Desk.Example.org:8443/x",
            Some(("desk.example.org", "https://desk.example.org:8443")),
        );
        check(
            "http://127.0.0.1:8080",
            Some(("localhost", "http://localhost:8080")),
        );
        check("http://[::1]:80", Some(("localhost", "http://localhost")));
        check("http://192.0.2.7:8080", None);
        check("", None);
    }
}
