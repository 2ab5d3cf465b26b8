//! `config.toml` and what the command line adds to it, as plain values.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::account::{SecondFactorAt, SecondFactorRule};
use crate::domain::person::Role;

mod documents;
mod outside;

pub use self::documents::{ReadingSection, ScanningSection};
pub use self::outside::{
    ForwardedIn, LogFormat, LogSection, MetricsSection, ProxySection, TlsSection,
};

/// Everything that can be configured, with what holds when it is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The desk itself.
    pub desk: DeskSection,
    /// Where it can be reached.
    pub server: ServerSection,
    /// Proxies that stand before it.
    pub proxy: ProxySection,
    /// HTTPS by the desk itself.
    pub tls: TlsSection,
    /// What the program says on standard error.
    pub log: LogSection,
    /// What can be measured of the desk.
    pub metrics: MetricsSection,
    /// How people get in.
    pub sign_in: SignInSection,
    /// What comes in.
    pub limits: LimitsSection,
    /// What reading one foreign document may use.
    pub reading: ReadingSection,
    /// What scans foreign documents for malware.
    pub scanning: ScanningSection,
    /// What is fetched, and from where.
    pub fetch: FetchSection,
    /// An archive elsewhere that keeps copies.
    pub archive: ArchiveSection,
    /// Whom readers of the log should ask for.
    pub witnesses: WitnessesSection,
    /// Witnesses that are asked to cosign the log's checkpoints.
    pub witness: Vec<WitnessSection>,
    /// Whose checkpoints this desk cosigns.
    pub witnessing: WitnessingSection,
    /// How often authorities outside are asked for timestamps.
    pub timestamps: TimestampsSection,
    /// Those authorities.
    pub timestamp: Vec<AuthoritySection>,
    /// Backups that the desk takes of itself.
    pub backup: BackupSection,
}

/// The desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSection {
    /// Its name for people.
    pub name: String,
    /// The data directory, relative to where the program is started.
    pub data: PathBuf,
    /// The origin of its log; fixed at the first start.
    pub origin: String,
    /// Where the key that signs the log is kept: a file, `env:NAME` for an
    /// environment variable, `credential:NAME` for a systemd credential; none:
    /// `log.key` in the data directory.
    pub key: Option<String>,
    /// How many approvals a verdict needs before it can be published.
    pub approvals: u32,
    /// The scale that verdicts use.
    pub scale: String,
    /// Whether what somebody writes is kept in their browser until it is saved.
    pub drafts: bool,
}

impl Default for DeskSection {
    fn default() -> Self {
        Self {
            name: "Fact-checking desk".to_owned(),
            data: PathBuf::from("data"),
            origin: "localhost/citekeep".to_owned(),
            key: None,
            approvals: 1,
            scale: "five-step".to_owned(),
            drafts: true,
        }
    }
}

/// Where the desk can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The address under which people reach it, where it is another one, such
    /// as behind a proxy with HTTPS.
    pub public_url: Option<url::Url>,
    /// How many seconds it goes on after it was told to stop, so that those
    /// before it notice that it is not ready.
    pub drain: u64,
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            drain: 0,
        }
    }
}

/// How people get in, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInSection {
    /// How many minutes a session lasts, used or not.
    pub session: u32,
    /// How many minutes it lasts without being used.
    pub idle: u32,
    /// For how many minutes somebody who showed who they are may do grave things
    /// without showing it again.
    pub confirm: u32,
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// Whether people come in by the providers alone.
    pub only_providers: bool,
    /// The sign-in name of the admin who may come in by a password all the same.
    pub break_glass: Option<String>,
    /// Providers of single sign-on.
    pub provider: Vec<ProviderSection>,
}

impl Default for SignInSection {
    fn default() -> Self {
        Self {
            session: 720,
            idle: 60,
            confirm: 15,
            second_factor: SecondFactorRule::Optional,
            only_providers: false,
            break_glass: None,
            provider: Vec::new(),
        }
    }
}

/// A provider of single sign-on (OpenID Connect).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSection {
    /// Names it in addresses: small letters, digits and hyphens.
    pub name: String,
    /// Its name on the button.
    pub label: String,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// How it knows the desk.
    pub client_id: String,
    /// Where the desk's secret there is: a file, `env:NAME` or `credential:NAME`;
    /// none: it has given out none.
    pub secret: Option<String>,
    /// Domains of Google Workspace, by the claim `hd`.
    #[serde(default)]
    pub hd: Vec<String>,
    /// Tenants of Entra ID, by the claim `tid`.
    #[serde(default)]
    pub tid: Vec<String>,
    /// Domains of addresses that it vouches for.
    #[serde(default)]
    pub domains: Vec<String>,
    /// The claim that names an account for good; none: `sub`.
    pub claim: Option<String>,
    /// Whether it is believed to ask for a second factor.
    #[serde(default = "said")]
    pub second_factor: SecondFactorAt,
    /// Classes of sign-in that are asked for, each of which has a second factor.
    #[serde(default)]
    pub acr: Vec<String>,
    /// Whether it says when somebody showed who they are, and asks them again.
    #[serde(default = "yes")]
    pub auth_time: bool,
    /// The role of those whom nobody knows yet; none: they are not let in.
    pub join: Option<Role>,
    /// Whether signing out here signs out there.
    #[serde(default = "yes")]
    pub sign_out: bool,
    /// Whether it may be asked without HTTPS, on this machine alone.
    #[serde(default)]
    pub plain_http: bool,
}

