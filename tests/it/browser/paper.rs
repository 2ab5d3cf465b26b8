//! A PDF without scripts: its sheet is proposed, its words are cited, and the
//! page's picture shows where they stand. Wrong words bring what is like them.

use crate::capture::pdf_builder::PdfBuilder;
use crate::support::desk_of_today;

use super::driver::Browser;

#[tokio::test]
async fn a_report_is_cited_by_its_page() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let dir = tempfile::tempdir().expect("a directory");
    let browser = Browser::start(&dir.path().join("profile")).await;
    let file = dir.path().join("report.pdf");
    let pdf = PdfBuilder::new()
        .title("Report on the bridges")
        .page(&[(60, 700, "A preface that says little of any bridge.")])
        .page(&[
            (60, 700, "The bridge was closed for the win-"),
            (60, 686, "ter of that year and opened in 1932."),
            (60, 660, "It is 503 metres long."),
        ])
        .labels(&[(0, "r", ""), (1, "D", "A-")])
        .bytes();
    std::fs::write(&file, pdf).expect("a file");

    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/sources/new")).await;
    browser.fill("file", &file.display().to_string()).await;
    browser.press("Read it").await;
    assert_eq!(browser.value("title").await, "Report on the bridges");
    browser.fill("publisher", "The city").await;
    browser.press("Save the source").await;
    browser.follow("Snapshot 1").await;
    browser.sees("A-1").await;
    browser.picture("pdf").await;

    browser
        .fill("quote", "closed for the summer of that year")
        .await;
    browser.fill("claim", "1").await;
    browser.press("Find them").await;
    browser.sees("The most similar words").await;
    browser.sees("of 100 characters alike").await;
    browser.picture("similar").await;
    browser.press("Use these words instead").await;
    browser.sees("Found: exact").await;
    browser
        .fill(
            "quote",
            "closed for the winter of that year and opened in 1932",
        )
        .await;
    browser.press("Find the words").await;
    browser.sees("Found: same words, other typography").await;
    browser.choose("stance", "supports").await;
    browser.press("Save this citation").await;
    browser.sees("page 2 (printed: page A-1)").await;
    browser.follow("picture of the page").await;
    browser.sees("Marked on the picture").await;
    browser.sees("printed as “A-1”").await;
    let marks = browser
        .client
        .find_all(fantoccini::Locator::Css("rect.quoted"));
    assert_eq!(marks.await.expect("marks").len(), 2, "one on each line");
    browser.picture("page-picture").await;

    browser.goto(&format!("{base}/sources/1")).await;
    browser.follow("Take a snapshot").await;
    std::fs::write(&file, b"%PDF-1.7\nnothing more").expect("a broken file");
    browser.fill("file", &file.display().to_string()).await;
    browser.press("Take the snapshot").await;
    browser
        .sees("No text could be read from this snapshot")
        .await;
    browser.sees("damaged").await;
    browser.picture("unread").await;
    browser.end().await;
    served.end();
}
