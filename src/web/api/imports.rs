//! Claims from a table: what would become of every row, or what became of it.

use std::collections::BTreeSet;

use actix_web::web;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::capture::table::{self, Table};
use crate::desk::exchange::columns::Map;
use crate::desk::exchange::intake::{self, Alike, Became, Fate, Judged};
use crate::domain::ids::{CitationId, ClaimId};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::Told;
use super::asked::Asked;
use super::problems::{act, not_right};
use super::sent::Csv;

/// How many wrong cells are told, so that an answer stays small.
const MOST_WRONG: usize = 1_000;

/// Rows that look like claims of the desk and are taken all the same.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Lines(Alike);

impl TryFrom<String> for Lines {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let line = |part: &str| {
            let is_one = (1..=9).contains(&part.len())
                && !part.starts_with('0')
                && part.bytes().all(|byte| byte.is_ascii_digit());
            is_one.then(|| part.parse().ok()).flatten()
        };
        if text == "all" {
            return Ok(Self(Alike::All));
        }
        let lines: Option<BTreeSet<u64>> = text.split(',').map(line).collect();
        lines
            .map(|lines| Self(Alike::Only(lines)))
            .ok_or("write lines as 3,7 or write all")
    }
}

impl JsonSchema for Lines {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Lines".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(all|[1-9][0-9]{0,8}(,[1-9][0-9]{0,8})*)$",
        })
    }
}

/// How to take a table in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Which column holds what, as `statement=Claim,claimant=Who said it`; left
    /// out: as their names say.
    #[serde(default)]
    map: Option<String>,
    /// Whether only to tell what would become of every row.
    #[serde(default)]
    dry_run: bool,
    /// The lines of rows that look like claims of the desk and are taken all
    /// the same: `3,7`, or `all`; left out: none.
    #[serde(default)]
    alike: Option<Lines>,
    /// Whether to leave rows out in which something is wrong; else nothing is
    /// taken in when there is one.
    #[serde(default)]
    keep_going: bool,
}

/// What became of a table, or what would.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ImportedTable")]
pub(in crate::web) struct Imported {
    /// Whether nothing was taken in and this tells what would become of it.
    dry_run: bool,
    /// What was odd about the bytes, in sentences.
    flaws: Vec<String>,
    /// The rows in their order.
    rows: Vec<Row>,
}

/// A row, and what became of it or would.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ImportedRow")]
struct Row {
    /// The line on which it begins.
    line: u64,
    /// Its fate.
    fate: Word,
    /// The claim that it opened, or to which it added a citation.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimId>,
    /// The citation that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<CitationId>,
    /// The line of an earlier row that says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<u64>,
    /// The claim of the desk that it looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<ClaimId>,
    /// How much of both wordings is the same, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<u8>,
    /// What is wrong in it; of a whole table at most 1,000 cells are told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrong: Vec<Cell>,
}

/// A fate.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RowFate")]
enum Word {
    /// It becomes a claim.
    New,
    /// It says what an earlier row says, and adds a citation to its claim.
    More,
    /// It says what an earlier row says, and nothing more: it is left out.
    Repeated,
    /// It looks like a claim of the desk: it is left out unless `alike` names it.
    Alike,
    /// Something in it is wrong: it is left out.
    Bad,
}

/// A wrong cell.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WrongCell")]
struct Cell {
    /// What it should hold.
    field: &'static str,
    /// What is wrong with it.
    rule: String,
}

impl Row {
    fn new(judged: Judged, left: &mut usize) -> Self {
        let mut row = Self {
            line: judged.line,
            fate: Word::New,
            claim: None,
            citation: None,
            earlier: None,
            like: None,
            share: None,
            wrong: Vec::new(),
        };
        match judged.fate {
            Fate::New => {}
            Fate::More { line } => (row.fate, row.earlier) = (Word::More, Some(line)),
            Fate::Repeated { line } => (row.fate, row.earlier) = (Word::Repeated, Some(line)),
            Fate::Alike { claim, share, .. } => {
                (row.fate, row.like, row.share) = (Word::Alike, Some(claim), Some(share));
            }
            Fate::Bad(flaws) => {
                row.fate = Word::Bad;
                let told = flaws.into_iter().take(*left).map(|flaw| Cell {
                    field: flaw.field.as_str(),
                    rule: flaw.reason,
                });
                row.wrong = told.collect();
                *left -= row.wrong.len();
            }
        }
        row
    }
}

pub(in crate::web) async fn claims(
    app: web::Data<App>,
    me: Visitor,
    Asked(wanted): Asked<Wanted>,
    Csv(bytes): Csv,
) -> Result<Told<Imported>, Problem> {
    let actor = me.0.actor();
    let (table, map) = read(bytes, wanted.map).await?;
    let (table, map, judged) = act(&app, move |desk| {
        let judged = intake::rehearse(desk, &table, &map)?;
        Ok((table, map, judged))
    })
    .await?;
    let flaws = table.flaws.clone();
    if wanted.dry_run {
        return Ok(told(flaws, true, judged.into_iter().map(Became::nothing)));
    }
    if !wanted.keep_going {
        refuse_bad(&judged)?;
    }
    let alike = wanted.alike.map(|Lines(alike)| alike);
    let alike = alike.unwrap_or(Alike::Only(BTreeSet::new()));
    let became = act(&app, move |desk| {
        intake::take_telling(desk, actor, (table, map), alike)
    })
    .await?;
    Ok(told(flaws, false, became.into_iter()))
}

/// The table, and which of its columns holds what.
async fn read(bytes: Vec<u8>, map: Option<String>) -> Result<(Table, Map), Problem> {
    let read = web::block(move || table::read(&bytes)).await;
    let read = read.map_err(|_| Problem::closing())?;
    let table = read.map_err(|bad| not_right("", &bad.to_string()))?;
    let map = match map {
        Some(text) => Map::parse(&text, &table.names),
        None => {
            let map = Map::guess(&table.names);
            map.check(&table.names).map(|()| map)
        }
    };
    let map = map.map_err(|bad| not_right("/map", &bad.to_string()))?;
    Ok((table, map))
}

/// Refuses a table in which something is wrong, and names the first such cell
/// by its line and what it should hold.
fn refuse_bad(judged: &[Judged]) -> Result<(), Problem> {
    let wrong = judged.iter().find_map(|row| match &row.fate {
        Fate::Bad(flaws) => Some((row.line, flaws.first()?)),
        _ => None,
    });
    let Some((line, flaw)) = wrong else {
        return Ok(());
    };
    let field = format!("/{line}/{}", flaw.field.as_str());
    Err(not_right(&field, &flaw.reason))
}

fn told(flaws: Vec<String>, dry_run: bool, became: impl Iterator<Item = Became>) -> Told<Imported> {
    let mut left = MOST_WRONG;
    let rows = became.map(|became| {
        let mut row = Row::new(became.row, &mut left);
        row.claim = became.claim;
        row.citation = became.citation;
        row
    });
    let rows = rows.collect();
    Told(Imported {
        dry_run,
        flaws,
        rows,
    })
}
