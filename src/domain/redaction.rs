//! What is left of a record when its words are erased: the same kind of event
//! with the same numbers, hashes and times, and a mark where words stood.
//!
//! Everything that refers to it stays whole, and projections are made of what
//! is left by the same code as of what was there.

use super::article::{ArticleSheet, Aside};
use super::change::{ArchiveCopy, Dismissal};
use super::citation::{Citation, Passage, Reanchoring};
use super::claim::{Appearance, ArticlePassage, Claimant};
use super::event::{Event, Record};
use super::ids::EntryIndex;
use super::locator::Locators;
use super::other_check::{OtherCheck, ReadIn, TheirRating, TheirReview};
use super::publication::Correction;
use super::remark::Remark;
use super::response::Response;
use super::sheet::{DeskSheet, Locale, Policies};
use super::snapshot::{DerivedText, Snapshot};
use super::source::SourceSheet;
use super::time::Timestamp;
use super::verdict::{Evidence, Verdict};
use super::words::{Address, BadWords, Name};

/// What a person is called whose name was erased.
pub const NOBODY: &str = "Somebody (name erased)";
/// An address that leads nowhere (RFC 2606), where one must stand.
const NOWHERE: &str = "https://erased.invalid/";

/// Why nothing can be erased of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unerasable {
    /// It holds numbers and choices only.
    #[error("it holds no words that could be erased")]
    Wordless,
    /// What it says keeps the log whole.
    #[error("it is one of those that keep the log whole, and stays")]
    Kept,
}

/// What stands where words were: when they went, and the entry that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureMark(String);

impl ErasureMark {
    /// The mark of an erasure.
    pub fn new(at: Timestamp, entry: EntryIndex) -> Self {
        let day = at.day_written(Locale::British);
        Self(format!("[erased on {day}, entry {entry}]"))
    }

    /// The entry that a mark names; nothing where a text is no mark to the letter.
    pub fn entry_in(text: &str) -> Option<EntryIndex> {
        let within = text.strip_prefix("[erased on ")?.strip_suffix(']')?;
        let (day, entry) = within.split_once(", entry ")?;
        let (day, entry) = (Timestamp::of_day_written(day)?, entry.parse().ok()?);
        // A day or a number in another spelling would be words of somebody's own.
        (Self::new(day, entry).as_str() == text).then_some(entry)
    }

    /// The mark as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn words<T: TryFrom<String, Error = BadWords>>(&self) -> T {
        T::try_from(self.0.clone()).expect("a mark is a short line of plain words")
    }

    fn passage(&self, passage: &Passage) -> Passage {
        Passage {
            span: passage.span,
            quote: self.0.clone(),
            prefix: String::new(),
            suffix: String::new(),
        }
    }

    fn claimant(&self, claimant: Option<&Claimant>) -> Option<Claimant> {
        claimant.map(|_| Claimant {
            name: self.words(),
            role: None,
        })
    }

    fn result(&self, result: &Reanchoring) -> Reanchoring {
        match result {
            Reanchoring::Altered { span, .. } => Reanchoring::Altered {
                span: *span,
                now: self.0.clone(),
            },
            other => other.clone(),
        }
    }
}

/// What is left of a record without anybody's words.
///
/// # Errors
/// When there is nothing to erase in it, or it has to stay.
pub fn redact(record: &Record, mark: &ErasureMark) -> Result<Record, Unerasable> {
    let event = without_words(&record.event, mark)?;
    if event == record.event {
        return Err(Unerasable::Wordless);
    }
    Ok(Record {
        v: record.v,
        at: record.at,
        by: record.by,
        event,
        // A signature is over the words that are gone: whoever guesses them
        // could tell by it that they guessed right.
        signature: None,
    })
}

