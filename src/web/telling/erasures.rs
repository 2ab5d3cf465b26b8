//! Sentences about what went and what is sealed.

use crate::domain::erasure::{Erasure, ErasurePart, ErasureRequest};
use crate::domain::event::Event;
use crate::domain::ids::PersonId;

use super::Teller;
use super::sentence::counted;

/// How many parts of an erasure, or readers of a source, a sentence names.
const NAMED: usize = 5;

impl Teller<'_> {
    pub(super) fn erasure_event(&mut self, event: &Event) {
        match event {
            Event::ErasureAsked { request } => self.asked_to_erase(request),
            Event::ErasureWithdrawn { asked } => {
                self.say("took back what ");
                self.entry(*asked);
                self.say(" asked to have erased");
            }
            Event::ErasureRefused { asked, reason } => {
                self.say("refused what ");
                self.entry(*asked);
                self.say(" asked to have erased");
                self.because(reason.as_str());
            }
            Event::Erased { erasure } => self.erased(erasure),
            Event::SourceSealed { source, readers } => {
                self.say("sealed ");
                self.named_source(*source);
                self.readers(readers);
            }
            Event::SourceUnsealed { source } => {
                self.say("opened ");
                self.named_source(*source);
                self.say(" again, which had been sealed");
            }
            _ => {}
        }
    }

    fn asked_to_erase(&mut self, request: &ErasureRequest) {
        self.say("asked to have erased ");
        for (at, part) in request.parts.iter().take(NAMED).enumerate() {
            self.between(at, request.parts.len());
            self.part(part);
        }
        self.more(request.parts.len(), ("other thing", "other things"));
        self.say(format!(", because {}", request.ground.label()));
        self.because(request.reason.as_str());
    }

    fn part(&mut self, part: &ErasurePart) {
        match part {
            ErasurePart::Entry { entry } => {
                self.say("what ");
                self.entry(*entry);
                self.say(" says");
            }
            other => self.say(other.in_words()),
        }
    }

    /// What stands before the next of several things.
    fn between(&mut self, at: usize, all: usize) {
        if at > 0 {
            self.say(if at + 1 == all { " and " } else { ", " });
        }
    }

    /// Says how many there are beside those that are named.
    fn more(&mut self, all: usize, (one, many): (&str, &str)) {
        let more = all.saturating_sub(NAMED) as u64;
        if more > 0 {
            self.say(format!(" and {}", counted(more, one, many)));
        }
    }

    fn erased(&mut self, erasure: &Erasure) {
        self.say("consented to what ");
        self.entry(erasure.asked);
        self.say(" asked, and it was erased: ");
        let bodies = counted(erasure.holes.len() as u64, "entry", "entries");
        let blobs = counted(erasure.blobs.len() as u64, "file or text", "files or texts");
        self.say(format!("what {bodies} said, and {blobs}"));
    }

    fn readers(&mut self, readers: &[PersonId]) {
        self.say(" for ");
        for (at, reader) in readers.iter().take(NAMED).enumerate() {
            self.between(at, readers.len());
            self.person(*reader);
        }
        self.more(readers.len(), ("other person", "other people"));
        self.say(" alone");
    }
}
