//! The chain as a small picture: the assessment, as cited by the report, as
//! cited by the article. Boxes one below the other, so that it fits a phone.

use crate::desk::dossier::CitationFile;
use crate::domain::source::Directness;
use crate::store::articles::Article;

/// The picture's width, and a box's, in units of the picture.
const WIDTH: u32 = 340;
/// The text in a box keeps this far from its sides.
const INSET: u32 = 14;
/// The size of the letters.
const TITLE: u32 = 14;
const NOTE: u32 = 12;
/// How high a box is with one line of title, and how much a second one adds.
const BOX: u32 = 52;
const LINE: u32 = 18;
/// How high the arrow between two boxes is.
const ARROW: u32 = 34;

/// A box of the picture.
pub(super) struct Card {
    pub(super) y: u32,
    pub(super) height: u32,
    /// Its title in at most two lines, each with its place.
    pub(super) lines: Vec<(u32, String)>,
    /// What kind of thing it is, and how far it is trusted.
    pub(super) note: (u32, String),
    /// The whole title, and all that the note shortens.
    pub(super) full: String,
    /// What it is, for its drawing.
    pub(super) class: &'static str,
    /// The arrow down from it, if something follows.
    pub(super) arrow: Option<Arrow>,
}

/// An arrow from one box to the next.
pub(super) struct Arrow {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) words: u32,
}

/// The picture.
pub(super) struct ChainPicture {
    pub(super) height: u32,
    pub(super) boxes: Vec<Card>,
    /// The same in words.
    pub(super) words: String,
}

/// What a box says.
struct Said {
    title: String,
    note: String,
    grade: String,
    class: &'static str,
}

impl ChainPicture {
    /// How wide it is.
    pub(super) const fn width(&self) -> u32 {
        WIDTH
    }

    /// Draws the chain of a citation, down to the article that the claim is
    /// from.
    pub(super) fn new(file: &CitationFile, article: Option<&Article>) -> Self {
        let sources = file.chain.iter().map(|source| {
            let sheet = &source.sheet;
            Said {
                title: sheet.title.to_string(),
                note: format!(
                    "{} · {} · grade {}",
                    sheet.kind.label(),
                    sheet.directness.label(),
                    sheet.grade.code()
                ),
                grade: format!(
                    "{}; {}",
                    sheet.grade.reliability.label(),
                    sheet.grade.credibility.label()
                ),
                class: match sheet.directness {
                    Directness::Primary => "primary",
                    Directness::Secondary => "secondary",
                },
            }
        });
        let article = article.map(|article| Said {
            title: article.sheet.title.to_string(),
            note: "the article under check".to_owned(),
            grade: String::new(),
            class: "article",
        });
        place(sources.chain(article).collect())
    }
}

fn place(said: Vec<Said>) -> ChainPicture {
    let words: Vec<&str> = said.iter().map(|said| said.title.as_str()).collect();
    let words = words.join(", as cited by ");
    let (mut y, last) = (1, said.len());
    let mut boxes = Vec::new();
    for (at, said) in said.into_iter().enumerate() {
        let titles = wrap(&said.title, TITLE);
        let height = BOX + LINE * (titles.len() as u32 - 1);
        let lines = titles.into_iter().enumerate();
        let lines = lines.map(|(line, words)| (y + 22 + LINE * line as u32, words));
        let end = y + height;
        boxes.push(Card {
            y,
            height,
            lines: lines.collect(),
            note: (end - 12, shorten(&said.note, NOTE)),
            full: [said.title, said.note, said.grade]
                .join("\n")
                .trim()
                .to_owned(),
            class: said.class,
            arrow: (at + 1 < last).then_some(Arrow {
                from: end,
                to: end + ARROW - 2,
                words: end + ARROW / 2 + 4,
            }),
        });
        y = end + ARROW;
    }
    ChainPicture {
        height: y + 1 - ARROW.min(y),
        boxes,
        words,
    }
}

/// Wraps a title to at most two lines that fit a box.
fn wrap(text: &str, size: u32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let is_last = lines.len() == 2;
        let Some(line) = lines.last_mut() else { break };
        let longer = format!("{line} {word}");
        if line.is_empty() {
            word.clone_into(line);
        } else if is_last || fits(&longer, size) {
            *line = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.into_iter().map(|line| shorten(&line, size)).collect()
}

/// A line that fits a box, with `…` where something is left out.
fn shorten(text: &str, size: u32) -> String {
    if fits(text, size) {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while !short.is_empty() && !fits(&format!("{short}…"), size) {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

fn fits(text: &str, size: u32) -> bool {
    let hundredths: u32 = text.chars().map(breadth).sum();
    hundredths * size / 100 <= WIDTH - 2 * INSET
}

/// How broad a letter is at most, in hundredths of its size: fonts differ, and
/// nothing may run over.
const fn breadth(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ';' | ':' | '\'' | '’' | '|' | '!' | ' ' | '·' => 34,
        'm' | 'w' | 'M' | 'W' | '—' | '…' | '@' | '%' => 98,
        'A'..='Z' => 74,
        '\u{0}'..='\u{2ff}' => 60,
        '\u{300}'..='\u{36f}' => 0,
        '\u{370}'..='\u{1fff}' | '\u{2000}'..='\u{20ff}' => 70,
        _ => 105,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, expected: &[&str]) {
        assert_eq!(wrap(title, TITLE), expected);
    }

    #[test]
    fn titles_take_two_lines_at_most() {
        check("A report", &["A report"]);
        check(
            "Quarterly report of the inspector general to Congress",
            &["Quarterly report of the inspector", "general to Congress"],
        );
        let long = wrap(&"Report of the inspector general ".repeat(9), TITLE);
        assert_eq!(long.len(), 2);
        assert!(long[1].ends_with('…'));
        let spaceless = wrap(&"W".repeat(200), TITLE);
        assert!(spaceless.iter().all(|line| fits(line, TITLE)));
        assert!(wrap("報告書".repeat(40).as_str(), TITLE)[0].ends_with('…'));
    }

    #[test]
    fn boxes_stand_one_below_the_other() {
        let said = |title: &str| Said {
            title: title.to_owned(),
            note: "report · primary · grade B2".to_owned(),
            grade: String::new(),
            class: "primary",
        };
        let picture = place(vec![said("The assessment"), said("The report")]);
        assert_eq!(picture.words, "The assessment, as cited by The report");
        let [first, second] = picture.boxes.as_slice() else {
            unreachable!("two boxes");
        };
        assert!(first.y + first.height < second.y);
        assert!(first.arrow.is_some() && second.arrow.is_none());
        assert!(second.y + second.height < picture.height);
    }
}
