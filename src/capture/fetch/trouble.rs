//! What can go wrong when something is fetched, and what to do about it.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use super::address::Special;

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchTrouble {
    /// It is no address of the web.
    #[error("{0} is not an address of the web; it begins with http:// or https://")]
    Scheme(String),
    /// There is a user name or password in it.
    #[error(
        "there is a user name or a password in the address of {host}; leave it out, and upload what only members can read"
    )]
    Credentials {
        /// Of which host.
        host: String,
    },
    /// Its port is not one that is fetched from.
    #[error(
        "{host} is not fetched from at port {port}; upload the file instead, or let the administrator add \"{host}:{port}\" to allow under [fetch] in config.toml"
    )]
    Port {
        /// At which host.
        host: String,
        /// Which port.
        port: u16,
    },
    /// It would be asked without HTTPS, which this desk does not do.
    #[error(
        "{host} would be asked without HTTPS, which this desk does not do; give its address with https://, upload the file instead, or let the administrator add \"{host}\" to allow under [fetch] in config.toml"
    )]
    Insecure {
        /// Which host.
        host: String,
    },
    /// It is not a public host.
    #[error(
        "{host} is not a public host: {address} is {special}; upload the file instead{}",
        way_in(*special, host)
    )]
    NotPublic {
        /// Which host.
        host: String,
        /// The address that it has.
        address: IpAddr,
        /// What that address is.
        special: Special,
    },
    /// Its name is that of this machine.
    #[error(
        "{host} is this machine itself; upload the file instead, or let the administrator add \"{host}\" to allow under [fetch] in config.toml"
    )]
    ThisMachine {
        /// The name.
        host: String,
    },
    /// Nobody knows its name.
    #[error(
        "the name {host} leads to no address; look for a slip of the pen, try again later, or upload the file instead"
    )]
    Unknown {
        /// The name.
        host: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It does not let itself be reached.
    #[error("{host} cannot be reached; try again later, or upload the file instead")]
    Unreachable {
        /// Which host.
        host: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It does not prove that it is who it says.
    #[error(
        "{host} cannot prove that it is {host}: {source}; look at it in a browser, and upload the file if it is the right one"
    )]
    Certificate {
        /// Which host.
        host: String,
        /// What is wrong with its certificate.
        #[source]
        source: io::Error,
    },
    /// This machine believes nobody about who a host is.
    #[error(
        "this machine knows no certificate authority, so that {host} cannot prove who it is; let the administrator install ca-certificates"
    )]
    NoAuthorities {
        /// Which host.
        host: String,
    },
    /// It takes too long.
    #[error("{host} did not send everything within {} seconds; try again later, or upload the file instead", .within.as_secs_f32())]
    Slow {
        /// Which host.
        host: String,
        /// How long it was waited for.
        within: Duration,
    },
    /// It stopped in the middle.
    #[error("{host} broke off before everything was there; try again later")]
    BrokenOff {
        /// Which host.
        host: String,
        /// What was seen of it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Its answer is not HTTP.
    #[error("{host} does not answer as the web does; upload the file instead")]
    NotHttp {
        /// Which host.
        host: String,
        /// What was seen of it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The head of its answer is too large.
    #[error("{host} sends more before the page than is read here; upload the file instead")]
    HeadTooLarge {
        /// Which host.
        host: String,
    },
    /// What it sends is too large.
    #[error(
        "what {host} sends is larger than {limit} bytes; upload the part that is needed, or let the administrator raise bytes under [fetch] in config.toml"
    )]
    TooLarge {
        /// Which host.
        host: String,
        /// The largest that is taken.
        limit: usize,
    },
    /// What it sends is compressed in a way that was not asked for, or wrongly.
    #[error(
        "what {host} sends is compressed in a way that cannot be undone ({coding}); upload the file instead"
    )]
    Coding {
        /// Which host.
        host: String,
        /// The way, as the host calls it.
        coding: String,
    },
    /// It sends us further without end.
    #[error(
        "{host} sends us on and on ({redirects} times so far); open it in a browser, and upload what is shown there"
    )]
    TooManyRedirects {
        /// The last host.
        host: String,
        /// How often.
        redirects: usize,
    },
    /// It sends us round in a circle.
    #[error(
        "{host} sends us round in a circle, as pages do that want a cookie; open it in a browser, and upload what is shown there"
    )]
    Circle {
        /// The last host.
        host: String,
    },
    /// It sends us to something that is no address.
    #[error("{host} sends us on to {to:?}, which is not an address; open it in a browser")]
    BadRedirect {
        /// Which host.
        host: String,
        /// Where it wants us to go.
        to: String,
    },
    /// It answers that there is nothing to be had.
    #[error("{host} answers {}", say(*.status))]
    Status {
        /// Which host.
        host: String,
        /// Its answer's number.
        status: u16,
    },
    /// It wants to be left alone for a while.
    #[error("{host} asks to be left alone for now; try again in {} seconds", .after.as_secs().max(1))]
    TryLater {
        /// Which host.
        host: String,
        /// For how long.
        after: Duration,
    },
    /// Its robots.txt says no.
    #[error(
        "{host} does not want programs to read this page (its robots.txt says so); open it in a browser, and upload what is shown there"
    )]
    Robots {
        /// Which host.
        host: String,
    },
    /// It could not be learned whether it minds.
    #[error(
        "{host} could not tell whether programs may read this page (its robots.txt is out of order); try again later"
    )]
    RobotsUnclear {
        /// Which host.
        host: String,
    },
}

