//! PDF: built files, and the real samples where they are present.

use std::collections::HashMap;
use std::path::PathBuf;

use super::pdf_builder::PdfBuilder;

/// Pages, printed labels and flaws.
type Read = (Vec<String>, Vec<Option<String>>, Vec<String>);

fn text_of(bytes: &[u8]) -> Result<Read, String> {
    let document = citekeep::capture::extract(bytes, Some("file.pdf"));
    let document = document.map_err(|unreadable| unreadable.to_string())?;
    let read = document.main().expect("a text");
    let pages: Vec<String> = read.text.split('\u{c}').map(str::to_owned).collect();
    let mut start = 0;
    let starts: Vec<u64> = pages
        .iter()
        .map(|page| {
            let at = start;
            start += page.chars().count() as u64 + 1;
            at
        })
        .collect();
    let label = |at: &u64| {
        let marks = &read.locators.as_ref()?.marks;
        let found = marks.iter().find(|mark| mark.at == *at)?;
        Some(found.label.clone())
    };
    let labels = starts.iter().map(label).collect();
    Ok((pages, labels, read.flaws.clone()))
}

/// Width, height and marks as left, top, width, height in thousandths.
fn picture_of(bytes: &[u8], page: u32, quote: &str) -> Result<(u32, u32, Vec<[u16; 4]>), String> {
    let picture = citekeep::capture::picture(bytes, page, Some(quote), 600)
        .map_err(|trouble| trouble.to_string())?;
    assert!(picture.png.starts_with(b"\x89PNG"), "a picture is PNG");
    let marks = picture.marks.iter();
    let marks = marks.map(|mark| [mark.left, mark.top, mark.width, mark.height]);
    Ok((picture.width, picture.height, marks.collect()))
}

/// The words of one column, a line each.
fn column(left: u32, lines: &[&'static str]) -> Vec<(u32, u32, &'static str)> {
    let bottoms = (0..).map(|line| 700 - 12 * line);
    bottoms
        .zip(lines)
        .map(|(bottom, words)| (left, bottom, *words))
        .collect()
}

const LEFT: [&str; 7] = [
    "The old bridge over the river was",
    "closed to all traffic in the spring",
    "of that year, after an inspector had",
    "found rust in four of its bearings.",
    "Nobody was told of it for a month,",
    "although the report was on the desk",
    "of the council on the very next day",
];
const RIGHT: [&str; 7] = [
    "and was read there by two people at",
    "least. One of them has since left the",
    "council; the other says that he does",
    "not remember it. The new bridge was",
    "opened in 1932 by the mayor, and has",
    "carried the road ever since without",
    "any closure longer than one weekend.",
];

#[test]
fn columns_are_read_one_after_the_other() {
    let mut page = vec![(
        60,
        740,
        "A headline that stands over both of the columns and fills the page's width",
    )];
    // Drawn row by row, as some programs do.
    for (left, right) in column(60, &LEFT).into_iter().zip(column(320, &RIGHT)) {
        page.extend([left, right]);
    }
    let (pages, _, flaws) = text_of(&PdfBuilder::new().page(&page).bytes()).expect("text");
    let text = &pages[0];
    assert!(text.starts_with("A headline that stands over"), "{text}");
    assert!(
        text.contains("spring\nof that year, after an inspector had\nfound rust"),
        "{text}"
    );
    assert!(text.contains("mayor, and has\ncarried the road"), "{text}");
    assert!(
        text.find("very next day") < text.find("and was read there"),
        "{text}"
    );
    assert!(flaws.is_empty(), "{flaws:?}");
}

#[test]
fn tables_are_read_row_by_row() {
    let rows = [
        ("Alabama", "71,137"),
        ("Alaska", "8,640"),
        ("Arizona", "36,121"),
    ];
    let mut page = Vec::new();
    for (line, (state, count)) in (0..).zip(rows.repeat(4)) {
        page.extend([(60, 700 - 14 * line, state), (300, 700 - 14 * line, count)]);
    }
    let (pages, _, _) = text_of(&PdfBuilder::new().page(&page).bytes()).expect("text");
    assert!(
        pages[0].starts_with("Alabama 71,137\nAlaska 8,640\nArizona 36,121\n"),
        "{}",
        pages[0]
    );
}

#[test]
fn numbered_lines_keep_their_numbers_and_hyphens_stay() {
    let page = [
        (40, 700, "1"),
        (80, 700, "MR. SMITH: The govern-"),
        (40, 680, "2"),
        (80, 680, "ment did not answer."),
    ];
    let (pages, _, _) = text_of(&PdfBuilder::new().page(&page).bytes()).expect("text");
    assert_eq!(
        pages[0],
        "1 MR. SMITH: The govern-\n\n2 ment did not answer."
    );
}

#[test]
fn labels_are_read_as_printed() {
    let line = [(60, 700, "Words on a page.")];
    let built = PdfBuilder::new().page(&line).page(&line).page(&line);
    let (pages, labels, _) =
        text_of(&built.labels(&[(0, "r", ""), (2, "D", "A-")]).bytes()).expect("text");
    assert_eq!(pages.len(), 3);
    let labels: Vec<_> = labels.iter().map(|label| label.as_deref()).collect();
    assert_eq!(labels, [Some("i"), Some("ii"), Some("A-1")]);

    let (_, labels, _) = text_of(&PdfBuilder::new().page(&line).bytes()).expect("text");
    assert_eq!(labels, [None]);
}

#[test]
fn scanned_pages_are_told() {
    let trouble =
        text_of(&PdfBuilder::new().scanned_page().scanned_page().bytes()).expect_err("a scan");
    assert!(
        trouble.contains("OCR") && trouble.contains("2 pages"),
        "{trouble}"
    );

    let mixed = PdfBuilder::new()
        .page(&[(60, 700, "Words.")])
        .scanned_page()
        .scanned_page();
    let (pages, _, flaws) = text_of(&mixed.bytes()).expect("text");
    assert_eq!(pages, ["Words.", "", ""]);
    assert!(
        flaws[0].starts_with("pages 2, 3 hold pictures without text"),
        "{flaws:?}"
    );
}

#[test]
fn quotes_are_marked_line_by_line() {
    let mut page = column(60, &LEFT);
    page.extend(column(320, &RIGHT));
    let bytes = PdfBuilder::new().page(&page).bytes();
    let (width, height, marks) =
        picture_of(&bytes, 1, "inspector  had found “rust in four").unwrap_or_default();
    assert_eq!(
        (width, height, marks.len()),
        (600, 800, 0),
        "words that are not there"
    );

    let (_, _, marks) = picture_of(&bytes, 1, "an inspector had found rust in").expect("drawn");
    assert_eq!(marks.len(), 2, "{marks:?}");
    let [left, top, _, height] = marks[0];
    assert!(
        (100..500).contains(&left) && (140..160).contains(&top) && height < 20,
        "{marks:?}"
    );
    assert_eq!(
        marks[1][0], 100,
        "the second line starts at the margin: {marks:?}"
    );

    let over = "than one weekend. And this stands on the next page only";
    let (_, _, marks) = picture_of(&bytes, 1, over).expect("drawn");
    assert_eq!(marks.len(), 1, "the part on this page: {marks:?}");

    assert!(
        picture_of(&bytes, 2, "rust")
            .expect_err("one page")
            .contains("no page 2")
    );
    assert!(picture_of(&bytes, 0, "rust").is_err());
}

#[test]
fn cut_and_spoilt_files_end_in_words_or_text() {
    let whole = PdfBuilder::new()
        .page(&column(60, &LEFT))
        .title("A title")
        .bytes();
    for length in (0..whole.len()).step_by(7) {
        let _ = text_of(&whole[..length]);
        let mut spoilt = whole.clone();
        spoilt[length] ^= 0x15;
        let _ = text_of(&spoilt);
    }
}

fn sample(name: &str) -> Option<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/inputs/pdf");
    std::fs::read(PathBuf::from(folder).join(name)).ok()
}

