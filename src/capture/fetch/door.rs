//! The door: which addresses of the web may be asked at all, and which
//! machines may be connected to for them.

use std::io;
use std::net::IpAddr;

use url::{Host, Url};

use super::address::public;
use super::allow::without_dot;
use super::limits::FetchLimits;
use super::resolve::Resolve;
use super::trouble::FetchTrouble;

/// The most addresses of one name that are looked at.
const MOST_ADDRESSES: usize = 64;

/// A host that may be asked, if its addresses allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: Host<String>,
    /// The host as people write it.
    pub(super) name: String,
    pub(super) port: u16,
    pub(super) is_secure: bool,
    /// Whether the list of what is allowed names this host.
    is_named: bool,
}

impl Target {
    /// Scheme, host and port in one line, which is what a robots.txt is for.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}:{}", self.name, self.port)
    }

    /// The value of the header `Host`.
    pub(super) fn host_header(&self) -> String {
        match (self.is_secure, self.port) {
            (true, 443) | (false, 80) => self.name.clone(),
            _ => format!("{}:{}", self.name, self.port),
        }
    }
}

/// Looks at an address of the web, before any name is resolved.
pub(super) fn admit(url: &Url, limits: &FetchLimits) -> Result<Target, FetchTrouble> {
    let no_web = || FetchTrouble::Scheme(url.as_str().chars().take(200).collect());
    let is_secure = match url.scheme() {
        "http" => false,
        "https" => true,
        _ => return Err(no_web()),
    };
    let host = without_dot(url.host().ok_or_else(no_web)?.to_owned());
    let name = host.to_string();
    let port = url.port_or_known_default().ok_or_else(no_web)?;
    if name.is_empty() {
        return Err(no_web());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchTrouble::Credentials { host: name });
    }
    let is_standard = limits.ports.contains(&port);
    if !is_standard && !limits.allow.opens_port(&host, port) {
        return Err(FetchTrouble::Port { host: name, port });
    }
    let is_named = limits.allow.names(&host, port, is_standard);
    if !is_named && is_this_machine(&name) {
        return Err(FetchTrouble::ThisMachine { host: name });
    }
    if limits.https_only && !is_secure && !is_named && !is_inside(&host, limits) {
        return Err(FetchTrouble::Insecure { host: name });
    }
    Ok(Target {
        host,
        name,
        port,
        is_secure,
        is_named,
    })
}

/// Names that mean this machine whatever a name server says (RFC 6761, 6.3).
fn is_this_machine(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a host is written as an address that a network of the list holds.
/// What a name leads to is not known yet, and could be changed on the way where
/// nothing is encrypted.
fn is_inside(host: &Host<String>, limits: &FetchLimits) -> bool {
    match host {
        Host::Ipv4(address) => limits.allow.holds(IpAddr::V4(*address)),
        Host::Ipv6(address) => limits.allow.holds(IpAddr::V6(*address)),
        Host::Domain(_) => false,
    }
}

/// Finds the addresses of a host, once, and looks at every one of them. One
/// that may not be connected to closes the door for all: an honest name does
/// not have public and private addresses at a time.
pub(super) async fn addresses(
    target: &Target,
    limits: &FetchLimits,
    resolve: &dyn Resolve,
) -> Result<Vec<IpAddr>, FetchTrouble> {
    let mut found = match &target.host {
        Host::Ipv4(address) => vec![IpAddr::V4(*address)],
        Host::Ipv6(address) => vec![IpAddr::V6(*address)],
        Host::Domain(name) => resolve
            .resolve(name)
            .await
            .map_err(|source| unknown(target, source))?,
    };
    if found.is_empty() || found.len() > MOST_ADDRESSES {
        let count = format!("{} addresses", found.len());
        return Err(unknown(target, io::Error::other(count)));
    }
    for address in &found {
        look_at(target, limits, *address)?;
    }
    found.dedup();
    Ok(found)
}

fn look_at(target: &Target, limits: &FetchLimits, address: IpAddr) -> Result<(), FetchTrouble> {
    let Err(special) = public(address) else {
        return Ok(());
    };
    // A name that the administrator trusts may still be led astray by whoever
    // answers for it, so it opens everything but a cloud's secrets.
    let is_open = target.is_named && !super::address::is_secret(address);
    if is_open || limits.allow.holds(address) {
        return Ok(());
    }
    Err(FetchTrouble::NotPublic {
        host: target.name.clone(),
        address,
        special,
    })
}

fn unknown(target: &Target, source: io::Error) -> FetchTrouble {
    FetchTrouble::Unknown {
        host: target.name.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Result<&str, &str>) {
        let url = Url::parse(address).expect("an address");
        let found = admit(&url, &FetchLimits::default());
        match (&found, expected) {
            (Ok(target), Ok(origin)) => assert_eq!(target.origin(), origin),
            (Err(trouble), Err(words)) => {
                assert!(trouble.to_string().contains(words), "{address}: {trouble}");
            }
            _ => unreachable!("{address}: {found:?}"),
        }
    }

    #[test]
    fn what_may_be_asked() {
        check("http://example.org/", Ok("http://example.org:80"));
        check("HTTPS://Example.ORG./a", Ok("https://example.org:443"));
        check("https://example.org:80/", Ok("https://example.org:80"));
        check(
            "http://bücher.example/",
            Ok("http://xn--bcher-kva.example:80"),
        );
        check("http://[2606:4700::1]/", Ok("http://[2606:4700::1]:80"));
    }

    #[test]
    fn what_may_not() {
        check("file:///etc/passwd", Err("not an address of the web"));
        check("ftp://example.org/", Err("not an address of the web"));
        check("gopher://example.org/", Err("not an address of the web"));
        check("data:text/html,words", Err("not an address of the web"));
        check("http://me@example.org/", Err("a user name or a password"));
        check("http://:pw@example.org/", Err("a user name or a password"));
        check("http://example.org:22/", Err("at port 22"));
        check("http://localhost/", Err("this machine itself"));
        check("http://localhost./", Err("this machine itself"));
        check("http://a.LocalHost/", Err("this machine itself"));
    }

    #[test]
    fn with_https_alone() {
        let allow = ["wiki.example", "10.1.0.0/16"];
        let limits = FetchLimits {
            https_only: true,
            allow: super::super::allow::AllowList::parse(&allow).expect("a list"),
            ..FetchLimits::default()
        };
        for (address, is_asked) in [
            ("https://example.org/", true),
            ("http://example.org/", false),
            ("http://93.184.215.14/", false),
            ("http://wiki.example/", true),
            ("http://10.1.2.3/", true),
            ("http://10.2.0.1/", false),
        ] {
            let found = admit(&Url::parse(address).expect("an address"), &limits);
            let is_refused = matches!(found, Err(FetchTrouble::Insecure { .. }));
            assert_eq!(found.is_ok(), is_asked, "{address}");
            assert_eq!(is_refused, !is_asked, "{address}");
        }
    }

    #[test]
    fn numbers_are_read_as_addresses() {
        for host in [
            "0x7f.1",
            "2130706433",
            "017700000001",
            "127.1",
            "①②⑦.0.0.1",
            "0",
        ] {
            let url = Url::parse(&format!("http://{host}/")).expect("an address");
            let target = admit(&url, &FetchLimits::default()).expect("admitted so far");
            let Host::Ipv4(address) = target.host else {
                unreachable!("{host} is a number");
            };
            assert!(public(address.into()).is_err(), "{host}");
        }
    }
}
