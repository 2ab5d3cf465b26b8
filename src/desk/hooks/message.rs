//! What a hook is told: numbers and names of kinds, never words. What is to be
//! read stands at the address that comes with it, behind a token.

use serde::Serialize;

use crate::desk::Desk;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, HookId, SourceId};
use crate::domain::time::Timestamp;
use crate::store::local::deliveries::NewDelivery;
use crate::store::trail::Step;

/// The kind of a message that was asked for to see whether it comes.
const TEST: &str = "test";

/// A message as it is sent; the fields are those of Standard Webhooks.
#[derive(Serialize)]
struct Message<'m, T> {
    #[serde(rename = "type")]
    kind: &'m str,
    timestamp: Timestamp,
    data: T,
}

/// What happened, as a change of the API has it.
#[derive(Serialize)]
struct Told<'m> {
    entry: EntryIndex,
    kind: &'m str,
    claim: Option<ClaimId>,
    source: Option<SourceId>,
    article: Option<ArticleId>,
    /// Where the claim is read.
    url: Option<String>,
}

#[derive(Serialize)]
struct Nothing {}

/// Draws a name for a new message.
pub(super) fn name(desk: &Desk) -> String {
    let mut bytes = [0; 16];
    desk.world.rng.fill(&mut bytes);
    format!("msg_{}", hex::encode(bytes))
}

/// A message about a step of the log; `claims` is the address below which
/// claims are read.
pub(super) fn about(hook: HookId, message: String, step: &Step, claims: &str) -> NewDelivery {
    let told = Told {
        entry: step.entry,
        kind: &step.kind,
        claim: step.claim,
        source: step.source,
        article: step.article,
        url: step.claim.map(|claim| format!("{claims}/{claim}")),
    };
    NewDelivery {
        entry: Some(step.entry),
        by_hand: false,
        ..written(hook, message, (step.kind.as_str(), step.at), told)
    }
}

/// A message that says nothing.
pub(super) fn test(hook: HookId, message: String, now: Timestamp) -> NewDelivery {
    written(hook, message, (TEST, now), Nothing {})
}

fn written(
    hook: HookId,
    message: String,
    (kind, timestamp): (&str, Timestamp),
    data: impl Serialize,
) -> NewDelivery {
    let said = Message {
        kind,
        timestamp,
        data,
    };
    let body = serde_json::to_string(&said).expect("numbers and texts become JSON");
    NewDelivery {
        hook,
        message,
        entry: None,
        kind: kind.to_owned(),
        body,
        by_hand: true,
    }
}
