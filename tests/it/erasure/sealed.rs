//! A sealed source: nobody who is not named finds a word of it anywhere.

use citekeep::capture::{hypothesis, table};
use citekeep::desk::exchange::annotated::{self, Choice};
use citekeep::desk::exchange::columns::Map;
use citekeep::desk::exchange::intake::{self, Alike, Fate};
use citekeep::desk::{Actor, DeskError, capturing, citations, seals, snapshots, sources};
use citekeep::domain::citation::Stance;
use citekeep::domain::ids::{ClaimId, SnapshotId, SourceId};
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::source::SourceSheet;
use citekeep::domain::words::{Address, FileName, Name, Notice, Origin, Title};
use citekeep::store;
use citekeep::store::veil::Eyes;
use citekeep::web::Need;
use citekeep::web::api::operations;
use serde_json::json;

use super::http::{every_page_is_drawn, unpacked};
use super::person;
use crate::support::{TestDesk, desk, desk_of_today};

const CANARY: &str = "Quetzalcoatl";

struct Sealed {
    desk: TestDesk,
    source: SourceId,
    claim: ClaimId,
    snapshot: SnapshotId,
    /// The canary in small letters, and the hashes of what was captured: whoever
    /// gave each suspect a copy of their own would know by one which copy it is.
    secrets: Vec<String>,
}

/// The secret that an answer tells, with what stands before it.
fn told(secrets: &[String], answer: &str) -> Option<String> {
    let lower = answer.to_lowercase();
    secrets.iter().find_map(|secret| {
        let (before, _) = lower.split_once(secret)?;
        let last: Vec<char> = before.chars().rev().take(200).collect();
        Some(last.into_iter().rev().chain(secret.chars()).collect())
    })
}

/// A desk with a published verdict that rests on a sealed source, which has
/// the canary in its name, address, quote, text and file name.
fn sealed(desk: TestDesk) -> Sealed {
    let source = desk.source("A leak");
    let old = desk
        .desk
        .read(|db| Ok(store::sources::get(db, source)?))
        .expect("the source");
    let sheet = SourceSheet {
        title: Title::parse(&format!("What {CANARY} told us")).expect("a title"),
        publisher: Name::parse(CANARY).expect("a name"),
        author: Name::parse(CANARY).ok(),
        origin: Origin::parse(CANARY).ok(),
        url: Address::parse(&format!("https://{CANARY}.example/{CANARY}")).ok(),
        ..old.sheet
    };
    sources::revise(&desk.desk, desk.researcher, (source, old.rev), sheet).expect("a sheet");
    let take = |words: &str| {
        let new = snapshots::NewSnapshot {
            source,
            bytes: words.as_bytes().to_vec(),
            declared: Some("text/plain".to_owned()),
            how: CaptureMethod::Uploaded,
            url: Address::parse(&format!("https://{CANARY}.example/{CANARY}")).ok(),
            file_name: FileName::parse(&format!("{CANARY}.txt")).ok(),
            notice: Notice::parse(&format!("Ask {CANARY} first.")).ok(),
            response: None,
        };
        snapshots::take(&desk.desk, desk.researcher, new).expect("a snapshot")
    };
    let snapshot = take(&format!(
        "It rained. {CANARY} opened it in 1932. It rained."
    ));
    let claim = desk.claim("The bridge opened in 1932.");
    let citation = desk.cite(claim, snapshot, &format!("{CANARY} opened it in 1932."));
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    seals::seal(&desk.desk, desk.editor, source, Vec::new()).expect("a seal");
    // A newer snapshot in which the words changed, so that what stands in
    // their place is on record too.
    take(&format!(
        "It rained. {CANARY} opened it in 1933. It rained."
    ));
    let secrets = desk.desk.seen_by(Eyes::Desk).read(|db| {
        let mut secrets = vec![CANARY.to_lowercase()];
        for taken in store::snapshots::list(db, source, 10)? {
            secrets.push(taken.snapshot.raw.to_string());
            let texts = store::snapshots::texts(db, taken.snapshot.id)?;
            secrets.extend(texts.iter().map(|text| text.hash.to_string()));
        }
        Ok(secrets)
    });
    Sealed {
        secrets: secrets.expect("what is secret"),
        desk,
        source,
        claim,
        snapshot,
    }
}

