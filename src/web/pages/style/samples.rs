//! What the style guide draws: made-up claims, sources and forms in every
//! state, in several scripts, short and very long.

use crate::domain::citation::Stance;
use crate::domain::ids::ClaimId;
use crate::domain::response::{Header, Hop, Response};
use crate::domain::span::CharSpan;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::Address;
use crate::text::diff::{self, Change};
use crate::web::fields::Fields;
use crate::web::pages::view::{ClaimRow, QuoteView, STATES, SourceLine};

/// A sentence about a bridge in Arabic and in Hebrew.
pub(super) const ARABIC: &str = "افتُتح الجسر فوق النهر سنة 1932، ويبلغ طوله 503 أمتار.";
pub(super) const HEBREW: &str = "הגשר שמעל הנהר נפתח בשנת 1932, ואורכו 503 מטרים.";
/// A word that no line can hold.
pub(super) const LONG_WORD: &str = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente";

const HASH: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

pub(super) fn moment() -> Option<Timestamp> {
    "2026-08-27T14:05:00Z".parse().ok()
}

pub(super) fn dates() -> Vec<PartialDate> {
    let dates = ["2026-08-27", "2026-08", "2026"].into_iter();
    dates
        .filter_map(|date| PartialDate::parse(date).ok())
        .collect()
}

/// A form in which every kind of field is wrong.
pub(super) fn wrong_form() -> Fields {
    let mut form = Fields::proposed(&[
        ("line-wrong", "1931-13"),
        ("area-wrong", "Too short."),
        ("select-wrong", "b"),
    ]);
    form.refuse(
        "line-wrong",
        "write the date as far as it is known: 2021, 2021-08 or 2021-08-27",
    );
    form.refuse("area-wrong", "say in a sentence or two why");
    form.refuse("select-wrong", "choose one of the desk’s scales");
    form.refuse("password", "choose a password of 12 to 200 characters");
    form
}

fn row(id: i64, statement: &str, state: &'static str) -> Option<ClaimRow> {
    Some(ClaimRow {
        id: ClaimId::new(id).ok()?,
        statement: statement.to_owned(),
        state,
        stale: false,
        corrected: false,
        assignee: Some("Ada Example".to_owned()),
        claimant: Some("The city".to_owned()),
    })
}

/// A claim in every state, and then what is unusual.
pub(super) fn rows() -> Option<Vec<ClaimRow>> {
    let mut rows = Vec::new();
    for (at, state) in STATES.into_iter().enumerate() {
        rows.push(row(
            at as i64 + 1,
            "The bridge over the river was opened in 1932.",
            state,
        )?);
    }
    let base = rows.len() as i64;
    rows.push(ClaimRow {
        stale: true,
        corrected: true,
        ..row(
            base + 1,
            "At least 68 people were on the bridge.",
            "in_review",
        )?
    });
    rows.push(ClaimRow {
        assignee: None,
        claimant: None,
        ..row(base + 2, ARABIC, "open")?
    });
    rows.push(row(base + 3, HEBREW, "decided")?);
    rows.push(row(base + 4, &LONG_WORD.repeat(3), "open")?);
    Some(rows)
}

fn source(id: i64, title: &str, published: Option<&str>) -> SourceLine {
    SourceLine {
        id,
        title: title.to_owned(),
        publisher: "The city".to_owned(),
        kind: "report",
        published: published.map(str::to_owned),
        grade: "B2".to_owned(),
        grade_words: "usually reliable; probably true".to_owned(),
        directness: "primary",
    }
}

/// A source by itself, known through others, and in another script.
pub(super) fn chains() -> Vec<Vec<SourceLine>> {
    vec![
        vec![source(1, "Report on the bridges", Some("August 1932"))],
        vec![
            source(2, "The assessment", None),
            source(3, "Report of the inspector", Some("1947")),
            source(1, "Report on the bridges", Some("August 1932")),
        ],
        vec![
            source(4, ARABIC, None),
            source(5, &LONG_WORD.repeat(2), None),
        ],
    ]
}

/// What changed between two snapshots.
pub(super) fn changes() -> Vec<Change> {
    diff::words(
        "The bridge was opened in 1932, and at least 68 people came.",
        "The bridge was opened in 1934, and 85 people came.",
    )
}

fn quote(id: i64, stance: Stance, quote: &str) -> Option<QuoteView> {
    Some(QuoteView {
        id,
        stance,
        before: "It rained all morning. ".to_owned(),
        quote: quote.to_owned(),
        after: " Then it rained again.".to_owned(),
        links: vec![source(1, "Report on the bridges", Some("August 1932"))],
        snapshot: 1,
        read_in: 1,
        taken_at: moment()?,
        is_withheld: false,
        raw: HASH.to_owned(),
        text: HASH.chars().rev().collect(),
        extractor: "html-main/1".to_owned(),
        span: CharSpan::new(23, 23 + quote.chars().count() as u64).ok()?,
        pages: Some("page 12 (printed: A-3)".to_owned()),
        page: None,
        notice: None,
        folded: false,
        removed: false,
        outcome: None,
        is_stale: false,
        newer: None,
        changes: Vec::new(),
        cite_newer: None,
    })
}

/// A quote in every state, each with what is shown.
pub(super) fn quotes() -> Option<Vec<(&'static str, QuoteView)>> {
    let words = "The bridge was opened in 1932, and at least 68 people came.";
    let plain = quote(1, Stance::Supports, words)?;
    let folded = QuoteView {
        folded: true,
        page: Some(12),
        ..quote(2, Stance::Refutes, "“the bridge was opened in 1934”")?
    };
    let noted = QuoteView {
        notice: Some("This text was read from a scanned page; figures may be wrong.".to_owned()),
        pages: None,
        links: chains().swap_remove(1),
        ..quote(3, Stance::Context, "It is 503 metres long.")?
    };
    let altered = QuoteView {
        is_stale: true,
        outcome: Some("altered"),
        newer: Some(2),
        changes: changes(),
        cite_newer: Some("/claims/1/citations/new".to_owned()),
        ..quote(4, Stance::Supports, words)?
    };
    let gone = QuoteView {
        is_stale: true,
        outcome: Some("gone"),
        newer: Some(2),
        ..quote(5, Stance::Supports, words)?
    };
    let removed = QuoteView {
        removed: true,
        ..quote(6, Stance::Context, words)?
    };
    let right_to_left = QuoteView {
        before: String::new(),
        after: String::new(),
        ..quote(7, Stance::Supports, HEBREW)?
    };
    let long = quote(8, Stance::Refutes, &LONG_WORD.repeat(5))?;
    Some(vec![
        ("as it was captured", plain),
        ("same words in other typography, on a page of a PDF", folded),
        ("with a warning, and known through others", noted),
        ("altered in a newer snapshot", altered),
        ("gone from a newer snapshot", gone),
        ("taken out of use", removed),
        ("from right to left", right_to_left),
        ("a word that no line can hold", long),
    ])
}

/// How a server answered.
pub(super) fn response() -> Option<Response> {
    let address = |path: &str| Address::parse(&format!("https://city.example/{path}")).ok();
    let header = |name: &str, value: &str| Header {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Some(Response {
        asked: address("bridges")?,
        hops: vec![Hop {
            from: address("bridges")?,
            status: 301,
            to: address("reports/bridges.html")?,
        }],
        last: address("reports/bridges.html")?,
        peer: "203.0.113.7".to_owned(),
        status: 200,
        headers: vec![
            header("content-type", "text/html; charset=utf-8"),
            header("last-modified", "Thu, 27 Aug 2026 14:05:00 GMT"),
        ],
        at: moment()?,
    })
}
