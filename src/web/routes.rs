//! Every address of the desk on one screen, each with what it needs.

use actix_web::guard;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, Route};

use crate::domain::person::Deed;

use super::api;
use super::assets;
use super::live;
use super::pages::{
    account, annotations, articles, captures, changes, citations, claims, desk, erasures, exports,
    files, imports, method, other_checks, people, pictures, published, seals, search, security,
    settings, sign_in, signing, single_sign_on, snapshots, sources, style, timestamps, tlog, trail,
    verdicts, witnesses,
};
use super::watched;
use super::witness;

/// What whoever asks must be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the page is public.
    Nobody,
    /// A signed-in person whose role may do this.
    Deed(Deed),
}

/// A page may be asked for whole or, by those who only look whether it is
/// there, without its body.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn post() -> Route {
    web::post()
}

macro_rules! routes {
    (
        $($method:ident $path:literal $need:expr => $handler:path;)*
        $(@elsewhere $other_method:ident $other:literal $other_need:expr;)*
    ) => {
        /// Every route with what it needs: the one table of who may ask what.
        pub const TABLE: &[(&str, &str, Need)] = &[
            $((stringify!($method), $path, $need),)*
            $((stringify!($other_method), $other, $other_need),)*
        ];

        /// Ties every address to its handler.
        pub(super) fn all(config: &mut ServiceConfig) {
            $(config.route($path, $method().to($handler));)*
        }
    };
}

use Need::Nobody;

const READ: Need = Need::Deed(Deed::Read);
const OPEN: Need = Need::Deed(Deed::OpenClaim);
const SOURCE: Need = Need::Deed(Deed::AddSource);
const CITE: Need = Need::Deed(Deed::Cite);
const DECIDE: Need = Need::Deed(Deed::Decide);
const JUDGE: Need = Need::Deed(Deed::Judge);
const ASSIGN: Need = Need::Deed(Deed::Assign);
const PUBLISH: Need = Need::Deed(Deed::Publish);
const CORRECT: Need = Need::Deed(Deed::Correct);
const DISCUSS: Need = Need::Deed(Deed::Discuss);
const WITHDRAW: Need = Need::Deed(Deed::Withdraw);
const PEOPLE: Need = Need::Deed(Deed::ManagePeople);
const DESK: Need = Need::Deed(Deed::ManageDesk);
const ERASE: Need = Need::Deed(Deed::Erase);
const SEAL: Need = Need::Deed(Deed::Seal);

/// Addresses about people's ways in and own signatures, and the decision that
/// something goes for good: programs may not ask them.
const OWN: [&str; 30] = [
    "/me",
    "/me/security",
    "/me/app",
    "/me/app/confirmation",
    "/me/app/removal",
    "/me/recovery-codes",
    "/me/sessions/end",
    "/me/sessions/{session}/end",
    "/me/notices",
    "/me/passkeys/{entry}/sign-in",
    "/me/providers/{provider}/link",
    "/me/providers/{provider}/proof",
    "/me/accounts/{account}/removal",
    "/people/{person}/accounts/{account}/removal",
    "/people/{person}/addresses",
    "/people/{person}/addresses/removal",
    "/people/{person}/link",
    "/people/{person}/sign-in",
    "/people/{person}/sessions/end",
    "/people/{person}/factors/removal",
    "/people/{person}/passkeys/{entry}/retirement",
    "/settings/tokens/{token}/revocation",
    "/me/passkeys",
    "/me/passkeys/{entry}/retirement",
    "/signatures/{id}",
    "/sign-out",
    "/erasures/findings",
    "/erasures/{asked}/consent",
    "/erasures/{asked}/refusal",
    "/erasures/{asked}/withdrawal",
];

/// Forms that no program sends, though it may look at the page of that address:
/// they make a way in, or ask for something to go for good.
const BY_PEOPLE: [&str; 3] = ["/erasures", "/people", "/settings/tokens"];

