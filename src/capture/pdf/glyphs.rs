//! What a page draws: its glyphs with their characters and places.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Vec2};

use super::collections::Collection;

/// The most glyphs that are kept of one page; a dense page has about 10,000.
const MOST_GLYPHS: usize = 400_000;
/// A glyph is held against at most so many others of a cell.
const MOST_NEAR: usize = 64;
/// Outlines are measured in thousandths of the type size.
const UNITS: f64 = 1000.0;

/// One glyph on a page, measured in points from the page's top left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// The characters it stands for: mostly one, more for a ligature.
    pub(super) text: String,
    /// Where it stands on its base line.
    pub(super) origin: Point,
    /// The way that the writing runs, of length one.
    pub(super) along: Vec2,
    /// How far the writing moves on.
    pub(super) advance: f64,
    /// The size of the type.
    pub(super) size: f64,
}

/// What was found on a page.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) glyphs: Vec<Glyph>,
    /// How many glyphs have no known character.
    pub(super) unknown: usize,
    /// How many pictures the page holds.
    pub(super) pictures: usize,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Runs the page's drawing orders and keeps the glyphs, in the order in which
/// they are drawn. Invisible text counts: it is what recognition puts over a
/// scan.
pub(super) fn collect<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> Drawing {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut device = Collector {
        drawing: Drawing {
            width: bounds.width(),
            height: bounds.height(),
            ..Drawing::default()
        },
        bounds: bounds.inflate(2.0, 2.0),
        collection: Collection::of(page),
        seen: HashMap::new(),
    };
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        bounds,
        cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    interpret_page(page, &mut context, &mut device);
    device.drawing
}

struct Collector {
    drawing: Drawing,
    bounds: Rect,
    collection: Collection,
    /// The glyphs by the cell of two points that they stand in: bold type is
    /// often faked by drawing the same glyph twice.
    seen: HashMap<(i64, i64), Vec<usize>>,
}

impl Collector {
    fn keep_run(&mut self, run: &GlyphRun<'_, '_>, transform: Affine) {
        let vertical = run.writing_mode() == WritingMode::Vertical;
        let shapes: Vec<Shape> = run
            .glyphs()
            .iter()
            .map(|glyph| Shape::of(transform * glyph.transform(), vertical))
            .collect();
        let stretch = common_stretch(&shapes);
        let wide = widest_type3(run);
        for (glyph, shape) in run.glyphs().iter().zip(shapes) {
            let (advance, size) = match &**glyph {
                Drawn::Outline(outline) => {
                    let width = outline.advance_width().map_or(UNITS / 2.0, f64::from);
                    (width / UNITS * shape.size * stretch, shape.size)
                }
                Drawn::Type3(type3) => {
                    let width = type3.advance_width().map_or(UNITS / 2.0, f64::from);
                    let size = shape.size * (wide / UNITS).max(1.0);
                    (width / UNITS * shape.size * stretch, size)
                }
            };
            let advance = if vertical { shape.size } else { advance };
            let Some(text) = self.characters(glyph) else {
                self.drawing.unknown += 1;
                continue;
            };
            self.keep(Glyph {
                text,
                origin: shape.origin,
                along: shape.along,
                advance: advance.max(0.0),
                size,
            });
        }
    }

    fn keep(&mut self, glyph: Glyph) {
        let finite = glyph.origin.is_finite()
            && glyph.along.is_finite()
            && glyph.size.is_finite()
            && glyph.advance.is_finite();
        if !finite
            || glyph.size < 0.01
            || !self.bounds.contains(glyph.origin)
            || self.drawing.glyphs.len() >= MOST_GLYPHS
            || self.is_drawn_twice(&glyph)
        {
            return;
        }
        self.seen
            .entry(cell(glyph.origin))
            .or_default()
            .push(self.drawing.glyphs.len());
        self.drawing.glyphs.push(glyph);
    }

