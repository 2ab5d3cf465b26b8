//! A desk with one thing of every kind, and everybody who could ask for it.

use std::collections::BTreeMap;

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::{Actor, erasures, seals};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::{CitationId, ClaimId, EntryIndex, SnapshotId, SourceId, TextId};
use citekeep::domain::person::Role;
use citekeep::domain::words::Title;
use citekeep::store;

use super::people::{Somebody, programs, token};
use super::walk::Row;
use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today, note};

/// A claim and what it rests on.
struct Thing {
    claim: ClaimId,
    source: SourceId,
    snapshot: SnapshotId,
    citation: CitationId,
    text: TextId,
    hash: String,
    entry: EntryIndex,
}

/// The desk as it is served.
pub(super) struct House {
    pub(super) served: Served,
    /// Links that sign people in once more, by their names.
    pub(super) spare: BTreeMap<&'static str, String>,
    things: BTreeMap<&'static str, Thing>,
    /// What stands for the other names in braces.
    others: BTreeMap<&'static str, String>,
}

impl House {
    /// The address of a row about a kind of thing.
    pub(super) fn path(&self, row: &Row, kind: &str) -> String {
        let thing = self.things.get(kind).or(self.things.get("open"));
        let thing = thing.expect("a thing");
        let parts: Vec<&str> = row.pattern.split('/').collect();
        let filled = parts.iter().enumerate().map(|(at, part)| {
            let before = parts.get(at.wrapping_sub(1)).copied().unwrap_or_default();
            match (*part, before) {
                ("{claim}", _) => thing.claim.to_string(),
                ("{source}", _) => thing.source.to_string(),
                ("{snapshot}", _) => thing.snapshot.to_string(),
                ("{citation}", _) | ("{id}", "citations") => thing.citation.to_string(),
                ("{text}", _) => thing.text.to_string(),
                ("{hash}", _) => thing.hash.clone(),
                ("{entry}", "entries" | "receipts") => thing.entry.to_string(),
                ("{id}", "signatures") => self.others["{signature}"].clone(),
                (part, _) if part.starts_with('{') => {
                    let known = self.others.get(part);
                    known.map_or_else(|| "999999".to_owned(), Clone::clone)
                }
                (part, _) => part.to_owned(),
            }
        });
        let path = filled.collect::<Vec<_>>().join("/");
        match row.pattern.rsplit_once('/') {
            Some(("/sources/{source}" | "/api/v1/sources/{source}", "changes")) => {
                format!("{path}?from={0}&to={0}", thing.snapshot)
            }
            _ => path,
        }
    }
}

/// Builds the desk and lets everybody in.
pub(super) fn build() -> (House, Vec<Somebody>) {
    let desk = desk_of_today();
    let (admin, other) = (desk.join(Role::Admin), desk.join(Role::Admin));
    let (reader, victim, gone) = (
        desk.join(Role::Reader),
        desk.join(Role::Reader),
        desk.join(Role::Admin),
    );
    let things = things(&desk, (admin, other));
    let asked = ask_to_erase(&desk, admin, things["open"].snapshot);
    let mut others = BTreeMap::new();
    others.insert("{asked}", asked.to_string());
    others.insert("{article}", article(&desk));
    others.insert("{person}", person(victim));
    for name in [
        "{page}",
        "{number}",
        "{revision}",
        "{remark}",
        "{hook}",
        "{scale}",
        "{check}",
        "{capture}",
    ] {
        others.insert(name, "1".to_owned());
    }
    // The one of who left: those of the others are needed to the end.
    others.insert("{token}", "7".to_owned());
    others.insert("{name}", "mine".to_owned());
    others.insert("{secret}", "0000".to_owned());
    let seats = [
        ("reader", Role::Reader, reader),
        ("researcher", Role::Researcher, desk.researcher),
        ("reviewer", Role::Reviewer, desk.reviewer),
        ("editor", Role::Editor, desk.editor),
        ("admin", Role::Admin, admin),
    ];
    let links = seats.map(|(name, role, who)| (name, role, desk.link(who), desk.link(who)));
    let programs = programs(&desk, admin);
    let lost = token(
        &desk,
        gone,
        Role::Admin,
        citekeep::domain::scope::Scopes::ALL,
    );
    let farewell = desk.link(gone);
    let served = desk.serve();
    let left = served.enter(&farewell);
    let mut spare = BTreeMap::new();
    let mut all = vec![
        known("nobody", served.nobody(), None),
        known("who-left", left, None),
    ];
    for (name, role, link, second) in links {
        spare.insert(name, second);
        all.push(known(name, served.enter(&link), Some((role, None))));
    }
    let of_admin = &all[6].visitor;
    let answer = of_admin.post(&format!("/people/{}/departure", person(gone)), &[]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    by_hand(&all[3].visitor, of_admin, &mut others);
    let program = |name, rights, token| Somebody {
        token: Some(token),
        ..known(name, served.nobody(), rights)
    };
    all.push(program("program-of-who-left", None, lost));
    all.extend(
        programs
            .into_iter()
            .map(|(name, role, scope, token)| program(name, Some((role, scope)), token)),
    );
    let house = House {
        served,
        spare,
        things,
        others,
    };
    (house, all)
}

fn known(
    name: &'static str,
    visitor: Visitor,
    rights: Option<(Role, Option<citekeep::domain::scope::Scope>)>,
) -> Somebody {
    Somebody {
        name,
        visitor,
        token: None,
        rights,
    }
}

fn person(who: Actor) -> String {
    who.byline().expect("a person").person.to_string()
}

/// A claim of each kind with what it rests on.
fn things(desk: &TestDesk, (one, other): (Actor, Actor)) -> BTreeMap<&'static str, Thing> {
    let mut things = BTreeMap::new();
    for kind in ["open", "public", "sealed", "erased"] {
        let thing = rests(desk, kind);
        match kind {
            "public" => {
                let decided = desk.decide(thing.claim, "true", &[thing.citation]);
                decided.expect("a verdict");
                desk.approve(thing.claim).expect("an approval");
                desk.publish(thing.claim).expect("a publication");
            }
            "sealed" => {
                let sealed = seals::seal(&desk.desk, desk.editor, thing.source, Vec::new());
                sealed.expect("a seal");
            }
            "erased" => {
                let parts = [
                    ErasurePart::Bytes {
                        snapshot: thing.snapshot,
                    },
                    ErasurePart::Text { text: thing.text },
                    ErasurePart::Entry { entry: thing.entry },
                ];
                let asked = erasures::ask(&desk.desk, one, request(&parts));
                let asked = asked.expect("a request");
                erasures::consent(&desk.desk, other, asked).expect("a consent");
            }
            _ => {}
        }
        things.insert(kind, thing);
    }
    things
}

