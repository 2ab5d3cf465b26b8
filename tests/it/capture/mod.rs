//! Reading real documents, and the stand-ins that tests capture from.

mod commands;
mod documents;
pub(crate) mod docx_builder;
mod html_samples;
pub(crate) mod origin;
pub(crate) mod pdf_builder;
mod pdf_samples;
mod shingles;
