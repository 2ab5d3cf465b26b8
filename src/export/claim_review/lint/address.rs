//! What an address says of where it leads, without asking anybody.

use core::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Endings of names that no public server has (RFC 6761, RFC 6762, RFC 8375).
const INNER: [&str; 5] = [".localhost", ".local", ".internal", ".home.arpa", ".lan"];

/// Whether an address leads nowhere outside of a machine or a private network.
pub(super) fn is_inner(url: &Url) -> bool {
    match url.host() {
        None => true,
        Some(Host::Ipv4(address)) => is_inner_v4(address),
        Some(Host::Ipv6(address)) => is_inner_v6(address),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.') || INNER.iter().any(|ending| name.ends_with(ending))
        }
    }
}

fn is_inner_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || (a == 100 && (64..128).contains(&b))
}

fn is_inner_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_inner_v4(mapped);
    }
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

/// The site that an address belongs to: its host without `www.`.
pub(super) fn site(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: bool) {
        let url = Url::parse(address).expect("an address");
        assert_eq!(is_inner(&url), expected, "{address}");
    }

    #[test]
    fn inner_addresses_are_told_from_public_ones() {
        check("https://desk.example/published/1", false);
        check("https://8.8.8.8/", false);
        check("https://[2606:4700::1111]/", false);
        check("http://localhost:8080/", true);
        check("http://desk/", true);
        check("http://desk.local/", true);
        check("http://desk.internal./", true);
        check("http://127.0.0.1:4000/", true);
        check("http://10.1.2.3/", true);
        check("http://172.20.0.1/", true);
        check("http://100.64.0.1/", true);
        check("http://169.254.1.1/", true);
        check("http://[::1]/", true);
        check("http://[fd00::1]/", true);
        check("http://[fe80::1]/", true);
        check("http://[::ffff:10.0.0.1]/", true);
    }
}
