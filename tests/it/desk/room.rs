//! The rules of the editors' room: questions, plans, and rules of the desk.

use citekeep::desk::arranging::{Arrangement, arrange};
use citekeep::desk::remarks::{self, NewRemark};
use citekeep::desk::{Actor, DeskError, claims, settings};
use citekeep::domain::claim::Approvals;
use citekeep::domain::ids::{CitationId, ClaimId, PersonId, RemarkId};
use citekeep::domain::plan::{Plan, Priority};
use citekeep::domain::remark::RemarkKind;
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Key, Name};
use citekeep::store;

use crate::support::{TestDesk, desk, note};

fn say(
    desk: &TestDesk,
    actor: Actor,
    claim: ClaimId,
    (kind, answers): (RemarkKind, Option<RemarkId>),
) -> Result<RemarkId, DeskError> {
    let new = NewRemark {
        claim,
        kind,
        words: note("Is this the same count?"),
        answers,
        citation: None,
    };
    remarks::make(&desk.desk, actor, new)
}

fn approved(desk: &TestDesk) -> ClaimId {
    let claim = desk.claim("The bridge opened in 1932.");
    let snapshot = desk.snapshot(desk.source("A report"), "The bridge opened in 1932.");
    let citation = desk.cite(claim, snapshot, "opened in 1932");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    claim
}

#[test]
fn an_open_question_keeps_a_verdict_from_publication() {
    let desk = desk();
    let claim = approved(&desk);
    let seen = desk.seen(claim);
    let question = say(&desk, desk.second, claim, (RemarkKind::Question, None)).expect("asked");
    assert_eq!(desk.seen(claim), seen, "a remark changes nothing judged");
    assert!(matches!(
        desk.publish(claim),
        Err(DeskError::QuestionsOpen(1))
    ));
    let answer = (RemarkKind::Note, Some(question));
    say(&desk, desk.researcher, claim, answer).expect("answered");
    assert!(desk.publish(claim).is_err(), "answered is not settled");
    remarks::settle(&desk.desk, desk.second, claim, question).expect("settled");
    let twice = remarks::settle(&desk.desk, desk.second, claim, question);
    assert!(matches!(twice, Err(DeskError::NoOpenQuestion)));
    desk.publish(claim).expect("nothing is open");
    desk.is_clean();
}

#[test]
fn an_answer_settles_its_question_in_the_same_act() {
    let desk = desk();
    let claim = approved(&desk);
    let question = say(&desk, desk.second, claim, (RemarkKind::Question, None)).expect("asked");
    let answer = |citation| NewRemark {
        claim,
        kind: RemarkKind::Note,
        words: note("It is."),
        answers: Some(question),
        citation,
    };
    let of_no_citation = CitationId::try_from(99).ok();
    let refused = remarks::make_and_settle(&desk.desk, desk.researcher, answer(of_no_citation));
    assert!(matches!(refused, Err(DeskError::NotCited(99))));
    let open = desk.publish(claim);
    assert!(matches!(open, Err(DeskError::QuestionsOpen(1))));
    for _ in 0..2 {
        remarks::make_and_settle(&desk.desk, desk.researcher, answer(None)).expect("answered");
    }
    desk.publish(claim).expect("nothing is open");
    desk.is_clean();
}

#[test]
fn a_remark_stays_with_its_claim() {
    let desk = desk();
    let (claim, other) = (desk.claim("It is so."), desk.claim("Something else."));
    let question = say(&desk, desk.researcher, claim, (RemarkKind::Question, None)).expect("asked");
    let elsewhere = say(
        &desk,
        desk.second,
        other,
        (RemarkKind::Note, Some(question)),
    );
    assert!(matches!(elsewhere, Err(DeskError::NoSuch { .. })));
    let elsewhere = remarks::settle(&desk.desk, desk.second, other, question);
    assert!(matches!(elsewhere, Err(DeskError::NoSuch { .. })));
    let reader = desk.join(citekeep::domain::person::Role::Reader);
    let silent = say(&desk, reader, claim, (RemarkKind::Note, None));
    assert!(matches!(silent, Err(DeskError::NotAllowed { .. })));
    desk.is_clean();
}