#[test]
fn nobody_who_is_not_named_finds_a_word_of_it_on_any_page() {
    let made = sealed(desk_of_today());
    let all: Vec<(Role, Actor)> = Role::ALL
        .into_iter()
        .map(|role| (role, made.desk.join(role)))
        .collect();
    let links: Vec<(Role, String)> = all
        .iter()
        .map(|(role, who)| (*role, made.desk.link(*who)))
        .collect();
    let named = made.desk.link(made.desk.researcher);
    let served = made.desk.serve();
    for (role, link) in links {
        for (path, body) in every_page_is_drawn(&served.enter(&link)) {
            // What was searched for stands in the field of the search.
            let body = body.replace(&format!("q={CANARY}"), "");
            let body = body.replace(&format!("value=\"{CANARY}\""), "");
            assert_eq!(told(&made.secrets, &body), None, "{role} at {path}");
        }
    }
    for (path, body) in every_page_is_drawn(&served.nobody()) {
        assert_eq!(told(&made.secrets, &body), None, "a stranger at {path}");
    }
    // Whoever is named sees it, and takes nothing of it out of the desk.
    let named = served.enter(&named);
    assert!(named.get("/sources/1").body.contains(CANARY));
    assert!(named.get("/snapshots/1").body.contains(CANARY));
    // So its page offers no file of its captures, to nobody.
    assert!(!named.get("/sources/1").body.contains("captures.wacz"));
    assert!(!named.get("/snapshots/1").body.contains("capture.wa"));
    for file in [
        "/exports/desk.ndjson",
        "/citations.csv",
        "/sources.bib",
        "/claims/1/sources.csl.json",
        "/snapshots/1/annotations.jsonld",
        "/claims/1/bundle.zip",
        "/published/1/bundle.zip",
    ] {
        let (answer, bytes) = named.download(file);
        assert_eq!(answer.status, 200, "{file}: {}", answer.body);
        let words = String::from_utf8_lossy(&unpacked(&bytes)).into_owned();
        assert_eq!(told(&made.secrets, &words), None, "{file}");
    }
    for file in [
        "/snapshots/1/capture.warc.gz",
        "/snapshots/1/capture.wacz",
        "/sources/1/captures.wacz",
        "/claims/1/captures.wacz",
    ] {
        let (_, bytes) = named.download(file);
        let words = String::from_utf8_lossy(&unpacked(&bytes)).into_owned();
        assert_eq!(told(&made.secrets, &words), None, "{file}");
    }
    served.end();
}

#[test]
fn a_source_can_be_sealed_from_its_first_moment() {
    let desk = desk_of_today();
    let links = [desk.researcher, desk.editor].map(|who| desk.link(who));
    let served = desk.serve();
    let [adder, editor] = links.map(|link| served.enter(&link));
    let fields = [
        ("title", CANARY),
        ("kind", "interview"),
        ("publisher", "Somebody"),
        ("directness", "primary"),
        ("reliability", "B"),
        ("credibility", "2"),
        ("sealed", "yes"),
    ];
    let added = adder.post("/sources", &fields);
    assert_eq!(added.status, 303, "{}", added.body);
    assert!(adder.get("/sources/1").body.contains(CANARY));
    let seen = editor.get("/sources/1").body;
    assert!(!seen.contains(CANARY) && seen.contains("Sealed source 1"));
    // Who sees it is chosen on its page, and stands in the log.
    let let_in = editor.post("/sources/1/seal", &[("reader", "4")]);
    assert_eq!(let_in.status, 303, "{}", let_in.body);
    assert!(editor.get("/sources/1").body.contains(CANARY));
    assert!(
        editor
            .get("/log")
            .body
            .contains("sealed <a href=\"/sources/")
    );
    served.end();
}

/// An operation's address with numbers of things that are there.
fn address(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        "{name}" => "all",
        part if part.starts_with('{') => "1",
        part => part,
    });
    let path = parts.collect::<Vec<_>>().join("/");
    match pattern {
        "/search" | "/search/similar" => format!("/api/v1{path}?q={CANARY}"),
        "/sources/{source}/changes" => format!("/api/v1{path}?from=1&to=2"),
        _ => format!("/api/v1{path}"),
    }
}

#[test]
fn no_program_reads_a_word_of_it() {
    let made = sealed(desk_of_today());
    let token = made.desk.token(Role::Admin, Scopes::ALL);
    let served = made.desk.serve();
    let nobody = served.nobody();
    for operation in operations() {
        let is_picture = operation.path.ends_with("/picture");
        if operation.method.as_str() != "GET" || is_picture {
            continue;
        }
        let path = address(operation.path);
        let answer = nobody.ask("GET", &path, &[("authorization", &token)]);
        assert!(answer.status < 500, "{path}: {}", answer.body);
        let body = answer.body.replace(&format!("q={CANARY}"), "");
        assert_eq!(told(&made.secrets, &body), None, "{path}");
        if operation.need == Need::Nobody {
            let answer = nobody.get(&path);
            assert_eq!(told(&made.secrets, &answer.body), None, "{path}");
        }
    }
    served.end();
}

#[test]
fn what_is_cited_stays_to_be_seen_without_its_words() {
    let made = sealed(desk());
    let other = made.desk.join(Role::Admin);
    let eyes = Eyes::Person(person(other));
    let (source, cited) = made
        .desk
        .desk
        .seen_by(eyes)
        .read(|db| {
            let source = store::sources::get(db, made.source)?;
            Ok((source, store::citations::list(db, made.claim)?))
        })
        .expect("a read");
    assert_eq!(source.sheet.title.as_str(), "Sealed source 1");
    assert!(cited[0].sealed);
    assert_eq!(cited[0].citation.passage.quote, "[sealed]");
    assert_eq!(cited[0].citation.stance, Stance::Supports);
    made.desk.is_clean();
}

