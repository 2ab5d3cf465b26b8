//! Tiles against the definition in C2SP tlog-tiles, and trees read from them.

use std::cell::Cell;

use citekeep::ledger::hash::Hash;
use citekeep::ledger::parting::{PartingError, first_difference};
use citekeep::ledger::tile::{TilePath, entry_bundles, hash_tiles, parent_hash, tile_bytes};
use citekeep::ledger::tiled::{TileSource, TiledError, TiledNodes};
use citekeep::ledger::tree::{MemoryNodes, MissingNode, NodeSource, root};
use proptest::prelude::*;

use super::mth;

fn leaves(count: u32) -> Vec<Hash> {
    (0..count).map(|n| Hash::leaf(&n.to_be_bytes())).collect()
}

/// The tile by its definition: `MTH(D[(n * 256 + i) * 256**l : …])`.
fn defined(leaves: &[Hash], level: u32, index: usize, width: usize) -> Vec<u8> {
    let span = 256_usize.pow(level);
    let rows = (0..width).map(|i| (index * 256 + i) * span);
    rows.flat_map(|start| *mth(&leaves[start..start + span]).as_bytes())
        .collect()
}

fn paths(size: u64) -> Vec<String> {
    let all = hash_tiles(size).chain(entry_bundles(size));
    all.map(|path| path.to_string()).collect()
}

#[test]
fn the_tiles_of_a_size_are_those_of_the_standard() {
    for (size, expected) in [
        (0, vec![]),
        (1, vec!["tile/0/000.p/1", "tile/entries/000.p/1"]),
        (255, vec!["tile/0/000.p/255", "tile/entries/000.p/255"]),
        (
            256,
            vec!["tile/0/000", "tile/1/000.p/1", "tile/entries/000"],
        ),
        (
            257,
            vec![
                "tile/0/000",
                "tile/0/001.p/1",
                "tile/1/000.p/1",
                "tile/entries/000",
                "tile/entries/001.p/1",
            ],
        ),
    ] {
        assert_eq!(paths(size), expected, "{size}");
    }
    // The example of the standard: a tree of 70,000.
    let of = |level: &str| -> Vec<String> {
        let start = format!("tile/{level}/");
        let all = paths(70_000).into_iter();
        all.filter(|path| path.starts_with(&start)).collect()
    };
    assert_eq!(of("0").len(), 274);
    assert_eq!(of("0").last().map(String::as_str), Some("tile/0/273.p/112"));
    assert_eq!(of("1"), ["tile/1/000", "tile/1/001.p/17"]);
    assert_eq!(of("2"), ["tile/2/000.p/1"]);
    assert!(of("3").is_empty());
}

#[test]
fn every_tile_holds_the_hashes_that_the_standard_names() {
    let leaves = leaves(65_537);
    let mut nodes = MemoryNodes::new();
    for (at, leaf) in leaves.iter().enumerate() {
        nodes.append(*leaf);
        let size = at as u64 + 1;
        if ![1, 255, 256, 257, 512, 65_535, 65_536, 65_537].contains(&size) {
            continue;
        }
        // Of the many full tiles at the bottom a few stand for all.
        let tiles: Vec<TilePath> = hash_tiles(size).collect();
        let some = tiles.iter().filter(|path| {
            path.node_level() > 0 || path.index() < 2 || path.index() + 2 > size / 256
        });
        for path in some {
            let level = u32::from(path.node_level() / 8);
            let (index, width) = (path.index() as usize, usize::from(path.width()));
            let bytes = tile_bytes(*path, &nodes).expect("the nodes are there");
            assert_eq!(bytes, defined(&leaves, level, index, width), "{path}");
            let parent = path.is_full().then(|| {
                let above = nodes.node(path.node_level() + 8, path.index());
                above.expect("a full tile has a parent")
            });
            assert_eq!(parent_hash(&bytes), parent, "{path}");
        }
    }
    let top = root(65_536, &nodes).expect("the nodes are there");
    let path: TilePath = "tile/2/000.p/1".parse().expect("a path");
    assert_eq!(tile_bytes(path, &nodes), Ok(top.as_bytes().to_vec()));
}

#[test]
fn a_path_in_any_other_spelling_is_none() {
    for bad in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/000/",
        "tile//000",
        "tile/00/000",
        "tile/-1/000",
        "tile/+0/000",
        "tile/64/000",
        "tile/8/000",
        "tile/x/000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/x1/234",
        "tile/0/x001/234.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/5/",
        "tile/0/000.p/-5",
        "tile/0/000.P/5",
        "tile/0/000.p/5.p/5",
        "tile/entries/0",
        "tile/Entries/000",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/0/000 ",
        " tile/0/000",
        "/tile/0/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/../checkpoint",
        "tile/0/%30%30%30",
    ] {
        assert!(bad.parse::<TilePath>().is_err(), "{bad:?}");
    }
    for good in [
        "tile/0/000",
        "tile/7/000.p/1",
        "tile/entries/x001/234",
        "tile/1/x001/x234/067.p/255",
    ] {
        let path = good.parse::<TilePath>().expect("a path");
        assert_eq!(path.to_string(), good);
    }
}

