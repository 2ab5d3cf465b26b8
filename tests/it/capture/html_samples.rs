//! HTML: the main text of the real sample pages, where they are present,
//! against the text that people marked in them.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;

use super::shingles::{compare, score};

/// What people marked in a page.
#[derive(serde::Deserialize)]
struct Truth {
    #[serde(rename = "articleBody")]
    words: String,
}

fn main_text_of(html: &[u8]) -> String {
    let document = citekeep::capture::extract(html, Some("page.html")).expect("a page with words");
    let main = document.main().expect("a text");
    assert_eq!(main.extractor, "html-article/1");
    main.text.clone()
}

/// The whole visible text of the page, in which every passage must stand too.
fn visible_text_of(html: &[u8]) -> String {
    let document = citekeep::capture::extract(html, Some("page.html")).expect("a page with words");
    let visible = document
        .texts
        .iter()
        .find(|read| read.extractor == "html-visible/1");
    visible.expect("a visible text").text.clone()
}

/// The pages with what people marked, or nothing where they are absent.
fn samples() -> Vec<(String, Vec<u8>, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/inputs/html");
    let folder = PathBuf::from(folder);
    let Ok(truth) = std::fs::read(folder.join("ground-truth.json")) else {
        return Vec::new();
    };
    let truth: HashMap<String, Truth> = serde_json::from_slice(&truth).expect("ground truth");
    truth
        .into_iter()
        .map(|(name, truth)| {
            let packed = std::fs::read(folder.join(format!("{name}.html.gz"))).expect("a page");
            let mut html = Vec::new();
            GzDecoder::new(packed.as_slice())
                .read_to_end(&mut html)
                .expect("gzip");
            (name, html, truth.words)
        })
        .collect()
}

#[test]
fn sample_pages_are_read_as_people_marked_them() {
    let samples = samples();
    if samples.is_empty() {
        return;
    }
    let mut shares = Vec::new();
    for (name, html, truth) in &samples {
        let page = compare(truth, &main_text_of(html));
        let recall = page.shared / (page.shared + page.missing);
        assert!(recall >= 0.9, "{name}: recall {recall:.3}");
        shares.push(page);
    }
    let all = score(&shares);
    assert!(all.recall >= 0.995, "{all:?}");
    assert!(all.precision >= 0.97, "{all:?}");
    assert!(all.f1 >= 0.984, "{all:?}");
}

#[test]
fn passages_of_the_main_text_stand_in_the_visible_text() {
    for (name, html, _) in samples() {
        let visible = visible_text_of(&html);
        let main = main_text_of(&html);
        for passage in main.split("\n\n").map(str::trim) {
            assert!(visible.contains(passage), "{name}: {passage:?}");
        }
    }
}