/// Forms that change who gets in, who may what, what nobody may see, or whom
/// the desk tells: they ask for a proof of who one is that is not old.
pub const GRAVE: [&str; 38] = [
    "/me",
    "/me/app",
    "/me/app/confirmation",
    "/me/app/removal",
    "/me/recovery-codes",
    "/me/sessions/end",
    "/me/sessions/{session}/end",
    "/me/passkeys",
    "/me/passkeys/{entry}/retirement",
    "/me/passkeys/{entry}/sign-in",
    "/me/providers/{provider}/link",
    "/me/accounts/{account}/removal",
    "/people/{person}/accounts/{account}/removal",
    "/people/{person}/addresses",
    "/people/{person}/addresses/removal",
    "/people",
    "/people/{person}/role",
    "/people/{person}/departure",
    "/people/{person}/link",
    "/people/{person}/sessions/end",
    "/people/{person}/factors/removal",
    "/people/{person}/passkeys/{entry}/retirement",
    "/sources/{source}/seal",
    "/sources/{source}/unsealing",
    "/erasures",
    "/erasures/{asked}/consent",
    "/settings/policies",
    "/settings/rules",
    "/settings/rules/signatures",
    "/settings/tokens",
    "/settings/tokens/{token}/revocation",
    "/settings/hooks",
    "/settings/hooks/{hook}",
    "/settings/hooks/{hook}/pause",
    "/settings/hooks/{hook}/resumption",
    "/settings/hooks/{hook}/secrets",
    "/settings/hooks/{hook}/removal",
    "/settings/hooks/{hook}/deliveries/{delivery}/tries",
];

/// Whether a form asks for a proof of who one is that is not old.
pub(super) fn is_grave(method: &Method, pattern: &str) -> bool {
    *method == Method::POST && GRAVE.contains(&pattern)
}

