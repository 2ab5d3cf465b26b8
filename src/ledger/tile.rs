//! Tiles (C2SP tlog-tiles): how a log's hashes and entries are served.
//!
//! A tile holds up to 256 consecutive nodes of every eighth level; an entry
//! bundle holds the entries under a tile of leaf hashes. It must not know who
//! asks for them or where they are kept.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::hash::Hash;
use super::tree::NodeSource;

/// How many hashes or entries a full tile holds.
pub const FULL_WIDTH: u16 = 256;

/// How many levels of the tree one level of tiles spans.
const LEVELS: u8 = 8;

/// The highest level of tiles in a tree that 64 bits can count.
const TOP_LEVEL: u8 = 7;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of the tile level given, which is the tree's level times eight.
    Hashes(u8),
    /// The log's entries themselves.
    Entries,
}

/// Which tile, and how much of it: `tile/0/x001/234.p/5`, `tile/entries/007`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// What is wrong with a tile's path or an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The text is not a tile's path in its only right spelling.
    #[error("a tile's path reads `tile/0/x001/234` or `tile/entries/000.p/5`; check its spelling")]
    Path,
    /// No tree has a tile of that level, index and width.
    #[error(
        "no tree has such a tile; use a level up to 7, an index that exists and a width from 1 to 256"
    )]
    NoSuchTile,
    /// An entry does not fit its length prefix.
    #[error("an entry of a bundle has at most 65535 bytes and this one has {0}; make it shorter")]
    EntryTooLong(usize),
    /// A bundle holds more entries than a tile has places.
    #[error("a bundle holds at most 256 entries; split it")]
    TooManyEntries,
    /// A bundle ends within an entry.
    #[error("the bundle ends within an entry; fetch it again, whole")]
    CutOff,
}

impl TilePath {
    /// Names the first `width` hashes of tile `index` at tile level `level`.
    ///
    /// The standard allows levels up to 63, but a tree that 64 bits can count
    /// has none above 7; those, and a width outside 1 to 256, are
    /// [`TileError::NoSuchTile`].
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// let path = TilePath::hashes(1, 1_234_067, 256)?;
    /// assert_eq!(path.to_string(), "tile/1/x001/x234/067");
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn hashes(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > TOP_LEVEL {
            return Err(TileError::NoSuchTile);
        }
        Self::new(TileKind::Hashes(level), index, width)
    }

    /// Names the first `width` entries of bundle `index`; a width outside 1 to
    /// 256 is [`TileError::NoSuchTile`].
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert_eq!(TilePath::entries(0, 5)?.to_string(), "tile/entries/000.p/5");
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn entries(index: u64, width: u16) -> Result<Self, TileError> {
        Self::new(TileKind::Entries, index, width)
    }

    const fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, TileError> {
        let path = Self { kind, index, width };
        // Every place of the tile must be one that a tree of 64 bits has.
        let places = u64::MAX >> (LEVELS * path.level());
        if width == 0 || width > FULL_WIDTH || index > places / FULL_WIDTH as u64 {
            return Err(TileError::NoSuchTile);
        }
        if width as u64 > places - index * FULL_WIDTH as u64 {
            return Err(TileError::NoSuchTile);
        }
        Ok(path)
    }

    const fn level(&self) -> u8 {
        match self.kind {
            TileKind::Hashes(level) => level,
            TileKind::Entries => 0,
        }
    }

    /// Returns what the tile holds.
    ///
    /// ```
    /// use citekeep::ledger::tile::{TileKind, TilePath};
    /// assert_eq!(TilePath::entries(0, 5)?.kind(), TileKind::Entries);
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Returns how many hashes or entries the tile holds, 1 to 256.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert_eq!(TilePath::entries(0, 5)?.width(), 5);
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Returns which tile of its level, or which bundle, this is.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert_eq!(TilePath::entries(7, 5)?.index(), 7);
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Tells whether the tile has all its 256 places.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert!(!TilePath::entries(0, 255)?.is_full());
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn is_full(&self) -> bool {
        self.width == FULL_WIDTH
    }