/// A claim with a citation, and the entry that added its source.
fn rests(desk: &TestDesk, kind: &str) -> Thing {
    let claim = desk.claim(&format!("The {kind} bridge opened in 1932."));
    let size = desk.desk.read(|db| Ok(store::log::size(db)?));
    let entry = EntryIndex::new(size.expect("the log's size"));
    let source = desk.source(&format!("The {kind} report"));
    let snapshot = desk.snapshot(source, &format!("The {kind} bridge was opened in 1932."));
    let citation = desk.cite(claim, snapshot, "bridge was opened in 1932.");
    let texts = desk
        .desk
        .read(|db| Ok(store::snapshots::texts(db, snapshot)?));
    let text = texts.expect("its texts").remove(0);
    Thing {
        claim,
        source,
        snapshot,
        citation,
        text: text.id,
        hash: text.hash.to_string(),
        entry,
    }
}

fn request(parts: &[ErasurePart]) -> ErasureRequest {
    ErasureRequest {
        parts: parts.to_vec(),
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    }
}

/// An erasure that nobody decided on yet.
fn ask_to_erase(desk: &TestDesk, admin: Actor, snapshot: SnapshotId) -> EntryIndex {
    let parts = [ErasurePart::Bytes { snapshot }];
    erasures::ask(&desk.desk, admin, request(&parts)).expect("a request")
}

fn article(desk: &TestDesk) -> String {
    let new = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("The bridges of the town").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: b"The bridge opened in 1932. It rained.".to_vec(),
        declared: Some("text/plain".to_owned()),
    };
    let article = articles::add(&desk.desk, desk.researcher, new).expect("an article");
    article.to_string()
}

/// What is the researcher's own, and what an admin made, by forms.
fn by_hand(researcher: &Visitor, admin: &Visitor, others: &mut BTreeMap<&'static str, String>) {
    let done = |answer: crate::support::http::Answer| {
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap_or_default()
    };
    let last = |place: String| place.rsplit('/').next().unwrap_or_default().to_owned();
    let review = r#"[{"@type": "ClaimReview", "url": "https://checks.example/1",
        "claimReviewed": "The bridge was shut", "author": {"name": "Checks Weekly"},
        "reviewRating": {"alternateName": "True"}}]"#;
    let read = researcher.post("/claims/1/other-checks/readings", &[("text", review)]);
    let reading = last(done(read));
    let chosen = [("reading", reading.as_str()), ("chosen", "0")];
    done(researcher.post("/claims/1/other-checks", &chosen));
    let read = researcher.post("/claims/1/other-checks/readings", &[("text", review)]);
    others.insert("{reading}", last(done(read)));
    done(researcher.post("/filters", &[("name", "mine"), ("query", "state=open")]));
    let begun = researcher.post("/me/passkeys", &[("passkey", "Blue key")]);
    others.insert("{signature}", last(done(begun)));
    let question = [("remark_kind", "question"), ("words", "Which bridge?")];
    done(researcher.post("/claims/1/remarks", &question));
    let captured = researcher.post("/captures", &[("address", "http://127.0.0.1:9/")]);
    others.insert("{capture}", last(done(captured)));
    let hook = [
        ("name", "Story system"),
        ("url", "http://10.0.0.7/hooks"),
        ("about", "public"),
    ];
    let made = admin.post("/settings/hooks", &hook);
    assert!(made.status < 400, "{}", made.body);
}
