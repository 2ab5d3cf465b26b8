//! What is done with a claim before and beside its judgement.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::citations::{self, NewCitation};
use crate::desk::claims::{self as deeds, Made as Appeared, NewClaim};
use crate::desk::remarks::{self, NewRemark};
use crate::desk::revising;
use crate::domain::citation::Stance;
use crate::domain::claim::Claimant;
use crate::domain::ids::{
    ArticleId, CitationId, ClaimId, PersonId, RemarkId, SnapshotId, SourceId, TextId,
};
use crate::domain::plan::Plan;
use crate::domain::remark::RemarkKind;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Note, Statement};
use crate::web::api::BASE;
use crate::web::api::answer::{Done, Made};
use crate::web::api::asked::{Body, Seen};
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// The number that something new got.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "New")]
pub(in crate::web) struct New<Id> {
    /// Its number.
    pub(in crate::web::api) id: Id,
}

/// Words of an article under check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The article.
    article: ArticleId,
    /// The words, as its newest revision has them.
    quote: String,
    /// Near which code point, where they stand more than once.
    #[serde(default)]
    near: Option<u64>,
}

/// A checkable statement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewClaim")]
pub(in crate::web) struct Opened {
    /// Its wording.
    statement: Statement,
    /// Who made it.
    #[serde(default)]
    claimant: Option<Claimant>,
    /// The words of an article under check in which it was made.
    #[serde(default)]
    passage: Option<Words>,
    /// An address at which it was made.
    #[serde(default)]
    url: Option<Address>,
    /// When it was made, as far as known.
    #[serde(default)]
    date: Option<PartialDate>,
}

pub(in crate::web) async fn open(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<Opened>,
) -> Result<Made<New<ClaimId>>, Problem> {
    let actor = me.0.actor();
    let passage = new
        .passage
        .map(|words| (words.article, words.quote, words.near));
    let new = NewClaim {
        statement: new.statement,
        claimant: new.claimant,
        made: Appeared {
            passage,
            url: new.url,
            date: new.date,
        },
    };
    let id = act(&app, move |desk| deeds::open(desk, actor, new)).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/claims/{id}"),
    })
}

/// A new wording of a claim.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wording {
    /// The wording.
    statement: Statement,
    /// Who made the statement; left out: nobody known.
    #[serde(default)]
    claimant: Option<Claimant>,
}

pub(in crate::web) async fn reword(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(new): Body<Wording>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        deeds::reword(desk, actor, (claim, seen), new.statement, new.claimant)
    })
    .await?;
    Ok(Done)
}

/// Who works on a claim.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Assignee {
    /// The person; null: nobody. It may not be left out, so that a slip does
    /// not take a claim away from somebody.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(required)]
    person: Option<PersonId>,
}

pub(in crate::web) async fn assign(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(to): Body<Assignee>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        deeds::assign(&desk.if_still(claim, seen), actor, claim, to.person)
    })
    .await?;
    Ok(Done)
}

pub(in crate::web) async fn plan(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(plan): Body<Plan>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        deeds::plan(&desk.if_still(claim, seen), actor, vec![claim], plan)
    })
    .await?;
    Ok(Done)
}

/// Says that a claim still says what its changed passage says.
pub(in crate::web) async fn accept_passage(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        revising::accept(&desk.if_still(claim, seen), actor, claim)
    })
    .await?;
    Ok(Done)
}

/// Words that a claim is tied to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCitation")]
pub(in crate::web) struct Cited {
    /// Where the words are read.
    snapshot: SnapshotId,
    /// In which of its texts; left out: in the one that people read, or else
    /// in the others.
    #[serde(default)]
    text: Option<TextId>,
    /// Whose word it is; left out: the snapshot's own source.
    #[serde(default)]
    source: Option<SourceId>,
    /// The words. They must stand in the text; quotation marks, dashes and
    /// white space may be written otherwise.
    quote: String,
    /// Near which code point, where they stand more than once.
    #[serde(default)]
    near: Option<u64>,
    /// What they do to the claim.
    stance: Stance,
}

pub(in crate::web) async fn cite(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Body(new): Body<Cited>,
) -> Result<Made<New<CitationId>>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let new = NewCitation {
        claim,
        source: new.source,
        snapshot: new.snapshot,
        text: new.text,
        quote: new.quote,
        near: new.near,
        stance: new.stance,
    };
    let id = act(&app, move |desk| citations::make(desk, actor, new)).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/claims/{claim}"),
    })
}

pub(in crate::web) async fn remove_citation(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, CitationId)>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let ((claim, citation), actor) = (path.into_inner(), me.0.actor());
    act(&app, move |desk| {
        citations::remove(&desk.if_still(claim, seen), actor, claim, citation)
    })
    .await?;
    Ok(Done)
}

/// A remark for a claim's thread.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRemark")]
pub(in crate::web) struct Said {
    /// Whether it is a note or a question.
    kind: RemarkKind,
    /// What is said.
    words: Note,
    /// The remark that it answers.
    #[serde(default)]
    answers: Option<RemarkId>,
    /// The citation that it is about.
    #[serde(default)]
    citation: Option<CitationId>,
}

pub(in crate::web) async fn remark(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Body(new): Body<Said>,
) -> Result<Made<New<RemarkId>>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let new = NewRemark {
        claim,
        kind: new.kind,
        words: new.words,
        answers: new.answers,
        citation: new.citation,
    };
    let id = act(&app, move |desk| remarks::make(desk, actor, new)).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/claims/{claim}"),
    })
}

pub(in crate::web) async fn settle(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, RemarkId)>,
) -> Result<Done, Problem> {
    let ((claim, remark), actor) = (path.into_inner(), me.0.actor());
    act(&app, move |desk| {
        remarks::settle(desk, actor, claim, remark)
    })
    .await?;
    Ok(Done)
}
