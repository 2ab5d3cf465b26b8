//! What becomes of cited sentences when a page changes: only around them, or
//! in their words. Where the shared inputs are not at hand, made-up sentences
//! stand in for the real ones where that is possible.

use citekeep::domain::citation::Reanchoring;
use citekeep::domain::span::CharSpan;
use citekeep::text::find::Searchable;
use citekeep::text::fold::Folded;
use citekeep::text::offset::OffsetIndex;
use citekeep::text::reanchor::reanchor_in;
use serde_json::Value;

use super::corpus::{Dice, report};
use super::input;

/// A page: furniture, then sentences with the cited one among them, then
/// furniture. The seed of the furniture is its day.
struct Page {
    text: String,
    cited: CharSpan,
}

fn page(around: &[&str], cited: &str, day: u64) -> Page {
    let mut dice = Dice(day);
    let mut text = format!(
        "Home | News | Sport | Weather\n{} November 2026, {} readers today\nAdvertisement: {}\n\n",
        1 + dice.below(30),
        dice.below(100_000),
        report(40 + dice.below(200), day),
    );
    let middle = around.len() / 2;
    for sentence in &around[..middle] {
        text.push_str(sentence);
        text.push_str(if dice.below(4) == 0 { "\n\n" } else { " " });
    }
    let start = text.chars().count() as u64;
    text.push_str(cited);
    let end = text.chars().count() as u64;
    for sentence in &around[middle..] {
        text.push(' ');
        text.push_str(sentence);
    }
    text.push_str(&format!(
        "\n\nRead also: {}\n{} comments\n© 2026",
        report(30 + dice.below(100), day + 1),
        dice.below(900)
    ));
    Page {
        text,
        cited: CharSpan::new(start, end).expect("some words"),
    }
}

fn became(old: &Page, span: CharSpan, new: &Page) -> Reanchoring {
    let (old_index, new_index) = (OffsetIndex::new(&old.text), OffsetIndex::new(&new.text));
    let old = Searchable::new(&old.text, &old_index);
    reanchor_in(&old, span, &Searchable::new(&new.text, &new_index))
}

fn overlap(a: CharSpan, b: CharSpan) -> bool {
    a.start() < b.end() && b.start() < a.end()
}

fn pairs() -> Option<Vec<(String, String)>> {
    let lines = input("revisions.jsonl")?;
    let pair = |line: &str| {
        let pair: Value = serde_json::from_str(line).expect("JSON");
        let side = |name: &str| pair[name].as_str().expect("a sentence").trim().to_owned();
        (side("evidence_a"), side("evidence_b"))
    };
    Some(lines.lines().map(pair).collect())
}

/// The words around a case: other cases' sentences, near-copies of none.
fn neighbours(pairs: &[(String, String)], at: usize) -> Vec<&str> {
    (1..=8)
        .map(|step| pairs[(at + step * 31) % pairs.len()].0.as_str())
        .collect()
}

#[test]
fn a_changed_sentence_always_raises_an_alarm_at_the_right_place() {
    let Some(pairs) = pairs() else {
        return;
    };
    let (mut altered, mut right, mut gone, mut same) = (0, 0, 0, 0);
    for (at, (a, b)) in pairs.iter().enumerate() {
        let around = neighbours(&pairs, at);
        let (old, new) = (page(&around, a, 1), page(&around, b, 2));
        match became(&old, old.cited, &new) {
            Reanchoring::Altered { span, .. } => {
                altered += 1;
                right += usize::from(overlap(span, new.cited));
            }
            Reanchoring::Gone => gone += 1,
            // The old sentence stands whole in the new one.
            _ if Folded::new(b).as_str().contains(Folded::new(a).as_str()) => same += 1,
            other => unreachable!("{a}\n{b}\n{other:?}"),
        }
    }
    assert_eq!(altered + gone + same, pairs.len());
    assert!(right * 100 >= altered * 99, "{right} of {altered} right");
    assert!(altered * 100 >= (altered + gone) * 97, "{gone} gone");
}

#[test]
fn furniture_raises_no_alarm() {
    let made_up: Vec<(String, String)> = report(60_000, 5)
        .split_inclusive(". ")
        .map(|sentence| (sentence.trim().to_owned(), String::new()))
        .filter(|(sentence, _)| sentence.len() > 60)
        .collect();
    let pairs = pairs().unwrap_or(made_up);
    let mut dice = Dice(77);
    for (at, (a, _)) in pairs.iter().enumerate() {
        let around = neighbours(&pairs, at);
        let (old, new) = (page(&around, a, 1), page(&around, a, 2 + at as u64));
        // The whole sentence, and a few words of it.
        let length = old.cited.len();
        let start = old.cited.start() + dice.below(length as usize / 2) as u64;
        let few = words_from(&old, start, 1 + dice.below(3));
        for span in [Some(old.cited), few].into_iter().flatten() {
            let result = became(&old, span, &new);
            assert!(
                !result.is_stale(),
                "{:?}: {result:?}\n{}\n{}",
                OffsetIndex::new(&old.text).slice(&old.text, span),
                old.text,
                new.text
            );
        }
    }
}

