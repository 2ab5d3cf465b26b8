//! Which addresses belong to everybody: the tables of the IANA registries of
//! special-purpose addresses (RFC 6890), and where clouds keep their secrets.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is, when it is not a public one: "a loopback address".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special(&'static str);

impl Special {
    /// Whether a cloud's secrets are kept there, which nobody should fetch.
    pub(super) fn keeps_secrets(self) -> bool {
        self == METADATA
    }
}

impl fmt::Display for Special {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

const METADATA: Special = Special("where a cloud keeps a machine's secrets");
const NO_PUBLIC_NET: Special = Special("in a range that nobody on the Internet has");
const MAPPED: &str = "an IPv4 address of a private network, written as IPv6";

const V4: [(Ipv4Addr, u8, &str); 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an address of this machine"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "in a private network"),
    (
        Ipv4Addr::new(100, 64, 0, 0),
        10,
        "in a provider's inner network",
    ),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "an address of this machine"),
    (
        Ipv4Addr::new(169, 254, 0, 0),
        16,
        "an address of one cable only",
    ),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "in a private network"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "kept for protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "kept for examples"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "kept for protocols"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "kept for protocols"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a relay to IPv6"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "in a private network"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "kept for protocols"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "kept for measurements"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "kept for examples"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "kept for examples"),
    (
        Ipv4Addr::new(224, 0, 0, 0),
        4,
        "an address of many machines at once",
    ),
    (
        Ipv4Addr::new(255, 255, 255, 255),
        32,
        "an address of every machine nearby",
    ),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "kept for later"),
];

const fn v6(first: u16, second: u16, third: u16) -> Ipv6Addr {
    Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0)
}

const V6: [(Ipv6Addr, u8, &str); 16] = [
    (Ipv6Addr::UNSPECIFIED, 128, "an address of this machine"),
    (Ipv6Addr::LOCALHOST, 128, "an address of this machine"),
    (
        Ipv6Addr::UNSPECIFIED,
        96,
        "an IPv4 address, written in an old way",
    ),
    (
        v6(0x64, 0xff9b, 1),
        48,
        "a private network's way from IPv6 to IPv4",
    ),
    (v6(0x100, 0, 0), 64, "an address where nothing is kept"),
    (v6(0x2001, 0, 0), 23, "kept for protocols"),
    (v6(0x2001, 0xdb8, 0), 32, "kept for examples"),
    (v6(0x2002, 0, 0), 16, "an IPv4 address, wrapped in IPv6"),
    (v6(0x2620, 0x4f, 0x8000), 48, "kept for protocols"),
    (v6(0x3ffe, 0, 0), 16, "in a network that was given up"),
    (v6(0x3fff, 0, 0), 20, "kept for examples"),
    (v6(0x5f00, 0, 0), 16, "kept for segment routing"),
    (v6(0xfc00, 0, 0), 7, "in a private network"),
    (v6(0xfe80, 0, 0), 10, "an address of one cable only"),
    (v6(0xfec0, 0, 0), 10, "in a private network"),
    (v6(0xff00, 0, 0), 8, "an address of many machines at once"),
];

/// Where programs on a rented machine can ask for its passwords. None of them
/// is ever opened by the name of a host or a wider network.
const SECRETS: [IpAddr; 7] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether an address can be reached by everybody on the Internet.
///
/// # Errors
/// What the address is instead.
///
/// ```
/// use citekeep::capture::fetch::address::public;
///
/// assert!(public("93.184.215.14".parse().expect("an address")).is_ok());
/// assert!(public("::ffff:10.0.0.7".parse().expect("an address")).is_err());
/// ```
pub fn public(address: IpAddr) -> Result<(), Special> {
    if is_secret(address) {
        return Err(METADATA);
    }
    match address {
        IpAddr::V4(address) => public_v4(address),
        IpAddr::V6(address) => public_v6(address),
    }
}

/// Whether a cloud gives a machine's secrets away at this address, written in
/// any of its ways.
pub(super) fn is_secret(address: IpAddr) -> bool {
    SECRETS.contains(&plain(address))
}

/// The address that is meant: an IPv4 address that is written as IPv6, mapped
/// or through the well-known NAT64 prefix (RFC 6052), is that IPv4 address.
pub(super) fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    inner(v6).map_or(address, IpAddr::V4)
}

fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() else {
        return None;
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

fn public_v4(address: Ipv4Addr) -> Result<(), Special> {
    let hit = V4
        .iter()
        .find(|(network, length, _)| holds_v4(*network, *length, address));
    hit.map_or(Ok(()), |(_, _, what)| Err(Special(what)))
}

fn public_v6(address: Ipv6Addr) -> Result<(), Special> {
    if let Some(inner) = inner(address) {
        return public_v4(inner).map_err(|_| Special(MAPPED));
    }
    let hit = V6
        .iter()
        .find(|(network, length, _)| holds_v6(*network, *length, address));
    if let Some((_, _, what)) = hit {
        return Err(Special(what));
    }
    // IANA gives addresses out of 2000::/3 alone.
    if holds_v6(v6(0x2000, 0, 0), 3, address) {
        return Ok(());
    }
    Err(NO_PUBLIC_NET)
}

/// Whether a network holds an address; `length` is that of its prefix in bits.
pub(super) fn holds(network: IpAddr, length: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => holds_v4(network, length, address),
        (IpAddr::V6(network), IpAddr::V6(address)) => holds_v6(network, length, address),
        _ => false,
    }
}

fn holds_v4(network: Ipv4Addr, length: u8, address: Ipv4Addr) -> bool {
    let rest = 32_u32.saturating_sub(u32::from(length));
    let differ = network.to_bits() ^ address.to_bits();
    differ.checked_shr(rest).unwrap_or(0) == 0
}

fn holds_v6(network: Ipv6Addr, length: u8, address: Ipv6Addr) -> bool {
    let rest = 128_u32.saturating_sub(u32::from(length));
    let differ = network.to_bits() ^ address.to_bits();
    differ.checked_shr(rest).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: bool) {
        let parsed: IpAddr = address.parse().expect("an address");
        let found = public(parsed);
        assert_eq!(found.is_ok(), expected, "{address}: {found:?}");
    }

    #[test]
    fn public_addresses() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
            "2a00:1450:4001:81b::200e",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            check(address, true);
        }
    }

    #[test]
    fn the_edges_of_every_special_range_of_ipv4() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "169.254.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.0",
            "192.0.0.255",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn special_ranges_of_ipv6() {
        for address in [
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.7",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.7",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:0:53aa:64c::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "4000::1",
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn secrets_are_known_in_every_way_of_writing() {
        for address in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
        ] {
            assert!(is_secret(address.parse().expect("an address")), "{address}");
        }
    }
}
