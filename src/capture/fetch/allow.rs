//! The explicit list of what may be fetched although it is not public: hosts
//! and networks of the newsroom's own, as the administrator wrote them.

use std::net::IpAddr;

use url::Host;

use super::address::{holds, is_secret, plain};

/// Hosts and networks that may be fetched although they are not public.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowList {
    hosts: Vec<Place>,
    networks: Vec<Network>,
}

/// One host, at one port or at every port that is fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    host: Host<String>,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    length: u8,
}

/// Why a line is not a host or a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowError {
    /// It is neither.
    #[error(
        "{0:?} is neither a host nor a network; write wiki.newsroom.example, wiki.newsroom.example:8080 or 10.1.0.0/16"
    )]
    NeitherHostNorNetwork(String),
    /// A network's prefix is longer than its addresses.
    #[error("{0:?} is not a network; the number after / is at most 32 for IPv4 and 128 for IPv6")]
    Prefix(String),
    /// A network's address has bits that its prefix does not cover.
    #[error("{line:?} is not the first address of that network; write {first}/{length}")]
    NotTheFirst {
        /// What was written.
        line: String,
        /// The network's first address.
        first: IpAddr,
        /// The length of its prefix in bits.
        length: u8,
    },
}

impl AllowList {
    /// Reads the lines of a configuration: `wiki.newsroom.example` (at the
    /// ports that are fetched from anyway), `wiki.newsroom.example:8080`,
    /// `10.1.0.0/16`, `fd12:3456::/32`, `[::1]:8080`.
    ///
    /// # Errors
    /// At the first line that is neither a host nor a network.
    pub fn parse<S: AsRef<str>>(lines: &[S]) -> Result<Self, AllowError> {
        let mut list = Self::default();
        for line in lines {
            let line = line.as_ref().trim();
            match line.split_once('/') {
                Some((first, length)) => list.networks.push(network(line, first, length)?),
                None => list.hosts.push(place(line)?),
            }
        }
        Ok(list)
    }

    /// Whether the list names this host at this port; `standard` says whether
    /// it is a port that is fetched from anyway.
    pub(super) fn names(&self, host: &Host<String>, port: u16, standard: bool) -> bool {
        self.hosts.iter().any(|place| {
            let fits = place.port.map_or(standard, |listed| listed == port);
            fits && place.host == *host
        })
    }

    /// Whether the list names this host at this very port, so that the port
    /// is open although others are closed.
    pub(super) fn opens_port(&self, host: &Host<String>, port: u16) -> bool {
        self.hosts
            .iter()
            .any(|place| place.port == Some(port) && place.host == *host)
    }

    /// Whether a network of the list holds this address. Where clouds keep a
    /// machine's secrets is open only if that one address was written down.
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.networks.iter().any(|network| {
            let alone = network.first == address && network.length == whole(address);
            alone || !is_secret(address) && holds(network.first, network.length, address)
        })
    }
}

/// The length of the prefix that leaves one address alone.
const fn whole(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn network(line: &str, first: &str, length: &str) -> Result<Network, AllowError> {
    let neither = || AllowError::NeitherHostNorNetwork(line.to_owned());
    let first: IpAddr = first.parse().map_err(|_| neither())?;
    let length: u8 = length
        .parse()
        .map_err(|_| AllowError::Prefix(line.to_owned()))?;
    if length > whole(first) {
        return Err(AllowError::Prefix(line.to_owned()));
    }
    let lowest = lowest(first, length);
    if lowest != first {
        return Err(AllowError::NotTheFirst {
            line: line.to_owned(),
            first: lowest,
            length,
        });
    }
    Ok(Network { first, length })
}

/// The first address of the network with this prefix.
fn lowest(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let rest = 32_u32.saturating_sub(u32::from(length));
            let mask = u32::MAX.checked_shl(rest).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let rest = 128_u32.saturating_sub(u32::from(length));
            let mask = u128::MAX.checked_shl(rest).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

fn place(line: &str) -> Result<Place, AllowError> {
    let neither = || AllowError::NeitherHostNorNetwork(line.to_owned());
    if let Ok(IpAddr::V6(bare)) = line.parse() {
        let host = Host::Ipv6(bare);
        return Ok(Place { host, port: None });
    }
    let (host, port) = match line.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            (host, Some(port.parse().map_err(|_| neither())?))
        }
        _ => (line, None),
    };
    if host.contains('*') {
        return Err(neither());
    }
    let host = Host::parse(host).map_err(|_| neither())?;
    Ok(Place {
        host: without_dot(host),
        port,
    })
}

