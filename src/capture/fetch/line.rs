//! The line to a host: one connection to an address that was looked at.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use url::Host;

use super::door::Target;
use super::trouble::FetchTrouble;

/// The most addresses of one host that are tried.
const MOST_TRIES: usize = 4;

/// Bytes to and from a host, in the clear or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Whom to believe about who a host is: those whom the machine believes, and
/// those who were named. Read when it is first needed.
#[derive(Default)]
pub(super) struct Trust {
    pub(super) named: Vec<CertificateDer<'static>>,
    /// Nothing, if there is nobody to believe.
    connector: OnceLock<Option<TlsConnector>>,
}

impl Trust {
    fn connector(&self) -> Option<TlsConnector> {
        self.connector.get_or_init(|| self.make()).clone()
    }

    fn make(&self) -> Option<TlsConnector> {
        let mut roots = RootCertStore::empty();
        // What cannot be read is left out: a host that rests on it is told as
        // one that cannot prove who it is.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.named.iter().cloned());
        if roots.is_empty() {
            return None;
        }
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some(TlsConnector::from(Arc::new(config)))
    }
}

/// Connects to the first of these addresses that answers. No name is resolved
/// here; the host's name is only what its certificate has to prove.
pub(super) async fn connect(
    target: &Target,
    addresses: &[IpAddr],
    limit: Duration,
    trust: &Trust,
) -> Result<(Box<dyn Wire>, IpAddr), FetchTrouble> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let tries = tries(addresses);
    let share = limit / u32::try_from(tries.len().max(1)).unwrap_or(u32::MAX);
    for address in tries {
        match timeout(share, TcpStream::connect((address, target.port))).await {
            Ok(Ok(stream)) => return Ok((secure(target, stream, limit, trust).await?, address)),
            Ok(Err(trouble)) => last = trouble,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(unreachable(target, last))
}

/// The addresses that are tried, in this order: those of IPv6 and IPv4 by
/// turns, so that neither hides behind a dead net of the other.
fn tries(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let is_v4 = addresses.first().is_some_and(IpAddr::is_ipv4);
    let (same, other): (Vec<IpAddr>, Vec<IpAddr>) = addresses
        .iter()
        .partition(|address| address.is_ipv4() == is_v4);
    let longest = same.len().max(other.len());
    (0..longest)
        .flat_map(|at| [same.get(at), other.get(at)])
        .flatten()
        .copied()
        .take(MOST_TRIES)
        .collect()
}

async fn secure(
    target: &Target,
    stream: TcpStream,
    limit: Duration,
    trust: &Trust,
) -> Result<Box<dyn Wire>, FetchTrouble> {
    if !target.is_secure {
        return Ok(Box::new(stream));
    }
    let name = match &target.host {
        Host::Domain(name) => ServerName::try_from(name.clone())
            .map_err(|trouble| certificate(target, io::Error::other(trouble)))?,
        Host::Ipv4(address) => ServerName::IpAddress(IpAddr::V4(*address).into()),
        Host::Ipv6(address) => ServerName::IpAddress(IpAddr::V6(*address).into()),
    };
    let Some(connector) = trust.connector() else {
        let host = target.name.clone();
        return Err(FetchTrouble::NoAuthorities { host });
    };
    match timeout(limit, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(trouble)) if is_about_tls(&trouble) => Err(certificate(target, trouble)),
        Ok(Err(trouble)) => Err(unreachable(target, trouble)),
        Err(_) => Err(unreachable(target, io::ErrorKind::TimedOut.into())),
    }
}

fn is_about_tls(trouble: &io::Error) -> bool {
    trouble
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>())
}

fn certificate(target: &Target, source: io::Error) -> FetchTrouble {
    FetchTrouble::Certificate {
        host: target.name.clone(),
        source,
    }
}

fn unreachable(target: &Target, source: io::Error) -> FetchTrouble {
    FetchTrouble::Unreachable {
        host: target.name.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], expected: &[&str]) {
        let parse = |address: &&str| address.parse::<IpAddr>().expect("an address");
        let addresses: Vec<_> = addresses.iter().map(parse).collect();
        let expected: Vec<_> = expected.iter().map(parse).collect();
        assert_eq!(tries(&addresses), expected, "{addresses:?}");
    }

    #[test]
    fn both_kinds_of_address_have_their_turn() {
        check(&[], &[]);
        check(&["1.1.1.1"], &["1.1.1.1"]);
        check(
            &["2a00::1", "2a00::2", "2a00::3", "2a00::4", "1.1.1.1"],
            &["2a00::1", "1.1.1.1", "2a00::2", "2a00::3"],
        );
        check(
            &["1.1.1.1", "1.1.1.2", "2a00::1"],
            &["1.1.1.1", "2a00::1", "1.1.1.2"],
        );
    }
}
