//! Builders that speak the domain: a desk in a directory of its own, with a
//! clock that ticks a second at every look, and chance that can be repeated.

pub(crate) mod app;
pub(crate) mod authenticator;
pub(crate) mod authority;
pub(crate) mod host;
pub(crate) mod http;
pub(crate) mod node;
pub(crate) mod program;
pub(crate) mod provider;
pub(crate) mod python;
pub(crate) mod served;
pub(crate) mod signing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use citekeep::capture::apart::{ParseLimits, Reading};
use citekeep::cli;
use citekeep::config::ReadingSection;
use citekeep::desk::audit::report::{Kind, Report};
use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::keys::KeyPlace;
use citekeep::desk::people::SignedIn;
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::sign_in::{self, Entered, Whence};
use citekeep::desk::snapshots::NewSnapshot;
use citekeep::desk::tokens::{self, Lasting, NewToken};
use citekeep::desk::{
    Actor, Clock, Desk, DeskError, Rng, Rules, World, audit, citations, claims, people, publishing,
    snapshots, sources, verdicts,
};
use citekeep::domain::choice::NotAChoice;
use citekeep::domain::citation::Stance;
use citekeep::domain::erasure::ErasurePart;
use citekeep::domain::ids::{CitationId, ClaimId, EntryIndex, SnapshotId, SourceId};
use citekeep::domain::person::{Byline, Role};
use citekeep::domain::scope::Scopes;
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::source::{Directness, Grade, SourceKind, SourceSheet};
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{FileName, Name, Note, Rationale, Statement, Title};
use citekeep::store;
use tempfile::TempDir;

/// A clock that starts on 1 March 2022 and ticks a second at every look.
pub(crate) struct TickingClock(AtomicI64);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        let millis = self.0.fetch_add(1_000, Ordering::Relaxed);
        Timestamp::from_millis(millis).expect("a moment in 2022")
    }
}

/// A clock that stands still until a test moves it.
pub(crate) struct Stopped(AtomicI64);

impl Stopped {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_646_092_800_000)))
    }

    /// Lets seconds pass; fewer than none set it back.
    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed)).expect("a moment")
    }
}

/// Chance that repeats itself in every test (SplitMix64).
pub(crate) struct Repeated(AtomicU64);

impl Rng for Repeated {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

pub(crate) fn world() -> World {
    world_from(1_646_092_800_000)
}

fn world_from(millis: i64) -> World {
    World {
        clock: Arc::new(TickingClock(AtomicI64::new(millis))),
        rng: Arc::new(Repeated(AtomicU64::new(7))),
        reading: Reading::Apart {
            program: PathBuf::from(env!("CARGO_BIN_EXE_citekeep")),
            limits: parse_limits(),
            scanner: None,
        },
    }
}

/// What reading a document may use where no configuration says otherwise.
pub(crate) fn parse_limits() -> ParseLimits {
    cli::parse_limits(&ReadingSection::default())
}

pub(crate) fn open(dir: &Path) -> Result<Desk, DeskError> {
    open_in(dir, world())
}

fn open_in(dir: &Path, world: World) -> Result<Desk, DeskError> {
    let identity = Identity {
        name: Name::parse("Test desk").expect("a name"),
        origin: "test.example/desk".to_owned(),
        key: KeyPlace::Beside,
    };
    set_up::open(dir, &identity, Rules::default(), world, &mut |_| {})
}

/// A desk with a researcher, two reviewers and an editor.
pub(crate) struct TestDesk {
    pub(crate) desk: Desk,
    pub(crate) researcher: Actor,
    pub(crate) reviewer: Actor,
    pub(crate) second: Actor,
    pub(crate) editor: Actor,
    dir: TempDir,
}

pub(crate) fn desk() -> TestDesk {
    people_it(world())
}

/// A desk whose clock stood at an hour before now when it was made, so that
/// the program, which knows only the real time, takes its links as fresh.
#[expect(
    clippy::disallowed_methods,
    reason = "the program that is started on this desk reads the wall clock too"
)]
pub(crate) fn desk_of_today() -> TestDesk {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.expect("a clock after 1970").as_secs() - 3_600;
    people_it(world_from(seconds as i64 * 1_000))
}

