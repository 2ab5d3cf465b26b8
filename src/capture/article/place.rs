//! Where on a page its main text stands.

use super::marks::{Role, is_lead};
use super::notes;
use super::outline::Outline;
use super::prune::Judged;

/// Below this many letters of prose nothing is called an article.
const LEAST: i64 = 140;

/// The same where a name says that it is one.
const LEAST_NAMED: i64 = 40;

/// The part that holds the main text: where prose outweighs furniture most.
pub(super) fn container(judged: &Judged<'_, '_>, cut: &[bool]) -> Option<usize> {
    let (outline, roles) = (judged.outline, judged.roles);
    let parts = &outline.parts;
    let mut gain: Vec<i64> = vec![0; parts.len()];
    for index in (0..parts.len()).rev() {
        if cut[index] {
            gain[index] = 0;
            continue;
        }
        let part = &parts[index];
        gain[index] += signed(part.prose()) - signed(part.furniture());
        if part.parent < index {
            let worth = gain[index];
            gain[part.parent] += worth;
        }
    }
    let named: Vec<usize> = (0..parts.len())
        .filter(|&index| {
            roles[index] == Role::Body && is_place(outline, index) && gain[index] >= LEAST_NAMED
        })
        .collect();
    let Some(best) = best_of(outline, &gain) else {
        // A notice of one sentence is an article where a name says so.
        return named.last().copied();
    };
    if let Some(place) = by_record(judged, best) {
        return Some(with_lead(outline, &gain, place));
    }
    let place = by_name(judged, &gain, &named, best).unwrap_or(best);
    let place = narrow(outline, &gain, judged.titles, place);
    Some(with_lead(outline, &gain, place))
}

/// The innermost part with nearly all that the page's own record has, when
/// the record has a good part of the prose.
fn by_record(judged: &Judged<'_, '_>, best: usize) -> Option<usize> {
    let witnessed = &judged.witnessed;
    let all = witnessed.first().copied().unwrap_or(0);
    if all == 0 || all * 3 < judged.prose[best] {
        return None;
    }
    (0..witnessed.len())
        .rev()
        .filter(|&index| is_place(judged.outline, index))
        .find(|&index| witnessed[index] * 20 >= all * 19)
}

/// Of several articles on a page, the one that bears the page's own title.
fn narrow(outline: &Outline<'_>, gain: &[i64], titles: &[String], place: usize) -> usize {
    let parts = &outline.parts;
    let mut titled = None;
    let (mut articles, mut index) = (0, place + 1);
    while index < parts[place].end {
        if parts[index].name != "article" {
            index += 1;
            continue;
        }
        articles += 1;
        if titled.is_none() && gain[index] * 10 >= gain[place] && bears(outline, index, titles) {
            titled = Some(index);
        }
        index = parts[index].end.max(index + 1);
    }
    match titled {
        Some(titled) if articles > 1 || gain[titled] * 10 >= gain[place] * 7 => titled,
        _ => place,
    }
}

/// Whether a heading near an article's start says what the page is called.
fn bears(outline: &Outline<'_>, article: usize, titles: &[String]) -> bool {
    let end = outline.parts[article].end.min(article + NEAR);
    outline.parts[article..end]
        .iter()
        .filter(|part| matches!(part.name.as_str(), "h1" | "h2"))
        .any(|heading| {
            let text = heading.node.text();
            titles.iter().any(|title| notes::same_words(title, &text))
        })
}

/// How many elements after an article's start its heading may stand.
const NEAR: usize = 60;

/// The part that its names call the article's words, when they can be
/// trusted: most of the prose stands there, or no other part has such a name.
fn by_name(judged: &Judged<'_, '_>, gain: &[i64], named: &[usize], best: usize) -> Option<usize> {
    let outline = judged.outline;
    let mut place = named.iter().copied().max_by_key(|&index| gain[index])?;
    let within = |outer: usize, index: usize| index >= outer && index < outline.parts[outer].end;
    if gain[place] * 10 < gain[best] * 7 {
        let rival = named
            .iter()
            .filter(|&&index| !within(place, index) && !within(index, place))
            .any(|&index| gain[index] * 5 > gain[place]);
        if rival || gain[place] * 4 < gain[best] {
            return None;
        }
    }
    // Names are given to wrappers too; the innermost one that still holds
    // nearly everything is meant.
    let (outer, all) = (place, gain[place]);
    for &index in named {
        let holds = within(place, index) && gain[index] * 100 >= all * INNER;
        if holds && !has_lead(outline, outer, index) {
            place = index;
        }
    }
    Some(place)
}

/// The part itself, or a part around it that holds the article's lead too and
/// little else.
fn with_lead(outline: &Outline<'_>, gain: &[i64], place: usize) -> usize {
    outline
        .above(place)
        .take(LEVELS)
        .take_while(|&outer| gain[outer] * 6 <= gain[place] * 10)
        .find(|&outer| has_lead(outline, outer, place))
        .unwrap_or(place)
}

/// How far above the main text its lead is looked for.
const LEVELS: usize = 4;

/// Whether between an outer part's start and an inner one stands a lead: the
/// article's first sentences by their name.
fn has_lead(outline: &Outline<'_>, outer: usize, inner: usize) -> bool {
    outline.parts[outer + 1..inner.max(outer + 1)]
        .iter()
        .any(|part| part.prose() > 0 && is_lead(&part.marks))
}

/// How much of an outer part's prose an inner one of the same kind of name
/// must hold, in percent.
const INNER: i64 = 90;

/// The part with the greatest gain; of equals, the innermost.
fn best_of(outline: &Outline<'_>, gain: &[i64]) -> Option<usize> {
    (0..outline.parts.len())
        .filter(|&index| is_place(outline, index) && gain[index] >= LEAST)
        .max_by_key(|&index| (gain[index], index))
}

/// Whether an element can hold a whole article.
fn is_place(outline: &Outline<'_>, index: usize) -> bool {
    let part = &outline.parts[index];
    !part.is_inline() && !matches!(part.name.as_str(), "li" | "p")
}

fn signed(letters: usize) -> i64 {
    i64::try_from(letters).unwrap_or(i64::MAX / 4)
}
