//! Code points to UTF-16 code units and back. Browsers and Hypothesis count in
//! units; everything else here counts in code points.

/// The places of one text's characters that take two units: emoji, rare
/// ideographs, old scripts. Most texts have few or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utf16Index {
    wide: Vec<u64>,
}

impl Utf16Index {
    /// Walks `text` once.
    ///
    /// ```
    /// use citekeep::text::utf16::Utf16Index;
    /// assert_eq!(Utf16Index::new("a😀b").units_at(2), 3);
    /// ```
    pub fn new(text: &str) -> Self {
        let wide = (0..).zip(text.chars());
        let wide = wide.filter(|(_, c)| c.len_utf16() == 2);
        Self {
            wide: wide.map(|(at, _)| at).collect(),
        }
    }

    /// How many units stand before a code point.
    ///
    /// ```
    /// use citekeep::text::utf16::Utf16Index;
    /// let index = Utf16Index::new("a😀b");
    /// assert_eq!([0, 1, 2, 3].map(|at| index.units_at(at)), [0, 1, 3, 4]);
    /// ```
    pub fn units_at(&self, char_position: u64) -> u64 {
        let before = self.wide.partition_point(|wide| *wide < char_position);
        char_position + before as u64
    }

    /// The code point that begins at a unit, or nothing where that cuts a
    /// character in two.
    ///
    /// ```
    /// use citekeep::text::utf16::Utf16Index;
    /// let index = Utf16Index::new("a😀b");
    /// assert_eq!(index.char_at(1), Some(1));
    /// assert_eq!(index.char_at(2), None);
    /// assert_eq!(index.char_at(3), Some(2));
    /// ```
    pub fn char_at(&self, unit: u64) -> Option<u64> {
        // The wide character number n begins at its place and n more units.
        let (mut low, mut high) = (0, self.wide.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.wide[middle] + (middle as u64) < unit {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let at = unit - low as u64;
        let is_cut = low > 0 && self.wide[low - 1] == at;
        (!is_cut).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place() {
        let text = "😀😀 größer 𝔘nd 🇫🇷 €";
        let index = Utf16Index::new(text);
        let mut units = 0;
        for (at, c) in (0..).zip(text.chars()) {
            assert_eq!(index.units_at(at), units, "{c}");
            assert_eq!(index.char_at(units), Some(at), "{c}");
            if c.len_utf16() == 2 {
                assert_eq!(index.char_at(units + 1), None, "{c}");
            }
            units += c.len_utf16() as u64;
        }
        assert_eq!(units, text.encode_utf16().count() as u64);
    }
}
