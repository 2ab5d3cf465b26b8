//! What each fuzz target does with bytes of somebody else: it reads them, and
//! holds what comes out against what must be true whatever they were.
//!
//! These are plain functions, so that libFuzzer (`fuzz_targets/`) and the
//! project's own tests (`tests/it/fuzzing`) run the same. A function panics
//! when it has found something; it must not mind what the bytes are.

pub mod bundle;
pub mod checkpoint;
pub mod desk;
pub mod documents;
pub mod door;
pub mod find;
pub mod id_token;
pub mod imports;
pub mod known;
pub mod note;
pub mod passkey;
pub mod policy;
pub mod proof;
pub mod stamp;
pub mod tile;
pub mod wire;
pub mod witness;

/// What a target does with some bytes.
pub type Body = fn(&[u8]);

/// Every target by its name, which is that of its folder of seeds too.
pub const TARGETS: &[(&str, Body)] = &[
    ("assertion", passkey::assertion),
    ("bundle", bundle::bundle),
    ("bundle_parts", bundle::parts),
    ("checkpoint", checkpoint::checkpoint),
    ("docx", documents::docx),
    ("dossier", imports::dossier),
    ("html", documents::html),
    ("id_token", id_token::id_token),
    ("moved", find::moved),
    ("note", note::note),
    ("pdf", documents::pdf),
    ("pdf_picture", documents::pdf_picture),
    ("plain", documents::plain),
    ("policy", policy::policy),
    ("proof", proof::proof),
    ("quote", find::quote),
    ("receipt", proof::receipt),
    ("records", imports::records),
    ("request", door::request),
    ("submission", witness::submission),
    ("table", imports::table),
    ("tile", tile::tile),
    ("timestamp", stamp::timestamp),
];

/// The bytes as text, where they are.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
