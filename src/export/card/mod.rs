//! The picture that goes with a link to a published verdict: one page of PDF,
//! 1,200 by 630 points, to be drawn point for pixel.
//!
//! It uses the fonts that every PDF reader has, so none is carried. These have
//! Latin letters only: words in another script are left out, never shown as
//! empty boxes.

mod sheet;
mod widths;

use self::sheet::{BOLD, Colour, Face, SANS, SERIF, Sheet};

/// How wide the picture is.
pub const WIDTH: u32 = 1_200;
/// How high it is.
pub const HEIGHT: u32 = 630;

const PAPER: Colour = Colour(0xfa, 0xf8, 0xf3);
const INK: Colour = Colour(0x1e, 0x21, 0x24);
const SOFT: Colour = Colour(0x59, 0x5f, 0x67);
const LINE: Colour = Colour(0xdf, 0xd9, 0xcd);
const EDGE: Colour = Colour(0x88, 0x82, 0x7a);
const ACCENT: Colour = Colour(0x0f, 0x57, 0x83);
const BAD: Colour = Colour(0xa1, 0x26, 0x1e);

const LEFT: f32 = 80.0;
const RIGHT: f32 = 1_120.0;

/// What the picture says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The claim.
    pub statement: String,
    /// Who said it.
    pub claimant: Option<String>,
    /// The rating.
    pub rating: String,
    /// Its place on the scale, the best being 1, and how many steps there are.
    pub place: Option<(usize, usize)>,
    /// What a reader has to know besides: that it is under review again.
    pub warning: Option<&'static str>,
    /// Whether the desk took the verdict back: then no rating is shown.
    pub retracted: bool,
    /// The desk's name.
    pub desk: String,
}

/// Composes the picture as a page of PDF.
pub fn page(card: &Card) -> Vec<u8> {
    let mut sheet = Sheet::new(WIDTH, HEIGHT);
    sheet.fill(PAPER, (0.0, 0.0), (WIDTH as f32, HEIGHT as f32));
    sheet.fill(ACCENT, (0.0, 0.0), (16.0, HEIGHT as f32));
    said_by(&mut sheet, card);
    statement(&mut sheet, &card.statement);
    sheet.fill(LINE, (LEFT, 186.0), (RIGHT - LEFT, 2.0));
    if card.retracted {
        retracted(&mut sheet);
    } else {
        rating(&mut sheet, card);
    }
    sheet.line(
        (SANS, 26.0),
        SOFT,
        (LEFT, 52.0),
        &fitted(&card.desk, SANS, 26.0, 700.0),
    );
    sheet.bytes()
}

fn said_by(sheet: &mut Sheet, card: &Card) {
    let words = card.claimant.as_ref().map_or_else(
        || "Claim".to_owned(),
        |claimant| format!("Said by {claimant}"),
    );
    let words = fitted(&words, SANS, 28.0, RIGHT - LEFT);
    sheet.line((SANS, 28.0), SOFT, (LEFT, 548.0), &words);
}

/// The claim, as large as it fits between the first line and the rule.
fn statement(sheet: &mut Sheet, words: &str) {
    const ROOM: f32 = 310.0;
    if !SERIF.has(words) {
        return;
    }
    let mut chosen = (0.0, Vec::new(), 0);
    for size in [66.0, 58.0, 52.0, 46.0, 40.0, 36.0] {
        let most = (ROOM / (size * 1.2)) as usize;
        let lines = SERIF.lines(words, size, RIGHT - LEFT);
        let fits = lines.len() <= most;
        chosen = (size, lines, most);
        if fits {
            break;
        }
    }
    let (size, mut lines, most) = chosen;
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = SERIF.cut(&format!("{last} …"), size, RIGHT - LEFT);
        }
    }
    let mut at = 528.0 - size;
    for line in lines {
        sheet.line((SERIF, size), INK, (LEFT, at), &line);
        at -= size * 1.2;
    }
}

fn rating(sheet: &mut Sheet, card: &Card) {
    let mut x = LEFT;
    if let Some((place, of)) = card.place.filter(|(_, of)| *of <= 12) {
        for step in 1..=of {
            if step == place {
                sheet.fill(INK, (x, 104.0), (22.0, 52.0));
                x += 30.0;
            } else {
                sheet.outline(EDGE, (x, 119.0), (16.0, 22.0));
                x += 24.0;
            }
        }
        x += 16.0;
    }
    let words = fitted(&card.rating, BOLD, 54.0, RIGHT - x);
    sheet.line((BOLD, 54.0), INK, (x, 112.0), &words);
    if let Some(warning) = card.warning {
        let wide = SANS.width(warning, 26.0);
        sheet.line((SANS, 26.0), BAD, (RIGHT - wide, 52.0), warning);
    }
}

fn retracted(sheet: &mut Sheet) {
    sheet.line((BOLD, 54.0), BAD, (LEFT, 112.0), "Retracted");
    let after = LEFT + BOLD.width("Retracted", 54.0) + 28.0;
    let words = "The desk no longer stands by its verdict.";
    sheet.line((SANS, 28.0), INK, (after, 114.0), words);
}

/// Words that fit on one line; nothing where the font lacks their letters.
fn fitted(words: &str, face: Face, size: f32, room: f32) -> String {
    if face.has(words) {
        face.cut(words, size, room)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(statement: &str) -> Card {
        Card {
            statement: statement.to_owned(),
            claimant: Some("The mayor".to_owned()),
            rating: "Mostly true".to_owned(),
            place: Some((2, 5)),
            warning: None,
            retracted: false,
            desk: "The desk".to_owned(),
        }
    }

    fn shows(card: &Card, words: &str) -> bool {
        let hex: String = words.bytes().map(|byte| format!("{byte:02x}")).collect();
        String::from_utf8_lossy(&page(card)).contains(&hex)
    }

    #[test]
    fn the_page_shows_claim_rating_and_desk() {
        let card = card("The bridge opened in 1932.");
        for words in ["The bridge opened in 1932.", "Mostly true", "The desk"] {
            assert!(shows(&card, words), "{words}");
        }
    }

    #[test]
    fn a_retracted_verdict_shows_no_rating() {
        let card = Card {
            retracted: true,
            ..card("The bridge opened in 1932.")
        };
        assert!(shows(&card, "Retracted") && !shows(&card, "Mostly true"));
    }

    #[test]
    fn words_in_another_script_are_left_out() {
        let card = card("پل در ۱۹۳۲ باز شد.");
        assert!(shows(&card, "Mostly true") && shows(&card, "The mayor"));
        assert!(!shows(&card, "?"), "no letter stands for another");
    }

    #[test]
    fn a_long_claim_is_cut_with_an_ellipsis() {
        let long = "a very long claim ".repeat(60);
        let page = page(&card(&long));
        let text = String::from_utf8_lossy(&page);
        assert!(text.contains("85>"), "the last line ends with an ellipsis");
    }
}
