//! Tests of what pages say of themselves.

use super::*;

fn of(html: &str) -> Proposal {
    propose(&Document::from(html))
}

#[test]
fn a_record_in_a_graph_with_references() {
    let proposal = of(r##"<html lang="en_GB"><script type="application/ld+json">
        {"@context":"https://schema.org","@graph":[
         {"@type":"Organization","@id":"#org","name":"The Paper"},
         {"@type":"Person","@id":"#jane","name":"Jane Doe"},
         {"@type":["NewsArticle"],"headline":"Bridge &amp; road open","author":[{"@id":"#jane"},{"@type":"Person","name":"By John Roe"}],
          "publisher":{"@id":"#org"},"datePublished":"2019-11-18T12:02:00-05:00","dateModified":"2019-11-19"}]}
        </script><link rel="canonical" href="https://example.org/bridge#top"><p>x"##);
    assert_eq!(
        proposal,
        Proposal {
            title: Some("Bridge & road open".into()),
            authors: vec!["Jane Doe".into(), "John Roe".into()],
            publisher: Some("The Paper".into()),
            published: Some("2019-11-18T12:02:00-05:00".into()),
            file_date: None,
            modified: Some("2019-11-19".into()),
            canonical: Some("https://example.org/bridge".into()),
            language: Some("en-GB".into()),
        }
    );
}

#[test]
fn a_press_release_with_dublin_core() {
    let proposal = of(r##"<title>Inspection report | Ministry of Works</title>
        <meta name="DC.creator" content="Office of Inspections"><meta name="DC.publisher" content="Ministry of Works">
        <meta name="dcterms.issued" content="18 November 2019"><meta http-equiv="content-language" content="de">"##);
    assert_eq!(proposal.title.as_deref(), Some("Inspection report"));
    assert_eq!(proposal.authors, ["Office of Inspections"]);
    assert_eq!(proposal.publisher.as_deref(), Some("Ministry of Works"));
    assert_eq!(proposal.published.as_deref(), Some("2019-11-18"));
    assert_eq!(proposal.language.as_deref(), Some("de"));
}

#[test]
fn elements_are_asked_last() {
    let proposal = of(r##"<h1>A heading</h1><p class="byline">By Jane Doe</p>
        <article><time datetime="2019-11-18">yesterday</time></article>"##);
    assert_eq!(proposal.title.as_deref(), Some("A heading"));
    assert_eq!(proposal.authors, ["Jane Doe"]);
    assert_eq!(proposal.published.as_deref(), Some("2019-11-18"));
}

#[test]
fn addresses_that_are_not_of_the_web_are_dropped() {
    let check = |href: &str, expected: Option<&str>| {
        let html = format!("<link rel=canonical href='{href}'>");
        assert_eq!(of(&html).canonical.as_deref(), expected, "{href}");
    };
    check(
        "https://example.org/a?b=1",
        Some("https://example.org/a?b=1"),
    );
    check("javascript:alert(1)", None);
    check("/relative", None);
    check("https://user:secret@example.org/", None);
    check("file:///etc/passwd", None);
}

#[test]
fn hostile_records_are_bounded() {
    let deep = format!(
        "<script type='application/ld+json'>{}{}</script>",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(of(&deep), Proposal::default());
    let many = format!(
        "<meta name=citation_author content='A B'>{}",
        (0..50)
            .map(|n| format!(
                "<meta name=citation_author content='Author {}'>",
                "x".repeat(n + 1)
            ))
            .collect::<String>()
    );
    assert_eq!(of(&many).authors.len(), MOST_AUTHORS);
    let long = format!("<title>{}</title>", "<é ".repeat(20_000));
    assert!(
        of(&long)
            .title
            .is_some_and(|title| title.chars().count() <= LONGEST_TITLE)
    );
}
