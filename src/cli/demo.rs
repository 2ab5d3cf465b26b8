//! `citekeep demo`: a throw-away desk with the worked example.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use crate::desk::articles::NewArticle;
use crate::desk::exchange::incoming::{self, ImportError, Outcome, Policy};
use crate::desk::remarks::{self, NewRemark};
use crate::desk::{
    Actor, Desk, DeskError, audit, claims, people, publishing, revising, snapshots, verdicts,
};
use crate::domain::article::AsideReason;
use crate::domain::ids::{ArticleId, CitationId, ClaimId, EntryIndex, PersonId, RemarkId};
use crate::domain::person::{Byline, Role};
use crate::domain::plan::{Plan, Priority};
use crate::domain::publication::CorrectionKind;
use crate::domain::remark::RemarkKind;
use crate::domain::time::Timestamp;
use crate::domain::words::{Name, Note, Rationale, Statement};
use crate::store::{
    Db, StoreError, articles as article_rows, claims as claim_rows, people as person_rows,
};

use super::{Failure, Listen, Ready, output, serve};

/// The worked example: its files by name.
const FILES: &[(&str, &str)] = &[
    ("desk.json", include_str!("../../db/example/desk.json")),
    ("story.txt", include_str!("../../db/example/story.txt")),
    (
        "ig-report-first.txt",
        include_str!("../../db/example/ig-report-first.txt"),
    ),
    (
        "ig-report-corrected.txt",
        include_str!("../../db/example/ig-report-corrected.txt"),
    ),
    (
        "official-interview.txt",
        include_str!("../../db/example/official-interview.txt"),
    ),
    (
        "centcom-briefing.txt",
        include_str!("../../db/example/centcom-briefing.txt"),
    ),
    (
        "centcom-statement.txt",
        include_str!("../../db/example/centcom-statement.txt"),
    ),
    (
        "bomb-statement.txt",
        include_str!("../../db/example/bomb-statement.txt"),
    ),
    (
        "former-chief-interview.txt",
        include_str!("../../db/example/former-chief-interview.txt"),
    ),
    (
        "wire-report.txt",
        include_str!("../../db/example/wire-report.txt"),
    ),
    (
        "un-record.html",
        include_str!("../../db/example/un-record.html"),
    ),
];

/// What the example's people do, in order.
const ACTS: &str = include_str!("../../db/example/acts.json");

/// The example's people: the name in `acts.json`, the name on pages, the role.
const PEOPLE: [(&str, &str, Role); 5] = [
    ("researcher", "Example researcher", Role::Researcher),
    ("reviewer", "Example reviewer", Role::Reviewer),
    ("second_reviewer", "Second example reviewer", Role::Reviewer),
    ("editor", "Example editor", Role::Editor),
    ("admin", "Example admin", Role::Admin),
];

/// Try a throw-away desk with a worked example.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    listen: Listen,
    /// Fill the data directory with the example and end
    #[arg(long)]
    fill_only: bool,
}

impl Demo {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let (dir, throw_away) = match &ready.data {
            Some(dir) => (dir.clone(), None),
            None if self.fill_only => {
                return Err(Failure::Usage(
                    "say with --data DIR which directory to fill".to_owned(),
                ));
            }
            None => {
                let dir =
                    std::env::temp_dir().join(format!("citekeep-demo-{}", std::process::id()));
                (dir.clone(), Some(ThrowAway(dir)))
            }
        };
        let desk = open(ready, dir)?;
        let team = fill(&desk)?;
        audit::checkpoint(&desk)?;
        if self.fill_only {
            output::line("the worked example is in place");
            return Ok(());
        }
        let listen = self.listen.listen.unwrap_or(ready.config.server.listen);
        serve::serve(ready, &desk, (listen, None, true), |desk, base| {
            greet(desk, base, &team)
        })?;
        // The desk is closed before its directory goes.
        drop(desk);
        drop(throw_away);
        Ok(())
    }
}

/// A directory that goes when the demonstration ends.
struct ThrowAway(PathBuf);

impl Drop for ThrowAway {
    fn drop(&mut self) {
        if std::fs::remove_dir_all(&self.0).is_err() {
            output::say(&format!(
                "{} could not be removed; please remove it",
                self.0.display()
            ));
        }
    }
}

fn open(ready: &Ready, dir: PathBuf) -> Result<Desk, Failure> {
    let here = Ready {
        data: Some(dir),
        config: ready.config.clone(),
        world: ready.world.clone(),
    };
    here.open()
}

type Team = BTreeMap<&'static str, PersonId>;

fn greet(desk: &Desk, base: &str, team: &Team) -> Result<(), Failure> {
    output::say("sign in as one of the example people (each link works as often as you like):");
    for (key, name, role) in PEOPLE {
        let Some(person) = team.get(key) else {
            continue;
        };
        let secret = people::make_demo_link(desk, *person)?;
        output::line(&format!("{name} ({role}): {base}/enter/{secret}"));
    }
    Ok(())
}