/// How well two texts agree as bags of words, from 0 to 1.
fn agreement(ours: &str, theirs: &str) -> f64 {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for word in ours.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    let mut shared = 0_u32;
    for word in theirs.split_whitespace() {
        let count = counts.entry(word).or_default();
        shared += u32::from(*count > 0);
        *count -= 1;
    }
    let words = ours.split_whitespace().count() + theirs.split_whitespace().count();
    2.0 * f64::from(shared) / (words.max(1) as f64)
}

fn check_sample(name: &str, at_least: f64, sequences: &[&str]) {
    let (Some(bytes), Some(truth)) = (
        sample(&format!("{name}.pdf")),
        sample(&format!("{name}.txt")),
    ) else {
        return;
    };
    let (pages, labels, _) = text_of(&bytes).expect("text");
    assert_eq!(labels.len(), pages.len());
    assert!(pages.iter().all(|page| !page.contains('\u{c}')));
    let text = pages.join("\u{c}");
    let agreement = agreement(&text, &String::from_utf8_lossy(&truth));
    assert!(agreement >= at_least, "{name}: {agreement}");
    for sequence in sequences {
        assert!(text.contains(sequence), "{name}: {sequence:?}");
    }
}

#[test]
fn samples_agree_with_two_other_readers() {
    check_sample("la-precinct-bulletin-2014-p1", 0.99, &[]);
    check_sample("nics-background-checks-2015-11", 0.99, &[]);
    check_sample("scotus-transcript-p1", 0.99, &["1 IN THE SUPREME COURT"]);
    check_sample(
        "federal-register-2020-17221",
        0.99,
        &["notices to the public of the proposed\nissuance of rules"],
    );
}

#[test]
fn locked_and_damaged_samples_are_told() {
    if let Some(locked) = sample("password-example.pdf") {
        let trouble = text_of(&locked).expect_err("locked");
        assert!(trouble.contains("locked with a password"), "{trouble}");
    }
    if let Some(damaged) = sample("malformed-from-issue-932.pdf") {
        // Its damage is one that both other readers get over.
        let told = match text_of(&damaged) {
            Ok((pages, _, flaws)) => pages.concat().contains("2021") || !flaws.is_empty(),
            Err(trouble) => trouble.contains("upload"),
        };
        assert!(told, "{:?}", text_of(&damaged));
    }
}
