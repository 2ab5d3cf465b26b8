//! `citekeep capture`: a source from an address or a file.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::desk::capturing::{self, Found};
use crate::desk::snapshots::{self, NewSnapshot};
use crate::desk::{Actor, Desk, audit};
use crate::domain::ids::SourceId;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::source::{Directness, Grade, SourceKind, SourceSheet};
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, FileName, Name, Notice, Title};
use crate::store::local::captures::{Queued, Stage};

use super::{Failure, Ready, extract, fetching, output};

/// Capture a source from an address or a file.
#[derive(Debug, Args)]
pub(super) struct Capture {
    /// A http or https address, a file, or - for standard input
    from: String,
    /// Capture it for this source; without it a new source is made
    #[arg(long, value_name = "NUMBER")]
    source: Option<SourceId>,
    /// Where a file came from
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// A warning shown wherever its words are shown
    #[arg(long)]
    notice: Option<String>,
    /// The new source's title, instead of the one that the document proposes
    #[arg(long)]
    title: Option<String>,
    /// The new source's publisher, instead of the one that is proposed
    #[arg(long)]
    publisher: Option<String>,
    /// The new source's kind
    #[arg(long, default_value = "other")]
    kind: SourceKind,
}

impl Capture {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        self.notice()?;
        let desk = ready.open()?;
        let done = match Address::parse(&self.from) {
            Ok(address) => self.fetch(ready, &desk, address),
            Err(_) => self.read_file(&desk),
        };
        audit::checkpoint(&desk)?;
        done
    }

    fn notice(&self) -> Result<Option<Notice>, Failure> {
        let notice = self.notice.as_deref().unwrap_or_default();
        Notice::parse_optional(notice).map_err(|error| Failure::Usage(format!("--notice: {error}")))
    }

    fn read_file(&self, desk: &Desk) -> Result<(), Failure> {
        let bytes = extract::read(Path::new(&self.from))?;
        let name = PathBuf::from(&self.from);
        let name = name
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name != "-");
        let file_name = name.as_deref().and_then(|name| FileName::parse(name).ok());
        let url = Address::parse_optional(self.url.as_deref().unwrap_or_default())
            .map_err(|error| Failure::Usage(format!("--url: {error}")))?;
        let Some(source) = self.source else {
            let id = capturing::bring(desk, Actor::Operator, &bytes, (name, file_name))?;
            return self.adopt(desk, id, url);
        };
        let new = NewSnapshot {
            source,
            bytes,
            declared: name,
            how: CaptureMethod::Uploaded,
            url,
            file_name,
            notice: self.notice()?,
            response: None,
        };
        let snapshot = snapshots::take(desk, Actor::Operator, new)?;
        output::line(&format!("snapshot {snapshot} of source {source}"));
        Ok(())
    }

    fn fetch(&self, ready: &Ready, desk: &Desk, address: Address) -> Result<(), Failure> {
        let id = capturing::ask(desk, Actor::Operator, self.source, address)?;
        let ended = fetching::run_one(&ready.config, desk, id)?;
        match (ended.stage, ended.snapshot, ended.source) {
            (Stage::Read, ..) => self.adopt(desk, id, None),
            (Stage::Done, Some(snapshot), Some(source)) => {
                output::line(&format!("snapshot {snapshot} of source {source}"));
                Ok(())
            }
            (Stage::Same, Some(snapshot), _) => {
                output::line(&format!("nothing changed since snapshot {snapshot}"));
                Ok(())
            }
            _ => Err(unfinished(&ended)),
        }
    }

    /// Makes a source of what was read.
    fn adopt(&self, desk: &Desk, id: i64, url: Option<Address>) -> Result<(), Failure> {
        let queued = capturing::look(desk, id)?;
        let found = capturing::waiting_sheet(&queued)?;
        let sheet = match self.sheet(&found, url) {
            Ok(sheet) => sheet,
            Err(failure) => {
                capturing::cancel(desk, Actor::Operator, id)?;
                return Err(failure);
            }
        };
        let (title, unread) = (sheet.title.to_string(), found.unread);
        let source = capturing::adopt(desk, Actor::Operator, id, (sheet, self.notice()?))?;
        let snapshot = capturing::look(desk, id)?.snapshot;
        let snapshot = snapshot.map_or_else(String::new, |id| format!("snapshot {id} of "));
        output::line(&format!("{snapshot}source {source}: {title}"));
        match unread {
            Some(unread) => {
                output::complain(&format!("its bytes are kept, but {unread}"));
                Err(Failure::Found)
            }
            None => Ok(()),
        }
    }

    fn sheet(&self, found: &Found, url: Option<Address>) -> Result<SourceSheet, Failure> {
        let proposal = &found.proposal;
        let title = self.title.clone().or_else(|| found.title());
        let publisher = self.publisher.clone().or_else(|| found.publisher());
        Ok(SourceSheet {
            title: Title::parse(&title.unwrap_or_default())
                .map_err(|error| Failure::Usage(format!("--title: {error}")))?,
            kind: self.kind,
            publisher: Name::parse(&publisher.unwrap_or_default())
                .map_err(|error| Failure::Usage(format!("--publisher: {error}")))?,
            author: Name::parse_optional(&proposal.authors.join(", ")).unwrap_or_default(),
            published: found
                .published()
                .and_then(|date| PartialDate::parse(&date).ok()),
            directness: Directness::Primary,
            grade: Grade::UNJUDGED,
            origin: None,
            url: url.or_else(|| found.url()),
            as_cited_by: None,
        })
    }
}

/// Why a capture did not end well.
pub(super) fn unfinished(queued: &Queued) -> Failure {
    let words = queued.words.as_deref().unwrap_or("nothing more is known");
    match queued.stage {
        Stage::Waiting => Failure::Broken(format!(
            "{words}; it waits in the queue of the desk and is tried again when the desk is served"
        )),
        stage => Failure::Broken(format!("{}: {words}", stage.label())),
    }
}
