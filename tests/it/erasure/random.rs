//! A desk where all sorts of things happened in all sorts of orders, and
//! erasures of this and that: what each leaves is what a replay of the whole log
//! leaves, and none of the words that went is in any file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use citekeep::desk::{audit, erasures};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::event::Record;
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::redaction::{ErasureMark, redact};
use citekeep::store::veil::Eyes;
use citekeep::store::{StoreError, log};
use memchr::memmem;
use rusqlite::Connection;
use serde_json::{Map, Value};

use super::{Admins, admins, entry, request};

/// How many desks in a common run; CITEKEEP_ERASURES=200 asks for more.
const DESKS: u64 = 2;
/// How many events are tried on each between two erasures.
const TRIED: usize = 260;

/// Numbers that repeat (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % sides
    }

    /// A word that stands nowhere else. Its first letters are those of others
    /// too, which an index of words leaves out; the rest is looked for.
    fn word(&mut self) -> String {
        let letters = (0..14).map(|_| char::from(b"bcdfghjklmnpqrstvwxz"[self.below(20)]));
        "zq".chars().chain(letters).collect()
    }
}

/// What is new with an event, and where its number stands.
const NEW: [(&str, &str); 12] = [
    ("claim_opened", "/claim"),
    ("source_added", "/source"),
    ("article_added", "/article"),
    ("person_joined", "/person"),
    ("snapshot_taken", "/snapshot/id"),
    ("text_derived", "/text/id"),
    ("citation_made", "/citation/id"),
    ("verdict_given", "/verdict/id"),
    ("verdict_published", "/publication/id"),
    ("publication_corrected", "/correction/id"),
    ("remark_made", "/remark/id"),
    ("other_check_noted", "/check/id"),
];

/// Numbers that name something.
const NAMES: [&str; 12] = [
    "claim",
    "source",
    "article",
    "person",
    "snapshot",
    "text",
    "citation",
    "remark",
    "id",
    "publication",
    "check",
    "answers",
];

/// Those that stand for the desk as a whole, and what two admins do.
const APART: [&str; 9] = [
    "desk_opened",
    "older_log_accepted",
    "scale_adopted",
    "key_rotated",
    "key_replaced",
    "erasure_asked",
    "erasure_withdrawn",
    "erasure_refused",
    "erased",
];

struct Fuzz {
    made: Admins,
    dice: Dice,
    /// One of each kind of event, as JSON.
    samples: Vec<Value>,
    /// How many there are of each thing that has numbers.
    counts: BTreeMap<&'static str, u64>,
    /// The words of each entry, and of each blob.
    words: BTreeMap<EntryIndex, Vec<String>>,
    blobs: BTreeMap<ContentHash, String>,
}

impl Fuzz {
    fn new(seed: u64) -> Self {
        let golden = include_str!("../golden/events.jsonl");
        let samples = golden
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .filter(|record: &Value| {
                let kind = record["event"]["kind"].as_str().expect("a kind");
                !APART.contains(&kind)
            });
        Self {
            made: admins(),
            dice: Dice(seed),
            samples: samples.collect(),
            // Four people of the desk and two admins.
            counts: BTreeMap::from([("person_joined", 6)]),
            words: BTreeMap::new(),
            blobs: BTreeMap::new(),
        }
    }

    /// Tries an event like one of the samples; many do not fit.
    fn try_one(&mut self) {
        let mut sample = self.samples[self.dice.below(self.samples.len())].clone();
        let kind = sample["event"]["kind"].as_str().expect("a kind").to_owned();
        self.number(&mut sample["event"]);
        let new = NEW.iter().find(|(new, _)| *new == kind);
        if let Some((kind, place)) = new {
            let next = self.counts.get(kind).copied().unwrap_or(0) + 1;
            *sample["event"].pointer_mut(place).expect(place) = next.into();
        }
        let words = self.tell(&mut sample);
        let mut record: Record = serde_json::from_value(sample).expect("a record");
        record.at = self.made.desk.desk.now();
        let salt = [7; 16];
        let store = self.made.desk.desk.store();
        let appended = store.write(move |tx| log::append(tx, &record, salt));
        if let Ok(appended) = appended {
            self.words.insert(appended.index, words);
            if let Some((kind, _)) = new {
                *self.counts.entry(kind).or_default() += 1;
            }
        }
    }

    /// Gives all numbers and hashes in it others that may fit.
    fn number(&mut self, value: &mut Value) {
        let Value::Object(fields) = value else {
            if let Value::Array(values) = value {
                values.iter_mut().for_each(|value| self.number(value));
            }
            return;
        };
        for (name, value) in fields.iter_mut() {
            if value.is_u64() && NAMES.contains(&&**name) {
                *value = (1 + self.dice.below(3)).into();
            } else if is_blob(name, value) {
                *value = self.blob().to_string().into();
            } else {
                self.number(value);
            }
        }
        if fields.contains_key("revision") && fields.contains_key("sheet") {
            let number = 1 + self.dice.below(3);
            fields["revision"]["number"] = number.into();
        }
    }

