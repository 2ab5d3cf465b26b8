//! Published verdicts as ClaimReview: in their pages, as files and as a feed.

use citekeep::desk::{claims, snapshots};
use citekeep::domain::claim::Claimant;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::sheet::Policies;
use citekeep::domain::snapshot::CaptureMethod;
use citekeep::domain::time::PartialDate;
use citekeep::domain::words::{Address, Position};
use serde_json::Value;

use super::validators::{tested, type_faults};
use super::*;

const FEED: &str = "/published/claim-reviews.json";

fn address(text: &str) -> Address {
    Address::parse(text).expect("an address")
}

impl Open {
    fn json(&self, path: &str) -> Value {
        let answer = self.nobody.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// The structured data of a page; none: it has none.
    fn embedded(&self, path: &str) -> Option<String> {
        let page = self.page(path);
        let found = page.select("script[type='application/ld+json']");
        assert!(found.length() <= 1, "{path}");
        found.iter().next().map(|script| script.text().to_string())
    }
}

impl TestDesk {
    /// A desk that says who it is.
    fn describe(&self) {
        let policy = |text| Policy::parse(text).ok();
        let sheet = DeskSheet {
            url: Some(address("https://newsroom.example/")),
            owner: Name::parse("The Newsroom Trust").ok(),
            policies: Policies {
                method: policy("Step by step."),
                corrections: policy("In public."),
                ..Policies::default()
            },
            ..DeskSheet::named(Name::parse("Test desk").expect("a name"))
        };
        settings::describe(&self.desk, Actor::Operator, sheet).expect("described");
    }

