//! What happens to foreign documents before anything of them is kept.

use serde::Deserialize;

/// What reading one foreign document may use: it happens in a process of its
/// own, which is ended when it takes more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadingSection {
    /// How long it may take, in seconds.
    pub seconds: u64,
    /// How much memory it may ask for, in bytes.
    pub memory: u64,
    /// How much it may answer, in bytes.
    pub output: u64,
}

impl Default for ReadingSection {
    fn default() -> Self {
        Self {
            seconds: 60,
            memory: 2 * 1024 * 1024 * 1024,
            output: 256 * 1024 * 1024,
        }
    }
}

/// What scans foreign documents for malware, another program of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScanningSection {
    /// The program with its arguments; it is given a document on its standard
    /// input. Empty: nothing is scanned.
    pub command: Vec<String>,
    /// How long it may take, in seconds.
    pub seconds: u64,
}

impl Default for ScanningSection {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            seconds: 60,
        }
    }
}
