//! The method by which Hypothesis anchors a quote, written anew from its
//! published description: Myers' bit-parallel search (`approx-string-match`)
//! for the places with the fewest errors, at most half of the quote and at
//! most 256, and a score of quote 50, prefix 20, suffix 20 and position 2.

use std::collections::HashMap;

/// What else is known of a quote.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) prefix: Vec<char>,
    pub(crate) suffix: Vec<char>,
    pub(crate) hint: Option<usize>,
}

struct Match {
    start: usize,
    end: usize,
    errors: usize,
}

/// The best place of a quote.
pub(crate) fn match_quote(
    text: &[char],
    quote: &[char],
    context: &Context,
) -> Option<(usize, usize)> {
    let most = (quote.len() / 2).min(256);
    let mut best: Option<(f64, (usize, usize))> = None;
    for found in search(text, quote, most) {
        let score = score(text, quote, context, &found);
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, (found.start, found.end)));
        }
    }
    best.map(|(_, place)| place)
}

fn score(text: &[char], quote: &[char], context: &Context, found: &Match) -> f64 {
    let likeness = |part: &[char], wanted: &[char]| {
        if wanted.is_empty() {
            return 1.0;
        }
        if part.is_empty() {
            return 0.0;
        }
        let errors = search(part, wanted, wanted.len())
            .first()
            .map_or(wanted.len(), |found| found.errors);
        1.0 - errors as f64 / wanted.len() as f64
    };
    let before = &text[found.start.saturating_sub(context.prefix.len())..found.start];
    let after = &text[found.end..(found.end + context.suffix.len()).min(text.len())];
    let quote_score = 1.0 - found.errors as f64 / quote.len() as f64;
    let position = context.hint.map_or(1.0, |hint| {
        1.0 - found.start.abs_diff(hint) as f64 / text.len() as f64
    });
    50.0 * quote_score
        + 20.0 * likeness(before, &context.prefix)
        + 20.0 * likeness(after, &context.suffix)
        + 2.0 * position
}

/// Every place with the fewest errors.
fn search(text: &[char], pattern: &[char], most: usize) -> Vec<Match> {
    let backwards: Vec<char> = pattern.iter().rev().copied().collect();
    let ends = match_ends(text.iter(), pattern, most);
    let start_of = |(end, errors): (usize, usize)| {
        let window = &text[end.saturating_sub(pattern.len() + errors)..end];
        let starts = match_ends(window.iter().rev(), &backwards, errors);
        let length = starts.iter().map(|(length, _)| *length).max().unwrap_or(0);
        Match {
            start: end - length,
            end,
            errors,
        }
    };
    ends.into_iter().map(start_of).collect()
}

fn match_ends<'t>(
    text: impl Iterator<Item = &'t char>,
    pattern: &[char],
    mut most: usize,
) -> Vec<(usize, usize)> {
    if pattern.is_empty() {
        return Vec::new();
    }
    let blocks = pattern.len().div_ceil(64);
    let mut masks: HashMap<char, Vec<u64>> = HashMap::new();
    for (at, c) in pattern.iter().enumerate() {
        masks.entry(*c).or_insert_with(|| vec![0; blocks])[at / 64] |= 1 << (at % 64);
    }
    let none = vec![0; blocks];
    let rows = |block: usize| (pattern.len() - block * 64).min(64);
    let mut up = vec![!0_u64; blocks];
    let mut down = vec![0_u64; blocks];
    let mut scores: Vec<isize> = (0..blocks)
        .map(|block| (block * 64 + rows(block)) as isize)
        .collect();
    let mut last = (most.div_ceil(64).max(1) - 1).min(blocks - 1);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.enumerate() {
        let masks = masks.get(c).unwrap_or(&none);
        let mut carry = 0;
        for block in 0..=last {
            carry = advance(
                &mut up[block],
                &mut down[block],
                masks[block],
                (carry, rows(block)),
            );
            scores[block] += carry;
        }
        let limit = most as isize;
        let near = scores[last] - carry <= limit;
        if last + 1 < blocks && near && (masks[last + 1] & 1 == 1 || carry < 0) {
            last += 1;
            (up[last], down[last]) = (!0, 0);
            let above = scores[last - 1] - carry;
            let out = advance(
                &mut up[last],
                &mut down[last],
                masks[last],
                (carry, rows(last)),
            );
            scores[last] = above + rows(last) as isize + out;
        } else {
            while last > 0 && scores[last] >= limit + rows(last) as isize {
                last -= 1;
            }
        }
        if last + 1 == blocks && scores[last] <= limit {
            let errors = scores[last].max(0) as usize;
            if errors < most {
                found.clear();
                most = errors;
            }
            found.push((at + 1, errors));
        }
    }
    found
}

fn advance(up: &mut u64, down: &mut u64, mask: u64, (carry, rows): (isize, usize)) -> isize {
    let (fell, rose) = (u64::from(carry < 0), u64::from(carry > 0));
    let vertical = mask | *down;
    let mask = mask | fell;
    let diagonal = ((mask & *up).wrapping_add(*up) ^ *up) | mask;
    let plus = *down | !(diagonal | *up);
    let minus = *up & diagonal;
    let high = rows - 1;
    let out = (plus >> high & 1) as isize - (minus >> high & 1) as isize;
    let (plus, minus) = (plus << 1 | rose, minus << 1 | fell);
    *up = minus | !(vertical | plus);
    *down = plus & vertical;
    out
}
