//! The bytes of a record: written into it, or in a file beside the import.

use std::path::{Component, Path};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::wire::Content;

/// The bytes, and the name of the file that they came from; or why not.
pub(super) fn bytes(folder: &Path, content: &Content) -> Result<(Vec<u8>, Option<String>), String> {
    match content {
        Content::Utf8(text) => Ok((text.clone().into_bytes(), None)),
        Content::Base64(text) => BASE64_STANDARD
            .decode(text)
            .map(|bytes| (bytes, None))
            .map_err(|error| format!("this is not base64: {error}")),
        Content::Sealed(true) => {
            Err("these bytes belong to a sealed source of the desk that wrote the file".to_owned())
        }
        Content::Sealed(false) => {
            Err("this holds no bytes, and says that none are sealed".to_owned())
        }
        Content::Erased(entry) => Err(format!(
            "the desk that wrote the file erased these bytes (entry {entry} of its log)"
        )),
        Content::File(name) => beside(folder, name).map(|bytes| (bytes, Some(name.clone()))),
    }
}

/// Reads a file beside the import file: never above it, never through a link.
fn beside(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let relative = Path::new(name);
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || relative.as_os_str().is_empty() {
        return Err(format!(
            "'{name}' must name a file in the folder of the import file"
        ));
    }
    let path = folder.join(relative);
    let inside = path.canonicalize().ok().zip(folder.canonicalize().ok());
    match inside {
        Some((path, folder)) if path.starts_with(&folder) => {
            std::fs::read(&path).map_err(|error| format!("'{name}' cannot be read: {error}"))
        }
        Some(_) => Err(format!(
            "'{name}' leads out of the folder of the import file"
        )),
        None => Err(format!("'{name}' is not there")),
    }
}
