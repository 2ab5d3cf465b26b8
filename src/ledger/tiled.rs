//! A tree that is read from its tiles: a mirror, or a log at its address.
//!
//! Tiles keep every eighth level only; the levels between are computed. It
//! must not know where tiles come from, and it believes them: whoever reads
//! holds the root against a checkpoint, or each node against its parent.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::hash::Hash;
use super::tile::{FULL_WIDTH, TilePath, hashes_in, joined};
use super::tree::NodeSource;

/// How many tiles are kept at hand; a descent through a tree needs two or
/// three of each of its eight levels.
const KEPT: usize = 64;

/// Where the tiles of one log come from.
pub trait TileSource {
    /// Why a tile could not be read.
    type Error;

    /// Reads a tile that the log has.
    fn tile(&self, path: TilePath) -> Result<Vec<u8>, Self::Error>;
}

/// The nodes of a tree of known size, read from its tiles.
#[derive(Debug)]
pub struct TiledNodes<S> {
    tiles: S,
    size: u64,
    kept: RefCell<BTreeMap<TilePath, Vec<Hash>>>,
}

/// Why a node could not be read from tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TiledError<E> {
    /// The tree has no such complete node.
    #[error(
        "a tree of {size} leaves has no complete node {index} at level {level}; ask for another"
    )]
    NoSuchNode {
        /// The level asked for; leaves are at 0.
        level: u8,
        /// The index asked for within the level.
        index: u64,
        /// How many leaves the tree has.
        size: u64,
    },
    /// A tile does not hold as many hashes as its path says.
    #[error("{0} does not hold as many hashes as it should; fetch it again, whole")]
    Length(TilePath),
    /// A tile could not be read.
    #[error("a tile could not be read: {0}")]
    Tile(E),
}

impl<S: TileSource> TiledNodes<S> {
    /// Reads the tree over the first `size` leaves of the log that `tiles`
    /// hold.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use citekeep::ledger::hash::Hash;
    /// use citekeep::ledger::tile::TilePath;
    /// use citekeep::ledger::tiled::{TileSource, TiledNodes};
    /// use citekeep::ledger::tree::root;
    /// struct One(Hash);
    /// impl TileSource for One {
    ///     type Error = Infallible;
    ///     fn tile(&self, _: TilePath) -> Result<Vec<u8>, Infallible> {
    ///         Ok(self.0.as_bytes().to_vec())
    ///     }
    /// }
    /// let leaf = Hash::leaf(b"a");
    /// assert_eq!(root(1, &TiledNodes::new(One(leaf), 1)), Ok(leaf));
    /// ```
    pub const fn new(tiles: S, size: u64) -> Self {
        Self {
            tiles,
            size,
            kept: RefCell::new(BTreeMap::new()),
        }
    }

    /// Returns how many leaves the tree has.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use citekeep::ledger::tile::TilePath;
    /// use citekeep::ledger::tiled::{TileSource, TiledNodes};
    /// struct Nothing;
    /// impl TileSource for Nothing {
    ///     type Error = Infallible;
    ///     fn tile(&self, _: TilePath) -> Result<Vec<u8>, Infallible> {
    ///         Ok(Vec::new())
    ///     }
    /// }
    /// assert_eq!(TiledNodes::new(Nothing, 300).size(), 300);
    /// ```
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Reads some neighbouring hashes of a tile.
    fn row(
        &self,
        path: TilePath,
        from: usize,
        count: usize,
    ) -> Result<Vec<Hash>, TiledError<S::Error>> {
        if let Some(hashes) = self.kept.borrow().get(&path) {
            return Ok(hashes[from..from + count].to_vec());
        }
        let bytes = self.tiles.tile(path).map_err(TiledError::Tile)?;
        let hashes = hashes_in(&bytes).filter(|row| row.len() == usize::from(path.width()));
        let hashes = hashes.ok_or(TiledError::Length(path))?;
        let row = hashes[from..from + count].to_vec();
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(path, hashes);
        Ok(row)
    }
}

impl<S: TileSource> NodeSource for TiledNodes<S> {
    type Error = TiledError<S::Error>;

    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let size = self.size;
        let missing = TiledError::NoSuchNode { level, index, size };
        let complete = size.checked_shr(u32::from(level)).unwrap_or(0);
        if index >= complete {
            return Err(missing);
        }
        let (tile_level, inner) = (level / 8, level % 8);
        let (full, first) = (u64::from(FULL_WIDTH), index << inner);
        let places = (size >> (tile_level * 8)) - first / full * full;
        let width = places.min(full) as u16;
        // A tree that has the node has the tile too.
        let path = TilePath::hashes(tile_level, first / full, width);
        let Ok(path) = path else { return Err(missing) };
        let row = self.row(path, (first % full) as usize, 1 << inner)?;
        Ok(joined(row))
    }
}
