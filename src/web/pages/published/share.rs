//! What a public page says to those who link to it: Open Graph, the address
//! of its picture and of its oEmbed answer, and the code that embeds it.

use url::form_urlencoded;

use crate::domain::hash::ContentHash;
use crate::domain::ids::ClaimId;
use crate::export::card;

use super::super::super::state::App;
use super::summary::Summary;

/// What the head of a public page says to programs.
pub(in crate::web::pages) struct Share {
    pub(in crate::web::pages) url: String,
    pub(in crate::web::pages) title: String,
    pub(in crate::web::pages) description: String,
    pub(in crate::web::pages) site: String,
    pub(in crate::web::pages) locale: String,
    pub(in crate::web::pages) first: String,
    pub(in crate::web::pages) changed: String,
    pub(in crate::web::pages) picture: String,
    pub(in crate::web::pages) picture_words: String,
    pub(in crate::web::pages) width: u32,
    pub(in crate::web::pages) height: u32,
    pub(in crate::web::pages) oembed: String,
    /// The code that embeds the verdict elsewhere.
    pub(in crate::web::pages) code: String,
}

impl Share {
    pub(super) fn new(app: &App, summary: &Summary) -> Self {
        let url = address(app, summary.claim);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("url", &url)
            .append_pair("format", "json")
            .finish();
        let frame = Embedding::within(app, summary, (None, None));
        Self {
            title: summary.statement.clone(),
            description: summary.description(),
            site: summary.desk.clone(),
            locale: summary.locale.replace('-', "_"),
            first: summary.first.to_string(),
            changed: summary.changed.to_string(),
            picture: picture(app, summary),
            picture_words: format!("{} {}", summary.statement, summary.description()),
            width: card::WIDTH,
            height: card::HEIGHT,
            oembed: format!("{}/oembed?{query}", app.facts().base),
            code: frame.html,
            url,
        }
    }
}

/// The permanent address of a published claim.
pub(super) fn address(app: &App, claim: ClaimId) -> String {
    format!("{}/published/{claim}", app.facts().base)
}

/// The address of the picture, which changes when the picture does, because
/// others keep pictures for long.
pub(super) fn picture(app: &App, summary: &Summary) -> String {
    let version = ContentHash::of(&card::page(&summary.card())).to_string();
    let claim = address(app, summary.claim);
    format!("{claim}/card.png?v={}", &version[..12])
}

/// The frame in which others show a verdict.
pub(super) struct Embedding {
    pub(super) html: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// How wide a frame is where nobody says otherwise.
const WIDTH: u32 = 600;
/// The narrowest frame that the embedded page is drawn for.
const NARROWEST: u32 = 280;
/// How high a frame can be.
const HEIGHTS: (u32, u32) = (200, 640);

impl Embedding {
    /// A frame that is no larger than asked for. It may open windows, because
    /// its links do, and may do nothing else.
    pub(super) fn within(app: &App, summary: &Summary, most: (Option<u32>, Option<u32>)) -> Self {
        let width = most.0.map_or(WIDTH, |most| most.min(WIDTH));
        let height = height(summary, width.max(NARROWEST));
        let height = most.1.map_or(height, |most| most.min(height));
        let html = format!(
            "<iframe src=\"{}/embed\" title=\"{}\" width=\"{width}\" height=\"{height}\" \
             sandbox=\"allow-popups allow-popups-to-escape-sandbox\" loading=\"lazy\" \
             style=\"border:0;width:100%;max-width:{width}px\"></iframe>",
            address(app, summary.claim),
            escaped(&format!(
                "Fact check by {}: {}",
                summary.desk, summary.statement
            )),
        );
        Self {
            html,
            width,
            height,
        }
    }
}

/// How high the embedded page is about, from how much it says.
fn height(summary: &Summary, width: u32) -> u32 {
    let room = width.saturating_sub(50).max(1);
    let lines = |words: &str, wide: u32, high: u32| {
        let letters = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        letters
            .saturating_mul(wide)
            .div_ceil(room * 10)
            .saturating_mul(high)
    };
    let statement = lines(&summary.statement, 86, 26);
    let rest = match (summary.retracted, summary.stale) {
        (true, _) => 170,
        (false, stale) => {
            lines(&summary.rationale, 70, 25).saturating_add(if stale { 240 } else { 160 })
        }
    };
    let height = statement.saturating_add(rest);
    height.clamp(HEIGHTS.0, HEIGHTS.1)
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