routes! {
    get  "/"                                       Nobody   => desk::home;
    get  "/about"                                  Nobody   => method::about;
    get  "/about/people"                           Nobody   => method::people;
    get  "/scales"                                 Nobody   => method::scales;
    get  "/static/{name}"                          Nobody   => assets::asset;
    get  "/favicon.ico"                            Nobody   => assets::icon;
    get  "/healthz"                                Nobody   => watched::health;
    get  "/readyz"                                 Nobody   => watched::ready;
    get  "/.well-known/security.txt"               Nobody   => security::security_txt;

    get  "/published"                              Nobody   => published::list;
    get  "/published/claims.csv"                   Nobody   => files::published_claims;
    get  "/published/citations.csv"                Nobody   => files::published_citations;
    get  "/published/claim-reviews.json"           Nobody   => published::claim_reviews;
    get  "/published/{claim}"                      Nobody   => published::show;
    get  "/published/{claim}/sources.bib"          Nobody   => files::sources::published;
    get  "/published/{claim}/sources.csl.json"     Nobody   => files::sources::published;
    get  "/published/{claim}/citations.csv"        Nobody   => files::published_of_claim;
    get  "/published/{claim}/bundle.zip"           Nobody   => files::bundles::published;
    get  "/published/{claim}/claim-review.json"    Nobody   => published::claim_review;
    get  "/published/{claim}/texts/{hash}"         Nobody   => published::text;
    get  "/published/{claim}/citations/{id}/page"  Nobody   => published::page;
    get  "/published/{claim}/citations/{id}/picture" Nobody => published::picture;
    get  "/published/{claim}/card.png"             Nobody   => published::card;
    get  "/published/{claim}/embed"                Nobody   => published::embed;
    get  "/corrections"                            Nobody   => published::corrections;
    get  "/corrections.csv"                        Nobody   => files::corrections;
    get  "/feed.atom"                              Nobody   => files::atom;
    get  "/feed.json"                              Nobody   => files::json_feed;
    get  "/oembed"                                 Nobody   => published::oembed;
    get  "/v1alpha1/claims:search"                 Nobody   => published::claims_search;
    get  "/schema/{name}"                          Nobody   => exports::schema;
    get  "/exports/published.ndjson"               Nobody   => exports::published;
    get  "/log/checkpoint"                         Nobody   => tlog::checkpoint;
    get  "/log/tile/{tile:.*}"                     Nobody   => tlog::tile;
    get  "/log/receipts/{entry}"                   Nobody   => tlog::receipt;
    get  "/log/keys"                               Nobody   => tlog::keys;
    get  "/log/checkpoints/{size}"                 Nobody   => timestamps::checkpoint;
    get  "/log/timestamps"                         Nobody   => timestamps::list;
    get  "/log/timestamps.json"                    Nobody   => timestamps::json;
    get  "/log/timestamps/{size}/{file}"           Nobody   => timestamps::answer;
    get  "/log/cosigned"                           Nobody   => witnesses::cosigned;
    get  "/log/policy"                             Nobody   => witnesses::policy;
    post "/witness/add-checkpoint"                 Nobody   => witness::add_checkpoint;

    get  "/sign-in"                                Nobody   => sign_in::form;
    post "/sign-in"                                Nobody   => sign_in::sign_in;
    post "/sign-in/second"                         Nobody   => sign_in::second;
    post "/sign-in/{provider}/start"               Nobody   => single_sign_on::begin;
    get  "/sign-in/{provider}/return"              Nobody   => single_sign_on::come_back;
    post "/sign-in/passkey"                        Nobody   => sign_in::passkey;
    get  "/enter/{secret}"                         Nobody   => sign_in::enter_form;
    post "/enter/{secret}"                         Nobody   => sign_in::enter;
    get  "/set-up/{secret}"                        Nobody   => sign_in::set_up_form;
    post "/set-up/{secret}"                        Nobody   => sign_in::set_up;
    post "/sign-out"                               READ     => sign_in::sign_out;
    get  "/me"                                     READ     => sign_in::me;
    post "/me"                                     READ     => sign_in::choose_credentials;
    post "/me/passkeys"                            READ     => signing::register;
    post "/me/passkeys/{entry}/retirement"         READ     => signing::retire;
    post "/me/passkeys/{entry}/sign-in"            READ     => account::let_passkey;
    post "/me/providers/{provider}/link"           READ     => single_sign_on::link;
    post "/me/providers/{provider}/proof"          READ     => single_sign_on::prove;
    post "/me/accounts/{account}/removal"          READ     => single_sign_on::unlink;
    get  "/me/security"                            READ     => account::show;
    post "/me/app"                                 READ     => account::begin_app;
    post "/me/app/confirmation"                    READ     => account::confirm_app;
    post "/me/app/removal"                         READ     => account::remove_app;
    post "/me/recovery-codes"                      READ     => account::renew_codes;
    post "/me/sessions/end"                        READ     => account::end_others;
    post "/me/sessions/{session}/end"              READ     => account::end_one;
    post "/me/notices"                             READ     => account::know;
    get  "/signatures/{id}"                        READ     => signing::show;
    post "/signatures/{id}"                        READ     => signing::submit;

    get  "/claims"                                 READ     => claims::list;
    get  "/claims/new"                             OPEN     => claims::form;
    post "/claims"                                 OPEN     => claims::open;
    post "/claims/assignments"                     ASSIGN   => claims::arrange;
    post "/filters"                                READ     => claims::keep_filter;
    post "/filters/removal"                        READ     => claims::drop_filter;
    get  "/claims.csv"                             READ     => files::claims;
    get  "/citations.csv"                          READ     => files::citations;
    get  "/claims/{claim}"                         READ     => claims::show;
    get  "/claims/{claim}/sources.bib"             READ     => files::sources::of_claim;
    get  "/claims/{claim}/sources.csl.json"        READ     => files::sources::of_claim;
    get  "/claims/{claim}/bundle.zip"              READ     => files::bundles::of_claim;
    get  "/claims/{claim}/citations.csv"           READ     => files::of_claim;
    get  "/claims/{claim}/captures.wacz"           READ     => files::captures::of_claim;
    post "/claims/{claim}/wording"                 OPEN     => claims::reword;
    post "/claims/{claim}/assignee"                ASSIGN   => claims::assign;
    post "/claims/{claim}/withdrawal"              WITHDRAW => claims::withdraw;
    post "/claims/{claim}/reconsideration"         WITHDRAW => claims::reconsider;
    get  "/claims/{claim}/citations/new"           CITE     => citations::form;
    post "/claims/{claim}/citations"               CITE     => citations::make;
    post "/claims/{claim}/citations/{id}/removal"  CITE     => citations::remove;
    post "/claims/{claim}/verdicts"                DECIDE   => verdicts::give;
    post "/claims/{claim}/approvals"               JUDGE    => verdicts::approve;
    post "/claims/{claim}/dissents"                JUDGE    => verdicts::dissent;
    post "/claims/{claim}/publications"            PUBLISH  => verdicts::publish;
    post "/claims/{claim}/corrections"             CORRECT  => verdicts::correct;

    post "/claims/{claim}/plan"                    ASSIGN   => claims::plan;
    post "/claims/{claim}/remarks"                 DISCUSS  => claims::remark_on;
    post "/claims/{claim}/remarks/{remark}/settlement" DISCUSS => claims::settle;
    post "/claims/{claim}/dismissals"              JUDGE    => verdicts::dismiss;
    get  "/claims/{claim}/other-checks/new"        CITE     => other_checks::form;
    post "/claims/{claim}/other-checks/readings"   CITE     => other_checks::look;
    get  "/claims/{claim}/other-checks/readings/{reading}" CITE => other_checks::choose;
    post "/claims/{claim}/other-checks"            CITE     => other_checks::note;
    post "/claims/{claim}/other-checks/{id}/removal" CITE   => other_checks::remove;
    get  "/cite"                                   CITE     => citations::choose;

    get  "/imports"                                OPEN     => imports::form;
    post "/imports"                                OPEN     => imports::take;
    post "/imports/rehearsal"                      OPEN     => imports::rehearse;

    get  "/articles"                               READ     => articles::list;
    get  "/articles/new"                           OPEN     => articles::form;
    post "/articles"                               OPEN     => articles::add;
    get  "/articles/{article}"                     READ     => articles::show;
    get  "/articles/{article}/sources.bib"         READ     => files::sources::of_article;
    get  "/articles/{article}/sources.csl.json"    READ     => files::sources::of_article;
    get  "/articles/{article}/annotations.jsonld"  READ     => files::annotations::article;
    get  "/articles/{article}/hypothesis.json"     READ     => files::annotations::article_hypothesis;
    get  "/articles/{article}/print"               READ     => articles::print;
    get  "/articles/{article}/draft.html"          READ     => articles::alone;
    get  "/articles/{article}/changes"             READ     => articles::changes;
    get  "/articles/{article}/revisions/new"       OPEN     => articles::revision_form;
    post "/articles/{article}/revisions"           OPEN     => articles::revise;
    get  "/articles/{article}/revisions/{number}"  READ     => articles::revision;
    post "/articles/{article}/asides"              OPEN     => articles::set_aside;
    post "/articles/{article}/asides/{entry}/removal" OPEN  => articles::take_up;
    get  "/claims/{claim}/passage"                 READ     => articles::passage;
    post "/claims/{claim}/passage"                 OPEN     => articles::accept;

    get  "/sources.bib"                            READ     => files::sources::all;
    get  "/sources.csl.json"                       READ     => files::sources::all;
    get  "/sources"                                READ     => sources::list;
    get  "/sources/new"                            SOURCE   => sources::form;
    post "/sources"                                SOURCE   => sources::add;
    get  "/sources/{source}"                       READ     => sources::show;
    post "/sources/{source}"                       SOURCE   => sources::revise;
    get  "/sources/{source}/captures.wacz"         READ     => files::captures::of_source;
    get  "/sources/{source}/snapshots/new"         SOURCE   => snapshots::form;
    post "/sources/{source}/snapshots"             SOURCE   => snapshots::take;
    get  "/sources/{source}/changes"               READ     => changes::show;
    post "/sources/{source}/captures"              SOURCE   => captures::ask_for;
    post "/sources/{source}/schedule"              SOURCE   => sources::schedule;
    post "/sources/{source}/seal"                  SOURCE   => seals::seal;
    post "/sources/{source}/unsealing"             SEAL     => seals::unseal;
    get  "/captures"                               READ     => captures::list;
    post "/captures"                               SOURCE   => captures::ask;
    get  "/captures/{capture}"                     READ     => captures::show;
    post "/captures/{capture}/source"              SOURCE   => captures::adopt;
    post "/captures/{capture}/cancellation"        SOURCE   => captures::cancel;
    post "/captures/{capture}/tries"               SOURCE   => captures::retry;
    get  "/snapshots/{snapshot}"                   READ     => snapshots::show;
    get  "/snapshots/{snapshot}/annotations/new"   CITE     => annotations::form;
    post "/snapshots/{snapshot}/annotations"       CITE     => annotations::take;
    post "/snapshots/{snapshot}/annotations/rehearsal" CITE => annotations::rehearse;
    get  "/snapshots/{snapshot}/annotations.jsonld" READ    => files::annotations::snapshot;
    get  "/snapshots/{snapshot}/hypothesis.json"   READ     => files::annotations::snapshot_hypothesis;
    get  "/snapshots/{snapshot}/capture.warc.gz"   READ     => files::captures::warc;
    get  "/snapshots/{snapshot}/capture.wacz"      READ     => files::captures::wacz;
    get  "/snapshots/{snapshot}/raw"               READ     => snapshots::raw;
    get  "/snapshots/{snapshot}/text"              READ     => snapshots::text;
    post "/snapshots/{snapshot}/texts"             SOURCE   => snapshots::read_again;
    post "/snapshots/{snapshot}/copies"            SOURCE   => snapshots::archive;
    get  "/snapshots/{snapshot}/pages/{page}"      READ     => pictures::show;
    get  "/snapshots/{snapshot}/pages/{page}/picture" READ  => pictures::picture;

    get  "/exports/desk.ndjson"                    READ     => exports::desk;
    get  "/events"                                 READ     => live::events;
    get  "/search"                                 READ     => search::search;
    get  "/keys"                                   READ     => desk::keys;
    get  "/log"                                    READ     => trail::list;
    get  "/log/entries/{entry}"                    READ     => trail::show;
    get  "/claims/{claim}/history"                 READ     => trail::of_claim;
    get  "/people/{person}/history"                READ     => trail::of_person;
    get  "/people"                                 PEOPLE   => people::list;
    post "/people"                                 PEOPLE   => people::join;
    post "/people/{person}/role"                   PEOPLE   => people::change_role;
    post "/people/{person}/departure"              PEOPLE   => people::leave;
    post "/people/{person}/link"                   PEOPLE   => people::make_link;
    get  "/people/{person}/sign-in"                PEOPLE   => people::ways_in;
    post "/people/{person}/sessions/end"           PEOPLE   => people::end_sessions;
    post "/people/{person}/factors/removal"        PEOPLE   => people::remove_factors;
    post "/people/{person}/accounts/{account}/removal" PEOPLE => people::unlink;
    post "/people/{person}/addresses"              PEOPLE   => people::name_address;
    post "/people/{person}/addresses/removal"      PEOPLE   => people::unname_address;
    get  "/people/{person}/passkeys"               PEOPLE   => signing::of_person;
    post "/people/{person}/passkeys/{entry}/retirement" PEOPLE => signing::retire_for;

    get  "/erasures"                               READ     => erasures::list;
    post "/erasures"                               ERASE    => erasures::ask;
    get  "/erasures/new"                           ERASE    => erasures::form;
    post "/erasures/findings"                      ERASE    => erasures::find;
    get  "/erasures/{asked}"                       READ     => erasures::show;
    post "/erasures/{asked}/consent"               ERASE    => erasures::consent;
    post "/erasures/{asked}/refusal"               ERASE    => erasures::refuse;
    post "/erasures/{asked}/withdrawal"            ERASE    => erasures::withdraw;

    get  "/settings"                               DESK     => settings::overview;
    get  "/settings/desk"                          DESK     => settings::desk;
    post "/settings/desk"                          DESK     => settings::describe;
    get  "/settings/policies"                      DESK     => settings::policies;
    post "/settings/policies"                      DESK     => settings::promise;
    get  "/settings/rules"                         DESK     => settings::rules;
    post "/settings/rules"                         DESK     => settings::set_rules;
    post "/settings/rules/signatures"              DESK     => settings::set_signing;
    get  "/settings/scales"                        DESK     => settings::scales;
    post "/settings/scales"                        DESK     => settings::adopt;
    get  "/settings/scales/new"                    DESK     => settings::new_scale;
    post "/settings/scales/preview"                DESK     => settings::preview;
    get  "/settings/assessment"                    DESK     => settings::assessment;
    get  "/settings/assessment.html"               DESK     => settings::as_html;
    get  "/settings/assessment.json"               DESK     => settings::as_json;
    get  "/settings/tokens"                        DESK     => settings::tokens;
    post "/settings/tokens"                        DESK     => settings::make_token;
    post "/settings/tokens/{token}/revocation"     DESK     => settings::revoke_token;
    get  "/settings/timestamps"                    DESK     => settings::timestamps;
    post "/settings/timestamps/tries"              DESK     => settings::hurry_timestamps;
    get  "/settings/hooks"                        DESK     => settings::hooks;
    post "/settings/hooks"                        DESK     => settings::make_hook;
    get  "/settings/hooks/{hook}"                 DESK     => settings::hook;
    post "/settings/hooks/{hook}"                 DESK     => settings::revise_hook;
    post "/settings/hooks/{hook}/pause"           DESK     => settings::pause_hook;
    post "/settings/hooks/{hook}/resumption"      DESK     => settings::resume_hook;
    post "/settings/hooks/{hook}/secrets"         DESK     => settings::rotate_secret;
    post "/settings/hooks/{hook}/tests"           DESK     => settings::test_hook;
    post "/settings/hooks/{hook}/removal"         DESK     => settings::remove_hook;
    post "/settings/hooks/{hook}/deliveries/{delivery}/tries" DESK     => settings::send_again;
    get  "/settings/witnesses"                     DESK     => settings::witnesses;
    get  "/style"                                  READ     => style::show;
    get  "/style/cards/{n}"                        READ     => style::card;

    // A page in the API's own room of the router, which ties it: api::all.
    @elsewhere get "/api/v1/docs"                  Nobody;
}