    /// A published claim of which everything is known, resting on a report
    /// that was read in a newspaper.
    fn publish_whole(&self, statement: &str) -> ClaimId {
        let mut new = said(statement, "Ministry of Works");
        new.claimant = Some(Claimant {
            name: Name::parse("A. N. Other").expect("a name"),
            role: Position::parse("minister").ok(),
        });
        new.made.url = Some(address("https://elsewhere.example/speech"));
        new.made.date = PartialDate::parse("2022-02-27").ok();
        let claim = claims::open(&self.desk, self.researcher, new).expect("an open claim");
        let paper = self.source("A newspaper");
        let report = self.source_known_through("A report", Some(paper));
        let text = format!("It was read aloud: {statement} And again: it rained.");
        let snapshot = snapshots::take(
            &self.desk,
            self.researcher,
            snapshots::NewSnapshot {
                source: paper,
                bytes: text.into_bytes(),
                declared: Some("text/plain".to_owned()),
                how: CaptureMethod::Pasted,
                url: Some(address("https://paper.example/story")),
                file_name: None,
                notice: None,
                response: None,
            },
        );
        let snapshot = snapshot.expect("a snapshot");
        let cite = |quote: &str| {
            let new = citekeep::desk::citations::NewCitation {
                claim,
                source: Some(report),
                snapshot,
                quote: quote.to_owned(),
                text: None,
                near: None,
                stance: citekeep::domain::citation::Stance::Refutes,
            };
            citekeep::desk::citations::make(&self.desk, self.researcher, new).expect("a citation")
        };
        let citations = [cite(statement), cite("it rained")];
        self.decide(claim, "false", &citations).expect("a verdict");
        self.approve(claim).expect("an approval");
        self.publish(claim).expect("a publication");
        claim
    }
}

#[test]
fn a_published_verdict_says_all_that_consumers_ask_for() {
    let desk = desk_of_today();
    desk.describe();
    let claim = desk.publish_whole("The bridge opened in 1932.");
    desk.correct(
        claim,
        CorrectionKind::Clarification,
        "The date was unclear.",
    );
    let open = Open::serve(desk);
    let page = format!("{}/published/{claim}", open.served.base);
    let review = open.json(&format!("/published/{claim}/claim-review.json"));
    assert_eq!(review["@context"], "https://schema.org");
    assert_eq!(review["@type"], "ClaimReview");
    assert_eq!(review["url"], page);
    assert_eq!(review["claimReviewed"], "The bridge opened in 1932.");
    let rating = &review["reviewRating"];
    assert_eq!(rating["ratingValue"], 1);
    assert_eq!(
        (&rating["worstRating"], &rating["bestRating"]),
        (&1.into(), &5.into())
    );
    assert_eq!(rating["alternateName"], "False");
    let author = &review["author"];
    assert_eq!(author["name"], "Test desk");
    assert_eq!(author["url"], format!("{}/", open.served.base));
    assert_eq!(author["sameAs"], "https://newsroom.example/");
    assert_eq!(
        author["correctionsPolicy"],
        format!("{}/about#corrections", open.served.base)
    );
    assert_eq!(author["parentOrganization"]["name"], "The Newsroom Trust");
    assert_eq!(open.page("/about").select("#corrections").length(), 1);
    let item = &review["itemReviewed"];
    assert_eq!(item["author"]["@type"], "Person");
    assert_eq!(item["author"]["jobTitle"], "minister");
    assert_eq!(item["datePublished"], "2022-02-27");
    assert_eq!(
        item["firstAppearance"]["url"],
        "https://elsewhere.example/speech"
    );
    assert_eq!(
        item["appearance"][0]["url"],
        "https://elsewhere.example/speech"
    );
    let correction = &review["correction"][0];
    assert_eq!(correction["@type"], "CorrectionComment");
    assert_eq!(correction["text"], "The date was unclear.");
    assert!(review["dateModified"].as_str() > review["datePublished"].as_str());
    assert_eq!(review["dateModified"], correction["datePublished"]);
    // The same in the page, to the value.
    let embedded = open
        .embedded(&format!("/published/{claim}"))
        .expect("a review");
    let embedded: Value = serde_json::from_str(&embedded).expect("JSON");
    assert_eq!(embedded, review);
}

#[test]
fn evidence_is_named_with_hashes_that_anybody_can_check() {
    let desk = desk_of_today();
    let claim = desk.publish_whole("The bridge opened in 1932.");
    let open = Open::serve(desk);
    let review = open.json(&format!("/published/{claim}/claim-review.json"));
    let works = review["citation"].as_array().expect("a list");
    assert_eq!(works.len(), 1, "one capture of one source: {works:#?}");
    let work = &works[0];
    assert_eq!(work["name"], "A newspaper");
    assert_eq!(work["url"], "https://paper.example/story");
    assert_eq!(work["publisher"]["name"], "Publisher");
    assert_eq!(
        work["citation"]["name"], "A report",
        "as cited by the newspaper"
    );
    let quotes = work["hasPart"].as_array().expect("a list");
    assert_eq!(quotes[1]["text"], "it rained");
    let page = open.page(&format!("/published/{claim}"));
    for quote in quotes {
        let url = quote["url"].as_str().expect("an address");
        let (_, place) = url.split_once('#').expect("a place");
        assert_eq!(page.select(&format!("#{place}")).length(), 1, "{url}");
    }
    let media = work["encoding"].as_array().expect("a list");
    for object in media {
        let url = object["contentUrl"].as_str().expect("an address");
        let path = url
            .strip_prefix(&open.served.base)
            .expect("an address of the desk");
        let bytes = open.ask(path, &[]).body_mut().read_to_vec().expect("bytes");
        let hash = citekeep::domain::hash::ContentHash::of(&bytes).to_string();
        assert_eq!(object["sha256"], hash, "{url}");
    }
}

#[test]
fn a_rating_off_the_scale_gets_no_number() {
    let desk = desk_of_today();
    let claim = desk.publish_said("Nobody knows this.", "The mayor", "unproven");
    let open = Open::serve(desk);
    let review = open.json(&format!("/published/{claim}/claim-review.json"));
    let rating = &review["reviewRating"];
    assert_eq!(rating.get("ratingValue"), None);
    assert_eq!(rating["alternateName"], "Unproven");
    assert_eq!(
        (&rating["worstRating"], &rating["bestRating"]),
        (&1.into(), &5.into())
    );
}

#[test]
fn nothing_that_a_claim_says_breaks_out_of_the_page() {
    let desk = desk_of_today();
    let nasty = "</script><script>alert(1)</script><!-- & \u{200b}x\" \\u003c";
    let claim = desk.publish_said(nasty, "</ScRiPt >", "true");
    let open = Open::serve(desk);
    let path = format!("/published/{claim}");
    let raw = open.nobody.get(&path).body;
    assert_eq!(raw.matches("<script").count(), 2, "our script and the data");
    assert_eq!(raw.matches("</script").count(), 2);
    let review: Value =
        serde_json::from_str(&open.embedded(&path).expect("a review")).expect("JSON");
    assert_eq!(review["claimReviewed"], nasty);
    assert_eq!(review["itemReviewed"]["author"]["name"], "</ScRiPt >");
    let policy = open.nobody.get(&path);
    let policy = policy
        .header("content-security-policy")
        .unwrap_or_default()
        .to_owned();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[test]
fn what_was_taken_back_is_no_review_any_more() {
    let desk = desk_of_today();
    let stays = desk.publish_said("The bridge is grey.", "The mayor", "true");
    let goes = desk.publish_said("The bridge is pink.", "The mayor", "true");
    desk.correct(goes, CorrectionKind::Retraction, "It was the other bridge.");
    let open = Open::serve(desk);
    assert_eq!(open.embedded(&format!("/published/{goes}")), None);
    let file = open
        .nobody
        .get(&format!("/published/{goes}/claim-review.json"));
    assert_eq!(file.status, 410, "{}", file.body);
    let feed = open.json(FEED);
    let items = feed["dataFeedElement"].as_array().expect("a list");
    assert_eq!(items.len(), 2);
    let gone = &items[0];
    assert_eq!(
        gone["item"]["url"],
        format!("{}/published/{goes}", open.served.base)
    );
    assert_eq!(gone["item"].get("reviewRating"), None);
    assert_eq!(gone["dateDeleted"], gone["dateModified"]);
    assert!(gone["dateDeleted"].as_str() > gone["dateCreated"].as_str());
    assert!(
        !feed.to_string().contains("pink"),
        "the claim is not said again"
    );
    let left = &items[1];
    assert_eq!(
        left["item"]["url"],
        format!("{}/published/{stays}", open.served.base)
    );
    assert_eq!(left.get("dateDeleted"), None);
    assert_eq!(left["item"]["reviewRating"]["alternateName"], "True");
    assert_eq!(left["item"].get("@context"), None, "the feed names it");
}

#[test]
fn the_feed_tells_what_changed_since() {
    let desk = desk_of_today();
    let claims: Vec<ClaimId> = (1..=53)
        .map(|at| desk.publish_said(&format!("Claim number {at}."), "The mayor", "true"))
        .collect();
    desk.correct(
        claims[0],
        CorrectionKind::Clarification,
        "It is clearer now.",
    );
    desk.reword(claims[1], "A wording that nobody may see yet.");
    let open = Open::serve(desk);
    let urls = |feed: &Value| -> Vec<String> {
        let items = feed["dataFeedElement"].as_array().expect("a list");
        let url = |item: &Value| item["item"]["url"].as_str().unwrap_or_default().to_owned();
        items.iter().map(url).collect()
    };
    let page = |claim: ClaimId| format!("{}/published/{claim}", open.served.base);
    let first = open.nobody.get(FEED);
    let newest: Value = serde_json::from_str(&first.body).expect("JSON");
    assert_eq!(urls(&newest).len(), 50);
    assert_eq!(
        urls(&newest)[0],
        page(claims[0]),
        "the newest change comes first"
    );
    assert!(!first.body.contains("nobody may see"));
    let link = first.header("link").expect("a next page");
    let next = link
        .strip_prefix(&format!("<{}", open.served.base))
        .expect("of this desk");
    let (next, rel) = next.split_once('>').expect("an address");
    assert_eq!(rel, "; rel=\"next\"");
    let rest = open.nobody.get(next);
    assert_eq!(rest.header("link"), None, "the last page");
    let rest: Value = serde_json::from_str(&rest.body).expect("JSON");
    assert_eq!(
        urls(&rest),
        [page(claims[3]), page(claims[2]), page(claims[1])]
    );
    // Since a moment, and after an entry.
    let when = newest["dataFeedElement"][1]["dateModified"]
        .as_str()
        .expect("a moment");
    let since = open.json(&format!("{FEED}?since={when}"));
    assert_eq!(urls(&since), [page(claims[0]), page(claims[52])]);
    assert_eq!(urls(&open.json(&format!("{FEED}?after=999999"))).len(), 0);
    let first = open.ask(FEED, &[]);
    assert_eq!(header(&first, "access-control-allow-origin"), "*");
    assert_eq!(header(&first, "content-type"), "application/ld+json");
    assert_eq!(header(&first, "cache-control"), "public, max-age=60");
    let tag = header(&first, "etag").to_owned();
    assert_eq!(open.ask(FEED, &[("if-none-match", &tag)]).status(), 304);
    for (query, name) in [
        ("after=x", "after"),
        ("before=-1", "before"),
        ("since=now", "since"),
    ] {
        let answer = open.nobody.get(&format!("{FEED}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(
            told["detail"]
                .as_str()
                .unwrap_or_default()
                .starts_with(name),
            "{told}"
        );
    }
}

#[test]
fn two_tools_of_others_find_nothing_wrong() {
    let desk = desk_of_today();
    desk.describe();
    let whole = desk.publish_whole("The bridge opened in 1932.");
    desk.correct(
        whole,
        CorrectionKind::Clarification,
        "The date was unclear.",
    );
    let bare = desk.publish_said("Nobody knows this.", "NATO", "unproven");
    let gone = desk.publish_said("The bridge is pink.", "The mayor", "true");
    desk.correct(gone, CorrectionKind::Retraction, "It was the other bridge.");
    let open = Open::serve(desk);
    let page = |claim: ClaimId| open.nobody.get(&format!("/published/{claim}")).body;
    for claim in [whole, bare] {
        let tested = tested(&page(claim));
        assert_eq!(tested.schemas, ["ClaimReview"]);
        assert_eq!(tested.faults, Vec::<String>::new());
        assert!(tested.passed >= 9, "{}", tested.passed);
    }
    assert!(tested(&page(gone)).schemas.is_empty());
    let file = |claim: ClaimId| {
        open.nobody
            .get(&format!("/published/{claim}/claim-review.json"))
            .body
    };
    let feed = open.nobody.get(FEED).body;
    let (whole, bare) = (file(whole), file(bare));
    let documents = [
        ("ClaimReview", whole.as_str()),
        ("ClaimReview", bare.as_str()),
        ("DataFeed", feed.as_str()),
    ];
    assert_eq!(type_faults(&documents), "");
    // Both tools do bite.
    let spoilt = whole.replace("\"sha256\"", "\"sha265\"");
    let said = type_faults(&[("ClaimReview", &spoilt)]);
    assert!(said.contains("'\"sha265\"' does not exist"), "{said}");
    let poor = "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\
                \"@type\":\"ClaimReview\",\"url\":\"https://desk.example\"}</script>";
    assert!(!tested(poor).faults.is_empty());
}
