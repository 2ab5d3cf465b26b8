//! Sentences about sources, their snapshots and texts.

use crate::domain::change::Interval;
use crate::domain::event::Event;
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::locator::LocatorKind;
use crate::domain::response::Response;
use crate::domain::snapshot::{DerivedText, Snapshot};
use crate::domain::source::SourceSheet;

use super::Teller;
use super::sentence::counted;

impl Teller<'_> {
    pub(super) fn source_event(&mut self, event: &Event) {
        match event {
            Event::SourceAdded { source, sheet } => {
                self.say("added ");
                self.sheet(*source, sheet);
            }
            Event::SourceRevised {
                source,
                version,
                sheet,
            } => {
                self.say("changed what is said about ");
                self.sheet(*source, sheet);
                self.say(format!("; this is version {version} of it"));
            }
            Event::RecheckScheduled { source, every } => self.scheduled(*source, *every),
            Event::SnapshotTaken { snapshot } => self.taken(snapshot),
            _ => self.snapshot_event(event),
        }
    }

    fn sheet(&mut self, source: SourceId, sheet: &SourceSheet) {
        self.source_link(source, format!("source {source}"));
        self.say(": ");
        self.quote(sheet.title.as_str());
        self.say(format!(
            ", {} {} by ",
            sheet.directness.label(),
            sheet.kind.label()
        ));
        self.name(&sheet.publisher);
        self.say(format!(", grade {}", sheet.grade.code()));
    }

    fn scheduled(&mut self, source: SourceId, every: Option<Interval>) {
        match every {
            Some(every) => {
                let days = counted(u64::from(every.days()), "day", "days");
                self.say(format!("wants a look every {days} at "));
            }
            None => self.say("ended the regular look at "),
        }
        self.named_source(source);
    }

    fn taken(&mut self, snapshot: &Snapshot) {
        self.say("took ");
        self.snapshot(snapshot.id);
        self.own_source();
        let bytes = counted(snapshot.bytes, "byte", "bytes");
        self.say(format!(": {bytes}, {}", snapshot.how.label()));
        if let Some(name) = &snapshot.file_name {
            self.say(" as ");
            self.name(name.as_str());
        }
    }

    fn snapshot_event(&mut self, event: &Event) {
        match event {
            Event::TextDerived { text } => self.derived(text),
            Event::SnapshotFetched { snapshot, response } => self.fetched(*snapshot, response),
            Event::SnapshotUnread { snapshot, reason } => {
                self.say("could read no text in ");
                self.snapshot(*snapshot);
                self.own_source();
                self.because(reason.as_str());
            }
            Event::TextLocated { locators, .. } => {
                let marks = locators.marks.len() as u64;
                let marks = match locators.kind {
                    LocatorKind::Page => counted(marks, "page label", "page labels"),
                    LocatorKind::Time => counted(marks, "time code", "time codes"),
                };
                self.say(format!("noted {marks} in a text"));
                self.own_source();
            }
            Event::SnapshotConfirmed { snapshot, how } => {
                self.say("looked again at what ");
                self.snapshot(*snapshot);
                self.own_source();
                self.say(format!(" holds: {}", how.label()));
            }
            Event::SnapshotArchived { snapshot, copy } => {
                self.say("had a copy of ");
                self.snapshot(*snapshot);
                self.own_source();
                self.say(" kept by ");
                self.name(&copy.archive);
            }
            _ => {}
        }
    }

    fn derived(&mut self, text: &DerivedText) {
        let length = counted(text.chars, "character", "characters");
        self.say(format!("derived a text of {length} from "));
        self.snapshot(text.snapshot);
        self.own_source();
        let flaws = text.flaws.len() as u64;
        if flaws > 0 {
            self.say(format!(", with {}", counted(flaws, "flaw", "flaws")));
        }
    }

    fn fetched(&mut self, snapshot: SnapshotId, response: &Response) {
        self.say("fetched ");
        self.snapshot(snapshot);
        self.own_source();
        self.say(" from ");
        self.name(&response.last);
        self.say(format!(", which answered with status {}", response.status));
        let hops = response.hops.len() as u64;
        if hops > 0 {
            let hops = counted(hops, "redirection", "redirections");
            self.say(format!(" after {hops}"));
        }
    }
}