fn refused<T: std::fmt::Debug>(done: Result<T, DeskError>) {
    let error = done.expect_err("it is sealed");
    assert!(matches!(error, DeskError::Sealed { .. }), "{error}");
}

#[test]
fn whoever_is_not_named_neither_cites_nor_revises_it() {
    let made = sealed(desk());
    let other = made.desk.join(Role::Admin);
    let found = made
        .desk
        .desk
        .seen_by(Eyes::Desk)
        .read(|db| Ok(store::sources::get(db, made.source)?))
        .expect("the source");
    let desk = &made.desk.desk;
    refused(sources::revise(
        desk,
        other,
        (made.source, found.rev),
        found.sheet,
    ));
    refused(citations::make(
        desk,
        other,
        citations::NewCitation {
            claim: made.claim,
            source: None,
            snapshot: made.snapshot,
            text: None,
            quote: "opened it".to_owned(),
            near: None,
            stance: Stance::Context,
        },
    ));
    let nobody = seals::seal(desk, made.desk.reviewer, made.source, Vec::new());
    assert!(matches!(nobody, Err(DeskError::NotAllowed { .. })));
    // An editor lets somebody in, and it stands in the log.
    seals::seal(desk, made.desk.editor, made.source, vec![person(other)]).expect("a seal");
    let seen = desk
        .seen_by(Eyes::Person(person(other)))
        .read(|db| Ok(store::sources::get(db, made.source)?))
        .expect("the source");
    assert!(seen.sheet.title.as_str().contains(CANARY));
    seals::unseal(desk, made.desk.editor, made.source).expect("unsealed");
    let open = desk
        .read(|db| Ok(store::sources::get(db, made.source)?))
        .expect("the source");
    assert!(open.sheet.title.as_str().contains(CANARY));
    made.desk.is_clean();
}

#[test]
fn whoever_is_not_named_learns_of_no_words_by_asking_for_them() {
    let made = sealed(desk());
    let (desk, snapshot) = (&made.desk.desk, made.snapshot);
    let other = made.desk.join(Role::Researcher);
    let eyes = desk.seen_by(Eyes::Person(person(other)));
    let claim = made.desk.claim("Somebody opened it.");
    // As a cell of a table, and as an annotation: words that stand there, words
    // that stand there twice, and words that do not.
    let answers: Vec<(String, bool)> = ["opened it in 1932", "It rained", "It snowed"]
        .map(|words| {
            let csv = format!("statement,snapshot,quote\nIt is so.,{snapshot},{words}.\n");
            let table = table::read(csv.as_bytes()).expect("a table");
            let map = Map::guess(&table.names);
            let became = intake::take_telling(&eyes, other, (table, map), Alike::All);
            let became = became.expect("nothing was taken in");
            let Fate::Bad(flaws) = &became[0].row.fate else {
                panic!("{words}: {:?}", became[0].row.fate);
            };
            let quote = json!([{ "type": "TextQuoteSelector", "exact": words }]);
            let file = json!([{ "uri": "", "target": [{ "selector": quote }] }]);
            let quotes = hypothesis::read(file.to_string().as_bytes()).expect("a file");
            let choice = Choice {
                number: 1,
                claim,
                stance: Stance::Context,
            };
            let taken = annotated::take(&eyes, other, snapshot, quotes.quotes, vec![choice]);
            let is_refused = matches!(taken, Err(DeskError::Sealed { .. }));
            (flaws[0].reason.clone(), is_refused)
        })
        .into();
    assert!(answers[0].0.contains("is sealed"), "{answers:?}");
    assert!(answers.iter().all(|answer| answer.1), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    // Nor why its bytes cannot be read, and nobody stops what looks after it.
    let again = snapshots::read_again(&eyes, other, snapshot);
    let is_sealed = matches!(again, Err(DeskError::Store(store::StoreError::Sealed)));
    assert!(is_sealed, "{again:?}");
    let capture = capturing::recheck(desk, Actor::Operator, made.source).expect("a capture");
    refused(capturing::recheck(&eyes, other, made.source).map(drop));
    refused(capturing::archive(&eyes, other, snapshot).map(drop));
    refused(capturing::cancel(&eyes, other, capture));
    refused(capturing::retry(&eyes, other, capture));
    made.desk.is_clean();
}

/// The files that take the shelf as it is, past the veil, each because it takes
/// bytes in or has asked before. A read for somebody's eyes uses the shelf of
/// its look, `db.shelf()`, and is not among them.
const PAST_THE_VEIL: [&str; 6] = [
    "src/desk/articles.rs",
    "src/desk/capturing/mod.rs",
    "src/desk/capturing/settle.rs",
    "src/desk/revising.rs",
    "src/desk/snapshots.rs",
    "src/web/pages/pictures.rs",
];

#[test]
fn no_other_file_reads_past_the_veil() {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("its text");
                let plain: String = text.split_whitespace().collect();
                if plain.contains("store().shelf()") || plain.contains("store.shelf()") {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    found.sort();
    assert_eq!(found, PAST_THE_VEIL);
}
