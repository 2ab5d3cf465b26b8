//! Attacks on what reviewers sign with passkeys of their own: at the door, and
//! in the log by whoever has the database.

use citekeep::desk::audit::report::Kind;
use citekeep::desk::signing::{self, Answer, NotSigned};
use citekeep::desk::{Desk, DeskError, settings, verdicts};
use citekeep::domain::event::{Event, Record};
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::passkey::{Octets, PersonalSignature, SigningRule};
use citekeep::domain::words::Rationale;
use citekeep::ledger::assertion::AssertionError;
use citekeep::store::{Store, StoreError, log};

use crate::support::authenticator::{Authenticator, look, octets};
use crate::support::signing::{Signing, signing_desk};
use crate::support::{ClosedDesk, check, kinds, note};

/// Why a verdict is refused, signed by a passkey that a test has spoilt.
fn refused(signing: &Signing) -> NotSigned {
    let desk = &signing.desk;
    let id = match signing.prepare(desk.reviewer, signing.verdict()) {
        Ok(id) => id,
        refused => return not_signed(refused),
    };
    not_signed(signing.first.sign(&desk.desk, desk.reviewer, &id))
}

fn not_signed<T>(done: Result<T, DeskError>) -> NotSigned {
    let refused = done.map(drop).expect_err("refused");
    let DeskError::NotSigned(why) = refused else {
        unreachable!("{refused}");
    };
    why
}

/// Writes an entry as whoever has the database could.
fn append(closed: &ClosedDesk, record: &Record) {
    let store = Store::open(&closed.data).expect("a store");
    let record = record.clone();
    store
        .write(move |tx| log::append(tx, &record, [1; 16]).map(|_| ()))
        .expect("written");
}

