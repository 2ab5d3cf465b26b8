//! The text of an article that has to go: its claims and what was set aside
//! keep their places, and a newer revision goes on from there.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::desk::{audit, erasures, revising};
use citekeep::domain::article::{ArticleSheet, AsideReason};
use citekeep::domain::erasure::ErasurePart;
use citekeep::domain::ids::ArticleId;
use citekeep::domain::person::Role;
use citekeep::domain::words::{Statement, Title};
use citekeep::store;

use super::http::every_page_is_drawn;
use super::{entry, files_with, newest, request};
use crate::support::desk_of_today;

const SECRET: &str = "Quetzalcoatl";

fn story(text: &str) -> NewArticle {
    NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("A bridge").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: text.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
    }
}

#[test]
fn an_article_goes_on_over_the_hole_of_its_text() {
    let made = desk_of_today();
    let desk = &made.desk;
    let opened = format!("{SECRET} opened the bridge in 1932.");
    let loved = format!("Everybody loves {SECRET}.");
    let text = format!("A bridge\n\n{opened} {loved}\n\nThe end came in May.");
    let article: ArticleId =
        articles::add(desk, made.researcher, story(&text)).expect("an article");
    let new = NewClaim {
        statement: Statement::parse("Somebody opened it in 1932.").expect("a statement"),
        claimant: None,
        made: Made {
            passage: Some((article, opened, None)),
            ..Made::default()
        },
    };
    let claim = claims::open(desk, made.researcher, new).expect("a claim");
    let passage = (article, loved, None);
    revising::set_aside(desk, made.researcher, passage, AsideReason::Opinion).expect("aside");
    let parts = [
        ErasurePart::Revision { article, number: 1 },
        entry(newest(desk, "claim_opened").get()),
        entry(newest(desk, "passage_set_aside").get()),
    ];
    let [one, other] = [made.join(Role::Admin), made.join(Role::Admin)];
    let asked = erasures::ask(desk, one, request(&parts)).expect("a request");
    erasures::consent(desk, other, asked).expect("a consent");
    assert_eq!(files_with(&made.data(), SECRET), Vec::<String>::new());
    let later = story("A bridge\n\nIt opened in 1932. The end came in May.");
    let number = revising::revise(desk, made.researcher, (article, 1), later).expect("revised");
    assert_eq!(number, 2);
    let placed = desk
        .read(|db| Ok(store::claims::get(db, claim)?))
        .expect("the claim");
    assert!(placed.drifted, "somebody looks at it again");
    audit::checkpoint(desk).expect("a checkpoint");
    let link = made.link(one);
    let served = made.serve();
    every_page_is_drawn(&served.enter(&link));
    served.end();
}