    /// Returns the level of the tree that the tile's hashes stand at; for
    /// entries this is 0, the level of their hashes.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert_eq!(TilePath::hashes(2, 0, 1)?.node_level(), 16);
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn node_level(&self) -> u8 {
        self.level() * LEVELS
    }

    /// Returns which nodes of [`TilePath::node_level`], or which entries, the
    /// tile holds.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert_eq!(TilePath::entries(1, 5)?.places(), 256..261);
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn places(&self) -> Range<u64> {
        let start = self.index * FULL_WIDTH as u64;
        start..start + self.width as u64
    }

    /// Tells whether a tree of `size` leaves has everything the tile holds.
    ///
    /// ```
    /// use citekeep::ledger::tile::TilePath;
    /// assert!(TilePath::hashes(1, 0, 1)?.is_within(256));
    /// assert!(!TilePath::hashes(1, 0, 1)?.is_within(255));
    /// # Ok::<(), citekeep::ledger::tile::TileError>(())
    /// ```
    pub const fn is_within(&self, size: u64) -> bool {
        self.places().end <= size >> self.node_level()
    }
}

/// Lists the tiles of hashes that a tree of `size` leaves has, the lowest
/// level first; of each level the last may be partial.
///
/// ```
/// use citekeep::ledger::tile::hash_tiles;
/// let paths: Vec<_> = hash_tiles(257).map(|tile| tile.to_string()).collect();
/// assert_eq!(paths, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
/// ```
pub fn hash_tiles(size: u64) -> impl Iterator<Item = TilePath> {
    (0..=TOP_LEVEL)
        .flat_map(move |level| tiles_of(TileKind::Hashes(level), size >> (level * LEVELS)))
}

/// Lists the entry bundles that a log of `size` entries has; the last may be
/// partial.
///
/// ```
/// use citekeep::ledger::tile::entry_bundles;
/// let paths: Vec<_> = entry_bundles(5).map(|tile| tile.to_string()).collect();
/// assert_eq!(paths, ["tile/entries/000.p/5"]);
/// ```
pub fn entry_bundles(size: u64) -> impl Iterator<Item = TilePath> {
    tiles_of(TileKind::Entries, size)
}

/// Cuts `places` nodes of one level, or entries, into tiles.
fn tiles_of(kind: TileKind, places: u64) -> impl Iterator<Item = TilePath> {
    let full = u64::from(FULL_WIDTH);
    (0..places.div_ceil(full)).map(move |index| {
        let width = (places - index * full).min(full) as u16;
        TilePath { kind, index, width }
    })
}

/// Reads the bytes of a tile of hashes; an error is one that `nodes` gave.
///
/// For a path of entries these are the entries' leaf hashes.
///
/// ```
/// use citekeep::ledger::{hash::Hash, tile::{TilePath, tile_bytes}, tree::MemoryNodes};
/// let nodes: MemoryNodes = [Hash::leaf(b"a")].into_iter().collect();
/// let path: TilePath = "tile/0/000.p/1".parse().expect("a good path");
/// assert_eq!(tile_bytes(path, &nodes).as_deref(), Ok(&Hash::leaf(b"a").as_bytes()[..]));
/// ```
pub fn tile_bytes<S: NodeSource>(path: TilePath, nodes: &S) -> Result<Vec<u8>, S::Error> {
    let mut bytes = Vec::with_capacity(usize::from(path.width) * 32);
    for place in path.places() {
        bytes.extend_from_slice(nodes.node(path.node_level(), place)?.as_bytes());
    }
    Ok(bytes)
}

/// Computes the hash that a full tile stands for at the tile level above;
/// nothing for bytes that are no full tile, which the standard keeps out of
/// the level above.
///
/// ```
/// use citekeep::ledger::hash::Hash;
/// use citekeep::ledger::tile::{TilePath, parent_hash, tile_bytes};
/// use citekeep::ledger::tree::{MemoryNodes, root};
/// let nodes: MemoryNodes = (0..=255_u8).map(|n| Hash::leaf(&[n])).collect();
/// let path: TilePath = "tile/0/000".parse().expect("a good path");
/// let tile = tile_bytes(path, &nodes).expect("the nodes are there");
/// assert_eq!(parent_hash(&tile), root(256, &nodes).ok());
/// assert_eq!(parent_hash(&tile[32..]), None);
/// ```
pub fn parent_hash(tile: &[u8]) -> Option<Hash> {
    let hashes = hashes_in(tile)?;
    (hashes.len() == usize::from(FULL_WIDTH)).then(|| joined(hashes))
}

