//! How much a fetch may cost, and where it may go.

use std::time::Duration;

use super::allow::AllowList;

/// How much one fetch may cost, and where it may go. `Default` holds what is
/// meant for a newsroom on the open Internet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchLimits {
    /// How long it may take until one of a host's addresses answers. Default:
    /// 10 seconds.
    pub connect: Duration,
    /// How long a fetch with all its redirects may take, waiting for its turn
    /// left out. Default: 60 seconds.
    pub total: Duration,
    /// The largest body in bytes, both as it was sent and after it was
    /// decompressed. Default: 64 MiB.
    pub bytes: usize,
    /// The largest head of an answer in bytes, at least 8,192. Default: 64 KiB.
    pub head_bytes: usize,
    /// The most header lines of an answer. Default: 200.
    pub headers: usize,
    /// The most redirects that are followed. Default: 10.
    pub redirects: usize,
    /// The ports that are fetched from. Default: 80 and 443.
    pub ports: Vec<u16>,
    /// How the fetcher names itself. Default: `Citekeep/` and the version.
    pub user_agent: String,
    /// Which languages it asks for, as `Accept-Language` has them. Default:
    /// `en, *;q=0.5`.
    pub languages: String,
    /// The least time between two requests to one host. Default: 1 second.
    pub gap: Duration,
    /// How long a fetch may wait for its turns at hosts, all together, before
    /// it says when to come again. Default: 90 seconds.
    pub patience: Duration,
    /// What may be fetched although it is not public. Default: nothing.
    pub allow: AllowList,
    /// Whether hosts that `allow` does not name are asked with HTTPS alone.
    /// Default: no, since the web has sources without it.
    pub https_only: bool,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
            bytes: 64 * 1024 * 1024,
            head_bytes: 64 * 1024,
            headers: 200,
            redirects: 10,
            ports: vec![80, 443],
            user_agent: concat!("Citekeep/", env!("CARGO_PKG_VERSION")).to_owned(),
            languages: "en, *;q=0.5".to_owned(),
            gap: Duration::from_secs(1),
            patience: Duration::from_secs(90),
            allow: AllowList::default(),
            https_only: false,
        }
    }
}