    /// The characters of a glyph; none where the file does not tell. Latin
    /// ligatures are written in letters, as every other reader of PDF does.
    fn characters(&self, glyph: &Drawn<'_>) -> Option<String> {
        let known = glyph
            .as_unicode()
            .or_else(|| self.collection.character(glyph.char_code()));
        let text = match known {
            Some(BfString::Char(character)) => character.to_string(),
            Some(BfString::String(text)) => text,
            None if self.collection.is_closed => return None,
            None => return plain_code(glyph.char_code()).map(String::from),
        };
        let mut kept = String::with_capacity(text.len());
        for character in text.chars().filter(|c| !c.is_control() || *c == '\t') {
            match letters(character) {
                Some(letters) => kept.push_str(letters),
                None => kept.push(character),
            }
        }
        // Some files say that a full stop is a space and a full stop.
        let words = kept.trim();
        if !words.is_empty() && words.len() < kept.len() {
            return Some(words.to_owned());
        }
        (!kept.is_empty()).then_some(kept)
    }

    fn is_drawn_twice(&self, glyph: &Glyph) -> bool {
        if glyph.text.trim().is_empty() {
            return false;
        }
        let (column, row) = cell(glyph.origin);
        (-1..=1).any(|right| {
            (-1..=1).any(|down| {
                let near = self.seen.get(&(column + right, row + down));
                near.into_iter()
                    .flatten()
                    .rev()
                    .take(MOST_NEAR)
                    .any(|&index| {
                        let other = &self.drawing.glyphs[index];
                        let apart = other.origin.distance(glyph.origin);
                        other.text == glyph.text
                            && apart < 0.1 * glyph.size
                            && (other.size - glyph.size).abs() < 0.2 * glyph.size
                    })
            })
        })
    }
}

/// The cell of two points that a place is in.
fn cell(place: Point) -> (i64, i64) {
    // Places outside the page were refused, so that both are small.
    ((place.x / 2.0) as i64, (place.y / 2.0) as i64)
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.keep_run(run, props.transform);
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.drawing.pictures += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// How a glyph is put on the page.
struct Shape {
    origin: Point,
    along: Vec2,
    /// The size of the type, measured across the line.
    size: f64,
    /// How much wider than high the type is drawn.
    stretch: f64,
}

impl Shape {
    fn of(placed: Affine, vertical: bool) -> Self {
        let [a, b, c, d, e, f] = placed.as_coeffs();
        let right = Vec2::new(a, b);
        let down = Vec2::new(-c, -d);
        let length = right.hypot().max(f64::MIN_POSITIVE);
        let across = (a * d - b * c).abs() / length;
        let direction = if vertical { down } else { right };
        Self {
            origin: Point::new(e, f),
            along: direction / direction.hypot().max(f64::MIN_POSITIVE),
            size: across * UNITS,
            stretch: length / across.max(f64::MIN_POSITIVE),
        }
    }
}

/// The stretch of a run where all its glyphs agree on one. Where they differ,
/// each was fitted to the width that the file states for it, and that width is
/// the advance already.
fn common_stretch(shapes: &[Shape]) -> f64 {
    let Some(first) = shapes.first() else {
        return 1.0;
    };
    let agree = shapes
        .iter()
        .all(|shape| (shape.stretch - first.stretch).abs() < 0.01 * first.stretch);
    if agree && shapes.len() > 1 {
        first.stretch
    } else {
        1.0
    }
}

/// Type 3 fonts choose their own units, so that the stated type size may say
/// nothing; glyphs are about half as wide as the type is high.
fn widest_type3(run: &GlyphRun<'_, '_>) -> f64 {
    let widths = run.glyphs().iter().filter_map(|glyph| match &**glyph {
        Drawn::Type3(type3) => type3.advance_width().map(f64::from),
        Drawn::Outline(_) => None,
    });
    widths.fold(0.0, f64::max)
}

/// A font that names no characters mostly numbers its glyphs as ASCII does.
fn plain_code(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| c.is_ascii_graphic() || *c == ' ')
}

/// The letters of a Latin ligature.
const fn letters(ligature: char) -> Option<&'static str> {
    Some(match ligature {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}