/// Fills an empty desk with the example; a desk that has it is left alone.
fn fill(desk: &Desk) -> Result<Team, Failure> {
    let present = desk.read(|db| Ok(person_rows::list(db)?))?;
    if !present.is_empty() {
        let find = |name: &str| {
            present
                .iter()
                .find(|person| person.name == name)
                .map(|person| person.id)
        };
        return Ok(PEOPLE
            .iter()
            .filter_map(|(key, name, _)| Some((*key, find(name)?)))
            .collect());
    }
    output::say("filling in the worked example");
    let mut team = Team::new();
    for (key, name, role) in PEOPLE {
        let name = Name::parse(name).map_err(|error| Failure::Broken(error.to_string()))?;
        let (person, _) = people::join(desk, Actor::Operator, name, role)?;
        team.insert(key, person);
    }
    let mut outcome = import(desk, &team)?;
    let acts: Vec<Act> =
        serde_json::from_str(ACTS).map_err(|error| Failure::Broken(error.to_string()))?;
    for (at, act) in acts.into_iter().enumerate() {
        act.play(desk, &team, &mut outcome)
            .map_err(|error| Failure::Broken(format!("act {at} of the worked example: {error}")))?;
    }
    Ok(team)
}

fn import(desk: &Desk, team: &Team) -> Result<Outcome, Failure> {
    let folder = desk.dir().join("example");
    std::fs::create_dir_all(&folder)?;
    for (name, content) in FILES {
        std::fs::write(folder.join(name), content)?;
    }
    let json = std::fs::read(folder.join("desk.json"))?;
    let researcher = actor(team, "researcher")?;
    let imported = incoming::import(
        desk,
        researcher,
        (&json, Path::new(&folder)),
        Policy::Whole,
        |_, _| {},
    );
    std::fs::remove_dir_all(&folder)?;
    imported.map_err(|error| match error {
        ImportError::BadRecords(bad) => {
            let list: Vec<String> = bad
                .iter()
                .map(|bad| format!("{}: {}", bad.place, bad.reason))
                .collect();
            Failure::Broken(list.join("\n"))
        }
        other => Failure::Broken(other.to_string()),
    })
}

fn actor(team: &Team, key: &str) -> Result<Actor, DeskError> {
    let known = PEOPLE.iter().find(|(known, ..)| *known == key);
    let found = known.and_then(|(key, _, role)| {
        Some(Byline {
            person: *team.get(key)?,
            role: *role,
        })
    });
    found.map(Actor::Person).ok_or_else(|| lost("person", key))
}

fn lost(what: &'static str, which: impl ToString) -> DeskError {
    StoreError::Corrupt {
        what,
        why: format!("the example has no {what} {}", which.to_string()),
    }
    .into()
}

