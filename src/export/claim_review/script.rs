//! JSON within a page: nothing in it can end the script element or begin a
//! comment, whatever a claim, a quote or a source says.

use std::fmt;

/// JSON that may stand in a script element of a page as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded(String);

impl Embedded {
    /// Escapes what a page could read as markup. All of it stands in strings
    /// in JSON, so that the value stays the same.
    ///
    /// ```
    /// use citekeep::export::claim_review::script::Embedded;
    /// let json = Embedded::new("{\"a\":\"</script>\"}");
    /// assert_eq!(json.to_string(), "{\"a\":\"\\u003c/script\\u003e\"}");
    /// ```
    pub fn new(json: &str) -> Self {
        let mut out = String::with_capacity(json.len());
        for letter in json.chars() {
            match letter {
                '<' => out.push_str("\\u003c"),
                '>' => out.push_str("\\u003e"),
                '&' => out.push_str("\\u0026"),
                '\u{2028}' => out.push_str("\\u2028"),
                '\u{2029}' => out.push_str("\\u2029"),
                other => out.push(other),
            }
        }
        Self(out)
    }
}

impl fmt::Display for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_and_the_value_stays() {
        let nasty = [
            "</script><script>alert(1)</script>",
            "<!-- <script>",
            "]]>",
            "a & b &amp; c",
            "\u{2028}\u{2029}",
            "back\\slash \\u003c",
        ];
        for words in nasty {
            let json = serde_json::to_string(words).expect("JSON");
            let embedded = Embedded::new(&json).to_string();
            let unsafe_letter = |c: char| "<>&\u{2028}\u{2029}".contains(c);
            assert!(!embedded.contains(unsafe_letter), "{embedded}");
            let back: String = serde_json::from_str(&embedded).expect("JSON");
            assert_eq!(back, words);
        }
    }
}
