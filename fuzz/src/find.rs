//! The quote finder: where words stand, and what became of them.

use citekeep::domain::citation::{QUOTE_LIMIT, Reanchoring};
use citekeep::domain::span::CharSpan;
use citekeep::text::anchor::{NotLocated, locate};
use citekeep::text::diff::{Change, passages, words};
use citekeep::text::find::{Kind, MOST_PLACES, SUGGESTION_FLOOR, candidates};
use citekeep::text::normalise::normalise;
use citekeep::text::offset::{ByteSpan, OffsetIndex};
use citekeep::text::page;
use citekeep::text::reanchor::reanchor;
use citekeep::text::segments::{paragraphs, segments};
use citekeep::text::selector::describe;
use citekeep::text::sentences::{headings, sentences, worded};
use citekeep::text::utf16::Utf16Index;

/// The parts of an input, each ended by a byte that no text has.
fn parts<const N: usize>(bytes: &[u8]) -> [String; N] {
    let mut parts = bytes.split(|byte| *byte == 0xff);
    [(); N].map(|()| String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned())
}

/// Finds a quote in a text: every place that is offered is one, words that are
/// there are found, and the score keeps its promise.
pub fn quote(bytes: &[u8]) {
    let [text, quote, near] = parts(bytes);
    let text = normalise(&text);
    assert_eq!(normalise(&text), text);
    let index = OffsetIndex::new(&text);
    let near = (!near.is_empty()).then(|| {
        let number = near
            .bytes()
            .take(2)
            .fold(0, |sum, byte| sum * 256 + u64::from(byte));
        number % (2 * index.chars() + 2)
    });
    let found = candidates(&text, &index, &quote, near);
    assert!(found.len() <= MOST_PLACES);
    let bare = normalise(&quote);
    let bare = bare.trim();
    for one in &found {
        let there = index
            .slice(&text, one.span)
            .expect("a place is in the text");
        check_place(&text, &index, one.span);
        assert_eq!(one.kind, found[0].kind);
        match one.kind {
            Kind::Exact => assert_eq!((there, one.score), (bare, 1_000)),
            Kind::Folded => assert_eq!(one.score, 1_000),
            Kind::Approximate => assert!((SUGGESTION_FLOOR..1_000).contains(&one.score)),
        }
        if one.kind != Kind::Approximate {
            let again = locate(&text, &index, &quote, Some(one.span.start()));
            assert!(again.is_ok(), "{again:?}");
        }
    }
    match locate(&text, &index, &quote, near) {
        Ok(place) => assert_eq!(Some(place.span), found.first().map(|one| one.span)),
        Err(NotLocated::Ambiguous { places }) => assert!(near.is_none() && places.len() > 1),
        Err(NotLocated::Nowhere { nearest }) => {
            assert_eq!(nearest, found.first().map(|one| one.span));
            assert!(found.iter().all(|one| one.kind == Kind::Approximate));
        }
        Err(NotLocated::Empty) => assert!(bare.is_empty() && found.is_empty()),
        Err(NotLocated::TooLong { length }) => assert!(length > QUOTE_LIMIT && found.is_empty()),
    }
}

/// A span is of whole characters, whoever counts them.
fn check_place(text: &str, index: &OffsetIndex, span: CharSpan) {
    assert!(span.start() < span.end() && span.end() <= index.chars());
    let bytes = index.byte_span(text, span).expect("a place is in the text");
    assert_eq!(index.char_span(text, bytes), Some(span));
    let units = Utf16Index::new(text);
    for at in [span.start(), span.end()] {
        assert_eq!(units.char_at(units.units_at(at)), Some(at));
    }
    let pages = page::pages_of(text, bytes);
    assert_eq!(pages.is_some(), text.contains('\u{c}'));
    if let Some(pages) = pages {
        assert!(pages.first <= pages.last && pages.last as usize <= page::count(text));
        let first = page::span(text, pages.first).expect("the page is there");
        assert!(first.start <= bytes.start && bytes.start <= first.end);
    }
    let passage = describe(text, index, span).expect("a place can be described");
    let whole = format!("{}{}{}", passage.prefix, passage.quote, passage.suffix);
    assert!(text.contains(&whole));
}