/// How a status is told to people.
fn say(status: u16) -> String {
    let words = match status {
        401 | 402 | 403 | 407 | 451 => {
            "that it does not show this to us; open it in a browser, and upload what is shown there"
        }
        404 | 410 => "that there is no such page; look for a copy in a web archive",
        400..=499 => "that it cannot do what was asked; open it in a browser",
        500..=599 => "that it is out of order; try again later",
        _ => "in a way that is not known here; open it in a browser",
    };
    format!("{words} (status {status})")
}

/// How a host could be let in; not told of where secrets are kept, which nobody
/// should let in.
fn way_in(special: Special, host: &str) -> String {
    if special.keeps_secrets() {
        return String::new();
    }
    format!(", or let the administrator add \"{host}\" to allow under [fetch] in config.toml")
}

impl FetchTrouble {
    /// Whether the same may work later without anybody's doing.
    pub fn is_worth_retrying(&self) -> bool {
        match self {
            Self::Unknown { .. }
            | Self::Unreachable { .. }
            | Self::Slow { .. }
            | Self::BrokenOff { .. }
            | Self::TryLater { .. }
            | Self::RobotsUnclear { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Scheme(_)
            | Self::Credentials { .. }
            | Self::Port { .. }
            | Self::Insecure { .. }
            | Self::NotPublic { .. }
            | Self::ThisMachine { .. }
            | Self::Certificate { .. }
            | Self::NoAuthorities { .. }
            | Self::NotHttp { .. }
            | Self::HeadTooLarge { .. }
            | Self::TooLarge { .. }
            | Self::Coding { .. }
            | Self::TooManyRedirects { .. }
            | Self::Circle { .. }
            | Self::BadRedirect { .. }
            | Self::Robots { .. } => false,
        }
    }

    /// How long the host asked to be left alone, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TryLater { after, .. } => Some(*after),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, worth: bool, expected: &str) {
        let host = "a.example".to_owned();
        let trouble = FetchTrouble::Status { host, status };
        assert_eq!(trouble.is_worth_retrying(), worth, "{status}");
        assert_eq!(trouble.to_string(), format!("a.example answers {expected}"));
    }

    #[test]
    fn a_status_is_told_in_words() {
        check(
            404,
            false,
            "that there is no such page; look for a copy in a web archive (status 404)",
        );
        check(
            502,
            true,
            "that it is out of order; try again later (status 502)",
        );
    }

    #[test]
    fn whoever_asks_for_time_is_given_it() {
        let trouble = FetchTrouble::TryLater {
            host: "a.example".to_owned(),
            after: Duration::from_secs(120),
        };
        assert_eq!(trouble.retry_after(), Some(Duration::from_secs(120)));
        assert!(trouble.is_worth_retrying());
    }
}
