//! Asking the Wayback Machine to keep a copy of a page: Save Page Now, second
//! edition. Its answer is an attestation beside our own, never a gate.

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::fetch::{Ask, FetchTrouble, Fetcher, header};

/// The most bytes of an answer that are read; it lists what a page embeds.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Which archive is asked, and how long it is waited for.
#[derive(Clone)]
pub struct Archive {
    /// Where copies are asked for. `Default`: `https://web.archive.org/save`.
    pub endpoint: Url,
    /// The access key and the secret of an account, as the archive's page
    /// `https://archive.org/account/s3.php` shows them.
    pub keys: Option<(String, String)>,
    /// How often the archive is asked whether it is done. Default: 24.
    pub questions: usize,
    /// The pause before each of these questions. Default: 5 seconds.
    pub pause: Duration,
}

impl Default for Archive {
    fn default() -> Self {
        Self {
            endpoint: Url::parse("https://web.archive.org/save").expect("an address"),
            keys: None,
            questions: 24,
            pause: Duration::from_secs(5),
        }
    }
}

/// What the archive says that it kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The number that the archive gave the task.
    pub job: String,
    /// Where the copy stands.
    pub archived: Url,
    /// When it was made, as the archive writes it: `20260303101500`, in UTC.
    pub at: String,
}

/// Why the archive did not keep a copy.
#[derive(Debug, thiserror::Error)]
pub enum WaybackTrouble {
    /// It could not be asked.
    #[error("the web archive could not be asked: {0}")]
    Fetch(#[from] FetchTrouble),
    /// It wants an account's keys.
    #[error(
        "the web archive does not know us; let the administrator put the keys from archive.org/account/s3.php into config.toml"
    )]
    Keys,
    /// It has too much to do.
    #[error("the web archive has too much to do; try again in a few minutes")]
    Busy {
        /// How long it asked to be left alone, if it said.
        after: Option<Duration>,
    },
    /// It is not done yet.
    #[error("the web archive has not finished yet; look at {job} again later")]
    NotYet {
        /// The number that the archive gave the task.
        job: String,
    },
    /// It could not or would not.
    #[error("the web archive did not keep the page: {reason}")]
    Refused {
        /// Its words.
        reason: String,
        /// Whether it may be able to later.
        for_now: bool,
    },
    /// Its answer makes no sense.
    #[error("the web archive's answer cannot be read; try again later")]
    Unreadable,
}

impl WaybackTrouble {
    /// Whether the same may work later without anybody's doing.
    pub fn is_worth_retrying(&self) -> bool {
        match self {
            Self::Fetch(trouble) => trouble.is_worth_retrying(),
            Self::Keys => false,
            Self::Busy { .. } | Self::NotYet { .. } | Self::Unreadable => true,
            Self::Refused { for_now, .. } => *for_now,
        }
    }

    /// How long the archive asked to be left alone, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fetch(trouble) => trouble.retry_after(),
            Self::Busy { after } => *after,
            _ => None,
        }
    }
}

/// The fields of the archive's answers that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    job_id: Option<String>,
    status: Option<String>,
    status_ext: Option<String>,
    message: Option<String>,
    timestamp: Option<String>,
    original_url: Option<String>,
}

/// Asks the archive to keep a copy of a page, and waits until it has one.
///
/// # Errors
/// When it cannot be asked, does not want to, or takes too long.
pub async fn save(
    fetcher: &Fetcher,
    archive: &Archive,
    page: &Url,
) -> Result<Attestation, WaybackTrouble> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("url", page.as_str())
        .append_pair("skip_first_archive", "1")
        .finish();
    let mut ask = Ask::get(archive.endpoint.clone());
    ask.method = Method::POST;
    ask.body = form.into_bytes();
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    ask.headers.push((CONTENT_TYPE, form_type));
    let said = speak(fetcher, archive, ask).await?;
    let job = said.job_id.clone().filter(|job| is_job(job));
    let job = job.ok_or_else(|| said.refusal())?;
    for _ in 0..archive.questions {
        tokio::time::sleep(archive.pause).await;
        let said = speak(fetcher, archive, Ask::get(status_page(archive, &job))).await?;
        match said.status.as_deref() {
            Some("success") => return attested(archive, job, &said),
            Some("pending") => {}
            _ => return Err(said.refusal()),
        }
    }
    Err(WaybackTrouble::NotYet { job })
}

async fn speak(fetcher: &Fetcher, archive: &Archive, mut ask: Ask) -> Result<Said, WaybackTrouble> {
    let json = HeaderValue::from_static("application/json");
    ask.headers.push((ACCEPT, json));
    if let Some((access, secret)) = &archive.keys {
        let mut keys = header(&format!("LOW {access}:{secret}"));
        keys.set_sensitive(true);
        ask.headers.push((AUTHORIZATION, keys));
    }
    let answer = fetcher.speak(ask, MOST_BYTES).await?;
    let after = answer.retry_after;
    match answer.status {
        401 | 403 => return Err(WaybackTrouble::Keys),
        429 | 500..=599 => return Err(WaybackTrouble::Busy { after }),
        _ => {}
    }
    serde_json::from_slice(&answer.body).map_err(|_| WaybackTrouble::Unreadable)
}

impl Said {
    /// What an answer means that brings no copy.
    fn refusal(&self) -> WaybackTrouble {
        let kind = self.status_ext.as_deref().unwrap_or_default();
        if matches!(kind, "error:user-session-limit" | "error:too-many-requests") {
            return WaybackTrouble::Busy { after: None };
        }
        let Some(words) = self.message.as_deref().or(self.status_ext.as_deref()) else {
            return WaybackTrouble::Unreadable;
        };
        let for_ever = [
            "error:blocked",
            "error:blocked-url",
            "error:bad-request",
            "error:invalid-url-syntax",
            "error:forbidden",
            "error:not-found",
            "error:gone",
            "error:unauthorized",
            "error:filesize-limit",
        ];
        WaybackTrouble::Refused {
            reason: words
                .chars()
                .filter(|mark| !mark.is_control())
                .take(300)
                .collect(),
            for_now: !for_ever.contains(&kind),
        }
    }
}

/// Whether a task's number is one that can stand in an address.
fn is_job(job: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=200).contains(&job.len()) && job.bytes().all(is_plain)
}

fn status_page(archive: &Archive, job: &str) -> Url {
    let mut at = archive.endpoint.clone();
    let save = at.path().trim_end_matches('/').to_owned();
    at.set_path(&format!("{save}/status/{job}"));
    at
}

/// Where the copy stands: at the archive, whatever its answer says.
fn attested(archive: &Archive, job: String, said: &Said) -> Result<Attestation, WaybackTrouble> {
    let at = said.timestamp.clone().unwrap_or_default();
    let is_time = at.len() == 14 && at.bytes().all(|byte| byte.is_ascii_digit());
    let original = said.original_url.as_deref().unwrap_or_default();
    let original = Url::parse(original).ok();
    let original = original.filter(|url| matches!(url.scheme(), "http" | "https"));
    let (true, Some(original)) = (is_time, original) else {
        return Err(WaybackTrouble::Unreadable);
    };
    let origin = archive.endpoint.origin().ascii_serialization();
    let archived = Url::parse(&format!("{origin}/web/{at}/{original}"));
    let archived = archived.map_err(|_| WaybackTrouble::Unreadable)?;
    Ok(Attestation { job, archived, at })
}
