//! The pane beside a claim: the snapshot of one of its citations, in one of
//! its texts, as a picture of the page, or as raw bytes, with the words lit.

use crate::desk::DeskError;
use crate::desk::dossier::{CitationFile, Dossier};
use crate::domain::citation::Citation;
use crate::domain::hash::ContentHash;
use crate::domain::ids::CitationId;
use crate::domain::snapshot::DerivedText;
use crate::domain::span::CharSpan;
use crate::store::Db;
use crate::store::citations::{self, Shared};
use crate::text::offset::OffsetIndex;
use crate::text::{anchor, page as paging};
use crate::web::pages::lit::{Light, Stretch, stretches};
use crate::web::pages::pictures::{Drawn, Pictures, marked};
use crate::web::pages::view::{PieceLink, QuoteView};

use super::look::{Look, Paths, View, view_name};
use super::window::{Part, Window, cut};

/// How many quotes of other claims are lit in one window.
const LIT: usize = 100;
/// How many raw bytes are read as text.
const RAW: usize = 8_000_000;

/// A link that is chosen or not.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) current: bool,
}

/// The pane as the page draws it.
pub(super) struct Pane {
    /// The citation that is looked at.
    pub(super) quote: QuoteView,
    pub(super) views: Vec<Tab>,
    pub(super) text: Option<TextView>,
    pub(super) picture: Option<PictureView>,
    pub(super) raw: Option<RawView>,
}

/// A part of a text.
pub(super) struct TextView {
    /// What stands before, folded away.
    pub(super) before: Vec<Stretch>,
    pub(super) shown: Vec<Stretch>,
    /// Why the words are not lit.
    pub(super) missing: Option<&'static str>,
    pub(super) page: Option<(u32, u32)>,
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
    /// Back to the words, where they are out of the window.
    pub(super) back: Option<String>,
    /// The whole text, at the words.
    pub(super) whole: Option<String>,
}

/// A page of a document as a picture.
pub(super) struct PictureView {
    pub(super) page: u32,
    pub(super) count: u32,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    raw: ContentHash,
    words: String,
    pub(super) drawn: Option<Drawn>,
    pub(super) trouble: Option<String>,
}

/// The bytes: as text where they are text, and where to fetch them.
pub(super) struct RawView {
    pub(super) source: Option<TextView>,
    pub(super) media_type: String,
    pub(super) bytes: u64,
    pub(super) hash: String,
}

/// The citation that is looked at: the one that was named, or the first in
/// use, or the first at all.
pub(super) fn chosen<'d>(dossier: &'d Dossier, look: &Look) -> Option<&'d CitationFile> {
    let id = |file: &&CitationFile| Some(file.cited.citation.id) == look.citation();
    let named = dossier.citations.iter().find(id);
    named
        .or_else(|| dossier.in_use().next())
        .or_else(|| dossier.citations.first())
}

/// Composes the pane for one citation.
pub(super) fn pane(
    db: &Db<'_>,
    file: &CitationFile,
    (look, paths): (&Look, &Paths),
) -> Result<Pane, DeskError> {
    let id = file.cited.citation.id;
    let (_, texts) = crate::desk::citations::views(db, file.cited.citation.snapshot)?;
    let text = wanted_text(file, &texts, look.view());
    let beside = Beside { db, file, paths };
    let view = look.view();
    let mut pane = Pane {
        views: views(file, &texts, (text, view), paths),
        quote: QuoteView::new(file.clone()),
        text: None,
        picture: None,
        raw: None,
    };
    match view {
        View::Page if is_pdf(file) => pane.picture = Some(beside.picture(id, look.part())?),
        View::Raw => pane.raw = Some(beside.raw(look.part())?),
        _ => pane.text = Some(beside.text(text, look)?),
    }
    Ok(pane)
}

fn is_pdf(file: &CitationFile) -> bool {
    file.snapshot.snapshot.media_type == "application/pdf"
}

fn wanted_text<'t>(
    file: &'t CitationFile,
    texts: &'t [DerivedText],
    view: View,
) -> &'t DerivedText {
    let found = match view {
        View::Main => texts.first(),
        View::Visible => texts
            .iter()
            .find(|text| text.view() == Some("everything visible")),
        View::Text(id) => texts.iter().find(|text| text.id == id),
        View::Cited | View::Page | View::Raw => None,
    };
    found.unwrap_or(&file.text)
}