    /// Bytes that are there: new ones, or some of before.
    fn blob(&mut self) -> ContentHash {
        let known: Vec<ContentHash> = self.blobs.keys().copied().collect();
        if !known.is_empty() && self.dice.below(3) == 0 {
            return known[self.dice.below(known.len())];
        }
        let word = self.dice.word();
        let text = format!(
            "It rained. {word} opened the bridge. {}",
            "It rained. ".repeat(60)
        );
        let store = self.made.desk.desk.store();
        let hash = store.shelf().blobs().put(text.as_bytes()).expect("a blob");
        self.blobs.insert(hash, word);
        hash
    }

    /// Puts words of its own wherever somebody's words stand, which is where an
    /// erasure would leave others.
    fn tell(&mut self, sample: &mut Value) -> Vec<String> {
        let mark = ErasureMark::new(self.made.desk.desk.now(), EntryIndex::new(1));
        let record: Record = serde_json::from_value(sample.clone()).expect("a record");
        let Ok(left) = redact(&record, &mark) else {
            return Vec::new();
        };
        let left = serde_json::to_value(left).expect("JSON");
        let mut places = Vec::new();
        differing(&sample["event"], &left["event"], "/event", &mut places);
        let mut words = Vec::new();
        for place in places {
            let word = self.dice.word();
            for new in [word.clone(), format!("https://{word}.example/")] {
                let mut told = sample.clone();
                *told.pointer_mut(&place).expect("a place") = new.into();
                if serde_json::from_value::<Record>(told.clone()).is_ok() {
                    *sample = told;
                    words.push(word);
                    break;
                }
            }
        }
        words
    }

    /// Everything that could go at this moment, each by itself.
    fn erasable(&self) -> Vec<ErasurePart> {
        let texts = (1..=12).map(|id| format!("text {id}"));
        let bytes = (1..=12).map(|id| format!("bytes {id}"));
        let names = (1..=9).map(|id| format!("name {id}"));
        let revisions = (1..=9).map(|id| format!("revision {}/{}", 1 + id / 3, 1 + id % 3));
        let entries = self.words.keys().map(|index| entry(index.get()));
        let named = texts.chain(bytes).chain(names).chain(revisions);
        let parts = named.map(|part| part.parse().expect("a part"));
        parts
            .chain(entries)
            .filter(|part| self.goes(&[*part]))
            .collect()
    }

    fn goes(&self, parts: &[ErasurePart]) -> bool {
        let desk = &self.made.desk.desk;
        let mark = ErasureMark::new(desk.now(), EntryIndex::new(1_000_000));
        let request = ErasureRequest {
            ground: Ground::Mistake,
            ..request(parts)
        };
        desk.read(|db| erasures::plan(db, EntryIndex::new(0), &request, &mark))
            .is_ok()
    }

    /// Erases some of what could go, and answers the words that went.
    fn erase(&mut self) -> Vec<String> {
        let all = self.erasable();
        let wanted = 1 + self.dice.below(12);
        let parts: BTreeSet<ErasurePart> = (0..wanted)
            .map(|_| all[self.dice.below(all.len())])
            .collect();
        let parts: Vec<ErasurePart> = parts.into_iter().collect();
        let desk = &self.made.desk.desk;
        let data = self.made.desk.data();
        let (before, there) = (shape(&data), files(&data));
        let asked = self.made.ask(&parts).expect("a request");
        let erased = erasures::consent(desk, self.made.other, asked).expect("a consent");
        assert_eq!(
            shape(&self.made.desk.data()),
            before,
            "no table is made anew"
        );
        let (record, swept) = desk
            .store()
            .read(Eyes::Desk, |db| {
                let record = log::find_record(db, erased)?.expect("the erasure");
                Ok::<_, StoreError>((record, erasures::is_swept(db, erased)?))
            })
            .expect("a read");
        assert!(swept);
        let citekeep::domain::event::Event::Erased { erasure } = record.event else {
            unreachable!("another event");
        };
        let gone = erasure.holes.iter().flat_map(|hole| {
            let words = self.words.remove(&hole.entry);
            words.unwrap_or_default()
        });
        let mut gone: Vec<String> = gone.collect();
        gone.extend(
            erasure
                .blobs
                .iter()
                .filter_map(|hash| self.blobs.remove(hash)),
        );
        for word in &gone {
            let mut held = there.iter();
            assert!(
                held.any(|(_, bytes)| holds(bytes, word)),
                "{word} was there"
            );
        }
        gone
    }
}

