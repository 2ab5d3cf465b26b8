//! How a desk is reached, as the configuration says it: its proxies, its
//! certificate, its metrics.

use std::path::Path;
use std::time::Duration;

use crate::config::{Config, ForwardedIn};
use crate::web::{CertificateFiles, Metrics, Outward, Proxies, Told};

use super::Failure;

/// The shortest token that is taken, in bytes.
const SHORTEST: usize = 16;

/// How the desk is reached; a demonstration speaks HTTP.
pub(super) fn outward(config: &Config, demo: bool) -> Result<Outward, Failure> {
    Ok(Outward {
        proxies: proxies(config)?,
        certificate: if demo { None } else { certificate(config)? }.map(|(files, _)| files),
        metrics: metrics(config)?,
        drain: Duration::from_secs(config.server.drain),
    })
}

/// The proxies that are believed.
pub(super) fn proxies(config: &Config) -> Result<Proxies, Failure> {
    let told = match config.proxy.header {
        ForwardedIn::XForwardedFor => Told::XForwardedFor,
        ForwardedIn::Forwarded => Told::Forwarded,
    };
    let proxies = Proxies::parse(&config.proxy.trusted, told);
    proxies
        .map_err(|error| Failure::Usage(format!("[proxy] trusted in the configuration: {error}")))
}

/// A certificate, and when it ends, in milliseconds since 1970.
pub(super) type Certificate = (CertificateFiles, Option<i64>);

/// The certificate that the desk shows; nothing where it speaks HTTP.
pub(super) fn certificate(config: &Config) -> Result<Option<Certificate>, Failure> {
    let wrong = |words: &str| {
        Err(Failure::Usage(format!(
            "[tls] in the configuration: {words}"
        )))
    };
    let files = match (&config.tls.certificate, &config.tls.key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => CertificateFiles {
            certificate: certificate.clone(),
            key: key.clone(),
        },
        _ => return wrong("name both the certificate and its key, or neither"),
    };
    let url = config.server.public_url.as_ref();
    if url.is_some_and(|url| url.scheme() != "https") {
        return wrong("with a certificate, public_url begins with https://");
    }
    match files.check() {
        Ok(ends) => Ok(Some((files, ends))),
        Err(error) => wrong(&error.to_string()),
    }
}

/// The mode of a file that everybody on this machine can read or change.
#[cfg(unix)]
pub(super) fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & 0o007 != 0).then_some(mode)
}

/// The mode of a file that everybody on this machine can read or change.
#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Path) -> Option<u32> {
    None
}

/// Where the metrics are served; nothing where they are not.
pub(super) fn metrics(config: &Config) -> Result<Option<Metrics>, Failure> {
    let section = &config.metrics;
    let Some(listen) = section.listen else {
        return Ok(None);
    };
    let wrong = |words: String| {
        Err(Failure::Usage(format!(
            "[metrics] in the configuration: {words}"
        )))
    };
    if section.token.as_ref().is_some_and(|it| it.len() < SHORTEST) {
        return wrong(format!("a token has at least {SHORTEST} characters"));
    }
    if section.token.is_none() && !listen.ip().is_loopback() {
        return wrong(format!(
            "{listen} can be reached from elsewhere; set a token, or listen on 127.0.0.1"
        ));
    }
    Ok(Some(Metrics {
        listen,
        token: section.token.clone(),
    }))
}
