//! Files that people bring to a desk: of another desk, tables, annotations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use citekeep::capture::{hypothesis, table};
use citekeep::desk::Actor;
use citekeep::desk::exchange::columns::{Field, Map};
use citekeep::desk::exchange::incoming::{ImportError, Policy, import};
use citekeep::desk::exchange::intake::{Alike, Fate, rehearse, take_telling};

use super::desk::Small;
use super::documents::reviews;

/// A desk that is made anew before it has grown large.
struct Worn {
    small: Small,
    used: u32,
}

/// How often a desk is used, and then checked whole and left.
const WORN: u32 = 300;

static DESK: LazyLock<Mutex<Worn>> = LazyLock::new(|| {
    let small = Small::new();
    Mutex::new(Worn { small, used: 0 })
});

/// Does something with the desk.
fn at_the_desk(work: impl FnOnce(&Small)) {
    let mut worn = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    worn.used += 1;
    if worn.used > WORN {
        worn.small.check();
        *worn = Worn {
            small: Small::new(),
            used: 0,
        };
    }
    work(&worn.small);
}

/// A file of another desk. What is taken in leaves a log that is in order, and
/// the same file that must be taken whole is either taken or leaves nothing.
pub fn dossier(bytes: &[u8]) {
    at_the_desk(|small| {
        let folder = small.folder().join("nothing");
        let entries = || small.desk.read(|db| Ok(citekeep::store::log::size(db)?));
        let before = entries().expect("the log can be read");
        let policy = match bytes.len() % 2 {
            0 => Policy::Whole,
            _ => Policy::KeepGoing,
        };
        let done = import(
            &small.desk,
            Actor::Operator,
            (bytes, &folder),
            policy,
            |_, _| {},
        );
        let after = entries().expect("the log can be read");
        match done {
            Ok(done) => {
                let made = done.articles.len() + done.sources.len() + done.claims.len();
                let made = made + done.snapshots.len() + done.citations.len();
                assert!(
                    after - before >= made as u64,
                    "{made} of {before} to {after}"
                );
                assert!(policy == Policy::KeepGoing || done.bad.is_empty());
                assert!(done.bad.iter().all(|bad| !bad.reason.is_empty()));
            }
            Err(ImportError::Desk(error)) => unreachable!("the desk broke over it: {error}"),
            Err(_) => assert_eq!(after, before, "something stayed of a file that was refused"),
        }
    });
}

/// A table with a map, which stands in the first line. The import does what
/// the rehearsal told.
pub fn table(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0xff);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let (map, bytes) = second.map_or(("", first), |rest| {
        (std::str::from_utf8(first).unwrap_or_default(), rest)
    });
    let Ok(read) = table::read(bytes) else { return };
    assert!(read.rows.len() <= table::MOST_ROWS);
    let mut last = 0;
    for row in &read.rows {
        assert!(last < row.line, "line {} after {last}", row.line);
        last = row.line;
        assert!(row.cells.len() <= table::MOST_COLUMNS);
        assert!(row.cells.iter().any(|cell| !cell.is_empty()));
    }
    let map = match Map::parse(map, &read.names) {
        Ok(map) => map,
        Err(_) => Map::guess(&read.names),
    };
    let places = Field::ALL.iter().filter_map(|field| map.place(*field));
    assert!(places.into_iter().all(|place| place < read.names.len()));
    if map.check(&read.names).is_err() || read.rows.len() > 20 {
        return;
    }
    at_the_desk(|small| {
        let told = rehearse(&small.desk, &read, &map).expect("a rehearsal");
        let alike = Alike::Only(BTreeSet::new());
        let became = take_telling(&small.desk, Actor::Operator, (read, map), alike);
        let became = became.expect("rows that are wrong are left out");
        assert_eq!(told.len(), became.len());
        let mut became_of = BTreeMap::new();
        for (told, became) in told.iter().zip(&became) {
            assert_eq!((told.line, &told.fate), (became.row.line, &became.row.fate));
            // Another quote for a claim that is left out is left out with it.
            let of = |line: u64| became_of.get(&line).copied().flatten();
            let claim = match &told.fate {
                Fate::New => Some(became.claim.expect("a new claim")),
                Fate::More { line } => of(*line),
                _ => None,
            };
            assert_eq!(became.claim, claim, "{told:?}");
            became_of.insert(told.line, claim);
        }
    });
}

/// Records of other systems: annotations of Hypothesis, reviews of other
/// publishers.
pub fn records(bytes: &[u8]) {
    reviews(bytes);
    let Ok(read) = hypothesis::read(bytes) else {
        return;
    };
    assert!(read.quotes.len() + read.others <= hypothesis::MOST_ROWS);
    let mut last = 0;
    for quote in &read.quotes {
        assert!(last < quote.number && quote.number <= hypothesis::MOST_ROWS);
        last = quote.number;
    }
}