#[test]
fn the_last_tiles_that_64_bits_can_count_are_tiles_and_no_more() {
    let last = u64::MAX / 256;
    for (level, index, width, is_tile) in [
        (0, last, 255, true),
        (0, last, 256, false),
        (0, last - 1, 256, true),
        (0, last + 1, 1, false),
        (6, 255, 255, true),
        (6, 255, 256, false),
        (7, 0, 255, true),
        (7, 0, 256, false),
        (7, 1, 1, false),
        (8, 0, 1, false),
    ] {
        let path = TilePath::hashes(level, index, width);
        assert_eq!(path.is_ok(), is_tile, "{level} {index} {width}");
        assert!(path.is_ok_and(|path| path.is_within(u64::MAX)) == is_tile);
    }
}

/// Tiles of a tree in memory, which counts how many are read.
struct Counted<'t> {
    nodes: &'t MemoryNodes,
    read: Cell<u32>,
}

impl TileSource for Counted<'_> {
    type Error = MissingNode;

    fn tile(&self, path: TilePath) -> Result<Vec<u8>, MissingNode> {
        self.read.set(self.read.get() + 1);
        tile_bytes(path, self.nodes)
    }
}

#[test]
fn a_tree_read_from_its_tiles_has_the_same_nodes() {
    let nodes: MemoryNodes = leaves(1_100).into_iter().collect();
    for size in [1, 2, 255, 256, 257, 700, 1_024, 1_100] {
        let read = Cell::new(0);
        let tiles = Counted {
            nodes: &nodes,
            read,
        };
        let tiled = TiledNodes::new(tiles, size);
        assert_eq!(root(size, &tiled).ok(), root(size, &nodes).ok(), "{size}");
        for level in 0..12 {
            for index in 0..size >> level {
                assert_eq!(tiled.node(level, index).ok(), nodes.node(level, index).ok());
            }
            let index = size >> level;
            let missing = TiledError::NoSuchNode { level, index, size };
            assert_eq!(tiled.node(level, index), Err(missing));
        }
    }
}

#[test]
fn a_tile_that_is_cut_or_too_long_is_named() {
    struct Wrong(usize);
    impl TileSource for Wrong {
        type Error = std::convert::Infallible;
        fn tile(&self, _: TilePath) -> Result<Vec<u8>, Self::Error> {
            Ok(vec![7; self.0])
        }
    }
    for bytes in [0, 31, 33, 32 * 4, 32 * 6, 8_192] {
        let path: TilePath = "tile/0/000.p/5".parse().expect("a path");
        let nodes = TiledNodes::new(Wrong(bytes), 5);
        assert_eq!(nodes.node(0, 0), Err(TiledError::Length(path)), "{bytes}");
    }
}

#[test]
fn a_fork_is_found_with_few_tiles_however_deep_it_lies() {
    let mut others = leaves(70_000);
    let one: MemoryNodes = others.iter().copied().collect();
    others[41_234] = Hash::leaf(b"rewritten");
    let other: MemoryNodes = others.into_iter().collect();
    let tiled = |nodes| {
        TiledNodes::new(
            Counted {
                nodes,
                read: Cell::new(0),
            },
            70_000,
        )
    };
    let (one, other) = (tiled(&one), tiled(&other));
    assert_eq!(first_difference(70_000, &one, &other), Ok(Some(41_234)));
    assert_eq!(first_difference(41_234, &one, &other), Ok(None));
}

/// A tree in which one node is wrong.
struct Spoilt<'t>(&'t MemoryNodes, (u8, u64));

impl NodeSource for Spoilt<'_> {
    type Error = MissingNode;

    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        let hash = self.0.node(level, index)?;
        let is_wrong = (level, index) == self.1;
        Ok(if is_wrong {
            Hash::node(hash, hash)
        } else {
            hash
        })
    }
}

#[test]
fn a_damaged_copy_is_told_from_a_forked_one() {
    let nodes: MemoryNodes = leaves(13).into_iter().collect();
    let (level, index) = (3, 0);
    let spoilt = Spoilt(&nodes, (level, index));
    let first = PartingError::FirstDamaged { level, index };
    assert_eq!(first_difference(13, &spoilt, &nodes), Err(first));
    let second = PartingError::SecondDamaged { level, index };
    assert_eq!(first_difference(13, &nodes, &spoilt), Err(second));
    // The first seven leaves do not stand below that node.
    assert_eq!(first_difference(7, &nodes, &spoilt), Ok(None));
}

proptest! {
    /// Any leaf of any tree, changed alone or with all behind it.
    #[test]
    fn the_first_difference_is_where_it_was_made(size in 1_u32..700, at in 0_u32..700, rest: bool) {
        let at = (at % size) as usize;
        let mut changed = leaves(size);
        let one: MemoryNodes = changed.iter().copied().collect();
        let end = if rest { changed.len() } else { at + 1 };
        for leaf in &mut changed[at..end] {
            *leaf = Hash::node(*leaf, *leaf);
        }
        let other: MemoryNodes = changed.into_iter().collect();
        let size = u64::from(size);
        prop_assert_eq!(first_difference(size, &one, &other), Ok(Some(at as u64)));
        prop_assert_eq!(first_difference(at as u64, &one, &other), Ok(None));
    }
}