/// So many words of the cited sentence, from the next word on.
fn words_from(page: &Page, start: u64, count: usize) -> Option<CharSpan> {
    let chars: Vec<char> = page.text.chars().collect();
    let mut at = start as usize;
    while !chars[at].is_whitespace() {
        at += 1;
    }
    let start = at + 1;
    let mut end = start;
    for _ in 0..count {
        end += 1;
        while !chars.get(end)?.is_whitespace() {
            end += 1;
        }
    }
    let is_within = end as u64 <= page.cited.end();
    let words: String = chars[start..end].iter().collect();
    let is_said = words.starts_with(char::is_alphanumeric) && words.chars().count() > 1;
    (is_within && is_said).then(|| CharSpan::new(start as u64, end as u64).ok())?
}

/// One change of the sense in the cited words, and nothing else but furniture.
#[test]
fn a_changed_figure_name_negation_or_date_raises_an_alarm() {
    let around = [
        "The report was read in Kabul.",
        "In 2016 it was 7 attacks in the whole of the east, they said.",
        "Nobody at the ministry would comment on it when asked on Monday.",
        "It counted 18 attacks in 2017 in the east, and it is able to do more.",
        "Then it rained, and the road to Jalalabad was closed for a week.",
        "In 2018 it was 24 attacks in the whole of the east, they said.",
    ];
    let cited = "On 4 May 2019, Gen. Votel said that 18 attacks (−5 percent) were not possible in Nangarhar.";
    for (old, new) in [
        ("18 attacks", "19 attacks"),
        ("18 attacks", "118 attacks"),
        ("18 attacks", "1.8 attacks"),
        ("18 attacks", "18² attacks"),
        ("−5 percent", "5 percent"),
        ("−5 percent", "−5.5 percent"),
        ("4 May 2019", "4 May 2018"),
        ("4 May 2019", "14 May 2019"),
        ("were not possible", "were possible"),
        ("not possible", "not impossible"),
        ("Votel", "Voter"),
        ("Nangarhar", "Kunar"),
        ("possible", "probable"),
    ] {
        let changed = cited.replacen(old, new, 1);
        let (before, after) = (page(&around, cited, 3), page(&around, &changed, 4));
        for words in [cited, old] {
            let step = cited[..cited.find(words).expect("within")].chars().count() as u64;
            let start = before.cited.start() + step;
            let span = CharSpan::new(start, start + words.chars().count() as u64);
            let span = span.expect("some words");
            let result = became(&before, span, &after);
            assert!(result.is_stale(), "{words:?}, {old} to {new}: {result:?}");
            if let Reanchoring::Altered { span, .. } = result {
                assert!(overlap(span, after.cited), "{old} to {new}");
            }
        }
    }
}

/// The same for one word of each real sentence, cited with the whole sentence
/// and with two neighbours only.
#[test]
fn any_changed_word_raises_an_alarm() {
    let Some(pairs) = pairs() else {
        return;
    };
    let mut dice = Dice(91);
    let mut changed = 0;
    for (at, (a, _)) in pairs.iter().enumerate().step_by(3) {
        let around = neighbours(&pairs, at);
        let words: Vec<&str> = a.split(' ').collect();
        let middle = 1 + dice.below(words.len().saturating_sub(2));
        let Some(other) = other_word(words[middle], &mut dice) else {
            continue;
        };
        let mut new_words = words.clone();
        new_words[middle] = &other;
        let old = page(&around, a, 1);
        let new = page(&around, &new_words.join(" "), 2 + at as u64);
        let chars = |words: &[&str]| words.join(" ").chars().count() as u64;
        let from = old.cited.start() + chars(&words[..middle - 1]) + u64::from(middle > 1);
        let few = &words[middle - 1..(middle + 2).min(words.len())];
        let few = CharSpan::new(from, from + chars(few)).expect("some words");
        for span in [old.cited, few] {
            changed += 1;
            let result = became(&old, span, &new);
            assert!(result.is_stale(), "{a}\n{other}\n{result:?}");
            if let Reanchoring::Altered { span, .. } = result {
                assert!(overlap(span, new.cited), "{a}\n{other}\n{span:?}");
            }
        }
    }
    assert!(changed > 200, "{changed} changes");
}

fn other_word(word: &str, dice: &mut Dice) -> Option<String> {
    if let Some(at) = word.find(|c: char| c.is_ascii_digit()) {
        let figure = word.as_bytes()[at] - b'0';
        let next = (figure + 1 + dice.below(9) as u8) % 10;
        return Some(format!("{}{next}{}", &word[..at], &word[at + 1..]));
    }
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    Some(match dice.below(4) {
        0 => format!("{word} not"),
        1 => format!("un{word}"),
        2 => "Ruritania".to_owned(),
        _ => format!("not {word}"),
    })
}

#[test]
fn a_correction_that_repeats_the_old_words_hides_nothing() {
    let around = [
        "It was read in Kabul.",
        "He spoke.",
        "It rained at night.",
        "They left.",
    ];
    let old = page(&around, "At least 68 people were killed in it.", 1);
    let mut new = page(&around, "At least 85 people were killed in it.", 2);
    new.text.push_str(
        "\nCorrection: this page said, “At least 68 people were killed in it.” That was wrong.",
    );
    let result = became(&old, old.cited, &new);
    assert!(
        matches!(&result, Reanchoring::Altered { span, .. } if overlap(*span, new.cited)),
        "{result:?}"
    );
}
