//! What a capture found, until it has a source.

use serde::{Deserialize, Serialize};

use crate::capture::proposal::Proposal;
use crate::capture::{Document, Unreadable};
use crate::domain::hash::ContentHash;
use crate::domain::ids::SourceId;
use crate::domain::response::Response;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::words::{Address, FileName, Notice};
use crate::store::sources::{self, Source};
use crate::store::{Db, StoreError};

use super::{DeskError, NewSnapshot};

/// How much of a text is shown before it is adopted, in code points.
const GLIMPSE: usize = 2_000;

/// Bytes that were fetched or uploaded, and what they say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The name of the bytes' blob.
    pub raw: ContentHash,
    /// The media type or file name that came with them.
    pub declared: Option<String>,
    /// The name of the uploaded file.
    pub file_name: Option<FileName>,
    /// How the server answered.
    pub response: Option<Response>,
    /// The source sheet that they propose.
    pub proposal: Proposal,
    /// How their text begins.
    pub glimpse: String,
    /// How many characters it has.
    pub chars: u64,
    /// What was odd about them.
    pub flaws: Vec<String>,
    /// Why they cannot be read.
    pub unread: Option<String>,
    /// Whether an archive is to be asked for a copy once it has a source.
    #[serde(default)]
    pub archive: bool,
}

impl Found {
    pub(super) fn new(
        raw: ContentHash,
        declared: Option<String>,
        read: &Result<Document, Unreadable>,
    ) -> Self {
        let document = read.as_ref().ok();
        let main = document.and_then(Document::main);
        Self {
            raw,
            declared,
            file_name: None,
            response: None,
            proposal: document
                .map(|document| document.proposal.clone())
                .unwrap_or_default(),
            glimpse: main.map_or_else(String::new, |main| {
                main.text.chars().take(GLIMPSE).collect()
            }),
            chars: main.map_or(0, |main| main.text.chars().count() as u64),
            flaws: main.map(|main| main.flaws.clone()).unwrap_or_default(),
            unread: read.as_ref().err().map(ToString::to_string),
            archive: false,
        }
    }

    /// The title that is proposed: the document's own, or the file's name.
    pub fn title(&self) -> Option<String> {
        let file = self.file_name.as_ref().map(ToString::to_string);
        self.proposal.title.clone().or(file)
    }

    /// The publisher that is proposed: the document's own, or the host.
    pub fn publisher(&self) -> Option<String> {
        let host = || {
            let url = self.response.as_ref()?.last.as_str();
            let url = url::Url::parse(url).ok()?;
            let host = url.host_str()?;
            Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
        };
        self.proposal.publisher.clone().or_else(host)
    }

    /// The day that is proposed as the date of publication.
    pub fn published(&self) -> Option<String> {
        let date = self.proposal.published.as_ref()?;
        Some(date.chars().take(10).collect())
    }

    /// The address that is proposed: the one that the page calls its own where
    /// that is on the same host, or else the one that answered. A page cannot
    /// make its source stand elsewhere.
    pub fn url(&self) -> Option<Address> {
        let host = |url: &str| {
            let url = url::Url::parse(url).ok()?;
            Some(url.host_str()?.to_owned())
        };
        let last = self.response.as_ref().map(|response| &response.last);
        let own = self.proposal.canonical.as_deref();
        let own = own.and_then(|own| Address::parse(own).ok());
        match (own, last) {
            (Some(own), Some(last)) if host(own.as_str()) == host(last.as_str()) => Some(own),
            (_, Some(last)) => Some(last.clone()),
            (own, None) => own,
        }
    }

    /// What was found as a snapshot whose source is not known yet.
    pub(super) fn snapshot(self, bytes: Vec<u8>, notice: Option<Notice>) -> NewSnapshot {
        NewSnapshot {
            source: SourceId::FIRST,
            bytes,
            declared: self.declared,
            how: match self.response {
                Some(_) => CaptureMethod::Fetched,
                None => CaptureMethod::Uploaded,
            },
            url: self.response.as_ref().map(|response| response.last.clone()),
            file_name: self.file_name,
            notice,
            response: self.response,
        }
    }

    pub(super) fn encode(&self) -> Result<String, DeskError> {
        let json = serde_json::to_string(self);
        json.map_err(|error| StoreError::corrupt("capture", error).into())
    }

    pub(super) fn decode(json: &str) -> Result<Self, DeskError> {
        let found = serde_json::from_str(json);
        found.map_err(|error| StoreError::corrupt("capture", error).into())
    }
}

/// The sources that a capture may be of: they have its address or its bytes.
///
/// # Errors
/// When disk or database fail.
pub fn known(db: &Db<'_>, found: &Found) -> Result<Vec<Source>, DeskError> {
    let mut addresses: Vec<&str> = found.proposal.canonical.as_deref().into_iter().collect();
    if let Some(response) = &found.response {
        addresses.extend([response.asked.as_str(), response.last.as_str()]);
    }
    Ok(sources::list_alike(db, &addresses, found.raw)?)
}