fn people_it(world: World) -> TestDesk {
    let dir = tempfile::tempdir().expect("a directory for the test");
    let desk = open_in(&dir.path().join("data"), world).expect("a new desk");
    let join = |name: &str, role: Role| {
        let name = Name::parse(name).expect("a name");
        let (person, _) = people::join(&desk, Actor::Operator, name, role).expect("somebody new");
        Actor::Person(Byline { person, role })
    };
    TestDesk {
        researcher: join("Researcher", Role::Researcher),
        reviewer: join("Reviewer", Role::Reviewer),
        second: join("Second reviewer", Role::Reviewer),
        editor: join("Editor", Role::Editor),
        desk,
        dir,
    }
}

pub(crate) fn note(text: &str) -> Note {
    Note::parse(text).expect("a note")
}

impl TestDesk {
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn claim(&self, statement: &str) -> ClaimId {
        let new = claims::NewClaim {
            statement: Statement::parse(statement).expect("a statement"),
            claimant: None,
            made: claims::Made::default(),
        };
        claims::open(&self.desk, self.researcher, new).expect("an open claim")
    }

    pub(crate) fn source(&self, title: &str) -> SourceId {
        self.source_known_through(title, None)
    }

    pub(crate) fn source_known_through(
        &self,
        title: &str,
        as_cited_by: Option<SourceId>,
    ) -> SourceId {
        let parse = |what: Result<_, NotAChoice>| what.expect("a word of the choice");
        let sheet = SourceSheet {
            title: Title::parse(title).expect("a title"),
            kind: SourceKind::Report,
            publisher: Name::parse("Publisher").expect("a name"),
            author: None,
            published: None,
            directness: Directness::Primary,
            grade: Grade {
                reliability: "B".parse().expect("a reliability"),
                credibility: parse("2".parse()),
            },
            origin: None,
            url: None,
            as_cited_by,
        };
        sources::add(&self.desk, self.researcher, sheet).expect("a source")
    }

    pub(crate) fn snapshot(&self, source: SourceId, text: &str) -> SnapshotId {
        snapshots::take(&self.desk, self.researcher, pasted(source, text)).expect("a snapshot")
    }

    /// A file as somebody uploads it.
    pub(crate) fn upload(&self, source: SourceId, name: &str, bytes: &[u8]) -> SnapshotId {
        let new = NewSnapshot {
            source,
            bytes: bytes.to_vec(),
            declared: Some(name.to_owned()),
            how: CaptureMethod::Uploaded,
            url: None,
            file_name: FileName::parse(name).ok(),
            notice: None,
            response: None,
        };
        snapshots::take(&self.desk, self.researcher, new).expect("a snapshot")
    }

    /// All that a snapshot holds, as an erasure names it.
    pub(crate) fn whole(&self, snapshot: SnapshotId) -> Vec<ErasurePart> {
        let texts = self
            .desk
            .read(|db| Ok(store::snapshots::texts(db, snapshot)?));
        let texts = texts.expect("its texts");
        let texts = texts.iter().map(|text| ErasurePart::Text { text: text.id });
        std::iter::once(ErasurePart::Bytes { snapshot })
            .chain(texts)
            .collect()
    }

    pub(crate) fn cite(&self, claim: ClaimId, snapshot: SnapshotId, quote: &str) -> CitationId {
        let new = citations::NewCitation {
            claim,
            source: None,
            snapshot,
            quote: quote.to_owned(),
            text: None,
            near: None,
            stance: Stance::Supports,
        };
        citations::make(&self.desk, self.researcher, new).expect("a citation")
    }

    /// The claim and the entry that changed it last, as a page would send them.
    pub(crate) fn seen(&self, claim: ClaimId) -> (ClaimId, EntryIndex) {
        let found = self
            .desk
            .read(|db| Ok(store::claims::get(db, claim)?))
            .expect("the claim");
        (claim, found.rev)
    }

    pub(crate) fn state(&self, claim: ClaimId) -> String {
        let found = self
            .desk
            .read(|db| Ok(store::claims::get(db, claim)?))
            .expect("the claim");
        format!(
            "{}{}",
            found.state.as_str(),
            if found.stale { ", stale" } else { "" }
        )
    }

    pub(crate) fn decide(
        &self,
        claim: ClaimId,
        rating: &str,
        citations: &[CitationId],
    ) -> Result<(), DeskError> {
        let draft = verdicts::Draft {
            rating: rating.to_owned(),
            rationale: Rationale::parse("The report says so.").expect("a rationale"),
            citations: citations.to_vec(),
        };
        verdicts::give(&self.desk, self.reviewer, self.seen(claim), draft).map(|_| ())
    }

    pub(crate) fn approve(&self, claim: ClaimId) -> Result<(), DeskError> {
        verdicts::approve(&self.desk, self.second, self.seen(claim), None)
    }