/// Takes a tile apart; nothing where it is no row of hashes.
pub(super) fn hashes_in(tile: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = tile.as_chunks::<32>();
    let hashes = hashes.iter().map(|bytes| Hash::from_bytes(*bytes));
    rest.is_empty().then(|| hashes.collect())
}

/// Joins a row of hashes to the one node over it; their number must be a power
/// of two.
pub(super) fn joined(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs.iter().map(|[l, r]| Hash::node(*l, *r)).collect();
    }
    row.first().copied().unwrap_or(Hash::EMPTY_ROOT)
}

/// Writes entries one after another, each behind its length as a big-endian
/// 16-bit number.
///
/// ```
/// use citekeep::ledger::tile::encode_bundle;
/// assert_eq!(encode_bundle(["ab", ""]), Ok(b"\x00\x02ab\x00\x00".to_vec()));
/// ```
pub fn encode_bundle<E: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = E>,
) -> Result<Vec<u8>, TileError> {
    let mut bundle = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        if place == usize::from(FULL_WIDTH) {
            return Err(TileError::TooManyEntries);
        }
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len());
        let length = length.map_err(|_| TileError::EntryTooLong(entry.len()))?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Takes an entry bundle apart; it must end with the end of an entry.
///
/// ```
/// use citekeep::ledger::tile::decode_bundle;
/// assert_eq!(decode_bundle(b"\x00\x02ab\x00\x00"), Ok(vec![&b"ab"[..], b""]));
/// ```
pub fn decode_bundle(mut bundle: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        if entries.len() == usize::from(FULL_WIDTH) {
            return Err(TileError::TooManyEntries);
        }
        let (length, rest) = bundle.split_first_chunk().ok_or(TileError::CutOff)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest.split_at_checked(length).ok_or(TileError::CutOff)?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

impl FromStr for TilePath {
    type Err = TileError;

    fn from_str(text: &str) -> Result<Self, TileError> {
        let rest = text.strip_prefix("tile/").ok_or(TileError::Path)?;
        let (kind, rest) = rest.split_once('/').ok_or(TileError::Path)?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, number(width)?),
            None => (rest, u64::from(FULL_WIDTH)),
        };
        let index = parse_index(index)?;
        let width = u16::try_from(width).map_err(|_| TileError::NoSuchTile)?;
        let path = if kind == "entries" {
            Self::entries(index, width)?
        } else {
            let level = u8::try_from(number(kind)?).map_err(|_| TileError::NoSuchTile)?;
            Self::hashes(level, index, width)?
        };
        // One tile has one spelling, so that caches keep it once: no leading
        // zeros, no needless groups, no `.p/256`.
        if path.to_string() == text {
            Ok(path)
        } else {
            Err(TileError::Path)
        }
    }
}

/// Reads `x001/x234/067` as 1234067; the caller refuses needless groups.
fn parse_index(text: &str) -> Result<u64, TileError> {
    let mut index: u64 = 0;
    for group in text.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        let shifted = index.checked_mul(1000).ok_or(TileError::NoSuchTile)?;
        let next = shifted.checked_add(number(digits)?);
        index = next.ok_or(TileError::NoSuchTile)?;
    }
    Ok(index)
}

/// Reads decimal digits and nothing else; `+1` is not a number here.
fn number(digits: &str) -> Result<u64, TileError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TileError::Path);
    }
    digits.parse().map_err(|_| TileError::NoSuchTile)
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        write_groups(f, self.index / 1000)?;
        write!(f, "{:03}", self.index % 1000)?;
        if self.width < FULL_WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// Writes every group of three digits but the last, each behind an `x`.
fn write_groups(f: &mut fmt::Formatter<'_>, groups: u64) -> fmt::Result {
    if groups == 0 {
        return Ok(());
    }
    write_groups(f, groups / 1000)?;
    write!(f, "x{:03}/", groups % 1000)
}
