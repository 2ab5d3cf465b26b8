//! Reading strict DER, one field after another.
//!
//! It must not know what the fields mean.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

use super::StampError;

/// What is left to read of a value that is made of fields.
pub(super) struct Fields<'a> {
    reader: SliceReader<'a>,
    /// What is being read, for whoever hears that it is not in order.
    what: &'static str,
}

/// One field.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) tag: Tag,
    /// What it says.
    pub(super) value: &'a [u8],
    /// The same with its tag and length.
    pub(super) whole: &'a [u8],
}

/// The tag of `[number]`, which holds other fields.
pub(super) const fn tagged(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    }
}

/// The tag of `[number]` in place of a plain value's own tag.
pub(super) const fn plain(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: false,
        number: TagNumber(number),
    }
}

impl<'a> Fields<'a> {
    /// The fields that stand in `bytes`.
    pub(super) fn of(bytes: &'a [u8], what: &'static str) -> Result<Self, StampError> {
        let reader = SliceReader::new(bytes).map_err(|_| StampError::Malformed(what))?;
        Ok(Self { reader, what })
    }

    /// The fields of the one value that `bytes` are, which has this tag.
    pub(super) fn inside(
        bytes: &'a [u8],
        tag: Tag,
        what: &'static str,
    ) -> Result<Self, StampError> {
        let mut outer = Self::of(bytes, what)?;
        let field = outer.take(tag)?;
        outer.end()?;
        Self::of(field.value, what)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.reader.is_finished()
    }

    /// The next field, whatever it is.
    pub(super) fn next(&mut self) -> Result<Field<'a>, StampError> {
        let whole = self.reader.tlv_bytes().map_err(|_| self.wrong())?;
        let any = AnyRef::from_der(whole).map_err(|_| self.wrong())?;
        Ok(Field {
            tag: any.header().tag(),
            value: any.value(),
            whole,
        })
    }

    /// The next field, which must have this tag.
    pub(super) fn take(&mut self, tag: Tag) -> Result<Field<'a>, StampError> {
        let field = self.next()?;
        if field.tag == tag {
            Ok(field)
        } else {
            Err(self.wrong())
        }
    }

    /// The next field if it has this tag.
    pub(super) fn optional(&mut self, tag: Tag) -> Result<Option<Field<'a>>, StampError> {
        if self.is_at_end() {
            return Ok(None);
        }
        let next = Tag::peek(&self.reader).map_err(|_| self.wrong())?;
        if next == tag {
            self.next().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Makes sure that nothing is left.
    pub(super) fn end(self) -> Result<(), StampError> {
        if self.is_at_end() {
            Ok(())
        } else {
            Err(self.wrong())
        }
    }

    pub(super) const fn wrong(&self) -> StampError {
        StampError::Malformed(self.what)
    }
}

impl<'a> Field<'a> {
    /// The fields of which this one is made.
    pub(super) fn fields(&self, what: &'static str) -> Result<Fields<'a>, StampError> {
        Fields::of(self.value, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut fields = Fields::of(bytes, "a test").ok()?;
        let field = fields.next().ok()?;
        Some(field.value.to_vec())
    }

    #[test]
    fn only_strict_der_is_read() {
        assert_eq!(first(&[0x04, 0x02, 1, 2]), Some(vec![1, 2]));
        assert_eq!(
            first(&[0x04, 0x81, 0x02, 1, 2]),
            None,
            "a length in more bytes than it needs"
        );
        assert_eq!(
            first(&[0x24, 0x80, 0x04, 0x00, 0x00, 0x00]),
            None,
            "a length that is not told"
        );
        assert_eq!(first(&[0x04, 0x03, 1, 2]), None, "longer than it is");
        assert_eq!(
            first(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]),
            None,
            "longer than anything"
        );
        assert_eq!(
            first(&[0x1f, 0x81, 0x00, 0x00]),
            None,
            "a tag of several bytes"
        );
    }
}