fn views(
    file: &CitationFile,
    texts: &[DerivedText],
    (shown, view): (&DerivedText, View),
    paths: &Paths,
) -> Vec<Tab> {
    let id = file.cited.citation.id;
    let is_picture = view == View::Page && is_pdf(file);
    let is_text = view != View::Raw && !is_picture;
    let mut tabs: Vec<Tab> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let name = view_name(text, at == 0);
            let label = match text.view() {
                _ if at == 0 => "text".to_owned(),
                Some(view) => view.to_owned(),
                None => format!("text by {}", text.extractor),
            };
            Tab {
                href: paths.to(id, &[("view", &name)]),
                label,
                current: is_text && text.id == shown.id,
            }
        })
        .collect();
    if is_pdf(file) {
        tabs.push(Tab {
            href: paths.to(id, &[("view", "page")]),
            label: "page".to_owned(),
            current: view == View::Page,
        });
    }
    tabs.push(Tab {
        href: paths.to(id, &[("view", "raw")]),
        label: "raw".to_owned(),
        current: view == View::Raw,
    });
    tabs
}

/// What every kind of view is made from.
struct Beside<'b, 'c> {
    db: &'b Db<'c>,
    file: &'b CitationFile,
    paths: &'b Paths,
}

impl Beside<'_, '_> {
    fn text(&self, text: &DerivedText, look: &Look) -> Result<TextView, DeskError> {
        let cited = &self.file.cited.citation;
        let shelved = self.db.shelf().text(text.hash)?;
        let (whole, index) = (shelved.as_str(), shelved.offsets());
        let (words, missing) = if text.id == cited.text {
            (Some(cited.passage.span), None)
        } else {
            found_again(whole, index, &cited.passage.quote)
        };
        let window = cut(whole, index, words, look.part());
        let mut lights: Vec<Light> = words
            .and_then(|words| Light::own(whole, index, words))
            .into_iter()
            .collect();
        for citation in self.others(text.hash, index, (whole, &window))? {
            let span = citation.passage.span;
            let link = PieceLink::new(&citation);
            lights.extend(Light::cited(whole, index, (span, link)));
        }
        let name = look.view.as_str();
        let mut view = self.view(whole, (&window, &lights), name);
        let begins = words.and_then(|words| index.byte_at(whole, words.start()));
        let is_in = begins.is_none_or(|at| window.from <= at && at < window.to);
        view.back = (!is_in).then(|| self.paths.to(cited.id, &[("view", name)]));
        view.missing = missing;
        view.whole = Some(format!(
            "/snapshots/{}?text={}#citation-{}",
            cited.snapshot, text.id, cited.id
        ));
        Ok(view)
    }

    /// Quotes of other claims in the window.
    fn others(
        &self,
        text: ContentHash,
        index: &OffsetIndex,
        (whole, window): (&str, &Window),
    ) -> Result<Vec<Citation>, DeskError> {
        let claim = self.file.cited.citation.claim;
        let Some(stretch) = stretch(whole, index, window) else {
            return Ok(Vec::new());
        };
        Ok(citations::list_others(
            self.db,
            claim,
            (text, stretch),
            LIT,
        )?)
    }

    fn view(&self, text: &str, (window, lights): (&Window, &[Light]), name: &str) -> TextView {
        let id = self.file.cited.citation.id;
        let to = |key: &str, value: String| self.paths.to(id, &[("view", name), (key, &value)]);
        let (mut earlier, mut later) = (
            window.earlier.map(|at| to("at", at.to_string())),
            window.later.map(|at| to("at", at.to_string())),
        );
        if let Some((page, count)) = window.page {
            earlier = (page > 1).then(|| to("page", (page - 1).to_string()));
            later = (page < count).then(|| to("page", (page + 1).to_string()));
        }
        TextView {
            before: stretches(text, (window.from, window.lead), lights),
            shown: stretches(text, (window.lead, window.to), lights),
            missing: None,
            page: window.page,
            earlier,
            later,
            back: None,
            whole: None,
        }
    }

    fn picture(&self, id: CitationId, part: Part) -> Result<PictureView, DeskError> {
        let cited = &self.file.cited.citation;
        let text = self.db.shelf().text(cited.text_hash)?;
        let count = paging::count(text.as_str()) as u32;
        let own = cited.pages.map_or(1, |pages| pages.first);
        let page = match part {
            Part::Page(page) => page.clamp(1, count),
            _ => own,
        };
        let to = |page: u32| {
            let page = page.to_string();
            self.paths.to(id, &[("view", "page"), ("page", &page)])
        };
        Ok(PictureView {
            page,
            count,
            before: (page > 1).then(|| to(page - 1)),
            after: (page < count).then(|| to(page + 1)),
            raw: self.file.snapshot.snapshot.raw,
            words: cited.passage.quote.clone(),
            drawn: None,
            trouble: None,
        })
    }