/// The newest record of a kind, as whoever has the database reads it.
fn newest(desk: &Desk, kind: &str) -> Record {
    let found = desk.read(|db| {
        let mut found = None;
        log::walk(db, EntryIndex::new(0), |entry| {
            let record = log::decode(entry.body.as_deref().unwrap_or_default())?;
            if record.event.kind() == kind {
                found = Some(record);
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    });
    found.expect("a log").expect("such a record")
}

/// What a check says after an entry was written into the log of a desk where a
/// verdict and an approval are signed; it begins as the approval that is there.
fn forged(forge: impl FnOnce(&Signing, &mut Record)) -> Vec<Kind> {
    let signing = signing_desk(SigningRule::Offered);
    signing.decided();
    signing.approved("Fine.");
    let mut record = newest(&signing.desk.desk, "verdict_approved");
    forge(&signing, &mut record);
    let closed = signing.desk.close();
    assert_eq!(check(&closed.data).findings, []);
    append(&closed, &record);
    kinds(&check(&closed.data))
}

/// The signature of a record that has one.
fn seal(record: &mut Record) -> &mut PersonalSignature {
    record.signature.as_mut().expect("a signature")
}

fn one_bit(of: &Octets, at: usize) -> Octets {
    let mut bytes = of.as_bytes().to_vec();
    bytes[at] ^= 1;
    octets(&bytes)
}

#[test]
fn a_verdict_and_an_approval_are_signed() {
    let signing = signing_desk(SigningRule::Required);
    signing.decided();
    signing.approved("");
    signing.desk.publish(signing.claim).expect("published");
    let closed = signing.desk.close();
    let report = check(&closed.data);
    assert_eq!(report.findings, []);
    assert_eq!(report.signatures, 2);
}

#[test]
fn without_a_signature_nothing_counts_where_it_is_required() {
    let signing = signing_desk(SigningRule::Required);
    let given = signing
        .desk
        .decide(signing.claim, "true", &[signing.citation]);
    assert_eq!(not_signed(given), NotSigned::Required);
    signing.decided();
    let approved = signing.desk.approve(signing.claim);
    assert_eq!(not_signed(approved), NotSigned::Required);
    // A dissent is heard without one.
    let seen = signing.desk.seen(signing.claim);
    verdicts::dissent(&signing.desk.desk, signing.desk.second, seen, note("No.")).expect("heard");
    assert_eq!(check(&signing.desk.close().data).findings, []);
}

#[test]
fn nobody_signs_where_nobody_is_asked_to() {
    let signing = signing_desk(SigningRule::Off);
    let asked = signing.prepare(signing.desk.reviewer, signing.verdict());
    assert_eq!(not_signed(asked), NotSigned::Off);
    settings::set_signing(&signing.desk.desk, signing.admin, SigningRule::Offered).expect("set");
    let editor = signing.prepare(signing.desk.editor, signing.verdict());
    assert_eq!(not_signed(editor), NotSigned::NoPasskey);
}

#[test]
fn replayed_assertion() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    let waiting = look(desk, reviewer, &id).expect("it waits");
    let answer = signing.first.answer(&waiting.challenge());
    signing::sign(desk, reviewer, id.clone(), answer.clone()).expect("signed");
    // Once more for the same statement, and for another one.
    let again = signing::sign(desk, reviewer, id, answer.clone());
    assert_eq!(not_signed(again), NotSigned::Gone);
    let other = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    let other = signing::sign(desk, reviewer, other, answer);
    assert_eq!(
        not_signed(other),
        NotSigned::Assertion(AssertionError::Challenge)
    );
}

#[test]
fn replayed_assertion_in_the_log() {
    assert_eq!(forged(|_, _| {}), [Kind::WrongSignature]);
}

#[test]
fn wrong_origin() {
    let mut signing = signing_desk(SigningRule::Offered);
    signing.first.origin = "https://desk.example.evil".to_owned();
    assert_eq!(
        refused(&signing),
        NotSigned::Assertion(AssertionError::Origin)
    );
}

#[test]
fn wrong_rp() {
    let mut signing = signing_desk(SigningRule::Offered);
    signing.first.rp_id = "evil.example".to_owned();
    let expected = AssertionError::RelyingParty;
    assert_eq!(refused(&signing), NotSigned::Assertion(expected));
}

#[test]
fn no_user_presence() {
    let mut signing = signing_desk(SigningRule::Offered);
    signing.first.flags = 0x04;
    let expected = AssertionError::NobodyPresent;
    assert_eq!(refused(&signing), NotSigned::Assertion(expected));
    signing.first.flags = 0x01;
    let expected = AssertionError::NobodyRecognised;
    assert_eq!(refused(&signing), NotSigned::Assertion(expected));
}

#[test]
fn other_persons_key() {
    let mut signing = signing_desk(SigningRule::Offered);
    std::mem::swap(&mut signing.first, &mut signing.second);
    assert_eq!(refused(&signing), NotSigned::NotYours);
    // A passkey that nobody registered, and another one under a known name.
    signing.first = Authenticator::new(3);
    assert_eq!(refused(&signing), NotSigned::NotYours);
    signing.first = Authenticator::new(1);
    let expected = AssertionError::Signature;
    assert_eq!(refused(&signing), NotSigned::Assertion(expected));
}

#[test]
fn retired_key() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    let person = reviewer.byline().expect("a person").person;
    let known = signing::list(desk, person).expect("passkeys");
    // Nobody retires a colleague's.
    let others = signing::retire(desk, signing.desk.second, known[0].entry);
    assert!(matches!(others, Err(DeskError::NoSuch { .. })));
    signing::retire(desk, reviewer, known[0].entry).expect("retired");
    let done = signing.first.sign(desk, reviewer, &id);
    assert_eq!(not_signed(done), NotSigned::NotYours);
    let again = signing.first.register(desk, reviewer);
    assert_eq!(not_signed(again), NotSigned::Known);
}

#[test]
fn an_admin_retires_a_passkey_that_somebody_lost() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    signing.decided();
    let person = reviewer.byline().expect("a person").person;
    let known = signing::list(desk, person).expect("passkeys");
    let named = (person, known[0].entry);
    let editor = signing::retire_for(desk, signing.desk.editor, named);
    assert!(matches!(editor, Err(DeskError::NotAllowed { .. })));
    let other = (
        signing.desk.second.byline().expect("a person").person,
        known[0].entry,
    );
    let elsewhere = signing::retire_for(desk, signing.admin, other);
    assert!(matches!(elsewhere, Err(DeskError::NoSuch { .. })));
    signing::retire_for(desk, signing.admin, named).expect("retired");
    assert_eq!(refused(&signing), NotSigned::NoPasskey);
    // What it signed before stays signed.
    let report = check(&signing.desk.close().data);
    assert_eq!((report.findings, report.signatures), (Vec::new(), 1));
}

#[test]
fn one_bit_off() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    let waiting = look(desk, reviewer, &id).expect("it waits");
    let right = signing.first.answer(&waiting.challenge());
    // A byte of each part, and every byte of the signature.
    let mut wrong = Vec::new();
    for at in 0..right.signature.as_bytes().len() {
        let signature = one_bit(&right.signature, at);
        wrong.push(Answer {
            signature,
            ..right.clone()
        });
    }
    for at in [0, 31, 36] {
        let authenticator_data = one_bit(&right.authenticator_data, at);
        wrong.push(Answer {
            authenticator_data,
            ..right.clone()
        });
    }
    for at in [0, 40, 90] {
        let client_data = one_bit(&right.client_data, at);
        wrong.push(Answer {
            client_data,
            ..right.clone()
        });
    }
    for answer in wrong {
        let done = signing::sign(desk, reviewer, id.clone(), answer);
        assert!(matches!(not_signed(done), NotSigned::Assertion(_)));
    }
    signing::sign(desk, reviewer, id, right).expect("the right one is taken");
}

