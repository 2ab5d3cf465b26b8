//! Policy files: read, written, and held against checkpoints.

use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::cosignature::cosign;
use citekeep::ledger::policy::{Distrust, Policy, PolicyError};

use super::cosignatures::{log, text, witness};

/// The example of the standard, with keys: two levels of groups.
fn example() -> String {
    let key = |seed| witness(seed).verifier();
    format!(
        "# whom we believe\n\nlog {} https://log.example/\n\
         witness X1 {}\nwitness X2 {} https://x2.example\n\twitness  X3\t{}\n\
         group X-witnesses 2 X1 X2 X3\n\
         witness Y1 {}\nwitness Y2 {}\ngroup Y-witnesses any Y1 Y2\n\
         group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        log().verifier(),
        key(1),
        key(2),
        key(3),
        key(4),
        key(5),
    )
}

fn policy(text: &str) -> Policy {
    text.parse().expect("a policy")
}

/// A checkpoint with the cosignatures of these.
fn cosigned(by: &[u8]) -> String {
    let checkpoint: Checkpoint = text(7).parse().expect("a checkpoint");
    let note = checkpoint.sign(&log()).expect("a note");
    let lines = by.iter().map(|seed| cosign(&text(7), 9, &witness(*seed)));
    note + &lines.collect::<String>()
}

#[test]
fn what_is_read_is_written_and_read_again() {
    let read = policy(&example());
    assert_eq!(read.logs().len(), 1);
    assert_eq!(read.witnesses().count(), 5);
    let urls: Vec<_> = read
        .witnesses()
        .filter_map(|one| one.url.as_deref())
        .collect();
    assert_eq!(urls, ["https://x2.example"]);
    assert_eq!(policy(&read.to_string()), read);
}

#[test]
fn a_quorum_is_counted() {
    let policy = policy(&example());
    for (by, expected) in [
        (&[1, 2, 4][..], true),
        (&[2, 3, 5], true),
        (&[1, 2, 3, 4, 5], true),
        // One short, in either group.
        (&[1, 4, 5], false),
        (&[1, 2, 3], false),
        (&[], false),
        // Strangers count for nothing.
        (&[1, 4, 6, 7, 8], false),
    ] {
        let judged = policy
            .judge(&cosigned(by))
            .expect("a checkpoint of the log");
        assert_eq!(judged.is_enough, expected, "{by:?}");
        assert_eq!(judged.checkpoint.size(), 7);
        let known = by.iter().filter(|seed| **seed < 6).count();
        assert_eq!(judged.cosigned.len(), known, "{by:?}");
    }
}

#[test]
fn what_nobody_should_believe() {
    let policy = policy(&example());
    let wrong = cosigned(&[1, 2]) + &cosign(&text(8), 9, &witness(4));
    assert!(matches!(
        policy.judge(&wrong),
        Err(Distrust::Cosignature(_))
    ));
    let unsigned = format!("{}\n{}", text(7), cosign(&text(7), 9, &witness(1)));
    assert_eq!(policy.judge(&unsigned), Err(Distrust::UnknownLog));
    let changed = cosigned(&[1, 2, 4]).replace("\n7\n", "\n8\n");
    assert!(matches!(
        policy.judge(&changed),
        Err(Distrust::Checkpoint(_))
    ));
    // The log's key speaks for the log of its name alone.
    let other = text(7).replace("log.example/desk", "log.example/other");
    let checkpoint: Checkpoint = other.parse().expect("a checkpoint");
    let note = checkpoint.sign(&log()).expect("a note");
    assert_eq!(policy.judge(&note), Err(Distrust::UnknownLog));
}

#[test]
fn without_a_quorum_the_log_alone_is_enough() {
    let file = format!("log {}\nquorum none\n", log().verifier());
    assert!(
        policy(&file)
            .judge(&cosigned(&[]))
            .expect("signed")
            .is_enough
    );
    let none = policy("quorum none\n");
    assert_eq!(none.judge(&cosigned(&[])), Err(Distrust::UnknownLog));
}

