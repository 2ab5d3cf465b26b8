//! `config.toml` and what the command line adds to it, as plain values.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything that can be configured, with what holds when it is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The desk itself.
    pub desk: DeskSection,
    /// Where it can be reached.
    pub server: ServerSection,
    /// What comes in.
    pub limits: LimitsSection,
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
    /// How many approvals a verdict needs before it can be published.
    pub approvals: u32,
    /// The scale that verdicts use.
    pub scale: String,
}

impl Default for DeskSection {
    fn default() -> Self {
        Self {
            name: "Fact-checking desk".to_owned(),
            data: PathBuf::from("data"),
            origin: "localhost/citekeep".to_owned(),
            approvals: 1,
            scale: "five-step".to_owned(),
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
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
        }
    }
}

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// The largest upload, in bytes.
    pub upload: usize,
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            upload: 20 * 1024 * 1024,
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
