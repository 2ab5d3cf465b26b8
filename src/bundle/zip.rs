//! The one form that the archive of a bundle has.
//!
//! A zip archive leaves much open: times, attributes, comments, what stands
//! between the files. Here all of that is fixed, so that the files and their
//! order say every byte of the archive: equal facts give equal bytes, and
//! whoever checks one knows what each byte must be. Nothing is compressed: the
//! bytes in the archive are the bytes that were hashed.

/// The largest archive, in bytes: places in it are numbers of 32 bits.
pub(super) const LARGEST: u64 = u32::MAX as u64;
/// The most files that an archive may have.
pub(super) const MOST: usize = 60_000;
/// How many bytes stand before the name of a file.
pub(super) const LOCAL: usize = 30;
/// Where in them the checksum and the two sizes stand.
pub(super) const MEASURES: usize = 14;
/// What a file begins with.
pub(super) const LOCAL_MARK: [u8; 4] = *b"PK\x03\x04";
/// How the list of files begins.
pub(super) const CENTRAL_MARK: [u8; 4] = *b"PK\x01\x02";
/// How the end begins.
pub(super) const END_MARK: [u8; 4] = *b"PK\x05\x06";

/// The version of the format that is needed to unpack: 1.0.
const NEEDED: u16 = 10;
/// Made by version 2.0 of the format on a Unix, so that modes count.
const MADE_BY: u16 = 3 << 8 | 20;
/// 1 January 1980, the first day that there is; the clock is at zero.
const DATE: u16 = 1 << 5 | 1;
/// A plain file that everybody may read.
const MODE: u32 = 0o100_644 << 16;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name, with the folder that the archive unpacks to.
    pub(super) name: String,
    /// How many bytes it has.
    pub(super) size: u32,
    /// The checksum of its bytes (CRC-32).
    pub(super) crc: u32,
    /// Where its header begins.
    pub(super) offset: u32,
}

impl Member {
    /// What stands before its bytes: the header with the name.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut header = LOCAL_MARK.to_vec();
        header.extend(NEEDED.to_le_bytes());
        self.middle(&mut header);
        header.extend(self.name.as_bytes());
        header
    }

    /// Its line in the list of files.
    pub(super) fn central(&self) -> Vec<u8> {
        let mut line = CENTRAL_MARK.to_vec();
        line.extend(MADE_BY.to_le_bytes());
        line.extend(NEEDED.to_le_bytes());
        self.middle(&mut line);
        // No comment, the first and only disk, no attributes of the inside.
        line.extend([0; 6]);
        line.extend(MODE.to_le_bytes());
        line.extend(self.offset.to_le_bytes());
        line.extend(self.name.as_bytes());
        line
    }

    /// What header and line have in common.
    fn middle(&self, into: &mut Vec<u8>) {
        // No flags, stored as it is, midnight.
        into.extend([0; 6]);
        into.extend(DATE.to_le_bytes());
        into.extend(self.crc.to_le_bytes());
        into.extend(self.size.to_le_bytes());
        into.extend(self.size.to_le_bytes());
        into.extend((self.name.len() as u16).to_le_bytes());
        into.extend(0_u16.to_le_bytes());
    }
}

/// The end of an archive of so many files, whose list has so many bytes and
/// begins at a place.
pub(super) fn end(files: usize, list: u32, at: u32) -> Vec<u8> {
    let mut end = END_MARK.to_vec();
    end.extend([0; 4]);
    end.extend((files as u16).to_le_bytes());
    end.extend((files as u16).to_le_bytes());
    end.extend(list.to_le_bytes());
    end.extend(at.to_le_bytes());
    end.extend([0; 2]);
    end
}
