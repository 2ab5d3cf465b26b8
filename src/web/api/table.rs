//! Every operation of the API on one screen, each with what it needs.

use std::sync::LazyLock;

use crate::domain::person::Deed::{
    AddSource, Assign, Cite, Correct, Decide, Discuss, Judge, ManageDesk, ManagePeople, OpenClaim,
    Publish, Read, Seal, Withdraw,
};

use super::operation::{Operation, delete, get, post, put};
use super::{
    articles, captures, changes, claims, erasures, exports, filters, hooks, imports, index, log,
    openapi, passkeys, people, published, queue, search, sessions, settings, snapshots, sources,
    tokens, witnesses,
};

/// Every operation, in the order of the document.
pub(super) fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let groups = [
            about(),
            claims_and_their_words(),
            judgements(),
            texts_under_check(),
            things_cited(),
            captured(),
            finding(),
            public(),
            the_desk(),
            hooks_and_messages(),
        ];
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
            .notes("Follow `next`; when a page is empty nothing has happened since, and the same address is good to be asked again later. Ask with \"Accept: text/event-stream\" to be told at once instead: each change comes as an event named change, with its entry as the id."),
        get("/log/entries", Read, log::list).says("List the entries of the log, the newest first, each told in a sentence"),
        get("/log/entries/{entry}", Read, log::show).says("One entry of the log with everything that proves it")
            .notes("The body and the salt are as they were hashed, so that whoever has them can compute the leaf."),
        get("/exports", Read, exports::list).public().says("List the files, streams and feeds of the desk")
            .notes("Their addresses are the desk's own, not below the API's."),
    ]
}

