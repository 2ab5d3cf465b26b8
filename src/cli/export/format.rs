//! The kinds of files that `citekeep export` writes. A new kind is a case of
//! [`Format`], and a line in each of the two functions below it.

use std::io::Write;

use clap::ValueEnum;

use crate::desk::Desk;
use crate::desk::exchange::outgoing::{self, Scope};
use crate::desk::exchange::stream;
use crate::domain::ids::ClaimId;
use crate::export::record::Holds;

use super::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The format of docs/json.md, which `import` reads
    Json,
    /// One record a line, for a desk of any size
    Ndjson,
}

/// What of the desk is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// One claim, instead of everything.
    pub(super) claim: Option<ClaimId>,
    /// What is published, instead of everything.
    pub(super) published: bool,
}

impl Format {
    /// Whether this kind of file can hold what is wanted: with --claim, with
    /// --published.
    pub(super) fn takes(self, wanted: Wanted) -> Result<(), Failure> {
        let (one, published) = match self {
            Self::Json => (true, false),
            Self::Ndjson => (false, true),
        };
        let name = self.to_possible_value();
        let name = name.as_ref().map_or("this", |name| name.get_name());
        let refused = |option: &str| {
            let words = format!("{option} does not go with --format {name}");
            Err(Failure::Usage(words))
        };
        match wanted {
            Wanted { claim: Some(_), .. } if !one => refused("--claim"),
            Wanted {
                published: true, ..
            } if !published => refused("--published"),
            _ => Ok(()),
        }
    }

    /// Writes a file of this kind; `tell` hears how many claims are done.
    pub(super) fn write(
        self,
        desk: &Desk,
        wanted: Wanted,
        out: &mut dyn Write,
        tell: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        match self {
            Self::Json => {
                let scope = wanted.claim.map_or(Scope::Desk, Scope::Claim);
                outgoing::write(desk, scope, out, tell)?;
            }
            Self::Ndjson if wanted.published => {
                stream::write(desk, Holds::Published, out, tell)?;
            }
            Self::Ndjson => stream::write(desk, Holds::Desk, out, tell)?,
        }
        Ok(())
    }
}