fn is_blob(name: &str, value: &Value) -> bool {
    ["raw", "hash", "text"].contains(&name) && value.as_str().is_some_and(|hash| hash.len() == 64)
}

/// The strings that differ, by their places.
fn differing(one: &Value, other: &Value, place: &str, found: &mut Vec<String>) {
    match one {
        Value::String(_) if one != other => found.push(place.to_owned()),
        Value::Object(fields) => {
            let none = Map::new();
            let others = other.as_object().unwrap_or(&none);
            for (name, value) in fields {
                let other = others.get(name).unwrap_or(&Value::Null);
                differing(value, other, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                let other = other.get(at).unwrap_or(&Value::Null);
                differing(value, other, &format!("{place}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// Moves whenever a table is dropped or the file written anew.
fn shape(data: &Path) -> i64 {
    let conn = Connection::open(data.join("desk.db")).expect("the database");
    conn.query_row("PRAGMA schema_version", [], |row| row.get(0))
        .expect("a number")
}

/// Every row of every table, and every word of every index with its places.
fn tables(data: &Path) -> BTreeMap<String, Vec<String>> {
    let conn = Connection::open(data.join("desk.db")).expect("the database");
    let mut names = conn
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND name NOT LIKE '%\\_search\\_%' ESCAPE '\\' AND name <> 'text_search'",
        )
        .expect("a query");
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .expect("names")
        .collect::<Result<_, _>>()
        .expect("names");
    let mut found = BTreeMap::new();
    for name in &names {
        found.insert(name.clone(), rows(&conn, &format!("SELECT * FROM {name}")));
    }
    for index in [
        "claim_search",
        "source_search",
        "verdict_search",
        "text_search",
    ] {
        conn.execute_batch(&format!(
            "CREATE VIRTUAL TABLE temp.{index}_words USING fts5vocab (main, {index}, instance)"
        ))
        .expect("its words");
        let sql = format!("SELECT * FROM temp.{index}_words");
        found.insert(format!("{index} words"), rows(&conn, &sql));
        conn.execute_batch(&format!(
            "INSERT INTO {index} ({index}) SELECT 'integrity-check' WHERE '{index}' <> 'text_search'"
        ))
        .expect("a whole index");
    }
    let whole: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("a check");
    assert_eq!(whole, "ok");
    found
}

fn rows(conn: &Connection, sql: &str) -> Vec<String> {
    let mut select = conn.prepare(sql).expect(sql);
    let width = select.column_count();
    let mut rows: Vec<String> = select
        .query_map([], |row| {
            let cells: Result<Vec<rusqlite::types::Value>, _> =
                (0..width).map(|column| row.get(column)).collect();
            Ok(format!("{:?}", cells?))
        })
        .expect(sql)
        .collect::<Result<_, _>>()
        .expect(sql);
    rows.sort();
    rows
}

/// The bytes of every file below a directory, compressed ones unpacked too.
fn files(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("its bytes");
            if let Ok(plain) = zstd::decode_all(&bytes[..]) {
                found.push((path.clone(), plain));
            }
            found.push((path, bytes));
        }
    }
    found
}

/// Whether bytes hold a word, or what an index keeps of it.
fn holds(bytes: &[u8], word: &str) -> bool {
    memmem::find(bytes, &word.as_bytes()[4..]).is_some()
}

fn erased_as_replayed(seed: u64) {
    let mut fuzz = Fuzz::new(seed);
    let data = fuzz.made.desk.data();
    let mut gone = Vec::new();
    for _ in 0..2 {
        for _ in 0..TRIED {
            fuzz.try_one();
        }
        gone.extend(fuzz.erase());
        for (path, bytes) in files(&data) {
            for word in &gone {
                let place = path.display();
                assert!(!holds(&bytes, word), "{word} in {place}, seed {seed}");
            }
        }
    }
    assert!(
        fuzz.words.len() > 20,
        "only {} events fit",
        fuzz.words.len()
    );
    let left = tables(&data);
    audit::rebuild(&fuzz.made.desk.desk, |_| {}).expect("a rebuild");
    let rebuilt = tables(&data);
    for (table, rows) in &left {
        assert_eq!(rows, &rebuilt[table], "{table}, seed {seed}");
    }
}

#[test]
fn any_erasure_of_any_desk_leaves_what_a_replay_leaves_and_no_word() {
    let asked = std::env::var("CITEKEEP_ERASURES").ok();
    let desks = asked.and_then(|asked| asked.parse().ok()).unwrap_or(DESKS);
    (1..=desks).for_each(erased_as_replayed);
}
