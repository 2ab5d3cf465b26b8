//! Tests of the main text on pages of several sorts.

use super::*;

const LONG: &str =
    "The bridge was opened on Monday, the ministry said, after four years of work on it.";

fn check(html: &str, expected: &str) {
    let document = Document::from(html);
    let text = main_text(&document).map(|main| main.text);
    assert_eq!(text.as_deref().unwrap_or(""), expected, "{html}");
}

/// What is in the main text and what is not.
fn check_words(html: &str, within: &[&str], without: &[&str]) {
    let document = Document::from(html);
    let text = main_text(&document).expect("an article").text;
    for words in within {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
    for words in without {
        assert!(!text.contains(words), "{words:?} is in {text}");
    }
}

#[test]
fn an_article_among_furniture() {
    check(
        &format!(
            "<header><a href=/>Home</a></header><nav><a href=/a>Politics</a></nav>
            <article><h1>Bridge opens</h1><div class=byline>By Jane Doe</div>
            <p>{LONG}<p>{LONG}<h2>Costs</h2><p>{LONG}
            <ul><li>first part<li>second part</ul>
            <p><a href=/more>READ MORE ABOUT BRIDGES</a>
            <div class=share-tools>Share this <a href=#>now</a></div></article>
            <aside><p>{LONG}</aside><footer>© Paper</footer>"
        ),
        &format!("{LONG}\n\n{LONG}\n\nCosts\n\n{LONG}\n\n- first part\n- second part\n"),
    );
}

#[test]
fn a_press_release_without_article_elements() {
    check_words(
        &format!(
            "<div id=top><ul><li><a href=/>Ministry</a><li><a href=/news>News</a></ul></div>
            <div id=c><h1>Inspection</h1><span>18 November 2019</span><br>
            {LONG}<br><br>{LONG}<br>
            <table><tr><th>Year</th><th>Bridges</th></tr><tr><td>2018</td><td>1,204</td></tr></table>
            <p>{LONG}</div><div id=foot><a href=/imprint>Imprint</a></div>"
        ),
        &["Year\tBridges", "2018\t1,204", LONG],
        &["Ministry", "Imprint", "18 November 2019"],
    );
}

#[test]
fn questions_and_answers_and_quotations() {
    check_words(
        &format!(
            "<main><p><b>Why so late?</b></p><p>{LONG}</p><p><b>And who pays?</b></p><p>{LONG}</p>
            <blockquote><p>{LONG}</p><footer>— the minister</footer></blockquote>
            <figure><table><tr><td>9 spans</td></tr></table><figcaption>Table 1: spans</figcaption></figure>
            <figure><img src=a><figcaption>A picture by Roe</figcaption></figure></main>"
        ),
        &["Why so late?", "And who pays?", "— the minister", "9 spans", "Table 1: spans"],
        &["A picture by Roe"],
    );
}

#[test]
fn a_show_of_pictures_may_be_the_article() {
    let slides: String = (1..=12)
        .map(|n| format!("<div class=carousel-item><figure><figcaption>{n}. {LONG}</figcaption></figure></div>"))
        .collect();
    check_words(
        &format!("<article><h1>Bridges</h1><p>{LONG}</p>{slides}</article>"),
        &["1. The bridge", "12. The bridge"],
        &[],
    );
}

#[test]
fn no_word_of_a_sentence_is_lost() {
    check_words(
        &format!(
            "<article><p>{LONG} It was <span class=related>not</span> the <a class=tag href=/b>first
            bridge</a>, said <span class=author>Jane Doe</span>.<p>{LONG}<p>{LONG}</article>"
        ),
        &["It was not the first bridge, said Jane Doe."],
        &[],
    );
}

#[test]
fn readers_comments_are_left_out() {
    let comment = format!("<p>{LONG} So say I.");
    check_words(
        &format!(
            "<div class=story><h1>Bridge</h1><p>{LONG}<p>{LONG}<p>{LONG} {LONG}<p>{LONG}</div>
            <div id=comments>{}</div>",
            comment.repeat(20)
        ),
        &[LONG],
        &["So say I."],
    );
}

#[test]
fn the_articles_own_record_shows_its_place() {
    let own = [
        "One morning, the river rose over its banks again.",
        "By noon, all three bridges had been closed.",
    ]
    .map(|sentence| format!("{sentence} {LONG}"));
    let teasers = format!("<div class=x><p>{LONG} {LONG}</div>").repeat(2);
    let html = format!(
        "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\",\"articleBody\":\"{} {} {LONG}\"}}</script>
        <div><div><div class=a><p>{}</div><div class=b><p>{}<p>Last words, not in the record, but here.</div></div></div><div>{}</div>",
        own[0], own[1], own[0], own[1], teasers.replace("bridge", "tunnel")
    );
    check_words(&html, &["One morning", "Last words"], &["tunnel"]);
    let flaws = main_text(&Document::from(html.as_str()))
        .expect("an article")
        .flaws;
    assert_eq!(flaws, [PAID]);
}

#[test]
fn letters_of_han_count_for_more() {
    let chinese = "这座桥在星期一开通，部长说，工程历时四年。费用没有公布，但是议会要求说明。";
    check(
        &format!("<div><a href=/>首页</a></div><div><p>{chinese}</p><p>{chinese}</p></div>"),
        &format!("{chinese}\n\n{chinese}\n"),
    );
}

#[test]
fn pages_without_an_article() {
    check("", "");
    check("<p>Hi.", "");
    check(
        "<ul><li><a href=/a>Politics and society</a><li><a href=/b>Money and markets</a></ul>",
        "",
    );
    check("\u{0}<<<>>></div></p></", "");
}

#[test]
fn broken_and_deep_pages() {
    check_words(
        &format!("<table><p>{LONG}<td><div></span></td><p>{LONG} {LONG}<b><p>{LONG}</i></table"),
        &[LONG],
        &[],
    );
    let deep = format!("{}{LONG} {LONG} {LONG}", "<div class=a>".repeat(3_000));
    check_words(&deep, &[LONG], &[]);
    let articles = format!("{}{LONG} {LONG} {LONG}", "<article><figure>".repeat(1_000));
    check_words(&articles, &[LONG], &[]);
}
