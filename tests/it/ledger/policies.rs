//! Policy files: read, written, and held against checkpoints.

use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::cosignature::{CosigningKey, cosign};
use citekeep::ledger::policy::{Distrust, Policy};

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

/// Each file is refused in words that hold these.
fn refused(cases: &[(&str, String, &str)]) {
    for (case, file, words) in cases {
        let told = file.parse::<Policy>().expect_err(case).to_string();
        assert!(told.contains(words), "{case}: {told}");
    }
}

#[test]
fn bad_lines_and_keys() {
    let [one, two] = [1, 2].map(|seed| witness(seed).verifier().to_string());
    // The same key under another name is the same witness.
    let name = "other.example".parse().expect("a name");
    let alias = CosigningKey::from_seed(name, &[1; 32]).verifier();
    let desk = log().verifier().to_string();
    let end = "quorum none\n";
    refused(&[
        ("nothing", String::new(), "ends with a newline"),
        ("cut_off", "quorum none".to_owned(), "ends with a newline"),
        ("a_carriage_return", "quorum none\r\n".to_owned(), "'\\r'"),
        ("delete", format!("# \u{7f}\n{end}"), "'\\u{7f}'"),
        (
            "no_quorum",
            format!("witness a {one}\n"),
            "one line with the quorum",
        ),
        (
            "two_quorums",
            format!("{end}{end}"),
            "one line with the quorum",
        ),
        (
            "a_key_twice",
            format!("witness a {one}\nwitness b {alias}\n{end}"),
            "witness b stands",
        ),
        (
            "a_name_twice",
            format!("witness a {one}\nwitness a {two}\n{end}"),
            "called a;",
        ),
        (
            "a_log_twice",
            format!("log {desk}\nlog {desk} https://x.example\n{end}"),
            "stands in the policy twice",
        ),
        (
            "called_none",
            format!("witness none {one}\n{end}"),
            "cannot be called \"none\"",
        ),
        (
            "a_key_that_signs_as_a_witness",
            format!("witness a {desk}\n{end}"),
            "line 1 cannot be used",
        ),
        (
            "a_key_that_cosigns_as_a_log",
            format!("log {one}\n{end}"),
            "line 1 cannot be used",
        ),
        (
            "a_word_too_many",
            format!("log {desk} https://a.example b\n{end}"),
            "line 1 is no",
        ),
        (
            "an_unknown_line",
            format!("{end}witnesses a {one}\n"),
            "line 2 is no",
        ),
        (
            "too_large",
            format!("#{}\n{end}", "x".repeat(262_144)),
            "at most 262144 bytes",
        ),
    ]);
}

#[test]
fn bad_groups() {
    let [one, two] = [1, 2].map(|seed| witness(seed).verifier().to_string());
    let pair = format!("witness a {one}\nwitness b {two}\n");
    let with = |group: &str| format!("{pair}{group}\nquorum g\n");
    let before = format!("group g any a\n{pair}quorum g\n");
    let two_groups = with("group g any a\ngroup h all a b");
    refused(&[
        ("a_group_of_later_ones", before, "line 1 names a,"),
        (
            "a_group_in_itself",
            with("group g any g"),
            "line 3 names g,",
        ),
        ("an_unknown_quorum", with("# no group"), "line 4 names g,"),
        (
            "none_as_a_member",
            with("group g any a none"),
            "line 3 names none,",
        ),
        ("a_member_of_two_groups", two_groups, "a is a member twice"),
        (
            "a_member_twice",
            with("group g 2 a a"),
            "a is a member twice",
        ),
        (
            "more_than_there_are",
            with("group g 3 a b"),
            "more than all of its members",
        ),
        ("none_of_them", with("group g 0 a b"), "fewer than one"),
        ("no_members", with("group g all"), "line 3 is no"),
        (
            "a_threshold_in_words",
            with("group g some a b"),
            "line 3 is no",
        ),
        (
            "a_threshold_with_a_sign",
            with("group g +1 a b"),
            "line 3 is no",
        ),
    ]);
}
