//! Undoing `Content-Encoding`, and no more of it than is allowed.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// What is asked for, as `Accept-Encoding` has it.
pub(super) const ACCEPTED: &str = "gzip, deflate";

/// A body is rarely wrapped twice and never, honestly, three times.
const MOST_LAYERS: usize = 2;

/// Why a body cannot be unwrapped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrapped {
    /// It grows beyond the limit.
    TooLarge,
    /// It ends before its end.
    CutOff,
    /// It is not what it says, or says what is not known.
    Unknown(String),
}

/// Undoes the codings that a header names, last one first (RFC 9110, 8.4).
/// No more than `limit` bytes ever come out of one of them.
pub(super) fn unwrap(codings: &str, body: Vec<u8>, limit: usize) -> Result<Vec<u8>, Wrapped> {
    let named: Vec<String> = codings
        .split(',')
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .take(MOST_LAYERS + 1)
        .collect();
    if named.len() > MOST_LAYERS {
        return Err(Wrapped::Unknown("wrapped too often".to_owned()));
    }
    let mut body = body;
    for coding in named.iter().rev() {
        if body.is_empty() {
            break;
        }
        body = match coding.as_str() {
            "gzip" | "x-gzip" => gzip(&body, limit)?,
            "deflate" => deflate(&body, limit)?,
            other => return Err(Wrapped::Unknown(other.chars().take(40).collect())),
        };
    }
    Ok(body)
}

/// A gzip file is one or more members; what follows the last one is ignored,
/// as browsers do.
fn gzip(mut body: &[u8], limit: usize) -> Result<Vec<u8>, Wrapped> {
    let mut out = Vec::new();
    loop {
        let mut decoder = GzDecoder::new(body);
        take(&mut decoder, &mut out, limit).map_err(|trouble| name(trouble, "gzip"))?;
        body = decoder.into_inner();
        if !body.starts_with(&[0x1f, 0x8b]) {
            return Ok(out);
        }
    }
}

/// `deflate` means the zlib format, and some servers send the bare stream.
fn deflate(body: &[u8], limit: usize) -> Result<Vec<u8>, Wrapped> {
    let mut out = Vec::new();
    let is_zlib = matches!(body, [method, flags, ..]
        if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0);
    let done = if is_zlib {
        take(&mut ZlibDecoder::new(body), &mut out, limit)
    } else {
        take(&mut DeflateDecoder::new(body), &mut out, limit)
    };
    done.map_err(|trouble| name(trouble, "deflate"))?;
    Ok(out)
}

/// Reads to the end, or one byte beyond the limit.
fn take(from: &mut impl Read, out: &mut Vec<u8>, limit: usize) -> io::Result<()> {
    let left = limit.saturating_sub(out.len());
    let one_more = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
    from.take(one_more).read_to_end(out)?;
    if out.len() > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(())
}

fn name(trouble: io::Error, coding: &str) -> Wrapped {
    match trouble.kind() {
        io::ErrorKind::FileTooLarge => Wrapped::TooLarge,
        io::ErrorKind::UnexpectedEof => Wrapped::CutOff,
        _ => Wrapped::Unknown(coding.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    }

    fn check(codings: &str, body: Vec<u8>, expected: Result<&[u8], Wrapped>) {
        let found = unwrap(codings, body, 1000);
        assert_eq!(found, expected.map(<[u8]>::to_vec), "{codings}");
    }

    #[test]
    fn what_is_asked_for() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"words").expect("memory");
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(b"words").expect("memory");
        check("", b"words".to_vec(), Ok(b"words"));
        check("identity", b"words".to_vec(), Ok(b"words"));
        check("GZip", zipped(b"words"), Ok(b"words"));
        check("deflate", zlib.finish().expect("memory"), Ok(b"words"));
        check("deflate", bare.finish().expect("memory"), Ok(b"words"));
        check("gzip, gzip", zipped(&zipped(b"words")), Ok(b"words"));
        check("gzip", Vec::new(), Ok(b""));
    }

    #[test]
    fn members_follow_one_another() {
        let mut two = zipped(b"words ");
        two.extend(zipped(b"and words"));
        two.extend(b"\0\0padding");
        check("gzip", two, Ok(b"words and words"));
    }

    #[test]
    fn bombs_are_cut() {
        let bomb = zipped(&vec![0; 10_000_000]);
        check("gzip", bomb.clone(), Err(Wrapped::TooLarge));
        let mut two = zipped(&[0; 600]);
        two.extend(zipped(&[0; 600]));
        check("gzip", two, Err(Wrapped::TooLarge));
        check(
            "gzip, gzip, gzip",
            bomb,
            Err(Wrapped::Unknown("wrapped too often".to_owned())),
        );
        check("gzip", zipped(&[7; 1000]), Ok(&[7; 1000]));
    }

    #[test]
    fn what_is_not_what_it_says() {
        let mut cut = zipped(b"words and more words");
        cut.truncate(20);
        check("gzip", cut, Err(Wrapped::CutOff));
        check(
            "gzip",
            b"<p>words</p>".to_vec(),
            Err(Wrapped::Unknown("gzip".to_owned())),
        );
        check(
            "br",
            b"words".to_vec(),
            Err(Wrapped::Unknown("br".to_owned())),
        );
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let mut out = Vec::new();
        let done = take(&mut io::repeat(7), &mut out, 1000);
        assert_eq!(
            done.map_err(|trouble| trouble.kind()),
            Err(io::ErrorKind::FileTooLarge)
        );
        assert_eq!(out.len(), 1001);
    }

    #[test]
    fn one_bit_off_does_no_harm() {
        let whole = zipped(&[7; 600]);
        for bit in 0..whole.len() * 8 {
            let mut body = whole.clone();
            body[bit / 8] ^= 1 << (bit % 8);
            for codings in ["gzip", "deflate", "gzip, deflate"] {
                let found = unwrap(codings, body.clone(), 1000);
                assert!(found.map_or(0, |out| out.len()) <= 1000, "bit {bit}");
            }
        }
    }
}
