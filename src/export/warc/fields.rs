//! Named fields, one a line, and what may not stand in their values.

use std::fmt::{Display, Write};

/// Lines of `Name: value`, each ended by CR LF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(String);

impl Fields {
    /// Adds a field. What the value has of control characters and line breaks
    /// becomes blanks, so that no value begins a line of its own.
    pub(super) fn add(&mut self, name: &str, value: impl Display) {
        let value = one_line(&value.to_string());
        write!(self.0, "{name}: {value}\r\n").expect("a String takes everything");
    }

    /// Adds a field where there is a value for it.
    pub(super) fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A value without control characters and line breaks of any kind, which some
/// reader may take for the end of a line.
pub(super) fn one_line(value: &str) -> String {
    let harmless = |mark: char| {
        if mark.is_control() || matches!(mark, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            mark
        }
    };
    let value: String = value.chars().map(harmless).collect();
    value.trim().to_owned()
}
