//! How much of real documents is read, and what reading them costs: the main
//! text of pages beside a crate in the same run, the words of PDFs, and what
//! the child process adds. Needs `../shared/inputs`; `docs/benchmarks.md` has
//! results.

#[path = "../tests/it/capture/shingles.rs"]
mod shingles;

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use citekeep::capture::apart::Reading;
use citekeep::capture::{Document, extract, picture};
use citekeep::cli;
use citekeep::config::ReadingSection;
use dom_smoothie::{Config, Readability, TextMode};
use flate2::read::GzDecoder;

use shingles::{compare, score};

const INPUTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/inputs");

fn main() {
    let inputs = Path::new(INPUTS);
    if !inputs.exists() {
        say("there is no ../shared/inputs to read");
        return;
    }
    html(&inputs.join("html"));
    pdf(&inputs.join("pdf"));
    apart(&inputs.join("pdf"));
}

fn say(words: &str) {
    // A closed pipe ends the table, not the run.
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn main_text(bytes: &[u8], name: &str) -> String {
    let document = extract(bytes, Some(name)).ok();
    document
        .as_ref()
        .and_then(Document::main)
        .map_or_else(String::new, |main| main.text.clone())
}

/// What a reader makes of a page.
type Reader = fn(&[u8]) -> String;

fn ours(html: &[u8]) -> String {
    main_text(html, "page.html")
}

fn smoothie(html: &[u8]) -> String {
    let config = Config {
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let page = String::from_utf8_lossy(html);
    Readability::new(page.as_ref(), None, Some(config))
        .and_then(|mut page| page.parse())
        .map_or_else(
            |_| String::new(),
            |article| article.text_content.to_string(),
        )
}

fn html(folder: &Path) {
    let truth: HashMap<String, serde_json::Value> =
        serde_json::from_slice(&fs::read(folder.join("ground-truth.json")).expect("ground truth"))
            .expect("JSON");
    let pages: Vec<(Vec<u8>, String)> = truth
        .iter()
        .map(|(name, truth)| {
            let packed = fs::read(folder.join(format!("{name}.html.gz"))).expect("a page");
            let mut html = Vec::new();
            GzDecoder::new(&*packed)
                .read_to_end(&mut html)
                .expect("gzip");
            let words = truth["articleBody"].as_str().unwrap_or_default();
            (html, words.to_owned())
        })
        .collect();
    say(&format!(
        "main text of {} pages    precision recall  F1     ms a page",
        pages.len()
    ));
    for (name, reader) in [
        ("html-article/1", ours as Reader),
        ("dom_smoothie", smoothie),
    ] {
        let started = Instant::now();
        let shares: Vec<_> = pages
            .iter()
            .map(|(html, truth)| compare(truth, &reader(html)))
            .collect();
        let each = started.elapsed() / pages.len() as u32;
        let all = score(&shares);
        say(&format!(
            "{name:<24}     {:.3}     {:.3}   {:.3}  {:.1}",
            all.precision,
            all.recall,
            all.f1,
            millis(each)
        ));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The PDFs that have a text beside them.
fn papers(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut papers: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|entry| {
            let file = entry.ok()?.path();
            let truth = fs::read_to_string(file.with_extension("txt")).ok()?;
            (file.extension()? == "pdf").then_some((file, truth))
        })
        .collect();
    papers.sort();
    papers
}

/// The F1 of the words of two texts, as bags.
fn word_f1(truth: &str, found: &str) -> f64 {
    let mut owed: HashMap<&str, i64> = HashMap::new();
    let mut wanted = 0;
    for word in truth.split_whitespace() {
        *owed.entry(word).or_default() += 1;
        wanted += 1;
    }
    let (mut shared, mut got) = (0, 0);
    for word in found.split_whitespace() {
        got += 1;
        if let Some(left) = owed.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    2.0 * f64::from(shared) / f64::from((wanted + got).max(1))
}

fn pdf(folder: &Path) {
    say("\nwords of a PDF                        F1     pages  ms a page  ms a picture");
    for (file, truth) in papers(folder) {
        let bytes = fs::read(&file).expect("a PDF");
        let started = Instant::now();
        let text = main_text(&bytes, "file.pdf");
        let read = started.elapsed();
        let pages = text.split('\u{c}').count() as u32;
        let started = Instant::now();
        let drawn = picture(&bytes, 1, None, 1_200);
        let drawing = started.elapsed();
        assert!(drawn.is_ok(), "{}", file.display());
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        say(&format!(
            "{name:<36}  {:.3}  {pages:>5}  {:>9.1}  {:>12.0}",
            word_f1(&truth, &text),
            millis(read / pages),
            millis(drawing)
        ));
    }
}

/// What the child process adds to reading one document.
fn apart(folder: &Path) {
    let reading = Reading::Apart {
        program: PathBuf::from(env!("CARGO_BIN_EXE_citekeep")),
        limits: cli::parse_limits(&ReadingSection::default()),
        scanner: None,
    };
    let small = b"<html><p>The bridge opened in 1932.".to_vec();
    let large = fs::read(folder.join("federal-register-2020-17221.pdf")).expect("a PDF");
    say("\nread in a child process        here ms   apart ms  ratio");
    for (name, bytes, declared) in [
        ("a page of one line", small, "a.html"),
        ("15 pages of PDF", large, "a.pdf"),
    ] {
        let here = fastest(|| drop(Reading::Here.read(&bytes, Some(declared))));
        let there = fastest(|| drop(reading.read(&bytes, Some(declared))));
        say(&format!(
            "{name:<28}  {:>8.2}  {:>9.2}  {:>5.1}",
            millis(here),
            millis(there),
            there.as_secs_f64() / here.as_secs_f64()
        ));
    }
}

fn fastest(work: impl Fn()) -> Duration {
    let times = (0..10).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    times.min().unwrap_or_default()
}
