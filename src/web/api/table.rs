//! Every operation of the API on one screen, each with what it needs.

use std::sync::LazyLock;

use crate::domain::person::Deed::{
    Assign, Cite, Correct, Decide, Discuss, Judge, OpenClaim, Publish, Read, Withdraw,
};

use super::operation::{Operation, delete, get, post, put};
use super::{changes, claims, index, openapi};

/// Every operation, in the order of the document.
pub(super) fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let groups = [about(), claims_and_their_words(), judgements()];
        groups.into_iter().flatten().collect()
    });
    &OPERATIONS
}

#[rustfmt::skip]
fn about() -> Vec<Operation> {
    vec![
        get("/", Read, index::index).public().says("What the API is, and where to go on"),
        get("/openapi.json", Read, openapi::show).public().says("This document"),
        get("/me", Read, index::me).says("Who asks, and what they may do"),
        get("/changes", Read, changes::list).says("What happened at the desk, the oldest first")
            .notes("Follow `next`; when a page is empty nothing has happened since, and the same address is good to be asked again later."),
    ]
}

#[rustfmt::skip]
fn claims_and_their_words() -> Vec<Operation> {
    vec![
        get("/claims", Read, claims::list).says("List claims, the newest first"),
        post("/claims", OpenClaim, claims::open).says("Open a claim"),
        get("/claims/{claim}", Read, claims::show).says("One claim with everything about it"),
        get("/claims/{claim}/history", Read, claims::history).says("What happened to a claim"),
        put("/claims/{claim}/wording", OpenClaim, claims::reword).says("Give a claim a new wording")
            .notes("The claim is reopened: whatever stood, stood for other words."),
        put("/claims/{claim}/assignee", Assign, claims::assign).says("Give a claim to somebody, or to nobody"),
        put("/claims/{claim}/plan", Assign, claims::plan).says("Say how urgent a claim is, and by when it is wanted"),
        put("/claims/{claim}/passage", OpenClaim, claims::accept_passage).says("Say that a claim still says what its changed passage says"),
        post("/claims/{claim}/citations", Cite, claims::cite).says("Tie a claim to words of a source"),
        delete("/claims/{claim}/citations/{citation}", Cite, claims::remove_citation).says("Take a citation out of use")
            .notes("What rested on it keeps it; it stays on record."),
        post("/claims/{claim}/remarks", Discuss, claims::remark).says("Write a note or a question into a claim's thread"),
        post("/claims/{claim}/remarks/{remark}/settlement", Discuss, claims::settle).says("Settle a question"),
    ]
}

#[rustfmt::skip]
fn judgements() -> Vec<Operation> {
    vec![
        post("/claims/{claim}/verdicts", Decide, claims::decide).says("Give a verdict"),
        post("/claims/{claim}/approvals", Judge, claims::approve).says("Approve of the verdict that stands"),
        post("/claims/{claim}/dissents", Judge, claims::dissent).says("Dissent from the verdict that stands"),
        post("/claims/{claim}/dismissals", Judge, claims::dismiss).says("Judge that a change of cited words does not matter"),
        post("/claims/{claim}/publications", Publish, claims::publish).says("Make the approved verdict public"),
        post("/claims/{claim}/corrections", Correct, claims::correct).says("Correct or retract what is public"),
        post("/claims/{claim}/withdrawal", Withdraw, claims::withdraw).says("Take a claim off the desk"),
        post("/claims/{claim}/reconsideration", Withdraw, claims::reconsider).says("Take a withdrawn claim up again"),
    ]
}
