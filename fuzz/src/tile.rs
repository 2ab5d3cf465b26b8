//! Tiles, entry bundles and the trees that are read from them.

use citekeep::ledger::hash::Hash;
use citekeep::ledger::parting::first_difference;
use citekeep::ledger::tile::{
    FULL_WIDTH, TileError, TileKind, TilePath, decode_bundle, encode_bundle, parent_hash,
    tile_bytes,
};
use citekeep::ledger::tiled::{TileSource, TiledNodes};
use citekeep::ledger::tree::{MemoryNodes, NodeSource, root};

use super::known::{LEAVES, TREE, root_of};
use super::text;

/// A log whose every tile begins as these bytes do.
struct Same<'a>(&'a [u8]);

impl TileSource for Same<'_> {
    type Error = TileError;

    fn tile(&self, path: TilePath) -> Result<Vec<u8>, TileError> {
        let wanted = usize::from(path.width()) * 32;
        // The odd levels say as much as there is, which may be too little.
        let most = if path.node_level().is_multiple_of(16) {
            wanted
        } else {
            self.0.len()
        };
        Ok(self.0.iter().copied().cycle().take(most).collect())
    }
}

/// A tile's path has one spelling, a bundle one form; a tile that is joined is
/// the tree over its hashes; and a tree of any size is read from any tiles
/// without harm.
pub fn tile(bytes: &[u8]) {
    if let Some(path) = text(bytes).and_then(|text| text.parse::<TilePath>().ok()) {
        check_path(path, bytes);
    }
    if let Ok(entries) = decode_bundle(bytes) {
        assert!(entries.len() <= usize::from(FULL_WIDTH));
        assert_eq!(encode_bundle(entries).as_deref(), Ok(bytes));
    }
    check_hashes(bytes);
    let Some((size, rest)) = bytes.split_first_chunk() else {
        return;
    };
    let size = u64::from_be_bytes(*size);
    if rest.is_empty() {
        return;
    }
    let tiled = TiledNodes::new(Same(rest), size);
    let whole = root(size, &tiled);
    if size == 0 {
        assert_eq!(whole.ok(), Some(Hash::EMPTY_ROOT));
    }
    let both = size.min(LEAVES);
    if let Ok(at) = first_difference(both, &tiled, &*TREE) {
        assert!(at.is_none_or(|at| at < both));
        // Only the known leaves have its root.
        if at.is_none() && both > 0 && size == both {
            assert_eq!(root(size, &tiled).ok(), Some(root_of(both, &TREE)));
        }
    }
    for level in 0..=u8::MAX {
        let complete = size.checked_shr(level.into()).unwrap_or(0);
        assert!(tiled.node(level, complete).is_err(), "past the end");
        if let Some(last) = complete.checked_sub(1)
            && let Ok(hash) = tiled.node(level, last)
        {
            assert_eq!(tiled.node(level, last).ok(), Some(hash));
        }
    }
}

fn check_path(path: TilePath, text: &[u8]) {
    assert_eq!(path.to_string().as_bytes(), text);
    assert!((1..=FULL_WIDTH).contains(&path.width()));
    let again = match path.kind() {
        TileKind::Hashes(level) => TilePath::hashes(level, path.index(), path.width()),
        TileKind::Entries => TilePath::entries(path.index(), path.width()),
    };
    assert_eq!(again, Ok(path));
    let places = path.places();
    assert_eq!(places.end - places.start, u64::from(path.width()));
    assert!(path.is_within(u64::MAX));
    if path.is_within(LEAVES) {
        let bytes = tile_bytes(path, &*TREE).expect("the tree has the tile");
        assert_eq!(bytes.len(), usize::from(path.width()) * 32);
    }
}

fn check_hashes(bytes: &[u8]) {
    let joined = parent_hash(bytes);
    assert_eq!(joined.is_some(), bytes.len() == 256 * 32);
    if let Some(joined) = joined {
        let (hashes, _) = bytes.as_chunks::<32>();
        let nodes: MemoryNodes = hashes.iter().map(|hash| Hash::from_bytes(*hash)).collect();
        assert_eq!(root(256, &nodes), Ok(joined));
    }
}