    fn raw(&self, part: Part) -> Result<RawView, DeskError> {
        let snapshot = &self.file.snapshot.snapshot;
        let media = snapshot.media_type.as_str();
        let is_text = media.starts_with("text/") || media.contains("xml") || media.contains("json");
        let source = if is_text && snapshot.bytes as usize <= RAW {
            let bytes = self.db.shelf().blobs().get(snapshot.raw)?;
            Some(self.source(&String::from_utf8_lossy(&bytes), part))
        } else {
            None
        };
        Ok(RawView {
            source,
            media_type: snapshot.media_type.clone(),
            bytes: snapshot.bytes,
            hash: snapshot.raw.in_words(),
        })
    }

    /// The bytes as text, at the words or at how they begin.
    fn source(&self, text: &str, part: Part) -> TextView {
        let index = OffsetIndex::new(text);
        let quote = &self.file.cited.citation.passage.quote;
        let words = raw_place(text, &index, quote);
        let window = cut(text, &index, words, part);
        let lights: Vec<Light> = words
            .and_then(|words| Light::own(text, &index, words))
            .into_iter()
            .collect();
        let mut view = self.view(text, (&window, &lights), "raw");
        view.missing = words
            .is_none()
            .then_some("The words do not stand in the bytes as they are quoted.");
        view
    }
}

fn stretch(text: &str, index: &OffsetIndex, window: &Window) -> Option<CharSpan> {
    let from = index.char_at(text, window.from)?;
    CharSpan::new(from, index.char_at(text, window.to)?).ok()
}

/// The words in another text of the same snapshot.
fn found_again(
    text: &str,
    index: &OffsetIndex,
    quote: &str,
) -> (Option<CharSpan>, Option<&'static str>) {
    let places = anchor::places(text, index, quote);
    match places.as_slice() {
        [] => (None, Some("The cited words do not stand in this text.")),
        [only] => (Some(only.span), None),
        [first, ..] => (
            Some(first.span),
            Some("The cited words stand several times in this text; the first place is shown."),
        ),
    }
}

/// Where the quote, or at least its first words, stand in raw bytes.
fn raw_place(text: &str, index: &OffsetIndex, quote: &str) -> Option<CharSpan> {
    let first: Vec<&str> = quote.split_inclusive(char::is_whitespace).take(4).collect();
    let first = first.concat();
    let needle = [quote, first.trim_end()]
        .into_iter()
        .find(|needle| needle.len() > 3 && text.contains(needle))?;
    let start = index.char_at(text, text.find(needle)?)?;
    CharSpan::new(start, start + needle.chars().count() as u64).ok()
}

impl Pane {
    /// Draws the page's picture, which takes its time and no database.
    pub(super) fn draw(
        &mut self,
        desk: &crate::desk::Desk,
        pictures: &Pictures,
    ) -> Result<(), DeskError> {
        let Some(view) = &mut self.picture else {
            return Ok(());
        };
        let wanted = (view.raw, view.page, Some(view.words.clone()));
        match marked(desk, pictures, wanted) {
            Ok(drawn) => view.drawn = Some(drawn),
            Err(DeskError::Unreadable(why)) => view.trouble = Some(why.to_string()),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// The citations that one can switch between.
pub(super) fn switches(dossier: &Dossier, chosen: CitationId, paths: &Paths) -> Vec<Switch> {
    let files = dossier.citations.iter();
    files
        .map(|file| {
            let id = file.cited.citation.id;
            Switch {
                href: paths.to(id, &[]),
                current: id == chosen,
                view: QuoteView::new(file.clone()),
            }
        })
        .collect()
}

/// One citation in the list of a claim's citations.
pub(super) struct Switch {
    pub(super) href: String,
    pub(super) current: bool,
    pub(super) view: QuoteView,
}

/// Other claims that rest on the same words, and how many cite the source.
pub(super) struct SameWords {
    pub(super) claims: Vec<Shared>,
    /// How many other claims the source is cited for.
    pub(super) of_source: u64,
}

impl SameWords {
    /// Looks up who else rests on the words of a citation.
    pub(super) fn of(db: &Db<'_>, file: &CitationFile) -> Result<Self, DeskError> {
        let cited = &file.cited.citation;
        let place = (cited.text_hash, cited.passage.span);
        let mut claims = citations::list_shared(db, cited.claim, place, LIT)?;
        claims.sort_by_key(|shared| shared.citation.claim);
        claims.dedup_by_key(|shared| shared.citation.claim);
        Ok(Self {
            claims,
            of_source: citations::count_others(db, cited.source, cited.claim)?,
        })
    }
}
