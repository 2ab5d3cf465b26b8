//! What those who run a desk see of it, and how it is reached: its log, the
//! proxies before it, its certificate, its metrics.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// What the program says on standard error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// How a line is written: `text` for people, `json` for programs.
    pub format: LogFormat,
}

/// How a line of the program's log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object on each line.
    Json,
}

/// Proxies that stand before the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxySection {
    /// Their addresses and networks; what anybody else says of where a request
    /// came from is not believed.
    pub trusted: Vec<String>,
    /// In which header they say it.
    pub header: ForwardedIn,
}

/// In which header a proxy says where a request came from. One of them is
/// believed: a proxy that writes the one may pass on the other as a stranger
/// sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedIn {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` and `X-Forwarded-Host`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// HTTPS by the desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsSection {
    /// The certificate with those that lead to its root, in PEM; none: the desk
    /// speaks HTTP.
    pub certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    pub key: Option<PathBuf>,
}

/// What can be measured of the desk, for Prometheus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSection {
    /// The address and port at which `/metrics` is asked; none: nowhere.
    pub listen: Option<SocketAddr>,
    /// What whoever asks has to send as a bearer token.
    pub token: Option<String>,
}
