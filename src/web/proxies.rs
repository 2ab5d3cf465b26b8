//! Which proxies are believed.

use std::net::IpAddr;

/// The proxies that are believed, and in which header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies {
    trusted: Vec<Network>,
    told: Told,
}

/// In which header a proxy says for whom it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Told {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` and `X-Forwarded-Host`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    length: u32,
}

/// Why a line names no proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network; write 127.0.0.1, 10.0.0.0/8 or fd00::/8")]
pub struct NoProxy(String);

impl Proxies {
    /// Reads the lines of a configuration: addresses and networks.
    ///
    /// # Errors
    /// At the first line that is neither.
    pub fn parse(lines: &[String], told: Told) -> Result<Self, NoProxy> {
        let trusted = lines.iter().map(|line| {
            let network = network(line.trim());
            network.ok_or_else(|| NoProxy(line.clone()))
        });
        Ok(Self {
            trusted: trusted.collect::<Result<_, _>>()?,
            told,
        })
    }

    /// Whether what this address says is believed.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.holds(address))
    }

    /// Where it is said.
    pub(super) const fn told(&self) -> Told {
        self.told
    }
}

fn network(line: &str) -> Option<Network> {
    let (first, length) = match line.split_once('/') {
        Some((first, length)) => (first, Some(length)),
        None => (line, None),
    };
    let first: IpAddr = first.parse().ok()?;
    let whole = whole(first);
    let length = length.map_or(Some(whole), |length| length.parse().ok())?;
    let network = Network {
        first: first.to_canonical(),
        length,
    };
    // A network is written with its first address, or somebody meant another.
    let is_first = length <= whole && network.beyond(bits(first)) == 0;
    (is_first && network.first == first).then_some(network)
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let differ = bits(self.first) ^ bits(address);
        let rest = whole(self.first).saturating_sub(self.length);
        self.first.is_ipv4() == address.is_ipv4() && differ.checked_shr(rest).unwrap_or(0) == 0
    }

    /// What of an address the prefix does not cover.
    fn beyond(self, address: u128) -> u128 {
        let rest = whole(self.first).saturating_sub(self.length);
        address & 1_u128.checked_shl(rest).map_or(u128::MAX, |high| high - 1)
    }
}

const fn whole(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(line: &str, address: &str) -> bool {
        let proxies = Proxies::parse(&[line.to_owned()], Told::XForwardedFor);
        let address = address.parse().expect("an address");
        proxies.expect("a network").trust(address)
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        for (line, inside, outside) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("10.0.0.0/8", "10.255.0.7", "11.0.0.0"),
            ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("::1", "::1", "::2"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("2001:db8::/64", "2001:db8::ffff", "2001:db8:0:1::"),
            ("10.0.0.0/8", "::ffff:10.0.0.7", "::a00:7"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
        ] {
            assert!(trusts(line, inside), "{inside} in {line}");
            assert!(!trusts(line, outside), "{outside} in {line}");
        }
        assert!(!Proxies::default().trust(IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn what_is_no_network_is_said() {
        for line in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.7/8",
            "::/129",
            "10.0.0.0/",
            "10/8",
            "*",
        ] {
            let refused = Proxies::parse(&[line.to_owned()], Told::XForwardedFor);
            assert!(refused.is_err(), "{line}: {refused:?}");
        }
    }
}