#[test]
fn a_counter_that_does_not_grow_is_no_offence() {
    let mut signing = signing_desk(SigningRule::Offered);
    for count in [7, 3, 0] {
        signing.first.count = count;
        signing.decided();
    }
    assert_eq!(check(&signing.desk.close().data).findings, []);
}

#[test]
fn something_changed_between_the_two_steps() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    signing
        .desk
        .decide(signing.claim, "false", &[signing.citation])
        .expect("quicker");
    let done = signing.first.sign(desk, reviewer, &id);
    assert!(matches!(done, Err(DeskError::Conflict { .. })), "{done:?}");
    // Nor does it wait for ever, or for somebody else.
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    let other = look(desk, signing.desk.second, &id).map(|_| ());
    assert_eq!(not_signed(other), NotSigned::Gone);
    let later = signing.desk.days_later(1);
    assert_eq!(
        not_signed(look(&later, reviewer, &id).map(|_| ())),
        NotSigned::Gone
    );
}

#[test]
fn a_verdict_elsewhere_does_not_take_the_number_of_one_that_waits() {
    let signing = signing_desk(SigningRule::Offered);
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let id = signing
        .prepare(reviewer, signing.verdict())
        .expect("written down");
    signing.desk.published();
    signing.first.sign(desk, reviewer, &id).expect("signed");
    assert_eq!(check(&signing.desk.close().data).findings, []);
}

#[test]
fn edited_rationale_after_signing() {
    let found = forged(|signing, record| {
        *record = newest(&signing.desk.desk, "verdict_given");
        if let Event::VerdictGiven { verdict } = &mut record.event {
            verdict.id = 2.try_into().expect("a number");
            verdict.rationale = Rationale::parse("The report says no.").expect("a rationale");
        }
    });
    assert_eq!(found, [Kind::WrongSignature]);
}

#[test]
fn one_bit_off_in_the_log() {
    let found = forged(|_, record| {
        let seal = seal(record);
        seal.signature = one_bit(&seal.signature, 20);
    });
    assert_eq!(found, [Kind::WrongSignature]);
}

#[test]
fn other_persons_key_in_the_log() {
    let found = forged(|signing, record| record.by = signing.desk.editor.byline());
    assert_eq!(found, [Kind::ForeignSignature]);
    let found = forged(|_, record| seal(record).credential = octets(b"unknown"));
    assert_eq!(found, [Kind::ForeignSignature]);
}

#[test]
fn a_passkey_registered_in_anothers_name() {
    let found = forged(|signing, record| {
        *record = newest(&signing.desk.desk, "passkey_registered");
        if let Event::PasskeyRegistered { passkey } = &mut record.event {
            passkey.credential = octets(b"the operator's");
            passkey.person = signing.desk.reviewer.byline().expect("a person").person;
        }
    });
    assert_eq!(found, [Kind::ForeignSignature]);
}

#[test]
fn retired_key_in_the_log() {
    let signing = signing_desk(SigningRule::Offered);
    signing.decided();
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let person = reviewer.byline().expect("a person").person;
    let known = signing::list(desk, person).expect("passkeys");
    signing::retire(desk, reviewer, known[0].entry).expect("retired");
    let record = newest(desk, "verdict_given");
    let closed = signing.desk.close();
    let mut record = record;
    if let Event::VerdictGiven { verdict } = &mut record.event {
        verdict.id = 2.try_into().expect("a number");
    }
    append(&closed, &record);
    assert_eq!(kinds(&check(&closed.data)), [Kind::RetiredSignature]);
}

#[test]
fn a_missing_signature_where_the_rule_wanted_one() {
    let signing = signing_desk(SigningRule::Required);
    signing.decided();
    let mut record = newest(&signing.desk.desk, "verdict_given");
    record.signature = None;
    if let Event::VerdictGiven { verdict } = &mut record.event {
        verdict.id = 2.try_into().expect("a number");
    }
    let closed = signing.desk.close();
    append(&closed, &record);
    assert_eq!(kinds(&check(&closed.data)), [Kind::MissingSignature]);
}