#[test]
fn several_claims_are_assigned_all_or_none() {
    let desk = desk();
    let claims_here = vec![desk.claim("One."), desk.claim("Two."), desk.claim("Three.")];
    claims::withdraw(
        &desk.desk,
        desk.editor,
        desk.seen(claims_here[2]),
        note("No."),
    )
    .expect("withdrawn");
    let Actor::Person(by) = desk.researcher else {
        panic!("a person");
    };
    let assign = |claims_here, person| {
        let to = Arrangement {
            assignee: Some(Some(person)),
            ..Arrangement::default()
        };
        arrange(&desk.desk, desk.editor, claims_here, to)
    };
    assert!(assign(claims_here.clone(), by.person).is_err());
    assert_eq!(desk.state(claims_here[0]), "open");
    let nobody = PersonId::new(99).expect("a number");
    assert!(assign(claims_here[..2].to_vec(), nobody).is_err());
    assign(claims_here[..2].to_vec(), by.person).expect("two");
    assert_eq!(desk.state(claims_here[0]), "in_review");
    assert_eq!(desk.state(claims_here[1]), "in_review");
    desk.is_clean();
}

#[test]
fn a_plan_stays_until_another_is_made() {
    let desk = desk();
    let claim = desk.claim("It is so.");
    let seen = desk.seen(claim);
    let plan = Plan {
        priority: Priority::Urgent,
        due: Some(desk.desk.now()),
    };
    let read = || {
        let found = desk.desk.read(|db| Ok(store::claims::get(db, claim)?));
        found.expect("the claim").plan
    };
    assert_eq!(read(), Plan::NONE);
    claims::plan(&desk.desk, desk.editor, vec![claim], plan).expect("planned");
    assert_eq!(read(), plan);
    assert_eq!(desk.seen(claim), seen, "a plan changes nothing judged");
    let refused = claims::plan(&desk.desk, desk.second, vec![claim], Plan::NONE);
    assert!(matches!(refused, Err(DeskError::NotAllowed { .. })));
    desk.is_clean();
}

#[test]
fn rules_in_the_log_hold_from_the_next_act_on() {
    let desk = desk();
    let admin = desk.join(citekeep::domain::person::Role::Admin);
    let claim = approved(&desk);
    let key = |key: &str| Key::parse(key).expect("a key");
    let set = |actor, approvals, scale| {
        settings::set_rules(&desk.desk, actor, (Approvals(approvals), key(scale)))
    };
    assert!(matches!(
        set(desk.editor, 2, "five-step"),
        Err(DeskError::NotAllowed { .. })
    ));
    assert!(matches!(
        set(admin, 2, "no-such-scale"),
        Err(DeskError::NoScale(_))
    ));
    assert!(matches!(
        set(admin, 10, "five-step"),
        Err(DeskError::TooManyApprovals(9))
    ));
    set(admin, 2, "six-step").expect("rules");
    assert_eq!(desk.desk.rules().approvals, Approvals(2));
    assert_eq!(
        desk.state(claim),
        "approved",
        "it was approved by its rules"
    );
    desk.publish(claim).expect("and may be published");
    let later = desk.claim("It is so.");
    desk.decide(later, "unproven", &[])
        .expect_err("a rating of the other scale");
    set(admin, 2, "five-step").expect("rules");
    desk.decide(later, "unproven", &[]).expect("a verdict");
    desk.approve(later).expect("the first of two");
    assert_eq!(desk.state(later), "decided");
    desk.is_clean();
}

#[test]
fn a_desk_that_is_opened_again_says_of_itself_what_it_said() {
    let desk = desk();
    let admin = desk.join(citekeep::domain::person::Role::Admin);
    let mut sheet = DeskSheet::named(Name::parse("The bridge desk").expect("a name"));
    assert_eq!(sheet.missing().len(), 10);
    sheet.owner = Some(Name::parse("Bridge Media").expect("a name"));
    assert_eq!(sheet.missing().len(), 9);
    settings::describe(&desk.desk, admin, sheet.clone()).expect("described");
    assert_eq!(*desk.desk.sheet(), sheet);
    desk.is_clean();
    let closed = desk.close();
    let again = crate::support::open(&closed.data).expect("a desk");
    assert_eq!(*again.sheet(), sheet);
}
