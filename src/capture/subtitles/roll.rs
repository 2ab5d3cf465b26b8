//! Rolling captions: live captions show a line again while the next one is
//! being spoken, so that every line stands in the file two or three times.

use super::cue::{self, Cue, Form};

/// Fewer repeats than this are people who repeat themselves.
const FEWEST: usize = 3;

/// One cue in so many must repeat lines of the one before it.
const ONE_IN: usize = 3;

/// The most lines of two cues that are compared.
const MOST_LINES: usize = 8;

/// Drops lines that the cue before already showed, if the whole file rolls.
/// Answers how many lines were dropped.
pub(super) fn unroll(cues: &mut [Cue<'_>]) -> usize {
    let mut dropped = vec![0; cues.len()];
    let mut shown: Vec<String> = Vec::new();
    for (index, cue) in cues.iter().enumerate() {
        let lines: Vec<String> = cue.lines.iter().map(|line| bare(line)).collect();
        let said = |lines: Vec<String>| -> Vec<String> {
            lines.into_iter().filter(|line| !line.is_empty()).collect()
        };
        let kept = said(lines.clone());
        let again = overlap(&shown, &kept);
        // A line in the file may be blank; it goes with those around it.
        let mut left = again;
        let through = lines.iter().take_while(|line| {
            let goes = line.is_empty() || left > 0;
            left = left.saturating_sub(usize::from(!line.is_empty()));
            goes
        });
        dropped[index] = if again > 0 { through.count() } else { 0 };
        if !kept.is_empty() {
            shown = kept;
        }
    }
    let repeats = dropped.iter().filter(|count| **count > 0).count();
    // A file in which everything is said twice in whole cues does not roll:
    // some line must be shown again above a new one.
    let rolls = cues.iter().zip(&dropped).any(|(cue, count)| {
        *count > 0
            && cue
                .lines
                .iter()
                .skip(*count)
                .any(|line| !bare(line).is_empty())
    });
    if repeats < FEWEST || repeats * ONE_IN < cues.len() || !rolls {
        return 0;
    }
    for (cue, count) in cues.iter_mut().zip(&dropped) {
        cue.lines.drain(..*count);
    }
    dropped.iter().sum()
}

/// How many of the lines shown last begin the next cue.
fn overlap(shown: &[String], lines: &[String]) -> usize {
    let most = shown.len().min(lines.len()).min(MOST_LINES);
    (1..=most)
        .rev()
        .find(|count| shown[shown.len() - count..] == lines[..*count])
        .unwrap_or(0)
}

/// A line's words without tags.
fn bare(line: &str) -> String {
    let speeches = cue::speeches(&[line], Form::WebVtt);
    let words: Vec<String> = speeches.into_iter().map(|speech| speech.words).collect();
    words.join(" ").trim().to_owned()
}