/// Every kind is named, so that a new one cannot be forgotten here.
fn without_words(event: &Event, mark: &ErasureMark) -> Result<Event, Unerasable> {
    Ok(match event {
        Event::DeskOpened { .. }
        | Event::OlderLogAccepted { .. }
        | Event::ErasureAsked { .. }
        | Event::ErasureWithdrawn { .. }
        | Event::ErasureRefused { .. }
        | Event::Erased { .. }
        | Event::KeyRotated { .. }
        | Event::KeyReplaced { .. }
        | Event::SigningRuled { .. }
        | Event::PasskeyRegistered { .. }
        | Event::PasskeyRetired { .. }
        | Event::ApprovalTakenBack { .. } => return Err(Unerasable::Kept),
        Event::RulesSet { .. }
        | Event::ScaleAdopted { .. }
        | Event::RoleChanged { .. }
        | Event::PersonLeft { .. }
        | Event::PassageTakenUp { .. }
        | Event::PassageAccepted { .. }
        | Event::ClaimAssigned { .. }
        | Event::ClaimPlanned { .. }
        | Event::QuestionSettled { .. }
        | Event::ClaimReopened { .. }
        | Event::SnapshotConfirmed { .. }
        | Event::RecheckScheduled { .. }
        | Event::CitationRemoved { .. }
        | Event::VerdictPublished { .. }
        | Event::SourceSealed { .. }
        | Event::SourceUnsealed { .. } => return Err(Unerasable::Wordless),
        Event::DeskDescribed { sheet } => Event::DeskDescribed {
            sheet: desk_sheet(sheet),
        },
        Event::PersonJoined { person, role, .. } => Event::PersonJoined {
            person: *person,
            name: nobody(),
            role: *role,
        },
        Event::ArticleAdded { .. }
        | Event::ArticleRevised { .. }
        | Event::PassageSetAside { .. }
        | Event::PassageReanchored { .. } => in_article(event, mark),
        Event::ClaimOpened { .. }
        | Event::ClaimReworded { .. }
        | Event::ClaimWithdrawn { .. }
        | Event::RemarkMade { .. }
        | Event::OtherCheckNoted { .. }
        | Event::OtherCheckRemoved { .. } => of_claim(event, mark),
        Event::SourceAdded { .. }
        | Event::SourceRevised { .. }
        | Event::SnapshotTaken { .. }
        | Event::TextDerived { .. }
        | Event::SnapshotFetched { .. }
        | Event::SnapshotUnread { .. }
        | Event::TextLocated { .. }
        | Event::SnapshotArchived { .. }
        | Event::CitationMade { .. }
        | Event::CitationReanchored { .. } => of_source(event, mark),
        Event::ChangeDismissed { .. }
        | Event::VerdictGiven { .. }
        | Event::VerdictApproved { .. }
        | Event::VerdictDissented { .. }
        | Event::PublicationCorrected { .. } => of_verdict(event, mark),
    })
}

fn nobody() -> Name {
    Name::parse(NOBODY).expect("these words are a name")
}

fn nowhere() -> Address {
    Address::parse(NOWHERE).expect("this is an address")
}

fn desk_sheet(sheet: &DeskSheet) -> DeskSheet {
    DeskSheet {
        name: sheet.name.clone(),
        tagline: None,
        url: None,
        owner: None,
        country: None,
        contact: None,
        locale: sheet.locale,
        policies: Policies::default(),
    }
}

fn in_article(event: &Event, mark: &ErasureMark) -> Event {
    let described = |sheet: &ArticleSheet| ArticleSheet {
        title: mark.words(),
        url: None,
        published: sheet.published.clone(),
        language: sheet.language.clone(),
        notice: None,
    };
    let mut event = event.clone();
    match &mut event {
        Event::ArticleAdded { sheet, .. } | Event::ArticleRevised { sheet, .. } => {
            *sheet = described(sheet);
        }
        Event::PassageSetAside {
            aside: Aside { passage, .. },
        } => *passage = mark.passage(passage),
        Event::PassageReanchored { result, .. } => *result = mark.result(result),
        _ => {}
    }
    event
}

fn of_claim(event: &Event, mark: &ErasureMark) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::ClaimOpened {
            statement,
            claimant,
            appearance,
            ..
        } => {
            *statement = mark.words();
            *claimant = mark.claimant(claimant.as_ref());
            *appearance = appearance_left(appearance, mark);
        }
        Event::ClaimReworded {
            statement,
            claimant,
            ..
        } => {
            *statement = mark.words();
            *claimant = mark.claimant(claimant.as_ref());
        }
        Event::ClaimWithdrawn { reason, .. } | Event::OtherCheckRemoved { reason, .. } => {
            *reason = mark.words();
        }
        Event::RemarkMade {
            remark: Remark { words, .. },
        } => *words = mark.words(),
        Event::OtherCheckNoted { check } => *check = other_check(check, mark),
        _ => {}
    }
    event
}

