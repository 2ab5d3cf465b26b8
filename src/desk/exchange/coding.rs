//! Files and streams made smaller on their way out: gzip (RFC 1952) and zstd
//! (RFC 8878), written as they come.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// How bytes are made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// gzip, which everything reads.
    Gzip,
    /// Zstandard, which is quicker and smaller.
    Zstd,
}

impl Coding {
    /// The name by which HTTP and command lines know it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Takes bytes and hands them on, made smaller or as they are.
pub struct Encoder<W: Write>(Inner<W>);

enum Inner<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

/// The level of zstd at which it keeps up with what the desk reads.
const ZSTD_LEVEL: i32 = 3;

impl<W: Write> Encoder<W> {
    /// Begins to write into `out`.
    ///
    /// # Errors
    /// When there is no memory for the work.
    pub fn new(coding: Option<Coding>, out: W) -> io::Result<Self> {
        Ok(Self(match coding {
            None => Inner::Plain(out),
            Some(Coding::Gzip) => Inner::Gzip(GzEncoder::new(out, Compression::fast())),
            Some(Coding::Zstd) => {
                let mut encoder = zstd::Encoder::new(out, ZSTD_LEVEL)?;
                // Whoever reads it can tell that it came whole.
                encoder.include_checksum(true)?;
                Inner::Zstd(encoder)
            }
        }))
    }

    /// Writes what is still held back and the end mark; without it, whoever
    /// reads sees that it was cut off.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.0 {
            Inner::Plain(out) => Ok(out),
            Inner::Gzip(encoder) => encoder.finish(),
            Inner::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inner::Plain(out) => out.write(bytes),
            Inner::Gzip(encoder) => encoder.write(bytes),
            Inner::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Inner::Plain(out) => out.flush(),
            Inner::Gzip(encoder) => encoder.flush(),
            Inner::Zstd(encoder) => encoder.flush(),
        }
    }
}
