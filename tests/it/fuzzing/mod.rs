//! The fuzz targets, over their seeds and some changes of them: they still
//! compile, and nothing that was once found comes back.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(
    unreachable_pub,
    reason = "the same file is a library of its own for libFuzzer"
)]
mod bodies;
mod foreign;
mod seeds;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use citekeep::capture::apart::Reading;
use citekeep::capture::{extract, table};
use citekeep::desk::Actor;
use citekeep::desk::exchange::incoming::{Policy, import};

use self::bodies::TARGETS;
use crate::support::desk;

/// How often each seed is changed at random.
const CHANGES: u64 = 8;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(name)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// Changes bytes as a fuzzer would, the same in every run (SplitMix64).
fn changed(bytes: &[u8], round: u64) -> Vec<u8> {
    let mut state = round;
    let mut below = |most: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % most.max(1)
    };
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(3) {
        let at = below(bytes.len());
        let end = bytes.len().min(at + below(9));
        match below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, below(256) as u8),
            2 => bytes.extend_from_within(at..end),
            _ => bytes[at..end]
                .iter_mut()
                .for_each(|byte| *byte ^= 1 << below(8)),
        }
    }
    bytes
}

#[test]
fn every_target_stands_its_seeds_and_changes_of_them() {
    for (name, body) in TARGETS {
        let seeds = folder("seeds").join(name);
        for file in names(&seeds) {
            let bytes = fs::read(seeds.join(&file)).expect("a seed");
            body(&bytes);
            for round in 0..CHANGES {
                body(&changed(&bytes, round));
            }
        }
        body(b"");
    }
}

/// A target that is refused at the gate would find nothing behind it.
#[test]
fn requests_reach_what_they_ask_for() {
    for (file, expected) in [
        ("list", 200),
        ("open", 201),
        ("cite", 201),
        ("search", 200),
        ("form", 422),
        ("source", 303),
        ("cookie", 303),
        ("bearer", 401),
        ("public", 200),
        ("tile", 404),
        ("log", 200),
    ] {
        let seed = folder("seeds/request").join(file);
        let seed = fs::read(seed).expect("a seed");
        assert_eq!(bodies::door::answered(&seed), Some(expected), "{file}");
    }
}

/// Seeds that are refused at once would lead nowhere.
#[test]
fn files_that_targets_start_from_are_good() {
    let seed = |path: &str| fs::read(folder("seeds").join(path)).expect("a seed");
    let desk = desk();
    let (file, beside) = (seed("dossier/whole"), Path::new("."));
    let policy = Policy::KeepGoing;
    let done = import(
        &desk.desk,
        Actor::Operator,
        (&file, beside),
        policy,
        |_, _| {},
    );
    let done = done.expect("a file of a desk");
    assert_eq!(done.bad, []);
    let counts = (
        done.articles.len(),
        done.sources.len(),
        done.snapshots.len(),
    );
    assert_eq!(counts, (1, 1, 2));
    assert_eq!((done.claims.len(), done.citations.len()), (1, 1));
    for name in ["guessed", "mapped"] {
        let table = seed(&format!("table/{name}"));
        let table = table.rsplit(|byte| *byte == 0xff).next().expect("a table");
        assert!(table::read(table).expect(name).rows.len() > 1);
    }
    let reviews = Reading::Here.reviews(&seed("records/page"), None);
    assert_eq!(
        reviews.expect("a page").found.len(),
        0,
        "its address is relative"
    );
    let base = Some("https://checks.example/");
    let reviews = Reading::Here.reviews(&seed("records/page"), base);
    assert_eq!(reviews.expect("a page").found.len(), 1);
    for (path, name, words) in [
        ("html/page", "page.html", "The bridge was opened"),
        ("html/windows", "page.html", "\u{201c}No.\u{201d} caf\u{e9}"),
        ("pdf/pages", "report.pdf", "It rained. The bridge was"),
        (
            "docx/report",
            "report.docx",
            "The bridge was opened in 1932.",
        ),
    ] {
        let read = extract(&seed(path), Some(name)).expect(path);
        let text = &read.main().expect("a text").text;
        assert!(text.contains(words), "{path}: {text}");
    }
    let kinds = [
        "notes.md",
        "talk.srt",
        "talk.vtt",
        "notes.txt",
        "page.mhtml",
    ];
    for name in ["markdown", "subrip", "webvtt", "utf16", "saved"] {
        let seed = seed(&format!("plain/{name}"));
        let read = extract(&seed[1..], Some(kinds[usize::from(seed[0])]));
        assert!(read.is_ok(), "{name}: {read:?}");
    }
}

#[test]
fn every_target_has_a_program_and_seeds_and_is_built() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&folder("seeds")), targets);
    let programs = names(&folder("fuzz_targets"));
    let programs = programs.iter().filter_map(|name| name.strip_suffix(".rs"));
    assert_eq!(
        programs.map(str::to_owned).collect::<BTreeSet<_>>(),
        targets
    );
    let manifest = fs::read_to_string(folder("Cargo.toml")).expect("the manifest");
    for name in &targets {
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(
            manifest.contains(&path),
            "fuzz/Cargo.toml does not name {name}"
        );
        assert!(
            !names(&folder("seeds").join(name)).is_empty(),
            "{name} has no seeds"
        );
    }
}
