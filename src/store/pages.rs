//! The form of SQLite's pages (sqlite.org/fileformat2.html), as far as it takes
//! to overwrite what belongs to no row: the room between the cells of a page,
//! what follows the end of a long value, and pages that are free.
//!
//! Nothing here moves or changes a cell, a pointer or a count, so a page says
//! the same before and after, and only to whoever looks at its bytes less.

/// A page that is not as SQLite makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page of the database is not as SQLite makes them")]
pub(super) struct BadPage;

/// The end of a value that does not fit into its page: a chain of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chain {
    /// The first page of it.
    pub(super) first: u32,
    /// How many bytes of the value are in it.
    pub(super) bytes: usize,
}

/// A page of a b-tree, by what its head says.
struct Tree {
    /// Where its head begins: behind the file's own in the first page.
    head: usize,
    is_leaf: bool,
    is_table: bool,
    cells: usize,
    /// Where the pointers to its cells begin.
    pointers: usize,
    /// Where the room of the cells begins.
    content: usize,
}

/// How many bytes the head of the file takes in the first page.
const FILE_HEAD: usize = 100;

/// The page that SQLite's locks are on and nothing is in.
pub(super) const fn lock_page(page_size: usize) -> u32 {
    (0x4000_0000 / page_size) as u32 + 1
}

/// The number at a place, the higher byte first.
pub(super) fn number(page: &[u8], at: usize, bytes: usize) -> Result<usize, BadPage> {
    let bytes = page.get(at..at + bytes).ok_or(BadPage)?;
    Ok(bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// Whether a page that is in use is one of a b-tree. The others begin with the
/// number of a page, whose first byte is smaller than any kind's in a file of
/// less than 33 million pages.
pub(super) fn is_tree(page: &[u8], number: u32) -> bool {
    number == 1 || matches!(page.first(), Some(2 | 5 | 10 | 13))
}

impl Tree {
    fn read(page: &[u8], page_number: u32) -> Result<Self, BadPage> {
        let head = if page_number == 1 { FILE_HEAD } else { 0 };
        let (is_leaf, is_table) = match page.get(head).ok_or(BadPage)? {
            2 => (false, false),
            5 => (false, true),
            10 => (true, false),
            13 => (true, true),
            _ => return Err(BadPage),
        };
        let cells = number(page, head + 3, 2)?;
        let pointers = head + if is_leaf { 8 } else { 12 };
        let content = match number(page, head + 5, 2)? {
            0 => 65_536,
            content => content,
        };
        if pointers + 2 * cells > content || content > page.len() {
            return Err(BadPage);
        }
        Ok(Self {
            head,
            is_leaf,
            is_table,
            cells,
            pointers,
            content,
        })
    }
}

/// Overwrites what is between the cells of a b-tree's page with zeros, and says
/// whether there was anything else. `page` ends where its usable part does.
pub(super) fn clear_between(page: &mut [u8], page_number: u32) -> Result<bool, BadPage> {
    let tree = Tree::read(page, page_number)?;
    let mut was_there = wipe(&mut page[tree.pointers + 2 * tree.cells..tree.content]);
    let mut block = number(page, tree.head + 1, 2)?;
    while block != 0 {
        let (next, size) = (number(page, block, 2)?, number(page, block + 2, 2)?);
        // They stand in order, so this ends.
        if block < tree.content || size < 4 || (next != 0 && next < block + size) {
            return Err(BadPage);
        }
        let inside = page.get_mut(block + 4..block + size).ok_or(BadPage)?;
        was_there |= wipe(inside);
        block = next;
    }
    Ok(was_there)
}

/// Overwrites bytes with zeros, and says whether there was anything else.
pub(super) fn wipe(bytes: &mut [u8]) -> bool {
    let was_there = bytes.iter().any(|byte| *byte != 0);
    if was_there {
        bytes.fill(0);
    }
    was_there
}

/// The chains that begin in a page of a b-tree.
pub(super) fn chains(page: &[u8], page_number: u32) -> Result<Vec<Chain>, BadPage> {
    let tree = Tree::read(page, page_number)?;
    let mut found = Vec::new();
    if tree.is_table && !tree.is_leaf {
        return Ok(found);
    }
    for cell in 0..tree.cells {
        let mut at = number(page, tree.pointers + 2 * cell, 2)?;
        if !tree.is_leaf {
            at += 4;
        }
        let payload = varint(page, &mut at)?;
        if tree.is_table {
            varint(page, &mut at)?;
        }
        let payload = usize::try_from(payload).map_err(|_| BadPage)?;
        let here = kept_here(payload, page.len(), tree.is_table);
        if here < payload {
            found.push(Chain {
                first: number(page, at + here, 4)? as u32,
                bytes: payload - here,
            });
        }
    }
    Ok(found)
}

/// How many bytes of a value are in the page of its cell (section 1.6).
const fn kept_here(payload: usize, usable: usize, is_table: bool) -> usize {
    let most = if is_table {
        usable - 35
    } else {
        (usable - 12) * 64 / 255 - 23
    };
    if payload <= most {
        return payload;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (payload - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}

/// A number of one to nine bytes, the higher first, and the place after it.
fn varint(page: &[u8], at: &mut usize) -> Result<u64, BadPage> {
    let mut number = 0;
    for nth in 0..9 {
        let byte = *page.get(*at).ok_or(BadPage)?;
        *at += 1;
        if nth == 8 {
            return Ok(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            break;
        }
    }
    Ok(number)
}