    pub(crate) fn publish(&self, claim: ClaimId) -> Result<(), DeskError> {
        publishing::publish(&self.desk, self.editor, self.seen(claim)).map(|_| ())
    }

    /// A published claim about a bridge; returns the claim and the source.
    pub(crate) fn published(&self) -> (ClaimId, SourceId) {
        let claim = self.claim("The bridge opened in 1932.");
        let source = self.source("The city's report");
        let snapshot = self.snapshot(
            source,
            "It rained. The bridge was opened in 1932. It rained again.",
        );
        let citation = self.cite(claim, snapshot, "The bridge was opened in 1932.");
        self.decide(claim, "true", &[citation]).expect("a verdict");
        self.approve(claim).expect("an approval");
        self.publish(claim).expect("a publication");
        (claim, source)
    }

    /// A link that signs one of the desk's people in, as often as a test likes; those
    /// of the desk itself do so once (`http/sign_in/sessions.rs`).
    pub(crate) fn link(&self, actor: Actor) -> String {
        let person = actor.byline().expect("a person").person;
        people::make_demo_link(&self.desk, person).expect("a link")
    }

    /// Makes a token that stands for somebody who joins as an admin, in a
    /// lesser role if asked: what a program sends as its header.
    pub(crate) fn token(&self, role: Role, scopes: Scopes) -> String {
        let admin = self.join(Role::Admin);
        let who = self.session(admin);
        let new = NewToken {
            name: Name::parse("A program").expect("a name"),
            role,
            scopes,
            lasting: Lasting::Days(30),
        };
        let secret = tokens::make(&self.desk, &who, new).expect("a token");
        format!("Bearer {secret}")
    }

    /// Somebody of the desk as they are in a session of their own.
    pub(crate) fn session(&self, actor: Actor) -> SignedIn {
        let entered = sign_in::by_link(&self.desk, &self.link(actor), Whence::default());
        let Entered::In(begun) = entered.expect("a link that works") else {
            unreachable!("they have no second factor");
        };
        let who = sign_in::who(&self.desk, &begun.secret);
        who.expect("a desk that answers").expect("somebody")
    }

    pub(crate) fn join(&self, role: Role) -> Actor {
        let name = Name::parse(role.as_str()).expect("a name");
        let (person, _) =
            people::join(&self.desk, Actor::Operator, name, role).expect("somebody new");
        Actor::Person(Byline { person, role })
    }

    /// The same desk with another reader of foreign documents.
    pub(crate) fn with_reading(&self, reading: Reading) -> Desk {
        let world = World { reading, ..world() };
        open_in(&self.data(), world).expect("the desk once more")
    }

    /// The same desk by another clock.
    pub(crate) fn with_clock(&self, clock: Arc<dyn Clock>) -> Desk {
        // Other chance than that of the desk before, which drew its secrets.
        let rng = Arc::new(Repeated(AtomicU64::new(11)));
        let world = World {
            clock,
            rng,
            ..world()
        };
        open_in(&self.data(), world).expect("the desk once more")
    }

    /// The same desk, so many days after 1 March 2022.
    pub(crate) fn days_later(&self, days: i64) -> Desk {
        let world = world_from(1_646_092_800_000 + days * 86_400_000);
        open_in(&self.data(), world).expect("the desk once more")
    }

    /// Signs the log and closes the desk, so that its files can be attacked.
    pub(crate) fn close(self) -> ClosedDesk {
        audit::checkpoint(&self.desk).expect("a checkpoint");
        ClosedDesk {
            data: self.data(),
            _dir: self.dir,
        }
    }

    /// Checks the log whole: every test ends with this.
    pub(crate) fn is_clean(&self) {
        audit::checkpoint(&self.desk).expect("a checkpoint");
        assert_eq!(check(&self.data()).findings, []);
    }
}

/// A desk whose program has ended.
pub(crate) struct ClosedDesk {
    pub(crate) data: PathBuf,
    _dir: TempDir,
}

pub(crate) fn check(data: &Path) -> Report {
    verify(data, None, Depth::Everything, &mut |_, _| {}).expect("the check runs")
}

/// The kinds of finding, each once, in order.
pub(crate) fn kinds(report: &Report) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Words that somebody pastes.
pub(crate) fn pasted(source: SourceId, text: &str) -> NewSnapshot {
    NewSnapshot {
        source,
        bytes: text.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
        how: CaptureMethod::Pasted,
        url: None,
        file_name: None,
        notice: None,
        response: None,
    }
}
