//! What strangers are given, and what may keep it.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::desk::{publishing, revising, verdicts};
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::words::{Rationale, Statement, Title};

use crate::support::{TestDesk, desk_of_today, note};

use super::Room;

#[test]
fn what_is_not_there_yet_or_is_for_one_person_is_kept_by_nobody() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let people = [desk.editor];
    let room = Room::serve(desk, &people);
    let cache = |path: &str| {
        let answer = room.nobody.get(path);
        answer.header("cache-control").unwrap_or("").to_owned()
    };
    let paths = [
        "/published/999".to_owned(),
        "/oembed?url=x".to_owned(),
        "/no/such/page".to_owned(),
        "/sign-in".to_owned(),
        "/claims".to_owned(),
        "/".to_owned(),
        format!("/enter/{link}"),
    ];
    for path in paths {
        assert_eq!(cache(&path), "no-store", "{path}");
    }
    let public = format!("/published/{claim}");
    assert_eq!(cache(&public), "public, max-age=60");
    let editor = room.enter(0);
    for path in [public.as_str(), "/published", "/about", "/corrections"] {
        let own = editor.get(path);
        assert_eq!(own.header("cache-control"), Some("no-store"), "{path}");
        let strangers = room.nobody.get(path);
        assert_eq!(strangers.header("vary"), Some("Cookie"), "{path}");
        assert!(!strangers.body.contains("csrf"), "{path}");
    }
}

#[test]
fn a_strangers_mistake_shows_them_nothing_of_the_desks_own_style() {
    let room = Room::serve(desk_of_today(), &[]);
    for path in ["/no/such/page", "/published/7", "/enter/0000"] {
        let page = room.nobody.get(path).body;
        assert!(page.contains("/static/strangers."), "{page}");
        assert!(!page.contains("/static/desk."), "{page}");
    }
}

fn article(title: &str, text: &str) -> NewArticle {
    NewArticle {
        sheet: ArticleSheet {
            title: Title::parse(title).expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: text.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
    }
}

/// A published claim of an article.
fn published_from_article(desk: &TestDesk, statement: &str) -> ClaimId {
    let story = article("The bridges of the town", statement);
    let story = articles::add(&desk.desk, desk.researcher, story).expect("an article");
    let new = NewClaim {
        statement: Statement::parse(statement).expect("a statement"),
        claimant: None,
        made: Made {
            passage: Some((story, statement.to_owned(), None)),
            ..Made::default()
        },
    };
    let claim = claims::open(&desk.desk, desk.researcher, new).expect("a claim");
    desk.decide(claim, "unproven", &[]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let newer = article("The mayor took money", &format!("{statement} And more."));
    revising::revise(&desk.desk, desk.researcher, (story, 1), newer).expect("a revision");
    claim
}

#[test]
fn the_working_title_of_a_story_after_one_of_its_claims_was_published() {
    let desk = desk_of_today();
    let claim = published_from_article(&desk, "The bridge opened in 1932.");
    let people = [desk.editor];
    let room = Room::serve(desk, &people);
    let page = room.nobody.get(&format!("/published/{claim}")).body;
    assert!(page.contains("The bridges of the town"), "{page}");
    assert!(!page.contains("The mayor took money"), "{page}");
    let own = room.enter(0).get(&format!("/claims/{claim}")).body;
    assert!(own.contains("The mayor took money"), "colleagues see it");
}

#[test]
fn a_published_verdict_is_buried_under_many_that_were_not() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let update = CorrectionKind::Update;
    let seen = desk.seen(claim);
    publishing::correct(&desk.desk, desk.editor, seen, update, note("New papers.")).expect("so");
    for round in 0..60 {
        let draft = verdicts::Draft {
            rating: "unproven".to_owned(),
            rationale: Rationale::parse(&format!("Doubt {round}.")).expect("a rationale"),
            citations: Vec::new(),
        };
        verdicts::give(&desk.desk, desk.reviewer, desk.seen(claim), draft).expect("a verdict");
        let statement = Statement::parse(&format!("The bridge opened in {round}."));
        let statement = statement.expect("a statement");
        claims::reword(
            &desk.desk,
            desk.researcher,
            desk.seen(claim),
            statement,
            None,
        )
        .expect("other words");
    }
    let room = Room::serve(desk, &[]);
    let page = room.nobody.get(&format!("/published/{claim}"));
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("The report says so."), "{}", page.body);
    assert!(!page.body.contains("Doubt"), "{}", page.body);
}