#[rustfmt::skip]
fn claims_and_their_words() -> Vec<Operation> {
    vec![
        get("/claims", Read, claims::list).says("List claims, the newest first"),
        post("/claims", OpenClaim, claims::open).says("Open a claim"),
        post("/imports/claims", OpenClaim, imports::claims).says("Take claims in from a table, or tell what would become of every row")
            .notes("All of it is taken in, or nothing. A wrong cell is named by the line of its row and what it should hold: /3/statement."),
        get("/claims/{claim}", Read, claims::show).says("One claim with everything about it"),
        get("/claims/{claim}/blockers", Read, claims::blockers).says("What stands between a claim and publication")
            .notes("Each rule that is not met, with what to do and the operation that does it."),
        get("/claims/{claim}/advice", Publish, claims::advice).says("What would make a consumer refuse or cut a claim's ClaimReview, the worst first")
            .notes("It is advice and stands in the way of nothing."),
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
        get("/claims/{claim}/other-checks", Read, claims::others).says("List what other publishers found about a claim, the newest first"),
        post("/claims/{claim}/other-checks/readings", Cite, claims::read_others).says("Read the reviews of other publishers in a page, a feed or a file")
            .notes("Nothing is noted yet: the answer names the reading and its reviews, for a choice. Send JSON, or the bytes as they are: with their own Content-Type, and their file name in Content-Disposition. What is JSON itself goes inside JSON, or as application/ld+json."),
        post("/claims/{claim}/other-checks", Cite, claims::note_others).says("Note reviews of other publishers beside a claim")
            .notes("They are never the desk's own verdict. What stands there already, word for word, is not noted twice."),
        delete("/claims/{claim}/other-checks/{check}", Cite, claims::remove_other).says("Take a check by others away from a claim, with a reason")
            .notes("The log keeps both."),
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

#[rustfmt::skip]
fn texts_under_check() -> Vec<Operation> {
    vec![
        get("/articles", Read, articles::list).says("List articles, the newest first"),
        post("/articles", OpenClaim, articles::add).says("Bring an article under check"),
        get("/articles/{article}", Read, articles::show).says("What is said about an article, and how much of it is decided"),
        get("/articles/{article}/draft", Read, articles::draft).says("What lies over an article's text: claims, passages set aside, sentences that nobody looked at"),
        get("/articles/{article}/changes", Read, articles::changes).says("What changed between two revisions of an article"),
        get("/articles/{article}/revisions", Read, articles::revisions).says("List the revisions of an article, the newest first"),
        post("/articles/{article}/revisions", OpenClaim, articles::revise).says("Bring a newer text of an article")
            .notes("It comes with all that is said about the article. Its claims are looked up in the newer text."),
        get("/articles/{article}/revisions/{revision}", Read, articles::revision).says("One revision of an article"),
        get("/articles/{article}/revisions/{revision}/text", Read, articles::text).says("The text of a revision"),
        post("/articles/{article}/asides", OpenClaim, articles::set_aside).says("Set a passage aside: it needs no check"),
        post("/articles/{article}/asides/headings", OpenClaim, articles::set_headings_aside).says("Set aside what looks like a heading and what nobody looked at yet"),
        delete("/articles/{article}/asides/{entry}", OpenClaim, articles::take_up).says("Take a passage up again that was set aside"),
    ]
}

#[rustfmt::skip]
fn things_cited() -> Vec<Operation> {
    vec![
        get("/sources", Read, sources::list).says("List sources, the newest first"),
        post("/sources", AddSource, sources::add).says("Add a source"),
        get("/sources/{source}", Read, sources::show).says("One source"),
        put("/sources/{source}", AddSource, sources::revise).says("Replace what is said about a source"),
        put("/sources/{source}/schedule", AddSource, sources::schedule).says("Say how often a source is looked at again"),
        get("/sources/{source}/seal", Read, sources::show_seal).says("Whether a source is sealed, and for whom")
            .notes("For whom is told to them, to editors and to admins. A source that is sealed for others is found like any other, with its words left out."),
        put("/sources/{source}/seal", AddSource, sources::seal).says("Seal a source, or choose anew who may see it")
            .notes("Editors and admins may, and whoever added it."),
        delete("/sources/{source}/seal", Seal, sources::unseal).says("Let everybody of the desk see a source again"),
        post("/sources/{source}/captures", AddSource, sources::ask).says("Ask for a source to be looked at again")
            .notes("The capture's own address tells how far it has come."),
        get("/sources/{source}/snapshots", Read, sources::snapshots).says("List the snapshots of a source, the newest first"),
        post("/sources/{source}/snapshots", AddSource, sources::take).says("Take a snapshot of a source")
            .notes("Send the bytes inside JSON, or as they are: with their own Content-Type, and their file name in Content-Disposition. What is JSON itself goes inside JSON, or as application/octet-stream."),
        get("/sources/{source}/changes", Read, sources::changes).says("What changed between two snapshots of a source"),
        get("/sources/{source}/reanchorings", Read, sources::reanchorings).says("List what became of words cited from a source in its newer snapshots"),
    ]
}

#[rustfmt::skip]
fn captured() -> Vec<Operation> {
    vec![
        get("/snapshots/{snapshot}", Read, snapshots::show).says("One snapshot with its texts"),
        get("/snapshots/{snapshot}/raw", Read, snapshots::raw).says("The bytes of a snapshot"),
        get("/snapshots/{snapshot}/texts/{text}", Read, snapshots::text).says("A text of a snapshot, by its number or its SHA-256"),
        get("/snapshots/{snapshot}/pages/{page}/picture", Read, snapshots::picture).says("A page of a PDF as a picture"),
        get("/snapshots/{snapshot}/citations", Read, snapshots::citations).says("List the citations that rest on a snapshot"),
        post("/snapshots/{snapshot}/texts", AddSource, snapshots::read_again).says("Derive texts from a snapshot again, with today's extractors")
            .notes("Texts that are there stay as they are."),
        post("/snapshots/{snapshot}/copies", AddSource, snapshots::archive).says("Ask for a copy of a snapshot's page to be kept elsewhere"),
        get("/captures", Read, captures::list).says("List captures, the newest first"),
        post("/captures", AddSource, captures::ask).says("Ask for an address to be captured, or bring a file")
            .notes("JSON names an address. A file is sent as it is: with its own Content-Type, and its name in Content-Disposition. The capture's own address tells how far it has come."),
        get("/captures/{capture}", Read, captures::show).says("How far a capture has come, and what it found"),
        post("/captures/{capture}/source", AddSource, captures::adopt).says("Make a source of what a capture found"),
        post("/captures/{capture}/cancellation", AddSource, captures::cancel).says("Stop a capture"),
        post("/captures/{capture}/tries", AddSource, captures::retry).says("Try a capture again"),
    ]
}

#[rustfmt::skip]
fn finding() -> Vec<Operation> {
    vec![
        get("/search", Read, search::find).says("Search claims, verdicts, sources and the texts of snapshots")
            .notes("Only the newest 2,000 matches of a place are ranked."),
        get("/search/similar", Read, search::similar).says("Earlier claims of similar wording, the most similar first")
            .notes("They are suggestions and decide nothing."),
        get("/queue", Read, queue::counts).says("How many claims each queue holds"),
        get("/queue/{name}", Read, queue::list).says("List the claims of a queue in its order"),
        post("/assignments", Assign, queue::assign).says("Give several claims to somebody, and plan them")
            .notes("All of them are arranged, or none."),
    ]
}

#[rustfmt::skip]
fn public() -> Vec<Operation> {
    vec![
        get("/publications", Read, published::list).public().says("List published verdicts, the newest first"),
        get("/corrections", Read, published::corrections).public().says("List corrections of what was published, the newest first"),
        get("/scales", Read, published::scales).public().says("List the scales of the desk in all their versions"),
        get("/scales/{scale}", Read, published::scale).public().says("One version of a scale"),
        get("/log/entries/{entry}/receipt", Read, log::receipt).public().says("The receipt that proves an entry of the log")
            .notes("It can be checked without the desk, by any program that knows C2SP tlog-proof. There is none until a checkpoint is signed that covers the entry, which takes a second."),
    ]
}

#[rustfmt::skip]
fn the_desk() -> Vec<Operation> {
    vec![
        get("/people", ManagePeople, people::list).says("List the people of the desk"),
        post("/people", ManagePeople, people::join).for_people().says("Let somebody join, with a link by which they sign in"),
        get("/people/{person}", ManagePeople, people::show).says("One of the desk's people"),
        put("/people/{person}/role", ManagePeople, people::change_role).says("Give somebody another role"),
        post("/people/{person}/departure", ManagePeople, people::leave).says("Let somebody go")
            .notes("They can no longer sign in; what they did stays."),
        get("/people/{person}/sessions", ManagePeople, sessions::theirs).for_people().says("List where somebody is signed in"),
        post("/people/{person}/sessions/ending", ManagePeople, sessions::end_theirs).for_people().says("End all sessions of somebody"),
        get("/me/sessions", Read, sessions::mine).for_people().says("List where you are signed in"),
        post("/me/sessions/{session}/ending", Read, sessions::end_mine).for_people().says("End a session of yours"),
        get("/people/{person}/passkeys", ManagePeople, passkeys::list).says("List the passkeys that somebody signs with, the newest first"),
        post("/people/{person}/passkeys/{entry}/retirement", ManagePeople, passkeys::retire).for_people().says("Let somebody's passkey sign no more")
            .notes("What it signed stays signed. It is for those who left, and for devices that were lost; one's own is retired on one's own page."),
        get("/settings/desk", ManageDesk, settings::desk).says("What the desk says of itself"),
        put("/settings/desk", ManageDesk, settings::describe).says("Say something else of the desk"),
        get("/settings/policies", ManageDesk, settings::policies).says("What the desk promises"),
        put("/settings/policies", ManageDesk, settings::promise).says("Promise something else"),
        get("/settings/rules", ManageDesk, settings::rules).says("The rules that the desk works by"),
        put("/settings/rules", ManageDesk, settings::set_rules).says("Work by other rules from here on"),
        get("/settings/signing", ManageDesk, settings::signing).says("Whether reviewers sign with passkeys"),
        put("/settings/signing", ManageDesk, settings::set_signing).says("Let reviewers sign with passkeys, or not")
            .notes("Programs cannot sign: where every verdict is signed, theirs are refused."),
        get("/witnesses", Read, witnesses::list).says("List the witnesses of the log, each with its newest cosignature"),
        post("/scales", ManageDesk, settings::adopt).says("Adopt a scale, or the next version of one"),
        get("/erasures", Read, erasures::list).says("List what was erased, the newest first")
            .notes("People ask for an erasure and decide on it, programs never."),
        get("/erasures/{asked}", Read, erasures::show).says("One erasure that was done, by the entry that asked for it"),
        get("/tokens", ManageDesk, tokens::list).says("List the tokens of programs, without their secrets"),
        post("/tokens", ManageDesk, tokens::make).for_people().says("Make a token, shown this once"),
        post("/tokens/{token}/revocation", ManageDesk, tokens::revoke).for_people().says("Take a token out of use"),
        get("/filters", Read, filters::list).says("List the filters of the queue that you keep"),
        post("/filters", Read, filters::keep).says("Keep a filter under a new name"),
        get("/filters/{name}", Read, filters::show).says("One of your filters"),
        put("/filters/{name}", Read, filters::change).says("Let a filter be another one"),
        delete("/filters/{name}", Read, filters::remove).says("Let a filter go"),
    ]
}

#[rustfmt::skip]
fn hooks_and_messages() -> Vec<Operation> {
    vec![
        get("/hooks", ManageDesk, hooks::list).says("List the addresses that are told what happens"),
        post("/hooks", ManageDesk, hooks::make).says("Make a hook")
            .notes("It is told what happens from now on, as Standard Webhooks has it. The secret is shown this once."),
        get("/hooks/{hook}", ManageDesk, hooks::show).says("One hook"),
        put("/hooks/{hook}", ManageDesk, hooks::revise).says("Say something else of a hook"),
        delete("/hooks/{hook}", ManageDesk, hooks::remove).says("Let a hook go, with the log of its messages"),
        post("/hooks/{hook}/pause", ManageDesk, hooks::pause).says("Let a hook be told nothing for now"),
        post("/hooks/{hook}/resumption", ManageDesk, hooks::resume).says("Tell a hook what it missed, and go on"),
        post("/hooks/{hook}/secrets", ManageDesk, hooks::rotate).says("Sign with a new secret")
            .notes("The one before signs beside it for a day. The secret is shown this once."),
        post("/hooks/{hook}/tests", ManageDesk, hooks::test).says("Send a hook a test"),
        get("/hooks/{hook}/deliveries", ManageDesk, hooks::deliveries).says("What a hook was told, the newest first"),
        get("/hooks/{hook}/deliveries/{delivery}", ManageDesk, hooks::delivery).says("One message to a hook"),
        post("/hooks/{hook}/deliveries/{delivery}/tries", ManageDesk, hooks::send_again).says("Send a message once more")
            .notes("It goes under the same webhook-id, so that a receiver that has it knows it."),
    ]
}