const fn yes() -> bool {
    true
}

const fn said() -> SecondFactorAt {
    SecondFactorAt::Said
}

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// The largest upload, in bytes.
    pub upload: usize,
    /// How many requests of strangers with one address are answered in a second,
    /// and twenty times as many at once; 0: as many as come.
    pub strangers: u32,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            upload: 20 * 1024 * 1024,
            strangers: 50,
        }
    }
}

/// What is fetched, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchSection {
    /// Whether the desk fetches at all.
    pub enabled: bool,
    /// The ports that it connects to.
    pub ports: Vec<u16>,
    /// Hosts and networks inside the house that may be fetched from.
    pub allow: Vec<String>,
    /// Whether hosts that are not on that list are asked with HTTPS alone.
    pub https_only: bool,
    /// The largest answer, in bytes.
    pub bytes: usize,
    /// How long one fetch may take, in seconds.
    pub seconds: u64,
    /// How many redirections are followed.
    pub redirects: usize,
    /// How long one host is left alone between two requests, in milliseconds.
    pub gap: u64,
    /// How the desk names itself to servers; none: Citekeep and its version,
    /// with the desk's public address.
    pub user_agent: Option<String>,
}

impl Default for FetchSection {
    fn default() -> Self {
        Self {
            enabled: true,
            ports: vec![80, 443],
            allow: Vec::new(),
            https_only: false,
            bytes: 64 * 1024 * 1024,
            seconds: 60,
            redirects: 10,
            gap: 1_000,
            user_agent: None,
        }
    }
}

/// An archive elsewhere that keeps copies; never a gate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSection {
    /// When it is asked: `never`, `by-hand`, or `always` after each fetch.
    pub ask: ArchiveAsked,
    /// Its name on pages.
    pub name: String,
    /// Where copies are asked for, as the Wayback Machine's Save Page Now.
    pub endpoint: url::Url,
    /// The access key of an account there.
    pub access_key: Option<String>,
    /// Its secret.
    pub secret: Option<String>,
}

/// When an archive is asked to keep a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveAsked {
    /// Never.
    #[default]
    Never,
    /// When somebody asks for it.
    ByHand,
    /// After each fetch.
    Always,
}

impl Default for ArchiveSection {
    fn default() -> Self {
        Self {
            ask: ArchiveAsked::Never,
            name: "Wayback Machine".to_owned(),
            endpoint: url::Url::parse("https://web.archive.org/save")
                .expect("this address can be parsed"),
            access_key: None,
            secret: None,
        }
    }
}

/// Whom readers of the log should ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WitnessesSection {
    /// A C2SP tlog-policy file; its witnesses with an address are asked too.
    pub policy: Option<PathBuf>,
    /// Without such a file: how many of the listed witnesses are enough.
    pub quorum: usize,
}

impl Default for WitnessesSection {
    fn default() -> Self {
        Self {
            policy: None,
            quorum: 1,
        }
    }
}

/// A witness that is asked to cosign the log's checkpoints; never a gate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessSection {
    /// The address below which `add-checkpoint` is asked.
    pub address: url::Url,
    /// Its verifier key (C2SP tlog-cosignature).
    pub vkey: String,
}

/// Whose checkpoints this desk cosigns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WitnessingSection {
    /// The verifier keys of the logs; none: this desk is no witness.
    pub logs: Vec<String>,
    /// What this witness is called, fixed at its first start; none: the origin
    /// of the desk's log with `/witness` behind it.
    pub name: Option<String>,
}

/// How often authorities outside are asked for timestamps of checkpoints;
/// never a gate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimestampsSection {
    /// How long each is left alone after a timestamp, in seconds.
    pub every: u64,
}

impl Default for TimestampsSection {
    fn default() -> Self {
        Self { every: 3_600 }
    }
}

/// An authority outside that timestamps checkpoints (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySection {
    /// What the desk calls it: small letters, digits and hyphens.
    pub name: String,
    /// Where it is asked.
    pub address: url::Url,
    /// A file with the certificates in PEM that are trusted for it, relative to
    /// where the program is started.
    pub roots: PathBuf,
}

/// Backups that the desk takes of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSection {
    /// The directory of backups; none: the desk takes none by itself.
    pub to: Option<PathBuf>,
    /// How many seconds lie between two.
    pub every: u64,
    /// Which are kept, such as `7d,4w,12m`; none: all are.
    pub keep: Option<String>,
    /// The age recipients whom they are encrypted for; none: they are not.
    pub encrypt_to: Vec<String>,
    /// Whether each is checked whole.
    pub check: bool,
}

impl Default for BackupSection {
    fn default() -> Self {
        Self {
            to: None,
            every: 86_400,
            keep: Some("7d,4w,12m".to_owned()),
            encrypt_to: Vec::new(),
            check: true,
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named cannot be read.
    #[error("the configuration {path} cannot be read: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file says something that cannot be.
    #[error("the configuration {path} is not right: {source}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        #[source]
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads the file that was named, or `config.toml` if there is one.
    pub fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = named.unwrap_or(Path::new("config.toml"));
        if named.is_none() && !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|source| ConfigError::Content {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }
}