/// One thing that somebody does in the example.
#[derive(Deserialize)]
struct Act {
    by: String,
    #[serde(flatten)]
    deed: Deed,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Deed {
    Assign {
        claim: i64,
        to: String,
    },
    Decide {
        claim: i64,
        rating: String,
        rationale: Rationale,
        citations: Vec<i64>,
    },
    Approve {
        claim: i64,
        note: Option<Note>,
    },
    Dissent {
        claim: i64,
        note: Note,
    },
    Publish {
        claim: i64,
    },
    Correct {
        claim: i64,
        kind: CorrectionKind,
        note: Note,
    },
    Withdraw {
        claim: i64,
        reason: Note,
    },
    Reword {
        claim: i64,
        statement: Statement,
    },
    Snapshot {
        snapshot: i64,
    },
    Plan {
        claim: i64,
        priority: Priority,
        /// Counted from when the example is filled in.
        due_in_hours: Option<i64>,
    },
    Remark {
        claim: i64,
        kind: RemarkKind,
        words: Note,
        answers: Option<RemarkId>,
        citation: Option<i64>,
    },
    Settle {
        claim: i64,
        remark: RemarkId,
    },
    SetAside {
        article: i64,
        quote: String,
        reason: AsideReason,
    },
    Revise {
        article: i64,
        changes: Vec<(String, String)>,
    },
}

impl Act {
    fn play(self, desk: &Desk, team: &Team, outcome: &mut Outcome) -> Result<(), DeskError> {
        let by = actor(team, &self.by)?;
        let at = |claim: i64| place(desk, outcome, claim);
        match self.deed {
            Deed::Assign { claim, to } => {
                let to = team.get(to.as_str()).ok_or_else(|| lost("person", to))?;
                claims::assign(desk, by, at(claim)?.0, Some(*to))
            }
            Deed::Decide {
                claim,
                rating,
                rationale,
                citations,
            } => {
                let citations = citations
                    .into_iter()
                    .map(|id| cited(outcome, id))
                    .collect::<Result<Vec<CitationId>, _>>()?;
                verdicts::give(
                    desk,
                    by,
                    at(claim)?,
                    verdicts::Draft {
                        rating,
                        rationale,
                        citations,
                    },
                )
                .map(|_| ())
            }
            Deed::Approve { claim, note } => verdicts::approve(desk, by, at(claim)?, note),
            Deed::Dissent { claim, note } => verdicts::dissent(desk, by, at(claim)?, note),
            Deed::Publish { claim } => publishing::publish(desk, by, at(claim)?).map(|_| ()),
            Deed::Correct { claim, kind, note } => {
                publishing::correct(desk, by, at(claim)?, kind, note).map(|_| ())
            }
            Deed::Withdraw { claim, reason } => claims::withdraw(desk, by, at(claim)?, reason),
            Deed::Reword { claim, statement } => {
                let (id, seen) = at(claim)?;
                let claimant = desk
                    .read(|db: &Db<'_>| Ok(claim_rows::get(db, id)?))?
                    .claimant;
                claims::reword(desk, by, (id, seen), statement, claimant)
            }
            Deed::Snapshot { snapshot } => {
                let new = outcome
                    .later
                    .remove(&snapshot)
                    .ok_or_else(|| lost("snapshot", snapshot))?;
                snapshots::take(desk, by, new).map(|_| ())
            }
            talk => talk.arrange(desk, by, outcome),
        }
    }
}

impl Deed {
    /// Plays what arranges the work and talks about it.
    fn arrange(self, desk: &Desk, by: Actor, outcome: &Outcome) -> Result<(), DeskError> {
        let at = |claim: i64| place(desk, outcome, claim);
        match self {
            Deed::Plan {
                claim,
                priority,
                due_in_hours,
            } => {
                let plan = planned(desk, priority, due_in_hours)?;
                claims::plan(desk, by, vec![at(claim)?.0], plan)
            }
            Deed::Remark {
                claim,
                kind,
                words,
                answers,
                citation,
            } => {
                let citation = citation.map(|id| cited(outcome, id)).transpose()?;
                let claim = at(claim)?.0;
                let new = NewRemark {
                    claim,
                    kind,
                    words,
                    answers,
                    citation,
                };
                remarks::make(desk, by, new).map(|_| ())
            }
            Deed::Settle { claim, remark } => remarks::settle(desk, by, at(claim)?.0, remark),
            Deed::SetAside {
                article,
                quote,
                reason,
            } => {
                let article = known(outcome, article)?;
                revising::set_aside(desk, by, (article, quote, None), reason).map(|_| ())
            }
            Deed::Revise { article, changes } => {
                let article = known(outcome, article)?;
                let (seen, new) = changed(desk, article, &changes)?;
                revising::revise(desk, by, (article, seen), new).map(|_| ())
            }
            _ => Err(lost("place for such an act", "here")),
        }
    }
}

fn cited(outcome: &Outcome, id: i64) -> Result<CitationId, DeskError> {
    let found = outcome.citations.get(&id).copied();
    found.ok_or_else(|| lost("citation", id))
}

fn planned(desk: &Desk, priority: Priority, hours: Option<i64>) -> Result<Plan, DeskError> {
    let due = hours.map(|hours| {
        let millis = desk.now().as_millis() + hours * 3_600_000;
        Timestamp::from_millis(millis).map_err(|_| lost("moment in hours", hours))
    });
    let due = due.transpose()?;
    Ok(Plan { priority, due })
}

fn known(outcome: &Outcome, article: i64) -> Result<ArticleId, DeskError> {
    let found = outcome.articles.get(&article).copied();
    found.ok_or_else(|| lost("article", article))
}

/// The newest text of an article with some of its words changed, and the
/// revision that it has now.
fn changed(
    desk: &Desk,
    article: ArticleId,
    changes: &[(String, String)],
) -> Result<(u32, NewArticle), DeskError> {
    desk.read(|db| {
        let found = article_rows::get(db, article)?;
        let mut text = db.shelf().text(found.text)?.as_str().to_owned();
        for (old, new) in changes {
            if text.matches(old.as_str()).count() != 1 {
                return Err(lost("words", old));
            }
            text = text.replace(old.as_str(), new);
        }
        let new = NewArticle {
            sheet: found.sheet,
            bytes: text.into_bytes(),
            declared: Some("text/plain".to_owned()),
        };
        Ok((found.revision, new))
    })
}

/// A claim of the example and the entry that changed it last.
fn place(desk: &Desk, outcome: &Outcome, claim: i64) -> Result<(ClaimId, EntryIndex), DeskError> {
    let id = outcome
        .claims
        .get(&claim)
        .copied()
        .ok_or_else(|| lost("claim", claim))?;
    let found = desk.read(|db| Ok(claim_rows::get(db, id)?))?;
    Ok((id, found.rev))
}