/// Words of one text looked up in another: in the same text nothing becomes of
/// them, and elsewhere what is told stands there.
pub fn moved(bytes: &[u8]) {
    let [old, new, place] = parts(bytes);
    let (old, new) = (normalise(&old), normalise(&new));
    let (old_index, new_index) = (OffsetIndex::new(&old), OffsetIndex::new(&new));
    let chars = old_index.chars();
    if chars == 0 {
        return;
    }
    let place = place.as_bytes();
    let at = |n: usize| u64::from(place.get(n).copied().unwrap_or(0));
    let start = (at(0) * 128 + at(1)) % chars;
    let end = (start + 1 + at(2) % 128 + at(3) * 128).min(chars);
    let span = CharSpan::new(start, end).expect("not empty");
    check_place(&old, &old_index, span);
    assert_eq!(reanchor(&old, span, &old), Reanchoring::Unchanged { span });
    let quote = old_index.slice(&old, span).expect("a place in the text");
    match reanchor(&old, span, &new) {
        Reanchoring::Unchanged { span: now } => {
            assert_eq!((now, new_index.slice(&new, now)), (span, Some(quote)));
        }
        Reanchoring::Moved { span: now } => check_place(&new, &new_index, now),
        Reanchoring::Altered {
            span: now,
            now: words,
        } => {
            check_place(&new, &new_index, now);
            assert_eq!(new_index.slice(&new, now), Some(words.as_str()));
        }
        Reanchoring::Gone => {}
        Reanchoring::Unreadable => unreachable!("a text can be read"),
    }
    compare(&old, &new);
    cut(&new);
}

/// What a comparison says, put together, is both texts.
fn compare(old: &str, new: &str) {
    let (mut before, mut after) = (String::new(), String::new());
    for change in words(old, new) {
        match change {
            Change::Same(words) => {
                before.push_str(&words);
                after.push_str(&words);
            }
            Change::Gone(words) => before.push_str(&words),
            Change::New(words) => after.push_str(&words),
        }
    }
    assert_eq!((before.as_str(), after.as_str()), (old, new));
    let (mut one, mut other) = (0, 0);
    for passage in passages(old, new) {
        assert_eq!((passage.old.start, passage.new.start), (one, other));
        (one, other) = (passage.old.end, passage.new.end);
        let same = old[passage.old.start..one] == new[passage.new.start..other];
        assert_eq!(same, passage.is_same);
    }
    assert_eq!((one, other), (old.len(), new.len()));
}

/// A text cut into sentences, headings, paragraphs and segments: in order, of
/// whole characters, and nothing twice.
fn cut(text: &str) {
    let index = OffsetIndex::new(text);
    let all = sentences(text);
    let mut last = 0;
    for span in &all {
        assert!(last <= span.start(), "{all:?}");
        last = span.end();
        check_place(text, &index, *span);
    }
    assert!(worded(text, &index).iter().all(|span| all.contains(span)));
    for span in headings(text, &index) {
        check_place(text, &index, span);
    }
    let mut last = 0;
    let paragraphs = paragraphs(text);
    for span in &paragraphs {
        assert!(
            last <= span.start && span.start < span.end,
            "{paragraphs:?}"
        );
        last = span.end;
        assert!(text.get(span.start..span.end).is_some());
    }
    let whole = ByteSpan {
        start: 0,
        end: text.len(),
    };
    let pieces = segments(whole, &paragraphs);
    let joined: String = pieces
        .iter()
        .map(|piece| &text[piece.span.start..piece.span.end])
        .collect();
    assert_eq!(joined, text);
    let units = Utf16Index::new(text);
    assert_eq!(
        units.units_at(index.chars()),
        text.encode_utf16().count() as u64
    );
}