/// A host's name without the dot that may end it: `example.org.` is
/// `example.org`.
pub(super) fn without_dot(host: Host<String>) -> Host<String> {
    match host {
        Host::Domain(name) => Host::Domain(name.trim_end_matches('.').to_owned()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[&str]) -> AllowList {
        AllowList::parse(lines).expect("a list")
    }

    fn check_host(line: &str, host: &str, port: u16, expected: bool) {
        let host = without_dot(Host::parse(host).expect("a host"));
        let standard = matches!(port, 80 | 443);
        let found = list(&[line]).names(&host, port, standard);
        assert_eq!(found, expected, "{line} names {host}:{port}");
    }

    fn check_network(line: &str, address: &str, expected: bool) {
        let found = list(&[line]).holds(address.parse().expect("an address"));
        assert_eq!(found, expected, "{line} holds {address}");
    }

    fn check_refused(line: &str) {
        assert!(AllowList::parse(&[line]).is_err(), "{line:?}");
    }

    #[test]
    fn hosts() {
        check_host("wiki.newsroom.example", "wiki.newsroom.example", 443, true);
        check_host("Wiki.Newsroom.Example", "wiki.newsroom.example.", 80, true);
        check_host("wiki.newsroom.example", "wiki.newsroom.example", 22, false);
        check_host(
            "wiki.newsroom.example:8080",
            "wiki.newsroom.example",
            8080,
            true,
        );
        check_host(
            "wiki.newsroom.example:8080",
            "wiki.newsroom.example",
            443,
            false,
        );
        check_host("newsroom.example", "wiki.newsroom.example", 443, false);
        check_host("127.0.0.1:8080", "127.0.0.1", 8080, true);
        check_host("[::1]:8080", "[::1]", 8080, true);
        check_host("::1", "[::1]", 80, true);
    }

    #[test]
    fn networks() {
        check_network("10.1.0.0/16", "10.1.255.255", true);
        check_network("10.1.0.0/16", "::ffff:10.1.2.3", true);
        check_network("10.1.0.0/16", "10.2.0.0", false);
        check_network("fd12::/16", "fd12::7", true);
        check_network("fd12::/16", "10.0.0.1", false);
        check_network("0.0.0.0/0", "10.0.0.1", true);
    }

    #[test]
    fn secrets_are_opened_one_by_one() {
        check_network("169.254.0.0/16", "169.254.1.1", true);
        check_network("169.254.0.0/16", "169.254.169.254", false);
        check_network("0.0.0.0/0", "::ffff:169.254.169.254", false);
        check_network("169.254.169.254/32", "169.254.169.254", true);
        check_network("fd00::/8", "fd00:ec2::254", false);
        check_network("fd00:ec2::254/128", "fd00:ec2::254", true);
    }

    #[test]
    fn what_is_not_a_line_is_refused() {
        for line in [
            "",
            "10.1.0.0/33",
            "10.1.0.0/x",
            "wiki/8",
            "a b",
            "wiki:port",
            "wiki:70000",
            "http://wiki",
            "10.1.2.3/16",
            "/",
            ":",
            "::1/129",
            "*.example.org",
        ] {
            check_refused(line);
        }
        let told = AllowList::parse(&["10.1.2.3/16"]).expect_err("not the first");
        assert!(told.to_string().ends_with("write 10.1.0.0/16"), "{told}");
    }
}
