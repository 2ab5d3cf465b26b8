//! What the log says, told: each entry as a plain sentence, with links to what
//! it is about. Pages, printed histories and the API tell it alike.

mod claims;
mod desk;
mod erasures;
mod keys;
mod sentence;
mod sources;
mod verdicts;

use std::collections::BTreeMap;

use crate::desk::DeskError;
use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;
use crate::domain::person::Byline;
use crate::domain::time::Timestamp;
use crate::store::trail::told::Told;
use crate::store::trail::{Named, Wanted, named};
use crate::store::{Db, log};

pub(super) use self::sentence::{Part, Sentence};

/// How much of the words of a claim or a title stands beside a sentence, in
/// characters.
const BESIDE: usize = 140;

/// What an entry is about, where its body alone does not say it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    /// The source whose snapshot or text it is.
    pub(super) source: Option<crate::domain::ids::SourceId>,
}

/// An entry as it is told.
pub(super) struct Line {
    pub(super) entry: EntryIndex,
    pub(super) leaf: String,
    /// The size of the oldest checkpoint that covers it.
    pub(super) covered: Option<u64>,
    /// What it says, or what is left of it; none where that cannot be read.
    pub(super) said: Option<Said>,
    /// Why its body is not to be read.
    pub(super) gap: Option<Gap>,
    /// What was done, and what it is about, as the trail has it.
    pub(super) step: Option<crate::store::trail::Step>,
}

/// Why what an entry says is not to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// It was erased, and another entry says so.
    Erased(EntryIndex),
    /// It is about a sealed source, which the reader may not see.
    Sealed,
    /// It is gone, and nothing says why.
    Missing,
}

impl Gap {
    const fn of(told: &Told) -> Option<Self> {
        match (&told.body, told.erased) {
            (Some(_), _) => None,
            (None, Some(erased)) => Some(Self::Erased(erased)),
            (None, None) if told.seals && told.step.is_some() => Some(Self::Sealed),
            (None, None) => Some(Self::Missing),
        }
    }
}

/// What an entry says.
pub(super) struct Said {
    pub(super) at: Timestamp,
    pub(super) by: Option<Byline>,
    pub(super) sentence: Sentence,
    /// The wording of the claim or the title of the source that it is about.
    pub(super) beside: Option<String>,
}

/// Tells entries, with a few queries for all of them together.
pub(super) fn lines(db: &Db<'_>, told: Vec<Told>) -> Result<Vec<Line>, DeskError> {
    let mut records: BTreeMap<EntryIndex, Record> = BTreeMap::new();
    for told in &told {
        if let Some(said) = &told.said {
            records.insert(told.entry, log::decode(said)?);
        }
    }
    let mut wanted = Wanted::default();
    for step in told.iter().filter_map(|told| told.step.as_ref()) {
        wanted.claims.extend(step.claim);
        wanted.sources.extend(step.source);
        wanted.articles.extend(step.article);
    }
    for record in records.values() {
        wanted.articles.extend(article(&record.event));
    }
    let names = named(db, &wanted)?;
    let line = |told: Told| {
        let about = About {
            source: told.step.as_ref().and_then(|step| step.source),
        };
        let said = records.remove(&told.entry).map(|record| Said {
            at: record.at,
            by: record.by,
            sentence: sentence(&record, about, &names),
            beside: beside(&told, &record.event, &names),
        });
        Line {
            entry: told.entry,
            said,
            gap: Gap::of(&told),
            leaf: told.leaf,
            covered: told.covered,
            step: told.step,
        }
    };
    Ok(told.into_iter().map(line).collect())
}

/// The article that an event names besides the claim that it is about.
const fn article(event: &Event) -> Option<crate::domain::ids::ArticleId> {
    match event {
        Event::PassageReanchored { article, .. } | Event::PassageAccepted { article, .. } => {
            Some(*article)
        }
        _ => None,
    }
}

/// The words of what an entry is about, where its own sentence has none.
fn beside(told: &Told, event: &Event, names: &Named) -> Option<String> {
    if matches!(
        event,
        Event::ClaimOpened { .. } | Event::ClaimReworded { .. }
    ) {
        return None;
    }
    let claim = told.step.as_ref().and_then(|step| step.claim)?;
    let statement = names.claims.get(&claim)?;
    Some(sentence::shortened(statement, BESIDE))
}

/// The sentence that an entry is told in.
pub(super) fn sentence(record: &Record, about: About, names: &Named) -> Sentence {
    let mut teller = Teller {
        sentence: Sentence::default(),
        by: record.by,
        about,
        names,
    };
    match record.by {
        Some(by) => teller.person(by.person),
        None => teller.say("The desk"),
    }
    teller.say(" ");
    teller.tell(&record.event);
    if record.signature.is_some() {
        teller.say(", signed with a passkey");
    }
    teller.sentence
}

/// Puts a sentence together.
struct Teller<'a> {
    sentence: Sentence,
    by: Option<Byline>,
    about: About,
    names: &'a Named,
}