fn appearance_left(appearance: &Appearance, mark: &ErasureMark) -> Appearance {
    let passage = appearance.passage.as_ref().map(|place| ArticlePassage {
        article: place.article,
        revision: place.revision,
        passage: mark.passage(&place.passage),
    });
    Appearance {
        passage,
        url: None,
        date: appearance.date.clone(),
    }
}

fn other_check(check: &OtherCheck, mark: &ErasureMark) -> OtherCheck {
    OtherCheck {
        id: check.id,
        claim: check.claim,
        review: TheirReview {
            publisher: mark.words(),
            publisher_url: None,
            url: nowhere(),
            reviewed: None,
            rating: TheirRating::default(),
            published: None,
        },
        read_in: ReadIn {
            address: None,
            file_name: None,
            sha256: check.read_in.sha256,
        },
    }
}

fn of_source(event: &Event, mark: &ErasureMark) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::SourceAdded { sheet, .. } | Event::SourceRevised { sheet, .. } => {
            *sheet = source_sheet(sheet, mark);
        }
        Event::SnapshotTaken {
            snapshot:
                Snapshot {
                    url,
                    file_name,
                    notice,
                    ..
                },
        } => (*url, *file_name, *notice) = (None, None, None),
        Event::TextDerived {
            text: DerivedText { flaws, .. },
        } => flaws.clear(),
        Event::SnapshotFetched { response, .. } => *response = answer(response),
        Event::SnapshotUnread { reason, .. } => *reason = mark.words(),
        Event::TextLocated {
            locators: Locators { marks, .. },
            ..
        } => marks.clear(),
        Event::SnapshotArchived { copy, .. } => {
            *copy = ArchiveCopy {
                archive: copy.archive.clone(),
                url: nowhere(),
                at: copy.at.clone(),
            };
        }
        Event::CitationMade {
            citation: Citation { passage, .. },
        } => *passage = mark.passage(passage),
        Event::CitationReanchored { result, .. } => *result = mark.result(result),
        _ => {}
    }
    event
}

fn source_sheet(sheet: &SourceSheet, mark: &ErasureMark) -> SourceSheet {
    SourceSheet {
        title: mark.words(),
        kind: sheet.kind,
        publisher: mark.words(),
        author: None,
        published: sheet.published.clone(),
        directness: sheet.directness,
        grade: sheet.grade,
        origin: None,
        url: None,
        as_cited_by: sheet.as_cited_by,
    }
}

/// An answer of a server says by its addresses and headers what was read.
fn answer(response: &Response) -> Response {
    Response {
        asked: nowhere(),
        hops: Vec::new(),
        last: nowhere(),
        peer: String::new(),
        status: response.status,
        headers: Vec::new(),
        at: response.at,
    }
}

fn of_verdict(event: &Event, mark: &ErasureMark) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::ChangeDismissed {
            dismissal: Dismissal { reason, .. },
            ..
        } => *reason = mark.words(),
        Event::VerdictGiven { verdict } => verdict_left(verdict, mark),
        Event::VerdictApproved { note, .. } => *note = note.as_ref().map(|_| mark.words()),
        Event::VerdictDissented { note, .. }
        | Event::PublicationCorrected {
            correction: Correction { note, .. },
        } => *note = mark.words(),
        _ => {}
    }
    event
}

fn verdict_left(verdict: &mut Verdict, mark: &ErasureMark) {
    verdict.statement = mark.words();
    verdict.rationale = mark.words();
    for Evidence { quote, .. } in &mut verdict.evidence {
        mark.as_str().clone_into(quote);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_its_entry_and_nothing_else_is_a_mark() {
        let at = "2026-03-03T10:00:00Z".parse().expect("a moment");
        let mark = ErasureMark::new(at, EntryIndex::new(912));
        assert_eq!(mark.as_str(), "[erased on 3 March 2026, entry 912]");
        assert_eq!(
            ErasureMark::entry_in(mark.as_str()),
            Some(EntryIndex::new(912))
        );
        for words in [
            "",
            "[erased on 3 March 2026]",
            "[erased on 03 March 2026, entry 912]",
            "[erased on 3 march 2026, entry 912]",
            "[erased on 31 February 2026, entry 912]",
            "[erased on 3 March 2026, entry 0912]",
            "[erased on 3 March 2026, entry 912] It never opened.",
            "[erased on a whim: it never opened, entry 912]",
        ] {
            assert_eq!(ErasureMark::entry_in(words), None, "{words}");
        }
    }
}
