//! A small desk in a folder of its own, for what can only be brought to one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use citekeep::capture::apart::Reading;
use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::desk::keys::KeyPlace;
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::snapshots::NewSnapshot;
use citekeep::desk::{Actor, Clock, Desk, Rng, Rules, World, claims, people, snapshots, sources};
use citekeep::domain::ids::{PersonId, SourceId};
use citekeep::domain::person::{Byline, Role};
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::source::{Directness, Grade, SourceKind, SourceSheet};
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::{Name, Statement, Title};

/// What the one snapshot says.
const WORDS: &str = "It rained. The bridge was opened in 1932. It rained again.";

/// A clock that ticks a second at every look.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let millis = self.0.fetch_add(1_000, Ordering::Relaxed);
        Timestamp::from_millis(millis).expect("a moment")
    }
}

/// Chance that repeats itself (SplitMix64).
struct Repeated(AtomicU64);

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

/// A folder that goes with whoever holds it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("citekeep-fuzz-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).expect("a folder");
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be taken away is left to the system.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A desk with an admin, a claim, a source and a snapshot of it.
pub struct Small {
    /// The desk.
    pub desk: Desk,
    /// Its admin.
    pub admin: PersonId,
    dir: Folder,
}

impl Small {
    /// Makes one.
    pub fn new() -> Self {
        let dir = Folder::new();
        let world = World {
            clock: Arc::new(Ticking(AtomicI64::new(1_646_092_800_000))),
            rng: Arc::new(Repeated(AtomicU64::new(7))),
            reading: Reading::Here,
        };
        let identity = Identity {
            name: Name::parse("A desk").expect("a name"),
            origin: "desk.example/log".to_owned(),
            key: KeyPlace::Beside,
        };
        let data = dir.0.join("data");
        let desk = set_up::open(&data, &identity, Rules::default(), world, &mut |_| {});
        let desk = desk.expect("a desk");
        let name = Name::parse("An admin").expect("a name");
        let joined = people::join(&desk, Actor::Operator, name, Role::Admin);
        let admin = joined.expect("somebody new").0;
        let who = Actor::Person(Byline {
            person: admin,
            role: Role::Admin,
        });
        let statement = Statement::parse("The bridge opened in 1932.").expect("a statement");
        let new = claims::NewClaim {
            statement,
            claimant: None,
            made: claims::Made::default(),
        };
        claims::open(&desk, who, new).expect("a claim");
        let source = sources::add(&desk, who, sheet()).expect("a source");
        snapshots::take(&desk, who, snapshot(source)).expect("a snapshot");
        Self { desk, admin, dir }
    }

    /// A folder beside the data that holds nothing.
    pub fn folder(&self) -> &Path {
        &self.dir.0
    }

    /// Whether the log still says what the tables say.
    pub fn check(&self) {
        let data = self.dir.0.join("data");
        let report = verify(&data, None, Depth::Everything, &mut |_, _| {}).expect("a log");
        assert_eq!(report.findings, [], "the desk is no longer in order");
    }
}

fn sheet() -> SourceSheet {
    SourceSheet {
        title: Title::parse("The city's report").expect("a title"),
        kind: SourceKind::Report,
        publisher: Name::parse("The city").expect("a name"),
        author: None,
        published: None,
        directness: Directness::Primary,
        grade: Grade {
            reliability: "B".parse().expect("a reliability"),
            credibility: "2".parse().expect("a credibility"),
        },
        origin: None,
        url: None,
        as_cited_by: None,
    }
}

fn snapshot(source: SourceId) -> NewSnapshot {
    NewSnapshot {
        source,
        bytes: WORDS.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
        how: CaptureMethod::Pasted,
        url: None,
        file_name: None,
        notice: None,
        response: None,
    }
}
