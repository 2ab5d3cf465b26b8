//! The public line of an entry: what the tree of the log is made of.

use super::hash::ContentHash;

/// Writes the public line of an entry: canonical JSON, no line end.
///
/// ```
/// use citekeep::domain::hash::ContentHash;
/// use citekeep::domain::leaf::line;
/// assert!(line(ContentHash::of(b"abc")).starts_with(r#"{"body":"sha256:ba7816bf"#));
/// ```
pub fn line(body: ContentHash) -> String {
    bytes(body).map(char::from).iter().collect()
}

/// Writes the same without asking for memory, for those who check very many.
///
/// ```
/// use citekeep::domain::hash::ContentHash;
/// use citekeep::domain::leaf::{bytes, line};
/// let body = ContentHash::of(b"abc");
/// assert_eq!(line(body), format!(r#"{{"body":"sha256:{body}","v":1}}"#));
/// assert_eq!(bytes(body), line(body).as_bytes());
/// ```
pub fn bytes(body: ContentHash) -> [u8; 88] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut line = *br#"{"body":"sha256:0000000000000000000000000000000000000000000000000000000000000000","v":1}"#;
    for (pair, byte) in line[16..80].chunks_exact_mut(2).zip(body.as_bytes()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    line
}

/// Reads the commitment out of a public line; anything but the exact line that
/// [`line()`] writes is refused.
///
/// ```
/// use citekeep::domain::hash::ContentHash;
/// use citekeep::domain::leaf::{commitment, line};
/// let body = ContentHash::of(b"abc");
/// assert_eq!(commitment(&line(body)), Some(body));
/// assert_eq!(commitment(&line(body).to_uppercase()), None);
/// ```
pub fn commitment(leaf: &str) -> Option<ContentHash> {
    let hex = leaf
        .strip_prefix(r#"{"body":"sha256:"#)?
        .strip_suffix(r#"","v":1}"#)?;
    let hash = hex.parse().ok()?;
    (leaf == line(hash)).then_some(hash)
}