/// What is asked for as the router reads it: with its letters decoded. Whoever
/// holds a request against the table reads it so too, or `/%63laims` would be
/// an address that nobody guards.
pub(super) fn path(request: &HttpRequest) -> &str {
    request.match_info().as_str()
}

/// The route that a request is led to, once it was looked up: several want to
/// know, and there are many.
pub(super) struct LedTo(pub(super) Option<String>);

/// The route that a request is led to; nothing where there is none.
pub(super) fn pattern(request: &HttpRequest) -> Option<String> {
    if let Some(LedTo(known)) = request.extensions().get() {
        return known.clone();
    }
    request.resource_map().match_pattern(path(request))
}

/// What a route needs; nothing for a route that is not in the table.
/// Whether only people may ask it is told beside: a token is no way to somebody's own way in.
pub(super) fn need(method: &Method, pattern: &str) -> Option<(Need, bool)> {
    if let Some(found) = api::need(method, pattern) {
        return Some(found);
    }
    let method = if method == Method::HEAD {
        "get"
    } else {
        &method.as_str().to_ascii_lowercase()
    };
    TABLE
        .iter()
        .find(|(m, path, _)| *m == method && *path == pattern)
        .map(|(method, path, need)| {
            let asks = *method == "post" && BY_PEOPLE.contains(path);
            (*need, asks || OWN.contains(path))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grave_form_is_a_route() {
        for pattern in GRAVE {
            let is_there = |row: &&(&str, &str, Need)| row.0 == "post" && row.1 == pattern;
            assert!(TABLE.iter().any(|row| is_there(&row)), "{pattern}");
        }
    }
}