impl Teller<'_> {
    /// Every kind of event has words: the compiler asks for those of a new one.
    fn tell(&mut self, event: &Event) {
        match event {
            Event::DeskOpened { .. }
            | Event::OlderLogAccepted { .. }
            | Event::DeskDescribed { .. }
            | Event::RulesSet { .. }
            | Event::ScaleAdopted { .. }
            | Event::PersonJoined { .. }
            | Event::RoleChanged { .. }
            | Event::PersonLeft { .. } => self.desk(event),
            Event::ArticleAdded { .. }
            | Event::ArticleRevised { .. }
            | Event::PassageSetAside { .. }
            | Event::PassageTakenUp { .. }
            | Event::PassageReanchored { .. }
            | Event::PassageAccepted { .. } => self.article_event(event),
            Event::ClaimOpened { .. }
            | Event::ClaimReworded { .. }
            | Event::ClaimAssigned { .. }
            | Event::ClaimPlanned { .. }
            | Event::RemarkMade { .. }
            | Event::QuestionSettled { .. }
            | Event::ClaimWithdrawn { .. }
            | Event::ClaimReopened { .. } => self.claim_event(event),
            Event::OtherCheckNoted { .. }
            | Event::OtherCheckRemoved { .. }
            | Event::CitationMade { .. }
            | Event::CitationRemoved { .. }
            | Event::CitationReanchored { .. } => self.beside_claim(event),
            Event::SourceAdded { .. }
            | Event::SourceRevised { .. }
            | Event::RecheckScheduled { .. }
            | Event::SnapshotTaken { .. }
            | Event::TextDerived { .. }
            | Event::SnapshotFetched { .. }
            | Event::SnapshotUnread { .. }
            | Event::TextLocated { .. }
            | Event::SnapshotConfirmed { .. }
            | Event::SnapshotArchived { .. } => self.source_event(event),
            Event::VerdictGiven { .. }
            | Event::VerdictApproved { .. }
            | Event::ApprovalTakenBack { .. }
            | Event::VerdictDissented { .. }
            | Event::ChangeDismissed { .. }
            | Event::VerdictPublished { .. }
            | Event::PublicationCorrected { .. } => self.verdict_event(event),
            Event::ErasureAsked { .. }
            | Event::ErasureWithdrawn { .. }
            | Event::ErasureRefused { .. }
            | Event::Erased { .. }
            | Event::SourceSealed { .. }
            | Event::SourceUnsealed { .. } => self.erasure_event(event),
            Event::KeyRotated { .. }
            | Event::KeyReplaced { .. }
            | Event::SigningRuled { .. }
            | Event::PasskeyRegistered { .. }
            | Event::PasskeyRetired { .. } => self.key_event(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("../../../tests/it/golden/events.jsonl");

    fn names() -> Named {
        let people = (1..=5).map(|number| {
            let person = number.try_into().expect("a number");
            (person, format!("Person {number}"))
        });
        let scales = [("six-step".to_owned(), "Six-step accuracy scale".to_owned())];
        Named {
            people: people.collect(),
            scales: scales.into_iter().collect(),
            sources: (1..=9)
                .map(|number| {
                    (
                        number.try_into().expect("a number"),
                        format!("Source {number}"),
                    )
                })
                .collect(),
            ..Named::default()
        }
    }

    fn told(line: &str) -> String {
        let record = log::decode(line).expect(line);
        let about = About {
            source: Some(crate::domain::ids::SourceId::FIRST),
        };
        sentence(&record, about, &names()).to_string()
    }

    /// What no sentence for people may have: keys, hashes, words of programs.
    fn is_raw(word: &str) -> bool {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let is_key = bare.contains('_') && !bare.contains('.') && bare.is_ascii();
        let is_hash = bare.len() >= 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_key || is_hash || matches!(bare, "None" | "null" | "Some")
    }

    #[test]
    fn every_kind_of_event_is_told_in_a_sentence_without_raw_words() {
        for line in GOLDEN.lines() {
            let told = told(line);
            let (_, deed) = told.split_once(' ').expect("who did what");
            assert!(deed.split(' ').count() >= 3, "{told}: {line}");
            assert!(!told.split_whitespace().any(is_raw), "{told}");
            assert!(
                !told.contains("  ") && !told.ends_with(['.', ' ', ',']),
                "{told}"
            );
        }
    }

    #[test]
    fn sentences_say_what_the_body_says() {
        let told: Vec<String> = GOLDEN.lines().map(told).collect();
        for expected in [
            "Person 1 made Person 2 an editor",
            "Person 1 let Person 2 go, who can no longer sign in",
            "Person 4 gave claim 1 to Person 2",
            "Person 3 rated claim 13 True, resting on 2 citations",
            "Person 4 published the verdict on claim 1, with 1 approval of 1 asked for",
            "Person 1 looked for the words of citation 1 of claim 1 in snapshot 9 and found them in another place",
            "Person 1 reopened claim 2: the words of 1 citation changed in snapshot 9",
            "The desk looked again at what snapshot 3 of source 1 (Source 1) holds: the server says that nothing changed",
            "Person 5 set the rules: 2 approvals for each verdict, rated on the scale “Six-step accuracy scale”",
            "Person 1 wants a look every 7 days at source 2 (Source 2)",
        ] {
            assert!(
                told.iter().any(|told| told == expected),
                "{expected}\n{told:#?}"
            );
        }
    }

    #[test]
    fn of_many_who_may_read_a_few_are_named() {
        let sealed = GOLDEN.lines().find(|line| line.contains("source_sealed"));
        let sealed = sealed.expect("an example");
        for (readers, expected) in [
            ("[1,4]", "Person 1 and Person 4 alone"),
            (
                "[1,2,3,4,5,7,8]",
                "Person 1, Person 2, Person 3, Person 4, Person 5 and 2 other people alone",
            ),
        ] {
            let line = sealed.replace("[1,4]", readers);
            let expected = format!("Person 4 sealed source 3 (Source 3) for {expected}");
            assert_eq!(told(&line), expected);
        }
    }
}
