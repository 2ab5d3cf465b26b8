//! A page drawn as a picture.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

/// The narrowest and the widest picture that is drawn, in pixels.
const WIDTHS: (u32, u32) = (16, 4000);
/// The highest picture; a long strip is drawn narrower.
const HIGHEST: f32 = 8000.0;

/// A picture of a page before it has marks.
pub(super) struct Picture {
    pub(super) png: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Draws a page on white, so many pixels wide, within bounds.
pub(super) fn draw<'a>(page: &'a Page<'a>, width: u32) -> Option<Picture> {
    let (page_width, page_height) = page.render_dimensions();
    let possible = page_width.is_finite() && page_height.is_finite();
    if !possible || page_width < 1.0 || page_height < 1.0 {
        return None;
    }
    let width = width.clamp(WIDTHS.0, WIDTHS.1) as f32;
    let scale = (width / page_width).min(HIGHEST / page_height);
    // Rounded down inside, so that a little more makes the width exact.
    let scale = scale * (1.0 + f32::EPSILON * 8.0);
    let pixmap = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    if width == 0 || height == 0 {
        return None;
    }
    let png = pixmap.into_png().ok()?;
    Some(Picture { png, width, height })
}
