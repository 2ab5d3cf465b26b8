//! The log as strangers read it: its tiles (C2SP tlog-tiles).

use crate::ledger::tile::{TileKind, TilePath, encode_bundle};
use crate::store::{Db, StoreError, checkpoints, tiles};

use super::DeskError;

/// Reads a tile or a bundle of entries; nothing where the newest signed
/// checkpoint does not cover all of it. What is not signed for yet is shown to
/// nobody: the desk could not be held to it.
pub fn find(db: &Db<'_>, path: TilePath) -> Result<Option<Vec<u8>>, DeskError> {
    let signed = checkpoints::newest(db)?.map_or(0, |(size, _)| size);
    if !path.is_within(signed) {
        return Ok(None);
    }
    Ok(Some(bytes(db, path)?))
}

/// Reads a tile or a bundle of entries that the log has, in one query.
pub(super) fn bytes(db: &Db<'_>, path: TilePath) -> Result<Vec<u8>, StoreError> {
    match path.kind() {
        TileKind::Hashes(_) => {
            let hashes = tiles::nodes(db, path.node_level(), path.places())?;
            Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
        }
        TileKind::Entries => encode_bundle(tiles::leaves(db, path.places())?)
            .map_err(|error| StoreError::corrupt("entry", error)),
    }
}
