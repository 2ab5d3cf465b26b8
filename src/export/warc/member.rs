//! One gzip member (RFC 1952) a record, without a time or a name in it, so
//! that equal records are equal bytes.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// How much is packed at a time.
const PIECE: usize = 64 * 1024;
/// Magic, deflate, no flags, no time, no hint, an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// Packs pieces as one member, hands it to `sink`, and returns its length.
pub(super) fn member<E>(
    pieces: &[&[u8]],
    sink: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E> {
    let mut pack = Compress::new(Compression::default(), false);
    let mut check = Crc::new();
    let mut ready = Vec::with_capacity(PIECE);
    sink(&HEAD)?;
    for piece in pieces {
        check.update(piece);
        let mut left = *piece;
        while !left.is_empty() {
            let before = pack.total_in();
            step(&mut pack, left, &mut ready, FlushCompress::None);
            let taken = pack.total_in() - before;
            left = &left[usize::try_from(taken).unwrap_or(left.len())..];
            hand_over(&mut ready, sink)?;
        }
    }
    while step(&mut pack, &[], &mut ready, FlushCompress::Finish) != Status::StreamEnd {
        hand_over(&mut ready, sink)?;
    }
    hand_over(&mut ready, sink)?;
    sink(&check.sum().to_le_bytes())?;
    sink(&check.amount().to_le_bytes())?;
    Ok(HEAD.len() as u64 + pack.total_out() + 8)
}

fn step(pack: &mut Compress, input: &[u8], ready: &mut Vec<u8>, flush: FlushCompress) -> Status {
    pack.compress_vec(input, ready, flush)
        .expect("a stream that is fed in order can be packed")
}

fn hand_over<E>(
    ready: &mut Vec<u8>,
    sink: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if !ready.is_empty() {
        sink(ready)?;
        ready.clear();
    }
    Ok(())
}
