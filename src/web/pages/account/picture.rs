//! A picture that apps read an address from: a QR code as SVG, without a style
//! that the page's policy would have to allow.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// So many modules of white are around it (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A QR code as the inside of an SVG: how many modules it is wide, and the path
/// that is dark. None for an address that is too long for one.
pub(super) fn of(address: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a text does not fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}