#[test]
fn bad_policies() {
    let key = |seed| witness(seed).verifier().to_string();
    let (one, two) = (key(1), key(2));
    let pair = format!("witness a {one}\nwitness b {two}\n");
    // The same key under another name is the same witness.
    let seed = citekeep::ledger::cosignature::CosigningKey::from_seed(
        "other.example".parse().expect("a name"),
        &[1; 32],
    );
    let alias = seed.verifier().to_string();
    let desk = log().verifier().to_string();
    let none = "quorum none\n";
    type Is = fn(&PolicyError) -> bool;
    let cases: Vec<(&str, String, Is)> = vec![
        ("nothing", String::new(), |e| {
            matches!(e, PolicyError::NoFinalNewline)
        }),
        ("no_quorum", pair.clone(), |e| {
            matches!(e, PolicyError::Quorum)
        }),
        ("two_quorums", format!("{none}{none}"), |e| {
            matches!(e, PolicyError::Quorum)
        }),
        ("cut_off", "quorum none".to_owned(), |e| {
            matches!(e, PolicyError::NoFinalNewline)
        }),
        ("a_carriage_return", "quorum none\r\n".to_owned(), |e| {
            matches!(e, PolicyError::ControlCharacter('\r'))
        }),
        ("delete", "# \u{7f}\nquorum none\n".to_owned(), |e| {
            matches!(e, PolicyError::ControlCharacter('\u{7f}'))
        }),
        (
            "a_key_twice",
            format!("witness a {one}\nwitness b {alias}\n{none}"),
            |e| matches!(e, PolicyError::WitnessTwice(_)),
        ),
        (
            "a_name_twice",
            format!("witness a {one}\nwitness a {two}\n{none}"),
            |e| matches!(e, PolicyError::NameTwice(_)),
        ),
        (
            "a_log_twice",
            format!("log {desk}\nlog {desk} https://x.example\n{none}"),
            |e| matches!(e, PolicyError::LogTwice(_)),
        ),
        (
            "a_group_of_later_ones",
            format!("group g any a\n{pair}quorum g\n"),
            |e| matches!(e, PolicyError::Unknown { line: 1, .. }),
        ),
        (
            "a_group_in_itself",
            format!("{pair}group g any g\nquorum g\n"),
            |e| matches!(e, PolicyError::Unknown { line: 3, .. }),
        ),
        ("an_unknown_quorum", format!("{pair}quorum c\n"), |e| {
            matches!(e, PolicyError::Unknown { line: 3, .. })
        }),
        (
            "none_as_a_member",
            format!("{pair}group g any a none\nquorum g\n"),
            |e| matches!(e, PolicyError::Unknown { .. }),
        ),
        (
            "a_member_of_two_groups",
            format!("{pair}group g any a\ngroup h all a b\nquorum h\n"),
            |e| matches!(e, PolicyError::MemberTwice(_)),
        ),
        (
            "a_member_twice",
            format!("{pair}group g 2 a a\nquorum g\n"),
            |e| matches!(e, PolicyError::MemberTwice(_)),
        ),
        (
            "more_than_there_are",
            format!("{pair}group g 3 a b\nquorum g\n"),
            |e| matches!(e, PolicyError::Threshold(_)),
        ),
        (
            "none_of_them",
            format!("{pair}group g 0 a b\nquorum g\n"),
            |e| matches!(e, PolicyError::Threshold(_)),
        ),
        (
            "no_members",
            format!("{pair}group g all\nquorum g\n"),
            |e| matches!(e, PolicyError::Line(3)),
        ),
        ("called_none", format!("witness none {one}\n{none}"), |e| {
            matches!(e, PolicyError::Name(_))
        }),
        (
            "a_key_that_signs_as_a_witness",
            format!("witness a {desk}\n{none}"),
            |e| matches!(e, PolicyError::Key { line: 1, .. }),
        ),
        (
            "a_key_that_cosigns_as_a_log",
            format!("log {one}\n{none}"),
            |e| matches!(e, PolicyError::Key { line: 1, .. }),
        ),
        (
            "a_word_too_many",
            format!("log {desk} https://a.example b\n{none}"),
            |e| matches!(e, PolicyError::Line(1)),
        ),
        (
            "an_unknown_line",
            format!("witnesses a {one}\n{none}"),
            |e| matches!(e, PolicyError::Line(1)),
        ),
        (
            "too_large",
            format!("#{}\n{none}", "x".repeat(262_144)),
            |e| matches!(e, PolicyError::TooLarge),
        ),
    ];
    for (case, file, is_it) in cases {
        let told = file.parse::<Policy>().expect_err(case);
        assert!(is_it(&told), "{case}: {told:?}");
    }
}
